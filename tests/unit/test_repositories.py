"""Repositories of all three kinds, made and deleted over the API."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db, repositories
from spaces.models import RepoKind, Repository, Space, Visibility
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.people import actor_of, bearer, token_of

OTHERS = [RepoKind.MODEL, RepoKind.DATASET]


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


def create(client, me, kind, name="demo", **more):
    body = {"name": name, "organization": None, "type": kind.value, **more}
    return client.post("/api/repos/create", json=body, headers=me)


def delete(client, me, kind, name="demo"):
    body = {"name": name, "organization": "alice", "type": kind.value}
    return client.request("DELETE", "/api/repos/delete", json=body, headers=me)


def rows() -> list[Repository]:
    with db.reading() as session:
        return list(session.exec(select(Repository)))


@pytest.mark.parametrize("kind", RepoKind)
def test_a_repository_begins_with_a_commit_and_is_made_once(client, me, kind):
    made = create(client, me, kind)
    assert made.status_code == 200, made.text
    assert made.json()["url"] == f"http://localhost:8000/{kind.prefix}alice/demo"
    commits = client.get(f"/api/{kind.plural}/alice/demo/commits/main").json()
    assert [commit["title"] for commit in commits] == ["initial commit"]
    again = create(client, me, kind, name="DEMO")
    assert again.status_code == 409 and again.json()["url"] == made.json()["url"]
    assert again.json()["error"].startswith(f"You already created this {kind.value} repo")


def test_the_same_name_may_be_a_models_a_datasets_and_a_spaces(client, me):
    assert [create(client, me, kind).status_code for kind in RepoKind] == [200, 200, 200]
    without_kind = client.post("/api/repos/create", json={"name": "alice/other"}, headers=me)
    assert without_kind.json()["url"] == "http://localhost:8000/alice/other"


def test_p21_nobody_creates_under_anothers_name_or_deletes_anothers(client, me):
    token_of("bob")
    for kind in RepoKind:
        assert create(client, me, kind, organization="bob").status_code == 403
        create(client, me, kind)
        assert delete(client, bearer(token_of("bob")), kind).status_code == 403
        assert delete(client, {}, kind).status_code == 401
        assert client.get(f"/api/{kind.plural}/alice/demo/refs").status_code == 200


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_deleted_leaves_no_file_and_no_row_and_its_name_is_free(client, me, kind):
    create(client, me, kind)
    number = rows()[0].id
    assert store.exists(number)
    assert delete(client, me, kind).status_code == 200
    assert not store.exists(number) and not rows()
    missing = delete(client, me, kind)
    assert (missing.status_code, missing.headers["x-error-code"]) == (404, "RepoNotFound")
    assert create(client, me, kind).status_code == 200
    assert rows()[0].id != number, "a number is never given twice"


def test_a_deletion_cut_short_is_out_of_sight_and_goes_on_later(client, me):
    create(client, me, RepoKind.MODEL)
    alice = actor_of("alice")
    with db.writing() as session:
        number = rows()[0].id
        repositories.delete_repository(session, session.get(Repository, number), alice)
    assert client.get("/api/models/alice/demo/refs").status_code == 404
    assert create(client, me, RepoKind.MODEL).status_code == 200
    repositories.erase_gone()
    assert not store.exists(number) and [row.name for row in rows()] == ["demo"]


@pytest.mark.parametrize("kind", RepoKind)
def test_who_sees_it_is_said_at_creation_also_in_older_words(client, me, kind):
    for name, words in [("a", {"visibility": "private"}), ("b", {"private": True})]:
        assert create(client, me, kind, name=name, **words).json()["private"] is True
        assert client.get(f"/api/{kind.plural}/alice/{name}/refs").status_code == 404
        assert client.get(f"/api/{kind.plural}/alice/{name}/refs", headers=me).status_code == 200
    protected = create(client, me, kind, name="c", visibility="protected")
    assert protected.status_code == (200 if kind == RepoKind.SPACE else 400)
    assert create(client, me, kind, name="d", visibility="secret").status_code == 422
    with db.reading() as session:
        found = session.exec(select(Space.visibility)).all() if kind == RepoKind.SPACE else []
    assert found in ([], [Visibility.PRIVATE, Visibility.PRIVATE, Visibility.PROTECTED])


# -- settings


@pytest.mark.parametrize("kind", RepoKind)
def test_who_sees_it_may_be_changed_by_its_owner_alone(client, me, kind):
    create(client, me, kind)
    place = f"/api/{kind.plural}/alice/demo"
    assert client.put(f"{place}/settings", json={"private": True}, headers=bearer(token_of("bob"))).status_code == 403
    for body, seen in [({"visibility": "private"}, 404), ({"private": False}, 200), ({"private": True}, 404)]:
        changed = client.put(f"{place}/settings", json=body, headers=me)
        assert changed.status_code == 200, changed.text
        assert client.get(f"{place}/auth-check").status_code == seen
        assert client.get(f"{place}/auth-check", headers=me).status_code == 200
    gated = client.put(f"{place}/settings", json={"gated": "auto"}, headers=me)
    assert gated.status_code == 400 and "private" in gated.json()["error"]
    assert client.put(f"{place}/settings", json={"gated": False}, headers=me).json()["private"] is True
    protected = client.put(f"{place}/settings", json={"visibility": "protected"}, headers=me)
    assert protected.status_code == (200 if kind == RepoKind.SPACE else 400)


def test_a_check_says_who_may_write(client, me):
    create(client, me, RepoKind.MODEL)
    bob = bearer(token_of("bob"))
    answers = [client.get("/api/models/alice/demo/auth-check/write", headers=who) for who in (me, bob, {})]
    assert [answer.status_code for answer in answers] == [200, 403, 401]
    missing = client.get("/api/models/alice/none/auth-check", headers=me)
    assert missing.headers["x-error-code"] == "RepoNotFound"


def test_p79_storage_is_told_by_pages_and_to_nobody_else(client, me, monkeypatch):
    monkeypatch.setattr("spaces.api.storage.PAGE", 2)
    for kind in RepoKind:
        create(client, me, kind, name="a")
        create(client, me, kind, name="b", visibility="private")
    url, seen = "/api/settings/repositories", []
    while url:
        answer = client.get(url, headers=me)
        assert answer.status_code == 200 and len(answer.json()) <= 2
        seen += answer.json()
        url = answer.links.get("next", {}).get("url")
    assert [(row["type"], row["id"], row["visibility"]) for row in seen] == [
        (kind, f"alice/{name}", who)
        for kind, name, who in [
            *(("space", "a", "public"), ("space", "b", "private"), ("model", "a", "public")),
            *(("model", "b", "private"), ("dataset", "a", "public"), ("dataset", "b", "private")),
        ]
    ]
    assert all(row["storage"] > 500 for row in seen)
    assert client.get("/api/settings/repositories").status_code == 401
    of_others = "/api/organizations/alice/settings/repositories"
    assert client.get(of_others, headers=me).status_code == 200
    strangers = [
        client.get(path, headers=bearer(token_of("bob"))) for path in (of_others, of_others.replace("ice", ""))
    ]
    assert [answer.status_code for answer in strangers] == [404, 404]


# -- copies


@pytest.mark.parametrize("kind", RepoKind)
def test_a_copy_has_the_files_and_is_seen_by_the_same_people(client, me, kind):
    create(client, me, kind, visibility="private")
    body = {"repository": "alice/copy"}
    copied = client.post(f"/api/{kind.plural}/alice/demo/duplicate", json=body, headers=me)
    assert copied.status_code == 200, copied.text
    assert copied.json()["url"] == f"http://localhost:8000/{kind.prefix}alice/copy"
    assert client.get(f"/api/{kind.plural}/alice/copy/tree/main").status_code == 404
    tree = client.get(f"/api/{kind.plural}/alice/copy/tree/main", headers=me).json()
    assert [entry["path"] for entry in tree] == [".gitattributes"]
    again = client.post(f"/api/{kind.plural}/alice/demo/duplicate", json=body, headers=me)
    assert again.status_code == 409 and again.json()["url"] == copied.json()["url"]
    stranger = client.post(
        f"/api/{kind.plural}/alice/demo/duplicate", json={"repository": "bob/x"}, headers=bearer(token_of("bob"))
    )
    assert stranger.headers["x-error-code"] == "RepoNotFound"


def test_p33_a_copied_space_has_variables_and_lacks_secrets(client, me):
    create(client, me, RepoKind.SPACE, secrets=[{"key": "S", "value": "x"}], variables=[{"key": "V", "value": "1"}])
    bob = bearer(token_of("bob"))
    body = {"repository": "bob/copy", "hardware": "cpu-upgrade", "variables": [{"key": "W", "value": "2"}]}
    assert client.post("/api/spaces/alice/demo/duplicate", json=body, headers=bob).json()["secrets"] == ["S"]
    variables = client.get("/api/spaces/bob/copy/variables", headers=bob).json()
    assert {key: entry["value"] for key, entry in variables.items()} == {"V": "1", "W": "2"}
    assert client.get("/api/spaces/bob/copy/secrets", headers=bob).json() == {}
    assert client.get("/api/spaces/bob/copy/runtime").json()["hardware"]["requested"] == "cpu-upgrade"


# -- history


def test_a_squashed_branch_is_one_commit_with_the_same_files(client, me):
    create(client, me, RepoKind.MODEL)
    number = rows()[0].id
    commit_files(number, "second", "alice", {"a.txt": b"a"})
    place = "/api/models/alice/demo"
    body = {"message": "All of it"}
    assert client.post(f"{place}/super-squash/main", json=body, headers=bearer(token_of("bob"))).status_code == 403
    assert client.post(f"{place}/super-squash/main", json=body, headers=me).status_code == 200
    commits = client.get(f"{place}/commits/main").json()
    assert [(commit["title"], commit["authors"]) for commit in commits] == [("All of it", [{"user": "alice"}])]
    assert [entry["path"] for entry in client.get(f"{place}/tree/main").json()] == [".gitattributes", "a.txt"]
    assert rows()[0].head == commits[0]["id"]
    missing = client.post(f"{place}/super-squash/nope", json=body, headers=me)
    assert missing.headers["x-error-code"] == "RevisionNotFound"
