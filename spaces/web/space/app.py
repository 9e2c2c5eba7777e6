"""Tab: the app itself, in a frame that takes the room the card asks for; until it answers, how it stands, live."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from spaces import actions, db
from spaces.access import Actor, Permission, access_space
from spaces.api.deps import Segment
from spaces.errors import BadRequest, DemodockError
from spaces.models import RepoKind, Space, Visibility
from spaces.repos import store
from spaces.settings import Settings, get_settings
from spaces.web.enter import signed_address, way_in
from spaces.web.render import PageRoute, complaint
from spaces.web.space import readme
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, Seen, look
from spaces.web.space.standing import Standing, standing_of
from spaces.web.visitors import Anybody, PersonalForm, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SANDBOX = (
    "allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups allow-popups-to-escape-sandbox "
    "allow-same-origin allow-scripts allow-storage-access-by-user-activation"
)
"""What an app in a frame may do: much, on its own origin, but never lead the page around it elsewhere."""
ALLOW = (
    "accelerometer; autoplay; camera; clipboard-read; clipboard-write; display-capture; encrypted-media; fullscreen; "
    "gamepad; geolocation; gyroscope; magnetometer; microphone; midi; picture-in-picture; screen-wake-lock; "
    "xr-spatial-tracking"
)
"""What it may ask the visitor for."""


@router.get("/spaces/{owner}/{name}")
def app_page(visitor: Anybody, owner: Segment, name: Segment) -> Response:
    if name.endswith(".git"):  # as git is told to spell it
        return RedirectResponse(f"/spaces/{quote(owner)}/{quote(name.removesuffix('.git'))}", 307)
    return _page(visitor, look(visitor, Place(RepoKind.SPACE, owner, name), Permission.VISIT))


@router.post("/spaces/{owner}/{name}")
def act(form: PersonalForm, asked: Asked) -> Response:
    """The buttons beside the stage."""
    do = form.text("do")
    try:
        needed, action = ACTS.get(do) or _no_form()
        with db.writing() as session:
            action(session, access_space(session, form.actor, asked.owner, asked.name, needed), form.actor)
    except DemodockError as error:
        seen = look(form.visitor, asked, Permission.VISIT)
        return _page(form.visitor, seen, error.status, error=complaint(error, form.visitor))
    return RedirectResponse(look(form.visitor, asked, Permission.VISIT).path, 303)


def area(visitor: Visitor, seen: Seen, standing: Standing) -> dict[str, Any]:
    """What the place of the app needs to be drawn: its frame's address where the app can be opened in one."""
    space = seen.space
    return {
        "frame": _frame_address(visitor, space, seen) if standing.opens else "",
        "sandbox": SANDBOX,
        "allow": ALLOW,
        "way_in": way_in(space),
        "full_width": seen.card.get("fullWidth") is not False,
    }


# -- private


def _page(visitor: Visitor, seen: Seen, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        standing = standing_of(session, seen)
    return draw(
        "space/app.html",
        visitor,
        seen,
        "app",
        status,
        standing=standing,
        frames=[get_settings().space_url(seen.space.subdomain)],
        mini=seen.card.get("header") == "mini" and standing.opens,
        about=_about(seen),
        **area(visitor, seen, standing),
        **values,
    )


def _frame_address(visitor: Visitor, space: Space, seen: Seen) -> str:
    """Empty where a browser would not keep what lets a private app's visitor in, inside a frame."""
    path = start_path(seen.card)
    if space.visibility != Visibility.PRIVATE:
        return get_settings().space_url(space.subdomain) + path
    if not keeps_cookies(get_settings()):
        return ""
    with db.writing() as session:
        return signed_address(session, visitor, space, path)


def start_path(card: dict[str, Any]) -> str:
    """The card's `base_path`, where it is a path."""
    path = card.get("base_path")
    return path if isinstance(path, str) and re.fullmatch(r"/(?!/)[\x21-\x5b\x5d-\x7e]{0,500}", path) else "/"


def keeps_cookies(settings: Settings) -> bool:
    """A frame's own cookie is kept where it is of the same site as the page, or where both come by TLS. To browsers two
    hosts below a name of one word, such as `localhost`, are two sites."""
    return settings.secure or "." in (urlsplit(settings.base_url).hostname or "")


def _about(seen: Seen) -> readme.Readme | None:
    head = seen.facts.head
    if not (seen.reads and head and store.exists(seen.number)):
        return None
    return readme.find(seen, head, "")


ACTS: dict[str, tuple[Permission, Callable[[Session, Space, Actor], object]]] = {
    "restart": (Permission.WRITE, actions.restart),
    # no more than a visit would do
    "wake": (Permission.VISIT, actions.wake),
}


def _no_form() -> tuple[Permission, Callable[[Session, Space, Actor], object]]:
    raise BadRequest("There is no such form.", hint="Load the page again.")
