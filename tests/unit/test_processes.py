"""The table of processes and the ready line, without starting anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from spaces import processes
from spaces.cli import samples, up
from spaces.errors import SetupError
from spaces.host import ports


@pytest.fixture
def table(place):
    settings = processes.with_ports(place.model_copy(update={"workers": 3}))
    return settings, {process.name: process for process in processes.processes(settings)}


def test_the_table_holds_every_process_and_the_store_is_stopped_last(table):
    _, found = table
    assert set(found) == {"valkey", "api", "gateway", "controller", "edge", "worker-1", "worker-2", "worker-3"}
    assert (
        found["valkey"].rank < found["controller"].rank < min(found[name].rank for name in ("api", "gateway", "edge"))
    )


def test_children_are_told_the_inner_ports_and_each_is_another(table):
    settings, found = table
    told = {found["api"].env[f"DEMODOCK_{name}_PORT"] for name in ("API", "GATEWAY", "EDGE")}
    assert told == {str(settings.api_port), str(settings.gateway_port), str(settings.edge_port)}
    assert len(told) == 3


def test_no_secret_stands_in_an_argv(table):
    settings, found = table
    secrets = [
        path.read_text() for path in Path(settings.data).iterdir() if path.is_file() and path.stat().st_size < 100
    ]
    assert secrets
    for process in found.values():
        assert not any(secret and secret in " ".join(process.argv) for secret in secrets), process.name


def test_a_store_of_ones_own_takes_the_place_of_ours(place):
    settings = processes.with_ports(place.model_copy(update={"redis_url": "redis://store.lan"}))
    assert "valkey" not in {process.name for process in processes.processes(settings)}


def test_a_taken_port_names_its_holder_and_another_port():
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SetupError, match=str(os.getpid())) as caught:
            ports.require_free("127.0.0.1", taken.getsockname()[1])
    assert "DEMODOCK_PORT" in caught.value.hint


def test_an_address_that_is_not_ours_is_refused():
    with pytest.raises(SetupError, match="192.0.2.1"):
        ports.require_free("192.0.2.1", 8000)


def test_the_ready_line_is_exactly_what_scripts_wait_for(place):
    assert up.ready_lines(place)[0] == "demodock ready: http://localhost:8000"
    assert "admin-token" in up.ready_lines(place)[1]


def test_samples_published_once_are_not_published_again(place, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "samples" / name).mkdir(parents=True)
        (tmp_path / "samples" / name / "README.md").touch()
    folder = tmp_path / "samples"
    assert [path.name for path in samples.unpublished(place, folder)] == ["a", "b"]
    samples._remember(place, "a")
    assert [path.name for path in samples.unpublished(place, folder)] == ["b"]
    assert samples.unpublished(place.model_copy(update={"samples": False}), folder) == []
    assert samples.unpublished(place, tmp_path / "nowhere") == []


def test_the_token_of_a_sample_push_is_in_no_argv(place, tmp_path):
    environment = samples.push_environment(place, str(tmp_path), "localhost")
    assert environment["GIT_CONFIG_KEY_0"] == "http.extraHeader"
    assert environment["GIT_CONFIG_VALUE_0"].startswith("Authorization: Basic ")
    assert environment["HOME"] == str(tmp_path)
