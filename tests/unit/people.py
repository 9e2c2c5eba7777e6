"""Helpers of tests: owners with tokens, Spaces, and a database to put them into."""

from __future__ import annotations

from spaces import actions, db
from spaces.access import Actor, find_owner
from spaces.migrations import seed
from spaces.models import Owner, Space
from spaces.models.owner import Role, TokenScope
from spaces.owners import authenticate, create_user, issue_token


def person(name: str, role: Role = Role.MEMBER) -> Owner:
    with db.writing() as session:
        seed(session)
        return find_owner(session, name) or create_user(session, name, role)


def token_of(name: str, scope: TokenScope = TokenScope.WRITE, role: Role = Role.MEMBER) -> str:
    owner = person(name, role)
    with db.writing() as session:
        return issue_token(session, owner, "test", scope)[1]


def actor_of(name: str, scope: TokenScope = TokenScope.WRITE, role: Role = Role.MEMBER) -> Actor:
    return authenticate(token_of(name, scope, role))


def a_space(owner: str = "alice", name: str = "demo", **values: object) -> Space:
    """A Space with the given columns set, by the door people use."""
    actor = actor_of(owner)
    with db.writing() as session:
        space = actions.create_space(session, actor, owner, name)
        for column, value in values.items():
            setattr(space, column, value)
        session.add(space)
        return space


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
