"""The command against a real control host: what it prints, and how it ends."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from spaces import db
from spaces.cli.app import app
from spaces.cli.client import find_target
from spaces.cli.output import plain
from spaces.engines.base import LogLine
from spaces.lifecycle import Phase, Reason, Stage
from spaces.logs import RunLog, run_log
from spaces.models import Space
from spaces.models.types import now
from spaces.owners import ensure_admin
from tests.unit.people import a_space, token_of


@pytest.fixture
def run(server, place, monkeypatch):
    """Runs a command as alice; gives exit code, stdout and stderr."""
    monkeypatch.setenv("DEMODOCK_TOKEN", token_of("alice"))

    def invoke(*arguments: str, stdin: str | None = None):
        result = CliRunner().invoke(app, list(arguments), input=stdin)
        return result.exit_code, result.stdout, result.stderr

    return invoke


def read(result):
    code, out, err = result
    assert code == 0, (out, err)
    return json.loads(out)


def test_every_command_about_a_space_speaks_json(run):
    space = a_space("alice", "demo")
    RunLog(run_log(space.id)).append([LogLine(at=now(), stream="stdout", text="hello [bold]x[/]")])
    assert [s["id"] for s in read(run("ls", "--json"))] == ["alice/demo"]
    assert read(run("status", "demo", "--json"))["runtime"]["stage"] == "NO_APP_FILE"
    assert read(run("logs", "alice/demo", "--json"))["data"] == "hello [bold]x[/]\n"
    assert read(run("open", "demo", "--json"))["url"].startswith("http://alice-demo.localhost:")
    assert read(run("secret", "set", "demo", "K", "--json", stdin="hidden\n")) == {"key": "K", "set": True}
    assert read(run("secret", "ls", "demo", "--json")).keys() == {"K"}
    assert read(run("variable", "set", "demo", "V", "1", "--json")) == {"key": "V", "set": True}
    assert read(run("variable", "ls", "demo", "--json"))["V"]["value"] == "1"
    assert read(run("variable", "rm", "demo", "V", "--json")) == {"key": "V", "set": False}
    assert read(run("pause", "demo", "--json"))["stage"] == "PAUSED"
    assert read(run("delete", "demo", "--yes", "--json")) == {"space": "alice/demo", "deleted": True}
    assert read(run("ls", "--json")) == []


def test_people_read_tables_and_sentences(run):
    space = a_space("alice", "demo")
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        row.stage, row.phase = Stage.RUNTIME_ERROR, Phase.FAILED
        row.reason = Reason(
            code="x", message="Nothing listens on 7860.", hint="Listen there.", detail="\x1b]0;evil\x07"
        )
    code, out, _ = run("status", "demo")
    assert code == 0 and "RUNTIME_ERROR" in out and "Nothing listens on 7860. Listen there." in out
    assert "\x1b]0" not in out and "Never built" in out
    assert "alice/demo" in run("ls")[1]
    assert run("secret", "ls", "demo")[1] == "No secret is set.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["status", "alice/nope"], 5, "Repository not found"),
        (["status", "a/b/c"], 2, "no Space"),
        (["restart", "demo"], 1, "nothing to start"),
        (["rollback", "demo"], 1, "no earlier revision"),
        (["secret", "set", "demo", "PATH", "x"], 1, "set by the platform"),
        (["delete", "demo"], 2, "confirmed"),
        (["user", "ls"], 4, "Only an admin"),
        (["frobnicate"], 2, ""),
    ],
)
def test_a_refusal_says_why_and_ends_with_its_code(run, arguments, code, says):
    a_space("alice", "demo")
    result = run(*arguments)
    if code == 1 and "earlier" in says:
        assert result[0] in (1, 5)
    else:
        assert result[0] == code
    assert says in result[2]


def test_a_refusal_is_json_too(run):
    code, out, _ = run("status", "alice/nope", "--json")
    assert code == 5 and json.loads(out)["code"] == "not_found"


def test_an_admin_adds_users_who_then_make_and_revoke_tokens(run, server, place, monkeypatch):
    ensure_admin(place)
    monkeypatch.setenv("DEMODOCK_TOKEN", (place.data / "admin-token").read_text())
    made = read(run("user", "add", "carol", "--json"))
    assert "carol" in [user["name"] for user in read(run("user", "ls", "--json"))]
    assert made["link"].startswith(f"{server}/login/link/") and run("user", "link", "carol")[1].startswith(server)
    monkeypatch.setenv("DEMODOCK_TOKEN", token_of("carol"))
    token = read(run("token", "new", "laptop", "--scope", "write", "--days", "3", "--json"))
    assert token["owner"] == "carol" and token["expiresAt"]
    assert read(run("token", "revoke", str(token["id"]), "--json"))["revokedAt"]
    assert len(read(run("token", "ls", "--json"))) == 2 and "laptop" in run("token", "ls")[1]


def test_an_organization_is_run_from_the_command_line(run, monkeypatch):
    bob = token_of("bob")
    assert read(run("org", "new", "acme", "--full-name", "Acme", "--json"))["fullname"] == "Acme"
    invited = read(run("org", "invite", "acme", "bob", "--role", "read", "--json"))
    assert invited["link"] and "bob" in run("org", "invitations", "acme")[1]
    assert read(run("org", "uninvite", "acme", str(invited["id"]), "--json"))["success"]
    invited = read(run("org", "invite", "acme", "bob", "--json"))
    alice = token_of("alice")
    monkeypatch.setenv("DEMODOCK_TOKEN", bob)
    assert f"org accept {invited['id']}" in run("org", "ls")[2]
    assert read(run("org", "accept", str(invited["id"]), "--json"))["role"] == "write"
    monkeypatch.setenv("DEMODOCK_TOKEN", alice)
    assert read(run("org", "role", "acme", "bob", "contributor", "--json"))["role"] == "contributor"
    assert "contributor" in run("org", "members", "acme")[1]
    assert read(run("org", "defaults", "acme", "--visibility", "private", "--json"))["visibility"] == "private"
    assert read(run("org", "remove", "acme", "bob", "--json"))["success"]
    code, _, err = run("org", "remove", "acme", "alice")
    assert code == 1 and "at least one admin" in err
    assert read(run("org", "delete", "acme", "--yes", "--json"))["success"]
    assert read(run("org", "ls", "--json")) == {"organizations": [], "invitations": []}


def test_an_admin_deletes_a_user(run, place, monkeypatch):
    token_of("carol")
    ensure_admin(place)
    monkeypatch.setenv("DEMODOCK_TOKEN", (place.data / "admin-token").read_text())
    assert read(run("user", "delete", "carol", "--yes", "--json"))["success"]
    assert run("user", "link", "carol")[0] == 5


def test_the_local_admins_token_goes_nowhere_else(place, monkeypatch):
    for name in ("DEMODOCK_ENDPOINT", "HF_ENDPOINT", "DEMODOCK_TOKEN", "HF_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    ensure_admin(place)
    assert find_target().token == (place.data / "admin-token").read_text()
    monkeypatch.setenv("HF_ENDPOINT", "https://elsewhere.example/")
    assert (find_target().endpoint, find_target().token) == ("https://elsewhere.example", None)


def test_nobody_at_the_address_is_its_own_exit_code(place, monkeypatch):
    monkeypatch.setenv("DEMODOCK_ENDPOINT", "http://127.0.0.1:9")
    result = CliRunner().invoke(app, ["ls"])
    assert result.exit_code == 3 and "does not answer" in result.stderr


def test_a_strangers_text_moves_no_cursor():
    assert plain("a\x1b[2J\r\x07\u202eb\tc\n") == "a�[2J���b\tc\n"
