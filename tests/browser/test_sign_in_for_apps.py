"""Sign-in for apps as a visitor meets it: Gradio's own button, our sign-in page, one question, and the app knows the name."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import load
from tests.harness import Platform

APP = """\
import os

import gradio as gr
from huggingface_hub import snapshot_download, whoami


def greet(profile: gr.OAuthProfile | None, token: gr.OAuthToken | None) -> str:
    if profile is None or token is None:
        return "Nobody is signed in."
    return f"Hello {profile.username}, known to the Hub as {whoami(token.token)['name']}."


def files() -> str:
    return "Files: " + ", ".join(sorted(os.listdir(snapshot_download(os.environ["SPACE_ID"], repo_type="space"))))


with gr.Blocks() as demo:
    gr.LoginButton()
    who, seen = gr.Markdown(), gr.Markdown()
    demo.load(greet, None, who)
    demo.load(files, None, seen)

demo.launch()
"""
SPACE = "admin/known"


@pytest.fixture(scope="module")
def known(platform: Platform) -> str:
    """The app's address."""
    card = "---\ntitle: Known\nsdk: gradio\nhf_oauth: true\n---\n"
    platform.push({"README.md": card, "app.py": APP}, SPACE)
    platform.wait(SPACE, seconds=1800)
    return f"http://{platform.host(SPACE)}/"


def sign_in(page: Page, platform: Platform) -> None:
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(platform.token)
    page.locator("main button").click()


def test_gradios_own_button_signs_a_visitor_in_and_the_app_greets_them(
    page: Page, platform: Platform, known: str, shot: Callable[..., object]
):
    load(page, known, page.get_by_text("Nobody is signed in."))
    expect(page.get_by_text("Files: ")).to_contain_text("app.py")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(re.escape(f"{platform.url}/login?next=/oauth/authorize")))
    sign_in(page, platform)
    expect(page.get_by_role("heading", name=f"Sign in to {SPACE}")).to_be_visible()
    shot(page, "consent")
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_text("Hello admin, known to the Hub as admin.")).to_be_visible()
    assert page.url.startswith(known)
    shot(page, "signed-in-app")

    page.goto(f"{platform.url}/settings/applications")
    expect(page.get_by_text(SPACE)).to_be_visible()


def test_who_allowed_the_app_before_gets_there_straight_from_the_sign_in_page(
    page: Page, platform: Platform, known: str
):
    """The way from our form to the Space's host leads over a page: browsers stop redirects that leave `form-action`."""
    page.goto(f"{known}login/huggingface")
    sign_in(page, platform)
    expect(page.get_by_text("Hello admin, known to the Hub as admin.")).to_be_visible()
    assert page.url.startswith(known)
