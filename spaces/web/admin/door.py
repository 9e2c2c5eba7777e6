"""The door of the console, and the frame of its pages. Whoever does not run the platform gets the answer of an address where
nothing is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import Depends
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from spaces.access import access_admin
from spaces.errors import DemodockError, Forbidden, NotFound, Unauthorized
from spaces.web.render import complaint, page
from spaces.web.visitors import Anybody, Form, PersonalForm, Visitor

ROOT = "/admin-console"
TABS = ("gpus", "quotas", "flavors", "people", "builds", "health", "audit", "settings")
"""In the order in which they stand; the first is the console's own address."""

Acts = Mapping[str, Callable[[Form], Response | None]]
"""What a page's forms do, by their `do`; an answer of their own, or None for the page again."""


def address(tab: str) -> str:
    """The path of a tab."""
    return ROOT if tab == TABS[0] else f"{ROOT}/{tab}"


def console(tab: str, visitor: Visitor, status: int = 200, template: str = "", **values: object) -> Response:
    """The page of that tab, or another `template` under it."""
    tabs = [(one, address(one)) for one in TABS]
    return page(f"admin/{template or tab}.html", visitor, status, tab=tab, tabs=tabs, **values)


def mark_of(seen: object) -> str:
    """Another one where what is drawn of `seen` would be another, so that nothing is drawn anew under its reader."""
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def act(acts: Acts, form: Form, back: str, again: Callable[..., Response]) -> Response:
    """Does what the form says and leads to `back`; where that fails, `again` draws the page with the reason, and
    what is `wrong` where one field is."""
    name = form.text("do")
    try:
        if name not in acts:
            raise NotFound("There is no such form.", hint="Load the page again.")
        mark = "&" if "?" in back else "?"
        return acts[name](form) or RedirectResponse(f"{back}{mark}done={name}#{name}", 303)
    except DemodockError as error:
        wrong = str(error.extra.get("term", ""))
        return again(form.visitor, error.status, error=complaint(error, form.visitor, name), wrong=wrong)


# -- private --------------------------------------------------------------------------------------


def _admin(visitor: Anybody) -> Visitor:
    try:
        access_admin(visitor.actor)
    except (Forbidden, Unauthorized):
        raise HTTPException(404) from None
    return visitor


def _admin_form(_: Admin, form: PersonalForm) -> Form:
    return form


Admin = Annotated[Visitor, Depends(_admin)]
"""Somebody who runs the platform."""
AdminForm = Annotated[Form, Depends(_admin_form)]
"""A form of a page of the console."""
