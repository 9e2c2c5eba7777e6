"""Uploaded archives, unpacked into a folder of ours: as a whole, or not at all.

A member's name is only ever a name that a repository may hold; what it is kept under here is a number. Sizes are counted as
bytes come out, whatever headers claim. Links, devices, encrypted members and two members of one name are refused.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from spaces.errors import Invalid, TooLarge
from spaces.repos import rules

ENTRIES = 10_000
"""Members of one archive, and files of one upload."""
_CHUNK = 1 << 18
_DIRECTORY = 16 << 20
"""Bytes of a zip's table of contents, which is read at once."""
_HEADER = 1 << 20
"""Bytes of one header of a tar, which are read at once."""
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db")
"""What systems put into archives by themselves."""

Files = dict[str, Path]
"""Paths in a repository, and where each one's content lies."""


def unpack(archive: Path, folder: Path, limit: int) -> Files:
    """The files of a zip or a tar, whose contents are written into `folder`. A single folder around all of them is left out.

    Raises Invalid for what is no archive or may not be in one, TooLarge over `limit` bytes or `ENTRIES` members."""
    members = _Members(folder, limit)
    try:
        with archive.open("rb") as file:
            head = file.read(6)
            file.seek(0)
            if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
                _zip(file, members)
            else:
                _tar(file, head, members)
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:  # fmt: skip
        raise _refused(
            "This archive cannot be read.", "Pack it again as .zip or .tar.gz, without a password."
        ) from error
    if not members.files:
        raise _refused("This archive holds no files.", "Pack the folder that holds your app.")
    return without_folder(members.files)


def without_folder(files: Files) -> Files:
    """The same without the one folder that all of them lie in."""
    top = {path.partition("/")[0] for path in files}
    if len(top) != 1 or any("/" not in path for path in files):
        return files
    return {path.partition("/")[2]: where for path, where in files.items()}


def litter(path: str) -> bool:
    """True for what nobody meant to pack."""
    return any(part in _LITTER for part in path.split("/"))


# -- private --------------------------------------------------------------------------------------


class _Members:
    """What came out so far."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.files: Files = {}
        self._folder, self._left, self._limit = folder, limit, limit
        self._seen = 0

    def count(self) -> None:
        self._seen += 1
        if self._seen > ENTRIES:
            raise TooLarge(f"The archive has more than {ENTRIES} entries.", hint="Push with git instead.")

    def put(self, name: str, content: IO[bytes]) -> None:
        path = name.removeprefix("./")
        if litter(path):
            return
        rules.check_path(path)
        if "\\" in path or path in self.files:
            raise _refused(f"The archive's member {path[:200]!r} is there twice, or holds `\\`.", "Pack it again.")
        where = self._folder / str(len(self.files))
        with where.open("wb") as file:
            while piece := content.read(_CHUNK):
                self._left -= len(piece)
                if self._left < 0:
                    raise TooLarge(
                        f"The archive holds more than {self._limit >> 20} MiB.", hint="Push with git instead."
                    )
                file.write(piece)
        self.files[path] = where


def _zip(file: BinaryIO, members: _Members) -> None:
    _check_directory(file)
    with zipfile.ZipFile(file) as opened:
        for info in opened.infolist():
            members.count()
            kind = stat.S_IFMT(info.external_attr >> 16)
            if "\0" in info.orig_filename or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _unwanted(info.filename)
            if info.flag_bits & 1:
                raise _refused("The archive is encrypted.", "Pack it without a password.")
            if info.is_dir():
                rules.check_path(info.filename.rstrip("/"))
                continue
            with opened.open(info) as content:
                members.put(info.filename, content)


def _check_directory(file: BinaryIO) -> None:
    """Looks at the table of contents before all of it is read into memory."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65557))
    end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or len(end) < at + 22:
        raise zipfile.BadZipFile
    entries, directory = struct.unpack("<HI", end[at + 10 : at + 16])
    file.seek(0)
    if entries > ENTRIES or directory > _DIRECTORY:
        raise TooLarge(f"The archive has more than {ENTRIES} entries.", hint="Push with git instead.")


def _tar(file: BinaryIO, head: bytes, members: _Members) -> None:
    with tarfile.open(fileobj=_Stream(_decompressed(file, head)), mode="r:") as opened:  # type: ignore[call-overload]
        for info in _walk(opened):
            members.count()
            if info.isdir():
                if info.name.strip("./"):
                    rules.check_path(info.name.removeprefix("./"))
                continue
            content = opened.extractfile(info) if info.isreg() and not info.issparse() else None
            if content is None:
                raise _unwanted(info.name)
            members.put(info.name, content)


def _walk(opened: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    """Its members, of which none is kept in memory."""
    while (info := opened.next()) is not None:
        opened.members = []  # type: ignore[attr-defined]
        yield info


def _decompressed(file: BinaryIO, head: bytes) -> IO[bytes]:
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    return lzma.LZMAFile(file) if head.startswith(b"\xfd7zXZ\0") else file


class _Stream:
    """A tar that never hands out more than a header's worth at once, and never leaps."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _HEADER:
            raise TooLarge("The archive has a header that is too large.", hint="Pack it again.")
        return self._file.read(size)

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, position: int) -> int:
        if position - self._file.tell() > _HEADER:
            raise tarfile.ReadError("a member ends beyond the archive")
        return self._file.seek(position)


def _unwanted(name: str) -> Invalid:
    return _refused(f"The archive's member {name[:200]!r} is a link, or no file.", "Pack files and folders alone.")


def _refused(message: str, hint: str) -> Invalid:
    return Invalid(message, hint=hint, code="bad_archive")
