"""Moving in: from an address to a Space with its history and its first build."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from spaces import db
from spaces.access import find_space
from spaces.errors import DemodockError, Invalid
from spaces.imports import ledger, sources, work
from spaces.lifecycle import BuildStatus
from spaces.models import Build, Import, Space
from spaces.models.types import now
from spaces.repos import store
from spaces.repos.export import export_tree
from spaces.settings import get_settings
from tests.forge import Forge, running
from tests.unit.people import a_space, actor_of, bearer, token_of

APP = {"README.md": "---\nsdk: gradio\n---\n", "app.py": "print(1)\n"}


@pytest.fixture
def forge(tmp_path, monkeypatch, place) -> Iterator[Forge]:
    with running(tmp_path / "forge") as forge:
        monkeypatch.setenv("DEMODOCK_IMPORT_HOSTS", forge.origin)
        get_settings.cache_clear()
        yield forge


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


def begin(client, headers, url: str, **more: str):
    return client.post("/api/spaces/import", json={"url": url, **more}, headers=headers)


def ended(client, headers, answer) -> dict:
    assert answer.status_code == 202, answer.text
    until = time.monotonic() + 30
    while time.monotonic() < until:
        state = client.get(f"/api/spaces/import/{answer.json()['id']}", headers=headers).json()
        if state["status"] not in ("queued", "running"):
            return state
        time.sleep(0.05)
    raise AssertionError(state)


@pytest.mark.parametrize(
    ("address", "url", "name", "branch"),
    [
        ("https://huggingface.co/spaces/a/b", "https://huggingface.co/spaces/a/b", "b", None),
        ("https://huggingface.co/spaces/a/b/", "https://huggingface.co/spaces/a/b", "b", None),
        ("https://hf.co/spaces/a/b/tree/dev", "https://huggingface.co/spaces/a/b", "b", "dev"),
        ("https://huggingface.co/spaces/a/b/blob/main/app.py", "https://huggingface.co/spaces/a/b", "b", None),
        ("https://modelscope.cn/studios/a/b/summary", "https://www.modelscope.cn/studios/a/b.git", "b", None),
        ("https://www.modelscope.cn/studios/a/b.git", "https://www.modelscope.cn/studios/a/b.git", "b", None),
        ("https://git.example.org/team/my app.git", None, None, None),
        (
            "https://git.example.org/team/--my__app...x.git",
            "https://git.example.org/team/--my__app...x.git",
            "my__app.x",
            None,
        ),
        ("https://git.example.org/", None, None, None),
        ("https://huggingface.co/a/model", None, None, None),
        ("https://huggingface.co/datasets/a/b", None, None, None),
        ("https://modelscope.cn/models/a/b", None, None, None),
        ("https://huggingface.co/spaces/a/b/tree/--x", None, None, None),
        ("https://git.example.org/x?token=1", None, None, None),
    ],
)
def test_an_address_means_one_repository_or_is_refused(address, url, name, branch):
    if url is None:
        with pytest.raises(Invalid):
            sources.read(address)
    else:
        assert sources.read(address) == sources.Source(url, name, branch)


def test_a_repository_becomes_a_space_with_its_history_and_a_build(client, me, forge):
    head = forge.repository("team/app.git", APP, {**APP, "app.py": "print(2)\n"})
    state = ended(client, me, begin(client, me, f"{forge.origin}/team/app.git"))
    assert (state["status"], state["repository"]) == ("succeeded", "alice/app"), state
    with db.reading() as session:
        space = find_space(session, "alice", "app")
        assert session.exec(select(Build.commit).where(Build.space_id == space.id)).all() == [head]
    assert store.refs(space.id) == {"refs/heads/main": head} and len(store.log(space.id, "main")) == 2
    assert client.get("/api/spaces/alice/app", headers=me).json()["sha"] == head
    assert not list((get_settings().data / "imports").iterdir())


def test_large_files_come_along_checked(client, me, forge):
    content = b"large" * 1000
    forge.repository("app.git", {**APP, "model.bin": forge.pointer(content)})
    state = ended(client, me, begin(client, me, f"{forge.origin}/app.git", repository="alice/mine"))
    assert state["status"] == "succeeded" and state["repository"] == "alice/mine", state
    with db.reading() as session:
        number = find_space(session, "alice", "mine").id
    assert export_tree(number, "main").read("model.bin") == content


@pytest.mark.parametrize("fault", ["missing", "wrong"])
def test_a_large_file_that_is_not_what_the_commit_says_ends_the_import_and_leaves_nothing(client, me, forge, fault):
    content = b"large" * 1000
    text = forge.pointer(content, keep=fault == "wrong")
    if fault == "wrong":
        forge.large = {oid: b"l4rge" * 1000 for oid in forge.large}
    forge.repository("app.git", {**APP, "model.bin": text})
    state = ended(client, me, begin(client, me, f"{forge.origin}/app.git"))
    assert state["status"] == "failed" and state["reason"]["hint"], state
    with db.reading() as session:
        assert session.exec(select(Space)).all() == []
    assert not list((get_settings().data / "lfs" / "incoming").glob("*"))


def test_another_branch_and_visibility(client, me, forge):
    forge.repository("app.git", APP, branch="dev")
    state = ended(client, me, begin(client, me, f"{forge.origin}/app.git", branch="dev", visibility="private"))
    assert state["status"] == "succeeded", state
    assert client.get("/api/spaces/alice/app").status_code == 404
    state = ended(client, me, begin(client, me, f"{forge.origin}/app.git", branch="none", repository="alice/b"))
    assert state["reason"]["code"] == "source_missing" and "'none'" in state["reason"]["message"]


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"url": "http://git.example.org/x"}, 422),
        ({"url": "file:///etc/passwd"}, 422),
        ({"url": "ext::sh -c id"}, 422),
        ({"url": "--upload-pack=id"}, 422),
        ({"url": "https://u:p@git.example.org/x"}, 422),
        ({"url": "https://2130706433/x"}, 422),
        ({"url": "https://git.example.org/x", "branch": "--upload-pack=id"}, 422),
        ({"url": "https://git.example.org/x", "repository": "bob/x"}, 403),
        ({"url": "https://git.example.org/x", "repository": "alice/../x"}, 403),
        ({"url": "https://git.example.org/x", "repository": "alice/.git"}, 422),
        ({"url": "https://git.example.org/x", "repository": "alice/taken"}, 409),
    ],
)
def test_p2_p39_what_cannot_be_imported_is_refused_at_once(client, me, wanted, status):
    a_space("alice", "taken")
    answer = client.post("/api/spaces/import", json=wanted, headers=me)
    assert answer.status_code == status, answer.text
    with db.reading() as session:
        assert session.exec(select(Import)).all() == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_p39_an_import_from_nearby_fails_without_anybody_being_asked(client, me, tmp_path, host):
    with running(tmp_path / "forge") as forge:
        port = forge.origin.rpartition(":")[2]
        forge.repository("app.git", APP)
        state = ended(client, me, begin(client, me, f"https://{host}:{port}/app.git"))
        assert state["status"] == "failed" and state["reason"]["code"] == "not_public"
        assert forge.asked == []


def test_an_import_needs_a_token_that_writes_and_is_its_own_persons_business(client, me, forge):
    from spaces.models.owner import Role, TokenScope

    forge.repository("app.git", APP)
    url = f"{forge.origin}/app.git"
    assert begin(client, {}, url).status_code == 401
    assert begin(client, bearer(token_of("alice", TokenScope.READ)), url).status_code == 403
    answer = begin(client, me, url)
    path = f"/api/spaces/import/{answer.json()['id']}"
    for headers in ({}, bearer(token_of("bob"))):
        assert (
            client.get(path, headers=headers).status_code
            == client.get("/api/spaces/import/99", headers=headers).status_code
            == 404
        )
    assert client.get(path, headers=bearer(token_of("root", role=Role.ADMIN))).status_code == 200
    ended(client, me, answer)


def test_an_import_whose_process_died_begins_again_and_what_broke_off_counts_no_more(place, forge):
    head = forge.repository("app.git", APP)
    with db.writing() as session:
        row = ledger.request(
            session, actor_of("alice"), sources.Source(f"{forge.origin}/app.git", "app"), None, None, "public"
        )
    dead = ledger.claim()
    assert dead.id == row.id and ledger.claim() is None
    with db.writing() as session:
        session.get(Import, row.id).lease_until = now()
    again = ledger.claim()
    assert again.attempt == dead.attempt + 1
    assert not ledger.progress(dead, "fetching", 1) and not ledger.finish(dead, 1)
    work.carry_out(again)
    with db.reading() as session:
        assert session.get(Import, row.id).status == BuildStatus.SUCCEEDED
        assert find_space(session, "alice", "app").head == head


def test_an_import_that_breaks_off_each_time_is_given_up(place):
    with db.writing() as session:
        row = ledger.request(
            session, actor_of("alice"), sources.Source("https://git.example.org/x", "x"), None, None, "public"
        )
    for _ in range(ledger.ATTEMPTS):
        assert ledger.claim()
        with db.writing() as session:
            session.get(Import, row.id).lease_until = now()
    assert ledger.claim() is None
    with db.reading() as session:
        assert session.get(Import, row.id).reason.code == "lost"


def test_one_person_has_few_imports_under_way(place):
    actor = actor_of("alice")
    with db.writing() as session:
        for n in range(ledger.AT_ONCE):
            ledger.request(session, actor, sources.Source("https://git.example.org/x", f"x{n}"), None, None, "public")
    for name in ("x0", "more"):
        with pytest.raises(DemodockError), db.writing() as session:
            ledger.request(session, actor, sources.Source("https://git.example.org/x", name), None, None, "public")


def test_whoever_lost_the_right_meanwhile_gets_no_space(client, me, forge):
    forge.repository("app.git", APP)
    actor_of("acme")
    with db.writing() as session:
        row = ledger.request(
            session, actor_of("acme"), sources.Source(f"{forge.origin}/app.git", "app"), None, None, "public"
        )
        row.owner = "alice"
        session.add(row)
    work.carry_out(ledger.claim() or row)
    with db.reading() as session:
        assert find_space(session, "alice", "app") is None


def test_the_command_imports_and_tells(server, forge, monkeypatch, tmp_path: Path):
    from spaces.cli.app import app

    forge.repository("app.git", APP)
    monkeypatch.setenv("DEMODOCK_TOKEN", token_of("alice"))
    done = CliRunner().invoke(app, ["import", f"{forge.origin}/app.git", "--to", "mine", "--no-wait", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["space"] == "alice/mine"
    done = CliRunner().invoke(app, ["import", f"{forge.origin}/none.git", "--no-wait"])
    assert done.exit_code == 1 and "not for everybody" in done.stderr
