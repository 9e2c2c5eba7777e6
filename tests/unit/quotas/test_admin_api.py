"""The admin's API over quotas, GPUs, flavors, the queue and the audit log; and what people see of their own."""

from __future__ import annotations

import csv
import io
import json

import pytest

from spaces import db
from spaces.access import find_owner
from spaces.api.admin.quotas import QuotaChange
from spaces.models import GpuDevice, GpuRequest, Reservation, Space
from spaces.models.owner import Role
from spaces.models.types import now
from spaces.quotas.terms import TERMS
from tests.unit.people import a_space, bearer, person, token_of


class Caller:
    """Somebody with a write token."""

    def __init__(self, client, name: str, role: Role = Role.MEMBER) -> None:
        self.client, self.token = client, token_of(name, role=role)

    def __call__(self, method: str, path: str, status: int = 200, **body: object):
        answer = self.client.request(method, path, json=body or None, headers=bearer(self.token))
        assert answer.status_code == status, answer.text
        return answer.json() if "json" in answer.headers["content-type"] and "ndjson" not in path else answer


@pytest.fixture
def root(client):
    return Caller(client, "root", Role.ADMIN)


@pytest.fixture
def alice(client):
    return Caller(client, "alice")


def devices(*uuids: str) -> None:
    with db.writing() as session:
        for number, uuid in enumerate(uuids):
            session.add(GpuDevice(uuid=uuid, index=number, model="A100", product="NVIDIA A100", memory=81920))


def test_the_body_names_every_term():
    assert {term.wire for term in TERMS} == set(QuotaChange.model_fields) - {"overcommit"}


def test_an_admin_sets_changes_and_resets_a_quota_and_its_owner_reads_it(root, alice):
    devices("GPU-1", "GPU-2")
    set_ = root("PUT", "/api/admin/quotas/alice", guarantee=1, gpus=2, builds="unlimited")
    assert set_["own"] == {"guarantee": 1, "gpus": 2, "builds": "unlimited"} and set_["warnings"] == []
    assert root("PATCH", "/api/admin/quotas/ALICE", storage=1024, gpus=None)["own"]["storage"] == 1024
    own = alice("GET", "/api/quota")
    assert own["owner"] == "alice" and own["quota"]["guarantee"] == 1 and own["quota"]["gpus"] == "unlimited"
    assert own["usage"]["storage"] == 0 and own["left"]["storage"] == 1024 and own["over"] == []
    assert root("PUT", "/api/admin/quotas/alice", cpus=4)["own"] == {"cpus": 4}
    assert root("DELETE", "/api/admin/quotas/alice")["own"] == {}
    assert [entry["action"] for entry in root("GET", "/api/admin/audit?subject=alice&kind=quota")["entries"]] == [
        "quota.reset", "quota.change", "quota.change", "quota.change",
    ]  # fmt: skip


def test_what_everybody_has_is_set_on_the_collection(root, alice):
    changed = root("PATCH", "/api/admin/quotas", runningSpaces=3, guarantee=0)
    assert changed["quota"]["runningSpaces"] == 3 and changed["own"] == {"runningSpaces": 3, "guarantee": 0}
    assert alice("GET", "/api/quota")["quota"]["runningSpaces"] == 3
    root("PATCH", "/api/admin/quotas/alice", runningSpaces=5)
    listed = root("GET", "/api/admin/quotas")
    assert {row["owner"]: row["quota"]["runningSpaces"] for row in listed["owners"]} == {
        "admin": 3,
        "alice": 5,
        "root": 3,
    }
    assert [row["owner"] for row in root("GET", "/api/admin/quotas?own=true")["owners"]] == ["alice"]
    first = root("GET", "/api/admin/quotas?limit=1")
    assert [row["owner"] for row in root("GET", f"/api/admin/quotas?after={first['next']}")["owners"]] == [
        "alice",
        "root",
    ]
    assert root("DELETE", "/api/admin/quotas")["quota"]["runningSpaces"] == "unlimited"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"gpus": -1}, "below zero"),
        ({"builds": 0.5}, "whole number"),
        ({"guarantee": "unlimited"}, "cannot be unlimited"),
        ({"memory": "much"}, "much"),
        ({"guarantee": 2, "gpus": 1}, "guaranteed 2 GPUs and allowed 1"),
        ({"gpu_seconds": 1}, "gpu_seconds"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(root, body, says):
    person("alice")
    problem = root("PATCH", "/api/admin/quotas/alice", 422, **body)
    assert says in problem["error"] and problem["detail"]


def test_guaranteeing_more_than_there_is_needs_a_word(root):
    person("alice")
    devices("GPU-1")
    problem = root("PATCH", "/api/admin/quotas/alice", 409, guarantee=2)
    assert problem["code"] == "overcommitted" and "2 GPUs, and there are 1" in problem["title"]
    changed = root("PATCH", "/api/admin/quotas/alice", guarantee=2, overcommit=True)
    assert "some wait" in changed["warnings"][0]
    listed = root("GET", "/api/admin/quotas")["everybody"]
    assert (listed["gpus"], listed["guaranteed"]) == (1, 2)


def a_hold(space: Space, uuid: str) -> None:
    with db.writing() as session:
        row = Reservation(
            device=uuid, space_id=space.id, owner_id=space.owner_id, flavor="a100-large", instance=uuid, token=uuid,
            since=now(), used_since=now(),
        )  # fmt: skip
        session.add(row)


def test_p50_lowering_below_use_stops_nothing_and_says_what_follows(root, alice):
    devices("GPU-1", "GPU-2")
    for name, uuid in (("a", "GPU-1"), ("b", "GPU-2")):
        a_hold(a_space("alice", name), uuid)
    lowered = root("PATCH", "/api/admin/quotas/alice", gpus=1, gpuSecondsPerDay=0)
    told = {over["term"]: over for over in lowered["over"]}
    assert (told["gpus"]["used"], told["gpus"]["limit"]) == (2, 1)
    assert "What runs goes on" in told["gpus"]["follows"] and "warned" in told["gpuSecondsPerDay"]["follows"]
    assert {over["term"] for over in alice("GET", "/api/quota")["over"]} == set(told)
    assert [len(gpu["holders"]) for gpu in root("GET", "/api/admin/gpus")] == [1, 1], "both are held as before"


def test_a_gpu_is_cordoned_drained_cut_readied_and_forgotten(root):
    devices("GPU-1", "GPU-2")
    a_hold(a_space("alice", "a"), "GPU-1")
    cordoned = root("PATCH", "/api/admin/gpus/GPU-1", order="cordoned", reason="fan is loud")
    assert (cordoned["state"], cordoned["reason"]["message"]) == ("cordoned", "fan is loud")
    assert cordoned["holders"][0]["space"] == "alice/a"
    assert root("PATCH", "/api/admin/gpus/GPU-1", order="draining", within=60)["drainUntil"]
    assert root("PATCH", "/api/admin/gpus/GPU-1", 409, slots=4)["code"] == "gpu_held"
    assert root("PATCH", "/api/admin/gpus/GPU-2", slots=4)["slots"] == 4
    assert root("PATCH", "/api/admin/gpus/GPU-1", order="ready")["state"] == "ready"
    root("PATCH", "/api/admin/gpus/GPU-1", 422, order="melted")
    root("GET", "/api/admin/gpus/GPU", 422)
    root("GET", "/api/admin/gpus/none", 404)
    root("DELETE", "/api/admin/gpus/GPU-2", 409)
    actions = [entry["action"] for entry in root("GET", "/api/admin/audit?kind=gpu")["entries"]]
    assert actions == ["gpu.ready", "gpu.cut", "gpu.draining", "gpu.cordoned"]


def test_a_flavor_is_made_changed_and_removed(root):
    made = root("POST", "/api/admin/flavors", 201, name="tiny", cpus=0.5, memory=512)
    assert (made["cpus"], made["warnings"]) == (0.5, [])
    assert root("PATCH", "/api/admin/flavors/tiny", memory=1024)["memory"] == 1024
    assert "tiny" in [flavor["name"] for flavor in root("GET", "/api/admin/flavors")]
    assert root("PATCH", "/api/admin/flavors/tiny", 422, cpus=-1)["detail"]
    assert (
        "not offered" in root("POST", "/api/admin/flavors", 201, name="big", cpus=1, memory=64, gpus=9)["warnings"][0]
    )
    root("DELETE", "/api/admin/flavors/tiny")
    root("GET", "/api/admin/flavors/tiny", 404)
    (line,) = root("GET", "/api/admin/audit?action=flavor.change")["entries"]
    assert (line["before"]["memory"], line["after"]["memory"]) == (512, 1024)


def test_the_queue_tells_who_waits_for_what(root):
    first, second = a_space("alice", "first"), a_space("alice", "second")
    with db.writing() as session:
        for space, place in ((first, None), (second, 1)):
            session.add(GpuRequest(space_id=space.id, owner_id=space.owner_id, flavor="a100-large", place=place))
    assert [(row["space"], row["place"]) for row in root("GET", "/api/admin/queue")] == [
        ("alice/second", 1), ("alice/first", None),
    ]  # fmt: skip


def test_the_audit_log_is_read_by_pages_and_exported_whole(root):
    person("alice")
    for number in range(5):
        root("PATCH", "/api/admin/quotas/alice", cpus=number + 1)
    page = root("GET", "/api/admin/audit?action=quota&limit=2")
    rest = root("GET", f"/api/admin/audit?action=quota&before={page['next']}")
    assert [entry["after"]["cpus"] for entry in page["entries"] + rest["entries"]] == [5, 4, 3, 2, 1]
    assert rest["next"] is None
    answer = root.client.get("/api/admin/audit/export?action=quota", headers=bearer(root.token))
    assert "attachment" in answer.headers["content-disposition"]
    assert [json.loads(line)["after"]["cpus"] for line in answer.text.splitlines()] == [5, 4, 3, 2, 1]
    answer = root.client.get("/api/admin/audit/export?action=quota&format=csv", headers=bearer(root.token))
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == 5 and json.loads(rows[0]["after"]) == {"cpus": 5}
    root("DELETE", "/api/admin/audit", 405)


def test_a_spreadsheet_computes_nothing_that_somebody_wrote(root):
    with db.writing() as session:
        from spaces import audit

        audit.record(session, "root", "gpu.cordoned", ("gpu", "=HYPERLINK(1)"))
    answer = root.client.get("/api/admin/audit/export?format=csv", headers=bearer(root.token))
    assert ",'=HYPERLINK(1)," in answer.text


def test_p21_whoever_is_no_admin_is_told_the_same_whatever_is_there(alice):
    known = alice("GET", "/api/admin/quotas/alice", 403)
    assert alice("GET", "/api/admin/quotas/nobody-of-that-name", 403) == known
    assert alice("GET", "/api/admin/gpus/GPU-1", 403) == known
    alice("GET", "/api/organizations/acme/quota", 404)


def test_members_read_their_organizations_quota_and_strangers_do_not(root, alice, client):
    alice("POST", "/api/organizations", 201, name="acme")
    assert alice("GET", "/api/organizations/acme/quota")["kind"] == "organization"
    Caller(client, "bob")("GET", "/api/organizations/acme/quota", 404)
    with db.reading() as session:
        assert find_owner(session, "acme")
    root("PUT", "/api/admin/quotas/acme", gpus=1)
    assert alice("GET", "/api/organizations/acme/quota")["quota"]["gpus"] == 1
