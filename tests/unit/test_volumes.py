"""Volumes by the API: who may mount what where, and what others see of it."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db, mounts
from spaces.access import find_space
from spaces.errors import StartFailed
from spaces.lifecycle import Intent
from spaces.models import Instance, Repository, Revision, Space, Visibility, Volume
from spaces.models.repository import RepoKind
from spaces.repos import store
from spaces.repos.commit import commit_files
from spaces.shelf import folders
from tests.unit.people import a_space, bearer, person, token_of

URL = "/api/spaces/alice/demo/volumes"


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


@pytest.fixture
def space(me) -> Space:
    return a_space()


def a_model(owner: str, name: str, visibility: Visibility = Visibility.PUBLIC, kind: RepoKind = RepoKind.MODEL) -> int:
    holder = person(owner)
    with db.writing() as session:
        row = Repository(kind=kind, owner_id=holder.id, name=name, name_key=name, visibility=visibility)
        session.add(row)
        session.flush()
        number = row.id
    store.create(number)
    commit_files(number, "first", owner, {"weights.bin": b"w1", "part/a.txt": b"a"})
    return number


def volume(source="bob/model", at="/models/m", kind="model", **more):
    return {"type": kind, "source": source, "mountPath": at, **more}


def put(client, headers, *volumes):
    return client.put(URL, json={"volumes": list(volumes)}, headers=headers)


def read(mount) -> bytes:
    return (folders.root() / mount.folder / "weights.bin").read_bytes()


def test_volumes_are_set_shown_and_taken_away(client, me, space):
    a_model("bob", "model")
    a_model("bob", "data", kind=RepoKind.DATASET)
    answer = put(
        client, me, volume(), volume("bob/data", "/sets/d", "dataset", revision="main", path="part", readOnly=False)
    )
    assert answer.status_code == 200
    shown = [
        {"type": "model", "source": "bob/model", "mountPath": "/models/m", "revision": "main", "readOnly": True},
        {
            "type": "dataset",
            "source": "bob/data",
            "mountPath": "/sets/d",
            "revision": "main",
            "readOnly": True,
            "path": "part",
        },
    ]
    assert answer.json()["volumes"] == shown and answer.json()["generation"] == space.generation + 1
    assert client.get("/api/spaces/alice/demo", headers=me).json()["runtime"]["volumes"] == shown
    assert "volumes" not in client.delete(URL, headers=me).json()
    assert client.delete(URL, headers=me).status_code == 400


def test_setting_them_replaces_all(client, me, space):
    a_model("bob", "model")
    put(client, me, volume(at="/a"), volume(at="/b"))
    assert [each["mountPath"] for each in put(client, me, volume(at="/b/c")).json()["volumes"]] == ["/b/c"]


def test_a_bucket_is_honestly_refused(client, me, space):
    answer = put(client, me, volume("bob/things", "/data", "bucket"))
    assert answer.status_code == 400 and answer.json()["code"] == "no_buckets" and "storage" in answer.json()["error"]


@pytest.mark.parametrize(
    ("wish", "status"),
    [
        (volume("bob/none"), 404),
        (volume("bare"), 404),
        (volume("bob/model", "/etc"), 422),
        (volume("bob/model", revision="no-such"), 404),
        (volume("bob/model", revision="--upload-pack=x"), 404),
        (volume("bob/hidden"), 404),
        (volume("bob/model", kind="dataset"), 404),
    ],
)
def test_p2_what_cannot_be_mounted_is_told_and_nothing_changes(client, me, space, wish, status):
    a_model("bob", "model")
    a_model("bob", "hidden", Visibility.PRIVATE)
    put(client, me, volume(at="/kept"))
    answer = put(client, me, volume(at="/new"), wish)
    assert answer.status_code == status, answer.text
    with db.reading() as session:
        assert session.exec(select(Volume.mount_path)).all() == ["/kept"]


def test_volumes_that_hide_each_other_are_refused(client, me, space):
    a_model("bob", "model")
    assert put(client, me, volume(at="/m"), volume(at="/m/n")).status_code == 409
    assert client.post("/api/spaces/alice/demo/storage", json={"tier": "small"}, headers=me).status_code == 200
    assert put(client, me, volume(at="/data/n")).status_code == 409


def test_a_hidden_source_looks_like_none_and_others_see_no_name(client, me, space):
    a_model("alice", "secret", Visibility.PRIVATE)
    put(client, me, volume("alice/secret"))
    assert client.get("/api/spaces/alice/demo/runtime").json()["volumes"] == [
        {"type": "model", "source": "private", "mountPath": "/models/m", "readOnly": True}
    ]
    a_model("bob", "hidden", Visibility.PRIVATE)
    hidden, none = put(client, me, volume("bob/hidden")), put(client, me, volume("bob/absent"))
    assert (hidden.status_code, hidden.json()["title"]) == (none.status_code, none.json()["title"])


def test_only_whoever_may_write_sets_volumes(client, me, space):
    a_model("bob", "model")
    assert put(client, bearer(token_of("bob")), volume()).status_code == 403
    assert put(client, {}, volume()).status_code == 401


def test_storage_is_the_hubs_tiers(client, me, space):
    url = "/api/spaces/alice/demo/storage"
    assert client.post(url, json={"tier": "medium"}, headers=me).json()["storage"] == "medium"
    with db.reading() as session:
        assert session.get(Space, space.id).storage == 150
    assert client.post(url, json={"tier": "huge"}, headers=me).status_code == 422
    assert client.delete(url, headers=me).json()["storage"] is None


def test_a_static_space_has_none(client, me, space):
    a_model("bob", "model")
    with db.writing() as session:
        session.get(Space, space.id).sdk = "static"
    assert put(client, me, volume()).status_code == 400


def test_a_moved_branch_is_taken_over_at_the_next_start_and_a_commit_never_moves(client, me, space):
    number = a_model("bob", "model")
    put(client, me, volume(at="/branch"), volume(at="/commit", revision=store.head(number).sha))
    assert [read(mount) for mount in mounts.lay_out(space.id, 0)] == [b"w1", b"w1"]
    commit_files(number, "second", "bob", {"weights.bin": b"w2"})
    branch, fixed = mounts.lay_out(space.id, 0)
    assert (read(branch), read(fixed)) == (b"w2", b"w1")
    assert branch.base == branch.folder == f"commits/{number}/{store.head(number).sha}"


def test_a_renamed_repository_stays_mounted_and_its_old_name_means_nothing(client, me, space):
    number = a_model("bob", "model")
    put(client, me, volume())
    with db.writing() as session:
        row = session.get(Repository, number)
        row.name = row.name_key = "other"
    a_model("bob", "model")
    assert client.get("/api/spaces/alice/demo/runtime").json()["volumes"][0]["source"] == "bob/other"
    assert mounts.lay_out(space.id, 0)[0].base.startswith(f"commits/{number}/")


@pytest.mark.parametrize("change", [{"visibility": Visibility.PRIVATE}, {"gone_at": "now"}])
def test_p21_a_source_that_the_owner_may_not_read_any_more_ends_the_start(client, me, space, change):
    from spaces.models.types import now

    number = a_model("bob", "model")
    put(client, me, volume())
    with db.writing() as session:
        session.get(Repository, number).sqlmodel_update({k: now() if v == "now" else v for k, v in change.items()})
    with pytest.raises(StartFailed, match="is not there, or the Space's owner may not read it") as caught:
        mounts.lay_out(space.id, 0)
    assert caught.value.code == "volume"


def test_p21_an_admin_mounts_nothing_that_the_spaces_owner_may_not_read(client, me, space):
    from spaces.models.owner import Role

    a_model("bob", "hidden", Visibility.PRIVATE)
    admin = bearer(token_of("root", role=Role.ADMIN))
    answer = put(client, admin, volume("bob/hidden"))
    assert answer.status_code == 403 and answer.json()["code"] == "volume_not_readable"


def test_an_instance_remembers_what_it_has_mounted_so_that_it_stays(client, me, space):
    from proxy.starts import Starter
    from spaces.card import SpaceConfig
    from spaces.engines.fake import FakeEngine
    from spaces.settings import get_settings

    number = a_model("bob", "model")
    put(client, me, volume(path="part"))
    with db.writing() as session:
        revision = Revision(space_id=space.id, build_id=1, commit="c", image="i", config=SpaceConfig(sdk="docker"))
        session.add(revision)
        session.flush()
    engine = FakeEngine(serve=True)
    Starter(engine, get_settings()).bring_up(space.id, revision.id)
    (container,) = engine.containers.values()
    (mount,) = container.spec.mounts
    assert (mount.target, mount.folder) == ("/models/m", f"commits/{number}/{store.head(number).sha}/part")
    with db.reading() as session:
        assert session.exec(select(Instance.folders)).one() == f'["{mount.base}"]'
    mounts.sweep()
    assert (folders.root() / mount.folder / "a.txt").exists()


def test_a_space_that_is_gone_is_no_source(client, me, space):
    other = a_space("alice", "other")
    store.create(other.id)
    commit_files(other.id, "first", "alice", {"weights.bin": b"w1"})
    assert put(client, me, volume("alice/other", kind="space")).status_code == 200
    with db.writing() as session:
        find_space(session, "alice", "other").intent = Intent.GONE
    with pytest.raises(StartFailed):
        mounts.lay_out(space.id, 0)
