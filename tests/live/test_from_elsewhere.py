"""What comes from elsewhere: models of an upstream Hub, found offline in a real instance; Spaces of somebody's forge."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import forge as forges
from tests.forge import Forge
from tests.harness import ROOT, Platform, running, tiny

SIZE = 4 << 20
CARD = "---\nsdk: gradio\npreload_from_hub:\n- {models}\n---\n"
APP = """\
import http.server, json, os
os.environ["HF_HUB_OFFLINE"] = "1"
from huggingface_hub import hf_hub_download, snapshot_download
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            _, owner, name, file = self.path.split("/", 3)
            path = hf_hub_download(f"{owner}/{name}", file)
            body = {"size": os.path.getsize(path), "files": sorted(os.listdir(snapshot_download(f"{owner}/{name}"))),
                    "added": open(os.path.expanduser(f"~/.cache/huggingface/hub/models--{owner}--{name}/new"), "w").name}
        except Exception as error:
            body = {"error": repr(error)}
        data = json.dumps(body).encode()
        self.send_response(200); self.send_header("Content-Length", str(len(data))); self.end_headers()
        self.wfile.write(data)
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), Handler).serve_forever()
"""


def a_model(platform: Platform, name: str, content: bytes, private: bool = False) -> str:
    body = {"name": name, "type": "model", "private": private}
    assert platform.api("POST", "/api/repos/create", body).status == 200
    platform.push({"weights.bin": content, "config.json": "{}"}, f"admin/{name}", kind="")
    return f"admin/{name}"


@pytest.fixture(scope="module")
def forge(tmp_path_factory) -> Iterator[Forge]:
    with forges.running(tmp_path_factory.mktemp("elsewhere") / "forge") as forge:
        yield forge


@pytest.fixture(scope="module")
def here(platform, forge) -> Iterator[Platform]:
    """A second platform, for which the session's is the upstream Hub."""
    with running(DEMODOCK_HUB_ENDPOINT=platform.url, DEMODOCK_IMPORT_HOSTS=forge.origin) as here:
        yield here


def test_a_space_of_a_forge_moves_in_with_its_large_files_and_runs(here, forge):
    page = b"<p>a large file</p>" * 500
    files = {**tiny("unused"), "large.html": forge.pointer(page)}
    files["app.py"] = files["app.py"].replace("VERSION.encode()", 'open("large.html", "rb").read()')
    files["Dockerfile"] = files["Dockerfile"].replace("COPY app.py .", "COPY app.py large.html ./")
    head = forge.repository("team/app.git", {"README.md": "before"}, files)
    command = [sys.executable, "-m", "spaces.cli", "import", f"{forge.origin}/team/app.git", "--to", "moved", "--json"]
    done = subprocess.run(command, env=here.environment, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["stage"] == "RUNNING"
    assert here.runtime("admin/moved")["sha"] == head and here.get("admin/moved").body == page


def test_models_of_here_and_of_upstream_are_found_offline_and_kept_once(platform, here):
    tag = secrets.token_hex(3)
    far = a_model(platform, f"far-{tag}", secrets.token_bytes(SIZE))
    near = a_model(here, f"near-{tag}", secrets.token_bytes(SIZE), private=True)
    files = {"README.md": CARD.format(models=f"{near}\n- {far} weights.bin"), "app.py": APP}
    spaces = [f"admin/one-{tag}", f"admin/two-{tag}"]
    for space in spaces:
        here.push(files, space)
    for space in spaces:
        here.wait(space, seconds=500)
        for model, listed in ((near, ["config.json", "weights.bin"]), (far, ["weights.bin"])):
            answer = json.loads(here.get(space, f"/{model}/weights.bin").body)
            assert (answer.get("size"), answer.get("files")) == (SIZE, listed), answer
    kept = {}
    for folder, _, names in os.walk(here.data / "shelf"):
        kept |= {os.lstat(f"{folder}/{name}").st_ino: os.lstat(f"{folder}/{name}").st_size for name in names}
    assert 2 * SIZE <= sum(kept.values()) < 2 * SIZE + 100_000

    here.push({**files, "README.md": CARD.format(models=f"{near} none.bin")}, spaces[0])
    here.wait_for(lambda: "has no file none.bin" in str(here.runtime(spaces[0])["reason"]))
    assert here.get(spaces[0], f"/{near}/weights.bin").status == 200, "the revision before goes on serving"
