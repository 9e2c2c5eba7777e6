"""A commit over HTTP before it is written: what is large, or git-lfs's by `.gitattributes`, is kept as a large file with a
pointer in its place, so that git stays small. Clients send everything inline and need not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from spaces.errors import BadRequest
from spaces.repos import store
from spaces.repos.changes import Change, Put, Remove
from spaces.repos.lfs import attributes, blobs, holdings, pointer
from spaces.repos.lfs.pointer import Pointer
from spaces.repos.objects import CHUNK, Entry, Objects, entries, open_objects
from spaces.settings import get_settings

LARGE = 10 << 20
"""Bytes from which on a file is large whatever `.gitattributes` says; it gets a line there."""
_TOLD = 5


@dataclass(frozen=True)
class Claim:
    """A file that was uploaded before, by its hash."""

    path: str
    oid: str
    size: int | None = None


def settle(number: int, tip: str | None, changes: Sequence[Change | Claim]) -> list[Change]:
    """`changes` on top of the commit `tip`, with pointers in place of large files. Raises BadRequest where one points to
    what this repository was never sent, and what `holdings.keep` raises."""
    paths = {change.path for change in changes if not isinstance(change, Remove)}
    texts = _texts(number, tip, changes) if paths else {}
    given = attributes.matched({path: text for path, text in texts.items() if text is not None}, paths)
    known = _pointers(number, changes)
    settled: list[Change] = []
    named: dict[str, None] = {}
    for change in changes:
        if not isinstance(change, Remove):
            found = known.get(change) or _taken_in(number, change, change.path in given)
            if found:
                named |= {} if change.path in given else {change.path: None}
                change = Put(change.path, pointer.write(found))
        settled.append(change)  # type: ignore[arg-type]
    return settled + _told_to_git(texts, named)


# -- private


def _texts(number: int, tip: str | None, changes: Sequence[Change | Claim]) -> dict[str, bytes | None]:
    """Every `.gitattributes` by its path, as the commit will have it; None for one that is no file to be read."""
    texts: dict[str, bytes | None] = {}
    if tip:
        repository, limit = store.find(number), get_settings().file_limit
        listed = entries(repository, tip, recursive=True, limit=limit)
        present = [entry for entry in listed if _is_attributes(entry.path)]
        with open_objects(repository) as objects:
            texts = {entry.path: _text(entry, objects) for entry in present}
    for change in changes:
        if isinstance(change, Put) and _is_attributes(change.path):
            fits = _size(change.content) <= attributes.LIMIT
            texts[change.path] = b"".join(_read(change.content)) if fits else None
        elif isinstance(change, Remove):
            gone = [path for path in texts if path == change.path or path.startswith(f"{change.path}/")]
            for path in gone:
                del texts[path]
    return texts


def _text(entry: Entry, objects: Objects) -> bytes | None:
    if entry.kind != "blob" or entry.is_link or (entry.size or 0) > attributes.LIMIT:
        return None
    return objects.read(entry.oid, attributes.LIMIT)


def _is_attributes(path: str) -> bool:
    return path.rpartition("/")[2] == attributes.NAME


def _pointers(number: int, changes: Sequence[Change | Claim]) -> dict[Change | Claim, Pointer]:
    """The pointers among `changes`, each checked: a client may say any."""
    said: dict[Change | Claim, tuple[str, int | None]] = {}
    for change in changes:
        if isinstance(change, Claim):
            said[change] = change.oid, change.size
        elif isinstance(change, Put) and (found := _pointer(change.content)):
            said[change] = found.oid, found.size
    held = holdings.held(number, {oid for oid, _ in said.values()}) if said else {}
    missing = [
        change.path for change, (oid, size) in said.items() if oid not in held or size not in (None, held[oid].size)
    ]
    if missing:
        raise BadRequest(
            f"{', '.join(path[:200] for path in missing[:_TOLD])}: a pointer to a large file that was never sent here.",
            hint="Upload the file itself.",
            code="lfs_object_missing",
        )
    return {change: Pointer(oid, held[oid].size) for change, (oid, _) in said.items()}


def _taken_in(number: int, change: Put | Claim, given: bool) -> Pointer | None:
    assert isinstance(change, Put)
    size = _size(change.content)
    if not size or _is_attributes(change.path) or not (given or size >= LARGE):
        return None
    with blobs.Incoming(size) as incoming:
        for piece in _read(change.content):
            incoming.write(piece)
        return holdings.keep(number, incoming)


def _told_to_git(texts: dict[str, bytes | None], named: Iterable[str]) -> list[Change]:
    """The change that names the files in `.gitattributes`, where there are any and it can be."""
    text = texts.get(attributes.NAME, b"")
    if text is None or not (paths := list(named)):
        return []
    text = attributes.extended(text, paths)
    return [Put(attributes.NAME, text)] if len(text) <= attributes.LIMIT else []


def _pointer(content: bytes | Path) -> Pointer | None:
    return pointer.parse(content) if isinstance(content, bytes) else None


def _size(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _read(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
