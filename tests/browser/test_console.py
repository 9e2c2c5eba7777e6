"""The admin console in a real browser: an admin gives more, and whoever waited for it starts, seen live."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.harness import Platform, running, tiny


@pytest.fixture(scope="module")
def gpus() -> Iterator[Platform]:
    """Two GPUs; alice may hold one of them, and has one Space that does and one that waits."""
    with running(DEMODOCK_GPUS="sim:2xA100-80GB") as platform:
        assert platform.api("POST", "/api/admin/users", {"name": "alice"}).status == 201
        assert platform.api("PATCH", "/api/admin/quotas/alice", {"gpus": 1}).status == 200
        wanted = {"type": "space", "organization": "alice", "sdk": "docker", "hardware": "a100-large"}
        for name in ("one", "two"):
            assert platform.api("POST", "/api/repos/create", wanted | {"name": name}).status == 200
        platform.push(tiny(), "alice/one")
        platform.wait("alice/one")
        platform.push(tiny(), "alice/two")
        platform.wait_for(lambda: platform.runtime("alice/two").get("phase") == "waiting_for_gpu")
        yield platform


def sign_in(page: Page, platform: Platform) -> None:
    page.goto(f"{platform.url}/login")
    page.fill("input[name=name]", "admin")
    page.fill("input[name=password]", platform.token)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{platform.url}/")


def test_an_admin_raises_a_quota_and_the_space_that_waits_starts_seen_live(page: Page, gpus: Platform):
    sign_in(page, gpus)
    space, fleet = page.context.new_page(), page.context.new_page()
    space.goto(f"{gpus.url}/spaces/alice/two")
    expect(space.locator("main")).to_contain_text("Its owner uses as many GPUs as it may at once")
    fleet.goto(f"{gpus.url}/admin-console")
    expect(fleet.locator("#queue")).to_contain_text("alice/two")
    for shown in (space, fleet):
        shown.evaluate("window.unloaded = false")  # a page that is loaded again knows nothing of it

    page.goto(f"{gpus.url}/admin-console")
    page.click("#queue a:text('quota')")
    page.fill("#gpus", "2")
    page.click("#change button:text('Save')")
    expect(page.get_by_role("status").filter(has_text="Done.")).to_be_visible()

    for shown in (fleet, space):  # a page in the background rests: it is looked at, never loaded anew
        shown.bring_to_front()
    expect(fleet.locator(".place .who", has_text="alice/two")).to_be_visible(timeout=30_000)
    expect(fleet.locator("#queue")).to_contain_text("Nobody waits.")
    expect(space.locator("iframe")).to_be_visible(timeout=30_000)
    assert [shown.evaluate("window.unloaded") for shown in (space, fleet)] == [False, False]
