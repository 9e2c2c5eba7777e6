"""What an app may ask for, and how far that gets it; pure.

A scope that means nothing here is left out of what is granted, so that a consent page never promises what is not there.
"""

from __future__ import annotations

from collections.abc import Iterable

from spaces.models.owner import Reach, TokenScope

ALWAYS = ("openid", "profile")
"""What every Space that offers sign-in may ask for."""
SCOPES = ("openid", "profile", "email", "read-memberships", "read-repos", "write-repos", "manage-repos")
"""Those that mean something here, in the order in which people are told of them."""
COMMAND_LINE = ("openid", "profile", "email", "read-memberships", "read-repos", "write-repos", "manage-repos")
"""What `hf auth login` gets: all that a person does with a client."""


def offered(card: Iterable[str]) -> list[str]:
    """What a Space may ask for whose card names these."""
    return _known((*ALWAYS, *card))


def parse(text: str) -> list[str]:
    """The known scopes among those in a request's `scope`."""
    return _known(text.split())


def granted(asked: str, offered: Iterable[str]) -> list[str]:
    """What a request gets of what its client may ask for; all of it where it names nothing."""
    most = list(offered)
    return [scope for scope in parse(asked) if scope in most] if asked.strip() else most


def spell(scopes: Iterable[str]) -> str:
    return " ".join(scopes)


def reach(scopes: Iterable[str]) -> Reach:
    """How far a token with these scopes gets."""
    given = set(scopes)
    if "manage-repos" in given:
        return Reach.MANAGE
    if "write-repos" in given:
        return Reach.EDIT
    return Reach.READ if "read-repos" in given else Reach.IDENTITY


def token_scope(reach: Reach) -> TokenScope:
    return TokenScope.WRITE if reach in (Reach.EDIT, Reach.MANAGE) else TokenScope.READ


def _known(names: Iterable[str]) -> list[str]:
    named = set(names)
    return [scope for scope in SCOPES if scope in named]
