"""Tab: a Space's settings, a form each. Everything works without a script; a secret goes in and is never shown again."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from spaces import db, env, hardware, names, volumes
from spaces.access import Permission, access_space
from spaces.errors import DemodockError, NotFound
from spaces.models import Flavor, RepoKind, Space, Visibility
from spaces.models.space import EnvKind
from spaces.settings import get_settings
from spaces.web import beginnings
from spaces.web.render import PageRoute, complaint
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, look
from spaces.web.space.settings_acts import ACTS
from spaces.web.visitors import PersonalForm, SignedIn, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

SLEEP = (300, 900, 3600, 6 * 3600, 86400, 2 * 86400, 7 * 86400, hardware.NEVER)
FREEZE = (60, 300, 900, 3600, hardware.NEVER)
"""Seconds that can be chosen; others can be set over the API, and are then among them."""
KEPT = ("key", "description", "source", "revision", "mount_path", "folder", "name")
"""Fields that a form keeps when it is refused. Never a value: it may be a secret."""


@router.get("/spaces/{owner}/{name}/settings")
def settings_page(visitor: SignedIn, asked: Asked, done: str = "", missing: str = "") -> Response:
    """`missing` are secrets that a copy still lacks."""
    lacks = [key for key in missing[:3000].split() if names.valid_env_key(key)]
    return _page(visitor, asked, done=done if done in ACTS else "", missing=lacks)


@router.post("/spaces/{owner}/{name}/settings")
def change_settings(form: PersonalForm, asked: Asked) -> Response:
    do = form.text("do")
    try:
        if do not in ACTS:
            raise NotFound("There is no such form.", hint="Load the page again.")
        act = ACTS[do]
        with db.writing() as session:
            space = access_space(session, form.actor, asked.owner, asked.name, act.needs)
            where = act.run(session, space, form)
        if where is not None:
            return RedirectResponse(where, 303)
        path = look(form.visitor, asked, Permission.WRITE).path
        return RedirectResponse(f"{path}/settings?done={do}#{act.section}", 303)
    except DemodockError as error:
        section = ACTS[do].section if do in ACTS else ""
        typed = {field: form.text(field) for field in KEPT if section and form.text(field)}
        shown = complaint(error, form.visitor, section)
        return _page(form.visitor, asked, error.status, error=shown, typed=typed, failed=do)


# -- private


def _page(visitor: Visitor, asked: Place, status: int = 200, **values: object) -> Response:
    seen = look(visitor, asked, Permission.WRITE)
    with db.reading() as session:
        space = session.get_one(Space, seen.number)
        shown = _shown(session, space, visitor)
    done = values.get("done", "")
    section = ACTS[done].section if isinstance(done, str) and done in ACTS else ""
    here: dict[str, object] = {
        "typed": {},
        "failed": "",
        "missing": [],
        "suggested": _suggested(seen.card, shown["flavors"]),
    }
    return draw("space/settings.html", visitor, seen, "settings", status, **here | shown | values | {"done": section})


def _shown(session: Session, space: Space, visitor: Visitor) -> dict[str, Any]:
    flavor = session.get(Flavor, space.hardware)
    flavors = hardware.offered(session, visitor.actor, space.owner_id)
    if flavor and flavor not in flavors:
        flavors.append(flavor)  # what it has stays to be seen, though nobody could choose it now
    return {
        "flavors": flavors,
        "sleep": _choice(space.sleep_after, SLEEP),
        "freeze": _choice(space.freeze_after, FREEZE),
        "sleep_default": hardware.sleep_seconds(Space(name="", name_key=""), flavor),
        "freeze_default": hardware.freeze_seconds(Space(name="", name_key=""), flavor),
        "secrets": env.entries_of(session, space, EnvKind.SECRET),
        "variables": env.entries_of(session, space, EnvKind.VARIABLE),
        "reserved": sorted(names.RESERVED_ENV),
        "tiers": volumes.STORAGE,
        "mounted": volumes.of(session, [space]),
        "kinds": list(RepoKind),
        "visibilities": list(Visibility),
        "owners": beginnings.owners_for(session, visitor.actor),
        "host": get_settings().space_host(space.subdomain),
        "domain": get_settings().domain,
    }


def _choice(present: int | None, usual: tuple[int, ...]) -> list[int]:
    """The usual ones, and what was set otherwise; never comes last."""
    wanted = {*usual, *([present] if present is not None else [])}
    return sorted(wanted, key=lambda seconds: (seconds == hardware.NEVER, seconds))


def _suggested(card: dict[str, Any], flavors: list[Flavor]) -> Flavor | str | None:
    """What the card suggests: a flavor that is offered here, or a name that says nothing here."""
    name = card.get("suggested_hardware")
    if not isinstance(name, str) or not name:
        return None
    return next((flavor for flavor in flavors if flavor.name == name), name[:100])
