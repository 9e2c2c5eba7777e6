"""The table of decisions: what should be, what is, and the actions between them."""

import datetime as dt

import pytest

from spaces.engines.base import ContainerState
from spaces.lifecycle import InstanceStatus, Intent, Stage
from spaces.reconcile import (
    Crash,
    Drain,
    Erase,
    Forget,
    InstanceFact,
    Mark,
    Settle,
    SpaceFact,
    Start,
    Stop,
    Switch,
    reconcile,
)

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
RUNNING, FROZEN, EXITED = ContainerState.RUNNING, ContainerState.FROZEN, ContainerState.EXITED


def instance(id=1, revision=1, generation=0, status=InstanceStatus.READY, container=RUNNING, retry_at=None):
    return InstanceFact(id, f"i{id}", revision, generation, status, container, retry_at)


def space(*instances, **facts):
    defaults = {"intent": Intent.AWAKE, "stage": Stage.RUNNING, "revision_id": 1, "instance_id": 1}
    return SpaceFact(id=7, instances=instances, **(defaults | facts))


S = InstanceStatus
TABLE = {
    "a new Space without a build needs nothing": (space(stage=Stage.BUILDING, revision_id=None, instance_id=None), []),
    "its first revision is started": (
        space(stage=Stage.BUILDING, revision_id=None, instance_id=None, next_revision_id=1),
        [Start(7, 1)],
    ),
    "what waits for a GPU is not started": (
        space(instance(status=S.STOPPED, container=EXITED), stage=Stage.APP_STARTING, waiting=True),
        [],
    ),
    "while the next revision waits for a GPU the old one is looked after": (
        space(instance(container=EXITED), instance(2, 2, status=S.STOPPED), next_revision_id=2, waiting=True),
        [Settle(7, 1, S.STOPPED)],
    ),
    "who waits for a GPU and is to sleep says so": (
        space(
            instance(status=S.STOPPED, container=EXITED), stage=Stage.APP_STARTING, intent=Intent.ASLEEP, waiting=True
        ),
        [Mark(7, Stage.SLEEPING)],
    ),
    "a running Space is left alone": (space(instance()), []),
    "a running Space says so": (space(instance(), stage=Stage.APP_STARTING), [Mark(7, Stage.RUNNING)]),
    "what serves as it should is not starting any more": (
        space(instance(), stage=Stage.RUNNING_APP_STARTING),
        [Mark(7, Stage.RUNNING)],
    ),
    "a new revision starts beside the old": (space(instance(), next_revision_id=2), [Start(7, 2)]),
    "a new revision that is ready takes over": (
        space(instance(), instance(2, 2), next_revision_id=2),
        [Start(7, 2)],
    ),
    "after the switch the old one drains": (
        space(instance(), instance(2, 2), revision_id=2, instance_id=2),
        [Drain(7, 1)],
    ),
    "a failed new revision leaves the old serving": (
        space(instance(), instance(2, 2, status=S.FAILED, container=EXITED), revision_id=1),
        [Forget("i2", 2)],
    ),
    "a raised generation starts another instance": (space(instance(), generation=1), [Start(7, 1)]),
    "an instance that died by itself crashed": (space(instance(container=EXITED)), [Crash(7, 1)]),
    "a removed container is a crash too": (space(instance(container=None)), [Crash(7, 1)]),
    "a crashed one waits for its time": (
        space(instance(status=S.FAILED, container=EXITED, retry_at=NOW + dt.timedelta(seconds=1))),
        [],
    ),
    "and is started when it comes": (space(instance(status=S.FAILED, container=EXITED, retry_at=NOW)), [Start(7, 1)]),
    "one that failed for good waits for a person": (space(instance(status=S.FAILED, container=EXITED)), []),
    "a frozen one is left alone": (space(instance(status=S.FROZEN, container=FROZEN)), []),
    "somebody froze it": (space(instance(container=FROZEN)), [Settle(7, 1, S.FROZEN)]),
    "somebody thawed it": (space(instance(status=S.FROZEN)), [Settle(7, 1, S.READY)]),
    "a frozen one that died sleeps": (
        space(instance(status=S.FROZEN, container=EXITED)),
        [Stop(7, 1, Stage.SLEEPING)],
    ),
    "a wake cut short goes on": (space(instance(status=S.STARTING), stage=Stage.APP_STARTING), [Start(7, 1)]),
    "a Space meant to sleep is stopped": (space(instance(), intent=Intent.ASLEEP), [Stop(7, 1, Stage.SLEEPING)]),
    "what still drains neither sleeps nor wakes the Space": (
        space(instance(), instance(2, 1, status=S.DRAINING), intent=Intent.ASLEEP),
        [Stop(7, 1, Stage.SLEEPING), Drain(7, 2)],
    ),
    "it sleeps while an earlier one still drains": (
        space(instance(status=S.STOPPED, container=EXITED), instance(2, 2, status=S.DRAINING), intent=Intent.ASLEEP),
        [Drain(7, 2), Mark(7, Stage.SLEEPING)],
    ),
    "a stop cut short goes on": (
        space(instance(status=S.DRAINING), intent=Intent.ASLEEP),
        [Stop(7, 1, Stage.SLEEPING)],
    ),
    "a sleeping Space is never garbage": (
        space(instance(status=S.STOPPED, container=EXITED), intent=Intent.ASLEEP, stage=Stage.SLEEPING),
        [],
    ),
    "a sleeping Space that somebody started is stopped": (
        space(instance(status=S.STOPPED), intent=Intent.ASLEEP, stage=Stage.SLEEPING),
        [Stop(7, 1, Stage.SLEEPING)],
    ),
    "a slept Space says so": (
        space(instance(status=S.STOPPED, container=EXITED), intent=Intent.ASLEEP),
        [Mark(7, Stage.SLEEPING)],
    ),
    "a push wakes a sleeping Space": (
        space(instance(status=S.STOPPED, container=EXITED), intent=Intent.ASLEEP, next_revision_id=2),
        [Start(7, 2)],
    ),
    "a sleeping Space that is being built stays asleep meanwhile": (
        space(instance(status=S.STOPPED, container=EXITED), stage=Stage.BUILDING),
        [],
    ),
    "a paused Space is stopped": (space(instance(), intent=Intent.PAUSED), [Stop(7, 1, Stage.PAUSED)]),
    "a paused Space takes a new revision without a start": (
        space(intent=Intent.PAUSED, stage=Stage.PAUSED, next_revision_id=2),
        [Switch(7, 2)],
    ),
    "a failed build stays visible in a Space meant to sleep": (
        space(intent=Intent.ASLEEP, stage=Stage.BUILD_ERROR, revision_id=None, instance_id=None),
        [],
    ),
    "a static revision needs no instance": (
        space(next_revision_id=2, static=frozenset({2}), revision_id=None, instance_id=None, stage=Stage.BUILDING),
        [Switch(7, 2)],
    ),
    "a static revision retires what ran before": (
        space(instance(), revision_id=2, static=frozenset({2}), instance_id=None),
        [Drain(7, 1)],
    ),
    "a deleted Space is erased": (space(instance(), intent=Intent.GONE, stage=Stage.DELETING), [Erase(7)]),
}


@pytest.mark.parametrize("case", TABLE)
def test_reconcile_decides(case):
    facts, expected = TABLE[case]
    assert reconcile([facts], [], NOW) == expected


def test_a_container_without_a_row_is_removed_and_a_busy_space_left_alone():
    assert reconcile([space(instance(container=EXITED))], ["stray"], NOW, busy={7}) == [Forget("stray")]


def test_reconciling_twice_from_the_same_state_says_the_same():
    for facts, _ in TABLE.values():
        assert reconcile([facts], [], NOW) == reconcile([facts], [], NOW)
