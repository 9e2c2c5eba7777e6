"""Decisions about the host, without touching it."""

from __future__ import annotations

import pytest

from spaces.errors import Invalid, SetupError
from spaces.host import bases, engine, packages, resolver
from spaces.settings import Settings


@pytest.mark.parametrize(
    ("setting", "environ", "expected"),
    [
        ("", {}, ["unix:///var/run/docker.sock"]),
        ("", {"DOCKER_HOST": "tcp://engine.lan:2376"}, ["tcp://engine.lan:2376"]),
        ("unix:///our.sock", {"DOCKER_HOST": "tcp://engine.lan:2376"}, ["unix:///our.sock"]),
        (
            "",
            {"XDG_RUNTIME_DIR": "/run/user/1", "HOME": "/home/a"},
            ["unix:///var/run/docker.sock", "unix:///run/user/1/docker.sock", "unix:///home/a/.docker/run/docker.sock"],
        ),
    ],
)
def test_a_named_engine_is_the_only_one_looked_for(setting, environ, expected):
    assert engine.candidates(Settings(docker_host=setting), environ) == expected


def test_a_named_engine_that_does_not_answer_is_never_replaced_by_one_of_ours(place, monkeypatch):
    monkeypatch.setattr(packages, "install", lambda *_: pytest.fail("installed something"))
    monkeypatch.setattr(engine, "_start", lambda *_: pytest.fail("started something"))
    settings = place.model_copy(update={"docker_host": "unix:///nowhere/docker.sock"})
    with pytest.raises(SetupError) as caught:
        engine.ensure_engine(settings, print)
    assert "unix:///nowhere/docker.sock" in caught.value.message
    assert "DOCKER_HOST" in caught.value.hint


def test_a_person_without_root_is_told_what_to_type(place, monkeypatch):
    monkeypatch.setattr(engine, "find_engine", lambda _: None)
    monkeypatch.setattr(engine.os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError) as caught:
        engine.ensure_engine(place, print)
    assert "docker" in caught.value.hint


@pytest.mark.parametrize(
    ("nsswitch", "expected"),
    [
        ("passwd: files\nhosts: files dns\n", "passwd: files\nhosts:          files myhostname dns\n"),
        (
            "hosts:  files mdns4_minimal [NOTFOUND=return] dns\n",
            "hosts:          files myhostname mdns4_minimal [NOTFOUND=return] dns\n",
        ),
        ("hosts: files myhostname dns\n", "hosts: files myhostname dns\n"),
        ("hosts: dns\n", "hosts:          myhostname dns\n"),
        ("passwd: files\n", "passwd: files\nhosts: files myhostname dns\n"),
    ],
)
def test_myhostname_is_asked_before_the_network(nsswitch, expected):
    assert resolver.with_myhostname(nsswitch) == expected


def test_the_default_python_comes_from_the_debian_suite(place):
    assert bases.available_pythons(place) == ["3.11"]
    assert bases.available_pythons(place.model_copy(update={"base_suite": "trixie"})) == ["3.13"]
    assert bases.available_pythons(place.model_copy(update={"python_versions": "3.13, 3.11"})) == ["3.13", "3.11"]


def test_an_admins_template_offers_more_and_keeps_the_default(place):
    settings = place.model_copy(update={"base_image": "registry.lan/python:{python}-slim"})
    assert bases.available_pythons(settings) == ["3.11", "3.13", "3.12", "3.10"]
    assert bases.sources("3.12", settings) == ["registry.lan/python:3.12-slim"]


def test_debian_is_what_remains_where_no_registry_answers(place):
    assert bases.sources("3.11", place) == ["python:3.11-slim", "debian:bookworm"]
    assert bases.sources("3.12", place) == ["python:3.12-slim"]


def test_an_unavailable_python_is_refused_and_says_what_there_is(place):
    with pytest.raises(Invalid) as caught:
        bases.ensure_base("2.7", print, place)
    assert "3.11" in caught.value.hint


def test_a_changed_recipe_is_another_image(monkeypatch):
    before = bases.base_tag("3.11", "debian:bookworm")
    assert before == bases.base_tag("3.11", "debian:bookworm")
    assert before != bases.base_tag("3.11", "python:3.11-slim")
    monkeypatch.setattr(bases.base_make, "_script", lambda: b"another")
    assert before != bases.base_tag("3.11", "debian:bookworm")


def test_what_is_installed_is_not_installed_again(monkeypatch):
    monkeypatch.setattr(packages, "missing", lambda _: [])
    monkeypatch.setattr(packages, "_apt", lambda *_: pytest.fail("asked apt"))
    packages.install(["git"], "test", print)


def test_a_missing_package_names_the_command_where_we_may_not_install(monkeypatch):
    monkeypatch.setattr(packages, "missing", lambda wanted: list(wanted))
    monkeypatch.setattr(packages, "can_install", lambda: False)
    with pytest.raises(SetupError) as caught:
        packages.install(["mmdebstrap"], "to build base images", print)
    assert "apt-get install mmdebstrap" in caught.value.hint
