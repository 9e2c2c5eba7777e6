"""A build's log, its cache, its job, and what it takes out of a container."""

from __future__ import annotations

import io
import tarfile

import pytest
from rq.exceptions import InvalidJobOperation

from builder import worker
from builder.cache import YOUNG, Image, choose
from builder.dockerfile.build import command_of
from builder.log import BuildLog
from builder.static import extract
from spaces.errors import BuildFailed


def logged(tmp_path, limit=1 << 20, secrets=(), chunks=()) -> list[str]:
    log = BuildLog(tmp_path / "log", limit, secrets)
    for chunk in chunks:
        log.feed(chunk)
    log.close()
    return [line.partition(" ")[2] for line in (tmp_path / "log").read_text().splitlines()]


def test_a_log_line_is_whole_and_harmless(tmp_path):
    chunks = [b"on", b"e\ntw\xff\n", b"\x1b[31mred\x1b[0m\r\n", b"50%\r100%\n", "\u202eevil".encode(), b"\0"]
    assert logged(tmp_path, chunks=chunks) == ["one", "tw\ufffd", "red", "50%", "100%", "evil"]


def test_a_character_split_between_chunks_survives(tmp_path):
    data = "中文\n".encode()
    assert logged(tmp_path, chunks=[data[:2], data[2:]]) == ["中文"]


def test_p33_secrets_and_credentials_are_redacted(tmp_path):
    lines = logged(tmp_path, secrets=["s3cret-token"], chunks=[b"x s3cret-token\nhttps://me:pw@host/simple\n"])
    assert lines == ["x •••", "https://•••@host/simple"]


def test_a_long_log_loses_its_middle(tmp_path):
    lines = logged(tmp_path, limit=4000, chunks=[f"line {n}\n".encode() for n in range(1000)])
    assert lines[0] == "line 0" and lines[-1] == "line 999"
    assert any("left out" in line for line in lines)
    assert (tmp_path / "log").stat().st_size < 5000


def image(name: str, parent: str = "", own: int = 10, used_at: float = 0) -> Image:
    return Image(id=name, parent=parent, own=own, used_at=used_at)


def test_the_least_recently_used_layer_goes_first():
    images = [image("old", used_at=1), image("new", used_at=9), image("older", used_at=0)]
    assert choose(images, set(), 15, YOUNG * 2) == ["older", "old"]
    assert choose(images, set(), 30, YOUNG * 2) == []


def test_what_a_revision_stands_on_is_never_evicted():
    images = [image("base"), image("deps", "base"), image("app", "deps")]
    assert choose(images, {"base", "deps", "app"}, 0, YOUNG * 2) == []
    assert choose(images, {"base", "deps"}, 0, YOUNG * 2) == ["app"]


def test_a_layer_goes_after_what_stands_on_it():
    assert choose([image("deps", used_at=0), image("app", "deps", used_at=5)], set(), 0, YOUNG * 2) == ["app", "deps"]


def test_a_layer_just_used_stays():
    assert choose([image("deps", used_at=100)], set(), 0, 101) == []


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for info, data in members:
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    buffer.seek(0)
    return buffer


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


def test_nothing_is_unpacked_outside(tmp_path):
    into = tmp_path / "in"
    into.mkdir()
    (tmp_path / "canary").write_text("safe")
    hostile = archive(
        (member("dist/index.html"), b"ok"),
        (member("dist/../../canary"), b"evil"),
        (member("/dist/canary"), b"evil"),
        (member("dist/out", tarfile.SYMTYPE, str(tmp_path)), b""),
        (member("dist/out/canary"), b"evil"),
        (member("dist/hard", tarfile.LNKTYPE, "../canary"), b""),
        (member("dist/dev", tarfile.CHRTYPE), b""),
    )
    extract(hostile, into, 1 << 20, 100)
    assert (tmp_path / "canary").read_text() == "safe"
    assert (into / "index.html").read_text() == "ok"
    assert not any(path.is_symlink() for path in into.rglob("*"))


@pytest.mark.parametrize(("most_bytes", "most_files"), [(3, 10), (100, 1)])
def test_an_output_has_limits(tmp_path, most_bytes, most_files):
    with pytest.raises(BuildFailed) as caught:
        extract(archive((member("d/a"), b"12"), (member("d/b"), b"34")), tmp_path, most_bytes, most_files)
    assert caught.value.code == "output_too_large"


def test_an_images_own_command_is_kept():
    assert command_of({"Entrypoint": ["/run"], "Cmd": ["a"]}) == ("/run", "a")
    assert command_of({"Entrypoint": None, "Cmd": ["/bin/sh", "-c", "x y"]}) == ("/bin/sh", "-c", "x y")
    with pytest.raises(BuildFailed):
        command_of({"Entrypoint": None, "Cmd": None})


def job(func: str, *args, **kwargs) -> worker.BuildJob:
    made = worker.BuildJob("x", connection=object(), serializer="json")  # type: ignore[arg-type]
    made._func_name, made._instance, made._args, made._kwargs = func, None, args, kwargs
    return made


@pytest.mark.parametrize(
    "forged",
    [
        job("os.system", "id"),
        job("os.system", 1),
        job("builder.worker.main"),
        job("builder.worker.build", "1"),
        job("builder.worker.build", True),
        job("builder.worker.build", 1, 2),
        job("builder.worker.build"),
        job("builder.worker.build", build_id=1),
    ],
)
def test_p6_a_forged_job_runs_nothing(forged, monkeypatch):
    ran = []
    monkeypatch.setattr(worker, "build", ran.append)
    monkeypatch.setattr("os.system", ran.append)
    with pytest.raises(InvalidJobOperation):
        forged._execute()
    assert ran == []


def test_the_right_job_builds(monkeypatch):
    ran = []
    monkeypatch.setattr(worker, "build", ran.append)
    job("builder.worker.build", 7)._execute()
    assert ran == [7]


def test_p6_a_forged_jobs_callbacks_and_hooks_are_dropped():
    made = worker.BuildJob("x", connection=object(), serializer="json")  # type: ignore[arg-type]
    made.restore(
        {
            b"data": b'["builder.worker.build", null, [1], {}]',
            b"created_at": b"2026-01-01T00:00:00.000000Z",
            b"success_callback_name": b"os.system",
            b"failure_callback_name": b"os.system",
            b"stopped_callback_name": b"os.system",
            b"webhooks": b'[{"url": "http://127.0.0.1/"}]',
            b"repeats_left": b"5",
            b"dependency_ids": b'["other"]',
        }
    )
    assert not made._success_callback_name and not made._failure_callback_name and not made._stopped_callback_name
    assert not made.webhooks and not made._dependency_ids and not made.repeats_left
