"""The audit log in the console: newest first, what it was and became, filters, pages."""

from __future__ import annotations

import pytest

from spaces import audit, db
from spaces.web.admin.audit import PAGE
from spaces.web.admin.differences import Difference, differences

AUDIT = "/admin-console/audit"


def write(actor: str = "root", action: str = "quota.change", subject: str = "alice", before=None, after=None) -> None:
    with db.writing() as session:
        audit.record(session, actor, action, ("quota", subject), before, after)


def test_a_line_says_who_did_what_to_what_and_what_changed(root):
    write(before={"gpus": 1.0, "weight": 2}, after={"gpus": 2.0, "weight": 2})
    page = root.get(AUDIT).text
    for text in ("root", "quota.change", "alice", "<del>1</del>", "<ins>2</ins>"):
        assert text in page, text
    assert "<dt>weight</dt>" not in page, "that stayed"


@pytest.mark.parametrize("query", ["by=BOB", "action=gpu", "action=gpu.ready", "subject=gpu-1"])
def test_lines_are_found_by_who_did_what_to_what(root, query):
    write(subject="carol")
    write("bob", "gpu.ready", "GPU-1")
    page = root.get(f"{AUDIT}?{query}").text
    assert "GPU-1" in page and "carol" not in page
    assert f"/api/admin/audit/export?format=csv&amp;{query.partition('=')[0]}" in page, (
        "what is downloaded is what is seen"
    )


def test_newest_lines_come_first_and_older_ones_on_further_pages(root):
    for number in range(PAGE + 2):
        write(subject=f"owner-{number:03}")
    page = root.get(AUDIT).text
    shown = [page.find(f"owner-{number:03}<") for number in range(PAGE + 2)]
    assert shown[:2] == [-1, -1] and shown[2:] == sorted(shown[2:], reverse=True)
    older = page.split('href="?before=')[1].split('"')[0]
    assert "owner-001<" in root.get(f"{AUDIT}?before={older}").text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "٣"])
def test_a_page_that_is_none_is_the_first(root, before):
    write()
    assert "quota.change" in root.get(f"{AUDIT}?before={before}").text


def test_p42_what_others_wrote_is_text_in_the_log(root):
    evil = "<script>alert(1)</script>"
    write(evil, "quota.change", evil, {"note": evil}, {evil: evil})
    page = root.get(f"{AUDIT}?by={evil}&action=quota&subject={evil}").text
    assert evil not in page and page.count("&lt;script&gt;") >= 5


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, {"role": "admin"}, [Difference("role", None, "admin")]),
        ({"gpus": 1.0}, None, [Difference("gpus", "1", None)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, [Difference("a.c", "2", "3")]),
        ({"on": False}, {"on": True}, [Difference("on", "false", "true")]),
        ({"owners": []}, {"owners": ["x", "y"]}, [Difference("owners", None, "x, y")]),
        ({"text": "x" * 300}, None, [Difference("text", "x" * 199 + "…", None)]),
        (
            {"until": "2026-11-28 16:31:21.781862+00:00"},
            {"until": "2026-12-01T08:00:00Z"},
            [Difference("until", "2026-11-28 16:31 UTC", "2026-12-01 08:00 UTC")],
        ),
        (None, None, []),
    ],
)
def test_only_what_changed_is_told(before, after, told):
    assert differences(before, after) == told
