"""Which of some paths a `.gitignore` leaves out. git itself says so, in a folder that is empty: no path is looked up."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from pathlib import Path

from spaces.errors import Invalid
from spaces.repos import git, store

LIMIT = 1 << 18
"""Bytes of a `.gitignore` that are worth reading."""
SECONDS = 10
"""Longest look: a pattern of many stars can take any time."""


def ignored(text: bytes, paths: Collection[str]) -> set[str]:
    """Those of `paths` (checked by `rules`) that a `.gitignore` at the root with this `text` names. Raises Invalid
    where it is too large, or its patterns take too long."""
    if not text.strip() or not paths:
        return set()
    if len(text) > LIMIT:
        raise Invalid(f"The .gitignore has more than {LIMIT} bytes.", hint="Name folders instead of files.")
    with tempfile.TemporaryDirectory(prefix="ignore-") as name:
        patterns, empty = Path(name, "patterns"), Path(name, "tree")
        patterns.write_bytes(text)
        empty.mkdir()
        with git.open_pipe(
            *(f"--work-tree={empty}", "check-ignore", "--no-index", "-z", "--stdin"),
            repository=store.empty(),
            seconds=SECONDS,
            env=_environment(),
            config=[f"core.excludesFile={patterns}"],
        ) as process:
            output, _ = process.communicate("".join(f"./{path}\0" for path in paths).encode())
        if process.returncode not in (0, 1):  # 1: none of them
            raise Invalid("The .gitignore cannot be applied.", hint="Use simpler patterns.", code="bad_gitignore")
    return {path.removeprefix("./") for path in output.decode().split("\0") if path}


# -- private


def _environment() -> dict[str, str]:
    """This command takes no literal paths; it takes those that begin with `./` as they are."""
    return {name: value for name, value in git.environment().items() if name != "GIT_LITERAL_PATHSPECS"}
