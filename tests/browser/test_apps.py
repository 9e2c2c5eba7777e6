"""Apps in a real browser behind the platform: what their frameworks' own pages need gets through."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import load
from tests.harness import Platform, wait

Published = Callable[[str], str]


def test_a_gradio_chat_streams_its_answer(page: Page, published: Published, shot: Callable[..., object]):
    load(page, published("chat"), page.locator("textarea").first)
    page.locator("textarea").first.fill("What is a Space?")
    page.keyboard.press("Enter")
    answer = page.locator('[data-testid="bot"]').last
    lengths: list[int] = []

    def grew() -> bool:
        if answer.count():
            length = len(answer.inner_text())
            if length and length not in lengths:
                lengths.append(length)
        return len(lengths) >= 4

    wait(grew, 120, lambda: f"the answer did not grow: {lengths}")
    assert lengths == sorted(lengths)
    shot(page, "chat")


def test_a_streamlit_upload_becomes_a_chart(page: Page, published: Published, shot: Callable[..., object]):
    load(page, published("dashboard"), page.get_by_text("Example data"))
    table = b"day,visits\n1,10\n2,30\n3,20\n"
    page.locator('input[type="file"]').set_input_files({"name": "visits.csv", "mimeType": "text/csv", "buffer": table})
    expect(page.get_by_text("3 rows of visits.csv")).to_be_visible()
    expect(page.locator("canvas, svg.marks").first).to_be_visible()
    shot(page, "dashboard")


def test_a_streamlit_upload_works_inside_an_iframe_on_another_origin(
    page: Page, published: Published, elsewhere: Callable[[str], str]
):
    inside = page.frame_locator("iframe")
    load(page, elsewhere(published("dashboard")), inside.get_by_text("Example data"))
    inside.locator('input[type="file"]').set_input_files(
        {"name": "inside.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    )
    expect(inside.get_by_text("1 rows of inside.csv")).to_be_visible()


def test_modelscope_studio_components_are_drawn_and_answer(
    page: Page, published: Published, shot: Callable[..., object]
):
    load(page, published("studio"), page.get_by_text("What does a loan cost?"))
    value = page.locator(".ms-gr-ant-statistic-content-value")
    before = value.inner_text()
    page.locator(".ms-gr-ant-slider-handle").first.focus()
    page.keyboard.press("ArrowRight")
    expect(value).not_to_have_text(before)
    shot(page, "studio")


def test_a_static_page_gets_its_style(page: Page, published: Published, platform: Platform):
    page.goto(published("page"))
    expect(page.get_by_role("heading", name="Morning")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).maxWidth") != "none"
