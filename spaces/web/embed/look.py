"""What everybody may know of a Space, as another site shows it; found by its name or by an address of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from spaces import embedding
from spaces.access import ANONYMOUS, Permission, access_space, access_space_at
from spaces.errors import Moved, NotFound
from spaces.hub.facts import gather
from spaces.lifecycle import Stage
from spaces.models import Revision, Space
from spaces.settings import Settings, get_settings

COLORS = {
    "red": ("#f87171", "#b91c1c"),
    "yellow": ("#fbbf24", "#b45309"),
    "green": ("#4ade80", "#15803d"),
    "blue": ("#60a5fa", "#1d4ed8"),
    "indigo": ("#818cf8", "#4338ca"),
    "purple": ("#c084fc", "#7e22ce"),
    "pink": ("#f472b6", "#be185d"),
    "gray": ("#9ca3af", "#374151"),
}
"""What a card may name: a light and a dark shade."""
_STATES = {
    Stage.RUNNING: "running",
    Stage.RUNNING_BUILDING: "running",
    Stage.RUNNING_APP_STARTING: "running",
    Stage.SLEEPING: "sleeping",
    Stage.STOPPED: "sleeping",
    Stage.BUILDING: "building",
    Stage.APP_STARTING: "starting",
    Stage.PAUSED: "paused",
    Stage.NO_APP_FILE: "empty",
}


@dataclass(frozen=True)
class Look:
    owner: str
    name: str
    title: str
    about: str
    """The card's short description."""
    state: str
    """How it stands: `running`, `sleeping`, `building`, `starting`, `paused`, `empty` or `failed`."""
    sdk: str
    app: str
    """Where the app answers."""
    page: str
    """Its page on the control host."""
    sites: str | None
    """Other sites that may frame it, as `spaces.embedding` spells them."""
    colors: tuple[str, str] = ("blue", "purple")
    thumbnail: str = ""
    """A picture that its card names, on some other host."""

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"

    @property
    def picture(self) -> str:
        """Our own picture of it."""
        return f"{self.page}/preview.png"


def look_at(session: Session, owner: str, name: str) -> Look:
    """The Space `owner/name`, also by a name that it had. Raises NotFound where not everybody may visit it."""
    try:
        space = access_space(session, ANONYMOUS, owner, name, Permission.VISIT)
    except Moved as moved:
        owner, _, name = moved.became.partition("/")
        space = access_space(session, ANONYMOUS, owner, name, Permission.VISIT)
    return look_of(session, space)


def look_up(session: Session, text: str) -> Look:
    """The Space that `text` means: `owner/name`, its page's address, or one of its app. Raises NotFound."""
    settings = get_settings()
    if found := _NAME.fullmatch(text):
        return look_at(session, *found.groups())
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise _nothing() from None
    if parts.scheme not in ("", "http", "https"):
        raise _nothing()
    base = urlsplit(settings.base_url)
    if host == base.hostname and port == base.port and (found := _PAGE.match(parts.path)):
        return look_at(session, *found.groups())
    label, _, rest = host.partition(".")
    if rest == _host(settings) and port == base.port:
        return look_of(session, access_space_at(session, ANONYMOUS, label))
    raise _nothing()


def look_of(session: Session, space: Space) -> Look:
    """A Space that the caller has seen to be visible."""
    (facts,) = gather(session, [space])
    card, settings = facts.card, get_settings()
    revision = session.get(Revision, space.revision_id or space.next_revision_id or 0)
    return Look(
        owner=facts.owner,
        name=space.name,
        title=space.title or space.name,
        about=about_of(card),
        state=_STATES.get(space.stage, "failed"),
        sdk=space.sdk or "",
        app=settings.space_url(space.subdomain) + "/",
        page=f"{settings.base_url}/spaces/{facts.owner}/{space.name}",
        sites=embedding.in_force(space.sites, revision is not None and revision.config.disable_embedding),
        colors=(_color(card, "colorFrom", "blue"), _color(card, "colorTo", "purple")),
        thumbnail=thumbnail_of(card),
    )


def about_of(card: dict[str, Any]) -> str:
    """The card's short description, as a line."""
    return " ".join(str(card.get("short_description") or "").split())[:300]


def thumbnail_of(card: dict[str, Any]) -> str:
    """The picture that the card names, where it is on the web."""
    text = str(card.get("thumbnail") or "")
    return text if re.fullmatch(r"https://[\x21-\x7e]{1,1000}", text) else ""


# -- private --------------------------------------------------------------------------------------

_NAME = re.compile(r"([A-Za-z0-9._-]{1,96})/([A-Za-z0-9._-]{1,96})")
_PAGE = re.compile(r"/spaces/([A-Za-z0-9._-]{1,96})/([A-Za-z0-9._-]{1,96})(?:/|\Z)")


def _host(settings: Settings) -> str:
    return (urlsplit(settings.base_url).hostname or "").lower()


def _color(card: dict[str, Any], key: str, usual: str) -> str:
    value = card.get(key)
    return value if isinstance(value, str) and value in COLORS else usual


def _nothing() -> NotFound:
    return NotFound("There is no Space at this address.", hint="Give the address of its page or of its app.")
