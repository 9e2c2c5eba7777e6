"""Secrets and variables."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db, env
from spaces.errors import Conflict, DemodockError, Invalid
from spaces.models import EnvEntry, Space
from spaces.models.space import EnvKind
from tests.unit.people import a_space

SECRET, VARIABLE = EnvKind.SECRET, EnvKind.VARIABLE
CANARY = "canary-5f1c9e0b7d"


def put(space, kind, key, value):
    with db.writing() as session:
        return env.put_entry(session, session.get_one(Space, space.id), kind, key, value)


def opened(space):
    with db.reading() as session:
        return env.environment(session, session.get_one(Space, space.id))


def test_what_is_set_is_what_the_instance_gets(place):
    space = a_space()
    put(space, SECRET, "TOKEN", CANARY)
    put(space, VARIABLE, "MODE", "fast")
    put(space, SECRET, "TOKEN", CANARY + "2")
    assert opened(space) == ({"MODE": "fast"}, {"TOKEN": CANARY + "2"})


def test_p33_a_secret_lies_sealed_in_the_database(place):
    space = a_space()
    put(space, SECRET, "TOKEN", CANARY)
    stored = b"".join(p.read_bytes() for p in place.data.rglob("*") if p.is_file())
    assert CANARY.encode() not in stored and b"TOKEN" in stored


def test_p33_a_sealed_value_moved_to_another_space_or_key_opens_nowhere(place):
    one, two = a_space("alice", "one"), a_space("alice", "two")
    sealed = put(one, SECRET, "TOKEN", CANARY).value
    for space_id, key in [(two.id, "TOKEN"), (one.id, "OTHER")]:
        with pytest.raises(DemodockError) as caught:
            env.unseal(space_id, key, sealed)
        assert CANARY not in str(caught.value)
    assert env.unseal(one.id, "TOKEN", sealed) == CANARY


def test_an_older_key_still_opens_what_it_sealed(place):
    space = a_space()
    put(space, SECRET, "OLD", CANARY)
    key = place.data / "secret-key"
    key.write_text("the-new-key\n" + key.read_text())
    put(space, SECRET, "NEW", "other")
    assert opened(space)[1] == {"OLD": CANARY, "NEW": "other"}
    key.write_text("the-new-key\n")
    with pytest.raises(DemodockError, match="cannot be opened"):
        opened(space)


@pytest.mark.parametrize(
    "key", ["SPACE_ID", "space_id", "PATH", "LD_PRELOAD", "ld_library_path", "NVIDIA_VISIBLE_DEVICES"]
)
def test_names_that_the_platform_sets_are_refused_with_the_list(place, key):
    with pytest.raises(Invalid) as caught:
        put(a_space(), VARIABLE, key, "x")
    assert "SPACE_HOST" in caught.value.hint and caught.value.code == "reserved_name"


@pytest.mark.parametrize("key", ["", "1A", "A-B", "A B", "A=B", "A\n", "$(touch x)", "ä", "A" * 129])
def test_what_cannot_name_a_variable_is_refused(place, key):
    with pytest.raises(Invalid):
        put(a_space(), VARIABLE, key, "x")


@pytest.mark.parametrize("value", ["a\0b", "x" * (env.MAX_VALUE + 1)])
def test_what_an_environment_cannot_hold_is_refused_without_repeating_it(place, value):
    with pytest.raises(Invalid) as caught:
        put(a_space(), SECRET, "TOKEN", value)
    assert value not in str(caught.value.problem())


def test_a_change_asks_for_new_instances(place):
    space = a_space()
    put(space, VARIABLE, "MODE", "fast")
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        assert row.generation == 1
        assert env.remove_entry(session, row, VARIABLE, "MODE")
        assert not env.remove_entry(session, row, VARIABLE, "MODE")
        assert row.generation == 2
        assert session.exec(select(EnvEntry)).all() == []


def test_a_name_is_a_secret_or_a_variable_and_not_both(place):
    space = a_space()
    put(space, SECRET, "TOKEN", CANARY)
    with pytest.raises(Conflict):
        put(space, VARIABLE, "TOKEN", "x")
    with db.writing() as session:
        assert not env.remove_entry(session, session.get_one(Space, space.id), VARIABLE, "TOKEN")


def test_a_space_holds_only_so_many(place, monkeypatch):
    monkeypatch.setattr(env, "MAX_ENTRIES", 2)
    space = a_space()
    put(space, VARIABLE, "A", "1")
    put(space, VARIABLE, "B", "1")
    put(space, VARIABLE, "B", "2")
    with pytest.raises(Invalid):
        put(space, VARIABLE, "C", "1")
