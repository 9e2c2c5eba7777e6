"""P50 as a state machine: whatever happens to devices, quotas, owners and clocks, nothing is promised twice, nothing leaks, and all
are served or told why."""

from __future__ import annotations

from dataclasses import replace

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from spaces.gpus.board import Board
from spaces.gpus.decision import Decision, Waits
from spaces.gpus.fairness import grown
from spaces.gpus.fleet import GPU, Hold, Need, Policy, Request, Share, Usage
from spaces.gpus.line import Line
from spaces.gpus.places import places
from spaces.gpus.scheduler import decide
from tests.unit.gpus.kit import gpus, slices, t4s

POLICY = Policy(warn=60, grace=600, idle=30, half_life=3600, ageing=7200, reserve_after=900)
DEVICES = [*gpus(3), *t4s(2), *t4s(1, slots=3), *slices("GPU-x", "1g.10gb", "1g.10gb", "3g.40gb")]
NEEDS = [
    Need(),
    Need(2),
    Need(3, "A100-80GB"),
    Need(min_memory=40_000),
    Need(model="T4-16GB"),
    Need(slots=3),
    Need(mig_profile="1g.10gb"),
    Need(mig_profile="7g.80gb"),
    Need(5, "T4-16GB"),
]
OWNERS = range(1, 5)
SHARES = st.builds(
    Share,
    guarantee=st.sampled_from([0.0, 1.0, 2.0]),
    weight=st.sampled_from([0.0, 1.0, 3.0]),
    maximum=st.sampled_from([None, 0.5, 1.0, 2.0, 4.0]),
    blocked=st.sampled_from([None, None, None, "The GPU-seconds of today are used up."]),
)


class Fleet(RuleBasedStateMachine):
    """A controller that loses its memory now and then, with a ledger of its own to check against."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_000_000.0
        self.board, self.line = Board(DEVICES), Line()
        self.shares: dict[int, Share] = {}
        self.usage: dict[int, Usage] = {}
        self.booked: dict[tuple[str, int], str] = {}
        """Who has which slot, written down apart from the board."""
        self.warned: dict[str, float] = {}
        """Warnings that were sent, by steady time."""
        self.steady = 0.0
        self.spaces = 0
        self.decision = Decision()

    @initialize(shares=st.lists(SHARES, min_size=4, max_size=4))
    def begin(self, shares):
        self.shares = dict(zip(OWNERS, shares, strict=True))

    # what happens

    @rule(owner=st.sampled_from(OWNERS), need=st.sampled_from(NEEDS))
    def ask(self, owner, need):
        self.spaces += 1
        self.line.add(Request(f"r{self.spaces}", self.spaces, owner, need, self.now))
        self.act()

    @rule(borrower=st.sampled_from(OWNERS), guarantee=st.sampled_from([0.0, 1.0, 2.0]), idle=st.booleans())
    def somebody_takes_all_there_is(self, borrower, guarantee, idle):
        self.shares[borrower] = Share(guarantee)
        for _ in DEVICES:
            self.ask(borrower, Need())
        for request in [each for each in self.line if each.owner_id == borrower]:
            self.line.remove(request.id)
        for hold in list(self.board.by_owner.get(borrower, {}).values()):
            self.board.change(replace(hold, idle_since=self.now if idle else None))
        self.act()

    @rule(owner=st.sampled_from(OWNERS), need=st.sampled_from([Need(), Need(), Need(2)]))
    def somebody_claims_their_guarantee(self, owner, need):
        self.shares[owner] = Share(guarantee=self.board.held(owner) / GPU + need.count)
        self.ask(owner, need)

    @precondition(lambda self: self.line)
    @rule(data=st.data())
    def call_off(self, data):
        self.line.remove(data.draw(st.sampled_from(sorted(request.id for request in self.line))))
        self.act()

    @precondition(lambda self: self.board.holds)
    @rule(data=st.data())
    def sleep_or_crash(self, data):
        self.free(data.draw(st.sampled_from(sorted(self.board.holds))))
        self.act()

    @precondition(lambda self: self.board.holds)
    @rule(data=st.data(), idle=st.booleans())
    def use_or_leave(self, data, idle):
        hold = self.board.holds[data.draw(st.sampled_from(sorted(self.board.holds)))]
        self.board.change(replace(hold, idle_since=self.now if idle else None))
        self.act()

    @rule(seconds=st.sampled_from([1.0, 31.0, 45.0, 61.0, 301.0, 4000.0]))
    def time_passes(self, seconds):
        self.now += seconds
        self.steady += seconds
        self.act()

    @rule(seconds=st.sampled_from([-100_000.0, -61.0, 61.0, 100_000.0]))
    def the_clock_is_set(self, seconds):
        self.now += seconds
        self.steady += max(seconds, 0.0)  # nobody can tell a clock that was set forward from time
        self.act()

    @rule(uuid=st.sampled_from([device.uuid for device in DEVICES]), open=st.booleans())
    def cordon_or_return(self, uuid, open):
        if device := self.board.devices.get(uuid):
            self.board.put(replace(device, open=open))
        self.act()

    @rule(device=st.sampled_from(DEVICES), back=st.booleans())
    def a_device_vanishes_or_returns(self, device, back):
        if back:
            if device.uuid not in self.board.devices:
                self.board.put(device)
        else:
            self.board.remove(device.uuid)
            for hold in [each for each in self.board.holds.values() if device.uuid in dict(each.slots)]:
                self.free(hold.id)
        self.act()

    @rule(owner=st.sampled_from(OWNERS), share=SHARES)
    def a_quota_is_changed(self, owner, share):
        held = set(self.board.holds)
        self.shares[owner] = share
        decision = decide(self.now, self.board, self.line, self.shares, self.usage, POLICY)
        unwarned = {reclaim.hold.id for reclaim in decision.reclaims} - self.warned.keys()
        assert not unwarned and held == set(self.board.holds), "lowering a quota ends nothing silently"
        self.act()

    @rule(owner=st.sampled_from(OWNERS))
    def an_owner_is_deleted(self, owner):
        for request in [each for each in self.line if each.owner_id == owner]:
            self.line.remove(request.id)
        for hold_id in list(self.board.by_owner.get(owner, ())):
            self.free(hold_id)
        self.shares.pop(owner, None)
        self.usage.pop(owner, None)
        self.act()

    @rule()
    def the_controller_is_killed(self):
        """All it has left are rows; what it was about to do is decided again."""
        self.decision = decide(self.now, self.board, self.line, self.shares, self.usage, POLICY)
        self.board = Board(self.board.devices.values(), reversed(self.board.holds.values()))
        self.line = Line(self.line)
        assert decide(self.now, self.board, self.line, self.shares, self.usage, POLICY) == self.decision
        self.act()

    # what is done about it

    def act(self):
        """Decides and does it, until there is nothing left to do."""
        for _ in range(5):
            self.decision = decide(self.now, self.board, self.line, self.shares, self.usage, POLICY)
            if self.decision == Decision(promises=self.decision.promises, again_at=self.decision.again_at):
                return
            self.obey(self.decision)
        raise AssertionError("it never comes to rest")

    def obey(self, decision):
        self.check(decision)
        for grant in decision.grants:
            request = grant.request
            self.line.remove(request.id)
            self.count(request.owner_id)
            hold = Hold(f"h{request.space_id}", request.space_id, request.owner_id, grant.slots, self.now)
            for slot in hold.slots:
                assert slot not in self.booked, "booked twice"
                self.booked[slot] = hold.id
            self.board.take(hold)
        for warn in decision.warnings:
            self.board.change(replace(warn.hold, warned_at=self.now))
            self.warned[warn.hold.id] = self.steady
        for spare in decision.spared:
            self.board.change(replace(spare.hold, warned_at=None))
            del self.warned[spare.hold.id]
        for reclaim in decision.reclaims:
            self.free(reclaim.hold.id)
        for refuse in decision.refused:
            self.line.remove(refuse.request.id)

    def check(self, decision):
        """What a decision must never say, by its words alone."""
        for grant in decision.grants:
            need, owner = grant.request.need, grant.request.owner_id
            devices = [self.board.devices[uuid] for uuid, _ in grant.slots]
            assert len({device.uuid for device in devices}) == need.count
            assert len({(device.model, device.memory) for device in devices}) == 1
            assert all(need.fits(device) and device.open and 0 <= slot < device.slots for device, (_, slot) in
                       zip(devices, grant.slots, strict=True))  # fmt: skip
            assert self.shares.get(owner, Share()).blocked is None
        for owner in {grant.request.owner_id for grant in decision.grants}:
            given = sum(grant.request.need.cost for grant in decision.grants if grant.request.owner_id == owner)
            maximum = self.shares.get(owner, Share()).maximum
            assert maximum is None or self.board.held(owner) + given <= maximum * GPU
        left = {owner: self.board.held(owner) for owner in self.board.owners}
        for reclaim in decision.reclaims:
            hold, owner = reclaim.hold, reclaim.hold.owner_id
            assert left[owner] > self.shares.get(owner, Share()).guarantee * GPU, "taken from somebody's guarantee"
            left[owner] -= self.board.cost(hold)
            waited = self.steady - self.warned[hold.id]
            assert (
                waited >= (POLICY.grace if reclaim.busy else POLICY.warn) - 0.001 or hold.warned_at > self.now - 0.001
            )
            assert reclaim.busy or self.now - hold.idle_since >= POLICY.idle
            assert self.within_guarantee(reclaim.request)
        for warn in decision.warnings:
            assert warn.hold.warned_at is None
            assert self.within_guarantee(warn.request)

    def within_guarantee(self, request):
        owner = request.owner_id
        return self.board.held(owner) + request.need.cost <= self.shares.get(owner, Share()).guarantee * GPU

    def free(self, hold_id):
        if hold := self.board.holds.get(hold_id):
            self.count(hold.owner_id)
            self.board.give_back(hold_id)
            self.warned.pop(hold_id, None)
            for slot in hold.slots:
                del self.booked[slot]

    def count(self, owner):
        before = self.usage.get(owner, Usage(0.0, self.now))
        self.usage[owner] = grown(before, self.now, self.board.held(owner), POLICY.half_life)

    # what always holds

    @invariant()
    def the_board_says_what_was_given(self):
        assert self.booked == {slot: hold.id for hold in self.board.holds.values() for slot in hold.slots}
        again = Board(self.board.devices.values(), self.board.holds.values())
        for name in ("taken", "warned", "ending"):
            assert getattr(again, name) == getattr(self.board, name), name
        assert again.owners == self.board.owners
        kinds = [{(kind.example.model, kind.example.mig_profile, kind.example.slots): (set(kind.known), kind.open, kind.free)
                  for kind in board.kinds()} for board in (again, self.board)]  # fmt: skip
        assert kinds[0] == kinds[1], "a device leaked"
        assert all(again.crowd(uuid) == self.board.crowd(uuid) for uuid in self.board.devices)

    @invariant()
    def what_can_be_given_is_given(self):
        assert self.decision.grants == self.decision.refused == ()

    @invariant()
    def everybody_who_waits_is_told_why(self):
        found = places(self.now, self.board, self.line, self.shares, self.usage, POLICY, self.decision, typical=1000.0)
        assert found.keys() == {request.id for request in self.line}
        for request in self.line:
            place, share = found[request.id], self.shares.get(request.owner_id, Share())
            if place.reason == Waits.BLOCKED:
                assert share.blocked
            elif place.reason == Waits.IN_LINE:
                assert place.position >= 1 and place.waiting >= place.position
                assert place.seconds is None or place.seconds >= 0

    def teardown(self):
        """All become idle, devices come back, and time goes on: everybody in line has their turn."""
        for device in DEVICES:
            self.board.put(device)
        self.shares = {owner: replace(share, blocked=None) for owner, share in self.shares.items()}
        for _ in range(self.spaces + 1):
            self.act()
            for hold_id in list(self.board.holds):
                self.free(hold_id)
            self.now += 3600
            self.steady += 3600
        self.act()
        assert not list(self.line), "somebody waits although everything is free"


def test_p50_nothing_is_promised_twice_nothing_leaks_and_all_are_served_or_told_why():
    run_state_machine_as_test(Fleet, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))
