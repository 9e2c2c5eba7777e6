"""What ModelScope's clients depend on and never say: envelopes, cookies, error codes, limits."""

from __future__ import annotations

import base64

import pytest

from spaces import actions, db, repositories
from spaces.card import SpaceConfig
from spaces.errors import Busy, Conflict, Forbidden, Invalid, NotFound, StaleRevision, StorageFull, Unauthorized
from spaces.lifecycle import Phase, Reason, Stage
from spaces.models import RepoKind, Revision, Space
from spaces.models.owner import TokenScope
from spaces.modelscope import commits, envelope, runs, wire
from tests.unit.people import a_space, bearer, token_of

STUDIO = "/openapi/v1/studios/alice/demo"
COMMIT = "/api/v1/repos/studios/alice/demo/commit/master"


@pytest.fixture
def token(client) -> str:
    repositories.first_commit(RepoKind.SPACE, a_space().id or 0, "alice", "master")
    return token_of("alice")


def change(path: str = "app.py", **values: object) -> dict:
    content = base64.b64encode(b"x = 1\n").decode()
    action = {"action": "create", "path": path, "type": "normal", "content": content, "encoding": "base64"}
    return {"commit_message": "A change", "actions": [action | values]}


def test_answers_stand_in_their_envelopes_and_lists_of_studios_in_none(client, token):
    assert client.get("/openapi/v1/users/me", headers=bearer(token)).json() == {
        "success": True,
        "data": {"id": "2", "username": "alice", "name": "alice", "preferred_username": "alice"},
    }
    assert set(client.get("/openapi/v1/studios").json()) == {"studios", "total_count", "page_number", "page_size"}
    answer = client.post("/api/v1/login", json={"AccessToken": token})
    assert answer.json() == {
        "Code": 200,
        "Message": "success",
        "Success": True,
        "Data": {"Username": "alice", "Email": "", "AccessToken": token},
    }
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie


def test_errors_say_the_code_that_the_client_maps(client, token):
    missing = client.get("/openapi/v1/studios/alice/none")
    assert missing.status_code == 404 and missing.json()["code"] == "ResourceNotFound"
    assert missing.json()["success"] is False and missing.json()["message"].startswith("Repository not found.")
    assert client.post(f"{STUDIO}/stop").json()["code"] == "InvalidAuthentication"
    stranger = bearer(token_of("bob"))
    assert client.post(f"{STUDIO}/stop", headers=stranger).json()["code"] == "OperationNotAllowed"
    wrong = client.patch(f"{STUDIO}/settings", headers=bearer(token), json={"hardware": 7})
    assert wrong.status_code == 400 and wrong.json()["code"] == "InputParameterError"
    assert "hardware" in wrong.json()["message"]
    old = client.delete("/api/v1/studios/alice/none", headers=bearer(token)).json()
    assert (old["Code"], old["Success"]) == (404, False) and old["Message"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unauthorized(""), (401, "InvalidAuthentication")),
        (Forbidden(""), (403, "OperationNotAllowed")),
        (NotFound(""), (404, "ResourceNotFound")),
        (Invalid(""), (400, "InputParameterError")),
        (Conflict(""), (400, "InputParameterError")),
        (actions.SpaceExists(RepoKind.SPACE, "a", "b"), (409, "DuplicateEntity")),
        (Conflict("", code=envelope.DUPLICATE), (409, "DuplicateEntity")),
        (StorageFull(""), (403, "QuotaLimitExceed")),
        (Busy(""), (503, "ServiceUnavailable")),
    ],
)
def test_every_error_has_its_words(error, words):
    assert envelope.words(error) == words


def test_a_lost_race_of_commits_is_told_as_one_to_try_again():
    assert envelope.legacy_error(StaleRevision(""))[1]["Code"] == 10030000001


@pytest.mark.parametrize("name", ["m_session_id", "modelscope_session"])
def test_p28_a_cookie_is_a_token_but_never_a_browsers(client, token, name):
    def stop(**headers: str) -> int:
        cookie = {"Cookie": f"{name}={token}"}
        return client.post(f"{STUDIO}/stop", headers=cookie | headers).status_code

    assert stop() == 200
    assert stop(Origin="http://alice-evil.localhost:8000") == 401
    assert stop(Origin="http://localhost:8000") == 401
    assert stop(**{"Sec-Fetch-Site": "same-site"}) == 401
    assert stop(Authorization=f"Bearer {token_of('bob')}") == 403, "what is said in the header counts"
    assert client.get("/api/spaces/alice/demo/secrets", headers={"Cookie": f"{name}={token}"}).status_code == 401


def test_a_token_for_reading_reads_logs_and_commits_nothing(client, token):
    reads = bearer(token_of("alice", TokenScope.READ))
    assert client.get(f"{STUDIO}/logs/run", headers=reads).status_code == 200
    assert client.post(COMMIT, headers=reads, json=change()).status_code == 403
    assert client.get(f"{STUDIO}/logs/run", headers=bearer(token_of("bob"))).status_code == 403


def test_a_commit_on_a_branch_that_is_not_there_is_refused(client, token):
    answer = client.post(COMMIT.replace("master", "other"), headers=bearer(token), json=change())
    assert answer.status_code == 404 and "branch" in answer.json()["Message"]


@pytest.mark.parametrize(
    "body",
    [
        change(path="../x"),
        change(path=".git/config"),
        change(content="no base64!"),
        change(action="rename"),
        change(type="lfs", sha256="0" * 64, size=7),
        {"commit_message": "", "actions": change()["actions"]},
        {"commit_message": "None", "actions": []},
        {"commit_message": "Many", "actions": change()["actions"] * (commits.MOST_ACTIONS + 1)},
        [],
    ],
)
def test_a_commit_that_may_not_be_changes_nothing(client, token, body):
    with db.reading() as session:
        head = session.get_one(Space, 1).head
    answer = client.post(COMMIT, headers=bearer(token), json=body)
    assert answer.status_code == 400 and not answer.json()["Success"] and answer.json()["Message"]
    with db.reading() as session:
        assert session.get_one(Space, 1).head == head


def test_a_commit_larger_than_clients_send_is_cut_off(client, token, monkeypatch):
    monkeypatch.setattr(commits, "LARGEST", 1000)
    large = change(content=base64.b64encode(b"x" * 1000).decode())
    assert client.post(COMMIT, headers=bearer(token), json=large).status_code == 413


def test_others_see_a_protected_studio_without_its_code(client, token):
    headers = bearer(token)
    settings = {"visibility": "protected", "sdk_version": "5.1.0", "sdk_type": "gradio"}
    assert client.patch(f"{STUDIO}/settings", headers=headers, json=settings).status_code == 200
    with db.writing() as session:
        revision = Revision(space_id=1, build_id=1, commit="c", config=SpaceConfig(sdk="gradio", license=["mit"]))
        session.add(revision)
        session.flush()
        session.get_one(Space, 1).revision_id = revision.id
    assert client.get(STUDIO, headers=headers).json()["data"]["license"] == "mit"
    seen = client.get(STUDIO).json()["data"]
    assert (seen["visibility"], seen["license"]) == ("protected", "")
    assert client.get("/api/v1/studios/alice/demo/repo/files").status_code == 404
    assert client.get("/api/v1/studios/alice/demo/repo/files", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("stage", "phase", "reason", "word"),
    [
        (Stage.NO_APP_FILE, Phase.IDLE, False, "Initialized"),
        (Stage.NO_APP_FILE, Phase.FAILED, True, "BuildFailed"),
        (Stage.RUNNING_BUILDING, Phase.BUILDING, False, "Running"),
        (Stage.PAUSED, Phase.STOPPING, True, "Stopping"),
        (Stage.PAUSED, Phase.IDLE, True, "Stopped"),
    ],
)
def test_a_stage_is_said_in_modelscopes_words(stage, phase, reason, word):
    why = Reason(code="x", message="y") if reason else None
    space = Space(owner_id=1, name="a", name_key="a", subdomain="a", subnet=1, stage=stage, phase=phase, reason=why)
    assert wire.status(space) == word


def test_every_stage_has_a_word():
    for stage in Stage:
        assert wire.status(Space(owner_id=1, name="a", name_key="a", subdomain="a", subnet=1, stage=stage))


@pytest.mark.parametrize(
    ("number", "size", "cut"),
    [(1, 3, [0, 1, 2]), (2, 3, [3, 4, 5]), (3, 3, [6]), (4, 3, []), (9, 3, []), (1, 7, [0, 1, 2, 3, 4, 5, 6])],
)
def test_a_page_of_lines(number, size, cut):
    assert runs.cut(range(7), number, size) == (cut, 7)  # type: ignore[arg-type]
