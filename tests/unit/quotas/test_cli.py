"""`demodock admin` and `demodock quota`: what they print, and that every refusal says the next step."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from spaces import db
from spaces.cli.amounts import SIZES, TIMES, mebibytes, read, span
from spaces.cli.app import app
from spaces.cli.client import Refusal
from spaces.models import GpuDevice, GpuRequest
from spaces.models.owner import Role
from tests.unit.people import a_space, token_of


@pytest.fixture
def run(server, place, monkeypatch):
    """Runs a command as an admin, or as alice; gives exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "200")
    tokens = {"root": token_of("root", role=Role.ADMIN), "alice": token_of("alice")}

    def invoke(line: str, who: str = "root"):
        monkeypatch.setenv("DEMODOCK_TOKEN", tokens[who])
        result = CliRunner().invoke(app, line.split())
        return result.exit_code, result.stdout, result.stderr

    return invoke


def read_json(result):
    assert result[0] == 0, result
    return json.loads(result[1])


def devices() -> None:
    with db.writing() as session:
        for number in range(2):
            session.add(GpuDevice(uuid=f"GPU-{number}", index=number, model="T4", product="T4", memory=16384))


def test_quotas_are_set_shown_listed_and_reset(run):
    devices()
    done = read_json(run("admin quota set alice --guarantee 1 --gpus 2 --gpu-seconds-per-day 2h --storage 10G --json"))
    assert done["own"] == {"guarantee": 1, "gpus": 2, "gpuSecondsPerDay": 7200, "storage": 10240}
    code, out, err = run("admin quota show alice")
    assert code == 0 and "2 h" in out and "10 GiB" in out and "ALICE" in out
    assert "1 of 2 GPUs are guaranteed." in run("admin quota list")[1]
    assert read_json(run("admin quota set alice --gpus default --json"))["quota"]["gpus"] == "unlimited"
    assert read_json(run("admin quota set --everybody --running-spaces 3 --json"))["own"] == {"runningSpaces": 3}
    assert "running Spaces" in run("quota", "alice")[1]
    assert read_json(run("quota --json", "alice"))["quota"]["runningSpaces"] == 3
    assert read_json(run("admin quota reset alice --json"))["own"] == {}
    assert [row["owner"] for row in read_json(run("admin quota list --own --json"))["owners"]] == []
    assert run("admin quota reset --everybody")[0] == 0


def test_lowering_below_use_says_what_follows(run):
    a_space("alice", "demo", storage=20)
    code, out, err = run("admin quota set alice --storage 1G")
    assert code == 0 and "Over the limit: storage." in err and "All files stay." in err


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("admin quota set alice --gpus -1", 1, "below zero"),
        ("admin quota set alice --guarantee 3", 1, "overcommit"),
        ("admin quota set alice --storage 10X", 2, "MIB".lower()),
        ("admin quota set alice", 2, "--gpus 2"),
        ("admin quota set --gpus 2", 2, "--everybody"),
        ("admin quota show nobody", 5, "Name a user"),
        ("admin gpu cordon GPU-9", 5, "admin gpu list"),
        ("admin flavor rm cpu-basic", 1, "Change it instead"),
        ("admin flavor set odd --cpus 1", 1, "memory"),
    ],
)
def test_a_refusal_says_the_next_step(run, line, code, says):
    devices()
    result = run(line)
    assert result[0] == code and says in result[2], result


def test_gpus_flavors_queue_and_audit_have_tables_and_json(run):
    devices()
    assert "cordoned" in run("admin gpu cordon GPU-0 --reason loud")[1]
    assert read_json(run("admin gpu drain GPU-0 --within 60 --json"))["state"] == "draining"
    assert read_json(run("admin gpu ready GPU-0 --json"))["state"] == "ready"
    assert read_json(run("admin gpu slots GPU-1 2 --json"))["slots"] == 2
    assert "GPU-1" in run("admin gpu list")[1] and len(read_json(run("admin gpu list --json"))) == 2
    assert "is made" in run("admin flavor set tiny --cpus 0.5 --memory 512")[1]
    assert "is changed" in run("admin flavor set tiny --memory 1024")[1]
    assert "tiny" in run("admin flavor list")[1]
    assert run("admin flavor rm tiny")[1] == "tiny is gone.\n"
    assert run("admin queue list")[1] == "Nobody waits.\n"
    space = a_space("alice", "demo")
    with db.writing() as session:
        session.add(GpuRequest(space_id=space.id, owner_id=space.owner_id, flavor="t4-small", place=1, estimate=120))
    assert "alice/demo" in run("admin queue list")[1] and "2 min" in run("admin queue list")[1]
    code, out, _ = run("admin audit --action flavor")
    assert code == 0 and "memory 512 → 1024" in out and "root" in out
    entries = read_json(run("admin audit --subject GPU-0 --json"))["entries"]
    assert [entry["action"] for entry in entries] == ["gpu.ready", "gpu.draining", "gpu.cordoned"]


def test_who_is_no_admin_is_told_so(run):
    for line in ("admin gpu list", "admin quota list", "admin audit", "admin queue list", "admin flavor list"):
        code, _, err = run(line, "alice")
        assert code == 4 and "Only an admin" in err


def test_amounts_read_as_they_are_written():
    assert (read("10G", SIZES), read("2h", TIMES), read("1.5 d", TIMES)) == (10240, 7200, 129600)
    assert (read("unlimited", SIZES), read("default", SIZES)) == ("unlimited", None)
    assert (mebibytes(10240), mebibytes(3), span(90), span(-1), span(None)) == (
        "10 GiB",
        "3 MiB",
        "1.5 min",
        "never",
        "",
    )
    for nonsense in ("", "G", "1 2", "1e9", "ten"):
        with pytest.raises(Refusal):
            read(nonsense, SIZES)
