"""Repositories of all three kinds, made and deleted over the API."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db, repositories
from spaces.models import RepoKind, Repository, Space, Visibility
from spaces.repos import store
from tests.unit.people import bearer, token_of

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
    with db.writing() as session:
        number = rows()[0].id
        repositories.delete_repository(session, session.get(Repository, number))
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
