"""Alembic's entry: online migrations on the platform's own connection pool."""

from typing import Any

from alembic import context
from sqlmodel import SQLModel

import spaces.models  # noqa: F401  (its tables are the target)
from spaces import db
from spaces.models.types import EnumText, ModelJson, UtcTime


def render(kind: str, item: Any, _: Any) -> str | bool:
    """Our column types are text and times to the database: migrations must not depend on our classes."""
    if kind == "type" and isinstance(item, EnumText | ModelJson):
        return "sa.Text()"
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and type(item).__name__ == "AutoString":
        return "sa.String()"
    return False


with db.database().connect() as connection:
    if connection.dialect.name == "sqlite":
        # A table that is made anew is dropped in between; only before a transaction may this be said.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=False,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")
