"""P12: archives of strangers, one trick each, in every format: refused as a whole, and nothing is written outside."""

from __future__ import annotations

import io
import os
import stat
import struct
import tarfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from spaces import archives
from spaces.archives import unpack
from spaces.errors import DemodockError, Invalid, TooLarge

MIB = 1 << 20
SUFFIXES = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


@pytest.fixture
def pack(tmp_path) -> Callable[..., Path]:
    """Makes an archive of names and contents; tar members may be given whole."""

    def make(suffix: str, *members: tuple[str, bytes] | tarfile.TarInfo | zipfile.ZipInfo) -> Path:
        where = tmp_path / f"packed.{suffix}"
        if suffix == "zip":
            with zipfile.ZipFile(where, "w", zipfile.ZIP_DEFLATED) as archive:
                for member in members:
                    archive.writestr(*(member if isinstance(member, tuple) else (member, b"/etc/passwd")))
            return where
        with tarfile.open(where, "w" + {"tar": ""}.get(suffix, ":" + suffix[4:])) as archive:
            for member in members:
                info = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member[0])
                content = b"" if isinstance(member, tarfile.TarInfo) else member[1]
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return where

    return make


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "deep" / "inside"
    made.mkdir(parents=True)
    return made


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in root.rglob("*") if p.is_file() and "inside" not in p.parts}


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_files_come_out_and_the_folder_around_them_is_left_out(pack, folder, suffix):
    files = unpack(
        pack(suffix, ("demo/app.py", b"x = 1"), ("demo/data/a b.txt", b"a"), ("__MACOSX/demo/._app.py", b"?")),
        folder,
        MIB,
    )
    assert {path: where.read_bytes() for path, where in files.items()} == {"app.py": b"x = 1", "data/a b.txt": b"a"}
    assert all(where.parent == folder for where in files.values())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    "name",
    [
        "../out.txt",
        "a/../../out.txt",
        "/etc/cron.d/x",
        ".git/config",
        "a/.GIT/hooks/x",
        "C:\\x\\..\\y",
        "a\\..\\..\\b",
        "new\nline",
        "a" * 300,
    ],
)
def test_p12_names_that_lead_elsewhere_are_refused(pack, folder, suffix, name, tmp_path):
    packed = pack(suffix, ("app.py", b"1"), (name, b"evil"))
    before = snapshot(tmp_path)
    with pytest.raises(DemodockError):
        unpack(packed, folder, MIB)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_p12_links_and_devices_in_a_tar_are_refused(pack, folder, kind):
    link = tarfile.TarInfo("out")
    link.type, link.linkname = kind, "/tmp"
    with pytest.raises(Invalid):
        unpack(pack("tar.gz", link, ("out/evil", b"x")), folder, MIB)


def test_p12_a_link_in_a_zip_is_refused(pack, folder):
    link = zipfile.ZipInfo("out")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(Invalid):
        unpack(pack("zip", link), folder, MIB)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_p12_a_bomb_goes_off_nowhere(pack, folder, suffix):
    packed = pack(suffix, ("app.py", b"1"), ("bomb", bytes(40 * MIB)))
    with pytest.raises(TooLarge):
        unpack(packed, folder, MIB)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MIB + (1 << 18)


@pytest.mark.parametrize("suffix", ["zip", "tar"])
def test_p12_too_many_entries_are_refused_soon(pack, folder, suffix, monkeypatch):
    monkeypatch.setattr(archives, "ENTRIES", 50)
    with pytest.raises(TooLarge):
        unpack(pack(suffix, *((f"f{n}", b"") for n in range(60))), folder, MIB)
    assert len(list(folder.iterdir())) <= 50


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_p12_two_members_of_one_name_are_refused(pack, folder, suffix):
    with pytest.raises(Invalid):
        unpack(pack(suffix, ("app.py", b"good"), ("app.py", b"evil")), folder, MIB)


def test_p12_a_header_of_a_gigabyte_takes_no_memory(folder, tmp_path):
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    packed = tmp_path / "packed.tar"
    packed.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(MIB))
    os.truncate(packed, 1 << 30)
    began = time.monotonic()
    with pytest.raises(DemodockError):
        unpack(packed, folder, MIB)
    assert time.monotonic() - began < 2


def test_p12_a_zip_that_lies_of_sizes_is_counted_as_it_comes_out(pack, folder):
    packed = pack("zip", ("bomb", bytes(4 * MIB)))
    data = packed.read_bytes()
    at = data.rfind(b"PK\x01\x02")
    packed.write_bytes(data[: at + 24] + struct.pack("<I", 10) + data[at + 28 :])
    with pytest.raises(DemodockError):
        unpack(packed, folder, MIB)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 2 * MIB


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"\x1f\x8b" + b"x" * 99,
        b"BZh9xxxx",
        b"GIF89a" + bytes(600),
        bytes(1024),
    ],
)
def test_p12_what_is_no_archive_is_said_to_be_none(folder, tmp_path, data):
    packed = tmp_path / "packed"
    packed.write_bytes(data)
    with pytest.raises(Invalid):
        unpack(packed, folder, MIB)
