"""The Settings tab: every form without a script, secrets that never come back, and who may do what."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db, env
from spaces.lifecycle import Intent, Stage
from spaces.models import EnvEntry, Member, MemberRole, Owner, Space, Visibility
from spaces.models.owner import OwnerKind
from tests.unit.people import a_space
from tests.unit.web.kit import ORIGIN, Browser, with_password

HERE = "/spaces/alice/demo/settings"


def fresh(space: Space) -> Space:
    with db.reading() as session:
        return session.get(Space, space.id)


def test_every_form_of_the_page_changes_what_it_says(alice, space):
    for fields, column, value in (
        ({"do": "hardware", "flavor": "cpu-upgrade"}, "hardware", "cpu-upgrade"),
        ({"do": "idle", "sleep": "3600", "freeze": "-1"}, "sleep_after", 3600),
        ({"do": "idle", "sleep": "", "freeze": "60"}, "sleep_after", None),
        ({"do": "storage", "tier": "small"}, "storage", 20),
        ({"do": "storage", "tier": ""}, "storage", 0),
        ({"do": "visibility", "visibility": "private"}, "visibility", Visibility.PRIVATE),
        ({"do": "template", "template": "yes"}, "template", True),
        ({"do": "template", "template": ""}, "template", False),
        ({"do": "sleep"}, "intent", Intent.ASLEEP),
        ({"do": "pause"}, "intent", Intent.PAUSED),
    ):
        answer = alice.send(HERE, **fields)
        assert answer.status_code == 303 and answer.headers["location"].startswith(f"{HERE}?done={fields['do']}#"), (
            fields
        )
        assert getattr(fresh(space), column) == value, fields
    assert fresh(space).freeze_after == 60
    assert "Done." in alice.get(f"{HERE}?done=idle").text


def test_p33_a_secret_goes_in_and_is_never_shown_again(alice, space):
    canary = "canary-7c1f\r\nsecond line"
    sent = alice.send(HERE, do="secret", key="API_KEY", value=canary, description="for the chat")
    assert sent.headers["location"] == f"{HERE}?done=secret#secrets"
    page = alice.get(HERE).text
    assert "API_KEY" in page and "for the chat" in page and "canary" not in page
    with db.reading() as session:
        assert env.environment(session, fresh(space))[1] == {"API_KEY": canary.replace("\r\n", "\n")}
        assert "canary" not in session.exec(select(EnvEntry)).one().value
    refused = alice.send(HERE, do="secret", key="PATH", value="canary-two", description="d")
    assert refused.status_code == 422 and "canary" not in refused.text
    assert "set by the platform" in refused.text and 'value="PATH"' in refused.text
    alice.send(HERE, do="no-secret", key="API_KEY")
    assert "API_KEY</code>" not in alice.get(HERE).text


@pytest.mark.parametrize("key", ["", "1ST", "A-B", "A B", "LD_PRELOAD", "space_id", "x" * 129, "Ä", "<b>"])
def test_names_that_no_environment_could_hold_are_refused(alice, space, key):
    for do in ("secret", "variable"):
        answer = alice.send(HERE, do=do, key=key, value="v")
        assert answer.status_code == 422 and 'role="alert"' in answer.text and "<b>" not in answer.text
    with db.reading() as session:
        assert not session.exec(select(EnvEntry)).all()


def test_variables_are_shown_and_what_is_in_them_stays_text(alice, space):
    alice.send(HERE, do="variable", key="GREETING", value="<script>alert(1)</script>\u202e", description="<i>")
    page = alice.get(HERE).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "\u202e" not in page and "<i>" not in page
    alice.send(HERE, do="no-variable", key="GREETING")
    assert "GREETING</code>" not in alice.get(HERE).text


def test_repositories_are_mounted_and_taken_away_one_by_one(alice, space):
    from spaces.repos import store
    from spaces.repos.commit import commit_files

    for name in ("one", "two"):
        other = a_space("alice", name)
        store.create(other.id)
        commit_files(other.id, "first", "alice", {"a.txt": b"a"})
        sent = alice.send(
            HERE, do="mount", kind="space", source=f"alice/{name}", mount_path=f"/{name}", revision="", folder=""
        )
        assert sent.status_code == 303, sent.text
    page = alice.get(HERE).text
    assert "alice/one" in page and "alice/two" in page
    number = page.partition("alice/one")[2].partition('name="id" value="')[2].partition('"')[0]
    alice.send(HERE, do="unmount", id=number)
    page = alice.get(HERE).text
    assert "alice/one" not in page and "alice/two" in page
    assert alice.send(HERE, do="mount", kind="space", source="alice/none", mount_path="/x").status_code == 404
    assert alice.send(HERE, do="mount", kind="folder", source="alice/one", mount_path="/x").status_code == 400


def test_a_space_gets_another_name_and_another_owner(alice, space):
    with db.writing() as session:
        acme = Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION)
        session.add(acme)
        session.flush()
        session.add(Member(organization_id=acme.id, user_id=space.owner_id, role=MemberRole.WRITE))
    assert "<option>acme</option>" in alice.get(HERE).text
    sent = alice.send(HERE, do="move", owner="acme", name="echo")
    assert sent.headers["location"] == "/spaces/acme/echo/settings?done=move#move"
    assert fresh(space).name == "echo" and fresh(space).owner_id == acme.id
    assert alice.send("/spaces/acme/echo/settings", do="move", owner="nobody", name="x").status_code == 403


def test_a_space_is_deleted_by_typing_its_name(alice, space):
    refused = alice.send(HERE, do="delete", typed="demo")
    assert refused.status_code == 422 and fresh(space).intent != Intent.GONE
    assert alice.send(HERE, do="delete", typed="Alice/Demo").headers["location"] == "/"
    assert fresh(space).stage == Stage.DELETING and alice.get(HERE).status_code == 404


def test_restarts_and_rebuilds_lead_to_where_they_are_seen(alice, space):
    assert alice.send(HERE, do="rebuild").headers["location"] == "/spaces/alice/demo/logs?show=build"
    assert alice.send(HERE, do="restart").headers["location"] == "/spaces/alice/demo"


def test_p28_nothing_changes_but_by_a_form_of_ours(alice, bob, nobody, space):
    fields = {"do": "visibility", "visibility": "private"}
    for origin in ("http://alice-demo.localhost:8000", "http://evil.example", "null", ""):
        assert alice.http.post(HERE, data=fields, headers={"Origin": origin}).status_code == 403
    assert alice.http.post(HERE, data=fields | {"form_token": "0" * 64}, headers={"Origin": ORIGIN}).status_code == 403
    assert bob.send(HERE, page="/settings", **fields).status_code == 403
    assert nobody.http.post(HERE, data=fields, headers={"Origin": ORIGIN}).status_code in (303, 403)
    assert fresh(space).visibility == Visibility.PUBLIC


def test_a_contributor_sets_what_writers_may_and_not_who_sees_it(browsers, space):
    with_password("carol")
    carol: Browser = browsers()
    carol.sign_in("carol")
    with db.writing() as session:
        acme = Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION)
        session.add(acme)
        session.flush()
        me = session.exec(select(Owner).where(Owner.name == "carol")).one()
        session.add(Member(organization_id=acme.id, user_id=me.id, role=MemberRole.CONTRIBUTOR))
        session.get(Space, space.id).owner_id = acme.id
    here = "/spaces/acme/demo/settings"
    page = carol.get(here)
    if page.status_code == 403:  # contributors write only what they made themselves
        with db.writing() as session:
            session.get(Space, space.id).creator_id = me.id
        page = carol.get(here)
    assert page.status_code == 200


def test_forms_that_no_page_of_ours_has_are_refused(alice, space):
    for fields in ({"do": "nonsense"}, {"do": "idle", "sleep": "1e9"}, {"do": "idle", "sleep": "\u0661"}, {"do": "visibility", "visibility": "x"}, {"do": "hardware", "flavor": "x"}, {"do": "unmount", "id": "x"}):  # fmt: skip
        assert 400 <= alice.send(HERE, **fields).status_code < 500, fields
    assert fresh(space).sleep_after is None


def test_what_the_card_suggests_is_a_hint(alice, space, monkeypatch):
    from spaces import repo_cards
    from spaces.models import RepoKind
    from spaces.repos.commit import commit_files

    for name, said in (
        ("cpu-upgrade", "Suggested by the card"),
        ("zero<b>", "zero&lt;b&gt;, which is not offered here"),
    ):
        card = f"---\nsdk: gradio\nsuggested_hardware: {name}\n---\n".encode()
        sha = commit_files(space.id, "card", "alice", {"README.md": card})
        with db.writing() as session:
            session.get(Space, space.id).head = sha
        repo_cards.record(RepoKind.SPACE, space.id, sha)
        assert said in alice.get(HERE).text
    assert fresh(space).hardware == "cpu-basic"
