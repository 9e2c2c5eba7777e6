"""Who may do what: every role on every visibility, and what the refusals look like."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db
from spaces.access import (
    ANONYMOUS,
    Permission,
    access_owner,
    access_repository,
    access_space,
    permission_on,
    visible,
)
from spaces.errors import Forbidden, NotFound, Unauthorized
from spaces.models import Member, MemberRole, Owner, RepoKind, Repository, Space, Visibility
from spaces.models.owner import OwnerKind, Role, TokenScope
from spaces.models.repository import FIRST_ID
from tests.unit.people import a_space, actor_of, person

P = Permission
TABLE = {
    # who: what they may do at most with a public, a protected and a private Space of the organization
    "anonymous": (P.READ, P.VISIT, None),
    "stranger": (P.READ, P.VISIT, None),
    "reader": (P.READ, P.READ, P.READ),
    "contributor": (P.READ, P.READ, P.READ),
    "creator": (P.ADMIN, P.ADMIN, P.ADMIN),
    "writer": (P.ADMIN, P.ADMIN, P.ADMIN),
    "manager": (P.ADMIN, P.ADMIN, P.ADMIN),
    "root": (P.ADMIN, P.ADMIN, P.ADMIN),
}
ROLES = {
    "reader": MemberRole.READ,
    "contributor": MemberRole.CONTRIBUTOR,
    "creator": MemberRole.CONTRIBUTOR,
    "writer": MemberRole.WRITE,
    "manager": MemberRole.ADMIN,
}


@pytest.fixture
def organization(place):
    """`acme` with a member of each role."""
    with db.writing() as session:
        acme = Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION)
        session.add(acme)
        session.flush()
    for name, role in ROLES.items():
        user = person(name)
        with db.writing() as session:
            session.add(Member(organization_id=acme.id, user_id=user.id, role=role))
    return acme


def somebody(name):
    if name == "anonymous":
        return ANONYMOUS
    return actor_of(name, role=Role.ADMIN if name == "root" else Role.MEMBER)


@pytest.mark.parametrize("who", TABLE)
def test_a_role_may_do_what_the_table_says_and_no_more(organization, who):
    space = a_space("creator", "demo", owner_id=organization.id)
    actor = somebody(who)
    for visibility, most in zip(Visibility, TABLE[who], strict=True):
        with db.writing() as session:
            row = session.get(Space, space.id)
            row.visibility = visibility
            session.add(row)
        with db.reading() as session:
            assert permission_on(session, actor, session.get(Space, space.id)) == most
        for wanted in Permission:
            with db.reading() as session:
                if most is not None and wanted <= most:
                    assert access_space(session, actor, "ACME", "Demo", wanted).id == space.id
                    continue
                with pytest.raises((NotFound, Unauthorized, Forbidden)) as refused:
                    access_space(session, actor, "acme", "demo", wanted)
            if most is None:
                with db.reading() as session, pytest.raises(NotFound) as missing:
                    access_space(session, actor, "acme", "none", wanted)
                assert refused.type is NotFound and refused.value.message == missing.value.message


@pytest.mark.parametrize("who", TABLE)
def test_a_list_holds_what_somebody_may_see_and_nothing_else(organization, who):
    for visibility in Visibility:
        a_space("creator", visibility.value, owner_id=organization.id, visibility=visibility)
    actor = somebody(who)
    with db.reading() as session:
        names = set(session.exec(select(Space.name).where(visible(actor, Space))))
    assert names == {"public", "protected"} | ({"private"} if TABLE[who][2] else set())


def test_a_read_token_of_a_writer_changes_nothing(organization):
    a_space("creator", "demo", owner_id=organization.id)
    reading = actor_of("writer", TokenScope.READ)
    with db.reading() as session:
        assert access_space(session, reading, "acme", "demo", Permission.INSPECT)
        with pytest.raises(Forbidden, match="only read"):
            access_space(session, reading, "acme", "demo", Permission.WRITE)


def test_p37_a_demoted_members_token_has_the_power_of_the_role_now_held(organization):
    a_space("creator", "demo", owner_id=organization.id, visibility=Visibility.PRIVATE)
    writer = actor_of("writer")
    with db.reading() as session:
        access_space(session, writer, "acme", "demo", Permission.ADMIN)
    with db.writing() as session:
        session.get(Member, (organization.id, writer.owner_id)).role = MemberRole.READ
    with db.reading() as session, pytest.raises(Forbidden):
        access_space(session, writer, "acme", "demo", Permission.WRITE)
    with db.writing() as session:
        session.delete(session.get(Member, (organization.id, writer.owner_id)))
    with db.reading() as session, pytest.raises(NotFound):
        access_space(session, writer, "acme", "demo", Permission.READ)


@pytest.mark.parametrize("who", ["creator", "contributor", "writer", "manager", "root"])
def test_members_who_may_write_create_under_the_organizations_name(organization, who):
    with db.reading() as session:
        assert access_owner(session, somebody(who), "Acme").id == organization.id


@pytest.mark.parametrize("who", ["reader", "stranger"])
def test_readers_and_strangers_create_nothing_under_the_organizations_name(organization, who):
    with db.reading() as session, pytest.raises(Forbidden):
        access_owner(session, somebody(who), "acme")


def test_a_model_a_dataset_and_a_space_of_one_name_are_three_repositories_with_three_numbers(place):
    space = a_space("alice", "demo")
    with db.writing() as session:
        for kind in (RepoKind.MODEL, RepoKind.DATASET):
            session.add(Repository(kind=kind, owner_id=space.owner_id, name="demo", name_key="demo"))
    with db.reading() as session:
        ids = [access_repository(session, ANONYMOUS, kind, "alice", "demo", Permission.READ).id for kind in RepoKind]
    assert ids == [FIRST_ID, FIRST_ID + 1, space.id] and space.id < FIRST_ID


def test_a_number_of_a_deleted_repository_is_never_given_again(place):
    alice = person("alice")
    for name in "ab":
        with db.writing() as session:
            row = Repository(kind=RepoKind.MODEL, owner_id=alice.id, name=name, name_key=name)
            session.add(row)
            session.flush()
            number = row.id
            session.delete(row)
    assert number == FIRST_ID + 1
