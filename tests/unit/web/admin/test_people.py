"""People in the console: who is here, what is known of them; added, given a link, removed."""

from __future__ import annotations

import re

import pytest

from spaces import audit, db, organizations
from spaces.access import find_owner
from spaces.lifecycle import Phase, Stage
from spaces.models.owner import Role
from spaces.web.admin import roster
from tests.unit.people import a_space, actor_of, person

PEOPLE = "/admin-console/people"


def shown(page: str) -> list[str]:
    return re.findall(r'<td><a href="/([^"]+)"><b>', page)


def role_of(name: str) -> Role:
    with db.reading() as session:
        return find_owner(session, name).role


def test_everybody_stands_there_with_what_is_known(root, other):
    a_space("alice", "demo")
    actor = actor_of("alice")
    with db.writing() as session:
        organizations.create(session, actor, "acme")
    page = root.get(PEOPLE).text
    assert shown(page) == ["acme", "alice", "root"]
    for text in ("organization", "1 member", "admin", "Last seen", "1 organization"):
        assert text in page, text
    assert "Never" not in page, "alice and root are signed in"
    assert "Never" in root.get(f"{PEOPLE}?q={person('bob').name}").text


def test_what_runs_is_counted_as_the_page_about_health_does_static_ones_included(root):
    for name, stage, phase in (
        ("static", Stage.RUNNING, Phase.SERVING),
        ("rebuilt", Stage.RUNNING_BUILDING, Phase.BUILDING),
        ("frozen", Stage.RUNNING, Phase.FROZEN),
        ("asleep", Stage.SLEEPING, Phase.IDLE),
    ):
        a_space("bob", name, stage=stage, phase=phase)
    assert "(2 running)" in root.get(PEOPLE).text


@pytest.mark.parametrize(
    ("query", "names"),
    [("q=ALI", ["alice"]), ("which=admins", ["root"]), ("which=organizations", []), ("which=x", ["alice", "root"])],
)
def test_they_are_found_by_name_and_kind(root, other, query, names):
    assert shown(root.get(f"{PEOPLE}?{query}").text) == names


def test_many_stand_on_several_pages(root, other, monkeypatch):
    monkeypatch.setattr(roster, "PAGE", 1)
    page = root.get(PEOPLE).text
    assert shown(page) == ["alice"] and shown(root.get(f"{PEOPLE}?after=alice").text) == ["root"]
    assert "after=alice" in page


def test_somebody_who_is_added_gets_a_link_that_sets_a_password(root, browsers):
    answer = root.send(PEOPLE, do="add", name="carol", admin="1")
    assert answer.status_code == 200 and role_of("carol") == Role.ADMIN
    link = re.search(r"http://localhost:8000(/login/link/[\w-]+)", answer.text)[1]
    assert "carol" in browsers().get(link).text
    assert link not in root.get(PEOPLE).text, "shown once"
    with db.reading() as session:
        assert [entry.action for entry in audit.entries(session, audit.Filters(subject="carol"))] == ["user.create"]


def test_another_link_makes_the_earlier_one_void(root, other, browsers):
    links = [re.search(r"(/login/link/[\w-]+)", root.send(PEOPLE, do="link", name="alice").text)[1] for _ in range(2)]
    assert [browsers().get(link).status_code for link in links] == [404, 200]


@pytest.mark.parametrize("name", ["", "new", "root", "a b", "<script>"])
def test_a_name_that_cannot_be_one_is_refused(root, name):
    answer = root.send(PEOPLE, do="add", name=name)
    assert answer.status_code in (409, 422) and 'role="alert"' in answer.text


def test_who_owns_something_is_not_removed_nor_oneself(root, other):
    a_space("bob", "demo")
    for name in ("bob", "root"):
        assert root.send(PEOPLE, do="remove", name=name).status_code == 409
    assert root.send(PEOPLE, do="remove", name="alice").status_code == 303
    with db.reading() as session:
        assert find_owner(session, "alice") is None and find_owner(session, "bob")
