"""Page: people and organizations; admins add people, send them one-time links, and remove those who own nothing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from spaces import audit, db, farewells, owners, signin
from spaces.access import access_account
from spaces.models.owner import Role
from spaces.web.admin import roster
from spaces.web.admin.door import Admin, AdminForm, act, address, console
from spaces.web.render import PageRoute
from spaces.web.visitors import Form, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PATH = address("people")


@router.get(PATH)
def people_page(visitor: Admin, q: str = "", which: str = "", after: str = "", done: str = "") -> Response:
    wanted = {"q": q.strip(), "which": which if which in roster.WHICH else "all", "after": after}
    return _page(visitor, wanted=wanted, done=done if done in ACTS else "")


@router.post(PATH)
def change(form: AdminForm) -> Response:
    return act(ACTS, form, PATH, _page)


# -- private --------------------------------------------------------------------------------------

NOBODY_IN_PARTICULAR = {"q": "", "which": "all", "after": ""}


def _add(form: Form) -> Response:
    """A new person, and the link with which they set a password: it is shown now and never again."""
    role = Role.ADMIN if form.text("admin") else Role.MEMBER
    with db.writing() as session:
        made = owners.create_user(session, form.text("name"), role)
        audit.record(session, form.actor, "user.create", ("user", made.name), None, {"role": made.role})
        link, until = signin.make_link(session, made)
        name = made.name
    return _page(form.visitor, fresh={"name": name, "link": link, "until": until})


def _link(form: Form) -> Response:
    with db.writing() as session:
        person = access_account(session, form.actor, form.text("name"))
        link, until = signin.make_link(session, person)
        audit.record(session, form.actor, "user.link", ("user", person.name), None, {"until": until})
        name = person.name
    return _page(form.visitor, fresh={"name": name, "link": link, "until": until})


def _remove(form: Form) -> None:
    with db.writing() as session:
        farewells.delete_user(session, access_account(session, form.actor, form.text("name")), form.actor)


ACTS = {"add": _add, "link": _link, "remove": _remove}


def _page(visitor: Visitor, status: int = 200, **values: Any) -> Response:
    wanted = values.setdefault("wanted", NOBODY_IN_PARTICULAR)
    with db.reading() as session:
        found, following = roster.entries(session, wanted["which"], wanted["q"], wanted["after"])
    shown = {"rows": found, "next": following, "kinds": list(roster.WHICH), "fresh": None, "me": visitor.actor.name}
    return console("people", visitor, status, **shown | values)
