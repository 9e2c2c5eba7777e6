"""Migrations make exactly the tables that the models describe."""

from alembic import command
from sqlalchemy import Column, insert, inspect, table, text
from sqlmodel import SQLModel, select

from spaces import db, migrations
from spaces.lifecycle import Phase, Stage
from spaces.models import Build, Event, Flavor, Owner, Space
from spaces.models.flavor import DEFAULTS


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
        assert session.get(Flavor, "cpu-basic").cpus == 3 and session.get(Flavor, "cpu-upgrade") is None


def test_an_earlier_version_gets_the_hubs_gpu_flavors_and_keeps_its_own(place):
    SQLModel.metadata.drop_all(db.database())
    command.upgrade(migrations.configuration(), "0016")
    add = text(
        "INSERT INTO flavor (name, pretty_name, cpus, memory, pids, disk, gpus, position) "
        "VALUES ('t4-small', 'Ours', 1, 1024, 64, 1024, 0, 0)"
    )
    with db.writing() as session:
        session.exec(add)
    migrations.upgrade()
    with db.reading() as session:
        upgraded = {flavor.name: flavor for flavor in session.exec(select(Flavor))}
    assert upgraded.pop("t4-small").pretty_name == "Ours"
    new = {flavor.name: flavor for flavor in DEFAULTS if flavor.gpus and flavor.name != "t4-small"}
    assert {name: row.model_dump(exclude={"position"}) for name, row in upgraded.items()} == {
        name: row.model_dump(exclude={"position"}) for name, row in new.items()
    }


def test_a_migrated_database_gives_no_number_of_a_deleted_space_again(place):
    SQLModel.metadata.drop_all(db.database())
    migrations.upgrade()
    counted = {
        table.name for table in SQLModel.metadata.sorted_tables if table.dialect_options["sqlite"]["autoincrement"]
    }
    with db.reading() as session:
        made = session.exec(text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'"))
        assert {row[0] for row in made} == counted
    numbers = [a_space("first"), a_space("second")]
    with db.writing() as session:
        for number in numbers:
            session.delete(session.get(Space, number))
    assert a_space("third") not in numbers


def test_spaces_of_an_earlier_version_are_kept_with_all_that_refers_to_them(place):
    SQLModel.metadata.drop_all(db.database())
    command.upgrade(migrations.configuration(), "0015")
    kept = a_space("kept")
    with db.writing() as session:
        session.add(Build(space_id=kept, number=1, commit="0" * 40))
        gone = Event(space_id=41, space="ada/gone", was=Stage.RUNNING, now=Stage.DELETING, phase=Phase.STOPPING)
        session.add(gone)
    migrations.upgrade()
    with db.reading() as session:
        assert session.get(Space, kept).name == "kept"
        assert not session.exec(text("PRAGMA foreign_key_check")).all()
        assert session.exec(text("PRAGMA foreign_keys")).one()[0] == 1
    assert a_space("next") > 41


def a_space(name: str) -> int:
    """The number of a new row, made as `create_space` makes it but for all it checks; earlier versions know fewer columns."""
    with db.writing() as session:
        owner = session.exec(select(Owner)).first() or Owner(name="ada", name_key="ada")
        session.add(owner)
        session.flush()
        count = session.exec(text("SELECT count(*) FROM space")).one()[0]
        row = Space(owner_id=owner.id, name=name, name_key=name, subdomain=f"ada-{name}", subnet=count + 1)
        known = {column["name"] for column in inspect(session.connection()).get_columns("space")} - {"id"}
        columns = [column for column in Space.__table__.columns if column.name in known]
        earlier = table("space", *(Column(column.name, column.type) for column in columns))
        session.execute(insert(earlier).values(row.model_dump(include=known)))
        return session.exec(text("SELECT max(id) FROM space")).one()[0]
