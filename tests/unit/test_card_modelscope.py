"""Studios move over: `ms_deploy.json` and `deployspec.entry_file` where the card names no sdk."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces.card import SpaceConfig, read_config
from spaces.errors import CardError, Invalid
from spaces.models import StudioSettings
from spaces.names import RESERVED_ENV

FILES = {"app.py": b"", "index.html": b"", "Dockerfile": b"FROM x"}


def deploy(content: object, **files: bytes) -> SpaceConfig:
    text = content if isinstance(content, bytes) else json.dumps(content, indent="\t").encode()
    return read_config(FILES | {"ms_deploy.json": text} | files)


def refused(content: object) -> CardError:
    with pytest.raises(CardError) as caught:
        deploy(content)
    assert caught.value.extra["file"] == "ms_deploy.json"
    return caught.value


def test_a_gradio_studio_is_read_whole():
    config = deploy(
        {
            "sdk_type": "gradio",
            "sdk_version": "6.2.0",
            "base_image": "ubuntu22.04-py311-torch2.9.1-modelscope1.35.0",
            "resource_configuration": "platform/2v-cpu-16g-mem",
            "environment_variables": [{"name": "MODEL", "value": "qwen"}],
        }
    )
    assert (config.sdk, config.sdk_version, config.python_version) == ("gradio", "6.2.0", "3.11")
    assert (config.suggested_hardware, config.variables) == ("cpu-basic", {"MODEL": "qwen"})
    assert len(config.warnings) == 1 and "base_image" in config.warnings[0]


def test_a_docker_studio_gets_its_port_and_variables():
    config = deploy({"sdk_type": "docker", "port": 8000, "environment_variables": [{"name": "A", "value": "1\n2"}]})
    assert (config.app_port, config.variables) == (8000, {"A": "1\n2"})


def test_a_cards_own_keys_win_over_the_studios():
    config = deploy(
        {"sdk_type": "gradio", "sdk_version": "6.2.0"}, **{"README.md": b"---\ntitle: t\nsdk_version: 5.0.0\n---"}
    )
    assert (config.title, config.sdk_version) == ("t", "5.0.0")


def test_a_card_that_names_an_sdk_makes_the_studios_file_a_warning():
    config = deploy({"sdk_type": "docker"}, **{"README.md": b"---\nsdk: gradio\n---"})
    assert config.sdk == "gradio" and "ms_deploy.json is not read" in config.warnings[0]


@pytest.mark.parametrize("name", [*sorted(RESERVED_ENV), "LD_PRELOAD", "space_id", "A-B", "", "1A"])
def test_p17_a_studios_variable_may_not_take_a_name_of_the_platform(name):
    error = refused(
        {"sdk_type": "docker", "environment_variables": [{"name": "OK", "value": ""}, {"name": name, "value": "all"}]}
    )
    assert error.extra["key"] == f"environment_variables.{name}"
    assert error.extra["line"] == 9


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"{", 1),
        (b'{\n"sdk_type": "docker",\n}', 3),
        (b"[]", 1),
        (b'{"sdk_type": NaN}', 1),
        (b"\xff", 1),
        (b"[" * 5000, 1),
        (b'{"a":' * 5000, 1),
        (b'{"sdk_type": ' + b"9" * 5000 + b"}", 1),
        (b'{"sdk_type": "docker", "x": "' + b"a" * 70000 + b'"}', 1),
        (b'{"x": "\\ud800"}', 1),
        ({}, 1),
        ({"sdk_type": None}, 1),
        ({"sdk_type": "gardio"}, 2),
        ({"sdk_type": "docker", "port": "a"}, 3),
        ({"sdk_type": "gradio", "sdk_version": "newest"}, 3),
        ({"sdk_type": "gradio", "environment_variables": {"A": "b"}}, 3),
        ({"sdk_type": "gradio", "environment_variables": [{"name": "A"}]}, 5),
        (
            {"sdk_type": "gradio", "environment_variables": [{"name": "A", "value": "x"}, {"name": "A", "value": "y"}]},
            5,
        ),
    ],
)
def test_a_wrong_studio_file_names_the_line(content, line):
    assert refused(content).extra["line"] == line


def test_a_key_written_twice_is_refused():
    assert "twice" in refused(b'{"sdk_type": "docker", "sdk_type": "gradio"}').message


def test_an_unknown_key_is_a_warning():
    assert "did you mean `sdk_version`" in deploy({"sdk_type": "gradio", "sdkVersion": "6"}).warnings[0]


@pytest.mark.parametrize(
    ("entry", "files", "sdk"),
    [
        ("main.py", {"main.py": b"import os\nimport streamlit as st"}, "streamlit"),
        ("main.py", {"main.py": b"", "requirements.txt": b"streamlit>=1"}, "streamlit"),
        ("main.py", {"main.py": b"import gradio"}, "gradio"),
        ("home.html", {"home.html": b""}, "static"),
        ("app.py", {"Dockerfile": b""}, "docker"),
    ],
)
def test_a_studio_card_without_sdk_is_taken_for_what_its_files_look_like(entry, files, sdk):
    config = read_config(files | {"README.md": f"---\ndomain: [cv]\ndeployspec:\n  entry_file: {entry}\n---".encode()})
    assert config.sdk == sdk and f"`sdk: {sdk}`" in config.warnings[0]
    assert config.app_file == (entry if sdk != "docker" else "app.py")


def test_an_entry_file_above_the_root_is_refused():
    with pytest.raises(CardError) as caught:
        read_config(FILES | {"README.md": b"---\ndeployspec:\n  entry_file: ../x.py\n---"})
    assert (caught.value.extra["line"], caught.value.extra["key"]) == (3, "deployspec.entry_file")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: (
        st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "A"]), part, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=200)
    | st.dictionaries(
        st.sampled_from(
            ["sdk_type", "sdk_version", "base_image", "resource_configuration", "environment_variables", "port", "x"]
        ),
        _JSON,
    )
)
def test_any_studio_file_is_read_or_refused_with_a_typed_error(content):
    try:
        config = deploy(content)
    except Invalid as error:
        assert error.hint
    else:
        assert SpaceConfig.model_validate_json(config.model_dump_json()) == config


def test_a_studios_settings_stand_in_for_a_file_that_is_not_there():
    settings = StudioSettings(
        sdk_type="streamlit", sdk_version="1.40.0", base_image="ubuntu22.04-py311-x", license="MIT"
    )
    config = read_config({"app.py": b""}, settings.deploy_file())
    assert (config.sdk, config.sdk_version, config.python_version) == ("streamlit", "1.40.0", "3.11")
    files = {"app.py": b"", "ms_deploy.json": b'{"sdk_type": "gradio"}'}
    assert read_config(files, settings.deploy_file()).sdk == "gradio"
    card = {"app.py": b"", "README.md": b"---\nsdk: gradio\n---\n"}
    assert read_config(card, settings.deploy_file()).sdk_version is None
    assert StudioSettings(sdk_version="5.0").deploy_file() is None
