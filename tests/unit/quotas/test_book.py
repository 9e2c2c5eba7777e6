"""Setting quotas: what is in force afterwards, what is refused, and that all of it is written down."""

from __future__ import annotations

import pytest

from spaces import audit, db
from spaces.errors import Conflict, Invalid
from spaces.models import GpuDevice
from spaces.models.owner import Role
from spaces.models.quota import EVERYBODY
from spaces.quotas import book
from spaces.quotas.terms import STORED_UNLIMITED, UNLIMITED, Limits
from tests.unit.people import actor_of, person


@pytest.fixture
def admin(place):
    return actor_of("root", role=Role.ADMIN)


def gpus(count: int) -> None:
    with db.writing() as session:
        for number in range(count):
            session.add(GpuDevice(uuid=f"GPU-{number}", index=number, model="T4", product="T4", memory=16384))


def change(admin, owner, overcommit: bool = False, **values: float | None) -> book.Changed:
    with db.writing() as session:
        return book.change(session, admin, owner, values, overcommit)


def limits(owner) -> Limits:
    with db.reading() as session:
        return book.limits_of(session, owner.id)


def lines() -> list[dict]:
    with db.reading() as session:
        return [audit.shown(entry) for entry in audit.entries(session)]


def test_where_nobody_said_anything_everything_is_allowed_and_nothing_promised(admin):
    assert limits(person("alice")) == Limits() and Limits().gpus == UNLIMITED and Limits().guarantee == 0


def test_an_owners_terms_win_over_everybodys_and_the_rest_is_inherited(admin):
    alice, bob = person("alice"), person("bob")
    change(admin, None, gpus=1, builds=2)
    change(admin, alice, gpus=4, builds=None)
    assert (limits(alice).gpus, limits(alice).builds) == (4, 2) and limits(bob).gpus == 1
    change(admin, alice, gpus=STORED_UNLIMITED)
    assert limits(alice).gpus == UNLIMITED
    with db.writing() as session:
        book.reset(session, admin, alice)
    assert limits(alice) == limits(bob)


def test_every_change_is_in_the_audit_log_with_before_and_after(admin):
    alice = person("alice")
    change(admin, alice, gpus=2)
    change(admin, alice, gpus=2)
    change(admin, alice, gpus=STORED_UNLIMITED)
    with db.writing() as session:
        book.reset(session, admin, alice)
        book.reset(session, admin, alice)
    said = [(line["actor"], line["action"], line["subject"], line["before"], line["after"]) for line in lines()]
    assert said == [
        ("root", "quota.reset", "alice", {"gpus": "unlimited"}, {}),
        ("root", "quota.change", "alice", {"gpus": 2}, {"gpus": "unlimited"}),
        ("root", "quota.change", "alice", {}, {"gpus": 2}),
    ]


def test_more_than_there_is_cannot_be_guaranteed_unless_somebody_means_it(admin):
    gpus(2)
    alice, bob = person("alice"), person("bob")
    change(admin, alice, guarantee=2)
    with pytest.raises(Conflict, match="come to 3 GPUs, and there are 2"):
        change(admin, bob, guarantee=1)
    assert limits(bob).guarantee == 0 and len(lines()) == 1
    assert "come to 3" in change(admin, bob, overcommit=True, guarantee=1).warnings[0]
    change(admin, alice, guarantee=1.5)  # still above, and yet a step in the right direction
    with pytest.raises(Conflict):
        change(admin, None, guarantee=1)  # root has the defaults too


def test_a_new_default_must_suit_those_who_inherit_a_part_of_it(admin):
    gpus(4)
    change(admin, person("alice"), guarantee=2)
    with pytest.raises(Invalid, match="alice would be guaranteed 2 GPUs and allowed 1"):
        change(admin, None, gpus=1)
    with db.reading() as session:
        assert book.limits_of(session, EVERYBODY) == Limits()


def test_a_device_that_is_gone_is_no_part_of_the_fleet(admin):
    gpus(2)
    with db.writing() as session:
        session.get(GpuDevice, "GPU-0").state = "gone"
        session.add(GpuDevice(uuid="MIG-1", index=9, model="A100", product="A100", memory=9728, mig_profile="1g.10gb"))
    with db.reading() as session:
        assert book.fleet(session) == pytest.approx(1.142)


def test_a_quota_goes_with_its_owner(admin):
    from spaces import farewells

    alice = person("alice")
    change(admin, alice, gpus=2)
    with db.writing() as session:
        farewells.delete_user(session, alice, admin)
    with db.reading() as session:
        assert book.own_values(session, alice.id) == book.values_of(None)
