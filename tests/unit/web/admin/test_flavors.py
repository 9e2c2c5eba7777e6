"""Hardware in the console: made, changed, taken away; what makes no sense is refused and stays in its field."""

from __future__ import annotations

import pytest

from spaces import audit, db
from spaces.models import Audience, Flavor
from tests.unit.people import a_space

LIST = "/admin-console/flavors"
BASIC = f"{LIST}/cpu-basic"
SIZE = {"cpus": "2", "memory": "16G", "disk": "50G", "pids": "1024"}
ANSWERS = SIZE | {"gpus": "0", "gpu_memory": "0", "gpu_slots": "1", "audience": "everybody"}


def flavor(name: str) -> Flavor | None:
    with db.reading() as session:
        return session.get(Flavor, name)


def cannot_go(page: str) -> bool:
    return '<button class="danger start" disabled>' in page


def verbs() -> list[str]:
    with db.reading() as session:
        return [entry.action for entry in audit.entries(session) if entry.kind == "flavor"]


def test_all_hardware_stands_there_offered_or_not(root, held):
    page = root.get(LIST).text
    assert "cpu-basic" in page and "offered" in page and "no GPU fits" in page


def test_an_admin_makes_hardware(root):
    answer = root.send(
        LIST, do="create", name="tiny", pretty_name="Tiny", **ANSWERS | {"memory": "512", "sleep_after": "1h"}
    )
    assert answer.headers["location"] == f"{LIST}/tiny?done=create"
    made = flavor("tiny")
    assert (made.pretty_name, made.memory, made.disk, made.sleep_after) == ("Tiny", 512, 51200, 3600)
    assert verbs() == ["flavor.create"]


def test_an_admin_changes_hardware(root, held):
    wanted = ANSWERS | {
        "pretty_name": "Basic",
        "cpus": "1.5",
        "audience": "named",
        "owners": "alice",
        "sleep_after": "never",
    }
    assert root.send(BASIC, do="change", **wanted).status_code == 303
    changed = flavor("cpu-basic")
    assert (changed.cpus, changed.audience, changed.sleep_after) == (1.5, Audience.NAMED, -1)
    page = root.get(BASIC).text
    assert 'value="never"' in page and ">alice</textarea>" in page


def test_what_is_left_empty_is_cleared(root, held):
    root.send(
        BASIC, do="change", **ANSWERS | {"pretty_name": "Basic", "gpus": "1", "gpu_model": "A100", "sleep_after": "60"}
    )
    assert flavor("cpu-basic").gpu_model == "A100"
    root.send(BASIC, do="change", **ANSWERS | {"pretty_name": "Basic"})
    assert (flavor("cpu-basic").gpu_model, flavor("cpu-basic").sleep_after) == (None, None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"cpus": ""}, "is no amount"),
        ({"cpus": "0"}, "Allowed: 0.05"),
        ({"pids": "1.5"}, "whole number"),
        ({"memory": "unlimited"}, "Give a number"),
        ({"gpu_model": "A100"}, "A flavor without GPUs"),
        ({"audience": "friends"}, "no such audience"),
        ({"audience": "named", "owners": "nobody"}, "There is no owner"),
    ],
)
def test_hardware_that_makes_no_sense_is_refused_and_stays_in_its_field(root, wrong, told):
    root.get(LIST)
    answer = root.send(BASIC, do="change", **ANSWERS | {"pretty_name": "Mine"} | wrong)
    assert answer.status_code in (404, 422) and told in answer.text
    assert 'value="Mine"' in answer.text
    assert verbs() == []


def test_only_hardware_that_no_space_has_is_taken_away(root):
    a_space("alice", "demo", hardware="cpu-upgrade")
    assert [cannot_go(root.get(f"{LIST}/{name}").text) for name in ("cpu-upgrade", "cpu-basic", "t4-small")] == [
        True,
        True,
        False,
    ], "what a Space has, what new ones get, what nobody has"
    refused = root.send(f"{LIST}/cpu-upgrade", do="remove")
    assert refused.status_code == 409 and "1 Space has" in refused.text
    assert 'value="32G"' in refused.text, "its form is as it was"
    assert root.send(f"{LIST}/t4-small", do="remove").headers["location"] == f"{LIST}?done=remove"
    assert flavor("t4-small") is None and verbs() == ["flavor.remove"]
