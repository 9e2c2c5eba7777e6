"""The audit log, to read and to keep a copy of. There is no way to change it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import AwareDatetime

from spaces import audit, db
from spaces.access import access_admin
from spaces.api.deps import Caller
from spaces.audit import Filters

router = APIRouter(prefix="/api/admin/audit", tags=["admin"])

COLUMNS = ("id", "at", "actor", "action", "kind", "subject", "before", "after")
Word = Annotated[str | None, Query(max_length=300)]
Moment = Annotated[AwareDatetime | None, Query()]


@router.get("")
def list_audit(
    actor: Caller,
    by: Word = None,
    action: Annotated[str | None, Query(max_length=100, description="`quota.change`, or all of `quota`.")] = None,
    kind: Word = None,
    subject: Word = None,
    since: Moment = None,
    until: Moment = None,
    before: Annotated[
        int | None, Query(ge=1, description="Lines with a smaller number: `next` of the page before.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=audit.MOST)] = audit.PAGE,
) -> dict[str, Any]:
    """Lines, newest first; those that match everything that is named."""
    access_admin(actor)
    with db.reading() as session:
        found = audit.entries(session, Filters(by, action, kind, subject, since, until), before, limit + 1)
    shown = [audit.shown(entry) for entry in found[:limit]]
    return {"entries": shown, "next": shown[-1]["id"] if len(found) > limit else None}


@router.get("/export")
def export_audit(
    actor: Caller,
    format: Annotated[str, Query(pattern="^(ndjson|csv)$")] = "ndjson",
    by: Word = None,
    action: Word = None,
    kind: Word = None,
    subject: Word = None,
    since: Moment = None,
    until: Moment = None,
) -> StreamingResponse:
    """All lines that match, newest first, as a file: JSON by the line, or comma-separated."""
    access_admin(actor)
    lines = _every(Filters(by, action, kind, subject, since, until))
    text, media = (_csv(lines), "text/csv") if format == "csv" else (_ndjson(lines), "application/x-ndjson")
    headers = {"Content-Disposition": f'attachment; filename="audit.{format}"'}
    return StreamingResponse(text, media_type=media, headers=headers)


# -- private --------------------------------------------------------------------------------------

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would compute: names and reasons are other people's."""


def _every(filters: Filters) -> Iterator[dict[str, Any]]:
    before: int | None = None
    while True:
        with db.reading() as session:
            found = audit.entries(session, filters, before, audit.MOST)
        yield from (audit.shown(entry) for entry in found)
        if len(found) < audit.MOST:
            return
        before = found[-1].id


def _ndjson(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    return (json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _csv(lines: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield _row(COLUMNS)
    for line in lines:
        values = [line[column] for column in COLUMNS]
        yield _row([_cell(value) for value in values])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _row(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()
