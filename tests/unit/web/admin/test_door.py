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


def test_an_admin_sees_every_page_in_both_languages(root, other):
    for path in PAGES:
        for language in ("en", "zh"):
            answer = root.get(f"{path}?lang={language}")
            assert answer.status_code == 200, f"{path}: {answer.text}"


def test_to_others_no_page_of_it_is_there(root, other, browsers):
    nowhere, stranger = other.get("/admin-console/nowhere"), browsers()
    for method, path in ROUTES:
        for browser in (other, stranger):
            answer = browser.http.request(method, path, headers={"Origin": ORIGIN})
            assert (answer.status_code, answer.json()) == (404, nowhere.json()), f"{method} {path}"


@pytest.mark.parametrize("fields", [{}, {"form_token": "0" * 64}])
def test_p38_a_form_of_the_console_needs_its_pages_token(root, other, fields):
    for path in FORMS:
        answer = root.http.post(path, data={"do": "ready"} | fields, headers={"Origin": ORIGIN})
        assert answer.status_code in (400, 403), f"{path}: {answer.text}"


def test_a_form_that_is_not_there_is_refused_on_its_page(root, other):
    for path in FORMS:
        assert root.send(path, do="nothing").status_code == 404, path


def test_the_menu_leads_there_only_for_admins(root, other):
    assert 'href="/admin-console"' in root.get("/settings").text
    assert 'href="/admin-console"' not in other.get("/settings").text
