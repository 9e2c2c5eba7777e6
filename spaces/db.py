"""The database: SQLite in WAL mode by default, PostgreSQL by URL.

No transaction spans a call to the engine, to Redis or to a network: read, close, act, write.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
from collections.abc import Iterator

from sqlalchemy import Engine as SqlEngine
from sqlalchemy import create_engine, event, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import Session, SQLModel

from spaces.models import Lease
from spaces.models.types import now
from spaces.settings import get_settings

BUSY_SECONDS = 15
"""How long a writer waits for another before the database counts as locked."""


@functools.cache
def database() -> SqlEngine:
    """The process's connection pool."""
    return open_database(get_settings().database)


def open_database(url: str) -> SqlEngine:
    """A pool for `url`, with SQLite made safe for several processes."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _pragmas(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None  # we say BEGIN ourselves: the driver's own is deferred and deadlocks writers
        for pragma in (
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


@contextlib.contextmanager
def reading() -> Iterator[Session]:
    """A session for reading; rows stay usable after it closes."""
    with Session(database(), expire_on_commit=False) as session:
        yield session


@contextlib.contextmanager
def writing() -> Iterator[Session]:
    """A session whose changes are committed at the end, or all undone on an error. Takes SQLite's write lock at once."""
    with Session(database().execution_options(writes=True), expire_on_commit=False) as session, session.begin():
        yield session


def insert_missing(session: Session, table: type[SQLModel], **values: object) -> None:
    """A row of `table`, where there is none with that key; safe against a racing writer."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else pg_insert
    session.execute(insert(table).values(**values).on_conflict_do_nothing())


def acquire(name: str, holder: str, seconds: float) -> bool:
    """Takes or renews the lease `name` until `seconds` from now; False where another holder has it."""
    moment, until = now(), now() + dt.timedelta(seconds=seconds)
    with writing() as session:
        insert_missing(session, Lease, name=name, holder=holder, until=moment)
        taken = session.execute(
            update(Lease)
            .where(Lease.name == name, (Lease.holder == holder) | (Lease.until <= moment))
            .values(holder=holder, until=until)  # type: ignore[arg-type]
        )
        return taken.rowcount == 1  # type: ignore[attr-defined]


def release(name: str, holder: str) -> None:
    """Gives the lease back; nothing where another holds it."""
    with writing() as session:
        session.execute(
            text("DELETE FROM lease WHERE name = :name AND holder = :holder"), {"name": name, "holder": holder}
        )
