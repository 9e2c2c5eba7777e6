"""P21: every route, whoever asks, of a public, a protected and a private repository, over real HTTP.

Requests are made from the api's own document; what must come of each is `matrix.RULES` and who the asker is to the owner.
"""

from __future__ import annotations

import http.client
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from spaces import actions, db, env
from spaces.access import Permission
from spaces.api.app import create_app
from spaces.lifecycle import BuildStatus
from spaces.models import Build, Member, MemberRole, Owner, RepoKind, Repository, Space, Visibility
from spaces.models.owner import OwnerKind, Role, TokenScope
from spaces.models.space import EnvKind
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.openapi import Request, requests
from tests.unit.matrix import RULES
from tests.unit.people import actor_of, person, token_of

ROOT = Path(__file__).parents[2]
VISIT, READ, INSPECT, WRITE, OWN = Permission
POWER = {
    # most permission on a public, a protected and a private repository of the organization
    "anonymous": (READ, VISIT, None),
    "stranger": (READ, VISIT, None),
    "reader": (READ, READ, READ),
    "contributor": (READ, READ, READ),
    "writer": (OWN, OWN, OWN),
    "writer with a read token": (INSPECT, INSPECT, INSPECT),
    "manager": (OWN, OWN, OWN),
    "root": (OWN, OWN, OWN),
}
MEMBERS = {
    "reader": MemberRole.READ,
    "contributor": MemberRole.CONTRIBUTOR,
    "writer": MemberRole.WRITE,
    "manager": MemberRole.ADMIN,
}
PERSON = {who for who in POWER if who != "anonymous"}
RIGHTS = {
    "open": set(POWER),
    "person": PERSON,
    "changer": PERSON - {"writer with a read token"},
    "admin": {"root"},
    "member": PERSON - {"stranger"},
    "manager": {"manager", "root"},
    "create": {"contributor", "writer", "manager", "root"},
}
CACHING = re.compile(r"private, no-(store|cache)|no-store|no-cache, max-age=0(, must-revalidate)?")
"""P43: nothing that depends on who asks is kept by whatever stands in between."""
NEEDED = {"visit": VISIT, "read": READ, "inspect": INSPECT, "propose": READ, "like": VISIT, "write": WRITE, "own": OWN}
KNOWN = {
    "owner": "acme",
    "name": "demo",
    "user": "guest",
    "organization": "acme",
    "rev": "main",
    "kind": "spaces",
    "path": "a.txt",
    "branch": "side",
    "tag": "v1",
    "number": "1",
    "token_id": "1",
    "type": "space",
    "flavor": "cpu-basic",
    "key": "NAME",
    "value": "text",
    "seconds": 60,
}
PARAMETERS = {
    "/api/spaces/{owner}/{name}/logs/{kind}": {"kind": "run"},
    "/openapi/v1/studios/{owner}/{name}/logs/{kind}": {"kind": "run"},
    "/openapi/v1/studios/{owner}/{name}/{kind}": {"kind": "secrets"},
}
BODIES = {
    "POST /api/tokens": {"name": "laptop"},
    "POST /api/repos/move": {"fromRepo": "acme/demo", "toRepo": "acme/moved-demo", "type": "space"},
    "POST /api/{kind}/{owner}/{name}/discussions": {"title": "A change", "pullRequest": True},
    "/paths-info/{rev}": {"paths": ["a.txt"]},
    "objects/batch": {"operation": "download", "transfers": ["basic"], "objects": []},
}
"""Where an example made from the document would be refused before anybody asks who is there."""


class Answer(NamedTuple):
    status: int
    code: str
    """The Hub's."""
    caching: str
    body: str

    @property
    def refused(self) -> bool:
        return self.status in (401, 403)

    def about(self, name: str) -> Answer:
        """Without what differs between any two requests."""
        return self._replace(body=re.sub(r'"request_id": ?"\w+"', "", self.body.replace(name, "NAME")))


class World:
    """A running api with an organization, its people, and repositories made anew as they are used up."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        with db.writing() as session:
            acme = Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION)
            session.add(acme)
            session.flush()
            self.acme = acme.id
        self.tokens: dict[str, str] = {}
        for who in PERSON:
            name, _, scope = who.partition(" with a ")
            user = person(name, Role.ADMIN if name == "root" else Role.MEMBER)
            self.tokens[who] = token_of(name, TokenScope.READ if scope else TokenScope.WRITE)
            if name in MEMBERS:
                with db.writing() as session:
                    session.merge(Member(organization_id=self.acme, user_id=user.id, role=MEMBERS[name]))
        self.root = actor_of("root")
        self.count = 0
        person("guest")
        self.repository(RepoKind.SPACE, Visibility.PUBLIC)  # an organization that owns something stays

    def repository(self, kind: RepoKind, visibility: Visibility) -> str:
        """The name of a new one with a commit, a branch, a tag and a build."""
        self.count += 1
        name = f"demo{self.count}"
        with db.writing() as session:
            if kind == RepoKind.SPACE:
                row = actions.create_space(session, self.root, "acme", name)
            else:
                row = Repository(kind=kind, owner_id=self.acme, name=name, name_key=name)
            row.visibility, row.creator_id = visibility, None
            session.add(row)
            session.flush()
            number = row.id
            if isinstance(row, Space):
                env.put_entry(session, row, EnvKind.SECRET, "NAME", "text")
                session.add(Build(space_id=number, number=1, commit="0" * 40, status=BuildStatus.FAILED))
        self._fill(number)
        return name

    def _fill(self, number: int) -> None:
        pattern = store.path(1).with_name("pattern.git")
        if not pattern.exists():
            store.create(number)
            commit_files(number, "first", "root", {"a.txt": b"hello"})
            shutil.copytree(store.path(number), pattern)
            for ref in ("heads/side", "tags/v1"):
                shutil.copy(pattern / "refs/heads/main", pattern / "refs" / ref)
        shutil.rmtree(store.path(number), ignore_errors=True)
        shutil.copytree(pattern, store.path(number))

    def ask(self, who: str, request: Request) -> Answer:
        headers = dict(request.headers) | (
            {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        )
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(request.method, request.url, request.content, headers)
            answer = connection.getresponse()
            body = answer.read(2000) if answer.status >= 400 else b""  # a stream has no end
            found = {name: answer.headers.get(name, "") for name in ("X-Error-Code", "Cache-Control")}
            return Answer(answer.status, found["X-Error-Code"], found["Cache-Control"], body.decode(errors="replace"))
        finally:
            connection.close()


@pytest.fixture
def world(server) -> World:
    return World(server)


def test_p21_every_route_has_a_line_in_the_table_and_every_line_a_route():
    known = {f"{method} {path}" for method, path in routes()}
    assert known - RULES.keys() == set(), "add them to tests/unit/matrix.py, with the rule that a reviewer agrees to"
    assert RULES.keys() - known == set(), "these routes are no more: take their lines out"


def test_p21_p43_every_route_lets_in_whom_the_table_says_and_nobody_keeps_what_it_said(world):
    wrong = [fault for request in all_requests() for fault in judge(world, request)]
    assert not wrong, "\n".join(wrong)


def judge(world: World, request: Request) -> Iterator[str]:
    """What is wrong with the answers to a request, for everybody and every visibility that matters."""
    for what, answer, fine in verdicts(world, request):
        if not fine:
            yield f"{request.key}, {what}: {answer}"
        if not CACHING.fullmatch(answer.caching) and RULES[request.key] != "open":
            yield f"P43: {request.key}, {what}: may be cached: {answer}"


def verdicts(world: World, request: Request) -> Iterator[tuple[str, Answer, bool]]:
    """Who asked, what they got, and whether that is right."""
    rule = RULES[request.key]
    if rule.startswith("tests/"):
        assert (ROOT / rule).is_file(), f"{request.key} points to a test that is not there"
        return
    if rule not in NEEDED:
        for who in POWER:
            answer = world.ask(who, request)
            # `no_user`, `no_invitation` and the like are said to those who may ask
            refused = answer.refused or '"code":"not_found"' in answer.body
            yield who, answer, refused != (who in RIGHTS[rule])
        return
    needed, kind = NEEDED[rule], kind_of(request)
    for column, visibility in enumerate(Visibility):
        name = world.repository(kind, visibility)
        for who, powers in POWER.items():
            power, answer = powers[column], world.ask(who, named(request, name))
            if power is None or (needed == READ and power < READ):
                absent = world.ask(who, named(request, "absent"))
                fine = answer.status in (401, 403, 404) and answer.about(name) == absent.about("absent")
            elif power < needed or (rule in ("propose", "like") and who not in RIGHTS["changer"]):
                fine = answer.refused
            else:
                offered = answer.status < 500 or answer.status == 501
                fine = offered and not answer.refused and answer.code != "RepoNotFound"
                if request.method not in ("GET", "HEAD"):
                    name = world.repository(kind, visibility)  # who knows what it did to the one before
            yield f"{visibility}, {who}", answer, fine


# -- private


def routes() -> Iterator[tuple[str, str]]:
    """Method and path of every route, hidden ones too."""

    def walk(found) -> Iterator:
        for route in found:
            if hasattr(route, "effective_candidates"):
                yield from walk(route.effective_candidates())
                yield from walk(route.effective_low_priority_routes())
            else:
                yield route

    for route in walk(create_app().routes):
        for method in sorted(route.methods):
            if (method, route.path) != ("HEAD", "/openapi.json"):
                yield method, re.sub(r":\w+\}", "}", route.path)


def all_requests() -> Iterator[Request]:
    """One for each route: made from the document, or by hand where it does not tell."""
    documented = {request.key: request for request in requests(create_app().openapi(), KNOWN)}
    for method, path in routes():
        made = documented.get(f"{method} {path}")
        if made is None:
            made = Request(method, path, {name: KNOWN.get(name, "x") for name in re.findall(r"\{(\w+)\}", path)})
        if path.endswith("/info/refs"):
            made = replace(made, query={"service": "git-upload-pack"})
        body = next((body for ending, body in BODIES.items() if made.key.endswith(ending)), made.body)
        made = replace(made, parameters=made.parameters | PARAMETERS.get(path, {}), body=body)
        yield made


def kind_of(request: Request) -> RepoKind:
    if request.path.startswith("/{owner}"):
        return RepoKind.MODEL
    return RepoKind.DATASET if request.path.startswith("/datasets/") else RepoKind.SPACE


def named(request: Request, name: str) -> Request:
    """The request about the repository of that name, wherever it says so."""
    parameters = {key: name if value == "demo" else value for key, value in request.parameters.items()}
    if "subdomain" in parameters:
        parameters["subdomain"] = f"acme-{name}"
    body = json.loads(re.sub(r"\bdemo\b", name, json.dumps(request.body)))
    return replace(request, parameters=parameters, body=body)
