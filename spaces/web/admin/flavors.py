"""Pages: the hardware that Spaces may have, and a form for each; made, changed and taken away as over the API."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, func, select
from starlette.responses import Response

from spaces import db, flavors, hardware
from spaces.api.deps import Segment
from spaces.defaults import PLATFORM_HARDWARE
from spaces.gpus import flavors as fitting
from spaces.gpus import inventory
from spaces.models import Audience, Flavor, Space
from spaces.web.admin import flavor_form
from spaces.web.admin.door import Admin, AdminForm, act, address, console
from spaces.web.render import PageRoute
from spaces.web.visitors import Form, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LIST = address("flavors")
ONE = f"{LIST}/{{flavor}}"


@dataclass(frozen=True)
class Row:
    """A flavor as the list has it."""

    flavor: Flavor
    offered: bool
    """A GPU here fits, or it needs none."""
    spaces: int


@router.get(LIST)
def flavors_page(visitor: Admin, done: str = "") -> Response:
    return _list(visitor, done=done if done == "remove" else "")


@router.post(LIST)
def create(form: AdminForm) -> Response:
    kept = {"typed": flavor_form.typed(form)} if form.text("do") == "create" else {}
    return act({"create": _create}, form, LIST, partial(_list, **kept))


@router.get(ONE)
def flavor_page(visitor: Admin, flavor: Segment, done: str = "") -> Response:
    return _one(flavor, visitor, done=done if done in ("create", "change") else "")


@router.post(ONE)
def change(form: AdminForm, flavor: Segment) -> Response:
    acts = {"change": partial(_change, flavor), "remove": partial(_remove, flavor)}
    kept = {"typed": flavor_form.typed(form)} if form.text("do") == "change" else {}
    return act(acts, form, f"{LIST}/{flavor}", partial(_one, flavor, **kept))


# -- private --------------------------------------------------------------------------------------


def _create(form: Form) -> Response:
    with db.writing() as session:
        made, _ = flavors.create(session, form.actor, form.text("name"), flavor_form.wish(form))
        name = made.name
    return RedirectResponse(f"{LIST}/{name}?done=create", 303)


def _change(name: str, form: Form) -> None:
    with db.writing() as session:
        flavors.change(session, form.actor, name, flavor_form.wish(form))


def _remove(name: str, form: Form) -> Response:
    with db.writing() as session:
        flavors.remove(session, form.actor, name)
    return RedirectResponse(f"{LIST}?done=remove", 303)


def _list(visitor: Visitor, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        fleet = inventory.fleet(session)
        counts = _counts(session)
        found = hardware.list_flavors(session)
        rows = [Row(one, fitting.misfit(one, fleet) is None, counts.get(one.name, 0)) for one in found]
    new = {
        "typed": flavor_form.filled(None, []) | {"name": ""},
        "parts": flavor_form.PARTS,
        "audiences": list(Audience),
    }
    return console("flavors", visitor, status, **{"rows": rows} | new | values)


def _one(name: str, visitor: Visitor, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        flavor = flavors.find(session, name)
        count = _counts(session).get(flavor.name, 0)
        shown = {
            "flavor": flavor,
            "typed": flavor_form.filled(flavor, flavors.owners_of(session, flavor)),
            "warnings": flavors.warnings(session, flavor),
            "spaces": count,
            "kept": count > 0 or flavor.name == PLATFORM_HARDWARE,
            "parts": flavor_form.PARTS,
            "audiences": list(Audience),
        }
    return console("flavors", visitor, status, template="flavor", **shown | values)


def _counts(session: Session) -> dict[str, int]:
    """Spaces by their hardware."""
    return dict(session.exec(select(Space.hardware, func.count()).group_by(col(Space.hardware))).all())
