"""Preloaded files as the Hub's client library looks for them. Pure.

Its cache holds blobs by their ETag, and for each commit a folder of links to them. Ours goes one link further: the blobs are
links to contents on the shelf, which every instance has mounted. So an image grows by a few hundred bytes a file, the app may
add files of its own to the cache, and the bytes lie on our disk once."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from spaces import names

ROOT = f"{names.APP_HOME}/.cache/huggingface/hub"
_ETAG = re.compile(r"[A-Za-z0-9_-]{1,128}")


@dataclass(frozen=True)
class Wanted:
    """One entry of `preload_from_hub`."""

    repository: str
    files: tuple[str, ...] = ()
    """None: all."""
    commit: str | None = None


@dataclass(frozen=True)
class File:
    etag: str
    sha256: str


@dataclass(frozen=True)
class Snapshot:
    """Files of one commit, by their path."""

    repository: str
    commit: str
    files: dict[str, File]
    branch: str | None = "main"
    """Which branch the cache shall know to stand at the commit."""


def read(entry: str) -> Wanted:
    """`repo`, `repo file,file` or that and a commit; the card has checked it."""
    repository, files, commit, *_ = [*entry.split(), "", ""]
    return Wanted(repository, tuple(file for file in files.split(",") if file), commit or None)


def valid_etag(text: str) -> bool:
    """True where it can be a file's name: a foreign server said it."""
    return bool(_ETAG.fullmatch(text))


def archive(snapshots: Sequence[Snapshot]) -> bytes:
    """A tar archive, to be unpacked at an image's root."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        folders: set[str] = set()
        for path, target in _entries(snapshots):
            for folder in reversed(PurePosixPath(path).parents):
                # The home is the image's own; what lies below it is the app's user's, so that it can add to the cache.
                if folder.is_relative_to(f"{names.APP_HOME}/.cache") and str(folder) not in folders:
                    folders.add(str(folder))
                    tar.addfile(_info(str(folder), tarfile.DIRTYPE, 0o755))
            if isinstance(target, bytes):
                info = _info(path, tarfile.REGTYPE, 0o644)
                info.size = len(target)
                tar.addfile(info, io.BytesIO(target))
            else:
                info = _info(path, tarfile.SYMTYPE, 0o777)
                info.linkname = target
                tar.addfile(info)
    return buffer.getvalue()


# -- private


def _entries(snapshots: Sequence[Snapshot]) -> Iterator[tuple[str, bytes | str]]:
    """Absolute path, and a file's bytes or a link's target."""
    blobs: set[str] = set()
    for snapshot in snapshots:
        home = f"{ROOT}/models--{snapshot.repository.replace('/', '--')}"
        if snapshot.branch:
            yield f"{home}/refs/{snapshot.branch}", snapshot.commit.encode()
        for path, file in sorted(snapshot.files.items()):
            blob = f"{home}/blobs/{file.etag}"
            if blob not in blobs:
                blobs.add(blob)
                yield blob, f"{names.PRELOAD_MOUNT}/{file.sha256}"
            up = "../" * (2 + path.count("/"))
            yield f"{home}/snapshots/{snapshot.commit}/{path}", f"{up}blobs/{file.etag}"


def _info(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path.lstrip("/"))
    info.type, info.mode, info.uid, info.gid = kind, mode, names.APP_UID, names.APP_UID
    return info
