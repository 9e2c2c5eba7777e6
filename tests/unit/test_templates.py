"""Templates: who offers them, who sees them, and what a new Space gets of them."""

from __future__ import annotations

import json

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from spaces import db, env
from spaces.access import find_space
from spaces.cli import samples
from spaces.models import EnvEntry, Space, Visibility
from spaces.models.space import EnvKind
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.people import a_space, bearer, token_of
from tests.unit.test_volumes import a_model


def a_template(client, owner: str = "alice", name: str = "chat", **values: object) -> Space:
    space = a_space(owner, name, sdk="gradio", **values)
    store.create(space.id)
    commit_files(space.id, "first", owner, {"app.py": b"print(1)\n"})
    with db.writing() as session:
        row = session.get(Space, space.id)
        env.put_entry(session, row, EnvKind.VARIABLE, "MODE", "demo")
        env.put_entry(session, row, EnvKind.SECRET, "KEY", "s3cret")
    url = f"/api/spaces/{owner}/{name}/settings"
    assert client.put(url, json={"template": True}, headers=bearer(token_of(owner))).status_code == 200
    return space


def create(client, who: str, name: str, template: str, **more):
    wanted = {"type": "space", "name": name, "template": template, **more}
    return client.post("/api/repos/create", json=wanted, headers=bearer(token_of(who)))


def test_a_space_begins_as_its_template_and_its_secrets_are_only_named(client):
    a_template(client)
    answer = create(client, "bob", "mine", "chat")
    assert answer.status_code == 200 and answer.json()["secrets"] == ["KEY"], answer.text
    with db.reading() as session:
        space = find_space(session, "bob", "mine")
        rows = session.exec(select(EnvEntry).where(EnvEntry.space_id == space.id)).all()
    assert [(row.key, row.value) for row in rows] == [("MODE", "demo")] and space.sdk == "gradio"
    assert store.read_blob(space.id, "main", "app.py", 100) == b"print(1)\n" and not space.template
    assert create(client, "bob", "other", "Alice/Chat").status_code == 200
    assert "alice/chat" in create(client, "bob", "third", "none").json()["detail"]


def test_templates_are_listed_in_the_hubs_shape_to_those_who_may_see_them(client):
    a_template(client)
    a_template(client, name="secret", visibility=Visibility.PRIVATE)
    a_space("alice", "plain", sdk="gradio")
    listed = {"name": "chat", "repoId": "alice/chat", "sdk": "gradio", "preferredPrivate": False}
    assert client.get("/api/spaces/templates").json() == {"templates": [listed]}
    mine = client.get("/api/spaces/templates", headers=bearer(token_of("alice"))).json()["templates"]
    assert [each["name"] for each in mine] == ["chat", "secret"]
    hidden, none = create(client, "bob", "x", "alice/secret"), create(client, "bob", "x", "alice/absent")
    assert hidden.status_code == none.status_code == 404


def test_a_sample_that_runs_is_a_template(client):
    a_space("admin", "chat", sdk="gradio")
    samples._offer("chat")
    assert client.get("/api/spaces/templates").json()["templates"][0]["repoId"] == "admin/chat"


def test_only_its_people_offer_a_space_and_take_it_back(client):
    a_template(client)
    url = "/api/spaces/alice/chat/settings"
    assert client.put(url, json={"template": False}, headers=bearer(token_of("bob"))).status_code == 403
    client.put(url, json={"visibility": "public"}, headers=bearer(token_of("alice")))
    assert len(client.get("/api/spaces/templates").json()["templates"]) == 1
    client.put(url, json={"template": False}, headers=bearer(token_of("alice")))
    assert client.get("/api/spaces/templates").json() == {"templates": []}
    assert create(client, "bob", "mine", "chat").status_code == 404


@pytest.mark.parametrize("path", ["/m", "/etc"])
def test_volumes_are_given_at_creation_and_duplication_or_nothing_is_made(client, path):
    a_template(client)
    a_model("bob", "model")
    volumes = [{"type": "model", "source": "bob/model", "mountPath": path}]
    made = create(client, "bob", "mine", "chat", volumes=volumes)
    wanted = {"repository": "bob/copy", "volumes": volumes}
    copied = client.post("/api/spaces/alice/chat/duplicate", json=wanted, headers=bearer(token_of("bob")))
    for answer, name in ((made, "mine"), (copied, "copy")):
        runtime = client.get(f"/api/spaces/bob/{name}/runtime")
        if path == "/m":
            assert answer.status_code == 200 and runtime.json()["volumes"][0]["mountPath"] == "/m", answer.text
        else:
            assert answer.status_code == 422 and runtime.status_code == 404


def test_the_hubs_client_lists_and_uses_templates(server, monkeypatch):
    from fastapi.testclient import TestClient
    from huggingface_hub import HfApi, Volume

    from spaces.api.app import create_app

    a_template(TestClient(create_app(), base_url="http://localhost:8000"))
    a_model("bob", "model")
    api = HfApi(endpoint=server, token=token_of("bob"))
    assert [template.repo_id for template in api.list_space_templates()] == ["alice/chat"]
    api.create_repo("mine", repo_type="space", space_template="chat")
    api.set_space_volumes("bob/mine", [Volume(type="model", source="bob/model", mount_path="/m")])
    (volume,) = api.get_space_runtime("bob/mine").volumes
    assert (volume.source, volume.mount_path, volume.read_only) == ("bob/model", "/m", True)
    api.delete_space_volumes("bob/mine")
    assert not api.get_space_runtime("bob/mine").volumes


def test_the_command_makes_a_space_from_a_template(server, monkeypatch):
    from fastapi.testclient import TestClient

    from spaces.api.app import create_app
    from spaces.cli.app import app

    a_template(TestClient(create_app(), base_url="http://localhost:8000"))
    monkeypatch.setenv("DEMODOCK_TOKEN", token_of("bob"))
    done = CliRunner().invoke(app, ["new", "mine", "--template", "chat", "--no-wait", "--json"])
    assert done.exit_code == 0, done.output
    assert (json.loads(done.stdout)["space"], json.loads(done.stdout)["secrets"]) == ("bob/mine", ["KEY"])
