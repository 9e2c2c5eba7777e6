"""The hot reload that Gradio starts on the Hub is replaced by nothing, and only where it is."""

from __future__ import annotations

import subprocess
import sys

from builder import reloading


def switch_off(venv):
    subprocess.run(reloading.switch_off(str(venv)), check=True)


def test_the_server_of_the_package_is_replaced_by_one_that_serves_nobody(tmp_path):
    package = tmp_path / "lib/python3.11/site-packages/spaces/reloading"
    package.mkdir(parents=True)
    (package / "server.py").write_text("raise AssertionError('the real one')\n")
    (package / "__init__.py").write_text("other = 1\n")
    switch_off(tmp_path)
    use = "from server import ReloadServer; ReloadServer(prerun=print, postrun=print, stop_event=None).run(port=7887)"
    done = subprocess.run([sys.executable, "-c", use], cwd=package, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (package / "__init__.py").read_text() == "other = 1\n"


def test_nothing_happens_where_the_package_is_not_there(tmp_path):
    (tmp_path / "lib/python3.11/site-packages/spaces").mkdir(parents=True)
    switch_off(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["lib", "python3.11", "site-packages", "spaces"]
