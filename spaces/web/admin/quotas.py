"""Page: what everybody may hold, who holds how much of it, and who used the GPUs in the last month."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from spaces import db
from spaces.models import Owner
from spaces.quotas import book
from spaces.web.admin import gauges
from spaces.web.admin.door import Admin, address, console
from spaces.web.charts import chart
from spaces.web.render import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 50
MOST_SPENDERS = 8


@router.get(address("quotas"))
def quotas_page(visitor: Admin, q: str = "", after: str = "") -> Response:
    """Owners by name, from the one after `after`; `q` is in their names."""
    with db.reading() as session:
        owners = _owners(session, q.strip(), after)
        days, spenders = gauges.days(session), gauges.spenders(session, MOST_SPENDERS)
        values = {
            "rows": gauges.standings(session, owners[:PAGE]),
            "next": owners[PAGE - 1].name if len(owners) > PAGE else "",
            "fleet": book.fleet(session),
            "guaranteed": book.guaranteed(session),
            "days": days,
            "chart": chart([seconds for _, seconds in days], "span"),
            "spenders": spenders,
            "most": max((one.seconds for one in spenders), default=0),
        }
    return console("quotas", visitor, q=q, after=after, **values)


# -- private --------------------------------------------------------------------------------------


def _owners(session: Session, text: str, after: str) -> list[Owner]:
    """One more than a page has."""
    wanted = select(Owner).where(col(Owner.name_key) > after.lower()).order_by(Owner.name_key).limit(PAGE + 1)
    if text:
        wanted = wanted.where(col(Owner.name_key).contains(text.lower(), autoescape=True))
    return list(session.exec(wanted))
