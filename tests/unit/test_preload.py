"""`preload_from_hub`: from where files come, what is refused, and that the Hub's own library finds them without asking anybody."""

from __future__ import annotations

import hashlib
import http.server
import io
import json
import secrets
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

from builder import hub_cache, preload
from builder.control import Control
from builder.hub_cache import File, Snapshot, Wanted, archive, read
from builder.log import BuildLog
from spaces import names
from spaces.builds import Claim
from spaces.card import SpaceConfig
from spaces.errors import BuildFailed
from spaces.models import Visibility
from spaces.repos import store
from spaces.settings import get_settings
from spaces.shelf import contents, folders
from tests.unit.people import a_space
from tests.unit.test_volumes import a_model

SHA = "c" * 40
LARGE = b"large" * 2000


class Upstream:
    """A Hub with one model, speaking the wire that downloads use; its large file lies in a store of its own."""

    def __init__(self) -> None:
        self.files = {"config.json": b"{}", "deep/model.bin": LARGE}
        self.asked: list[str] = []
        self.store = ""
        self.wrong = False


@pytest.fixture
def upstream(place, monkeypatch) -> Iterator[Upstream]:
    hub = Upstream()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hub.asked.append(f"{self.command} {self.path} {self.headers.get('Authorization') or ''}".strip())
            path = unquote(self.path)
            if path in ("/api/models/them/model/revision/main", f"/api/models/them/model/revision/{SHA}"):
                told = {"id": "them/model", "sha": SHA, "siblings": [{"rfilename": name} for name in hub.files]}
                self.reply(200, json.dumps(told).encode())
            elif path.startswith("/store/"):
                self.reply(200, b"other" * 2000 if hub.wrong else LARGE, {"ETag": '"a-word-of-the-stores"'})
            elif (name := path.removeprefix(f"/them/model/resolve/{SHA}/")) not in hub.files:
                self.reply(404, b"")
            elif hub.files[name] == LARGE:
                linked = {"X-Linked-Etag": f'"{hashlib.sha256(LARGE).hexdigest()}"', "Location": hub.store + "/store/x"}
                self.reply(302, b"", {"X-Repo-Commit": SHA, **linked})
            else:
                self.reply(200, hub.files[name], {"X-Repo-Commit": SHA, "ETag": f'"{"e" * 40}"'})

        do_HEAD = do_GET

        def reply(self, status, body, headers=None):
            self.send_response(status)
            for key, value in (headers or {}).items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        hub.store = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setenv("DEMODOCK_HUB_ENDPOINT", hub.store)
        get_settings.cache_clear()
        yield hub
        server.shutdown()


def take(*entries: str) -> preload.Preload:
    space = a_space(name=f"demo{secrets.token_hex(4)}")
    claim = Claim(build_id=1, attempt=1, space_id=space.id, number=1, commit="c", factory=False)
    log = BuildLog(get_settings().path("build.log"), 1 << 20, [])
    try:
        return preload.take(Control(claim, 60), SpaceConfig(sdk="gradio", preload_from_hub=list(entries)), log)
    finally:
        log.close()


def found(loaded: preload.Preload) -> dict[str, bytes]:
    """What a program in the image finds by the cache's snapshots."""
    with tarfile.open(fileobj=io.BytesIO(loaded.links)) as tar:
        links = {f"/{member.name}": member.linkname for member in tar if member.issym()}
    got = {}
    for path in (path for path in links if "/snapshots/" in path):
        blob = str(Path(path).parent / links[path])
        parts: list[str] = []
        for part in blob.split("/"):
            parts = parts[:-1] if part == ".." else [*parts, part]
        content = links["/".join(parts)].removeprefix(f"{names.PRELOAD_MOUNT}/")
        got[path.partition("/snapshots/")[2].partition("/")[2]] = (
            folders.root() / loaded.folder / content
        ).read_bytes()
    return got


def test_an_entry_names_a_model_files_and_a_commit():
    assert read("a/b") == Wanted("a/b")
    assert read(f"a/b x,y/z {SHA}") == Wanted("a/b", ("x", "y/z"), SHA)


def test_nothing_is_asked_for_nothing(place):
    assert take() is None


def test_a_model_of_this_platform_comes_first_a_private_one_of_the_owner_too(upstream):
    number = a_model("alice", "secret", Visibility.PRIVATE)
    assert found(take("alice/secret")) == {"weights.bin": b"w1", "part/a.txt": b"a"}
    assert found(take(f"alice/secret part/a.txt {store.head(number).sha}")) == {"part/a.txt": b"a"}
    assert upstream.asked == []


def test_p21_a_private_model_of_somebody_else_is_as_good_as_none(place):
    a_model("bob", "hidden", Visibility.PRIVATE)
    messages = []
    for entry in ("bob/hidden", "bob/absent"):
        with pytest.raises(BuildFailed) as caught:
            take(entry)
        messages.append(caught.value.message.replace(entry, "X"))
        assert "DEMODOCK_HUB_ENDPOINT" in caught.value.hint
    assert messages[0] == messages[1]


def test_what_is_not_here_comes_from_upstream_without_credentials_and_once(upstream):
    loaded = take("them/model")
    assert found(loaded) == upstream.files
    assert all(line.count(" ") == 1 for line in upstream.asked), "nothing was authorized"
    before = len([line for line in upstream.asked if "/store/" in line])
    assert take("them/model deep/model.bin").folder != loaded.folder
    assert len([line for line in upstream.asked if "/store/" in line]) == before == 1


def test_bytes_that_are_not_what_upstream_announced_are_not_taken(upstream):
    upstream.wrong = True
    with pytest.raises(BuildFailed, match="other bytes") as caught:
        take("them/model")
    assert caught.value.platform


@pytest.mark.parametrize(
    "entry", ["them/none", "them/model none.bin", f"them/model config.json {'d' * 40}", "alice/mine none.bin"]
)
def test_what_is_missing_is_a_clear_build_error(upstream, entry):
    a_model("alice", "mine")
    with pytest.raises(BuildFailed) as caught:
        take(entry)
    assert caught.value.code == "preload" and not caught.value.platform
    assert entry.split()[0] in caught.value.message and caught.value.hint


def test_p39_upstream_cannot_send_a_build_to_the_neighbourhood(upstream):
    asked: list[str] = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)

    with http.server.HTTPServer(("127.0.0.1", 0), Canary) as canary:
        threading.Thread(target=canary.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        for host in ("127.0.0.1", "localhost", "2130706433"):
            upstream.store = f"http://{host}:{canary.server_address[1]}"
            with pytest.raises(BuildFailed):
                take("them/model")
        canary.shutdown()
    assert asked == []


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", ".git/config", "a\0b", "a\nb"])
def test_p14_a_file_name_of_upstream_is_never_a_way_out(upstream, name):
    upstream.files = {name: b"x"}
    with pytest.raises(BuildFailed):
        take("them/model")


def test_equal_files_are_one_content_for_any_number_of_spaces(upstream):
    a_model("alice", "one")
    first = take("them/model", "alice/one")
    contents_before = sorted(path.name for path in folders.root().glob("contents/??/*"))
    assert take("them/model", "alice/one").folder == first.folder
    take("alice/one")
    assert sorted(path.name for path in folders.root().glob("contents/??/*")) == contents_before
    assert all(path.stat().st_nlink >= 2 for path in (folders.root() / first.folder).iterdir())


def test_the_hubs_own_library_finds_the_files_offline(tmp_path):
    """The archive is laid out in a folder, with the shelf's mount beside it, and read by an unmodified huggingface_hub."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    (shelf / ("1" * 64)).write_text("hello")
    snapshot = Snapshot("o/n", SHA, {"deep/file.txt": File("e" * 40, "1" * 64), "again": File("e" * 40, "1" * 64)})
    with tarfile.open(fileobj=io.BytesIO(archive([snapshot]))) as tar:
        tar.extractall(tmp_path, filter="fully_trusted")
    for blob in tmp_path.rglob("blobs/*"):
        target = blob.readlink()
        blob.unlink()
        blob.symlink_to(shelf / target.name)
    cache = str(tmp_path) + hub_cache.ROOT
    program = f"""
from huggingface_hub import hf_hub_download, snapshot_download
print(open(hf_hub_download("o/n", "deep/file.txt", cache_dir={cache!r})).read())
print(open(hf_hub_download("o/n", "again", revision={SHA!r}, cache_dir={cache!r})).read())
import os
print(sorted(os.listdir(snapshot_download("o/n", cache_dir={cache!r}))))
"""
    env = {"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin", "HOME": str(tmp_path), "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=env)
    assert done.stdout.split("\n")[:3] == ["hello", "hello", "['again', 'deep']"], done.stderr


def test_a_revision_whose_preload_is_lost_is_built_again(place):
    from spaces import db, mounts
    from spaces.errors import ImageMissing
    from spaces.models import Revision

    space = a_space()
    folder = folders.collection({"x": contents.add([b"x"])})
    with db.writing() as session:
        config = SpaceConfig(sdk="docker")
        row = Revision(space_id=space.id, build_id=1, commit="c", image="i", config=config, preload=folder)
        session.add(row)
        session.flush()
    (mount,) = mounts.lay_out(space.id, row.id)
    assert (mount.folder, mount.target) == (folder, names.PRELOAD_MOUNT)
    (folders.root() / folder).rename(folders.root() / "lost")
    with pytest.raises(ImageMissing):
        mounts.lay_out(space.id, row.id)
