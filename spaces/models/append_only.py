"""Tables whose rows are written once: the database itself refuses to change or remove one, whoever asks.

The same statements stand behind a migration and behind a table that is made from its model.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, event, text

_SQLITE = (
    "CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "CREATE TRIGGER {table}_keeps_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    # INSERT OR REPLACE removes the old row without asking the trigger above.
    "CREATE TRIGGER {table}_keeps_insert BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_keeps() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$",
    "CREATE TRIGGER {table}_keeps BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION {table}_keeps()",
)


def statements(table: str, dialect: str) -> list[str]:
    """What makes `table` append-only in that database."""
    templates = _SQLITE if dialect == "sqlite" else _POSTGRESQL
    return [template.format(table=table, refusal=f"{table} is append-only") for template in templates]


def append_only(model: Any) -> None:
    """Has `model`'s table made append-only whenever it is created."""
    table: Table = model.__table__

    @event.listens_for(table, "after_create")
    def _after_create(target: Table, connection: Any, **_: Any) -> None:
        for statement in statements(target.name, connection.dialect.name):
            connection.execute(text(statement))
