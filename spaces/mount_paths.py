"""Where in an instance something may be mounted. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from spaces import names
from spaces.errors import Conflict, Invalid

SYSTEM = tuple("/bin /boot /dev /etc /lib /lib32 /lib64 /opt/venv /proc /run /sbin /sys /usr /var".split())
"""Nothing at them, and nothing below them: what makes a container work."""
TAKEN = ("/", "/tmp", "/root", "/opt", names.APP_HOME, names.APP_DIR, f"{names.APP_HOME}/.cache", names.PRELOAD_MOUNT)
"""Nothing at them, nor above them: the app, and what it writes to."""

_PATH = re.compile(r"(?:/[A-Za-z0-9_@+.-]+)+")
_LONGEST = 200


def checked(path: str) -> str:
    """`path` as it is kept. Raises Invalid where nothing may be mounted there."""
    plain = path.rstrip("/") or "/"
    parts = plain.split("/")[1:]
    if (plain != "/" and not _PATH.fullmatch(plain)) or len(plain) > _LONGEST or any(p in (".", "..") for p in parts):
        raise Invalid(
            f"{path[:200]!r} is no mount path.",
            hint=f"Such as /models/small: absolute, letters, digits and `_ @ + . -`, at most {_LONGEST}.",
            code="bad_mount_path",
        )
    if any(_is_within(plain, system) for system in SYSTEM) or any(_is_within(taken, plain) for taken in TAKEN):
        raise Invalid(
            f"Nothing can be mounted at {plain}: it would hide what the container or the app needs.",
            hint="Choose a folder of its own, such as /models.",
            code="bad_mount_path",
        )
    return plain


def check_apart(paths: Iterable[str]) -> None:
    """Raises Conflict where one of `paths` is, or lies in, another."""
    seen: list[str] = []
    for path in paths:
        for other in seen:
            if _is_within(path, other) or _is_within(other, path):
                what = f"Two volumes at {path}" if path == other else f"Volumes at {other} and {path}, one in the other"
                raise Conflict(
                    f"{what}: one would hide the other.", hint="Mount them beside each other.", code="mount_conflict"
                )
        seen.append(path)


# -- private


def _is_within(path: str, folder: str) -> bool:
    return PurePosixPath(path).is_relative_to(folder)
