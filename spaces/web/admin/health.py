"""Page: whether every part of the platform is there, and how to mend what is not; and how the Spaces are."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter
from sqlmodel import Session, col, func, select
from starlette.responses import Response

from spaces import db
from spaces.host import pulse
from spaces.host.doctor import WORST
from spaces.host.versions import Verdict
from spaces.lifecycle import Intent
from spaces.models import Space
from spaces.settings import get_settings
from spaces.web import stages
from spaces.web.admin.door import Admin, address, console
from spaces.web.render import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

TONES = {Verdict.OK: "good", Verdict.WARN: "busy", Verdict.FAIL: "bad"}


@router.get(address("health"))
def health_page(visitor: Admin) -> Response:
    parts = pulse.look(get_settings())
    with db.reading() as session:
        found = _spaces(session)
    worst = max((part.verdict for part in parts), key=WORST.__getitem__)
    return console("health", visitor, parts=parts, tones=TONES, worst=worst.value, spaces=found)


# -- private --------------------------------------------------------------------------------------


def _spaces(session: Session) -> list[tuple[stages.Look, int]]:
    """How Spaces look, and how many do so; the most frequent first."""
    rows = (
        select(Space.stage, Space.phase, func.count())
        .where(col(Space.intent) != Intent.GONE)
        .group_by(col(Space.stage), col(Space.phase))
    )
    counts: Counter[stages.Look] = Counter()
    for stage, phase, count in session.exec(rows):
        counts[stages.look(stage, phase)] += count
    return counts.most_common()
