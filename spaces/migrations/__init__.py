"""Database migrations (Alembic). `upgrade()` brings a database to the present schema."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlmodel import Session, select

from spaces import db
from spaces.models import Flavor
from spaces.models.flavor import DEFAULTS


def upgrade() -> None:
    """Runs every missing migration, then writes what a new database starts with. Safe to run at every start."""
    command.upgrade(configuration(), "head")
    with db.writing() as session:
        seed(session)


def configuration() -> Config:
    """Alembic's configuration for this package; the database comes from the settings."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def seed(session: Session) -> None:
    """The flavors of a new installation; once there are any, the table is the admin's."""
    if session.exec(select(Flavor)).first() is None:
        session.add_all(Flavor(**flavor.model_dump() | {"position": n}) for n, flavor in enumerate(DEFAULTS))
