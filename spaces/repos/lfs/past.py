"""Which large files a history names, in whatever commit."""

from __future__ import annotations

from spaces.repos import git, store
from spaces.repos.lfs import pointer
from spaces.repos.objects import open_objects

_SECONDS = 300


def named(number: int, sha: str | None = None) -> dict[str, str]:
    """A path for each hash that the history of the commit `sha` names, or that of every branch and tag."""
    repository, tips = store.find(number), [sha] if sha else ["--branches", "--tags"]
    small = f"--filter=blob:limit={pointer.SIZES.stop}"
    with git.open_pipe(
        "rev-list", "--objects", small, *tips, repository=repository, stdin=False, seconds=_SECONDS
    ) as walk:
        assert walk.stdout
        lines = [line.rstrip(b"\n").partition(b" ")[::2] for line in walk.stdout]
    found: dict[str, str] = {}
    with open_objects(repository) as objects:
        for oid, path in lines:
            info = objects.info(oid.decode()) if path else None
            if info is None or info.kind != "blob" or info.size not in pointer.SIZES:
                continue
            if said := pointer.parse(b"".join(objects.chunks(info.oid))):
                found.setdefault(said.oid, path.decode(errors="surrogateescape"))
    return found
