"""Pull requests: the Hub's own client, unmodified, proposes changes to all kinds of repositories, and their owners take them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, hf_hub_download
from huggingface_hub.community import DiscussionComment, DiscussionStatusChange
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, RepositoryNotFoundError
from sqlmodel import select

from controller.erase import erase
from spaces import db, pulls, repositories
from spaces.access import find_owner, find_repository
from spaces.engines.fake import FakeEngine
from spaces.farewells import delete_user
from spaces.models import Build, PullRequest, RepoKind
from spaces.models.owner import Role, TokenScope
from spaces.repos import store
from tests.unit.people import actor_of, token_of

KINDS = ("space", "model", "dataset")
SPACE = {"repo_id": "alice/demo", "repo_type": "space"}


@pytest.fixture
def alice(server) -> HfApi:
    """Its client; it owns alice/demo, one of each kind, with a first commit and `base.txt`."""
    api = HfApi(endpoint=server, token=token_of("alice"))
    for kind in KINDS:
        api.create_repo("alice/demo", repo_type=kind, **({"space_sdk": "gradio"} if kind == "space" else {}))
        api.upload_file(path_or_fileobj=b"base", path_in_repo="base.txt", repo_id="alice/demo", repo_type=kind)
    return api


@pytest.fixture
def bob(server) -> HfApi:
    """A stranger's client."""
    return HfApi(endpoint=server, token=token_of("bob"))


def builds() -> list[str]:
    with db.reading() as session:
        return [build.commit for build in session.exec(select(Build))]


def status_of(call, *args, **more) -> int:
    with pytest.raises(HfHubHTTPError) as refused:
        call(*args, **more)
    return refused.value.response.status_code


def head(api: HfApi, **repo) -> str:
    return next(ref.target_commit for ref in api.list_repo_refs(**repo).branches if ref.name == "main")


def text_at(api: HfApi, path: str, revision: str, where: Path, **repo) -> str:
    found = hf_hub_download(
        filename=path, revision=revision, local_dir=where, token=api.token, endpoint=api.endpoint, **repo
    )
    return Path(found).read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_uploads_a_file_as_a_pull_request_and_the_owner_merges_it(alice, bob, kind, tmp_path):
    repo = {"repo_id": "alice/demo", "repo_type": kind}
    before, queued = head(alice, **repo), builds()
    made = bob.upload_file(
        path_or_fileobj=b"new",
        path_in_repo="new.txt",
        create_pr=True,
        commit_message="Add it",
        commit_description="So",
        **repo,
    )
    assert (made.pr_num, made.pr_revision) == (1, "refs/pr/1")
    assert made.pr_url.startswith(made.repo_url) and made.pr_url.endswith("/discussions/1")
    assert head(alice, **repo) == before and builds() == queued, "nothing has changed yet, and nothing is built"
    assert text_at(bob, "new.txt", "refs/pr/1", tmp_path, **repo) == "new"
    assert {item.path for item in bob.list_repo_tree(revision="refs/pr/1", **repo)} == {
        ".gitattributes",
        "base.txt",
        "new.txt",
    }
    assert [item.title for item in bob.list_repo_commits(revision="refs/pr/1", **repo)][0] == "Add it"
    assert [item.path for item in bob.get_paths_info(paths=["new.txt"], revision="refs/pr/1", **repo)] == ["new.txt"]
    assert bob.repo_info(revision="refs/pr/1", **repo).sha == made.oid
    refs = alice.list_repo_refs(include_pull_requests=True, **repo)
    assert [(ref.name, ref.ref, ref.target_commit) for ref in refs.pull_requests] == [("1", "refs/pr/1", made.oid)]
    (listed,) = alice.get_repo_discussions(**repo)
    assert (listed.num, listed.title, listed.author, listed.status) == (1, "Add it", "bob", "open")
    assert listed.is_pull_request and listed.git_reference == "refs/pr/1" and listed.url == made.pr_url
    seen = alice.get_discussion_details(discussion_num=1, **repo)
    assert seen.target_branch == "refs/heads/main" and seen.conflicting_files == [] and seen.merge_commit_oid is None
    assert [event.content for event in seen.events] == ["So"]
    alice.merge_pull_request(discussion_num=1, comment="Thanks", **repo)
    merged = alice.get_discussion_details(discussion_num=1, **repo)
    assert merged.status == "merged" and merged.merge_commit_oid == head(alice, **repo) == made.oid
    assert [type(event) for event in merged.events[1:]] == [DiscussionComment, DiscussionStatusChange]
    assert merged.events[-1].new_status == "merged" and merged.events[-1].author == "alice"
    assert builds()[len(queued) :] == ([made.oid] if kind == "space" else []), "a Space is built from what was merged"


def test_a_folder_is_uploaded_into_a_draft_in_several_commits_of_one_pull_request(alice, bob, tmp_path):
    folder = tmp_path / "three"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"{number}")
    made = bob.upload_folder(folder_path=folder, path_in_repo="data", create_pr=True, commit_message="Three", **SPACE)
    assert made.pr_revision == "refs/pr/1"
    assert len(bob.list_repo_files(revision="refs/pr/1", **SPACE)) == 5
    bob.upload_file(path_or_fileobj=b"3", path_in_repo="data/3.txt", revision="refs/pr/1", **SPACE)
    if alice.get_discussion_details(discussion_num=1, **SPACE).status == "draft":
        assert status_of(alice.merge_pull_request, discussion_num=1, **SPACE) == 409
        changed = bob.change_discussion_status(discussion_num=1, new_status="open", **SPACE)
        assert changed.new_status == "open"
    alice.merge_pull_request(discussion_num=1, **SPACE)
    assert len(alice.list_repo_files(**SPACE)) == 6
    late = {"path_or_fileobj": b"4", "path_in_repo": "late", "revision": "refs/pr/1"}
    assert status_of(bob.upload_file, **late, **SPACE) == 409


def test_both_sides_are_joined_where_they_changed_different_files(alice, bob):
    made = bob.create_commit(
        operations=[CommitOperationAdd("theirs", b"1"), CommitOperationDelete("base.txt")],
        commit_message="Theirs",
        create_pr=True,
        **SPACE,
    )
    ours = alice.upload_file(path_or_fileobj=b"2", path_in_repo="ours", **SPACE)
    alice.merge_pull_request(discussion_num=1, **SPACE)
    assert set(alice.list_repo_files(**SPACE)) == {".gitattributes", "theirs", "ours"}
    with db.reading() as session:
        number = find_repository(session, RepoKind.SPACE, "alice", "demo").id
    newest = store.log(number, "main", 1)[0]
    assert newest.parents == (ours.oid, made.oid) and newest.title == "Merge pull request #1: Theirs"
    assert builds()[-1] == newest.sha


def test_a_pull_request_that_conflicts_says_with_which_files_and_changes_nothing(alice, bob):
    bob.upload_file(path_or_fileobj=b"theirs", path_in_repo="base.txt", create_pr=True, **SPACE)
    bob.upload_file(path_or_fileobj=b"1", path_in_repo="folder", create_pr=True, **SPACE)
    alice.create_commit(
        operations=[CommitOperationAdd("base.txt", b"ours"), CommitOperationAdd("folder/x", b"2")],
        commit_message="Ours",
        **SPACE,
    )
    before = head(alice, **SPACE)
    for number, named in ((1, "base.txt"), (2, "folder")):
        assert named in alice.get_discussion_details(discussion_num=number, **SPACE).conflicting_files
        with pytest.raises(HfHubHTTPError, match="cannot be merged") as refused:
            alice.merge_pull_request(discussion_num=number, **SPACE)
        assert refused.value.response.status_code == 409 and named in str(refused.value)
    assert head(alice, **SPACE) == before
    assert [each.status for each in alice.get_repo_discussions(**SPACE)] == ["open", "open"]


def test_a_stranger_may_propose_comment_and_close_their_own_and_nothing_more(alice, bob, server):
    alice.upload_file(path_or_fileobj=b"1", path_in_repo="a", create_pr=True, **SPACE)
    bob.create_pull_request(title="Mine", **SPACE)
    first, second = {"discussion_num": 1, **SPACE}, {"discussion_num": 2, **SPACE}
    assert bob.comment_discussion(comment="  <b>Nice</b> ", **first).content == "<b>Nice</b>"
    assert status_of(bob.merge_pull_request, **first) == 403
    assert status_of(bob.merge_pull_request, **second) == 403
    assert status_of(bob.change_discussion_status, new_status="closed", **first) == 403
    onto = {"path_or_fileobj": b"1", "path_in_repo": "b", "revision": "refs/pr/1"}
    assert status_of(bob.upload_file, **onto, **SPACE) == 403
    assert bob.change_discussion_status(new_status="closed", comment="No", **second).new_status == "closed"
    assert status_of(alice.merge_pull_request, **second) == 409
    assert [each.num for each in bob.get_repo_discussions(discussion_status="closed", **SPACE)] == [2]
    assert [each.num for each in bob.get_repo_discussions(discussion_status="open", **SPACE)] == [1]
    assert [each.num for each in bob.get_repo_discussions(author="bob", **SPACE)] == [2]
    assert list(bob.get_repo_discussions(discussion_type="discussion", **SPACE)) == []
    alice.change_discussion_status(new_status="open", **second)
    alice.change_discussion_status(new_status="closed", **second)
    for token in (False, token_of("bob", TokenScope.READ)):
        weak = HfApi(endpoint=server, token=token)
        assert len(list(weak.get_repo_discussions(**SPACE))) == 2
        assert status_of(weak.create_pull_request, title="More", **SPACE) in (401, 403)
        assert status_of(weak.comment_discussion, comment="x", **first) in (401, 403)
        assert status_of(weak.change_discussion_status, new_status="closed", **second) in (401, 403)
        file = {"path_or_fileobj": b"1", "path_in_repo": "c", "create_pr": True}
        assert status_of(weak.upload_file, **file, **SPACE) in (401, 403)
    assert [each.num for each in alice.get_repo_discussions(**SPACE)] == [2, 1]


def test_pull_requests_of_a_private_repository_look_like_those_of_none(alice, bob, server):
    alice.upload_file(path_or_fileobj=b"1", path_in_repo="a", create_pr=True, **SPACE)
    bob.create_pull_request(title="Mine", **SPACE)
    alice.update_repo_settings(private=True, **SPACE)
    for name in ("alice/demo", "alice/absent"):
        repo = {"repo_id": name, "repo_type": "space"}
        with pytest.raises(RepositoryNotFoundError):
            list(bob.get_repo_discussions(**repo))
        for number in (1, 2):
            with pytest.raises(RepositoryNotFoundError):
                bob.get_discussion_details(discussion_num=number, **repo)
            with pytest.raises(RepositoryNotFoundError):
                bob.change_discussion_status(discussion_num=number, new_status="closed", **repo)
        with pytest.raises(RepositoryNotFoundError):
            bob.create_pull_request(title="Another", **repo)
        with pytest.raises(RepositoryNotFoundError):
            bob.upload_file(path_or_fileobj=b"1", path_in_repo="b", create_pr=True, **repo)


def test_what_is_not_offered_says_so(alice):
    with pytest.raises(BadRequestError, match="no discussions here"):
        alice.create_discussion(title="Question", **SPACE)
    alice.create_branch(branch="side", **SPACE)
    with pytest.raises(BadRequestError, match="default branch"):
        alice.create_commit(
            operations=[CommitOperationAdd("a", b"1")], commit_message="x", revision="side", create_pr=True, **SPACE
        )
    assert status_of(alice.get_discussion_details, discussion_num=7, **SPACE) == 404
    assert list(alice.get_repo_discussions(**SPACE)) == []


def test_a_first_commit_that_fails_leaves_no_pull_request(alice):
    gone = [CommitOperationDelete("absent")]
    assert status_of(alice.create_commit, operations=gone, commit_message="x", create_pr=True, **SPACE) == 404
    assert list(alice.get_repo_discussions(**SPACE)) == []
    assert alice.list_repo_refs(include_pull_requests=True, **SPACE).pull_requests == []
    assert alice.upload_file(path_or_fileobj=b"1", path_in_repo="a", create_pr=True, **SPACE).pr_num == 1


def test_one_person_opens_only_so_many(alice, bob, monkeypatch):
    monkeypatch.setattr(pulls, "MOST", 1)
    bob.create_pull_request(title="First", **SPACE)
    assert status_of(bob.create_pull_request, title="Second", **SPACE) == 409
    assert alice.create_pull_request(title="Mine", **SPACE).num == 2


def test_a_message_that_is_no_text_makes_no_pull_request_and_no_defect(client, space, me):
    odd = client.post(
        "/api/spaces/alice/demo/commit/main?create_pr=1",
        content=r'{"key":"header","value":{"summary":"a\ud800","description":""}}',
        headers=me,
    )
    assert odd.status_code < 500


def test_nobody_pushes_to_a_pull_request_and_no_branch_or_tag_is_called_like_one(alice, bob, client, tmp_path):
    made = bob.upload_file(path_or_fileobj=b"1", path_in_repo="a", create_pr=True, **SPACE)
    where = tmp_path / "clone"
    url = alice.endpoint.replace("://", f"://alice:{alice.token}@") + "/spaces/alice/demo"

    def git(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *args], cwd=where, capture_output=True, text=True, timeout=60)

    assert subprocess.run(["git", "clone", "-q", url, where], timeout=60).returncode == 0
    assert git("fetch", "-q", "origin", "refs/pr/1").returncode == 0, "it can be fetched"
    assert git("rev-parse", "FETCH_HEAD").stdout.strip() == made.oid
    for ref in ("refs/pr/1", "refs/pr/9", "refs/heads/refs/pr/1", "refs/tags/refs/pr/1"):
        assert git("push", "-q", "origin", f"+HEAD:{ref}").returncode != 0
    shown = {
        service: client.get(
            f"/spaces/alice/demo/info/refs?service=git-{service}-pack", auth=("alice", alice.token)
        ).text
        for service in ("upload", "receive")
    }
    assert "refs/pr/1" in shown["upload"]
    assert "refs/heads/main" in shown["receive"] and "refs/pr/1" not in shown["receive"], "a mirror would remove it"
    assert [ref.target_commit for ref in alice.list_repo_refs(include_pull_requests=True, **SPACE).pull_requests] == [
        made.oid
    ]
    assert status_of(alice.create_branch, branch="refs/pr/1", **SPACE) == 422
    assert status_of(alice.create_tag, tag="refs/pr/1", **SPACE) == 422
    assert status_of(alice.super_squash_history, branch="refs/pr/1", **SPACE) == 404


def test_a_ref_is_read_encoded_or_not(alice, client):
    made = alice.upload_file(path_or_fileobj=b"new", path_in_repo="a/b.txt", create_pr=True, **SPACE)
    for ref in ("refs/pr/1", "refs%2Fpr%2F1", "refs%2fpr%2f1"):
        assert client.get(f"/spaces/alice/demo/resolve/{ref}/a/b.txt").text == "new"
        assert [item["path"] for item in client.get(f"/api/spaces/alice/demo/tree/{ref}/a").json()] == ["a/b.txt"]
        assert client.get(f"/api/spaces/alice/demo/commits/{ref}").json()[0]["id"] == made.oid
        assert client.get(f"/api/spaces/alice/demo/revision/{ref}").json()["sha"] == made.oid
        asked = client.post(f"/api/spaces/alice/demo/paths-info/{ref}", data={"paths": ["a/b.txt"]})
        assert [item["path"] for item in asked.json()] == ["a/b.txt"]
    assert client.get("/spaces/alice/demo/resolve/refs/pr/2/a/b.txt").headers["X-Error-Code"] == "RevisionNotFound"


def test_pull_requests_go_with_their_repository_and_lose_an_author_who_goes(alice, bob, place):
    repo = {"repo_id": "alice/demo", "repo_type": "dataset"}
    for each in (repo, SPACE):
        bob.create_pull_request(title="Mine", **each)
    root = actor_of("root", role=Role.ADMIN)
    with db.writing() as session:
        delete_user(session, find_owner(session, "bob"), root)
    assert [each.author for each in alice.get_repo_discussions(**repo)] == ["deleted"]
    alice.delete_repo(**repo)
    repositories.erase_gone()
    with db.reading() as session:
        (left,) = session.exec(select(PullRequest)).all()
    alice.delete_repo(**SPACE)
    erase(FakeEngine(), place, left.repository)
    with db.reading() as session:
        assert session.exec(select(PullRequest)).all() == []
