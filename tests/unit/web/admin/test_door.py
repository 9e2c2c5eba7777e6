"""Who gets into the console: admins. To others it is not there, and no form works without the token of its page."""

from __future__ import annotations

import pytest

from spaces.web.admin import routes
from spaces.web.admin.door import TABS, address
from tests.unit.web.kit import ORIGIN

ROUTES = [
    (method, route.path.replace("{owner}", "alice").replace("{flavor}", "cpu-basic"))
    for module in routes.PAGES
    for route in module.router.routes
    for method in route.methods
]
PAGES = [path for method, path in ROUTES if method == "GET"]
FORMS = [path for method, path in ROUTES if method == "POST"]


def test_every_tab_has_its_page():
    assert {address(tab) for tab in TABS} <= set(PAGES)


@pytest.mark.parametrize("path", PAGES)
def test_an_admin_sees_it_in_both_languages(root, other, path):
    for language in ("en", "zh"):
        answer = root.get(f"{path}?lang={language}")
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_to_others_it_is_not_there(root, other, browsers, method, path):
    nowhere = other.get("/admin-console/nowhere")
    for browser in (other, browsers()):
        answer = browser.http.request(method, path, headers={"Origin": ORIGIN})
        assert (answer.status_code, answer.json()) == (404, nowhere.json())


@pytest.mark.parametrize("path", FORMS)
def test_p38_a_form_of_the_console_needs_its_pages_token(root, other, path):
    for fields in ({}, {"form_token": "0" * 64}):
        answer = root.http.post(path, data={"do": "ready"} | fields, headers={"Origin": ORIGIN})
        assert answer.status_code in (400, 403), answer.text


@pytest.mark.parametrize("path", FORMS)
def test_a_form_that_is_not_there_is_refused_on_its_page(root, other, path):
    assert root.send(path, do="nothing").status_code == 404


def test_the_menu_leads_there_only_for_admins(root, other):
    assert 'href="/admin-console"' in root.get("/settings").text
    assert 'href="/admin-console"' not in other.get("/settings").text
