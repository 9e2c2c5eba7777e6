"""Page: the quota of one owner, or what everybody has; a form with its terms, beside what is held of each."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from spaces import db
from spaces.access import find_owner
from spaces.api.deps import Segment
from spaces.errors import Invalid, NotFound
from spaces.models import Owner
from spaces.models.quota import EVERYBODY
from spaces.quotas import amounts, book, terms
from spaces.quotas.terms import STORED_UNLIMITED, TERMS, UNLIMITED, Limits, Term
from spaces.web.admin import gauges
from spaces.web.admin.door import Admin, AdminForm, act, address, console
from spaces.web.charts import chart
from spaces.web.render import PageRoute
from spaces.web.visitors import Form, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PATH = f"{address('quotas')}/{{owner}}"
"""Of an owner; that of everybody is called as it is in the audit log, which no owner can be."""


@router.get(PATH)
def quota_page(visitor: Admin, owner: Segment, done: str = "") -> Response:
    return _page(owner, visitor, done=done if done in ACTS else "")


@router.post(PATH)
def change(form: AdminForm, owner: Segment) -> Response:
    acts = {name: partial(run, owner) for name, run in ACTS.items()}
    kept = {"typed": {term.key: form.text(term.key) for term in TERMS}} if form.text("do") == "change" else {}
    return act(acts, form, f"{address('quotas')}/{quote(owner, safe='*')}", partial(_page, owner, **kept))


# -- private --------------------------------------------------------------------------------------


def _change(owner: str, form: Form) -> None:
    """The form has every term: one that is left empty is inherited."""
    values = {term.key: _read(term, form.text(term.key)) for term in TERMS}
    with db.writing() as session:
        book.change(session, form.actor, _find(session, owner), values, overcommit=bool(form.text("overcommit")))


def _reset(owner: str, form: Form) -> None:
    with db.writing() as session:
        book.reset(session, form.actor, _find(session, owner))


ACTS = {"change": _change, "reset": _reset}


def _read(term: Term, text: str) -> float | None:
    try:
        amount = amounts.read(text or amounts.INHERITED, amounts.units_of(term))
    except Invalid as error:
        message = f"`{term.wire}` ({term.what}): {error.message}"
        raise Invalid(message, hint=error.hint, code=error.code, term=term.wire) from None
    return terms.stored(amount, term.key)


def _find(session: Session, name: str) -> Owner | None:
    """None for everybody."""
    if name == book.ALL:
        return None
    if (found := find_owner(session, name)) is None:
        raise NotFound("There is nobody of that name.", hint="Check the spelling.", code="no_owner")
    return found


def _page(name: str, visitor: Visitor, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        owner = _find(session, name)
        number = EVERYBODY if owner is None else owner.id or 0
        own = book.own_values(session, number)
        shown: dict[str, Any] = {
            "owner": owner,
            "name": owner.name if owner else book.ALL,
            "terms": TERMS,
            "wrong": "",
            "typed": {term.key: _written(term, own[term.key]) for term in TERMS},
            "inherited": _inherited(session, owner),
            "is_own": any(value is not None for value in own.values()),
            "fleet": book.fleet(session),
            "guaranteed": book.guaranteed(session),
            "units": {term.key: sorted(unit for unit in amounts.units_of(term) if unit) for term in TERMS},
        }
        if owner:
            days = gauges.days(session, [number])
            standing = gauges.standings(session, [owner], stored=True)[0]
            shown |= {"standing": standing, "days": days, "chart": chart([used for _, used in days], "span")}
    return console("quotas", visitor, status, template="quota", **shown | values)


def _inherited(session: Session, owner: Owner | None) -> Limits:
    """What is in force where nothing is set here: for an owner what everybody has, for everybody the platform's own."""
    return book.limits_of(session, EVERYBODY) if owner else Limits()


def _written(term: Term, value: float | None) -> str:
    """What was set, as the form takes it; empty: nothing."""
    if value is None:
        return ""
    return amounts.exactly(UNLIMITED if value == STORED_UNLIMITED else value, amounts.units_of(term))
