"""The Logs tab: what is shown without a script, what is told live, and text that stays text."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re

import pytest

from spaces import db, logs
from spaces.engines.base import LogLine
from spaces.lifecycle import BuildStatus, Stage
from spaces.models import Build, Space
from spaces.web.space import logs as tab
from spaces.web.space.log_lines import Places, after, search

HERE = "/spaces/alice/demo/logs"
START = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
EVIL = "<script>alert(1)</script>\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07\u202egpj"


def line(number: int, text: str, stream: str = "stdout") -> LogLine:
    return LogLine(at=START + dt.timedelta(seconds=number), stream=stream, text=text)


@pytest.fixture
def printed(space) -> Space:
    """A Space whose app and whose two builds printed something."""
    log = logs.RunLog(logs.run_log(space.id))
    log.append(line(n, f"\x1b[32mline\x1b[0m {n}") for n in range(600))
    log.append([line(700, EVIL), line(701, "oh no", "stderr")])
    with db.writing() as session:
        for number, status in ((1, BuildStatus.SUCCEEDED), (2, BuildStatus.FAILED)):
            session.add(Build(space_id=space.id, number=50 + number, commit="c", status=status))
            where = logs.build_log(space.id, 50 + number)
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_text(f"2026-01-02T03:04:05.000Z Step of build {number}\n")
    return space


def texts(page: str) -> list[str]:
    found = re.findall(r'<div class="line[^>]*><time[^>]*>[^<]*</time><span>(.*?)</span></div>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one) for one in found]


def test_the_last_lines_are_there_without_a_script_and_more_can_be_had(printed, alice):
    page = alice.get(HERE).text
    assert len(texts(page)) == 500 and texts(page)[-1] == "oh no" and "line 102" in texts(page)[0]
    assert '<span class="f2">line</span>' in page and 'class="line err" title="Standard error"' in page
    assert "lines=2000" in page and len(texts(alice.get(f"{HERE}?lines=2000").text)) == 602
    assert len(texts(alice.get(f"{HERE}?lines=999999").text)) == 500


def test_p34_what_is_printed_stays_text(printed, alice):
    page = alice.get(HERE).text
    assert "<script>alert" not in page and "javascript:" not in page and "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;link" in page and "U+202E" in page
    assert "script-src 'self'" in alice.get(HERE).headers["content-security-policy"]


def test_builds_can_be_chosen_and_shown_beside_the_app(printed, alice):
    assert texts(alice.get(f"{HERE}?show=build").text) == ["Step of build 2"]
    assert texts(alice.get(f"{HERE}?build=51").text) == ["Step of build 1"]
    both = texts(alice.get(f"{HERE}?show=both&build=51").text)
    assert both[0] == "Step of build 1" and both[-1] == "oh no"
    with db.writing() as session:
        session.get(Space, printed.id).stage = Stage.BUILD_ERROR
    assert texts(alice.get(HERE).text) == ["Step of build 2"], "what one wants to see then"


def test_a_log_is_searched_where_it_is_kept(printed, alice):
    page = alice.get(f"{HERE}?q=LINE+59").text
    assert texts(page) == ["line 59", *(f"line {n}" for n in range(590, 600))]
    assert "11 lines with" in page
    assert texts(alice.get(f"{HERE}?q=%3Cscript").text) == ["<script>alert(1)</script>linkU+202Egpj".replace("<", "&lt;").replace(">", "&gt;")]  # fmt: skip
    assert "No line." in alice.get(f"{HERE}?q=nowhere").text


def test_a_search_ends_in_time():
    endless = (line(0, "x") for _ in iter(int, 1))
    found = search(endless, "y", seconds=0.05)
    assert found.late and found.count == 0


def test_the_whole_log_is_downloaded_as_it_was_printed(printed, alice, bob):
    answer = alice.get(f"{HERE}/download?kind=run")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="demo.log"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.text.splitlines()) >= 602 and EVIL in answer.text
    assert "build 1" in alice.get(f"{HERE}/download?kind=build&build=51").text
    assert bob.get(f"{HERE}/download?kind=run").status_code == 403
    assert alice.get(f"{HERE}/download?kind=../../x").status_code == 422


def test_only_its_people_follow_a_log(printed, bob, nobody):
    for browser, status in ((bob, 403), (nobody, 401)):
        assert browser.get(f"{HERE}/live?kind=run").status_code == status


def test_a_reader_goes_on_where_it_was_also_among_lines_of_one_moment():
    lines = [line(0, "a"), line(1, "b"), line(1, "c"), line(1, "d"), line(2, "e")]
    placed = list(Places().of(lines))
    assert [one.line.text for one in after(placed, placed[2].place)] == ["d", "e"]
    for odd in ("", "x", "~", "2026~x", "2026-01-02~\u00b2"):
        assert len(list(after(placed, odd))) == 5
    assert not list(after(placed, placed[-1].place))


async def told(space: Space, behind: str = "", count: int = 1, ended=lambda: False) -> list[dict]:
    found = []
    async for event in tab._told(logs.run_log(space.id), behind, ended):
        found.append(json.loads(event.data) | {"id": event.id, "kind": event.event})
        if len(found) == count:
            break
    return found


async def test_lines_are_told_as_they_come_and_none_twice(printed):
    (first,) = await told(printed)
    place, at, stream, pieces = first["lines"][0]
    assert (at, stream, pieces) == ("2026-01-02T03:04:05.000Z", "stdout", [["line", "f2"], [" 0", ""]])
    assert first["id"] == first["lines"][-1][0] and first["lines"][-1][3] == [["oh no", ""]]
    waiting = asyncio.create_task(told(printed, first["id"]))
    await asyncio.sleep(0.3)
    logs.RunLog(logs.run_log(printed.id)).append([line(800, "new")])
    (second,) = await asyncio.wait_for(waiting, 10)
    assert [one[3] for one in second["lines"]] == [[["new", ""]]]
    assert place < first["id"]


async def test_a_flood_is_thinned_and_said_to_be(printed, monkeypatch):
    monkeypatch.setattr(tab, "LIVE", 10)
    (first,) = await told(printed)
    assert len(first["lines"]) == 10 and first["skipped"] == 592


async def test_the_stream_of_a_build_that_ended_says_so(printed):
    *_, last = await told(printed, count=9, ended=lambda: True)
    assert last["kind"] == "over"
