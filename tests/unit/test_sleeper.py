"""Freeze, then sleep: the idle policy as a table."""

import pytest

from proxy.sleeper import Freeze, Idle, Sleep, free_memory, plan, times
from spaces.lifecycle import InstanceStatus
from spaces.models import Flavor, Space
from spaces.settings import Settings

READY, FROZEN = InstanceStatus.READY, InstanceStatus.FROZEN


def idle(seconds, status=READY, id=1, freeze=300, sleep=3600, busy=False):
    return Idle(id, id, status, seconds, freeze, sleep, busy)


TABLE = {
    "a used Space is left alone": ([idle(10)], False, []),
    "an idle one freezes": ([idle(300)], False, [Freeze(1, 1)]),
    "a frozen one stays frozen": ([idle(300, FROZEN)], False, []),
    "a frozen one sleeps at its time": ([idle(3600, FROZEN)], False, [Sleep(1, 1, "idle")]),
    "one that never freezes sleeps at its time": ([idle(3600, freeze=-1)], False, [Sleep(1, 1, "idle")]),
    "one that never sleeps stays frozen": ([idle(10**9, FROZEN, sleep=-1)], False, []),
    "a busy app is not frozen": ([idle(400, busy=True)], False, []),
    "a busy app is frozen once the cap is over": ([idle(1000, busy=True)], False, [Freeze(1, 1)]),
    "short of memory the longest idle frozen one sleeps": (
        [idle(400, FROZEN), idle(900, FROZEN, id=2), idle(10, id=3)],
        True,
        [Sleep(2, 2, "memory")],
    ),
    "short of memory a used one is never touched": ([idle(10)], True, []),
    "one that sleeps anyway is enough for now": (
        [idle(400, FROZEN), idle(3600, FROZEN, id=2)],
        True,
        [Sleep(2, 2, "idle")],
    ),
}


@pytest.mark.parametrize("case", TABLE)
def test_the_idle_policy_decides(case):
    spaces, short, expected = TABLE[case]
    assert plan(spaces, short, busy_cap=1000) == expected


def test_the_spaces_own_times_win_over_the_flavors_and_the_platforms(place):
    settings = Settings(freeze_after=1, sleep_after=2)
    flavor = Flavor(name="f", pretty_name="F", cpus=1, memory=1, sleep_after=20)
    space = Space(owner_id=1, name="a", name_key="a", subdomain="a", subnet=0)
    assert times(space, None, settings) == (1, 2)
    assert times(space, flavor, settings) == (1, 20)
    space.sleep_after, space.freeze_after = -1, 100
    assert times(space, flavor, settings) == (100, -1)


def test_a_gpu_space_is_never_frozen(place):
    flavor = Flavor(name="f", pretty_name="F", cpus=1, memory=1, gpus=1)
    space = Space(owner_id=1, name="a", name_key="a", subdomain="a", subnet=0)
    assert times(space, flavor, Settings())[0] == -1


def test_free_memory_adds_swap(tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal: 9999 kB\nMemAvailable:  204800 kB\nSwapFree: 102400 kB\n")
    assert free_memory(tmp_path / "meminfo") == 300
