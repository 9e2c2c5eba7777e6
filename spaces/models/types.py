"""Column types: UTC times, and pydantic models or enums kept as text."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

from pydantic import BaseModel
from sqlalchemy import DateTime, Text
from sqlalchemy.types import TypeDecorator


def now() -> dt.datetime:
    """The present in UTC; the only clock that rows are stamped with."""
    return dt.datetime.now(dt.UTC)


class UtcTime(TypeDecorator[dt.datetime]):
    """A timezone-aware time; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return value.astimezone(dt.UTC).replace(tzinfo=None if dialect.name == "sqlite" else dt.UTC) if value else None

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return value.replace(tzinfo=dt.UTC) if value and value.tzinfo is None else value


class EnumText(TypeDecorator[StrEnum]):
    """A StrEnum kept as its value, so that a new member needs no migration."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | str | None, dialect: Any) -> str | None:
        return self.kind(value).value if value is not None else None

    def process_result_value(self, value: str | None, dialect: Any) -> StrEnum | None:
        return self.kind(value) if value is not None else None


class ModelJson(TypeDecorator[BaseModel]):
    """A pydantic model kept as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[BaseModel]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: BaseModel | None, dialect: Any) -> str | None:
        return value.model_dump_json() if value is not None else None

    def process_result_value(self, value: str | None, dialect: Any) -> BaseModel | None:
        return self.kind.model_validate_json(value) if value is not None else None
