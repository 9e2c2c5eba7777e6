"""Page: which GPUs there are, who holds them, and who waits; live. Orders to devices, and sleep for a holder."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from spaces import actions, audit, db
from spaces.errors import NotFound
from spaces.gpus import inventory
from spaces.gpus.devices import Order
from spaces.models import Space
from spaces.moves import full_name
from spaces.web.admin import fleet
from spaces.web.admin.door import ROOT, Admin, AdminForm, act, console, mark_of
from spaces.web.render import PageRoute, page
from spaces.web.visitors import Form, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LIVE = f"{ROOT}/gpus/live"


@router.get(ROOT)
def gpus_page(visitor: Admin, done: str = "") -> Response:
    return _page(visitor, done=done if done in ACTS else "")


@router.post(ROOT)
def change(form: AdminForm) -> Response:
    return act(ACTS, form, ROOT, _page)


@router.get(LIVE)
def live(visitor: Admin, mark: str = "") -> Response:
    """The map and the queue as they are now; nothing (204) where that is what the page shows already."""
    values = _look()
    return Response(status_code=204) if values["mark"] == mark else page("admin/fleet.html", visitor, **values)


# -- private --------------------------------------------------------------------------------------


def _order(word: Order, form: Form) -> None:
    with db.writing() as session:
        inventory.order(session, inventory.find(session, form.text("gpu")), word, form.actor, form.text("why"))


def _forget(form: Form) -> None:
    with db.writing() as session:
        inventory.forget(session, inventory.find(session, form.text("gpu")), form.actor)


def _sleep(form: Form) -> None:
    """The holder gives its GPU back as if nobody had visited it for long."""
    with db.writing() as session:
        space = session.get(Space, form.number("space"))
        if space is None:
            raise NotFound("There is no such Space.", hint="Load the page again.")
        before = {"stage": space.stage}
        actions.sleep(session, space, form.actor)
        audit.record(session, form.actor, "space.sleep", ("space", full_name(session, space)), before)


ACTS = {
    "ready": lambda form: _order(Order.READY, form),
    "cordoned": lambda form: _order(Order.CORDONED, form),
    "draining": lambda form: _order(Order.DRAINING, form),
    "forget": _forget,
    "sleep": _sleep,
}


_UNSEEN = {"seen_at", "used_memory", "busy"}
"""What every look at the devices changes, and the map does not show."""


def _look() -> dict[str, object]:
    """All that is drawn."""
    with db.reading() as session:
        gpus, waiting = fleet.gpus(session), fleet.waiting(session)
    cells = [(cell.device.model_dump(exclude=_UNSEEN), cell.places) for gpu in gpus for cell in gpu.cells]
    line = [(one.space, one.label, one.flavor and one.flavor.model_dump(), one.request.model_dump()) for one in waiting]
    return {"gpus": gpus, "waiting": waiting, "mark": mark_of((cells, line))}


def _page(visitor: Visitor, status: int = 200, **values: object) -> Response:
    return console("gpus", visitor, status, **_look() | values)
