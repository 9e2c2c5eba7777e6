"""ModelScope's own Python client, unmodified, against the control host."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from modelscope_hub import HubApi
from modelscope_hub._repository import Repository
from modelscope_hub.constants import Visibility
from modelscope_hub.errors import (
    AlreadyExistsError,
    AuthenticationError,
    InvalidParameter,
    NotExistError,
    PermissionDeniedError,
)
from sqlmodel import select

from spaces import db
from spaces.card import SpaceConfig
from spaces.engines.base import LogLine
from spaces.lifecycle import BuildStatus, Intent, Phase, Stage
from spaces.logs import RunLog, build_log, run_log
from spaces.models import Build, Revision, Space
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.repos import store
from spaces.repos.lfs import holdings
from tests.unit.people import token_of

ID = "alice/demo"


@pytest.fixture
def connect(server, tmp_path, monkeypatch):
    """A client with a token, or without one; it keeps what it remembers in the test's folder."""
    monkeypatch.setenv("MODELSCOPE_HOME", str(tmp_path / "modelscope"))

    def connect(name: str | None = "alice", scope: TokenScope = TokenScope.WRITE) -> HubApi:
        return HubApi(endpoint=server, token=token_of(name, scope) if name else "")

    return connect


@pytest.fixture
def api(connect) -> HubApi:
    return connect()


def row() -> Space:
    with db.reading() as session:
        return session.get_one(Space, 1)


def test_a_studio_is_created_described_and_deleted(api, connect):
    made = api.create_repo(
        ID,
        "studio",
        sdk_type="docker",
        chinese_name="演示",
        description="What it shows",
        license="MIT",
        hardware="cpu-upgrade",
    )
    assert made.repo_id == ID and made.visibility == Visibility.PUBLIC
    seen = connect(None).get_repo(ID, "studio")
    assert (seen.display_name, seen.description, seen.license) == ("演示", "What it shows", "MIT")
    assert (seen.sdk_type, seen.hardware, seen.runtime["status"]) == ("docker", "cpu-upgrade", "Initialized")
    assert seen.created_at.tzinfo and store.head(1).branch == "master"
    with pytest.raises(AlreadyExistsError):
        api.create_repo(ID, "studio")
    with pytest.warns(DeprecationWarning):
        api.delete_repo(ID, "studio")
    assert not api.repo_exists(ID, "studio")


def test_whoever_may_not_learns_no_more_than_that(api, connect):
    api.create_repo(ID, "studio", visibility="private")
    api.create_repo("alice/open", "studio")
    bob = connect("bob")
    for stranger in (bob, connect(None)):
        with pytest.raises(NotExistError):
            stranger.get_repo(ID, "studio")
        assert [found.name for found in stranger.list_repos("studio", owner="alice").items] == ["open"]
    with pytest.raises(NotExistError):
        bob.stop_repo(ID)
    with pytest.raises(PermissionDeniedError):
        bob.stop_repo("alice/open")
    with pytest.raises(PermissionDeniedError, match="write"):
        connect("alice", TokenScope.READ).stop_repo("alice/open")
    with pytest.raises(PermissionDeniedError):
        bob.create_repo("alice/bobs", "studio")
    wrong = HubApi(endpoint=bob._config.endpoint, token="dd_wrong")
    with pytest.raises(AuthenticationError):
        wrong.whoami()
    assert wrong.get_repo("alice/open", "studio").name == "open", "a bad token hides nothing that is public"


def test_signing_in_keeps_the_token_for_the_next_client(api, connect, server):
    guest = connect(None)
    assert guest.login(token_of("alice")).username == "alice"
    assert HubApi(endpoint=server).whoami().username == "alice"
    with pytest.raises(AuthenticationError):
        guest.login("dd_wrong")


def test_studios_are_listed_by_pages(api):
    for number in range(5):
        api.create_repo(f"alice/demo-{number}", "studio", chinese_name=f"Number {number}")
    page = api.list_repos("studio", owner="alice", page_size=2, page_number=2)
    assert [found.name for found in page.items] == ["demo-2", "demo-1"]
    assert (page.total_count, page.page_number, page.page_size) == (5, 2, 2)
    assert [found.name for found in api.list_repos("studio", search="number 3", status="all").items] == ["demo-3"]
    assert api.list_repos("studio").total_count == 0, "nothing runs"
    with db.writing() as session:
        session.get_one(Space, 2).stage = Stage.RUNNING
        session.get_one(Space, 1).changed_at = now()
    assert [found.runtime["status"] for found in api.list_repos("studio").items] == ["Running"]
    newest = api.list_repos("studio", owner="alice", sort="last_modified").items[0]
    assert newest.name == "demo-0"
    for sort in ("default", "likes", "view_num"):
        assert api.list_repos("studio", owner="alice", sort=sort).items[0].name == "demo-4"
    for filters in ({"mcp_support": True}, {"hardware_type": "xgpu"}, {"hardware_type": "amd"}):
        assert api.list_repos("studio", owner="alice", **filters).items == []


def test_settings_are_kept_and_hold_for_the_next_build(api):
    api.create_repo(ID, "studio", sdk_type="gradio")
    changed = api.update_repo_settings(
        ID, "studio", display_name="New", sdk_version="5.1.0", base_image="ubuntu22.04-py311-x"
    )
    assert changed["display_name"] == "New" and changed["sdk_version"] == "5.1.0"
    assert row().studio.deploy_file() == (
        b'{"sdk_type": "gradio", "sdk_version": "5.1.0", "base_image": "ubuntu22.04-py311-x"}'
    )
    assert api.update_repo_settings(ID, "studio", hardware="platform/2v-cpu-16g-mem")["hardware"] == "cpu-basic"
    assert api.update_repo_settings(ID, "studio", hardware="paid/cpu-upgrade")["hardware"] == "cpu-upgrade"
    assert api.update_repo_settings(ID, "studio", visibility="protected")["visibility"] == "protected"
    assert api.update_repo_settings(ID, "studio", private="true")["private"] is True
    for wrong in ({"hardware": "no-such"}, {"sdk_version": "; rm"}, {"sdk_type": "flask"}, {"colour": "red"}):
        with pytest.raises(InvalidParameter):
            api.update_repo_settings(ID, "studio", **wrong)


def test_files_come_and_go_by_commits(api, tmp_path):
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "README.md").write_text("# Demo\n")
    (folder / "app.py").write_text("print('hi')\n")
    (folder / "page.html").write_bytes("<p>Grüße</p>".encode())
    assert api.upload_folder(ID, "studio", str(folder), use_cache=False, disable_tqdm=True)["commit_id"]
    assert store.read_blob(1, "master", "page.html", 99).decode() == "<p>Grüße</p>"
    api.upload_file(ID, "studio", b"print('two')\n", "app.py", commit_message="Second", disable_tqdm=True)
    first, *_ = store.log(1, "master")
    assert (first.title, first.author) == ("Second", "alice")
    with db.reading() as session:
        builds = [build.commit for build in session.exec(select(Build)).all()]
    assert builds[-1] == first.sha == row().head
    assert sorted(file.path for file in api.list_repo_files(ID, "studio")) == [
        ".gitattributes", "README.md", "app.py", "page.html"
    ]  # fmt: skip
    api.delete_files(ID, "studio", delete_patterns="*.html")
    (folder / "page.html").unlink()
    (folder / "app.py").write_text("print('three')\n")
    api.upload_folder(ID, "studio", str(folder), use_cache=False, disable_tqdm=True, sync_remote_repo=True)
    assert sorted(entry.path for entry in store.list_tree(1, "master")) == ["README.md", "app.py"]
    with pytest.raises(NotExistError):
        api.delete_files(ID, "studio", "no-such-file")
    api.create_repo_tag(ID, "studio", "v1")
    assert [found["Revision"] for found in api.list_repo_revisions(ID, "studio")] == ["v1", "master"]


def test_larger_files_are_sent_apart_and_once(api, connect, tmp_path):
    content = bytes(range(256)) * 1024
    (tmp_path / "app").mkdir()
    for name in ("model.bin", "copy.dat", "app.py"):
        (tmp_path / "app" / name).write_bytes(content)
    api.upload_folder(ID, "studio", str(tmp_path / "app"), use_cache=False, disable_tqdm=True)
    listed = {file.path: (file.size, file.sha256) for file in api.list_repo_files(ID, "studio")}
    sha = hashlib.sha256(content).hexdigest()
    assert listed["model.bin"] == listed["copy.dat"] == listed["app.py"] == (len(content), sha)
    assert store.read_blob(1, "master", "model.bin", 999).startswith(b"version https://git-lfs")
    assert [row.oid for row in holdings.listed(1)] == [sha]
    with pytest.raises(PermissionDeniedError):
        connect("bob").upload_file(ID, "studio", content, "other.bin", disable_tqdm=True)


def test_a_space_of_the_hub_takes_commits_to_master_on_its_main(api):
    from huggingface_hub import HfApi

    HfApi(endpoint=api._config.endpoint, token=api._config.token).create_repo(ID, repo_type="space", space_sdk="gradio")
    api.upload_file(ID, "studio", b"x = 1\n", "app.py", disable_tqdm=True)
    assert list(store.refs(1)) == ["refs/heads/main"] and store.head(1).sha == row().head
    assert {file.path for file in api.list_repo_files(ID, "studio")} == {".gitattributes", "app.py"}


def test_git_clones_and_pushes_at_the_studios_address(api, server, tmp_path, monkeypatch):
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Alice")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "alice@example.org")
    api.create_repo(ID, "studio")
    clone = Repository(tmp_path / "clone", repo_id=ID, repo_type="studio", token=api._config.token, endpoint=server)
    clone.clone()
    (tmp_path / "clone" / "app.py").write_text("x = 1\n")
    clone.push("By git", branch="master")
    assert store.log(1, "master")[0].title == "By git" and row().head == store.head(1).sha


def test_deploying_builds_with_what_was_set_and_stopping_pauses(api):
    api.create_repo(ID, "studio", sdk_type="gradio")
    assert api.deploy_repo(ID)["status"] == "Building"
    api.deploy_repo(ID)
    with db.writing() as session:
        (build,) = session.exec(select(Build)).all()  # asked for twice, and not begun: once
        build.status = BuildStatus.SUCCEEDED
        space = session.get_one(Space, 1)
        revision = Revision(space_id=1, build_id=1, commit=space.head, config=SpaceConfig(sdk="gradio"))
        session.add(revision)
        session.flush()
        space.revision_id, space.stage, space.phase = revision.id, Stage.RUNNING, Phase.SERVING
    assert api.get_repo(ID, "studio").runtime["status"] == "Running"
    assert api.stop_repo(ID)["status"] == "Stopping"
    assert row().intent == Intent.PAUSED
    assert api.deploy_repo(ID)["status"] == "Building" and row().intent == Intent.AWAKE
    with db.reading() as session:
        assert len(session.exec(select(Build)).all()) == 2


def test_logs_by_pages_words_and_times(api):
    api.create_repo(ID, "studio")
    start = now().replace(microsecond=0)
    log = RunLog(run_log(1))
    log.append(LogLine(at=start + dt.timedelta(seconds=n), stream="stdout", text=f"Line {n}") for n in range(25))
    page = api.get_repo_logs(ID, page_size=10, page_num=3)
    assert [line["content"] for line in page["logs"]] == [f"Line {n}" for n in range(20, 25)]
    assert (page["total_count"], page["total_page_num"], page["page_num"], page["page_size"]) == (25, 3, 3, 10)
    assert api.get_repo_logs(ID, page_num=9)["logs"] == []
    assert [line["content"] for line in api.get_repo_logs(ID, keyword="line 7")["logs"]] == ["Line 7"]
    at = int(start.timestamp())
    for unit in (1, 1000):
        part = api.get_repo_logs(ID, start_timestamp=(at + 2) * unit, end_timestamp=(at + 4) * unit)
        assert [line["content"] for line in part["logs"]] == ["Line 2", "Line 3", "Line 4"]
    after = api.get_repo_logs(ID, start_timestamp=page["logs"][-1]["timestamp"])
    assert after["total_count"] == 1
    api.deploy_repo(ID)
    path = build_log(1, 1)
    path.parent.mkdir(parents=True)
    path.write_text(f"{start.isoformat()} == Building\n")
    assert [line["content"] for line in api.get_repo_logs(ID, log_type="build")["logs"]] == ["== Building"]


@pytest.mark.parametrize("kind", ["secret", "variable"])
def test_secrets_and_variables(api, connect, kind):
    plural = f"{kind}s"
    api.create_repo(ID, "studio")
    add, update, delete = (getattr(api, f"{verb}_{kind}") for verb in ("add", "update", "delete"))
    listed = getattr(api, f"list_{plural}")
    with pytest.raises(NotExistError):
        update(ID, "KEY", "one")
    add(ID, "KEY", "one")
    with pytest.raises(AlreadyExistsError):
        add(ID, "KEY", "two")
    update(ID, "KEY", "two")
    assert listed(ID) == [{"key": "KEY"} | ({"value": "two"} if kind == "variable" else {})]
    delete(ID, "KEY")
    with pytest.raises(NotExistError):
        delete(ID, "KEY")
    with pytest.raises(InvalidParameter, match="set by the platform"):
        add(ID, "PATH", "/bin")
    with pytest.raises(PermissionDeniedError):
        getattr(connect("bob"), f"list_{plural}")(ID)


def test_what_a_studio_can_be_made_of(api, connect):
    api.create_repo(ID, "studio")
    guest = connect(None)
    assert [item["name"] for item in guest.list_studio_hardware(sdk_type="gradio", repo_id=ID)] == [
        "cpu-basic", "cpu-upgrade"
    ]  # fmt: skip
    assert guest.list_studio_base_images()[0]["name"] == "py311"
    assert guest.list_studio_sdk_versions(sdk_type="gradio") == []
    with db.writing() as session:
        for number, version in enumerate(("5.9.1", "5.10.0", "5.9.1")):
            text = f"anyio==4\ngradio=={version}\ngradio-client==1.0"
            session.add(
                Revision(space_id=1, build_id=number, commit="c", config=SpaceConfig(sdk="gradio"), dependencies=text)
            )
    assert [found["version"] for found in guest.list_studio_sdk_versions(sdk_type="gradio")] == ["5.10.0", "5.9.1"]
    assert guest.list_studio_sdk_versions(sdk_type="docker") == []
