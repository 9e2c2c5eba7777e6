"""Who is alive: pids together with start times."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from spaces.errors import SetupError
from spaces.host import pidfile


def proc_with(tmp_path, pid: int, start: int, state: str = "S", boot: str = "b"):
    (tmp_path / str(pid)).mkdir(exist_ok=True)
    fields = [state, *["0"] * 18, str(start), "0"]
    (tmp_path / str(pid) / "stat").write_text(f"{pid} (a (strange) name) {' '.join(fields)}\n")
    (tmp_path / "sys/kernel/random").mkdir(parents=True, exist_ok=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text(boot + "\n")
    return tmp_path


@pytest.mark.parametrize(
    ("start", "boot", "state", "alive"),
    [(77, "b", "S", True), (78, "b", "S", False), (77, "c", "S", False), (77, "b", "Z", False)],
    ids=["same", "pid used again", "after a reboot", "zombie"],
)
def test_a_pidfile_counts_only_for_the_very_process_it_named(tmp_path, start, boot, state, alive):
    note = tmp_path / "x.pid"
    note.write_text(pidfile.Identity(pid=5, start=77, boot="b").model_dump_json())
    assert pidfile.read(note, proc_with(tmp_path, 5, start, state, boot)) == (5 if alive else None)


@pytest.mark.parametrize("content", ["", "17", "{", "null"])
def test_a_broken_pidfile_names_nobody(tmp_path, content):
    (tmp_path / "x.pid").write_text(content)
    assert pidfile.read(tmp_path / "x.pid") is None


def test_a_pidfile_of_this_process_names_it(tmp_path):
    pidfile.write(tmp_path / "x.pid", os.getpid())
    assert pidfile.read(tmp_path / "x.pid") == os.getpid()


def test_a_second_up_on_the_same_data_directory_is_told_who_holds_it(tmp_path):
    code = "import sys, pathlib; from spaces.host.pidfile import Hold; h = Hold(pathlib.Path(sys.argv[1])); print('held', flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(SetupError, match=str(other.pid)) as caught:
        pidfile.Hold(tmp_path)
    assert "DEMODOCK_DATA" in caught.value.hint
    other.kill()
    other.wait()
    pidfile.Hold(tmp_path).release()  # the dead hold nothing


def test_a_released_hold_is_free_again(tmp_path):
    pidfile.Hold(tmp_path).release()
    hold = pidfile.Hold(tmp_path)
    assert json.loads((tmp_path / "up.lock").read_text()) == {"pid": os.getpid()}
    hold.release()
