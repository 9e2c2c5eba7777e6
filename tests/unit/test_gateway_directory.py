"""From a host name to a Space's facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.gateway.directory import Address, DatabaseDirectory, read_facts, subdomain_of_host
from spaces import db
from spaces.card import SpaceConfig
from spaces.lifecycle import InstanceStatus, Phase, Stage
from spaces.models import Build, Instance, Owner, RepoCard, Revision, Space
from spaces.settings import Settings


@pytest.mark.parametrize(
    ("host", "label"),
    [
        ("ann-demo.localhost", "ann-demo"),
        ("ann-demo.localhost:8000", "ann-demo"),
        ("ANN-Demo.LocalHost.", "ann-demo"),
        ("ann-demo.localhost:99999", "ann-demo"),
        ("ann-demo.localhost.:80", "ann-demo"),
        ("localhost", None),
        ("localhost:8000", None),
        ("a.b.localhost", None),
        (".localhost", None),
        ("ann-demo.example.org", None),
        ("127.0.0.1:8000", None),
        ("[::1]:8000", None),
        ("", None),
    ],
)
def test_p25_a_host_is_the_same_space_however_it_is_spelled(place, host, label):
    assert subdomain_of_host(host, place) == label
    if label:
        assert subdomain_of_host(f"{label}.{place.domain}", place) == label


@pytest.fixture
def space(place) -> int:
    with db.writing() as session:
        owner = Owner(name="Ann", name_key="ann")
        session.add(owner)
        session.flush()
        space = Space(owner_id=owner.id, name="demo", name_key="demo", subdomain="ann-demo", subnet=1, title="A demo")
        session.add(space)
        session.flush()
        build = Build(space_id=space.id, number=1, commit="c")
        session.add(build)
        session.flush()
        config = SpaceConfig(sdk="gradio", disable_embedding=True)
        revision = Revision(space_id=space.id, build_id=build.id, commit="c", config=config, start_seconds=3.5)
        session.add(revision)
        session.flush()
        instance = Instance(
            space_id=space.id, revision_id=revision.id, name="i1", address="10.0.0.2", status=InstanceStatus.READY
        )
        session.add(instance)
        session.flush()
        space.revision_id, space.instance_id = revision.id, instance.id
        space.stage, space.phase = Stage.RUNNING, Phase.SERVING
        return space.id


@pytest.mark.parametrize(
    ("status", "stage", "address", "frozen", "wakeable"),
    [
        (InstanceStatus.READY, Stage.RUNNING, Address("10.0.0.2", 7860), False, False),
        (InstanceStatus.FROZEN, Stage.RUNNING, Address("10.0.0.2", 7860), True, True),
        (InstanceStatus.STOPPED, Stage.SLEEPING, None, False, True),
        (InstanceStatus.STARTING, Stage.APP_STARTING, None, False, False),
        (InstanceStatus.STOPPED, Stage.PAUSED, None, False, False),
    ],
)
def test_facts_say_where_a_space_answers(space, status, stage, address, frozen, wakeable):
    with db.writing() as session:
        session.get(Instance, 1).status = status
        session.get(Space, space).stage = stage
    facts = read_facts("ann-demo")
    assert (facts.address, facts.frozen, facts.wakeable) == (address, frozen, wakeable)
    assert (facts.name, facts.title, facts.expected, facts.sites) == ("Ann/demo", "A demo", 3.5, "")


@pytest.mark.parametrize(
    ("data", "title"), [('{"title": "Its card"}', "Its card"), ('{"title": 3}', "A demo"), ("{}", "A demo")]
)
def test_a_space_is_called_what_its_card_says_now_as_in_the_gallery(space, data, title):
    with db.writing() as session:
        session.add(RepoCard(number=space, commit="c", data=data))
    assert read_facts("ann-demo").title == title


async def test_an_answer_is_kept_for_a_second_and_dropped_on_an_event(space, monkeypatch):
    monkeypatch.setattr("proxy.gateway.directory.FRESH_SECONDS", 1000)
    directory = DatabaseDirectory()
    assert (await directory.find("ann-demo")).stage == Stage.RUNNING
    with db.writing() as session:
        session.get(Space, space).stage = Stage.PAUSED
    assert (await directory.find("ann-demo")).stage == Stage.RUNNING
    directory._heard(b'{"space_id": 1}')
    assert (await directory.find("ann-demo")).stage == Stage.PAUSED
    with db.writing() as session:
        session.get(Space, space).stage = Stage.SLEEPING
    monkeypatch.setattr("proxy.gateway.directory.FRESH_SECONDS", 0)
    assert (await directory.find("ann-demo")).stage == Stage.SLEEPING
    assert await directory.find("nobody") is None


async def test_the_cache_is_bounded_however_many_hosts_are_asked_for(place, monkeypatch):
    monkeypatch.setattr("proxy.gateway.directory.CACHE_SIZE", 3)
    directory = DatabaseDirectory()
    for number in range(6):
        await directory.find(f"x{number}")
    assert len(directory._cache) == 3


spellings = st.text(st.sampled_from("aZ09-._:[]@/\\ \té"), max_size=30)


@given(spellings, st.sampled_from(["", ".localhost", ".LOCALHOST", ".localhost.", ".localhost:80", ".localhost.:x"]))
def test_p25_every_spelling_of_a_host_means_one_space_or_none(name, end):
    settings = Settings(domain="localhost")
    found = subdomain_of_host(name + end, settings)
    if found is not None:
        again = [f"{found}.localhost", f"{found.upper()}.Localhost.", f" {found}.localhost:8000"]
        assert {subdomain_of_host(text, settings) for text in again} == {found}
        assert found == found.lower() and not set(found) & set("./: ")
