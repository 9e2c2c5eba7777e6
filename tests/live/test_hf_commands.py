"""Every command of `hf spaces` and `hf repos` that can be pointed at a server, typed as people type it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness import Platform, tiny

HF = Path(sys.executable).with_name("hf")
Hf = Callable[..., tuple[int, str]]

FINE, REFUSED = 0, 1
SPACES = [
    # arguments, how it ends, what it says
    ("spaces ls --author admin", FINE, r"admin/tools"),
    ("spaces ls --search tools --sort last_modified --limit 1", FINE, r"admin/tools"),
    ("spaces ls admin/tools", FINE, r"Dockerfile"),
    ("spaces ls admin/nope", REFUSED, r"(?i)not found"),
    ("spaces info admin/tools", FINE, r"\"?admin/tools"),
    ("spaces info admin/tools --expand sdk,runtime", FINE, r"docker"),
    ("spaces info admin/tools --expand nope", REFUSED, r"must be one of|Invalid"),
    ("spaces card admin/tools", FINE, r"sdk: docker"),
    ("spaces card admin/tools --metadata", FINE, r"Tiny"),
    ("spaces search tools", FINE, r"admin/tools"),
    ("spaces templates", FINE, r""),
    ("spaces wait admin/tools --timeout 60s", FINE, r"RUNNING"),
    ("spaces hardware", FINE, r"cpu-basic"),
    ("spaces zero-gpu quota", FINE, r"0"),
    ("spaces settings admin/tools --sleep-time 7200", FINE, r"7200|admin/tools"),
    ("spaces settings admin/tools --hardware nope", REFUSED, r"(?i)nope|hardware|invalid"),
    ("spaces secrets add admin/tools -s PASSWORD=hunter2", FINE, r"PASSWORD"),
    ("spaces secrets ls admin/tools", FINE, r"PASSWORD"),
    ("spaces secrets delete admin/tools PASSWORD --yes", FINE, r"PASSWORD"),
    ("spaces variables add admin/tools -e MODE=fast", FINE, r"MODE"),
    ("spaces variables ls admin/tools", FINE, r"fast"),
    ("spaces variables delete admin/tools MODE --yes", FINE, r"MODE"),
    ("spaces volumes ls admin/tools", FINE, r""),
    ("spaces volumes set admin/tools -v hf://models/admin/weights:/models", FINE, r"(?i)volumes set"),
    ("spaces volumes ls admin/tools", FINE, r"admin/weights"),
    ("spaces volumes delete admin/tools --yes", FINE, r"(?i)deleted"),
    ("spaces dev-mode admin/tools", REFUSED, r"Dev mode is not offered here"),
    ("spaces dev-mode admin/tools --stop", FINE, r"(?i)disabled"),
    (
        "spaces hot-reload admin/tools app.py --local-file app.py --skip-checks",
        REFUSED,
        r"(?i)not offered|not supported",
    ),
    ("spaces pause admin/tools", FINE, r"PAUSED"),
    ("spaces restart admin/tools", FINE, r"admin/tools"),
    ("spaces restart admin/nope", REFUSED, r"(?i)not found"),
]
REPOS = [
    ("repos create first --type space --space-sdk static", FINE, r"admin/first"),
    ("repos create first --type space --space-sdk static", REFUSED, r"already created this space repo"),
    ("repos create first --type space --space-sdk static --exist-ok", FINE, r"admin/first"),
    ("repos create data --type dataset --private", FINE, r"admin/data"),
    ("repos ls", FINE, r"admin/data"),
    ("repos settings admin/data --type dataset --public", FINE, r"admin/data"),
    ("repos settings admin/data --type dataset --gated auto", REFUSED, r"Nobody asks for access here"),
    ("repos duplicate admin/first admin/second --type space", FINE, r"admin/second"),
    ("repos move admin/second admin/third --type space", FINE, r"admin/third"),
    (
        "repos move admin/third admin/first --type space",
        REFUSED,
        r"A space repository called admin/first already exists",
    ),
    ("upload admin/data app.py code/app.py --type dataset", FINE, r"admin/data"),
    ("download admin/data code/app.py --type dataset --local-dir got", FINE, r"app.py"),
    ("repos branch create admin/data wip --type dataset", FINE, r"wip"),
    ("repos branch delete admin/data wip --type dataset", FINE, r"wip"),
    ("repos tag create admin/data v1 --type dataset", FINE, r"v1"),
    ("repos tag list admin/data --type dataset", FINE, r"v1"),
    ("repos tag delete admin/data v1 --type dataset --yes", FINE, r"v1"),
    ("repos cp hf://datasets/admin/data/code/app.py copied.py", FINE, r""),
    ("repos delete-files admin/data code/app.py --type dataset", FINE, r""),
    ("datasets info admin/data", FINE, r"admin/data"),
    ("models ls --author admin", FINE, r"admin/weights"),
    ("repos delete admin/third --type space --yes", FINE, r"admin/third"),
    ("repos delete admin/third --type space --yes", REFUSED, r"(?i)not found"),
    ("repos delete admin/third --type space --yes --missing-ok", FINE, r""),
]


@pytest.fixture(scope="module")
def hf(platform: Platform, tmp_path_factory) -> Hf:
    """Types a command; gives how it ended and all that it printed. `admin/tools` runs."""
    folder = tmp_path_factory.mktemp("hf")
    (folder / "app.py").write_text("print('hello')\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    reader = {
        "HF_ENDPOINT": platform.url,
        "HF_TOKEN": platform.token,
        "HF_HOME": str(folder / "home"),
        "COLUMNS": "200",
    }

    def run(line: str) -> tuple[int, str]:
        done = subprocess.run(
            [HF, *line.split()],
            cwd=folder,
            env=kept | reader,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        return done.returncode, done.stdout

    platform.push(tiny(), "admin/tools")
    platform.api("POST", "/api/repos/create", {"name": "weights"})
    platform.wait("admin/tools")
    return run


@pytest.mark.parametrize("table", [SPACES, REPOS], ids=["spaces", "repos"])
def test_every_command_gives_the_right_answer_or_an_honest_refusal(hf: Hf, table):
    wrong = []
    for line, ends, says in table:
        code, printed = hf(line)
        if bool(code) != bool(ends) or not re.search(says, printed) or "Traceback" in printed:
            wrong.append(f"$ hf {line}\n{printed}[{code}; expected {ends} and {says!r}]")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("which", ["", " --build"])
def test_logs_that_are_not_followed_end_within_six_seconds(hf: Hf, platform: Platform, which):
    platform.api("POST", "/api/spaces/admin/tools/restart")
    platform.wait("admin/tools")
    began = time.monotonic()
    code, _ = hf("spaces info admin/tools")
    start = time.monotonic() - began
    began = time.monotonic()
    code, printed = hf(f"spaces logs admin/tools{which}")
    assert code == 0 and printed.strip(), printed
    assert time.monotonic() - began - start < 6
