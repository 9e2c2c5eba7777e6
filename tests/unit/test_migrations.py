"""Migrations make exactly the tables that the models describe."""

from alembic import command
from sqlmodel import SQLModel, select

from spaces import db, migrations
from spaces.models import Flavor


def test_a_migrated_database_is_what_the_models_describe(place):
    SQLModel.metadata.drop_all(db.database())
    migrations.upgrade()
    command.check(migrations.configuration())  # raises where a migration is missing


def test_upgrading_twice_keeps_what_an_admin_changed(place):
    SQLModel.metadata.drop_all(db.database())
    migrations.upgrade()
    with db.writing() as session:
        session.get(Flavor, "cpu-basic").cpus = 3
        session.delete(session.get(Flavor, "cpu-upgrade"))
    migrations.upgrade()
    with db.reading() as session:
        assert [(f.name, f.cpus) for f in session.exec(select(Flavor))] == [("cpu-basic", 3)]
