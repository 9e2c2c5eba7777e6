"""What routes ask for: who is calling, and parts of the path."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import unquote

from fastapi import Depends, Path, Query, Request
from pydantic import AfterValidator
from starlette.convertors import Convertor, register_url_convertor

from spaces import db, links
from spaces.access import ANONYMOUS, Actor, Permission, access_contribution, access_repository
from spaces.api import browsers
from spaces.errors import Unauthorized
from spaces.models import RepoKind
from spaces.moves import full_name
from spaces.owners import authenticate

Segment = Annotated[str, Path(max_length=1000), AfterValidator(unquote)]
"""One segment of the path, with encoded slashes decoded."""
FilePath = Annotated[str, Path(max_length=20_000), AfterValidator(unquote)]
"""The rest of the path: a file or a folder in a repository, not checked yet. Clients encode its slashes, or do not."""


class _Kinds(Convertor[str]):
    """`{kind:kinds}` in a path: a route for repositories of every kind, which matches nothing else."""

    regex = "models|datasets|spaces"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


class _Owner(_Kinds):
    """`{owner:owner}` at the beginning of a path: an owner, and not a kind of repositories. Without it the model `new` of
    an owner `spaces` would stand in the way of everybody's Space called `new`."""

    regex = "(?!(?:models|datasets|spaces)/)[^/]+"


register_url_convertor("kinds", _Kinds())
register_url_convertor("owner", _Owner())

Kind = Annotated[
    Literal["models", "datasets", "spaces"], Path(), AfterValidator(lambda plural: RepoKind(plural.removesuffix("s")))
]
"""Which of the three; a route's function gets a `RepoKind`."""

Expand = Annotated[list[str] | None, Query()]
"""The keys that a description shall have; none: all."""


@dataclass(frozen=True)
class Repository:
    """A repository, after the door."""

    number: int
    kind: RepoKind
    name: str
    """`owner/name`, as its owner spells it."""

    @property
    def url(self) -> str:
        """Where people find it."""
        return f"{links.here()}/{self.kind.prefix}{self.name}"

    @property
    def api(self) -> str:
        """Where clients find it."""
        return f"{links.here()}/api/{self.kind.plural}/{self.name}"


def repository(actor: Actor, kind: RepoKind, owner: str, name: str, permission: Permission) -> Repository:
    """The repository `owner/name` of that kind where `actor` has `permission`. Raises what `access_repository` raises."""
    with db.reading() as session:
        found = access_repository(session, actor, kind, owner, name, permission)
        assert found.id is not None
        return Repository(found.id, kind, full_name(session, found))


def contribution(actor: Actor, kind: RepoKind, owner: str, name: str) -> tuple[Repository, bool]:
    """The repository where `actor` may propose changes, and whether it may write itself. Raises what
    `access_contribution` raises."""
    with db.reading() as session:
        found, writes = access_contribution(session, actor, kind, owner, name)
        assert found.id is not None
        return Repository(found.id, kind, full_name(session, found)), writes


def bearer(authorization: str | None) -> str | None:
    """The token in an Authorization header: a bearer, or the password of basic authentication; None: there is none."""
    if not authorization:
        return None
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest).decode().partition(":")[2].strip()
        except (binascii.Error, UnicodeDecodeError):
            pass
    raise Unauthorized("Invalid credentials in Authorization header", hint="Send `Authorization: Bearer TOKEN`.")


def caller(authorization: str | None) -> Actor:
    """Whoever sent that Authorization header; raises Unauthorized for one that opens nothing."""
    text = bearer(authorization)
    return ANONYMOUS if text is None else authenticate(text)


def current(request: Request) -> Actor:
    """Whoever makes the request: by its Authorization header, else by the browser's session."""
    authorization = request.headers.get("authorization")
    signed = None if authorization is not None else browsers.signed_in(request.headers)
    if signed is None:
        return caller(authorization)
    browsers.check_form(request.method, request.headers, signed)
    return signed.actor


Caller = Annotated[Actor, Depends(current)]
