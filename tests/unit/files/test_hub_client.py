"""The Hub's own Python client, unmodified, reads and writes the files of a Space."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, snapshot_download
from huggingface_hub.errors import (
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile, RepoFolder
from huggingface_hub.lfs import lfs_upload, post_lfs_batch_info
from sqlmodel import select

from spaces import db
from spaces.models import Build
from spaces.repos.lfs import parts
from tests.unit.people import token_of

SPACE = {"repo_id": "alice/demo", "repo_type": "space"}
CARD = b"---\ntitle: Demo\nsdk: gradio\n---\n# Demo\n"


@pytest.fixture
def api(server) -> HfApi:
    """alice's client, and alice/demo with its first commit."""
    api = HfApi(endpoint=server, token=token_of("alice"))
    api.create_repo("alice/demo", repo_type="space", space_sdk="gradio")
    return api


def builds() -> list[str]:
    with db.reading() as session:
        return [build.commit for build in session.exec(select(Build))]


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_file_is_uploaded_found_and_downloaded(api, server, tmp_path):
    made = api.upload_file(path_or_fileobj=CARD, path_in_repo="README.md", commit_message="The card", **SPACE)
    assert made.commit_url == f"{server}/spaces/alice/demo/commit/{made.oid}"
    assert made.repo_url.repo_id == "alice/demo" and builds() == [made.oid]
    odd = "a folder/ü 100%#?.txt"
    api.upload_file(path_or_fileobj=b"odd", path_in_repo=odd, **SPACE)
    assert api.list_repo_files(**SPACE) == [".gitattributes", "README.md", odd]
    assert api.file_exists(filename=odd, **SPACE) and not api.file_exists(filename="nope", **SPACE)
    assert not api.file_exists("alice/nope", "README.md", repo_type="space")
    assert not api.file_exists(filename="README.md", revision="nope", **SPACE)
    got = api.hf_hub_download(filename=odd, cache_dir=tmp_path / "cache", **SPACE)
    assert Path(got).read_bytes() == b"odd"
    again = api.hf_hub_download(filename=odd, cache_dir=tmp_path / "cache", **SPACE)
    assert again == got
    assert api.space_info("alice/demo").sha == api.list_repo_commits(**SPACE)[0].commit_id
    assert api.space_info("alice/demo", revision=made.oid).sha == made.oid
    assert api.revision_exists("alice/demo", made.oid[:8], repo_type="space")
    assert not api.revision_exists("alice/demo", "nope", repo_type="space")


def test_what_is_missing_raises_what_the_client_calls_it(api, tmp_path):
    cache = {"cache_dir": tmp_path / "cache"}
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(filename="nope", **SPACE, **cache)
    assert list(tmp_path.rglob(".no_exist/*/nope")), "the client remembers that this commit has no such file"
    with pytest.raises(RevisionNotFoundError):
        api.hf_hub_download(filename=".gitattributes", revision="nope", **SPACE, **cache)
    with pytest.raises(RepositoryNotFoundError):
        api.hf_hub_download("alice/nope", "x", repo_type="space", **cache)
    with pytest.raises(RepositoryNotFoundError):
        api.list_repo_files("bare", repo_type="space")
    with pytest.raises(EntryNotFoundError):
        list(api.list_repo_tree(path_in_repo="nope", **SPACE))
    with pytest.raises(EntryNotFoundError, match="A file with this name doesn't exist"):
        api.delete_file("nope", **SPACE)


def test_an_unchanged_file_makes_no_commit(api):
    first = api.upload_file(path_or_fileobj=b"same", path_in_repo="a", **SPACE)
    second = api.upload_file(path_or_fileobj=b"same", path_in_repo="a", **SPACE)
    assert first.oid == second.oid and builds() == [first.oid]


def test_a_folder_is_uploaded_and_mirrored(api, tmp_path):
    folder = write(
        tmp_path / "app",
        {"README.md": CARD, "app.py": b"1", "data/a.csv": b"1", "data/b.csv": b"", "big.bin": os.urandom(3_000_000)},
    )
    api.upload_folder(folder_path=folder, **SPACE)
    assert api.list_repo_files(**SPACE) == [
        *(".gitattributes", "README.md", "app.py", "big.bin", "data/a.csv", "data/b.csv"),
    ]
    (folder / "data/b.csv").unlink()
    write(folder, {".gitignore": b"*.log\n", "x.log": b"1", "app.py": b"2"})
    made = api.upload_folder(folder_path=folder, delete_patterns="*.csv", **SPACE)
    assert api.list_repo_files(**SPACE) == [
        *(".gitattributes", ".gitignore", "README.md", "app.py", "big.bin", "data/a.csv"),
    ]
    assert builds()[-1] == made.oid
    copy = snapshot_download(
        **SPACE, endpoint=api.endpoint, token=api.token, cache_dir=tmp_path / "cache", revision="main"
    )
    assert Path(copy).name == made.oid
    for name in ("README.md", "app.py", "big.bin", "data/a.csv"):
        assert (Path(copy) / name).read_bytes() == (folder / name).read_bytes()
    assert not (Path(copy) / "x.log").exists()
    local = api.snapshot_download(**SPACE, local_dir=tmp_path / "local", allow_patterns="*.py")
    assert (Path(local) / "app.py").read_bytes() == b"2" and not (Path(local) / "big.bin").exists()


@pytest.mark.parametrize(("size", "transfer"), [(1 << 30, "basic"), (1 << 20, "multipart")])
def test_the_client_s_own_upload_of_large_files(api, monkeypatch, size, transfer):
    monkeypatch.setattr(parts, "SIZE", size)
    added = CommitOperationAdd("model.bin", os.urandom(2_500_000))
    where = {"token": api.token, "endpoint": api.endpoint}
    told = post_lfs_batch_info([added.upload_info], repo_type="space", repo_id="alice/demo", **where)
    assert told[1:] == ([], transfer)
    lfs_upload(added, told[0][0], **where)
    again, _, _ = post_lfs_batch_info([added.upload_info], repo_type="space", repo_id="alice/demo", **where)
    assert "actions" not in again[0]
    added._upload_mode, added._is_uploaded = "lfs", True
    api.create_commit(operations=[added], commit_message="a large file", **SPACE)
    (info,) = api.get_paths_info(paths=["model.bin"], **SPACE)
    assert (info.size, info.lfs.sha256) == (2_500_000, added.upload_info.sha256.hex())


def test_large_files_are_listed_and_removed(api):
    api.upload_file(path_or_fileobj=os.urandom(200_000), path_in_repo="model.bin", **SPACE)
    (held,) = api.list_lfs_files(**SPACE)
    assert (held.filename, held.size) == ("model.bin", 200_000)
    api.permanently_delete_lfs_files(lfs_files=[held], **SPACE)
    assert list(api.list_lfs_files(**SPACE)) == [] and api.list_repo_files(**SPACE) == [".gitattributes"]


def test_one_commit_adds_copies_and_deletes(api):
    api.create_commit(
        operations=[CommitOperationAdd("a", b"1"), CommitOperationAdd("old/b", b"2"), CommitOperationAdd("c", b"3")],
        commit_message="first",
        **SPACE,
    )
    head = api.create_commit(
        operations=[
            CommitOperationCopy("a", "copies/a"),
            CommitOperationDelete("old/"),
            CommitOperationDelete("c"),
            CommitOperationAdd("d", b"4"),
        ],
        commit_message="second",
        commit_description="and why",
        **SPACE,
    )
    assert api.list_repo_files(**SPACE) == [".gitattributes", "a", "copies/a", "d"]
    newest, *_, oldest = api.list_repo_commits(**SPACE)
    assert (newest.commit_id, newest.title, newest.message, newest.authors) == (
        head.oid,
        "second",
        "and why",
        ["alice"],
    )
    assert oldest.title == "initial commit"
    assert api.list_repo_commits(formatted=True, **SPACE)[0].formatted_title == "second"
    with pytest.raises(HfHubHTTPError, match="Please refresh and try again") as stale:
        api.upload_file(path_or_fileobj=b"x", path_in_repo="e", parent_commit=oldest.commit_id, **SPACE)
    assert stale.value.response.status_code == 412
    api.upload_file(path_or_fileobj=b"x", path_in_repo="e", parent_commit=head.oid, **SPACE)


def test_trees_and_paths_are_described(api, tmp_path):
    folder = write(tmp_path / "app", {"x/y/z": b"zz", "x/a": b"a"})
    api.upload_folder(folder_path=folder, commit_message="files", **SPACE)
    root = list(api.list_repo_tree(**SPACE))
    assert [(type(item), item.path) for item in root] == [(RepoFile, ".gitattributes"), (RepoFolder, "x")]
    deep = list(api.list_repo_tree(path_in_repo="x", recursive=True, expand=True, **SPACE))
    assert [item.path for item in deep] == ["x/a", "x/y", "x/y/z"]
    assert {item.last_commit.title for item in deep} == {"files"}
    file, folder = api.get_paths_info(paths=["x/y/z", "x/y", "nope"], expand=True, **SPACE)[::-1]
    assert (file.path, file.size, file.lfs, file.last_commit.title) == ("x/y/z", 2, None, "files")
    assert folder.path == "x/y"
    assert api.get_paths_info(paths="nope", **SPACE) == []


def test_branches_and_tags(api):
    first = api.upload_file(path_or_fileobj=b"1", path_in_repo="a", **SPACE)
    api.create_branch(branch="feat/x", **SPACE)
    with pytest.raises(HfHubHTTPError):
        api.create_branch(branch="feat/x", **SPACE)
    api.create_branch(branch="feat/x", exist_ok=True, **SPACE)
    made = api.upload_file(path_or_fileobj=b"2", path_in_repo="a", revision="feat/x", **SPACE)
    assert builds() == [first.oid], "only the default branch is built"
    api.create_tag(tag="v1", tag_message="The first", revision=first.oid[:7], **SPACE)
    api.create_tag(tag="v1", exist_ok=True, **SPACE)
    refs = api.list_repo_refs(include_pull_requests=True, **SPACE)
    assert {ref.name: ref.target_commit for ref in refs.branches} == {"main": first.oid, "feat/x": made.oid}
    assert [(ref.name, ref.ref, ref.target_commit) for ref in refs.tags] == [("v1", "refs/tags/v1", first.oid)]
    assert refs.pull_requests == [] and refs.converts == []
    assert [item.path for item in api.list_repo_tree(revision="feat/x", **SPACE)] == [".gitattributes", "a"]
    api.delete_tag(tag="v1", **SPACE)
    api.delete_branch(branch="feat/x", **SPACE)
    with pytest.raises(RevisionNotFoundError):
        api.delete_tag(tag="v1", **SPACE)
    with pytest.raises(HfHubHTTPError) as refused:
        api.delete_branch(branch="main", **SPACE)
    assert refused.value.response.status_code == 403
    assert [ref.name for ref in api.list_repo_refs(**SPACE).branches] == ["main"]


def test_what_is_refused_says_why(api):
    with pytest.raises(ValueError, match="Invalid metadata in README.md"):
        api.upload_file(path_or_fileobj=b"---\nsdk: nonsense\n---\n", path_in_repo="README.md", **SPACE)
    stranger = HfApi(endpoint=api.endpoint, token=token_of("bob"))
    with pytest.raises(HfHubHTTPError) as refused:
        stranger.upload_file(path_or_fileobj=b"1", path_in_repo="a", **SPACE)
    assert refused.value.response.status_code == 403
    anonymous = HfApi(endpoint=api.endpoint, token=False)
    assert anonymous.list_repo_files(**SPACE) == [".gitattributes"]
    with pytest.raises(HfHubHTTPError):
        anonymous.upload_file(path_or_fileobj=b"1", path_in_repo="a", **SPACE)
    assert builds() == []
