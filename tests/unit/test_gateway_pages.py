"""What people and programs read while a Space does not answer."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from proxy.gateway import pages
from proxy.gateway.app import is_page_load
from proxy.gateway.directory import Queue, SpaceFacts
from proxy.gateway.pages import Visit, answer_json, log_lines, notice_page, state, text_of, wait_page
from proxy.gateway.tail import read_last
from proxy.gateway.words import WORDS, say
from spaces import logs, names
from spaces.engines.base import LogLine
from spaces.gpus.decision import Waits
from spaces.lifecycle import Phase, Reason, Stage
from spaces.models.types import now
from spaces.web.language import choose_language

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "' onload='alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "safe\u202egnp.exe",
    "progress 10%\rprogress 100% <b>",
    "x" * 1_000_000,
]
VISIT = Visit("en", "/", {}, "http://localhost:8000", "http://localhost:8000")


def facts(stage=Stage.SLEEPING, **more) -> SpaceFacts:
    known = {
        "id": 1,
        "name": "ann/demo",
        "subdomain": "ann-demo",
        "title": "Demo",
        "stage": stage,
        "phase": Phase.IDLE,
        "reason": None,
        "since": now() - dt.timedelta(seconds=3),
    }
    return SpaceFacts(**known | more)


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_an_author_writes_is_text(text):
    reason = Reason(code="x", message=text, hint=text, detail=text)
    space = facts(title=text, name=text, reason=reason)
    visit = Visit(
        "en", "/", {"q": text, names.PARAMETER_LANGUAGE: "en"}, "http://localhost:8000", "http://localhost:8000"
    )
    for page in (
        wait_page(space, visit, 1.0, [text, text]),
        notice_page("failed", visit, space, reason, [text]),
    ):
        html = page.body.decode()
        assert html.count("<script") == html.count("</script>") == html.count('<script nonce="')
        assert "<img" not in html and "<b>" not in html and "alert(1)</script>" not in html
        assert not {"\x1b", "\u202e", "\r", "\x07"} & set(html)
        assert "49" not in html.partition("<body>")[2].replace("&#49", "") or text != HOSTILE[4]
        assert len(html) < 40_000
        policy = page.headers["content-security-policy"]
        nonce = policy.partition("script-src 'nonce-")[2].partition("'")[0]
        assert len(nonce) >= 16 and f'<script nonce="{nonce}">' in html or "<script" not in html
        assert "default-src 'none'" in policy and "unsafe" not in policy


def test_a_page_is_never_kept_asks_nobody_else_and_may_be_framed():
    page = wait_page(facts(), VISIT, None, [])
    assert (page.status_code, page.headers["cache-control"]) == (503, "no-store")
    assert int(page.headers["retry-after"]) >= 1
    assert page.headers[names.HEADER_SPACE_STAGE] == "SLEEPING"
    assert "frame-ancestors" not in page.headers["content-security-policy"]
    html = page.body.decode().replace("http://localhost:8000", "")
    assert "http://" not in html and "https://" not in html and "//cdn" not in html
    assert '<noscript><meta http-equiv="refresh"' in html
    for sites in ("", "https://a.example https://*.b.example"):
        closed = wait_page(facts(sites=sites), VISIT, None, [])
        policy = f"frame-ancestors 'self' http://localhost:8000 {sites}".strip()
        assert closed.headers["content-security-policy"].endswith(policy)


def test_a_notice_refreshes_itself_only_where_that_helps():
    assert "http-equiv" not in notice_page("paused", VISIT, facts(Stage.PAUSED)).body.decode()
    assert 'content="7"' in notice_page("busy", VISIT, facts(), retry=7).body.decode()


def test_a_paused_space_says_once_who_starts_it_again_and_its_name_leads_to_its_page():
    reason = Reason(code="paused", message="Paused by ann.", hint="Restart it to go on.")
    html = notice_page("paused", VISIT, facts(Stage.PAUSED), reason).body.decode()
    assert "whoever may write to it" in html and "Paused by ann." in html and "Restart it" not in html
    assert '<a href="http://localhost:8000/spaces/ann/demo" target="_top">ann/demo</a>' in html


@pytest.mark.parametrize(
    ("stage", "more", "waking", "kind"),
    [
        (Stage.SLEEPING, {}, False, "waking"),
        (Stage.STOPPED, {}, False, "waking"),
        (Stage.APP_STARTING, {}, True, "waking"),
        (Stage.APP_STARTING, {}, False, "starting"),
        (Stage.RUNNING, {}, False, "starting"),
        (Stage.BUILDING, {}, False, "building"),
        (Stage.PAUSED, {}, False, "paused"),
        (Stage.NO_APP_FILE, {}, False, "empty"),
        (Stage.RUNTIME_ERROR, {}, False, "failed"),
        (Stage.BUILD_ERROR, {}, False, "failed"),
        (Stage.CONFIG_ERROR, {}, False, "failed"),
    ],
)
def test_each_stage_has_its_page(stage, more, waking, kind):
    assert pages.kind_of(facts(stage, **more), waking) == kind


def test_the_clock_shows_the_wake_not_the_sleep_before_it():
    slept = facts(since=now() - dt.timedelta(days=3), expected=9.4)
    shown = state(slept, "en", 4.2, [], "wait")
    assert (shown["elapsed"], shown["expected"]) == (4.2, 9.4)
    assert "4 s of about 9 s" in wait_page(slept, VISIT, 4.2, []).body.decode()


def test_both_languages_say_everything():
    assert all(len(both) == 2 and all(both) for both in WORDS.values())
    for phase in Phase:
        assert say(f"phase.{phase.value}", "zh") != say(f"phase.{phase.value}", "en")
    html = wait_page(facts(title="演示"), Visit("zh", "/", {"a": "1"}, "http://h", "http://h"), 1.0, []).body.decode()
    assert "演示 正在唤醒" in html and 'lang="zh-Hans"' in html and "?a=1&amp;demodock_lang=en" in html


@pytest.mark.parametrize(
    ("asked", "accept", "language"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "en-US,en;q=0.9,zh;q=0.8", "en"),
        ("", "fr,de;q=0.5", "en"),
        ("", "zh-TW;q=0.3,fr", "zh"),
        ("en", "zh", "en"),
        ("zh", "en", "zh"),
        ("<script>", "en;q=nan,zh;q=x", "en"),
    ],
)
def test_the_language_is_the_visitors(asked, accept, language):
    assert choose_language(asked, accept) == language


def test_programs_are_told_the_stage_and_why():
    reason = Reason(code="exited", message="The app ended.", hint="Read the log.", detail="secret path")
    body = json.loads(answer_json(facts(Stage.RUNTIME_ERROR), reason).body)
    assert (body["stage"], body["phase"], body["error"]) == ("RUNTIME_ERROR", "idle", "The app ended. Read the log.")
    assert body["reason"] == {
        "code": "exited",
        "message": "The app ended.",
        "hint": "Read the log.",
        "actor": "platform",
    }
    assert json.loads(answer_json(None, None, 404).body)["error"] == "There is no Space here."


def test_log_lines_are_few_short_and_plain():
    assert log_lines([f"line {n}" for n in range(100)]) == [f"line {n}" for n in range(92, 100)]
    assert log_lines(["a\x1b[1mb", "", " \x00 ", "10%\r20%\r\n", "y" * 5000]) == ["ab", "20%", "y" * 299 + "…"]
    assert text_of("日本語 ok\ttab") == "日本語 ok\ttab"


def test_log_lines_keep_their_indentation_and_titles_have_none():
    assert log_lines(['  File "app.py", line 3 \n', "\x1b[31m    boom()\x1b[0m", "   "]) == [
        '  File "app.py", line 3',
        "    boom()",
    ]
    assert text_of("  Demo ") == "Demo"


def test_a_start_shows_what_it_printed_itself_and_a_failure_what_came_last(place):
    log = logs.run_log(1)
    log.parent.mkdir(parents=True)
    moment = now()
    lines = [(moment - dt.timedelta(hours=1), "of yesterday"), (moment, "of today")]
    log.write_bytes(b"".join(logs._encode(LogLine(at=at, stream="stdout", text=text)) for at, text in lines))
    assert read_last(facts(Stage.APP_STARTING)) == ["of today"]
    assert read_last(facts(Stage.RUNTIME_ERROR)) == ["of yesterday", "of today"]
    assert read_last(facts(Stage.SLEEPING)) == []
    build = logs.build_log(1, 3)
    build.parent.mkdir(parents=True)
    build.write_text(f"{moment.isoformat()} Collecting gradio\n")
    assert read_last(facts(Stage.BUILDING, build=3)) == ["Collecting gradio"]
    assert read_last(facts(Stage.BUILDING, build=4)) == []


@pytest.mark.parametrize(
    ("method", "headers", "is_page"),
    [
        ("GET", {b"accept": "text/html", b"sec-fetch-mode": "navigate"}, True),
        ("GET", {b"accept": "text/html,*/*;q=0.8"}, True),
        ("GET", {b"accept": "text/html", b"sec-fetch-mode": "cors"}, False),
        ("GET", {b"accept": "*/*"}, False),
        ("GET", {}, False),
        ("POST", {b"accept": "text/html", b"sec-fetch-mode": "navigate"}, False),
        ("HEAD", {b"accept": "text/html"}, False),
    ],
)
def test_only_a_browser_opening_a_page_gets_one(method, headers, is_page):
    assert is_page_load({"type": "http", "method": method}, headers) is is_page


def in_line(**more) -> SpaceFacts:
    known = {"place": 2, "line": 3, "waits": "in_line", "estimate": 150, "since": now() - dt.timedelta(seconds=9)}
    return facts(Stage.APP_STARTING, phase=Phase.WAITING_FOR_GPU, queue=Queue(**known | more))


@pytest.mark.parametrize("waits", [*Waits, "never"])
def test_a_space_that_waits_for_a_gpu_says_where_it_stands_in_both_languages(waits):
    shown = [state(in_line(waits=waits), language, None, (), "wait") for language in ("en", "zh")]
    assert shown[0]["headline"] == "Demo is waiting for a GPU" and shown[1]["headline"] == "Demo 正在等待 GPU"
    assert shown[0]["phase"] == "Number 2 of 3 in line, about 2 min to go" and "第 2 位" in shown[1]["phase"]
    assert all(each["text"] and each["expected"] is None and 8 < each["elapsed"] < 60 for each in shown)
    assert state(in_line(place=None), "en", None, (), "wait")["phase"] == "Waiting for a GPU"
    assert state(in_line(estimate=4), "en", None, (), "wait")["phase"].endswith("about 4 s to go")
    html = wait_page(in_line(estimate=None), VISIT, None, ()).body.decode()
    assert "Number 2 of 3 in line<" in html and "9 s so far<" in html


def test_programs_are_told_their_place_in_line_as_json():
    body = json.loads(answer_json(in_line(), None, retry=60).body)
    assert body["queue"] == {"place": 2, "waiting": 3, "seconds": 150} and body["phase"] == "waiting_for_gpu"
    assert "queue" not in json.loads(answer_json(facts(), None).body)
    assert [Queue(1, 1, "in_line", seconds, now()).patience for seconds in (None, 1, 30, 900)] == [10, 5, 30, 60]
