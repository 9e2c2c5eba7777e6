"""Which commit last touched a path: one walk along the default line of history answers for a whole page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import IO

from spaces.repos import git, rules, store
from spaces.repos.objects import moment

SECONDS = 10
"""Longest walk; what was not met by then has no answer."""
COMMITS = 2000
_PIECE = 1 << 16
_LONGEST = 1 << 20
"""Bytes of one title or path; who writes longer ones gets no answer."""


@dataclass(frozen=True)
class Touch:
    sha: str
    title: str
    at: dt.datetime


def last_touched(space_id: int, sha: str, paths: Collection[str], seconds: float = SECONDS) -> dict[str, Touch]:
    """For each of `paths` the newest commit up to `sha` that changed it, or anything below it. Merges count as one
    change. Paths whose last change lies too far back are left out, as are those not met within `seconds`."""
    missing, found = set(paths), dict[str, Touch]()
    with git.open_pipe(
        *("log", "--first-parent", "-m", "--raw", "-t", "-z", "--no-renames", "--no-abbrev", "--no-show-signature"),
        *(f"--max-count={COMMITS}", "--format=%H%x00%ct%x00%s%x00", "--end-of-options", sha, "--"),
        repository=store.find(space_id),
        stdin=False,
        seconds=seconds,
    ) as process:
        assert process.stdout
        for touch, path in _touches(_fields(process.stdout)):
            if path in missing:
                missing.discard(path)
                found[path] = touch
                if not missing:
                    break
    return found


# -- private


def _fields(pipe: IO[bytes]) -> Iterator[str]:
    rest = b""
    while piece := pipe.read(_PIECE):
        *whole, rest = (rest + piece).split(b"\0")
        yield from (field.decode(errors="surrogateescape") for field in whole)
        if len(rest) > _LONGEST:
            return


def _touches(fields: Iterator[str]) -> Iterator[tuple[Touch, str]]:
    """A commit is its hash, its time and its title; each of its changes, from a colon on, is followed by a path."""
    touch = None
    for field in fields:
        field = field.lstrip("\n")
        if field.startswith(":") and touch:
            yield touch, next(fields, "")
        elif rules.is_sha(field):
            at, title = next(fields, "0"), next(fields, "")
            touch = Touch(field, title, moment(at))
