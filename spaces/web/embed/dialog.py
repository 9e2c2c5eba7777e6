"""Page: how to show a Space elsewhere. What to paste, which sites may show it, and share links where it is private.

The Space's page leads here; each form says in `do` what it is for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from spaces import actions, audit, db, embedding, shares
from spaces.access import Permission, access_space
from spaces.errors import BadRequest, DemodockError, Invalid
from spaces.models import Revision, Space, Visibility
from spaces.moves import full_name
from spaces.web.embed import snippets
from spaces.web.embed.look import Look, look_of
from spaces.web.render import PageRoute, complaint
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, look
from spaces.web.visitors import Anybody, Form, PersonalForm, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

DAYS = (1, 7, 30, 90, 365)
"""How long a share link can be asked to work."""


@dataclass(frozen=True)
class Snippet:
    """`name` is also what its words are called: `embed.NAME`."""

    name: str
    text: str


@router.get("/spaces/{owner}/{name}/embed")
def embed_page(visitor: Anybody, asked: Asked, done: str = "") -> Response:
    return _page(visitor, asked, done=done if done in ACTS else "")


@router.post("/spaces/{owner}/{name}/embed")
def change(form: PersonalForm, asked: Asked) -> Response:
    do = form.text("do")
    try:
        needed, act = ACTS.get(do) or _no_form()
        with db.writing() as session:
            fresh = act(session, access_space(session, form.actor, asked.owner, asked.name, needed), form)
    except DemodockError as error:
        return _page(
            form.visitor, asked, error.status, error=complaint(error, form.visitor, do), typed=form.text("sites")
        )
    if fresh:
        return _page(form.visitor, asked, fresh=fresh)
    return RedirectResponse(f"{look(form.visitor, asked, Permission.VISIT).path}/embed?done={do}#{do}", 303)


def snippets_of(session: Session, space: Space, look: Look) -> list[Snippet]:
    """What can be pasted for a Space that everybody may visit, the usual first."""
    found = [Snippet("component", snippets.component(look)), Snippet("frame", snippets.frame(look))]
    if look.sdk == "streamlit":
        found.append(Snippet("streamlit", snippets.streamlit(look)))
    if look.sdk == "gradio" and (version := _gradio_of(session, space)):
        found.append(Snippet("gradio", snippets.gradio(look, version)))
    return [Snippet("address", look.app), *found]


# -- private --------------------------------------------------------------------------------------


def _page(visitor: Visitor, asked: Place, status: int = 200, **values: Any) -> Response:
    seen = look(visitor, asked, Permission.VISIT)
    with db.reading() as session:
        space = session.get_one(Space, seen.number)
        shown = look_of(session, space)
        private = space.visibility == Visibility.PRIVATE
        own = seen.power >= Permission.ADMIN
        more: dict[str, Any] = {
            "look": shown,
            "private": private,
            "snippets": [] if private else snippets_of(session, space, shown),
            "badge": snippets.badge(shown),
            "disabled": shown.sites == embedding.NOBODY and space.sites != embedding.NOBODY,
            "sites": (space.sites or "").split(),
            "listed": space.sites is not None,
            "writes": seen.power >= Permission.WRITE,
            "shares": shares.living(session, space) if own and private else None,
            "days": DAYS,
            "fresh": None,
            "typed": "",
        }
    return draw("space/embed.html", visitor, seen, "embed", status, **more | values)


def _set_sites(session: Session, space: Space, form: Form) -> None:
    sites = embedding.checked_sites(form.secret("sites").split()) if form.text("who") == "listed" else None
    before = space.sites
    actions.set_sites(session, space, sites)
    audit.record(
        session,
        form.actor,
        "space.embedding",
        ("space", full_name(session, space)),
        {"sites": before},
        {"sites": sites},
    )


def _make_share(session: Session, space: Space, form: Form) -> dict[str, str]:
    days, most = form.number("days"), form.text("most")
    if most and not most.isdecimal():
        raise Invalid("How many is a number.", code="share_uses")
    seconds = int(dt.timedelta(days=days).total_seconds())
    _, url = shares.make(session, form.actor, space, form.text("label"), seconds, int(most) if most else None)
    return {"url": url, "frame": snippets.frame(look_of(session, space), app=url)}


def _end_share(session: Session, space: Space, form: Form) -> None:
    shares.take_back(session, form.actor, space, form.number("id"))


def _gradio_of(session: Session, space: Space) -> str:
    """The version that the Space serves with; empty where it is not known."""
    revision = session.get(Revision, space.revision_id or space.next_revision_id or 0)
    lines = revision.dependencies.splitlines() if revision else []
    return next((line.partition("==")[2] for line in lines if line.startswith("gradio==")), "")


Act = Callable[[Session, Space, Form], dict[str, str] | None]
ACTS: dict[str, tuple[Permission, Act]] = {
    "sites": (Permission.WRITE, _set_sites),
    "share": (Permission.ADMIN, _make_share),
    "end-share": (Permission.ADMIN, _end_share),
}


def _no_form() -> tuple[Permission, Act]:
    raise BadRequest("There is no such form.", hint="Load the page again.")
