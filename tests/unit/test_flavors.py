"""Flavors as admins make them, and whose Spaces may have them."""

from __future__ import annotations

import dataclasses
import json

import pytest
from sqlmodel import select

from spaces import actions, db, farewells, flavors, hardware, organizations, renames
from spaces.errors import Conflict, Invalid, NotFound, NotOffered
from spaces.flavors import Wish
from spaces.gpus import inventory
from spaces.gpus.source import choose
from spaces.models import Audience, AuditEntry, Flavor, FlavorOwner, MemberRole, Owner, RepoKind, Space
from spaces.models.owner import Role
from tests.unit.people import a_space, actor_of, bearer, person, token_of


@pytest.fixture
def admin(place):
    return actor_of("root", role=Role.ADMIN)


@pytest.fixture
def two_t4(place):
    inventory.sync(choose(place.model_copy(update={"gpus": "sim:2xT4-16GB"})))


def make(admin, name="lab", **wish):
    with db.writing() as session:
        return flavors.create(session, admin, name, Wish(**{"cpus": 2, "memory": 4096} | wish))[1]


def alter(admin, name="lab", **wish):
    with db.writing() as session:
        return flavors.change(session, admin, name, Wish(**wish))[1]


def offered_to(name: str) -> set[str]:
    with db.reading() as session:
        owner = session.exec(select(Owner).where(Owner.name == name)).one()
        return {each.name for each in hardware.offered(session, owner_id=owner.id)}


def test_a_new_flavor_comes_last_and_is_offered_where_a_device_fits(admin, two_t4):
    assert make(admin, gpus=2, gpu_model="T4", pretty_name="Two T4") == []
    with db.reading() as session:
        assert [each.name for each in hardware.offered(session)][-1] == "lab"
        assert session.get(Flavor, "lab").pids == 1024


def test_a_flavor_that_no_device_fits_is_made_with_a_warning(admin, two_t4):
    (warning,) = make(admin, gpus=3, gpu_model="T4")
    assert "not offered for now" in warning and "only 2" in warning
    (warning,) = alter(admin, gpus=1, gpu_model="H200")
    assert "No GPU here fits" in warning and "2 x T4" in warning
    assert alter(admin, gpu_model="") == []


def test_shared_gpus_are_said_to_be_no_isolation_to_admins_and_on_the_wire(admin, two_t4, client):
    with db.writing() as session:
        inventory.cut(session, inventory.devices(session)[0], 4, admin)
    (warning,) = make(admin, gpus=1, gpu_slots=4, pretty_name="Quarter T4")
    assert "not kept from each other" in warning
    shown = next(each for each in client.get("/api/spaces/hardware").json() if each["name"] == "lab")
    assert shown["prettyName"] == "Quarter T4 (shared GPU, no isolation)"
    assert (shown["accelerator"]["slots"], shown["accelerator"]["isolated"]) == (4, False)


@pytest.mark.parametrize(
    "wish",
    [
        {"cpus": 0},
        {"cpus": float("nan")},
        {"memory": -1},
        {"gpus": -1},
        {"gpus": 1, "gpu_memory": -5},
        {"gpus": 1, "gpu_slots": 0},
        {"gpus": 1, "gpu_slots": 65},
        {"pids": 1},
        {"sleep_after": 0},
        {"freeze_after": -2},
        {"gpu_model": "A100"},
        {"gpus": 1, "mig_profile": "half"},
        {"pretty_name": " "},
        {"pretty_name": "x" * 101},
        {"owners": ["root"]},
    ],
)
def test_a_wrong_value_is_refused_and_nothing_is_written(admin, wish):
    with pytest.raises(Invalid):
        make(admin, **wish)
    make(admin)
    with pytest.raises(Invalid):
        alter(admin, **wish)
    with db.reading() as session:
        row = session.get(Flavor, "lab")
        assert (row.cpus, row.memory, row.gpus, row.pretty_name) == (2, 4096, 0, "lab")


@pytest.mark.parametrize("name", ["", "Lab", "-lab", "a b", "../x", "x" * 64, "zero-a10g"])
def test_names_of_flavors_have_a_rule(admin, name):
    with pytest.raises(Invalid):
        make(admin, name)


def test_a_flavor_needs_its_size_and_a_name_of_its_own(admin):
    with db.writing() as session, pytest.raises(Invalid) as error:
        flavors.create(session, admin, "lab", Wish(cpus=1))
    assert "memory" in error.value.message
    with pytest.raises(Conflict):
        make(admin, "cpu-basic")


def test_a_flavor_in_use_and_the_one_of_new_spaces_stay(admin, two_t4):
    make(admin)
    space = a_space("alice")
    with db.writing() as session:
        session.get_one(Space, space.id).hardware = "lab"
    with db.writing() as session:
        for name in ("lab", "cpu-basic"):
            with pytest.raises(Conflict) as error:
                flavors.remove(session, admin, name)
            assert error.value.code == "flavor_in_use"
        with pytest.raises(NotFound):
            flavors.remove(session, admin, "zx81")
        session.get_one(Space, space.id).hardware = "cpu-basic"
        flavors.remove(session, admin, "lab")
        assert session.get(Flavor, "lab") is None


def test_every_change_is_in_the_audit_log(admin):
    make(admin)
    alter(admin, cpus=4)
    with db.writing() as session:
        flavors.remove(session, admin, "lab")
    with db.reading() as session:
        made, changed, removed = session.exec(select(AuditEntry).where(AuditEntry.kind == "flavor")).all()
    assert [each.action for each in (made, changed, removed)] == ["flavor.create", "flavor.change", "flavor.remove"]
    assert made.before is None and removed.after is None and {made.actor, removed.actor} == {"root"}
    assert (json.loads(changed.before)["cpus"], json.loads(changed.after)["cpus"]) == (2, 4)


def test_a_flavor_for_named_owners_is_theirs_alone_and_looks_absent_to_others(admin):
    person("alice"), person("bob")
    make(admin, audience="named", owners=["alice"])
    assert "lab" in offered_to("alice") and "lab" not in offered_to("bob")
    space, bob = a_space("bob", "his"), actor_of("bob")
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        with pytest.raises(Invalid) as error:
            actions.set_hardware(session, row, bob, "lab")
        assert error.value.code == "unknown_hardware" and "lab" not in error.value.hint
        actions.set_hardware(session, row, admin, "lab")
        assert row.hardware == "lab"


def test_a_flavor_for_admins_is_given_by_admins_alone(admin):
    make(admin, audience="admins")
    space, alice = a_space("alice"), actor_of("alice")
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        with pytest.raises(Invalid):
            actions.set_hardware(session, row, alice, "lab")
        actions.set_hardware(session, row, admin, "lab")
    with db.writing() as session:
        # Its people may go on setting what else there is.
        actions.set_hardware(session, session.get_one(Space, space.id), alice, "lab", 60)


def test_members_of_a_named_organization_and_admins_see_its_flavors(admin, client):
    ada = actor_of("ada")
    with db.writing() as session:
        lab = organizations.create(session, ada, "lab")
        organizations.put_member(session, lab, person_in(session, "alice"), MemberRole.READ)
    make(admin, "big", audience="named", owners=["lab"])

    def seen(name: str | None) -> bool:
        headers = bearer(token_of(name)) if name else {}
        return "big" in [each["name"] for each in client.get("/api/spaces/hardware", headers=headers).json()]

    assert [seen(name) for name in ("alice", "root", "bob", None)] == [True, True, False, False]


def person_in(session, name: str) -> Owner:
    found = session.exec(select(Owner).where(Owner.name == name)).first()
    if found is None:
        found = Owner(name=name, name_key=name)
        session.add(found)
        session.flush()
    return found


def test_a_space_takes_no_restricted_hardware_to_another_owner(admin):
    person("bob")
    make(admin, audience="named", owners=["root"])
    space = a_space("root", hardware="lab")
    plain = dataclasses.replace(admin, role=Role.MEMBER)
    with db.writing() as session:
        lab = organizations.create(session, plain, "lab-people")
        row = session.get_one(Space, space.id)
        with pytest.raises(Conflict) as error:
            renames.move_repository(session, plain, RepoKind.SPACE, row, lab.name, "demo")
        assert error.value.code == "not_their_hardware"
        row.hardware = "cpu-basic"
        renames.move_repository(session, plain, RepoKind.SPACE, row, lab.name, "demo")


def test_owners_of_a_flavor_for_everybody_are_nobody_and_go_with_their_account(admin):
    alice = person("alice")
    make(admin, audience="named", owners=["alice", "root"])
    with db.writing() as session:
        farewells.delete_user(session, session.get_one(Owner, alice.id), admin)
        assert flavors.owners_of(session, session.get_one(Flavor, "lab")) == ["root"]
    alter(admin, audience="everybody")
    with db.reading() as session:
        assert (
            session.exec(select(FlavorOwner)).all() == [] and session.get(Flavor, "lab").audience == Audience.EVERYBODY
        )
    assert alter(admin, audience="named") == ["It is for nobody yet: name `owners`."]
    with pytest.raises(NotFound):
        alter(admin, owners=["nobody"])


def test_an_owners_default_that_is_not_offered_any_more_counts_as_not_said(admin):
    from spaces import defaults
    from spaces.defaults import Defaults

    alice = person("alice")
    make(admin)
    with db.writing() as session:
        defaults.put(session, session.get_one(Owner, alice.id), Defaults(hardware="lab"))
    assert a_space("alice", "one").hardware == "lab"
    alter(admin, audience="admins")
    assert a_space("alice", "two").hardware == "cpu-basic"


def test_zero_gpu_is_answered_honestly(client):
    body = {"name": "alice/demo", "type": "space", "sdk": "gradio", "hardware": "zero-a10g"}
    refused = client.post("/api/repos/create", json=body, headers=bearer(token_of("alice")))
    assert (refused.status_code, refused.json()["code"]) == (501, "no_zero_gpu")
    assert "ZeroGPU is not offered here" in refused.json()["error"] and "cpu-basic" in refused.json()["error"]
    with db.reading() as session, pytest.raises(NotOffered):
        hardware.find_flavor(session, "zero-a10g", None)
