"""Who waits, sorted by what they need and whose they are: a decision looks at the first of each, not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spaces.gpus.fleet import Need, Request


class Line:
    """Requests in the order of their asking, for each need and owner."""

    def __init__(self, requests: Iterable[Request] = ()) -> None:
        self.by_need: dict[Need, dict[int, dict[str, Request]]] = {}
        self.owners: dict[int, int] = {}
        """Who waits, with how many requests."""
        self._all: dict[str, Request] = {}
        for request in sorted(requests, key=lambda request: (request.asked_at, request.id)):
            self.add(request)

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Request]:
        return iter(self._all.values())

    def add(self, request: Request) -> None:
        """At the end. One that waits already keeps its place."""
        if request.id not in self._all:
            self._all[request.id] = request
            self.owners[request.owner_id] = self.owners.get(request.owner_id, 0) + 1
            self.by_need.setdefault(request.need, {}).setdefault(request.owner_id, {})[request.id] = request

    def remove(self, request_id: str) -> Request | None:
        """Granted, refused or called off; None where it does not wait."""
        request = self._all.pop(request_id, None)
        if request is None:
            return None
        self.owners[request.owner_id] -= 1
        if not self.owners[request.owner_id]:
            del self.owners[request.owner_id]
        owners = self.by_need[request.need]
        del owners[request.owner_id][request_id]
        if not owners[request.owner_id]:
            del owners[request.owner_id]
        if not owners:
            del self.by_need[request.need]
        return request
