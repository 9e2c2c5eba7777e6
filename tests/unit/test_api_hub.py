"""The Hub's shapes, call by call."""

from __future__ import annotations

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import select

from spaces import db
from spaces.api.deps import Segment
from spaces.api.envelope import Envelope
from spaces.card import SpaceConfig
from spaces.lifecycle import InstanceStatus, Phase, Reason, Stage
from spaces.models import EnvEntry, Instance, Revision, Space
from spaces.models.owner import TokenScope
from tests.unit.people import a_space, bearer, token_of


def change(space, **values):
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        for key, value in values.items():
            setattr(row, key, value)
        session.add(row)


def with_revision(space, **config):
    with db.writing() as session:
        revision = Revision(space_id=space.id, build_id=space.id, commit="a" * 40, config=SpaceConfig(**config))
        session.add(revision)
        session.flush()
    change(space, revision_id=revision.id, head="a" * 40)


def test_whoami_tells_what_clients_need(client):
    answer = client.get("/api/whoami-v2", headers=bearer(token_of("alice"))).json()
    assert (answer["name"], answer["type"], answer["orgs"]) == ("alice", "user", [])
    assert answer["auth"]["accessToken"] | {"createdAt": 0} == {"displayName": "test", "role": "write", "createdAt": 0}
    read = client.get("/api/whoami-v2", headers=bearer(token_of("alice", TokenScope.READ))).json()
    assert read["auth"]["accessToken"]["role"] == "read"
    assert client.get("/api/whoami-v2").status_code == 401


def test_a_bad_token_is_refused_in_the_words_clients_know(client):
    answer = client.get("/api/whoami-v2", headers=bearer("hf_nonsense"))
    assert answer.status_code == 401
    assert answer.headers["X-Error-Message"] == "Invalid credentials in Authorization header"
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/api/spaces", headers={"Authorization": "Nonsense"}).status_code == 401


def test_the_password_of_basic_authentication_is_a_token_too(client):
    token = token_of("alice")
    assert client.get("/api/whoami-v2", auth=("anyone", token)).json()["name"] == "alice"


def test_create_twice_then_delete(client):
    me = bearer(token_of("alice"))
    body = {"name": "demo", "organization": None, "type": "space", "sdk": "gradio"}
    made = client.post("/api/repos/create", json=body, headers=me)
    assert made.status_code == 200
    assert made.json()["url"] == "http://localhost:8000/spaces/alice/demo" and made.json()["name"] == "alice/demo"
    again = client.post("/api/repos/create", json=body, headers=me)
    assert again.status_code == 409
    assert again.json()["url"] == made.json()["url"] and "already created this space repo" in again.json()["error"]
    info = client.get("/api/spaces/alice/demo").json()
    assert re.fullmatch("[0-9a-f]{40}", info["sha"])
    assert [file["rfilename"] for file in info["siblings"]] == [".gitattributes"]
    gone = {"name": "demo", "organization": "alice", "type": "space"}
    assert client.request("DELETE", "/api/repos/delete", json=gone, headers=me).status_code == 200
    missing = client.request("DELETE", "/api/repos/delete", json=gone, headers=me)
    assert (missing.status_code, missing.headers["X-Error-Code"]) == (404, "RepoNotFound")


def test_create_takes_hardware_sleep_time_secrets_and_variables(client):
    body = {
        "name": "alice/demo",
        "type": "space",
        "sdk": "docker",
        "hardware": "cpu-upgrade",
        "sleepTimeSeconds": 60,
        "secrets": [{"key": "S", "value": "hidden", "description": "d"}],
        "variables": [{"key": "V", "value": "1"}],
    }
    me = bearer(token_of("alice"))
    assert client.post("/api/repos/create", json=body, headers=me).status_code == 200
    runtime = client.get("/api/spaces/alice/demo/runtime").json()
    assert (runtime["hardware"]["requested"], runtime["gcTimeout"]) == ("cpu-upgrade", 60)
    assert client.get("/api/spaces/alice/demo/variables", headers=me).json()["V"]["value"] == "1"
    with db.reading() as session:
        assert len(session.exec(select(EnvEntry)).all()) == 2


def test_a_space_is_described_as_the_hub_does(client):
    space = a_space("alice", "My_Demo", sdk="gradio")
    with_revision(space, sdk="gradio", tags=["chat"], models=["m/x"], card_data={"title": "T", "sdk": "gradio"})
    info = client.get("/api/spaces/Alice/my_demo").json()
    expected = {
        "id": "alice/My_Demo",
        "author": "alice",
        "private": False,
        "gated": False,
        "disabled": False,
        "host": "http://alice-my-demo.localhost:8000",
        "subdomain": "alice-my-demo",
        "sdk": "gradio",
        "tags": ["gradio", "chat"],
        "cardData": {"title": "T", "sdk": "gradio", "tags": ["chat"], "models": ["m/x"]},
        "models": ["m/x"],
        "sha": "a" * 40,
        "likes": 0,
    }
    assert {key: info[key] for key in expected} == expected
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", info["lastModified"])
    assert info["runtime"]["stage"] == "NO_APP_FILE"
    assert client.get("/api/spaces/alice/my_demo/host").json()["host"] == expected["host"]
    assert client.get("/api/spaces/by-subdomain/alice-my-demo").json()["id"] == "alice/My_Demo"


def test_expand_gives_what_was_asked_for_and_an_unknown_key_lists_all(client):
    a_space()
    some = client.get("/api/spaces/alice/demo", params={"expand": ["sdk", "xetEnabled"]}).json()
    assert some.keys() == {"_id", "id", "sdk", "xetEnabled"} and some["xetEnabled"] is False
    for path in ("/api/spaces/alice/demo", "/api/spaces"):
        bad = client.get(path, params={"expand": "nope"})
        assert bad.status_code == 400
        assert bad.json()["error"] == (
            '"expand" must be one of [author, cardData, createdAt, datasets, disabled, lastModified, likes, models, '
            "private, region, resourceGroup, runtime, sdk, sha, siblings, subdomain, tags, trendingScore, usedStorage]"
        )


def test_names_that_are_no_space_are_repositories_not_found(client):
    paths = [
        "/api/spaces/bare",
        "/api/spaces/bare/revision/main",
        "/api/spaces/a/b/tree/main/x",
        "/api/spaces/alice/nope",
        "/api/spaces/alice/nope/runtime",
        "/api/spaces/a%00b/c",
        "/api/spaces/%2e%2e/x/runtime",
        "/api/models/a/b",
    ]
    for path in paths:
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("X-Error-Code")) == (404, "RepoNotFound"), path
        assert answer.headers["X-Request-Id"] and "error" in answer.json()


def test_a_runtime_has_the_hubs_keys_and_ours_beside_them(client):
    space = a_space()
    reason = Reason(code="exit", message="It ended.", hint="Look.", detail="private last lines")
    change(space, stage=Stage.RUNTIME_ERROR, phase=Phase.FAILED, reason=reason)
    runtime = client.get("/api/spaces/alice/demo/runtime").json()
    assert runtime | {"generation": 0, "stageSince": 0} == {
        "stage": "RUNTIME_ERROR",
        "hardware": {"current": None, "requested": "cpu-basic"},
        "storage": None,
        "gcTimeout": 172800,
        "replicas": {"current": 0, "requested": 1},
        "devMode": False,
        "domains": [{"domain": "alice-demo.localhost:8000", "stage": "READY"}],
        "errorMessage": "It ended. Look.",
        "phase": "failed",
        "reason": {"code": "exit", "message": "It ended.", "hint": "Look.", "actor": "platform"},
        "url": "http://alice-demo.localhost:8000",
        "sha": None,
        "revision": None,
        "nextRevision": None,
        "generation": 0,
        "stageSince": 0,
    }
    own = client.get("/api/spaces/alice/demo/runtime", headers=bearer(token_of("alice"))).json()
    assert own["reason"]["detail"] == "private last lines"


def test_runtime_calls_answer_with_the_runtime_as_it_then_is(client):
    space, me = a_space(), bearer(token_of("alice"))
    with_revision(space, sdk="gradio")
    change(space, stage=Stage.RUNNING)

    def post(path, **named):
        answer = client.post(f"/api/spaces/alice/demo/{path}", headers=me, **named)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert post("pause")["stage"] == "PAUSED"
    assert post("restart")["stage"] == "APP_STARTING"
    assert post("sleeptime", json={"seconds": 90})["gcTimeout"] == 90
    assert post("freezetime", json={"seconds": 30})["stage"]
    hardware = post("hardware", json={"flavor": "cpu-upgrade", "sleepTimeSeconds": -1})
    assert (hardware["hardware"]["requested"], hardware["gcTimeout"]) == ("cpu-upgrade", -1)
    change(space, sdk="static")
    for path in ("pause", "restart"):
        assert client.post(f"/api/spaces/alice/demo/{path}", headers=me).status_code == 400
        assert client.post(f"/api/spaces/alice/demo/{path}", headers=bearer(token_of("bob"))).status_code == 403


def test_hardware_is_current_once_an_instance_runs_on_it(client):
    space = a_space()
    change(space, stage=Stage.RUNNING, hardware="cpu-upgrade")

    def hardware() -> dict:
        return client.get("/api/spaces/alice/demo/runtime").json()["hardware"]

    assert hardware() == {"current": None, "requested": "cpu-upgrade"}
    with db.writing() as session:
        build = Revision(space_id=space.id, build_id=1, commit="a" * 40, config=SpaceConfig(sdk="gradio"))
        session.add(build)
        session.flush()
        for number, flavor in enumerate(("cpu-basic", "cpu-upgrade")):
            values = {"name": f"i{number}", "status": InstanceStatus.READY, "hardware": flavor}
            session.add(Instance(space_id=space.id, revision_id=build.id, **values))
    change(space, instance_id=1)
    assert hardware() == {"current": "cpu-basic", "requested": "cpu-upgrade"}
    change(space, instance_id=2)
    assert hardware() == {"current": "cpu-upgrade", "requested": "cpu-upgrade"}


def test_hardware_is_listed_with_the_keys_clients_require(client):
    token_of("alice")
    basic, upgrade = client.get("/api/spaces/hardware").json()
    assert (basic["name"], basic["prettyName"], basic["cpu"], basic["ram"]) == (
        "cpu-basic",
        "CPU basic",
        "2 vCPU",
        "16 GB",
    )
    assert {"unitCostMicroUSD", "unitCostUSD", "unitLabel"} <= upgrade.keys()


def test_secrets_and_variables_come_as_maps(client):
    a_space()
    me, base = bearer(token_of("alice")), "/api/spaces/alice/demo"
    body = {"key": "K", "value": "v", "description": "what for"}
    assert client.post(f"{base}/secrets", json=body, headers=me).json() == {}
    secrets = client.get(f"{base}/secrets", headers=me).json()
    assert secrets.keys() == {"K"} and secrets["K"].keys() == {"key", "description", "updatedAt"}
    variables = client.post(f"{base}/variables", json=body | {"key": "V"}, headers=me).json()
    assert variables["V"]["value"] == "v" and variables["V"]["description"] == "what for"
    assert client.request("DELETE", f"{base}/variables", json={"key": "V"}, headers=me).json() == {}
    assert client.request("DELETE", f"{base}/secrets", json={"key": "missing"}, headers=me).status_code == 200


def test_an_encoded_slash_stays_in_its_segment(client):
    app = FastAPI()

    @app.get("/revision/{rev}/{path:path}")
    def show(rev: Segment, path: str):
        return [rev, path]

    with TestClient(Envelope(app), base_url="http://localhost") as other:
        for rev, expected in [("feat%2Fx", "feat/x"), ("refs%2fpr%2F1", "refs/pr/1"), ("a%252Fb", "a%2Fb")]:
            assert other.get(f"/revision/{rev}/dir/sub%20x").json() == [expected, "dir/sub x"]


def test_links_lead_to_the_name_by_which_the_client_asked(client):
    me = bearer(token_of("alice"))
    for host in ("localhost:8000", "hub.localhost:8000"):
        body = {"name": host[:3], "type": "space", "sdk": "gradio"}
        answer = client.post("/api/repos/create", json=body, headers=me | {"Host": host})
        assert answer.json()["url"] == f"http://{host}/spaces/alice/{host[:3]}"


def test_p35_no_other_name_is_answered_or_linked_to(client):
    for host in ("evil.example", "hub.evil.example", "hub.localhost.evil.example", "xhub.localhost"):
        assert client.get("/api/spaces", headers={"Host": host}).json()["code"] == "unknown_host"


def test_no_cookie_counts_at_the_name_that_spaces_know(place):
    seen = []

    async def app(scope, _receive, _send):
        seen.append([name for name, _ in scope["headers"]])

    for host in ("localhost:8000", "hub.localhost:8000"):
        TestClient(Envelope(app), raise_server_exceptions=False).get("/", headers={"Host": host, "Cookie": "a=b"})
    assert b"cookie" in seen[0] and b"cookie" not in seen[1]
