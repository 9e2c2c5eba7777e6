"""git-lfs's API: what is sent arrives whole or not at all, and belongs to the repository it was sent to."""

from __future__ import annotations

import datetime as dt
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from controller.erase import erase
from spaces import actions, db
from spaces.engines.fake import FakeEngine
from spaces.models import LfsObject, RepoKind, Repository, Space
from spaces.models.owner import TokenScope
from spaces.repos.lfs import blobs, holdings, parts, tickets
from spaces.repos.lfs.pointer import Pointer
from spaces.settings import get_settings
from tests.harness import wait
from tests.unit.files import lfskit
from tests.unit.files.lfskit import TYPE, address, batch, near, on_disk, one, pointer_of, upload
from tests.unit.people import a_space, actor_of, bearer, token_of

CONTENT = bytes(range(256)) * 9000
URL = "/spaces/alice/demo.git/info/lfs"


def test_a_file_is_sent_verified_and_fetched(client, space, me):
    item = one(batch(client, me, CONTENT, transfers=["lfs-standalone-file", "basic", "ssh"]))
    assert item["authenticated"] is True and item["actions"]["upload"]["href"].startswith("http://localhost:8000/lfs/")
    put, verify = (near(item["actions"][action]["href"]) for action in ("upload", "verify"))
    assert client.post(verify).status_code == 404
    assert client.put(put, content=CONTENT).status_code == 200
    assert client.post(verify, json={"oid": item["oid"], "size": item["size"]}, headers=me).status_code == 200
    assert "actions" not in one(batch(client, me, CONTENT)), "it is here: nothing to send"
    href = address(client, {}, CONTENT, action="download", operation="download")
    got = client.get(href)
    assert got.content == CONTENT and got.headers["ETag"] == f'"{item["oid"]}"'
    assert got.headers["X-Content-Type-Options"] == "nosniff" and got.headers["Content-Disposition"] == "attachment"
    part = client.get(href, headers={"Range": "bytes=1000-2000000"})
    assert (part.status_code, part.content) == (206, CONTENT[1000:2_000_001])
    head = client.head(href)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(CONTENT)))
    (row,) = holdings.listed(space.id)
    assert (row.size, len(row.git_oid)) == (len(CONTENT), 40)
    (where,) = on_disk()
    assert where == get_settings().data / "lfs" / row.oid[:2] / row.oid[2:4] / row.oid
    assert where.stat().st_mode & 0o777 == 0o444


def test_the_answer_is_git_lfs_s_own_type_in_success_and_failure(client, space, me):
    assert batch(client, me, CONTENT).headers["Content-Type"] == TYPE
    for answer in (
        batch(client, {}, CONTENT),
        batch(client, me, CONTENT, repo="alice/nope", operation="download"),
        client.post(f"{URL}/objects/batch", content=b"{", headers=me),
        client.put("/lfs/upload/1/" + "0" * 64 + "?size=1&until=1&signature=x", content=b"1"),
    ):
        assert answer.headers["Content-Type"] == TYPE and answer.json()["message"], answer.text


def test_only_its_people_send_and_everybody_fetches_from_a_public_space(client, space, me):
    assert batch(client, {}, CONTENT).status_code == 401
    assert batch(client, {}, CONTENT).headers["WWW-Authenticate"].startswith("Basic")
    for token in (token_of("bob"), token_of("alice", TokenScope.READ)):
        assert batch(client, bearer(token), CONTENT).status_code == 403
        assert "error" in one(batch(client, bearer(token), CONTENT, operation="download"))
    upload(client, me, CONTENT)
    assert "actions" in one(batch(client, {}, CONTENT, operation="download"))


def test_the_files_of_a_first_push_make_the_space(client, me):
    assert upload(client, me, CONTENT, repo="alice/fresh").status_code == 200
    assert client.get("/api/spaces/alice/fresh").status_code == 200


def test_locks_are_honestly_not_there(client, space, me):
    for method, path in (("POST", "locks/verify"), ("GET", "locks"), ("POST", "locks"), ("POST", "locks/1/unlock")):
        assert client.request(method, f"{URL}/{path}", json={}, headers=me).status_code == 501
        assert client.request(method, f"/spaces/alice/nope.git/info/lfs/{path}", json={}, headers=me).status_code == 404


BAD_BATCHES = [
    {"operation": "delete", "objects": []},
    {"operation": "upload"},
    {"operation": "upload", "objects": [{"oid": "0" * 64}]},
    {"operation": "upload", "objects": [{"oid": "0" * 64, "size": -1}]},
    {"operation": "upload", "objects": [{"oid": "0" * 64, "size": 1 << 60}]},
    {"operation": "upload", "objects": [{"oid": "0" * 64, "size": 1}] * 1001},
    {"operation": "upload", "objects": [], "hash_algo": "md5"},
]


@pytest.mark.parametrize("body", BAD_BATCHES)
def test_what_is_no_batch_is_refused(client, space, me, body):
    assert client.post(f"{URL}/objects/batch", json=body, headers=me).status_code == 422


@pytest.mark.parametrize("kind", [RepoKind.MODEL, RepoKind.DATASET])
def test_models_and_datasets_have_theirs(client, space, me, kind):
    with db.writing() as session:
        row = Repository(kind=kind, owner_id=space.owner_id, name="demo", name_key="demo")
        session.add(row)
    base = f"/{kind.prefix}alice/demo"
    told = {"oid": pointer_of(CONTENT).oid, "size": len(CONTENT)}
    for suffix in ("", ".git"):
        body = {"operation": "upload", "objects": [told]}
        answer = client.post(f"{base}{suffix}/info/lfs/objects/batch", json=body, headers=me)
        (item,) = answer.json()["objects"]
        assert ("actions" in item) == (suffix == "")
        if suffix == "":
            assert client.put(near(item["actions"]["upload"]["href"]), content=CONTENT).status_code == 200
    assert lfskit.holdings() == {(row.id, told["oid"])}
    assert "actions" in one(batch(client, me, CONTENT)), "the Space of the same name has its own"
    with db.writing() as session:
        session.get_one(Repository, row.id).gone_at = row.created_at
    holdings.sweep()
    assert on_disk() == []


@pytest.mark.parametrize("oid", ["../../etc/passwd", "0" * 63, "0" * 65, "G" * 64, "A" * 64, ""])
def test_p14_an_oid_that_is_no_hash_becomes_no_path(client, space, me, oid):
    for operation in ("upload", "download"):
        assert one(batch(client, me, {"oid": oid, "size": 1}, operation=operation))["error"]["code"] == 422
    assert client.put(f"/lfs/upload/{space.id}/{oid}?size=1&until=1&signature=x", content=b"1").status_code in (
        404,
        422,
    )
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.path(oid)


# -- P38


def test_p38_an_oid_of_another_repository_is_neither_shown_nor_given(client, space, me):
    other = a_space(name="other")
    upload(client, me, CONTENT)
    assert one(batch(client, me, CONTENT, repo="alice/other", operation="download"))["error"]["code"] == 404
    asked = one(batch(client, me, CONTENT, repo="alice/other"))
    assert set(asked["actions"]) == {"upload", "verify"}, "as if nobody had ever sent it"
    assert client.post(near(asked["actions"]["verify"]["href"])).status_code == 404
    assert lfskit.holdings() == {(space.id, pointer_of(CONTENT).oid)}
    assert upload(client, me, CONTENT, repo="alice/other").status_code == 200
    assert {number for number, _ in lfskit.holdings()} == {space.id, other.id} and len(on_disk()) == 1


def test_p38_knowing_a_hash_proves_nothing(client, space, me):
    a_space(name="other")
    upload(client, me, CONTENT)
    href = address(client, me, CONTENT, repo="alice/other")
    for claim in (b"", CONTENT[:-1], CONTENT[:-1] + b"x", CONTENT + b"x"):
        assert client.put(href, content=claim).status_code == 422
        assert client.put(href, content=iter([claim])).status_code == 422, "of unknown length"
    longer = Pointer(pointer_of(CONTENT).oid, len(CONTENT) + 1)
    assert client.put(address(client, me, longer, repo="alice/other"), content=iter([CONTENT])).status_code == 422
    assert len(lfskit.holdings()) == 1 and len(on_disk()) == 1
    assert client.get(address(client, me, CONTENT, action="download", operation="download")).content == CONTENT


def test_p38_an_address_is_good_for_the_one_thing_it_names(client, space, me):
    other = a_space(name="other")
    href = address(client, me, CONTENT)
    oid, another = pointer_of(CONTENT).oid, pointer_of(b"x").oid
    forged = [
        href.replace(f"/{space.id}/", f"/{other.id}/"),
        href.replace(oid, another),
        href.replace(f"size={len(CONTENT)}", "size=1"),
        href.replace("until=", "until=9"),
        href.replace("part=0", "part=1").replace("/upload/", "/part/"),
        href.replace("part=0", "part=1"),
        href.partition("signature=")[0] + "signature=" + "A" * 43,
        href.partition("signature=")[0] + "signature=%C3%BC",
    ]
    for url in forged:
        assert client.put(url, content=CONTENT).status_code == 403, url
    assert client.post(href.replace("/upload/", "/complete/")).status_code == 403
    assert client.get(href.replace("/upload/", "/download/")).status_code == 403
    assert client.put(href.partition("?")[0], content=CONTENT).status_code == 422
    assert lfskit.holdings() == set() and on_disk() == []


def test_p38_an_address_ends(client, space, me, monkeypatch):
    href = address(client, me, CONTENT)
    later = tickets.now() + tickets.LIFE + dt.timedelta(seconds=2)
    monkeypatch.setattr(tickets, "now", lambda: later)
    assert client.put(href, content=CONTENT).status_code == 403
    assert client.put(href, content=CONTENT).json()["code"] == "expired"


def test_p38_a_size_that_is_not_the_file_s_is_refused(client, space, me):
    upload(client, me, CONTENT)
    oid = pointer_of(CONTENT).oid
    for operation in ("upload", "download"):
        assert one(batch(client, me, {"oid": oid, "size": 3}, operation=operation))["error"]["code"] == 422


# -- P78


@pytest.mark.parametrize("share", [0.01, 0.5, 0.99])
def test_p78_an_upload_that_is_cut_leaves_nothing(server, share):
    me = bearer(token_of("alice"))
    space = a_space()
    with httpx.Client(base_url=server) as client:
        asked = one(batch(client, me, CONTENT))["actions"]["upload"]["href"]
        part = tickets.issue(tickets.Purpose.PART, space.id, pointer_of(CONTENT), 1)
        for href in (asked, part):
            url = urlsplit(href)
            with socket.create_connection((url.hostname, url.port)) as connection:
                head = f"PUT {near(href)} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(CONTENT)}\r\n\r\n"
                connection.sendall(head.encode() + CONTENT[: int(len(CONTENT) * share)])
                wait(lambda: on_disk() != [], 20)
            wait(lambda: on_disk() == [], 20)
        assert lfskit.holdings() == set()
        assert client.put(asked, content=CONTENT).status_code == 200, "and the next one is taken"


# -- limits


def test_a_file_a_repository_and_the_disk_have_limits_and_say_so(client, space, me, monkeypatch):
    monkeypatch.setenv("DEMODOCK_LARGE_LIMIT", "3")
    monkeypatch.setenv("DEMODOCK_LARGE_TOTAL", "4")
    get_settings.cache_clear()
    mib = 1 << 20
    refused = one(batch(client, me, {"oid": "0" * 64, "size": 3 * mib + 1}))["error"]
    assert refused["code"] == 413 and "DEMODOCK_LARGE_LIMIT" in refused["message"]
    both = batch(client, me, b"a" * 2 * mib, b"b" * 2 * mib, {"oid": "0" * 64, "size": 1}).json()["objects"]
    assert [item.get("error", {}).get("code") for item in both] == [None, None, 507]
    hrefs = {letter: address(client, me, letter * 3 * mib) for letter in (b"a", b"b")}
    statuses = [client.put(href, content=letter * 3 * mib).status_code for letter, href in hrefs.items()]
    assert statuses == [200, 507], "both fitted when they were asked for"
    assert len(lfskit.holdings()) == len(on_disk()) == 1
    monkeypatch.setenv("DEMODOCK_LARGE_TOTAL", "0")
    get_settings.cache_clear()
    monkeypatch.setattr("spaces.repos.store.free_space", lambda: 1000)
    assert one(batch(client, me, {"oid": "0" * 64, "size": 1}))["error"]["code"] == 507
    assert client.put(hrefs[b"b"], content=b"b" * 3 * mib).status_code == 507


# -- in parts


def put_parts(client, content, header) -> list[str]:
    size, etags = int(header["chunk_size"]), []
    for number, url in sorted((key, value) for key, value in header.items() if key.isdigit()):
        start = (int(number) - 1) * size
        done = client.put(near(url), content=content[start : start + size])
        assert done.status_code == 200, done.text
        etags.append({"partNumber": int(number), "etag": done.headers["ETag"]})
    return etags


def test_a_file_in_parts_becomes_one(client, space, me, monkeypatch):
    monkeypatch.setattr(parts, "SIZE", 1 << 20)
    answer = batch(client, me, CONTENT, b"small", transfers=["basic", "multipart"])
    assert answer.json()["transfer"] == "multipart"
    assert batch(client, me, CONTENT).json()["transfer"] == "basic"
    for content, item, count in zip((CONTENT, b"small"), answer.json()["objects"], (3, 1), strict=True):
        header = item["actions"]["upload"]["header"]
        assert (header["chunk_size"], len(header)) == (str(1 << 20), count + 1)
        complete = near(item["actions"]["upload"]["href"])
        assert client.post(complete, json={}).json()["code"] == "no_part"
        etags = put_parts(client, content, header)
        for _ in range(2):  # told twice is told once
            assert client.post(complete, json={"oid": item["oid"], "parts": etags}).status_code == 200
        href = address(client, me, content, action="download", operation="download")
        assert client.get(href).content == content
    assert len(on_disk()) == 2, "no part is left"


def test_p38_parts_that_are_not_the_file_are_refused_and_gone(client, space, me, monkeypatch):
    monkeypatch.setattr(parts, "SIZE", 1 << 20)
    upload_action = one(batch(client, me, CONTENT, transfers=["multipart"]))["actions"]["upload"]
    first = near(upload_action["header"]["00001"])
    for claim in (b"short", b"x" * (1 << 20) + b"x"):
        assert client.put(first, content=claim).status_code == 422
        assert client.put(first, content=iter([claim])).status_code == 422
    put_parts(client, b"x" + CONTENT[1:], upload_action["header"])
    assert client.post(near(upload_action["href"]), json={}).json()["code"] == "wrong_content"
    assert lfskit.holdings() == set() and on_disk() == []


# -- the end


def test_p52_a_file_goes_with_the_last_repository_that_holds_it(client, space, me):
    other = a_space(name="other")
    for repo in ("alice/demo", "alice/other"):
        upload(client, me, CONTENT, repo)
    upload(client, me, b"alone")
    holdings.release(space.id)
    assert [path.name for path in on_disk()] == [pointer_of(CONTENT).oid]
    holdings.release(other.id)
    assert on_disk() == [] and lfskit.holdings() == set()


def test_p52_a_deleted_space_s_large_files_are_erased(client, space, me):
    upload(client, me, CONTENT)
    engine, alice = FakeEngine(), actor_of("alice")
    with db.writing() as session:
        actions.delete_space(session, session.get_one(Space, space.id), alice)
    erase(engine, get_settings(), space.id)
    assert on_disk() == [] and lfskit.holdings() == set()


def test_a_sweep_removes_what_nobody_holds_and_nothing_else(client, space, me):
    gone = a_space(name="gone")
    for repo, content in (("alice/demo", CONTENT), ("alice/gone", b"of a deleted one")):
        upload(client, me, content, repo)
    alice = actor_of("alice")
    with db.writing() as session:
        actions.delete_space(session, session.get_one(Space, gone.id), alice)
        session.delete(session.get_one(LfsObject, (gone.id, pointer_of(b"of a deleted one").oid)))
        session.add(LfsObject(repository=999, oid="0" * 64, size=1, git_oid="x"))
    dead = blobs._root() / "incoming" / "dead"
    dead.write_bytes(b"left by a killed process")
    with blobs.Incoming(10) as incoming:
        incoming.write(b"on its way")
        holdings.sweep()
        assert not dead.exists()
        holdings.keep(space.id, incoming)
    assert {path.name for path in on_disk()} == {pointer_of(CONTENT).oid, pointer_of(b"on its way").oid}
    assert {number for number, _ in lfskit.holdings()} == {space.id}


def test_an_upload_to_a_space_that_is_deleted_meanwhile_leaves_nothing(client, space, me):
    href, alice = address(client, me, CONTENT), actor_of("alice")
    with db.writing() as session:
        actions.delete_space(session, session.get_one(Space, space.id), alice)
    assert client.put(href, content=CONTENT).status_code == 404
    assert on_disk() == [] and lfskit.holdings() == set()
