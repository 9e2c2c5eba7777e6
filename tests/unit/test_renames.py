"""Repositories that get another name or another owner, and what their old names lead to."""

from __future__ import annotations

import subprocess

import pytest
from sqlmodel import select

from spaces import db, links
from spaces.models import FormerName, Member, MemberRole, RepoKind, Space, Tombstone
from tests.gitkit import work_tree
from tests.unit.people import bearer, person, token_of


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


def create(client, me, kind=RepoKind.SPACE, name="old", **more):
    made = client.post("/api/repos/create", json={"name": name, "type": kind.value, **more}, headers=me)
    assert made.status_code == 200, made.text


def move(client, me, kind=RepoKind.SPACE, was="alice/old", becomes="alice/new"):
    return client.post("/api/repos/move", json={"fromRepo": was, "toRepo": becomes, "type": kind.value}, headers=me)


def space() -> Space:
    with db.reading() as session:
        return session.exec(select(Space)).one()


@pytest.mark.parametrize("kind", RepoKind)
def test_the_number_and_the_files_stay_and_the_old_name_leads_on(client, me, kind):
    create(client, me, kind)
    before = client.get(f"/api/{kind.plural}/alice/old/refs").json()
    assert move(client, me, kind).status_code == 200
    assert client.get(f"/api/{kind.plural}/alice/new/refs").json() == before
    asked = f"/api/{kind.plural}/Alice/OLD/tree/main/a%2Fb?recursive=true"
    led = client.get(asked, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (
        307,
        f"/api/{kind.plural}/alice/new/tree/main/a%2Fb?recursive=true",
    )
    file = client.get(f"/{kind.prefix}alice/old/resolve/main/.gitattributes")
    assert file.status_code == 200 and len(file.history) == 1
    written = client.put(f"/api/{kind.plural}/alice/old/settings", json={"visibility": "public"}, headers=me)
    assert written.status_code == 200 and len(written.history) == 1
    unnamed = client.request("DELETE", "/api/repos/delete", json={"name": "old", "type": kind.value}, headers=me)
    assert unnamed.status_code == 404 and "alice/new" in unnamed.json()["error"]


@pytest.mark.parametrize("kind", RepoKind)
def test_whoever_takes_the_old_name_has_it(client, me, kind):
    create(client, me, kind)
    move(client, me, kind)
    create(client, me, kind)
    assert client.get(f"/api/{kind.plural}/alice/old/refs", follow_redirects=False).status_code == 200
    taken = move(client, me, kind)
    assert taken.status_code == 409
    assert taken.json()["error"].startswith(f"A {kind.value} repository called alice/new already exists")


def test_back_again_and_another_spelling_are_moves_too(client, me):
    create(client, me)
    assert move(client, me).status_code == move(client, me, was="alice/new", becomes="alice/old").status_code == 200
    assert move(client, me, was="alice/old", becomes="alice/OLD").status_code == 200
    assert client.get("/api/spaces/alice/old", follow_redirects=False).json()["id"] == "alice/OLD"
    assert client.get("/api/spaces/alice/new").json()["id"] == "alice/OLD"
    assert space().subdomain == "alice-old"


def test_p36_a_moved_spaces_host_is_nobody_elses(client, me):
    create(client, me)
    with db.writing() as session:
        session.add(Member(organization_id=person("acme").id, user_id=person("alice").id, role=MemberRole.WRITE))
    assert move(client, me, becomes="acme/new").status_code == 200
    moved = space()
    assert (moved.subdomain, moved.generation) == ("acme-new", 1)
    with db.reading() as session:
        tomb = session.get(Tombstone, "alice-old")
        assert tomb and tomb.owner_id == person("alice").id
    body = {"name": "old", "type": "space"}
    other = client.post("/api/repos/create", json=body | {"name": "c"}, headers=bearer(token_of("alice-old")))
    assert other.status_code == 200
    assert client.get("/api/spaces/by-subdomain/alice-old", headers=me).status_code == 404


def test_p21_only_an_owner_moves_and_only_to_where_they_may_create(client, me):
    create(client, me)
    assert move(client, bearer(token_of("bob")), becomes="bob/mine").status_code == 403
    assert move(client, me, becomes="bob/gift").status_code == 403
    assert move(client, {}).status_code == 401
    assert move(client, me, becomes="alice/no--good").status_code == 422
    assert client.get("/api/spaces/alice/old", follow_redirects=False).status_code == 200


def test_p41_the_old_name_of_what_one_may_not_see_is_a_name_like_any_other(client, me):
    create(client, me, visibility="private")
    move(client, me)
    for path in ("/api/spaces/alice/{}", "/api/spaces/alice/{}/tree/main", "/spaces/alice/{}/resolve/main/x"):
        moved, missing = (
            client.get(path.format(name), headers=bearer(token_of("bob")), follow_redirects=False)
            for name in ("old", "nil")
        )
        assert moved.status_code == missing.status_code == 404
        assert moved.text.replace("old", "nil") == missing.text


def test_a_deleted_repositorys_former_names_lead_nowhere(client, me):
    for kind in RepoKind:
        create(client, me, kind)
        move(client, me, kind)
        client.request("DELETE", "/api/repos/delete", json={"name": "new", "type": kind.value}, headers=me)
        assert client.get(f"/api/{kind.plural}/alice/old/refs").headers["x-error-code"] == "RepoNotFound"
    with db.reading() as session:
        assert not session.exec(select(FormerName)).all()


def test_git_follows_and_a_push_makes_no_second_space(server, tmp_path):
    import httpx

    token = token_of("alice")
    with httpx.Client(base_url=server) as client:
        create(client, bearer(token))
        move(client, bearer(token))
    url = server.replace("//", f"//any:{token}@") + "/spaces/alice/old"
    subprocess.run(["git", "clone", "-q", f"{server}/spaces/alice/old.git", str(tmp_path / "clone")], check=True)
    work = work_tree(tmp_path / "work", {"a.txt": "hello"})
    pushed = subprocess.run(["git", "push", "-f", url, "main"], cwd=work, capture_output=True, text=True)
    assert pushed.returncode == 0, pushed.stderr
    assert space().name == "new" and space().head


@pytest.mark.parametrize(
    ("path", "became"),
    [
        ("/api/spaces/a/b", "/api/spaces/c/d"),
        ("/a/b.git/info/refs", "/c/d.git/info/refs"),
        ("/datasets/A/B/x", "/datasets/c/d/x"),
        ("/api/spaces/a/bb", None),
        ("/api/other/a/b", None),
        ("/x/a/b", None),
    ],
)
def test_a_path_is_followed_only_where_the_name_stands_in_its_place(path, became):
    assert links.moved(path, "a/b", "c/d") == became
