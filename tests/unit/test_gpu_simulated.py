"""Simulated devices: the setting's grammar, UUIDs that stay, and faults that a file makes."""

from __future__ import annotations

import pytest

from spaces.errors import Invalid
from spaces.gpus import simulated
from spaces.gpus.simulated import devices, faulted, parse
from spaces.gpus.source import choose, model_of


def named(text: str, installation: str = "here") -> list[str]:
    return [seen.uuid for seen in devices(parse(text), installation)]


def test_the_setting_makes_the_devices_it_names():
    made = devices(parse("sim:4xA100-80GB,2xT4-16GB"), "here")
    assert [(seen.model, seen.memory) for seen in made] == [("A100", 81920)] * 4 + [("T4", 16384)] * 2
    assert len({seen.uuid for seen in made}) == 6 and all(seen.uuid.startswith("GPU-") for seen in made)
    assert [seen.index for seen in made] == list(range(6))


def test_a_model_may_have_several_words():
    (made,) = devices(parse("sim:1xRTX-PRO-6000-96GB"), "here")
    assert (made.model, made.memory) == ("RTX PRO 6000", 96 * 1024)


def test_a_device_in_mig_mode_is_seen_as_its_instances():
    made = devices(parse("sim:1xA100-80GB/3x2g.20gb+1x1g.10gb,1xT4-16GB"), "here")
    assert [seen.mig_profile for seen in made] == ["2g.20gb"] * 3 + ["1g.10gb", None]
    slices = made[:4]
    assert len({seen.parent for seen in slices}) == 1 and slices[0].parent.startswith("GPU-")
    assert all(seen.uuid.startswith("MIG-") and seen.model == "A100" and seen.index == 0 for seen in slices)
    assert made[0].memory < 20 * 1024 and made[4].index == 1


def test_uuids_stay_when_other_kinds_are_added_and_differ_between_installations():
    assert named("sim:1xT4-16GB,2xA100-80GB")[1:] == named("sim:2xA100-80GB") == named("sim:3xA100-80GB")[:2]
    assert named("sim:1xA100-80GB,1xA100-80GB") == named("sim:2xA100-80GB")
    assert not set(named("sim:2xA100-80GB", "here")) & set(named("sim:2xA100-80GB", "there"))


@pytest.mark.parametrize(
    "text",
    [
        "gpu",
        "sim:",
        "sim:A100-80GB",
        "sim:0xA100-80GB",
        "sim:-1xA100-80GB",
        "sim:2xA100",
        "sim:2xA100-0GB",
        "sim:2xA100-80GB,",
        "sim:2 x A100-80GB",
        "sim:1025xA100-80GB",
        "sim:1xA100-80GB/",
        "sim:1xA100-80GB/7x1g",
        "sim:1xA100-80GB/0x1g.10gb",
        "sim:1xA100-80GB/8x1g.10gb",
        "sim:1xA100-80GB/2x3g.80gb",
        "sim:1xA100-80GB/1x8g.80gb",
        "AUTO",
        "",
    ],
)
def test_a_wrong_setting_is_an_error_that_says_what_is_allowed(place, text):
    with pytest.raises(Invalid) as error:
        choose(place.model_copy(update={"gpus": text}))
    assert "DEMODOCK_GPUS" in error.value.message
    assert "auto, none" in error.value.hint and "sim:4xA100-80GB" in error.value.hint


def test_none_has_no_devices_and_says_why(place):
    look = choose(place.model_copy(update={"gpus": "none"})).look()
    assert not look.devices and "none" in look.obstacle


def test_a_file_breaks_devices_by_number_or_uuid_while_everything_runs(place):
    settings = place.model_copy(update={"gpus": "sim:4xA100-80GB,1xT4-16GB"})
    source = choose(settings)
    whole = source.look().devices
    assert not any(seen.failure for seen in whole)
    lines = f"0 failed The fan stands still.\n{whole[1].uuid} missing\n2 xid\n3 busy 0.5\nnonsense\n9 failed\n\n"
    simulated.fault_file(settings).write_text(lines)
    broken = source.look().devices
    assert [seen.index for seen in broken] == [0, 2, 3, 4]
    assert (broken[0].failure, broken[0].once) == ("The fan stands still.", False)
    assert broken[1].failure and broken[1].once
    assert (broken[2].busy, broken[2].failure) == (0.5, "")
    simulated.fault_file(settings).unlink()
    assert source.look().devices == whole


def test_what_ails_a_device_ails_each_of_its_mig_instances():
    made = devices(parse("sim:1xA100-80GB/2x3g.40gb"), "here")
    assert all(seen.failure == "Hot." for seen in faulted(made, f"{made[0].parent} failed Hot."))
    one = faulted(made, f"{made[0].uuid} failed Hot.")
    assert [bool(seen.failure) for seen in one] == [True, False]


@pytest.mark.parametrize(
    ("product", "model"),
    [
        ("NVIDIA A100-SXM4-80GB", "A100"),
        ("NVIDIA A100 80GB PCIe", "A100"),
        ("NVIDIA A100-SXM4-80GB MIG 1g.10gb", "A100"),
        ("Tesla T4", "T4"),
        ("Tesla V100-SXM2-32GB", "V100"),
        ("NVIDIA A10G", "A10G"),
        ("NVIDIA L4", "L4"),
        ("NVIDIA L40S", "L40S"),
        ("NVIDIA H100 80GB HBM3", "H100"),
        ("NVIDIA H100 NVL", "H100"),
        ("NVIDIA GeForce RTX 4090", "RTX 4090"),
        ("NVIDIA RTX 6000 Ada Generation", "RTX 6000 Ada"),
        ("NVIDIA RTX PRO 6000 Blackwell Server Edition", "RTX PRO 6000"),
        ("NVIDIA Graphics Device", "NVIDIA Graphics Device"),
    ],
)
def test_flavors_and_drivers_agree_on_a_models_name(product, model):
    assert model_of(product) == model
