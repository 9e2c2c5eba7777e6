"""People in a real browser, scripts switched off: sign in, an organization, an invitation. And what a Space on a host below
ours, the same site to a browser, can do to somebody who is signed in: nothing."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from spaces import names
from tests.browser.conftest import FLAGS, PATIENCE, account, from_account, program
from tests.harness import Platform, running

DOMAIN = "demodock.test"
PASSWORD = "several words in a row"
EVIL = """\
<!doctype html><title>Evil</title><h1>Evil</h1>
<iframe name="sink"></iframe>
<form id="form" method="post" target="sink" action="CONTROL/settings">
<input name="do" value="profile"><input name="full_name" value="Mallory"></form>
<form id="out" method="post" target="sink" action="CONTROL/logout"></form>
<script>
const control = "CONTROL", own = "COOKIE";
async function attack() {
  for (let n = 0; n < 150; n++) document.cookie = `toss${n}=${"x".repeat(20)}; Domain=DOMAIN; Path=/`;
  document.cookie = `${own}=tossed; Domain=DOMAIN; Path=/`;
  document.cookie = `${own}=tossed-deeper; Domain=DOMAIN; Path=/settings`;
  document.cookie = `__Host-demodock=tossed; Domain=DOMAIN; Path=/; Secure`;
  const send = (path, more) => fetch(control + path, { method: "POST", mode: "no-cors", credentials: "include", ...more }).catch(() => 0);
  await send("/api/tokens", { headers: { "Content-Type": "text/plain" }, body: '{"name": "mallory", "scope": "write"}' });
  await send("/settings", { body: new URLSearchParams({ do: "profile", full_name: "Mallory" }) });
  await send("/api/organizations", { headers: { "Content-Type": "text/plain" }, body: '{"name": "mallory"}' });
  await fetch(control + "/api/whoami-v2", { credentials: "include" }).then((a) => a.text()).then((t) => { document.title = "read " + t; }).catch(() => 0);
  new Image().src = control + "/logout";
  document.getElementById("form").submit();
  await new Promise((r) => setTimeout(r, 700));
  document.getElementById("out").submit();
  await new Promise((r) => setTimeout(r, 700));
  document.querySelector("h1").textContent = "Done";
}
attack();
</script>
"""


@pytest.fixture(scope="module")
def people_platform() -> Iterator[Platform]:
    """One whose Spaces are the same site as itself, which `x.localhost` and `localhost` are not."""
    with running(DEMODOCK_DOMAIN=DOMAIN) as started:
        yield started


@pytest.fixture(scope="module")
def same_site(chromium: Browser) -> Iterator[Browser]:
    """Chromium that finds the domain here. `chromium` comes first: there is one Playwright in a thread."""
    rules = f"--host-resolver-rules=MAP {DOMAIN} 127.0.0.1, MAP *.{DOMAIN} 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=program(), args=[*FLAGS, rules])
    yield browser
    browser.close()


@pytest.fixture
def person(same_site: Browser) -> Iterator[Callable[..., Page]]:
    """Makes one more person's browser, without scripts unless told otherwise."""
    contexts: list[BrowserContext] = []

    def more(scripts: bool = False) -> Page:
        context = same_site.new_context(
            viewport={"width": 1100, "height": 760}, java_script_enabled=scripts, locale="en-US"
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield more
    for context in contexts:
        context.close()


def control(platform: Platform) -> str:
    return f"http://{DOMAIN}:{platform.port}"


def sign_in(page: Page, platform: Platform, name: str, secret: str) -> None:
    page.goto(f"{control(platform)}/login?next=/settings")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(secret)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{control(platform)}/settings")


def api(platform: Platform, method: str, path: str, data: object = None):
    headers = {"Authorization": f"Bearer {platform.token}", "Content-Type": "application/json"}
    body = json.dumps(data).encode() if data is not None else None
    return platform.request(method, f"{DOMAIN}:{platform.port}", path, body, headers)


def test_people_sign_in_and_meet_in_an_organization(
    people_platform: Platform, person: Callable[..., Page], shot: Callable[..., object]
):
    platform, admin, bob = people_platform, person(), person()
    sign_in(admin, platform, "admin", platform.token)
    api(platform, "POST", "/api/admin/users", {"name": "bob"})
    link = api(platform, "POST", "/api/admin/users/bob/link").json()["link"]
    assert link.startswith(control(platform))

    bob.goto(link)
    bob.get_by_label("New password").fill(PASSWORD)
    bob.get_by_role("button", name="Set password and sign in").click()
    expect(account(bob)).to_have_text(re.compile("bob"))

    from_account(admin, "link", "Organizations").click()
    admin.get_by_label("Name", exact=True).fill("acme")
    admin.get_by_role("button", name="Create").click()
    admin.get_by_label("User name or e-mail address").fill("bob")
    admin.get_by_role("button", name="Invite").click()
    expect(admin.get_by_text("the link is shown only this once")).to_be_visible()
    shot(admin, "organization")

    from_account(bob, "link", "Organizations").click()
    expect(bob.get_by_text("admin invites you. Your role: Write")).to_be_visible()
    bob.get_by_role("button", name="Accept").click()
    expect(bob).to_have_url(f"{control(platform)}/settings/organizations/acme")
    expect(bob.get_by_role("row", name=re.compile("bob"))).to_contain_text("Write")

    from_account(bob, "button", "Sign out").click()
    expect(bob.get_by_role("banner").get_by_role("link", name="Sign in")).to_be_visible()
    sign_in(bob, platform, "bob", PASSWORD)
    bob.get_by_role("link", name="中文").click()
    expect(bob.get_by_role("heading", name="个人资料")).to_be_visible()
    shot(bob, "account-zh")


def test_p27_p28_a_space_of_the_same_site_changes_and_learns_nothing(
    people_platform: Platform, person: Callable[..., Page]
):
    platform, page = people_platform, person(scripts=True)
    cookie = names.session_cookie(False, platform.port)
    evil = EVIL.replace("CONTROL", control(platform)).replace("COOKIE", cookie).replace("DOMAIN", DOMAIN)
    push_static(platform, "admin/evil", evil)
    sign_in(page, platform, "admin", platform.token)

    answers: list[tuple[str, str, int]] = []
    attacker = page.context.new_page()
    attacker.on("response", lambda r: answers.append((r.request.method, r.url, r.status)))
    attacker.goto(f"http://admin-evil.{DOMAIN}:{platform.port}/")
    expect(attacker.get_by_role("heading", name="Done")).to_be_visible()
    changed = {url.removeprefix(control(platform)): status for method, url, status in answers if method == "POST"}
    assert changed == dict.fromkeys(("/api/tokens", "/settings", "/api/organizations", "/logout"), 403)
    assert "read" not in attacker.title()
    tossed = [one for one in page.context.cookies(f"{control(platform)}/settings") if one["value"].startswith("tossed")]
    assert len(tossed) == 2 and {one["name"] for one in tossed} == {cookie}

    page.goto(f"{control(platform)}/settings")
    expect(page.get_by_label("Full name")).to_have_value("")
    page.get_by_label("Full name").fill("The Admin")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_label("Full name")).to_have_value("The Admin")
    listed = api(platform, "GET", "/api/tokens").json()
    assert "mallory" not in [token["name"] for token in listed]


def test_p82_the_address_that_counts_is_the_edges_and_not_what_a_header_claims(people_platform: Platform):
    platform = people_platform
    host = f"{DOMAIN}:{platform.port}"
    form = f"name=admin&password={platform.token}".encode()
    headers = {
        "Origin": control(platform),
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": "203.0.113.9",
        "X-Real-Ip": "203.0.113.9",
        "Forwarded": "for=203.0.113.9",
    }
    assert platform.request("POST", host, "/login", form, headers).status == 303
    addresses = {entry["address"] for entry in api(platform, "GET", "/api/sessions").json()}
    assert addresses == {"127.0.0.1"}


def push_static(platform: Platform, name: str, page: str) -> None:
    """A static Space, over the API: git would have to find the domain."""
    api(platform, "POST", "/api/repos/create", {"type": "space", "name": name.partition("/")[2], "sdk": "static"})
    lines = [{"key": "header", "value": {"summary": "evil"}}]
    for path, text in (("index.html", page), ("README.md", "---\nsdk: static\ntitle: Evil\n---\n")):
        content = base64.b64encode(text.encode()).decode()
        lines.append({"key": "file", "value": {"path": path, "content": content, "encoding": "base64"}})
    body = "\n".join(json.dumps(line) for line in lines).encode()
    headers = {"Authorization": f"Bearer {platform.token}", "Content-Type": "application/x-ndjson"}
    answer = platform.request("POST", f"{DOMAIN}:{platform.port}", f"/api/spaces/{name}/commit/main", body, headers)
    assert answer.status == 200, answer.text
    platform.wait_for(lambda: api(platform, "GET", f"/api/spaces/{name}/runtime").json()["stage"] == "RUNNING", 300)
