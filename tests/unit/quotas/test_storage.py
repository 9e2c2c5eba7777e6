"""Storage: counted over everything an owner has, and refused wherever bytes come in."""

from __future__ import annotations

import pytest

from spaces import db, volumes
from spaces.errors import QuotaExceeded
from spaces.models import LfsObject, Owner, RepoKind, Space
from spaces.models.owner import Role
from spaces.quotas import book, storage
from spaces.repos import store
from spaces.repos.hosting import DatabaseHosting
from spaces.repos.lfs import holdings
from spaces.repos.receive import Grant
from tests.unit.people import a_space, actor_of, bearer, token_of

MIB = 1 << 20


@pytest.fixture
def space(place):
    made = a_space()
    store.create(made.id)
    return made


def allow(space: Space, mebibytes: float | None) -> None:
    admin = actor_of("root", role=Role.ADMIN)
    with db.writing() as session:
        book.change(session, admin, session.get(Owner, space.owner_id), {"storage": mebibytes})


def test_git_large_files_and_data_are_one_sum(space):
    with db.writing() as session:
        session.add(LfsObject(repository=space.id, oid="0" * 64, size=5 * MIB, git_oid="0" * 40))
        session.get(Space, space.id).storage = 20
    storage._sizes.clear()
    with db.reading() as session:
        assert 20 * 1024 + 5 < storage.mebibytes(session, space.owner_id) < 20 * 1024 + 6


def test_a_large_file_a_volume_and_a_push_are_refused_too(space):
    allow(space, 10)
    with db.writing() as session:
        holdings.check_room(session, space.id, 5 * MIB)
        with pytest.raises(QuotaExceeded):
            holdings.check_room(session, space.id, 5 * MIB, besides=6 * MIB)
        with pytest.raises(QuotaExceeded, match="20,?.?480 more"):
            volumes.set_storage(session, session.get(Space, space.id), "small")
    grant = Grant(space.id, RepoKind.SPACE, "alice", "demo", "alice")
    DatabaseHosting().check_room(grant, MIB)
    with pytest.raises(QuotaExceeded):
        DatabaseHosting().check_room(grant, 11 * MIB)


def commit(client, content: str, *lines: str):
    line = f'{{"key":"file","value":{{"path":"a.txt","content":"{content}"}}}}'
    body = "\n".join(['{"key":"header","value":{"summary":"s"}}', *(lines or [line])])
    headers = bearer(token_of("alice")) | {"content-type": "application/x-ndjson"}
    return client.post("/api/spaces/alice/demo/commit/main", content=body, headers=headers)


def test_a_commit_that_does_not_fit_is_refused_with_the_numbers(space, client):
    assert commit(client, "eA==").status_code == 200
    allow(space, 0)
    answer = commit(client, "eHk=")
    problem = answer.json()
    assert answer.status_code == 409 and answer.headers["content-type"] == "application/problem+json"
    assert (problem["code"], problem["term"], problem["limit"]) == ("quota_exceeded", "storage", 0)
    assert "ask an admin" in problem["detail"]
    allow(space, 100)
    assert commit(client, "eHk=").status_code == 200
