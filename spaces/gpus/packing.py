"""Which exact devices a need gets: best fit, so that what is whole, large or unbroken stays for those who need it so.

- of the kinds that fit, the one with the least memory that has room;
- of shared devices and MIG instances, those whose neighbours are in use already;
- all devices of one need are of one kind.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable

from spaces.gpus.board import Board, Kind
from spaces.gpus.fleet import Need, Slot


class Sheet:
    """What one decision has given away or keeps back so far, on top of the board."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._given: dict[str, set[int]] = {}
        self._shut: dict[Kind, set[str]] = {}
        """By kind: free devices that are out of reach now."""

    def room(self, kind: Kind) -> int:
        """Devices of the kind with a free slot."""
        return len(kind.free) - len(self._shut.get(kind, ()))

    def free(self, kind: Kind) -> Iterable[str]:
        shut = self._shut.get(kind)
        return kind.free - shut if shut else kind.free

    def keep(self, kind: Kind, count: int) -> list[str]:
        """Keeps up to `count` devices with a free slot back for somebody who waits for more."""
        kept = self._best(kind, count)
        self._shut.setdefault(kind, set()).update(kept)
        return kept

    def give(self, need: Need) -> tuple[Slot, ...] | None:
        """The slots that the need gets now; None without room for all of it."""
        for kind in self.board.kinds_for(need):
            if self.room(kind) >= need.count:
                return tuple(self._give(kind, uuid) for uuid in self._best(kind, need.count))
        return None

    # -- private ----------------------------------------------------------------------------------

    def _best(self, kind: Kind, count: int) -> list[str]:
        if kind.alone:
            return heapq.nsmallest(count, self.free(kind))

        def order(uuid: str) -> tuple[int, str]:
            return -self.board.crowd(uuid) - len(self._given.get(uuid, ())), uuid

        return heapq.nsmallest(count, self.free(kind), key=order)

    def _give(self, kind: Kind, uuid: str) -> Slot:
        given = self._given.setdefault(uuid, set())
        spare = [slot for slot in self.board.spare_slots(uuid) if slot not in given]
        given.add(spare[0])
        if len(spare) == 1:
            self._shut.setdefault(kind, set()).add(uuid)
        return uuid, spare[0]


def refusal(board: Board, need: Need) -> tuple[str, str] | None:
    """Why these devices could never satisfy the need, were they all free, and what would fit; None if they could."""
    most = max((len(kind.known) for kind in board.kinds_for(need)), default=0)
    if most >= need.count:
        return None
    if most:
        few = f"There {'is' if most == 1 else 'are'} only {most} of that kind here."
        return few, f"Choose hardware with at most {most}."
    there = "; ".join(sorted(_name(kind) for kind in board.kinds()))
    return f"No GPU here fits {need}.", f"There are: {there}." if there else "There are no GPUs here: choose a CPU."


def _name(kind: Kind) -> str:
    example = kind.example
    name = f"{len(kind.known)} x {example.model}"
    if example.mig_profile:
        name += f" {example.mig_profile}"
    name += f" with {example.memory} MiB"
    return name + (f", shared by {example.slots}" if example.slots > 1 else "")
