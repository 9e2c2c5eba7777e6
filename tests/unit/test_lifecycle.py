"""Stages: the Hub's strings, and which may follow which."""

import pytest
from sqlmodel import select

from spaces import db, moves
from spaces.errors import Conflict
from spaces.lifecycle import TRANSITIONS, Phase, Reason, Stage, check_move
from spaces.models import Event, Owner, Space


def test_every_stage_has_a_row_in_the_table():
    assert set(TRANSITIONS) == set(Stage)


def test_a_deleted_space_never_comes_back():
    for stage in set(Stage) - {Stage.DELETING}:
        with pytest.raises(Conflict):
            check_move(Stage.DELETING, stage)


def test_every_stage_may_become_deleting_and_may_stay():
    for stage in Stage:
        check_move(stage, Stage.DELETING)
        check_move(stage, stage)


def test_a_failed_build_never_sleeps():
    with pytest.raises(Conflict):
        check_move(Stage.BUILD_ERROR, Stage.SLEEPING)


def test_a_move_writes_one_event_with_was_and_now(place):
    with db.writing() as session:
        owner = Owner(name="alice", name_key="alice")
        session.add(owner)
        session.flush()
        space = Space(owner_id=owner.id, name="demo", name_key="demo", subdomain="alice-demo", subnet=0)
        session.add(space)
        session.flush()
        reason = Reason(code="push", message="Pushed.")
        moves.move(session, space, Stage.BUILDING, Phase.QUEUED, reason, actor="alice")
        assert moves.move(session, space, Stage.BUILDING, Phase.QUEUED, reason, actor="alice") is None
    with db.reading() as session:
        (event,) = session.exec(select(Event)).all()
    assert (event.space, event.was, event.now, event.actor) == (
        "alice/demo",
        Stage.NO_APP_FILE,
        Stage.BUILDING,
        "alice",
    )
    assert event.reason == reason
