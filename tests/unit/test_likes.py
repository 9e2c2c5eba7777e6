"""Likes: one a person, counted; nobody learns by them what is hidden."""

from __future__ import annotations

import pytest
from huggingface_hub import HfApi

from spaces import db, farewells
from spaces.models import Like, Space, Visibility
from spaces.models.owner import TokenScope
from tests.unit.people import a_space, actor_of, bearer, person, token_of

LIKE = "/api/spaces/alice/demo/like"


def likes(client, name: str = "demo") -> int:
    return client.get(f"/api/spaces/alice/{name}").json()["likes"]


def test_a_like_counts_once_a_person_and_is_taken_back(client):
    a_space("alice", "demo")
    bob, carol = bearer(token_of("bob")), bearer(token_of("carol"))
    assert client.post(LIKE, headers=bob).json() == {"success": True, "likes": 1}
    assert client.post(LIKE, headers=bob).json()["likes"] == 1
    assert client.post(LIKE, headers=carol).json()["likes"] == 2 == likes(client)
    assert [row["user"] for row in client.get("/api/spaces/alice/demo/likers").json()] == ["carol", "bob"]
    assert client.delete(LIKE, headers=carol).json()["likes"] == 1
    assert client.delete(LIKE, headers=carol).json()["likes"] == 1 == likes(client)


def test_the_hubs_client_takes_a_like_back_and_lists_them(server):
    a_space("alice", "demo")
    token = token_of("bob")
    api = HfApi(server, token=token)
    import httpx

    assert httpx.post(server + LIKE, headers=bearer(token)).status_code == 200
    assert [user.username for user in api.list_repo_likers("alice/demo", repo_type="space")] == ["bob"]
    assert api.list_liked_repos("bob").spaces == ["alice/demo"]
    api.unlike("alice/demo", repo_type="space")
    assert api.list_liked_repos("bob").total == 0


def test_lists_are_sorted_by_likes_and_paged_without_a_gap(client):
    names = ["a", "b", "c", "d"]
    for name in names:
        a_space("alice", name)
    for person_name, liked in (("bob", "bc"), ("carol", "b")):
        for name in liked:
            client.post(f"/api/spaces/alice/{name}/like", headers=bearer(token_of(person_name)))
    found, where = [], "/api/spaces?sort=likes&limit=1"
    while where:
        answer = client.get(where)
        found += [row["id"] for row in answer.json()]
        where = answer.headers.get("link", "").partition("<http://localhost:8000")[2].partition(">")[0]
    assert found == ["alice/b", "alice/c", "alice/d", "alice/a"]


def test_p41_nobody_likes_or_learns_of_what_they_do_not_see(client):
    a_space("alice", "demo", visibility=Visibility.PRIVATE)
    alice, mallory = bearer(token_of("alice")), bearer(token_of("mallory"))
    assert client.post(LIKE, headers=alice).status_code == 200
    nowhere = LIKE.replace("demo", "none")
    for headers in ({}, mallory):
        strange, nothing = client.post(LIKE, headers=headers), client.post(nowhere, headers=headers)
        assert strange.status_code == 404 and strange.text.replace("demo", "none") == nothing.text
        assert client.get("/api/spaces/alice/demo/likers", headers=headers).status_code == 404
        assert client.get("/api/users/alice/likes", headers=headers).json() == []
    assert [row["repo"]["name"] for row in client.get("/api/users/alice/likes", headers=alice).json()] == ["alice/demo"]


@pytest.mark.parametrize("scope", [TokenScope.READ])
def test_a_token_that_only_reads_likes_nothing(client, scope):
    a_space("alice", "demo")
    assert client.post(LIKE, headers=bearer(token_of("bob", scope))).status_code == 403
    assert client.post(LIKE).status_code == 401


def test_likes_go_with_the_person(place):
    space = a_space("alice", "demo")
    bob, carol = person("bob"), person("carol")
    from spaces import likes as book

    with db.writing() as session:
        book.like(session, bob.id, space.id)
        book.like(session, carol.id, space.id)
    with db.writing() as session:
        farewells.delete_user(session, bob, actor_of("root", role="admin"))
    with db.reading() as session:
        assert session.get(Space, space.id).likes == 1 and session.get(Like, (carol.id, space.id))
