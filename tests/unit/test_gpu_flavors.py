"""Which flavors there are the devices for."""

from __future__ import annotations

import pytest

from spaces import db, hardware
from spaces.errors import Invalid
from spaces.gpus import inventory
from spaces.gpus.devices import DeviceState
from spaces.gpus.flavors import misfit, need, offered
from spaces.gpus.fleet import Device
from spaces.migrations import seed
from spaces.models import Flavor, GpuDevice
from spaces.models.flavor import DEFAULTS
from tests.unit.people import bearer, token_of


def device(uuid: str = "GPU-1", model: str = "A100", memory: int = 81920, **values: object) -> GpuDevice:
    return GpuDevice(uuid=uuid, index=0, model=model, product=f"NVIDIA {model}", memory=memory, **values)


def fleet(*rows: GpuDevice) -> list[Device]:
    return [inventory.device(row) for row in rows]


def flavor(**values: object) -> Flavor:
    return Flavor(**{"name": "big", "pretty_name": "Big", "cpus": 1, "memory": 1024, "gpus": 1} | values)


@pytest.mark.parametrize(
    ("wanted", "there", "fit"),
    [
        ({}, {}, True),
        ({"gpu_model": "a100"}, {}, True),
        ({"gpu_model": "A10"}, {}, False),
        ({"gpu_memory": 80 * 1024}, {}, True),
        ({"gpu_memory": 80 * 1024}, {"memory": 81559}, True),
        ({"gpu_memory": 80 * 1024}, {"memory": 40960}, False),
        ({"mig_profile": "1g.10gb"}, {}, False),
        ({"mig_profile": "1g.10gb"}, {"mig_profile": "1g.10gb", "memory": 9728}, True),
        ({}, {"mig_profile": "1g.10gb"}, False),
        ({"gpu_slots": 4}, {}, False),
        ({"gpu_slots": 4}, {"slots": 4}, True),
        ({}, {"slots": 4}, False),
    ],
)
def test_a_device_fits_by_model_memory_mig_profile_and_slots(wanted, there, fit):
    assert need(flavor(**wanted)).fits(inventory.device(device(**there))) is fit


@pytest.mark.parametrize(
    ("model", "memory", "name"),
    [
        ("T4", 15109, "t4-small"),
        ("A10G", 22731, "a10g-small"),
        ("L4", 23034, "l4x1"),
        ("L40S", 46068, "l40sx1"),
        ("A100", 81920, "a100-large"),
        ("H100", 81559, "h100"),
        ("RTX PRO 6000", 97887, "rtx-pro-6000"),
    ],
)
def test_the_hubs_flavors_fit_what_real_drivers_report_of_their_cards(model, memory, name):
    one = [each.name for each in offered(DEFAULTS, fleet(device(model=model, memory=memory))) if each.gpus]
    assert name in one and all(each.gpus == 1 for each in DEFAULTS if each.name in one)


def test_a_flavor_for_several_devices_is_offered_where_there_are_so_many():
    two = fleet(device("GPU-1"), device("GPU-2"))
    assert offered([flavor(gpus=2)], two) and not offered([flavor(gpus=3)], two)
    assert not offered([flavor(gpus=2)], two[:1])
    unlike = fleet(device("GPU-1"), device("GPU-2", model="T4"))
    assert not offered([flavor(gpus=2)], unlike)
    assert "only 1 of that kind" in misfit(flavor(gpus=2), unlike)[0]


def test_a_device_that_is_gone_counts_for_nothing_and_a_failed_or_cordoned_one_may_come_back(place):
    with db.writing() as session:
        seed(session)
        for number, state in enumerate(DeviceState):
            session.add(device(f"GPU-{number}", model="T4", state=state))
    with db.reading() as session:
        assert [each.open for each in inventory.fleet(session)] == [True, False, False, False]
        assert hardware.find_flavor(session, "t4-small", None)


def test_hardware_without_a_device_is_not_listed_and_choosing_it_names_what_there_is(client):
    me = bearer(token_of("alice"))
    assert [each["name"] for each in client.get("/api/spaces/hardware").json()] == ["cpu-basic", "cpu-upgrade"]
    body = {"name": "alice/demo", "type": "space", "sdk": "docker", "hardware": "t4-small"}
    refused = client.post("/api/repos/create", json=body, headers=me)
    assert (refused.status_code, refused.json()["code"]) == (422, "no_such_gpu")
    assert refused.json()["detail"] == "Allowed: cpu-basic, cpu-upgrade."
    with db.writing() as session:
        session.add(device(model="T4", memory=15360))
    assert "t4-small" in [each["name"] for each in client.get("/api/spaces/hardware").json()]
    assert client.post("/api/repos/create", json=body, headers=me).status_code == 200


def test_hardware_that_nobody_knows_is_told_apart(place):
    with db.writing() as session:
        seed(session)
        with pytest.raises(Invalid) as error:
            hardware.find_flavor(session, "zx81", None)
    assert error.value.code == "unknown_hardware" and "cpu-basic" in error.value.hint
