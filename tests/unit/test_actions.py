"""What people do with Spaces."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from spaces import actions, db
from spaces.access import find_space
from spaces.card import SpaceConfig
from spaces.errors import BadRequest, Conflict, Invalid, RevisionNotFound
from spaces.lifecycle import Intent, Stage
from spaces.models import EnvEntry, Event, Revision, Space, Tombstone
from spaces.models.types import now
from tests.unit.people import a_space, actor_of, person


def do(action, space, *arguments, **named):
    """Runs the action as alice and returns the row as it then stands."""
    actor = actor_of("alice")
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        if action == actions.set_sleep_time:
            action(session, row, *arguments, **named)
        else:
            action(session, row, actor, *arguments, **named)
    with db.reading() as session:
        return session.get_one(Space, space.id)


def with_revisions(count, **values):
    space = a_space(head="a" * 40, **values)
    with db.writing() as session:
        revisions = [
            Revision(space_id=space.id, build_id=n + 100, commit="a" * 40, config=SpaceConfig(sdk="gradio"))
            for n in range(count)
        ]
        session.add_all(revisions)
        session.flush()
        session.get_one(Space, space.id).revision_id = revisions[-1].id
        return space, [revision.id for revision in revisions]


def test_a_new_space_is_empty_and_has_a_host_and_a_network(place):
    one, two = a_space("alice", "one"), a_space("alice", "two")
    assert (one.stage, one.intent, one.subdomain, one.subnet) == (Stage.NO_APP_FILE, Intent.AWAKE, "alice-one", 1)
    assert two.subnet == 2


def test_a_network_is_used_again_after_its_space_is_gone(place):
    one, _two = a_space("alice", "one"), a_space("alice", "two")
    with db.writing() as session:
        session.delete(session.get_one(Space, one.id))
    three = a_space("alice", "three")
    assert three.subnet == one.subnet and three.id > one.id


def test_the_id_of_a_space_is_never_given_twice(place):
    one = a_space("alice", "one")
    with db.writing() as session:
        session.delete(session.get_one(Space, one.id))
    assert a_space("alice", "two").id > one.id


def test_creating_twice_says_where_the_first_is(place):
    a_space("alice", "demo")
    with pytest.raises(actions.SpaceExists) as caught:
        a_space("alice", "DEMO")
    assert caught.value.problem()["url"] == "http://localhost:8000/spaces/alice/demo"


@pytest.mark.parametrize("name", ["", "..", "a/b", "%2e%2e", "a.git", "x" * 97, "a\0b", "a‥b", "-x", "$(id)"])
def test_p14_a_name_that_could_be_a_path_is_no_space(place, name):
    before = sorted(place.data.rglob("*"))
    with pytest.raises(Invalid):
        a_space("alice", name)
    assert [p for p in sorted(place.data.rglob("*")) if p not in before and "demodock.db" not in p.name] == []


def test_p36_two_spaces_that_want_one_host_get_two(place):
    one, two = a_space("a-b", "c"), a_space("a", "b-c")
    assert one.subdomain == "a-b-c" and two.subdomain.startswith("a-b-c-")


def test_p36_the_host_of_a_deleted_space_is_its_owners_alone(place):
    gone = a_space("a-b", "c")
    actor = actor_of("a-b")
    with db.writing() as session:
        actions.delete_space(session, session.get_one(Space, gone.id), actor)
    assert a_space("a", "b-c").subdomain != "a-b-c"
    assert a_space("a-b", "c").subdomain == "a-b-c"


def test_p36_after_its_time_the_host_of_a_deleted_space_is_free(place):
    owner = person("a-b")
    with db.writing() as session:
        session.add(Tombstone(subdomain="a-b-c", owner_id=owner.id, until=now() - dt.timedelta(seconds=1)))
    assert a_space("a", "b-c").subdomain == "a-b-c"


def test_p52_a_deleted_space_is_out_of_sight_and_its_name_free(place):
    space = a_space()
    with db.writing() as session:
        session.add(EnvEntry(space_id=space.id, kind="secret", key="K", value="sealed"))
    row = do(actions.delete_space, space)
    assert (row.stage, row.intent) == (Stage.DELETING, Intent.GONE)
    with db.reading() as session:
        assert find_space(session, "alice", "demo") is None
        assert session.exec(select(EnvEntry)).all() == []
    assert a_space().id != space.id


def test_a_restart_of_a_running_space_asks_for_new_instances_and_keeps_serving(place):
    space, _ = with_revisions(1, stage=Stage.RUNNING)
    row = do(actions.restart, space)
    assert (row.generation, row.stage, row.intent) == (1, Stage.RUNNING_APP_STARTING, Intent.AWAKE)


@pytest.mark.parametrize("stage", [Stage.PAUSED, Stage.SLEEPING, Stage.STOPPED, Stage.RUNTIME_ERROR])
def test_a_restart_starts_what_is_at_rest(place, stage):
    space, _ = with_revisions(1, stage=stage, intent=Intent.PAUSED)
    row = do(actions.restart, space)
    assert (row.generation, row.stage, row.intent) == (1, Stage.APP_STARTING, Intent.AWAKE)


def test_a_space_without_a_push_has_nothing_to_restart(place):
    with pytest.raises(BadRequest):
        do(actions.restart, a_space())


def test_a_static_space_is_not_restarted_paused_or_slept(place):
    space = a_space(sdk="static")
    for action in (actions.restart, actions.pause, actions.sleep):
        with pytest.raises(BadRequest):
            do(action, space)


def test_a_static_space_that_failed_to_build_is_built_again(place):
    space, _ = with_revisions(1, stage=Stage.BUILD_ERROR, sdk="static")
    assert do(actions.restart, space).stage == Stage.BUILDING


def test_a_static_space_that_serves_has_nothing_to_restart(place):
    space, _ = with_revisions(1, stage=Stage.RUNNING, sdk="static")
    with pytest.raises(BadRequest):
        do(actions.restart, space)


def test_a_pause_says_who_paused(place):
    space, _ = with_revisions(1, stage=Stage.RUNNING)
    row = do(actions.pause, space)
    assert (row.stage, row.intent, row.reason.actor) == (Stage.PAUSED, Intent.PAUSED, "alice")
    with db.reading() as session:
        event = session.exec(select(Event)).all()[-1]
    assert (event.was, event.now, event.actor) == (Stage.RUNNING, Stage.PAUSED, "alice")


def test_only_a_restart_ends_a_pause(place):
    space, _ = with_revisions(1, stage=Stage.RUNNING)
    do(actions.pause, space)
    for action in (actions.wake, actions.sleep):
        with pytest.raises(Conflict):
            do(action, space)


def test_sleep_and_wake_change_what_should_be(place):
    space, _ = with_revisions(1, stage=Stage.RUNNING)
    assert do(actions.sleep, space).intent == Intent.ASLEEP
    assert do(actions.wake, space).intent == Intent.AWAKE


def test_a_rollback_takes_the_revision_before_the_present_and_builds_nothing(place):
    space, ids = with_revisions(3, stage=Stage.RUNNING)
    row = do(actions.rollback, space)
    assert (row.next_revision_id, row.stage) == (ids[1], Stage.RUNNING_APP_STARTING)
    assert do(actions.rollback, space, ids[0]).next_revision_id == ids[0]


def test_a_rollback_knows_the_revisions_of_its_own_space_only(place):
    space, ids = with_revisions(1, stage=Stage.RUNNING)
    with db.writing() as session:
        other = Revision(space_id=space.id + 1, build_id=1, commit="b" * 40, config=SpaceConfig(sdk="gradio"))
        session.connection().exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        session.add(other)
        session.flush()
        with pytest.raises(RevisionNotFound):
            actions.rollback(session, session.get_one(Space, space.id), actor_of_session(), other.id)
        session.delete(other)
    with pytest.raises(RevisionNotFound):
        do(actions.rollback, space)


def actor_of_session():
    from spaces.access import Actor

    return Actor(1, "alice")


def test_hardware_is_what_the_admin_defined(place):
    space = a_space()
    row = do(actions.set_hardware, space, "cpu-upgrade", 60)
    assert (row.hardware, row.generation, row.sleep_after) == ("cpu-upgrade", 1, 60)
    with pytest.raises(Invalid) as caught:
        do(actions.set_hardware, space, "a100")
    assert "cpu-basic, cpu-upgrade" in caught.value.hint


@pytest.mark.parametrize(("seconds", "fine"), [(-1, True), (1, True), (0, False), (-2, False), (10**12, False)])
def test_sleep_times_have_bounds(place, seconds, fine):
    space = a_space()
    if fine:
        assert do(actions.set_sleep_time, space, seconds).sleep_after == seconds
    else:
        with pytest.raises(Invalid):
            do(actions.set_sleep_time, space, seconds)
