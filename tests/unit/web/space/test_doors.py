"""P21 for the pages of repositories, which a browser's session opens: every one of them, whoever asks, whoever it is shown to."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from spaces import db
from spaces.access import Permission
from spaces.api.app import create_app
from spaces.models import Member, MemberRole, Owner, RepoKind, Repository, Space, Visibility
from spaces.models.owner import OwnerKind, Role
from spaces.repos import store
from spaces.repos.commit import commit_files
from spaces.web.space import routes
from tests.unit.people import a_space
from tests.unit.web.kit import ORIGIN, Browser, with_password

VISIT, READ, INSPECT, WRITE, OWN = Permission
POWER = {
    # most permission on a public, a protected and a private Space of the organization
    "nobody": (READ, VISIT, None),
    "stranger": (READ, VISIT, None),
    "reader": (READ, READ, READ),
    "writer": (OWN, OWN, OWN),
    "root": (OWN, OWN, OWN),
}
ROLES = {"reader": MemberRole.READ, "writer": MemberRole.WRITE}
NEEDED = {
    "": VISIT,
    "/live": VISIT,
    "/tree/{rev}": READ,
    "/tree/{rev}/{path}": READ,
    "/blob/{rev}/{path}": READ,
    "/raw/{rev}/{path}": READ,
    "/commits/{rev}": READ,
    "/commits/{rev}/{path}": READ,
    "/commit/{sha}": READ,
    "/edit/{rev}/{path}": "contribute",
    "/new/{rev}": "contribute",
    "/new/{rev}/{folder}": "contribute",
    "/upload/{rev}": "contribute",
    "/upload/{rev}/{folder}": "contribute",
    "/embed": VISIT,
    "/api": VISIT,
    "/logs": INSPECT,
    "/logs/live": INSPECT,
    "/logs/download": INSPECT,
    "/revisions": INSPECT,
    "/revisions/{number}/dependencies": INSPECT,
    "/analytics": INSPECT,
    "/settings": WRITE,
}
"""What each page asks for; whoever reads and is signed in may contribute."""
ELSEWHERE = ("/live", "/logs/live", "/revisions/{number}/dependencies")
"""Streams, and what a Space without a revision has none of: in the tests of their tabs."""
FILES = ("/tree", "/blob", "/raw", "/commit", "/edit", "/new", "/upload")
"""What repositories of all kinds have."""
VALUES = {"rev": "main", "path": "a.txt", "sha": "main", "folder": "b"}


@pytest.fixture
def people(browsers) -> dict[str, Browser]:
    found = {"nobody": browsers()}
    with db.writing() as session:
        session.add(Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION))
    for who in POWER.keys() - {"nobody"}:
        owner = with_password(who, role=Role.ADMIN if who == "root" else Role.MEMBER)
        with db.writing() as session:
            acme = session.exec(select(Owner).where(Owner.name == "acme")).one()
            if who in ROLES:
                session.add(Member(organization_id=acme.id, user_id=owner.id, role=ROLES[who]))
        found[who] = browsers()
        found[who].sign_in(who)
    return found


def a_repository(kind: RepoKind, visibility: Visibility, name: str) -> str:
    """Where its pages are."""
    with db.writing() as session:
        acme = session.exec(select(Owner).where(Owner.name == "acme")).one()
        owner_id = acme.id
    if kind == RepoKind.SPACE:
        row = a_space("root", name, owner_id=owner_id, visibility=visibility, sdk="static", creator_id=None)
    else:
        with db.writing() as session:
            row = Repository(kind=kind, owner_id=owner_id, name=name, name_key=name, visibility=visibility)
            session.add(row)
            session.flush()
    store.create(row.id)
    sha = commit_files(row.id, "first", "root", {"a.txt": b"hello", "b/c.txt": b"c"})
    with db.writing() as session:
        session.get(type(row), row.id).head = sha
    return f"/{kind.prefix}acme/{name}"


@pytest.mark.parametrize("visibility", Visibility)
def test_p21_every_page_of_a_space_is_shown_to_whom_it_may_be(people, visibility):
    place = a_repository(RepoKind.SPACE, visibility, "demo")
    wrong = [fault for rest in NEEDED if rest not in ELSEWHERE for fault in faults(people, place, rest, visibility)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("kind", [RepoKind.MODEL, RepoKind.DATASET])
@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.PRIVATE])
def test_p21_the_files_of_models_and_datasets_are_too(people, kind, visibility):
    place = a_repository(kind, visibility, "demo")
    rests = [rest for rest in NEEDED if rest.startswith(FILES)]
    wrong = [fault for rest in rests for fault in faults(people, place, rest, visibility)]
    assert not wrong, "\n".join(wrong)


def faults(people: dict[str, Browser], place: str, rest: str, visibility: Visibility) -> list[str]:
    found = []
    for who, powers in POWER.items():
        power = powers[list(Visibility).index(visibility)]
        path = place + rest.format(**VALUES) + ("?kind=run" if rest == "/logs/download" else "")
        answer = people[who].get(path)
        needed = READ if NEEDED[rest] == "contribute" else NEEDED[rest]
        signs_in = (NEEDED[rest] == "contribute" or needed > READ) and who == "nobody"
        if signs_in:
            fine = answer.status_code == 303 and answer.headers["location"].startswith("/login")
        elif power is not None and power < needed and needed > READ:
            fine = answer.status_code == 403
        elif power is None or power < needed:
            absent = people[who].get(path.replace("/demo", "/absent"))
            fine = answer.status_code == 404 and answer.text.replace("/demo", "/absent") == absent.text
        else:
            fine = answer.status_code in (200, 303)
        cached = answer.headers.get("cache-control")
        if not fine or cached not in ("private, no-store", "private, no-cache"):
            found.append(f"{path}, {visibility.value}, {who}: {answer.status_code}, {cached}")
    return found


@pytest.mark.parametrize("rest", ["/edit/main/a.txt", "/new/main", "/upload/main/"])
def test_p21_p28_only_whoever_may_write_commits_and_only_by_a_page_of_ours(people, rest):
    place = a_repository(RepoKind.SPACE, Visibility.PUBLIC, "demo")
    with db.reading() as session:
        number = session.exec(select(Space.id).where(Space.name == "demo")).one()
    before = store.head(number)
    page = rest.rstrip("/")
    for who, browser in people.items():
        fields = {"do": "save", "path": "new.txt", "text": "x", "title": "t", "parent": before.sha, "as_pull": "0"}
        token = form_token(browser, place + page) if who != "nobody" else "0" * 64
        files = {"files": ("new.txt", b"x")}
        for origin, sent in ((ORIGIN, "wrong"), ("http://acme-demo.localhost:8000", token), ("null", token)):
            answer = browser.http.post(
                place + rest, data=fields | {"form_token": sent}, files=files, headers={"Origin": origin}
            )
            assert answer.status_code in (303, 403) and "/login" in answer.headers.get("location", "/login"), (
                who,
                origin,
            )
            assert store.head(number) == before, (who, origin)
        if who in ("stranger", "reader"):
            answer = browser.http.post(
                place + rest, data=fields | {"form_token": token}, files=files, headers={"Origin": ORIGIN}
            )
            assert answer.status_code == 403 and store.head(number) == before, who


def test_every_page_is_in_this_table():
    paths = {
        re.sub(r":\w+}", "}", route.path).removeprefix("/{kind}/{owner}/{name}").removeprefix("/spaces/{owner}/{name}")
        for module in routes.PAGES
        for route in module.router.routes
        if "GET" in route.methods and not route.path.startswith(("/{owner", "/datasets/"))
    }
    assert paths == NEEDED.keys(), "say above who may see it"
    assert create_app()


def form_token(browser: Browser, page: str) -> str:
    from tests.unit.web.kit import _TOKEN

    return _TOKEN.search(browser.get(page).text)[1]
