"""Page: who changed what, newest first, with what it was before and what it became."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from spaces import audit, db
from spaces.audit import Filters
from spaces.models import AuditEntry
from spaces.web.admin.differences import Difference, differences
from spaces.web.admin.door import Admin, address, console
from spaces.web.render import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)

PAGE = 50
LONGEST = 300
"""Of what is searched for."""
EXPORT = "/api/admin/audit/export"


@dataclass(frozen=True)
class Line:
    """An entry, and what it changed."""

    entry: AuditEntry
    changes: list[Difference]


@router.get(address("audit"))
def audit_page(visitor: Admin, by: str = "", action: str = "", subject: str = "", before: str = "") -> Response:
    """Lines that match everything that is named; `before`: those with a smaller number."""
    wanted = {"by": by, "action": action, "subject": subject}
    wanted = {name: value.strip()[:LONGEST] for name, value in wanted.items()}
    number = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    with db.reading() as session:
        filters = Filters(wanted["by"] or None, wanted["action"] or None, None, wanted["subject"] or None)
        found = audit.entries(session, filters, number, PAGE + 1)
        actions = _actions(session)
    lines = [_line(entry) for entry in found[:PAGE]]
    query = urlencode({name: value for name, value in wanted.items() if value})
    values = {
        "lines": lines,
        "next": str(lines[-1].entry.id) if len(found) > PAGE else "",
        "later": number is not None,
        "actions": actions,
        "exports": {
            kind: f"{EXPORT}?{urlencode({'format': kind})}{'&' if query else ''}{query}" for kind in ("csv", "ndjson")
        },
    }
    return console("audit", visitor, wanted=wanted, filtered=bool(query), **values)


# -- private --------------------------------------------------------------------------------------


def _line(entry: AuditEntry) -> Line:
    told: dict[str, Any] = audit.shown(entry)
    return Line(entry, differences(told["before"], told["after"]))


def _actions(session: Session) -> list[str]:
    """Every verb that was ever written down, to choose from."""
    return list(session.exec(select(AuditEntry.action).distinct().order_by(col(AuditEntry.action))))
