"""Plans: a table from card and files to steps; which of them may use the shared cache; what names a layer."""

from __future__ import annotations

import pytest

from builder import recipes
from builder.plan import Facts, needs_tree, pinned, plain, python_for
from spaces.card import SpaceConfig
from spaces.errors import BuildFailed, CardError
from spaces.host.mirrors import Mirrors

NONE = Mirrors()


def plan(facts: Facts | None = None, mirrors: Mirrors = NONE, **card):
    return recipes.plan(SpaceConfig(**card), facts or Facts(), mirrors)


def test_gradio_and_the_requirements_are_one_resolve():
    made = plan(Facts(requirements="numpy\n"), sdk="gradio", sdk_version="5.49.1", app_file="main.py")
    assert [step.kind for step in made.steps] == ["python"]
    assert made.steps[0].argv == (
        "uv", "pip", "install", "-r", "/tmp/demodock/requirements.txt", "gradio[oauth,mcp]==5.49.1", "spaces",
    )  # fmt: skip
    assert made.command == ("python", "main.py")


def test_an_sdk_without_a_version_is_not_pinned():
    assert "gradio[oauth,mcp]" in plan(sdk="gradio").steps[0].argv
    assert "streamlit" in plan(sdk="streamlit").steps[0].argv


def test_streamlit_listens_where_the_platform_looks():
    made = plan(sdk="streamlit", app_file="src/app.py")
    assert made.command[:3] == ("streamlit", "run", "src/app.py")
    assert "0.0.0.0" in made.command and "7860" in made.command


def test_steps_stand_in_the_order_of_how_rarely_they_change():
    facts = Facts(requirements="numpy", pre_requirements="pip<24", packages="ffmpeg\nlibsm6 # screens\n")
    made = plan(facts, sdk="gradio")
    assert [step.kind for step in made.steps] == ["system", "python", "python"]
    assert made.steps[0].argv[-3:] == ("--", "ffmpeg", "libsm6")
    assert made.steps[0].user == "root" and made.steps[1].user == made.steps[2].user == "user"


def test_p19_only_steps_that_bring_no_code_use_the_shared_cache():
    assert plan(Facts(requirements="numpy"), sdk="gradio").steps[-1].cache == "shared"
    # What pre-requirements.txt installed could run at uv's next start of Python.
    assert plan(Facts(requirements="numpy", pre_requirements="six"), sdk="gradio").steps[-1].cache == "own"
    for line in HOSTILE:
        assert plan(Facts(requirements=f"numpy\n{line}\n"), sdk="gradio").steps[-1].cache == "own", line


HOSTILE = [
    "--no-binary :all:",
    "--no-binary=evil",
    "--index-url https://evil.example/simple",
    "-i https://evil.example/simple",
    "--extra-index-url https://evil.example",
    "--find-links https://evil.example",
    "evil @ https://evil.example/evil-1-py3-none-any.whl",
    "https://evil.example/evil-1-py3-none-any.whl",
    "git+https://evil.example/evil",
    "-e .",
    "./evil",
    ".",
    "-r other.txt",
    "evil.whl",
    "six --global-option=x",
    "num\\\npy @ https://evil.example/x",
    "${EVIL}",
]


@pytest.mark.parametrize(
    ("text", "is_plain", "tree"),
    [
        ("", True, False),
        ("# only a comment\n\n", True, False),
        ("numpy\npandas>=2,<3 # why\nuvicorn[standard]==0.30 ; python_version > '3.9'\n", True, False),
        ("six==1.16.0 --hash=sha256:" + "0" * 64, True, False),
        ("six==1.16.0 \\\n    --hash=sha256:" + "0" * 64, True, False),
        ("-e .", False, True),
        ("./pkg", False, True),
        ("pkg.whl", False, True),
        ("-r more.txt", False, True),
        ("-rmore.txt", False, True),
        ("-c limits.txt", False, True),
        ("--requirement=more.txt", False, True),
        ("--index-url https://mirror.example/simple\nnumpy", False, False),
        ("git+https://example.org/a.git", False, False),
        ("a @ https://example.org/a.whl", False, False),
    ],
)
def test_what_a_requirements_file_may_reach(text, is_plain, tree):
    assert (plain(text), needs_tree(text)) == (is_plain, tree)


def test_a_step_that_needs_the_files_is_named_by_them():
    first = plan(Facts(requirements="-e .", tree="one"), sdk="gradio").steps[-1]
    second = plan(Facts(requirements="-e .", tree="two"), sdk="gradio").steps[-1]
    assert first.digest("base") != second.digest("base")
    code_only = [plan(Facts(requirements="six", tree=tree), sdk="gradio").steps[-1].digest("b") for tree in "xy"]
    assert code_only[0] == code_only[1]


@pytest.mark.parametrize(
    "other",
    [
        {"facts": Facts(requirements="six==1.17")},
        {"card": {"sdk_version": "5.0"}},
        {"mirrors": Mirrors(index_url="https://mirror.example/simple")},
        {"below": "another base"},
    ],
)
def test_whatever_makes_a_layer_names_it(other):
    card = {"sdk": "gradio"} | other.get("card", {})
    step = plan(other.get("facts", Facts(requirements="six")), other.get("mirrors", NONE), **card).steps[-1]
    plain_step = plan(Facts(requirements="six"), sdk="gradio").steps[-1]
    assert step.digest(other.get("below", "base")) != plain_step.digest("base")


@pytest.mark.parametrize("text", ["-o APT::x", "ffmpeg;reboot", "$(x)", "../a.deb", "A B", "http://x"])
def test_p1_packages_txt_holds_names_only(text):
    with pytest.raises(CardError) as caught:
        plan(Facts(packages=text), sdk="gradio")
    assert caught.value.code == "config_error" and "line 1" in caught.value.message


def test_python_versions_are_those_at_hand():
    assert python_for(SpaceConfig(sdk="gradio"), ["3.11", "3.13"]) == "3.11"
    assert python_for(SpaceConfig(sdk="gradio", python_version="3.13.2"), ["3.11", "3.13"]) == "3.13"
    with pytest.raises(BuildFailed) as caught:
        python_for(SpaceConfig(sdk="gradio", python_version="3.9"), ["3.11", "3.13"])
    assert "3.11, 3.13" in caught.value.hint


def test_p1_a_version_is_a_version():
    with pytest.raises(BuildFailed):
        pinned("gradio", "5.0 --index-url https://evil.example")


def test_a_static_space_is_its_files_or_what_its_command_makes():
    assert plan(sdk="static", app_file="index.html").steps == ()
    made = plan(Facts(requirements="six"), sdk="static", app_file="dist/index.html", app_build_command="npm run build")
    assert [step.kind for step in made.steps] == ["python", "command"]
    assert made.steps[-1].argv == ("sh", "-c", "npm run build") and made.output == "dist"


def test_apt_uses_this_networks_mirror():
    step = plan(Facts(packages="jq"), Mirrors(apt_mirror="http://mirror.example/debian"), sdk="gradio").steps[0]
    assert "deb http://mirror.example/debian bookworm main" in dict(step.files)["sources.list"]
