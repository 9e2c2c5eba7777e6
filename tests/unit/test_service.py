"""One process alone: the same command that `demodock up` runs, and typed refusals."""

from __future__ import annotations

import pytest
import yaml

from spaces import processes, service
from spaces.errors import SetupError
from tests.harness import ROOT


@pytest.fixture
def settings(place):
    return place.model_copy(update={"api_port": 18701, "gateway_port": 18702, "edge_port": 18703, "workers": 2})


def test_every_process_of_up_can_be_run_alone_and_is_the_very_same_command(settings):
    for process in processes.processes(settings):
        assert service.find([process.name], settings).argv == process.argv


def test_any_worker_is_a_worker(settings):
    assert service.find(["worker"], settings).argv == service.find(["worker-1"], settings).argv


def test_compose_runs_every_process_and_no_other(settings):
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    commands = {
        name: service.find(entry["command"], settings).argv for name, entry in services.items() if name != "setup"
    }
    assert set(commands.values()) == {process.argv for process in processes.processes(settings)}


def test_an_unknown_process_is_refused_with_those_that_there_are(settings):
    with pytest.raises(SetupError) as error:
        service.find(["sidecar"], settings)
    assert "gateway" in error.value.hint


def test_processes_that_cannot_agree_on_ports_are_told_to_be_given_them(place):
    with pytest.raises(SetupError) as error:
        service.find(["api"], place)
    assert "DEMODOCK_API_PORT" in error.value.message


def test_nobody_waits_for_a_store_that_is_not_ours(settings):
    service.wait_for_store(settings.model_copy(update={"redis_url": "redis://elsewhere"}), seconds=0)


def test_waiting_for_our_store_ends_with_what_to_look_at(settings):
    with pytest.raises(SetupError) as error:
        service.wait_for_store(settings, seconds=0)
    assert "valkey" in error.value.hint
