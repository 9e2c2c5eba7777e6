"""Volumes in real instances: read-only, at a revision, one copy for all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pytest

from tests.harness import Platform, tiny

READER = """\
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            if self.path.startswith("/write"):
                open("/models/m/new", "w")
            path = "/models/m/" + self.path.lstrip("/")
            body = (" ".join(sorted(os.listdir(path))) if os.path.isdir(path) else open(path).read()).encode()
        except OSError as error:
            body = type(error).__name__.encode() + b" " + os.strerror(error.errno).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(body))); self.end_headers()
        self.wfile.write(body)
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), Handler).serve_forever()
"""
SIZE = 8 << 20


@pytest.fixture
def model(platform: Platform) -> str:
    """A model with a large file, in a repository of this platform."""
    name = f"admin/model-{secrets.token_hex(3)}"
    assert platform.api("POST", "/api/repos/create", {"name": name.split("/")[1], "type": "model"}).status == 200
    files = {"weights.bin": secrets.token_bytes(SIZE), "config.json": "{}", "sub/a.txt": "first"}
    platform.push(files, name, kind="")
    return name


def mount(platform: Platform, space: str, model: str, **more: str) -> None:
    volume = {"type": "model", "source": model, "mountPath": "/models/m", **more}
    answer = platform.api("PUT", f"/api/spaces/{space}/volumes", {"volumes": [volume]})
    assert answer.status == 200, answer.text


def shelf_bytes(platform: Platform) -> int:
    seen = {}
    for folder, _, files in os.walk(platform.data / "shelf"):
        for name in files:
            about = (Path(folder) / name).stat()
            seen[about.st_ino] = about.st_size
    return sum(seen.values())


def test_a_space_reads_a_mounted_model_takes_over_a_moved_branch_and_writes_nothing(platform, model):
    space = f"admin/reader-{secrets.token_hex(3)}"
    platform.push(tiny(**{"app.py": READER}), space)
    platform.wait(space)
    assert platform.get(space, "/").text.startswith("FileNotFoundError")
    mount(platform, space, model)
    platform.wait_for(lambda: platform.get(space, "/").text == "config.json sub weights.bin")
    assert platform.get(space, "/sub/a.txt").text == "first"
    assert platform.get(space, "/write").text == "OSError Read-only file system"
    record = platform.containers("instance", running=True)[0].client.api.inspect_container(
        next(c.id for c in platform.containers("instance", running=True) if f"-s{number(platform, space)}-" in c.name)
    )
    (bind,) = record["Mounts"]
    assert (bind["Type"], bind["RW"], bind["Propagation"]) == ("bind", False, "rprivate")
    assert Path(bind["Source"]).is_relative_to(platform.data / "shelf" / "commits")

    platform.push({"sub/a.txt": "second"}, model, kind="")
    assert platform.get(space, "/sub/a.txt").text == "first", "what is mounted never changes under a running app"
    platform.api("POST", f"/api/spaces/{space}/restart")
    platform.wait_for(lambda: platform.get(space, "/sub/a.txt").text == "second")

    mount(platform, space, model, path="sub")
    platform.wait_for(lambda: platform.get(space, "/").text == "a.txt")


def test_ten_spaces_with_the_same_model_keep_one_copy(platform, model):
    before = shelf_bytes(platform)
    spaces = [f"admin/ten{n}-{secrets.token_hex(3)}" for n in range(10)]
    for space in spaces:
        platform.push(tiny(**{"app.py": READER}), space)
        mount(platform, space, model)
    for space in spaces:
        platform.wait(space)
        platform.wait_for(lambda space=space: platform.get(space, "/config.json").text == "{}")
    grown = shelf_bytes(platform) - before
    assert SIZE <= grown < SIZE + 100_000, f"{grown} bytes for ten mounts of {SIZE}"


def test_a_source_that_is_gone_is_said_at_the_next_start(platform, model):
    space = f"admin/lost-{secrets.token_hex(3)}"
    platform.push(tiny(**{"app.py": READER}), space)
    platform.wait(space)
    mount(platform, space, model, path="none")
    seen = platform.wait(space, "RUNTIME_ERROR", "RUNNING_APP_STARTING", "RUNNING")
    platform.wait_for(lambda: "There is no folder" in str(platform.runtime(space)["reason"]))
    seen = platform.runtime(space)
    assert seen["reason"]["hint"], seen
    assert platform.get(space, "/").status == 200, "the instance before goes on serving"


def number(platform: Platform, space: str) -> int:
    return int(platform.api("GET", f"/api/spaces/{space}").json()["_id"], 16)
