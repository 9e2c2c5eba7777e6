"""The audit log: written with the change, read by filters, and never written over."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlmodel import SQLModel

from spaces import audit, db, migrations
from spaces.audit import Filters
from spaces.models.append_only import statements
from spaces.models.owner import Role
from spaces.models.types import now
from tests.unit.people import actor_of, bearer, token_of

OWNER = ("owner", "acme")


def lines(**filters: object) -> list[dict]:
    with db.reading() as session:
        return [audit.shown(entry) for entry in audit.entries(session, Filters(**filters))]


def test_a_line_says_who_did_what_and_how_it_was_before(place):
    with db.writing() as session:
        audit.record(session, actor_of_root(), "quota.change", OWNER, {"most": 1}, {"most": 2})
    (line,) = lines()
    assert (line["actor"], line["action"], line["kind"], line["subject"]) == ("root", "quota.change", "owner", "acme")
    assert (line["before"], line["after"]) == ({"most": 1}, {"most": 2})
    assert dt.datetime.fromisoformat(line["at"]) <= now()


def test_a_line_stands_with_its_change_or_not_at_all(place):
    with pytest.raises(RuntimeError), db.writing() as session:
        audit.record(session, audit.PLATFORM, "quota.change", OWNER)
        raise RuntimeError
    assert lines() == []


def test_lines_are_found_by_actor_action_subject_and_time(place):
    with db.writing() as session:
        audit.record(session, "root", "quota.change", ("owner", "acme"))
        audit.record(session, "platform", "gpu.grant", ("space", "acme/demo"))
        audit.record(session, "root", "gpu.cordon", ("gpu", "GPU-1"))
    assert [line["action"] for line in lines()] == ["gpu.cordon", "gpu.grant", "quota.change"]
    assert [line["action"] for line in lines(action="gpu")] == ["gpu.cordon", "gpu.grant"]
    assert [line["action"] for line in lines(actor="ROOT", kind="gpu")] == ["gpu.cordon"]
    assert [line["action"] for line in lines(subject="ACME/demo")] == ["gpu.grant"]
    assert lines(subject="acme%") == lines(action="g_u") == []
    assert lines(until=now() - dt.timedelta(hours=1)) == [] and len(lines(since=now() - dt.timedelta(hours=1))) == 3


def test_pages_follow_one_another_without_a_gap(place):
    with db.writing() as session:
        for number in range(25):
            audit.record(session, "root", "quota.change", ("owner", str(number)))
    seen: list[str] = []
    before = None
    with db.reading() as session:
        while page := audit.entries(session, before=before, limit=10):
            seen += [entry.subject for entry in page]
            before = page[-1].id
    assert seen == [str(number) for number in reversed(range(25))]


def test_what_could_open_something_is_in_no_line(place):
    secret = "dd_" + "a1" * 20
    after = {"token": secret, "text": f"made {secret}", "env": [{"password": "hunter2", "n": 1}], "api_key": "hunter2"}
    with db.writing() as session:
        audit.record(session, "root", "token.create", ("user", "ada"), None, after)
    (line,) = lines()
    assert secret not in str(line) and "hunter2" not in str(line)
    assert line["after"]["env"][0]["n"] == 1


TAMPERING = [
    "UPDATE auditentry SET actor = 'nobody'",
    "DELETE FROM auditentry",
    "INSERT OR REPLACE INTO auditentry (id, at, actor, action, kind, subject) VALUES (1, '2026-01-01', 'x', 'x', 'x', 'x')",
]


@pytest.mark.parametrize("statement", TAMPERING)
@pytest.mark.parametrize("migrated", [False, True])
def test_the_database_itself_refuses_to_change_or_remove_a_line(place, statement, migrated):
    if migrated:
        SQLModel.metadata.drop_all(db.database())
        migrations.upgrade()
    with db.writing() as session:
        audit.record(session, "root", "quota.change", OWNER)
    kept = lines()
    with pytest.raises(DatabaseError, match="append-only"), db.writing() as session:
        session.execute(text(statement))
    assert lines() == kept


def test_postgresql_is_told_the_same():
    function, trigger = statements("auditentry", "postgresql")
    assert "RAISE EXCEPTION" in function and "BEFORE UPDATE OR DELETE OR TRUNCATE ON auditentry" in trigger


def actor_of_root():
    return actor_of("root", role=Role.ADMIN)


def test_what_admins_do_to_people_and_repositories_is_written_down(client):
    root, alice = bearer(token_of("root", role=Role.ADMIN)), bearer(token_of("alice"))

    def ask(method: str, path: str, who=root, **body: object):
        answer = client.request(method, path, json=body or None, headers=who)
        assert answer.is_success, answer.text
        return answer.json()

    ask("POST", "/api/admin/users", name="bob")
    ask("POST", "/api/admin/users/bob/link")
    made = ask("POST", "/api/tokens", name="robot", owner="bob")
    ask("POST", "/api/tokens", who=alice, name="her own")
    ask("DELETE", f"/api/tokens/{made['id']}")
    ask("DELETE", "/api/admin/users/bob")
    ask("POST", "/api/organizations", who=alice, name="acme")
    ask("POST", "/api/organizations/acme/invitations", who=alice, recipient="root", role="read")
    for kind in ("space", "model"):
        ask("POST", "/api/repos/create", who=alice, name="demo", type=kind, sdk="gradio")
        ask("PUT", f"/api/{kind}s/alice/demo/settings", who=alice, visibility="private")
        ask("DELETE", "/api/repos/delete", who=alice, name="demo", type=kind)
    ask("DELETE", "/api/organizations/acme", who=alice)
    said = [(line["actor"], line["action"], line["subject"]) for line in reversed(lines())]
    assert said == [
        ("root", "user.create", "bob"),
        ("root", "user.link", "bob"),
        ("root", "token.create", "bob"),
        ("root", "token.revoke", "bob"),
        ("root", "user.delete", "bob"),
        ("alice", "invitation.create", "acme"),
        ("alice", "visibility.change", "alice/demo"),
        ("alice", "space.delete", "alice/demo"),
        ("alice", "visibility.change", "alice/demo"),
        ("alice", "model.delete", "alice/demo"),
        ("alice", "organization.delete", "acme"),
    ]
    assert made["token"] not in str(lines())
