"""What an instance is made of: the environment's three layers, its network and its limits."""

from __future__ import annotations

import pytest

from spaces.card import SpaceConfig
from spaces.errors import Invalid
from spaces.models import Flavor, Revision, Space
from spaces.specs import make_spec, subnet_at

FLAVOR = Flavor(name="cpu-basic", pretty_name="CPU basic", cpus=2, memory=16 * 1024)


def spec(place, *, variables=None, secrets=None, ca=False, door="", flavor=FLAVOR, config=None, **changes):
    values = {"id": 7, "owner_id": 3, "name": "Demo", "name_key": "demo", "subdomain": "ann-demo", "subnet": 5}
    space = Space(**(values | changes))
    revision = Revision(
        id=9, space_id=7, build_id=1, commit="c", image="sha256:i", config=config or SpaceConfig(sdk="gradio"),
        command='["python", "app.py"]',
    )  # fmt: skip
    return make_spec(
        place, space, revision, flavor, "ann", variables or {}, secrets or {}, "ann-demo.localhost:8000", ca, door
    )


def env(made):
    return dict(made.env)


def test_the_hubs_variables_are_there(place):
    wanted = {
        "SYSTEM": "spaces",
        "SPACE_ID": "ann/Demo",
        "SPACE_HOST": "ann-demo.localhost:8000",
        "SPACE_AUTHOR_NAME": "ann",
        "SPACE_REPO_NAME": "Demo",
        "SPACE_TITLE": "Demo",
        "SPACE_CREATOR_USER_ID": "3",
        "CPU_CORES": "2",
        "MEMORY": "16Gi",
        "ACCELERATOR": "none",
        "HOME": "/home/user",
        "PORT": "7860",
    }
    assert env(spec(place)).items() >= wanted.items()


def test_limits_network_and_name_come_from_flavor_space_and_generation(place):
    made = spec(place, generation=2)
    assert (made.cpus, made.memory, made.pids, made.port) == (2, 16 << 30, 1024, 7860)
    assert made.name == f"demodock-{place.installation}-s7-r9-g2"
    assert (made.network, made.subnet) == (f"demodock-{place.installation}-s7", "10.213.0.80/28")
    assert made.command == ("python", "app.py")


@pytest.mark.parametrize(("storage", "ends"), [(0, None), (5, "-s7-data")])
def test_a_volume_comes_with_storage(place, storage, ends):
    volume = spec(place, storage=storage).volume
    assert volume is None if ends is None else volume.endswith(ends)


def test_a_docker_spaces_port_reaches_every_framework(place):
    made = spec(place, config=SpaceConfig(sdk="docker", app_port=8080))
    names = ("PORT", "GRADIO_SERVER_PORT", "STREAMLIT_SERVER_PORT")
    assert made.port == 8080 and {env(made)[name] for name in names} == {"8080"}


def test_secrets_win_over_variables_and_both_over_defaults(place):
    made = spec(place, variables={"A": "1", "HF_HOME": "/data/hf"}, secrets={"A": "2"})
    assert (env(made)["A"], env(made)["HF_HOME"]) == ("2", "/data/hf")


@pytest.mark.parametrize(
    "key", ["SPACE_ID", "SYSTEM", "HF_ENDPOINT", "HOME", "PORT", "MEMORY", "NVIDIA_VISIBLE_DEVICES"]
)
@pytest.mark.parametrize("kind", ["variables", "secrets"])
def test_p17_nobody_overrides_the_platforms_names(place, kind, key):
    assert env(spec(place, **{kind: {key: "all"}}))[key] == env(spec(place))[key]


@pytest.mark.parametrize("key", ["LD_PRELOAD", "ld_library_path", "PATH", "NVIDIA_DRIVER_CAPABILITIES", "A=B", ""])
def test_p17_names_that_reach_past_the_app_are_dropped(place, key):
    assert key not in env(spec(place, variables={key: "x"}, secrets={key: "x"}))


def test_a_space_without_gpus_sees_none(place):
    assert env(spec(place))["NVIDIA_VISIBLE_DEVICES"] == "void"


def test_a_spaces_hub_is_this_platform_unless_an_upstream_one_is_named(place):
    assert env(spec(place))["HF_ENDPOINT"] == "http://hub.localhost:8000"
    outside = place.model_copy(update={"public_url": "https://demo.example.com/"})
    assert env(spec(outside))["HF_ENDPOINT"] == "https://hub.demo.example.com"
    place = place.model_copy(update={"hub_endpoint": "https://hub.lan/"})
    assert env(spec(place))["HF_ENDPOINT"] == "https://hub.lan"


def test_an_instance_finds_the_platform_at_the_door_and_no_other_name_is_bent(place):
    assert spec(place, door="10.213.0.1").hosts == (("hub.localhost", "10.213.0.1"),)
    assert spec(place).hosts == ()


def test_an_extra_ca_bundle_is_named_to_every_tool_that_asks(place):
    assert "SSL_CERT_FILE" not in env(spec(place))
    assert (
        env(spec(place, ca=True))["SSL_CERT_FILE"]
        == env(spec(place, ca=True))["GIT_SSL_CAINFO"]
        == "/etc/demodock/ca.crt"
    )


def test_a_title_on_the_card_is_the_title(place):
    assert env(spec(place, config=SpaceConfig(sdk="gradio", title="Two words")))["SPACE_TITLE"] == "Two words"


def test_equal_input_makes_equal_specs_and_a_changed_secret_another(place):
    assert spec(place, secrets={"A": "1"}).digest() == spec(place, secrets={"A": "1"}).digest()
    assert spec(place, secrets={"A": "1"}).digest() != spec(place, secrets={"A": "2"}).digest()


def test_a_secret_does_not_show_in_a_printed_spec(place):
    assert "hunter2" not in repr(spec(place, secrets={"A": "hunter2"}))


@pytest.mark.parametrize(
    ("index", "subnet"), [(0, "10.213.0.0/28"), (1, "10.213.0.16/28"), (4095, "10.213.255.240/28")]
)
def test_subnets_follow_each_other_through_the_pool(index, subnet):
    assert subnet_at("10.213.0.0/16", index) == subnet


@pytest.mark.parametrize(
    ("pool", "index"), [("10.213.0.0/16", 4096), ("10.213.0.0/16", -1), ("fd00::/8", 0), ("nonsense", 0)]
)
def test_a_pool_that_cannot_serve_names_its_setting(pool, index):
    with pytest.raises(Invalid, match="DEMODOCK_SUBNETS"):
        subnet_at(pool, index)
