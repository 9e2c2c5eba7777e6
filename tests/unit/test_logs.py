"""Logs: rotation, following, and what a container may print."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading

from spaces import logs
from spaces.engines.base import ContainerState, InstanceSpec, LogLine, Observation
from spaces.engines.fake import FakeEngine
from spaces.logs import Collectors, RunLog, build_log, read, run_log

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def line(number: int, text: str | None = None) -> LogLine:
    return LogLine(at=START + dt.timedelta(seconds=number), stream="stdout", text=text or f"line {number}")


def texts(lines) -> list[str]:
    return [found.text for found in lines]


def test_what_was_appended_is_read_with_its_time_and_stream(place):
    RunLog(run_log(1)).append([line(0), LogLine(at=START, stream="stderr", text="oh")])
    first, second = read(run_log(1))
    assert (first, second.stream) == (line(0), "stderr")
    assert texts(read(run_log(1), tail=1)) == ["oh"]
    assert list(read(run_log(2))) == []


def test_a_full_log_rotates_and_only_so_many_files_are_kept(place, monkeypatch):
    monkeypatch.setattr(place, "log_size", 400)
    monkeypatch.setattr(place, "log_files", 2)
    RunLog(run_log(1)).append(line(n) for n in range(100))
    files = sorted(path.name for path in run_log(1).parent.iterdir())
    assert files == ["run.log", "run.log.1", "run.log.2"]
    assert all(path.stat().st_size <= 400 for path in run_log(1).parent.iterdir())
    kept = texts(read(run_log(1)))
    assert kept == [f"line {n}" for n in range(100 - len(kept), 100)]


def test_control_characters_stay_a_long_line_is_cut_and_bad_text_is_replaced(place):
    RunLog(run_log(1)).append([line(0, "\x1b[31mred\x0b\x85\u2028\r"), line(1, "x" * 99999), line(2, "a\udcffb\nc")])
    with run_log(1).open("ab") as file:
        file.write(b"2026-01-01T00:00:00Z stdout \xff\xfe\nhalf a li")
    red, long, odd, bad = texts(read(run_log(1)))
    assert red == "\x1b[31mred\x0b\x85\u2028\r" and len(long) == logs.LINE_BYTES
    assert odd == "a?b c" and bad == "��"


def test_a_build_log_names_no_stream(place):
    build_log(1, 3).parent.mkdir(parents=True)
    build_log(1, 3).write_text("2026-01-01T00:00:00.000Z Step 1: resolve\nnot a line of ours\n")
    (found,) = read(build_log(1, 3))
    assert (found.stream, found.text) == ("build", "Step 1: resolve")


async def test_a_follower_misses_no_line_of_a_log_that_rotates_under_it(place, monkeypatch):
    monkeypatch.setattr(place, "log_size", 2000)
    monkeypatch.setattr(place, "log_files", 50)
    log, total = RunLog(run_log(1)), 1000
    log.append(line(n) for n in range(100))
    writer = threading.Thread(target=lambda: [log.append([line(n)]) for n in range(100, total)])
    writer.start()
    seen: list[str] = []
    async for found in logs.follow(run_log(1), poll=0.001, ended=lambda: not writer.is_alive()):
        seen.append(found.text)
    assert seen == [f"line {n}" for n in range(total)]


async def test_a_follower_may_come_before_the_log(place):
    gone = threading.Event()
    seen = []

    async def follower():
        async for found in logs.follow(run_log(7), poll=0.001, ended=gone.is_set):
            seen.append(found.text)

    task = asyncio.create_task(follower())
    await asyncio.to_thread(RunLog(run_log(7)).append, [line(1)])
    while not seen:
        await asyncio.sleep(0.001)
    gone.set()
    await task
    assert seen == ["line 1"]


async def test_a_tail_is_the_end_of_the_history(place):
    RunLog(run_log(1)).append(line(n) for n in range(9))
    for tail, expected in [(2, ["line 7", "line 8"]), (0, []), (99, [f"line {n}" for n in range(9)])]:
        assert [f.text async for f in logs.follow(run_log(1), tail=tail, ended=lambda: True)] == expected


class Tape:
    """An engine that plays lines, and breaks or stops after some of them."""

    def __init__(self, cuts: list[int]) -> None:
        self.cuts, self.asked = cuts, []

    def logs(self, name, since=None, follow=False):
        self.asked.append(since)
        for number in range(10):
            if number == self.cuts[0]:
                self.cuts.pop(0)
                raise ConnectionError("cut")
            yield line(number)


def collect(collectors: Collectors) -> None:
    seen = Observation(name="i", container_id="c", space_id=1, revision_id=1, state=ContainerState.RUNNING)
    collectors.follow([seen])
    for thread in list(collectors._threads.values()):
        thread.join()


def test_a_collector_that_was_cut_goes_on_after_the_last_line_it_kept(place):
    collectors = Collectors(Tape([3, 7, 99]))
    for _ in range(3):
        collect(collectors)
    assert texts(read(run_log(1))) == [f"line {n}" for n in range(10)]


def test_a_collector_of_a_new_controller_goes_on_too(place):
    collect(Collectors(Tape([4])))
    collect(Collectors(Tape([99])))
    assert texts(read(run_log(1))) == [f"line {n}" for n in range(10)]


def spec_of(name: str) -> InstanceSpec:
    return InstanceSpec(
        name=name, space_id=1, revision_id=1, image="sha256:x", command=(), network="n", subnet="10.0.0.0/28"
    )


def follow(collectors: Collectors, engine: FakeEngine, *but: str) -> None:
    """One sweep, and time enough for what it began."""
    collectors.follow([seen for seen in engine.observe() if seen.name not in but])
    for thread in list(collectors._threads.values()):
        thread.join(0.05)


def test_an_app_that_died_before_anybody_saw_it_run_is_read_once(place):
    engine = FakeEngine()
    collectors = Collectors(engine)
    engine.launch(spec_of("short"))
    engine.say("short", "no good")
    engine.crash("short")
    for _ in range(3):
        follow(collectors, engine)
    assert texts(read(run_log(1))) == ["no good"]


def test_an_instance_is_read_from_its_beginning_however_much_another_of_its_space_prints(place):
    engine = FakeEngine()
    collectors = Collectors(engine)
    for name in ("old", "new"):
        engine.launch(spec_of(name))
    engine.say("new", "starting")
    engine.say("old", "request /")
    follow(collectors, engine, "new")
    assert texts(read(run_log(1))) == ["request /"]
    follow(collectors, engine)
    assert texts(read(run_log(1))) == ["request /", "starting"]
    engine.close()
