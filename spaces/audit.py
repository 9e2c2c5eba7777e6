"""The audit log: every change that an admin makes, and every decision about GPUs worth knowing of, with before and after.

A line is written in the transaction of the change it tells of: both stand, or neither. Nothing here changes or removes
one, and the database refuses it. What could open something is never in a line: keys that sound like it lose their value.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from spaces import names
from spaces.access import Actor
from spaces.models import AuditEntry

PLATFORM = "platform"
"""The actor where nobody asked for it."""
PAGE = 100
MOST = 1000
"""Lines of one page: usually, and at most."""
HIDDEN = "(hidden)"
"""Stands where something secret would have."""


class Subject(NamedTuple):
    """What a change was made to."""

    kind: str
    """`owner`, `space`, `gpu`, `flavor` …"""
    name: str


@dataclass(frozen=True)
class Filters:
    """Which lines are wanted; what is not set does not matter. Names are compared whatever their case."""

    actor: str | None = None
    action: str | None = None
    """A verb such as `quota.change`, or all about one thing: `quota`."""
    kind: str | None = None
    subject: str | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def record(
    session: Session,
    actor: Actor | str,
    action: str,
    subject: tuple[str, str],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Adds a line, in the caller's transaction. `subject` is its kind and its name; None: there was, or is, nothing."""
    kind, name = subject
    who = actor if isinstance(actor, str) else actor.name
    entry = AuditEntry(actor=who, action=action, kind=kind, subject=name, before=_text(before), after=_text(after))
    session.add(entry)


def change_visibility(
    session: Session, actor: Actor | str, subject: tuple[str, str], was: StrEnum, becomes: StrEnum
) -> None:
    """A line for who sees a repository; none where that stays."""
    if was != becomes:
        record(session, actor, "visibility.change", subject, {"visibility": was}, {"visibility": becomes})


def entries(
    session: Session, filters: Filters = Filters(), before: int | None = None, limit: int = PAGE
) -> Sequence[AuditEntry]:
    """Lines, newest first; `before`: those with a smaller number, which is how the next page is asked for."""
    wanted = select(AuditEntry).order_by(col(AuditEntry.id).desc()).limit(max(1, min(limit, MOST)))
    for column, value in (
        (AuditEntry.actor, filters.actor),
        (AuditEntry.kind, filters.kind),
        (AuditEntry.subject, filters.subject),
    ):
        if value is not None:
            wanted = wanted.where(col(column).ilike(_literally(value), escape="\\"))
    if filters.action is not None:
        exactly = _literally(filters.action)
        wanted = wanted.where(
            col(AuditEntry.action).ilike(exactly, escape="\\")
            | col(AuditEntry.action).ilike(f"{exactly}.%", escape="\\")
        )
    if filters.since is not None:
        wanted = wanted.where(col(AuditEntry.at) >= filters.since)
    if filters.until is not None:
        wanted = wanted.where(col(AuditEntry.at) < filters.until)
    if before is not None:
        wanted = wanted.where(col(AuditEntry.id) < before)
    return session.exec(wanted).all()


def shown(entry: AuditEntry) -> dict[str, Any]:
    """A line as JSON has it."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "kind": entry.kind,
        "subject": entry.subject,
        "before": json.loads(entry.before) if entry.before else None,
        "after": json.loads(entry.after) if entry.after else None,
    }


# -- private --------------------------------------------------------------------------------------

_SECRET = re.compile(r"token|secret|password|digest|credential|cookie|(^|_)(link|value|key)$", re.IGNORECASE)
_TOKEN = re.compile(rf"{re.escape(names.TOKEN_PREFIX)}[A-Za-z0-9]{{8,}}")


def _text(value: Mapping[str, Any] | None) -> str | None:
    return None if value is None else json.dumps(_clean(value), ensure_ascii=False, default=str)


def _clean(value: Any, key: str = "") -> Any:
    if _SECRET.search(key) and not isinstance(value, bool | int | None):
        return HIDDEN
    if isinstance(value, Mapping):
        return {str(name): _clean(part, str(name)) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return _TOKEN.sub(HIDDEN, value) if isinstance(value, str) else value


def _literally(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
