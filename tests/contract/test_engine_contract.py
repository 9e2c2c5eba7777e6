"""What `spaces/engines/base.py` promises of every engine, sentence by sentence, on the fake and on a real Docker Engine."""

from __future__ import annotations

import ast
import datetime as dt
import http.client
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

from spaces.engines.base import ContainerState, Engine, InstanceSpec, Observation
from spaces.engines.docker import DockerEngine
from spaces.engines.fake import DownEngine, FakeEngine
from spaces.errors import EngineUnavailable, ImageMissing
from tests import guinea

RUNNING, FROZEN, EXITED = ContainerState.RUNNING, ContainerState.FROZEN, ContainerState.EXITED


class Stand:
    """An engine under test, and how to make its app do things."""

    def __init__(self, engine: Engine, settings, image: str) -> None:  # type: ignore[no-untyped-def]
        self.engine, self.settings, self.image = engine, settings, image
        self.real = isinstance(engine, DockerEngine)

    def spec(self, space_id: int = 1, revision_id: int = 1, **changes) -> InstanceSpec:  # type: ignore[no-untyped-def]
        image = changes.pop("image", self.image)
        return guinea.make_spec(self.settings, image, space_id, revision_id, **changes)

    def up(self, spec: InstanceSpec) -> Observation:
        seen = self.engine.launch(spec)
        guinea.ask(seen)
        return seen

    def say(self, seen: Observation, text: str, stream: str = "stdout") -> None:
        if self.real:
            guinea.ask(seen, f"/say?text={quote(text)}&stream={stream}")
        else:
            self.engine.say(seen.name, text, stream)  # type: ignore[attr-defined]

    def crash(self, seen: Observation, code: int) -> None:
        if not self.real:
            return self.engine.crash(seen.name, code)  # type: ignore[attr-defined]
        with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
            guinea.ask(seen, f"/exit?code={code}")
        return None

    def env(self, seen: Observation) -> dict[str, str]:
        """What the app sees."""
        if self.real:
            return dict(ast.literal_eval(guinea.evaluate(seen, "dict(__import__('os').environ)")))
        return self.engine.containers[seen.name].env  # type: ignore[attr-defined]

    def state(self, name: str) -> ContainerState | None:
        return next((seen.state for seen in self.engine.observe(name)), None)


@pytest.fixture(params=["fake", pytest.param("docker", marks=pytest.mark.live)])
def stand(request, place):  # type: ignore[no-untyped-def]
    if request.param == "fake":
        engine = FakeEngine(serve=True)
        yield Stand(engine, place, "sha256:any")
        engine.close()
    else:
        engine = DockerEngine(place)
        yield Stand(engine, place, guinea.base_image())
        guinea.clean(place)


def test_launch_makes_what_is_missing_and_returns_it_running_with_its_address(stand):
    spec = stand.spec()
    seen = stand.engine.launch(spec)
    assert (seen.name, seen.space_id, seen.revision_id) == (spec.name, 1, 1)
    assert (seen.state, seen.spec, seen.exit_code) == (RUNNING, spec.digest(), None)
    assert seen.address and seen.started_at and seen.started_at.tzinfo
    assert guinea.ask(seen)


def test_launching_what_already_runs_changes_nothing(stand):
    first = stand.up(stand.spec())
    assert stand.engine.launch(stand.spec()) == first


def test_launching_a_stopped_one_starts_the_same_container(stand):
    first = stand.up(stand.spec())
    stand.engine.stop(first.name, grace=1)
    again = stand.up(stand.spec())
    assert again.container_id == first.container_id and again.started_at > first.started_at


def test_launching_a_frozen_one_thaws_it(stand):
    first = stand.up(stand.spec())
    stand.engine.freeze(first.name)
    assert stand.engine.launch(stand.spec()) == first
    assert guinea.ask(first)


def test_launching_another_spec_under_the_name_replaces_the_container(stand):
    first = stand.up(stand.spec())
    other = stand.spec(env=(("COLOUR", "red"),))
    second = stand.up(other)
    assert second.container_id != first.container_id and second.spec == other.digest()
    assert [seen.container_id for seen in stand.engine.observe()] == [second.container_id]


def test_p17_an_app_is_told_of_its_own_gpus_and_of_no_others(stand):
    greedy = (("NVIDIA_VISIBLE_DEVICES", "all"), ("NVIDIA_DRIVER_CAPABILITIES", "all"), ("LD_PRELOAD", "/evil.so"))
    stand.settings.gpus = "sim:2xA100-80GB"  # an engine without an NVIDIA hook is asked for no device
    without = stand.up(stand.spec(space_id=1, env=greedy[:1]))
    assert stand.env(without)["NVIDIA_VISIBLE_DEVICES"] == "void"
    given = stand.up(stand.spec(space_id=2, env=greedy, gpus=("GPU-1", "MIG-2")))
    env = stand.env(given)
    assert (env["NVIDIA_VISIBLE_DEVICES"], env["NVIDIA_DRIVER_CAPABILITIES"]) == ("GPU-1,MIG-2", "compute,utility")
    assert env["LD_PRELOAD"] == ""


def test_other_gpus_are_another_spec(stand):
    stand.settings.gpus = "sim:2xA100-80GB"
    first = stand.up(stand.spec(gpus=("GPU-1",)))
    second = stand.up(stand.spec(gpus=("GPU-2",)))
    assert first.container_id != second.container_id and stand.env(second)["NVIDIA_VISIBLE_DEVICES"] == "GPU-2"


def test_launching_at_the_same_time_is_one_container(stand):
    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(stand.engine.launch, [stand.spec()] * 4))
    assert len({each.container_id for each in seen}) == 1
    assert all(each.state == RUNNING and each.address for each in seen)


def test_an_app_that_ends_is_seen_with_its_exit_code_and_can_be_launched_again(stand):
    first = stand.up(stand.spec())
    stand.crash(first, 7)
    ended = guinea.until(lambda: [seen for seen in stand.engine.observe(first.name) if seen.state == EXITED])[0]
    assert (ended.exit_code, ended.oom_killed, ended.address) == (7, False, None)
    assert ended.finished_at >= ended.started_at
    assert stand.up(stand.spec()).state == RUNNING


def test_launch_says_when_the_image_is_gone(stand):
    spec = stand.spec(image="sha256:" + "0" * 64)
    if not stand.real:
        stand.engine.lose_image(spec.image)
    with pytest.raises(ImageMissing):
        stand.engine.launch(spec)
    assert stand.engine.observe() == []


def test_two_revisions_of_a_space_run_side_by_side(stand):
    old, new = stand.up(stand.spec(revision_id=1)), stand.up(stand.spec(revision_id=2))
    assert old.address != new.address
    assert {seen.revision_id for seen in stand.engine.observe()} == {1, 2}


def test_stop_keeps_the_container(stand):
    seen = stand.up(stand.spec())
    stand.engine.stop(seen.name, grace=2)
    (stopped,) = stand.engine.observe()
    assert (stopped.container_id, stopped.state, stopped.address) == (seen.container_id, EXITED, None)


def test_stop_ends_a_frozen_one(stand):
    seen = stand.up(stand.spec())
    stand.engine.freeze(seen.name)
    stand.engine.stop(seen.name, grace=2)
    assert stand.state(seen.name) == EXITED


@pytest.mark.parametrize("verb", ["stop", "freeze", "thaw", "remove", "stats"])
def test_verbs_do_nothing_where_the_container_is_absent(stand, verb):
    assert getattr(stand.engine, verb)(stand.spec().name) is None


@pytest.mark.parametrize("verb", ["stop", "freeze", "thaw", "stats"])
def test_verbs_do_nothing_where_the_container_is_stopped(stand, verb):
    seen = stand.up(stand.spec())
    stand.engine.stop(seen.name, grace=1)
    before = stand.engine.observe()
    assert getattr(stand.engine, verb)(seen.name) is None
    assert stand.engine.observe() == before


def test_a_frozen_app_gets_no_cpu_and_its_sockets_stay_open(stand):
    seen = stand.up(stand.spec())
    connection = http.client.HTTPConnection(seen.address, 7860, timeout=0.4)
    connection.request("GET", "/")
    connection.getresponse().read()
    stand.engine.freeze(seen.name)
    assert stand.state(seen.name) == FROZEN
    connection.request("GET", "/")
    with pytest.raises(TimeoutError):
        connection.sock.recv(1, 2)  # MSG_PEEK
    thawed = stand.engine.thaw(seen.name)
    connection.sock.settimeout(120)
    assert connection.getresponse().status == 200
    assert thawed == seen


def test_freezing_twice_is_freezing_once(stand):
    seen = stand.up(stand.spec())
    stand.engine.freeze(seen.name)
    stand.engine.freeze(seen.name)
    (frozen,) = stand.engine.observe()
    assert (frozen.state, frozen.address) == (FROZEN, seen.address)


def test_thawing_one_that_runs_returns_it_as_it_is(stand):
    seen = stand.up(stand.spec())
    assert stand.engine.thaw(seen.name) == seen


def test_observe_tells_of_every_instance_or_of_the_named_one(stand):
    assert stand.engine.observe() == []
    one, two = stand.up(stand.spec(space_id=1)), stand.up(stand.spec(space_id=2))
    stand.engine.stop(two.name, grace=1)
    assert {seen.name: seen.state for seen in stand.engine.observe()} == {one.name: RUNNING, two.name: EXITED}
    assert stand.engine.observe(one.name) == [one]
    assert stand.engine.observe("demodock-nobody") == []


def test_logs_are_oldest_first_tell_the_streams_apart_and_outlive_the_app(stand):
    seen = stand.up(stand.spec())
    for text, stream in (("one", "stdout"), ("two", "stderr"), ("drei \N{SNOWMAN}", "stdout")):
        stand.say(seen, text, stream)
    wanted = {("stdout", "one"), ("stderr", "two"), ("stdout", "drei \N{SNOWMAN}")}
    lines = guinea.until(lambda: len(found := list(stand.engine.logs(seen.name))) == 3 and found)
    assert {(line.stream, line.text) for line in lines} == wanted
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    stand.engine.stop(seen.name, grace=1)
    assert list(stand.engine.logs(seen.name)) == lines


def test_logs_since_a_time_leave_out_what_came_before(stand):
    seen = stand.up(stand.spec())
    stand.say(seen, "early")
    (early,) = guinea.until(lambda: list(stand.engine.logs(seen.name)))
    stand.say(seen, "late")
    late = guinea.until(lambda: list(stand.engine.logs(seen.name, since=early.at)))
    assert [line.text for line in late] == ["late"]
    assert list(stand.engine.logs(seen.name, since=late[0].at + dt.timedelta(microseconds=1))) == []


def test_followed_logs_end_when_the_app_stops(stand):
    seen = stand.up(stand.spec())
    stand.say(seen, "hello")
    stream = stand.engine.logs(seen.name, follow=True)
    assert next(stream).text == "hello"
    stand.say(seen, "again")
    assert next(stream).text == "again"
    stand.engine.stop(seen.name, grace=1)
    assert list(stream) == []


def test_followed_logs_end_when_another_thread_closes_them(stand):
    seen = stand.up(stand.spec())
    stand.say(seen, "hello")
    stream = stand.engine.logs(seen.name, follow=True)
    assert next(stream).text == "hello"
    rest: list = []
    reader = threading.Thread(target=lambda: rest.extend(stream), daemon=True)
    reader.start()
    stream.close()
    reader.join(120)
    assert not reader.is_alive() and rest == []


def test_logs_of_an_absent_container_are_empty(stand):
    assert list(stand.engine.logs(stand.spec().name, follow=True)) == []


def test_stats_tell_what_it_uses_running_or_frozen(stand):
    seen = stand.up(stand.spec())
    used = stand.engine.stats(seen.name)
    assert used.cpu_seconds > 0 and used.memory > 1 << 20 and 7860 in used.ports
    stand.engine.freeze(seen.name)
    assert stand.engine.stats(seen.name).cpu_seconds >= used.cpu_seconds


def test_remove_takes_a_running_container_and_is_idempotent(stand):
    seen, other = stand.up(stand.spec(space_id=1)), stand.up(stand.spec(space_id=2))
    stand.engine.freeze(seen.name)
    stand.engine.remove(seen.name)
    stand.engine.remove(seen.name)
    assert [left.name for left in stand.engine.observe()] == [other.name]


def test_remove_with_the_space_takes_all_it_has(stand):
    volume = f"demodock-{stand.settings.installation}-s1-data"
    one = stand.up(stand.spec(revision_id=1, volume=volume))
    stand.up(stand.spec(revision_id=2, volume=volume))
    other = stand.up(stand.spec(space_id=2))
    stand.engine.remove(one.name, space_id=1)
    stand.engine.remove(one.name, space_id=1)
    assert [left.name for left in stand.engine.observe()] == [other.name]


@pytest.mark.parametrize("kind", ["fake", pytest.param("docker", marks=pytest.mark.live)])
def test_every_verb_says_when_the_engine_does_not_answer(kind, place):
    engine = (
        DownEngine() if kind == "fake" else DockerEngine(place.model_copy(update={"docker_host": "unix:///nowhere"}))
    )
    spec = guinea.make_spec(place, "sha256:any")
    for call in (
        lambda: engine.launch(spec),
        lambda: engine.stop(spec.name),
        lambda: engine.freeze(spec.name),
        lambda: engine.thaw(spec.name),
        lambda: engine.observe(),
        lambda: list(engine.logs(spec.name)),
        lambda: engine.stats(spec.name),
        lambda: engine.remove(spec.name),
    ):
        with pytest.raises(EngineUnavailable):
            call()
