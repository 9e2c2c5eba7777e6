"""The tabs of a repository's page, in their order: a line here and a module beside this one make a tab.

The module has the `router` with the tab's routes, and draws its pages with `frame.draw`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spaces.access import Permission
from spaces.models import RepoKind
from spaces.web.space.place import Seen

_SPACES = frozenset({RepoKind.SPACE})
_ALL = frozenset(RepoKind)


@dataclass(frozen=True)
class Tab:
    """`name` is also what its words are called: `space.tab.NAME`."""

    name: str
    rest: str
    """What follows the repository's address."""
    needs: Permission
    """Whoever has less is not shown the tab; its routes ask for themselves."""
    kinds: frozenset[RepoKind] = _SPACES


TABS = (
    Tab("app", "", Permission.VISIT),
    Tab("files", "/tree/main", Permission.READ, _ALL),
    Tab("embed", "/embed", Permission.VISIT),
    Tab("api", "/api", Permission.VISIT),
    Tab("logs", "/logs", Permission.INSPECT),
    Tab("revisions", "/revisions", Permission.INSPECT),
    Tab("analytics", "/analytics", Permission.INSPECT),
    Tab("settings", "/settings", Permission.WRITE),
)


def shown(seen: Seen) -> Iterator[Tab]:
    """The tabs that the visitor has."""
    return (tab for tab in TABS if seen.kind in tab.kinds and seen.power >= tab.needs)
