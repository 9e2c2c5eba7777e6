"""The ledger of builds, without Redis: one build per commit, fences, retries, and what the Space looks like meanwhile."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlmodel import select

from spaces import builds, db, jobs
from spaces.builds import RevisionDraft
from spaces.card import SpaceConfig
from spaces.errors import Conflict
from spaces.lifecycle import BuildStatus, Intent, Phase, Reason, Stage
from spaces.models import Build, Owner, Revision, Space
from spaces.models.types import now
from spaces.moves import move

A, B = "a" * 40, "b" * 40
DRAFT = RevisionDraft(config=SpaceConfig(sdk="gradio", title="Hello"), image="sha256:1", command=("python", "app.py"))
BROKEN = Reason(code="dependencies", message="No such package.")


@pytest.fixture(autouse=True)
def no_redis(monkeypatch):
    rung: list[tuple[int, int]] = []
    monkeypatch.setattr(jobs, "ring_builders", lambda build, attempt: rung.append((build, attempt)) or False)
    monkeypatch.setattr(jobs, "tell_cancelled", lambda build: None)
    monkeypatch.setattr(jobs, "waiting", lambda: set())
    monkeypatch.setattr("spaces.doorbell._publish", lambda *_: None)
    return rung


@pytest.fixture
def space(place) -> int:
    with db.writing() as session:
        owner = Owner(name="ada", name_key="ada")
        session.add(owner)
        session.flush()
        row = Space(owner_id=owner.id, name="demo", name_key="demo", subdomain="ada-demo", subnet=0)
        session.add(row)
        session.flush()
        return row.id


def ask(space_id: int, commit: str, **kw) -> int:
    with db.writing() as session:
        return builds.request_build(session, session.get(Space, space_id), commit, "ada", **kw).id


def get(kind, key):
    with db.reading() as session:
        return session.get(kind, key)


def put(space_id: int, stage: Stage, **values) -> None:
    with db.writing() as session:
        row = session.get(Space, space_id)
        for key, value in values.items():
            setattr(row, key, value)
        move(session, row, stage, Phase.IDLE)


def test_a_first_push_builds(space, no_redis):
    build = ask(space, A)
    assert get(Space, space).stage == Stage.BUILDING
    assert get(Space, space).phase == Phase.QUEUED
    assert no_redis == [(build, 0)]


def test_p47_asking_twenty_times_at_once_is_one_build(space):
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(ask(space, A))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20 and len(set(found)) == 1
    with db.reading() as session:
        assert len(session.exec(select(Build)).all()) == 1


def test_a_failed_build_and_a_factory_rebuild_are_built_again(space):
    first = ask(space, A)
    builds.fail(builds.claim(first, "w"), BROKEN)
    second = ask(space, A)
    assert second != first
    builds.publish(builds.claim(second, "w"), DRAFT)
    assert ask(space, A) == second
    third = ask(space, A, factory=True)
    assert third != second and ask(space, A, factory=True) == third


def test_building_again_takes_what_was_set_since(space):
    first = ask(space, A)
    assert ask(space, A, again=True) == first, "it has not begun, and will see it all"
    builds.claim(first, "w")
    put(space, Stage.BUILDING, changed_at=now() - dt.timedelta(seconds=9))
    assert ask(space, A, again=True) == first
    put(space, Stage.BUILDING, changed_at=now())
    second = ask(space, A, again=True)
    assert second != first and get(Build, first).status == BuildStatus.SUPERSEDED
    assert builds.publish(builds.claim(second, "w"), DRAFT)
    assert ask(space, A) == second and ask(space, A, again=True) > second


def test_p47_a_newer_push_supersedes_waiting_and_running_builds(space):
    waiting = ask(space, A)
    running = ask(space, B)
    assert get(Build, waiting).status == BuildStatus.SUPERSEDED
    claim = builds.claim(running, "w")
    newest = ask(space, A)
    assert get(Build, running).status == BuildStatus.SUPERSEDED
    assert builds.publish(claim, DRAFT) is None
    assert not builds.renew(claim) and not builds.progress(claim, Phase.BUILDING) and not builds.fail(claim, BROKEN)
    assert get(Space, space).next_revision_id is None
    assert builds.publish(builds.claim(newest, "w"), DRAFT)


def test_a_build_is_claimed_once(space):
    build = ask(space, A)
    assert builds.claim(build, "one").attempt == 1
    assert builds.claim(build, "two") is None
    assert builds.claim(999, "two") is None


def test_publishing_makes_the_next_revision(space):
    claim = builds.claim(ask(space, A), "w")
    assert builds.progress(claim, Phase.BUILDING)
    assert get(Space, space).phase == Phase.BUILDING
    revision = get(Revision, builds.publish(claim, DRAFT))
    row = get(Space, space)
    assert (row.next_revision_id, row.revision_id, row.stage) == (revision.id, None, Stage.APP_STARTING)
    assert (row.sdk, row.title, revision.command) == ("gradio", "Hello", '["python", "app.py"]')
    assert get(Build, claim.build_id).status == BuildStatus.SUCCEEDED
    assert builds.publish(claim, DRAFT) is None


def test_p44_a_silent_worker_is_fenced_and_its_build_tried_again_with_a_reason(space, no_redis):
    silent = builds.claim(ask(space, A), "one")
    builds.sweep()
    assert get(Build, silent.build_id).status == BuildStatus.RUNNING, "its lease still holds"
    expire(silent.build_id)
    builds.sweep()
    row = get(Build, silent.build_id)
    assert (row.status, row.reason.code) == (BuildStatus.QUEUED, "worker_lost")
    assert get(Space, space).reason.code == "worker_lost"
    second = builds.claim(silent.build_id, "two")
    assert second.attempt == 2
    assert builds.publish(silent, DRAFT) is None
    assert builds.publish(second, DRAFT)
    with db.reading() as session:
        assert len(session.exec(select(Revision)).all()) == 1


def test_p46_what_redis_forgot_is_handed_out_again(space, no_redis, monkeypatch):
    build = ask(space, A)
    no_redis.clear()
    builds.sweep()
    assert no_redis == [(build, 0)]
    monkeypatch.setattr(jobs, "waiting", lambda: {build})
    builds.sweep()
    assert no_redis == [(build, 0)], "it waits in the queue already"


def test_platform_failures_are_retried_and_end_as_such(space):
    build = ask(space, A)
    down = Reason(code="engine_unavailable", message="The engine did not answer.")
    for attempt in range(1, builds.ATTEMPTS + 1):
        claim = builds.claim(build, "w")
        assert claim.attempt == attempt
        builds.fail(claim, down, platform=True)
    assert get(Build, build).status == BuildStatus.FAILED
    assert get(Space, space).stage == Stage.BUILD_ERROR


@pytest.mark.parametrize(
    ("code", "stage"),
    [
        ("no_app_file", Stage.NO_APP_FILE),
        ("config_error", Stage.CONFIG_ERROR),
        ("dependencies", Stage.BUILD_ERROR),
    ],
)
def test_a_persons_failure_is_shown_where_nothing_serves(space, code, stage):
    builds.fail(builds.claim(ask(space, A), "w"), Reason(code=code, message="x"))
    row = get(Space, space)
    assert (row.stage, row.reason.code) == (stage, code)


def test_p51_a_failed_build_leaves_the_old_revision_serving(space):
    put(space, Stage.RUNNING, revision_id=7)
    claim = builds.claim(ask(space, A), "w")
    assert get(Space, space).stage == Stage.RUNNING_BUILDING
    builds.fail(claim, BROKEN)
    row = get(Space, space)
    assert (row.stage, row.phase, row.revision_id, row.reason.code) == (
        Stage.RUNNING,
        Phase.SERVING,
        7,
        "dependencies",
    )


def test_p51_a_failed_build_lets_a_sleeping_space_wake_as_before(space):
    put(space, Stage.RUNNING, revision_id=7)
    put(space, Stage.SLEEPING, intent=Intent.ASLEEP)
    builds.fail(builds.claim(ask(space, A), "w"), BROKEN)
    row = get(Space, space)
    assert (row.stage, row.intent, row.reason.code) == (Stage.SLEEPING, Intent.ASLEEP, "dependencies")


def test_a_paused_space_is_built_and_stays_paused(space):
    put(space, Stage.RUNNING, revision_id=7)
    put(space, Stage.PAUSED, intent=Intent.PAUSED)
    claim = builds.claim(ask(space, A), "w")
    assert get(Space, space).stage == Stage.PAUSED
    assert builds.publish(claim, DRAFT)
    row = get(Space, space)
    assert (row.stage, row.intent, row.phase) == (Stage.PAUSED, Intent.PAUSED, Phase.IDLE)


def test_p69_a_cancelled_build_is_cancelled_not_failed(space):
    claim = builds.claim(ask(space, A), "w")
    assert builds.cancel(claim.build_id, "ada")
    assert not builds.cancel(claim.build_id, "ada")
    assert get(Build, claim.build_id).status == BuildStatus.CANCELLED
    assert get(Space, space).reason.actor == "ada"
    assert not builds.fail(claim, BROKEN) and builds.publish(claim, DRAFT) is None


def test_nothing_is_built_for_a_space_that_goes(space):
    build = ask(space, A)
    with db.writing() as session:
        session.get(Space, space).intent = Intent.GONE
    with pytest.raises(Conflict):
        ask(space, B)
    assert builds.claim(build, "w") is None
    assert get(Build, build).status == BuildStatus.CANCELLED


def expire(build_id: int) -> None:
    with db.writing() as session:
        session.get(Build, build_id).lease_until = now() - dt.timedelta(seconds=1)
