"""The landing page: which Spaces there are. The gallery comes with another issue."""

from __future__ import annotations

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.responses import Response

from spaces import db
from spaces.access import visible
from spaces.hub.facts import gather
from spaces.lifecycle import Intent
from spaces.models import Space
from spaces.web.enter import way_in
from spaces.web.render import page
from spaces.web.visitors import Anybody

router = APIRouter(include_in_schema=False)

SHOWN = 200


@router.get("/")
def landing_page(visitor: Anybody) -> Response:
    """The Spaces that the visitor may see, with their stage and link."""
    with db.reading() as session:
        shown = select(Space).where(Space.intent != Intent.GONE, visible(visitor.actor, Space))
        rows = session.exec(shown.order_by(col(Space.changed_at).desc()).limit(SHOWN)).all()
        facts = gather(session, rows)
    spaces = [
        {
            "name": f"{fact.owner}/{fact.space.name}",
            "title": fact.space.title or fact.space.name,
            "stage": fact.space.stage.value,
            "serving": fact.space.stage.serving,
            "sdk": fact.space.sdk or "",
            "url": way_in(fact.space),
        }
        for fact in facts
    ]
    return page("home.html", visitor, spaces=spaces)
