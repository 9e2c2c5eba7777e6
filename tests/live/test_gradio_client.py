"""Gradio's own client, unchanged, calls a Space by its name: awake and asleep, public and private."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys

import httpx
import pytest

from tests.harness import Platform

APP = {
    "README.md": "---\nsdk: gradio\n---\n",
    "app.py": "import gradio as gr\n"
    'gr.Interface(lambda name: f"Hello, {name}!", "text", "text", api_name="greet").launch()\n',
}
SPACE = "admin/called"
CALL = f"""
import sys
from gradio_client import Client
print(Client({SPACE!r}, token=sys.argv[1] or None, verbose=False).predict("Ada", api_name="/greet"))
"""


@pytest.fixture(scope="module")
def space(platform: Platform) -> Platform:
    platform.push(APP, SPACE)
    platform.wait(SPACE)
    return platform


def call(platform: Platform, token: str) -> subprocess.CompletedProcess[str]:
    """What the client says in a process of its own: it reads HF_ENDPOINT when it is imported."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment["HF_ENDPOINT"] = platform.url
    arguments = [sys.executable, "-c", CALL, token]
    return subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("state", ["awake", "asleep"])
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_the_client_calls_a_space_by_its_name(space: Platform, visibility, state):
    set_to(space, visibility)
    token = space.token if visibility == "private" else ""
    assert call(space, token).stdout.strip() == "Hello, Ada!"
    if state == "asleep":
        sleep(space)
        done = call(space, token)
        assert done.stdout.strip() == "Hello, Ada!", done.stderr
        assert space.runtime(SPACE)["stage"] == "RUNNING"


def test_p41_without_a_token_a_private_space_is_not_there_and_sleeps_on(space: Platform):
    set_to(space, "private")
    sleep(space)
    done = call(space, "")
    assert done.returncode != 0 and "Hello" not in done.stdout
    assert space.runtime(SPACE)["stage"] == "SLEEPING"


def set_to(platform: Platform, visibility: str) -> None:
    answer = platform.api("PUT", f"/api/spaces/{SPACE}/settings", {"visibility": visibility})
    assert answer.status == 200, answer.text


def sleep(platform: Platform) -> None:
    assert platform.api("POST", f"/api/spaces/{SPACE}/sleep").status == 200
    platform.wait(SPACE, "SLEEPING")


@pytest.mark.parametrize("visibility", ["public", "private"])
def test_the_examples_of_the_api_page_work_when_they_are_pasted(space: Platform, visibility):
    set_to(space, visibility)
    assert space.api("POST", f"/api/spaces/{SPACE}/wake").status == 200
    space.wait(SPACE)
    environment = os.environ | ({"DEMODOCK_TOKEN": space.token} if visibility == "private" else {})
    for code, command in (("python", [sys.executable, "-c"]), ("curl", ["bash", "-c"])):
        example = example_of(space, code)
        done = subprocess.run([*command, example], env=environment, capture_output=True, text=True, timeout=120)
        assert "Hello, Hello!!!" in done.stdout, (example, done)


def example_of(platform: Platform, code: str) -> str:
    """The first example on the page of an admin who is signed in."""
    with httpx.Client(base_url=platform.url, headers={"Origin": platform.url}) as browser:
        signed_in = browser.post("/login", data={"name": "admin", "password": platform.token})
        assert signed_in.status_code == 303
        page = browser.get(f"/spaces/{SPACE}/api", params={"code": code}).raise_for_status().text
    example = re.search(r'class="endpoint".*?<pre[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert example, page
    return html.unescape(example[1])
