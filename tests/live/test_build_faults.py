"""Builds under attack and in bad weather: killed workers, wiped queues, forged jobs, cancellations, time limits."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from pathlib import Path

import pytest
from rq import Queue
from rq.serializers import DefaultSerializer, JSONSerializer

from builder import containers, engine, failpoints
from builder.containers import CACHE, StepContainer
from builder.control import Control
from builder.log import BuildLog
from spaces import builds, db, doorbell, jobs, names
from spaces.lifecycle import BuildStatus, Phase
from spaces.models import Build
from spaces.models.types import now
from spaces.settings import get_settings
from tests.live.building import Yard, wait, yard

pytestmark = [pytest.mark.live, pytest.mark.chaos]

PLAIN = {"README.md": "---\nsdk: static\n---\n", "index.html": "hello"}
COMMAND = "---\nsdk: static\napp_build_command: %s\napp_file: dist/index.html\n---\n"
MADE = {"README.md": COMMAND % "mkdir dist && echo hello > dist/index.html", "requirements.txt": "six==1.16.0\n"}
ENDLESS = {"README.md": COMMAND % "\"trap '' TERM; sleep 9999 & sleep 9999\""}


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    with yard(tmp_path_factory.mktemp("yard")) as made:
        made.start_valkey()
        yield made


def row(build_id: int) -> Build:
    with db.reading() as session:
        return session.get(Build, build_id)


def forget_lease(build_id: int) -> None:
    """What waiting for the lease's end comes to."""
    with db.writing() as session:
        build = session.get(Build, build_id)
        if build.lease_until:
            build.lease_until = now() - dt.timedelta(seconds=1)


@pytest.mark.parametrize("point", failpoints.POINTS)
def test_p44_wherever_a_worker_dies_one_result_is_published(works: Yard, point):
    # A requirement of its own makes a layer of its own: else no step would run.
    text = f"six==1.16.0\n# {point}\n"
    space = works.space(MADE | {"requirements.txt": text})
    dying = works.start_worker(DEMODOCK_FAILPOINT=point)
    build = works.ask(space)
    wait(lambda: dying.poll() is not None, f"the worker's death at {point}")
    works.workers.remove(dying)
    forget_lease(build)
    healthy = works.start_worker()
    ended = works.ended(build)
    assert ended.status == BuildStatus.SUCCEEDED, f"{ended.reason}\n{works.log(ended)}"
    assert ended.attempt == (1 if point == "published" else 2)
    assert len(works.revisions(space)) == 1
    assert (builds.static_path(space, ended.revision_id) / "dist/index.html").read_text() == "hello\n"
    works.kill_worker(healthy)
    wait(lambda: not works.containers(), "the orphan's containers to go", 30)


def test_p44_a_killed_workers_job_dies_with_it(works: Yard):
    worker = works.start_worker()
    build = works.ask(works.space(ENDLESS))
    wait(works.containers, "the build's container")
    job = children(worker.pid)
    assert job
    works.kill_worker(worker)
    wait(lambda: not any(state(pid) in "RSD" for pid in job), "the job's death", 10)
    builds.cancel(build, "ada")


def test_p46_a_wiped_queue_loses_no_build(works: Yard):
    waiting = [works.ask(works.space(PLAIN)) for _ in range(3)]
    assert jobs.waiting() == set(waiting)
    doorbell.connection().flushall()
    assert jobs.waiting() == set()
    worker = works.start_worker()
    for build in waiting:
        assert works.ended(build).status == BuildStatus.SUCCEEDED
    running = works.ask(works.space({"README.md": COMMAND % "sleep 3; mkdir dist; echo x > dist/index.html"}))
    wait(lambda: row(running).phase == Phase.BUILDING, "the build to run")
    doorbell.connection().flushall()
    assert works.ended(running).status == BuildStatus.SUCCEEDED
    works.kill_worker(worker)


def test_a_worker_outlives_redis(works: Yard):
    worker = works.start_worker()
    assert works.build(works.space(PLAIN)).status == BuildStatus.SUCCEEDED
    works.stop_valkey()
    build = works.ask(works.space(PLAIN))
    time.sleep(1.5)  # long enough for the worker to notice
    works.start_valkey()
    assert works.ended(build).status == BuildStatus.SUCCEEDED
    assert worker.poll() is None
    works.kill_worker(worker)


def test_p47_a_job_delivered_many_times_is_one_revision(works: Yard):
    space = works.space(PLAIN)
    build = works.ask(space)
    for attempt in range(5):
        jobs.ring_builders(build, attempt)
    workers = [works.start_worker(), works.start_worker()]
    assert works.ended(build).attempt == 1
    wait(lambda: not jobs.waiting(), "the queue to drain")
    assert len(works.revisions(space)) == 1
    for worker in workers:
        works.kill_worker(worker)


def test_p6_a_forged_job_is_refused_and_the_worker_lives(works: Yard, tmp_path):
    canary = tmp_path / "canary"
    for serializer in (JSONSerializer, DefaultSerializer):
        forged = Queue(names.QUEUE_BUILDS, connection=doorbell.connection(), serializer=serializer)
        forged.enqueue("os.system", f"touch {canary}")
        forged.enqueue("subprocess.check_call", [["touch", str(canary)]])
        forged.enqueue(jobs.CALLABLE, 1, on_success="os.system", on_failure="os.system")
    worker = works.start_worker()
    assert works.build(works.space(PLAIN)).status == BuildStatus.SUCCEEDED
    assert not canary.exists()
    assert worker.poll() is None
    works.kill_worker(worker)


@pytest.mark.parametrize("recipe", ["static", "docker"])
def test_p69_a_cancelled_build_leaves_nothing_running(works: Yard, recipe):
    files = ENDLESS
    if recipe == "docker":
        dockerfile = "FROM debian:bookworm-slim\nRUN trap '' TERM; sleep 9998 & sleep 9998\nCMD x\n"
        files = {"README.md": "---\nsdk: docker\n---\n", "Dockerfile": dockerfile}
    worker = works.start_worker()
    build = works.ask(works.space(files))
    wait(sleeping, "the build's step to run")
    began = time.monotonic()
    assert builds.cancel(build, "ada")
    wait(lambda: not sleeping(), "its processes to go", 10)
    assert row(build).status == BuildStatus.CANCELLED
    assert works.build(works.space(PLAIN)).status == BuildStatus.SUCCEEDED, "the worker is free again"
    assert row(build).status == BuildStatus.CANCELLED
    print(f"cancelled within {time.monotonic() - began:.1f} s")
    works.kill_worker(worker)


def test_p69_a_build_over_its_time_ends_with_that_reason(works: Yard):
    worker = works.start_worker(DEMODOCK_BUILD_TIMEOUT="4")
    ended = works.build(works.space(ENDLESS))
    assert (ended.status, ended.reason.code) == (BuildStatus.FAILED, "timeout")
    wait(lambda: not works.containers(), "its container to go", 10)
    works.kill_worker(worker)


def test_a_newer_push_stops_the_running_build(works: Yard):
    worker = works.start_worker()
    space = works.space(ENDLESS)
    old = works.ask(space)
    wait(sleeping, "the build's step to run")
    works.commit(space, PLAIN)
    assert works.build(space).status == BuildStatus.SUCCEEDED
    assert row(old).status == BuildStatus.SUPERSEDED
    assert not sleeping()
    works.kill_worker(worker)


SETUP = """
import os, setuptools
open('/tmp/canary', 'w').write(repr(sorted(os.environ)))
try:
    open(os.path.join('CACHE', 'canary'), 'w').write('planted')
except OSError as error:
    print('refused', error)
setuptools.setup(name='six', version='9.9', py_modules=[])
""".replace("CACHE", CACHE)


def test_p19_one_spaces_code_cannot_plant_in_the_cache_of_another(works: Yard):
    worker = works.start_worker()
    plain = works.space(MADE | {"requirements.txt": "six==1.16.0\n# warm\n"})
    assert works.build(plain).status == BuildStatus.SUCCEEDED
    hostile = works.space(MADE | {"requirements.txt": "./pkg\n", "pkg/setup.py": SETUP})
    assert works.build(hostile).status == BuildStatus.SUCCEEDED
    works.kill_worker(worker)
    assert "canary" in listing(works, names.cache_volume_name(get_settings().installation, f"s{hostile}"))
    shared = listing(works, names.cache_volume_name(get_settings().installation, "shared"))
    assert "canary" not in shared and "wheels" in shared


def test_p19_the_shared_cache_is_closed_before_a_packages_code_can_run(works: Yard, tmp_path):
    claim = builds.Claim(build_id=10**6, attempt=1, space_id=1, number=1, commit="a" * 40, factory=False)
    control, log = Control(claim, 60), BuildLog(tmp_path / "log", 1 << 20)
    image = engine.image_id("demodock/base:dev") or base()
    volume = names.cache_volume_name(get_settings().installation, "shared")
    box = StepContainer(control, log, "p19", image, root=False, cache=volume)
    with box.running():
        assert box.output(["ls", CACHE])[0] == 0
        box.close_cache()
        for command in (["ls", CACHE], ["chmod", "777", containers.CACHE_ROOT], ["touch", f"{CACHE}/x"]):
            assert box.output(command)[0] != 0
        host = engine.client().inspect_container(box.id)["HostConfig"]
    assert host["CapDrop"] == ["ALL"] and not host["CapAdd"] and host["SecurityOpt"] == ["no-new-privileges"]
    assert host["Memory"] == host["MemorySwap"] == get_settings().build_memory << 20
    assert host["PidsLimit"] == containers.PIDS and host["NanoCpus"] and not host["Binds"] and not host["Privileged"]
    assert host["NetworkMode"] == names.build_network_name(get_settings().installation)


def base() -> str:
    from spaces.host import bases

    return bases.ensure_base(bases.available_pythons()[0])


def listing(works: Yard, volume: str) -> str:
    made = works.docker.containers.create(base(), command=["ls", "-R", "/v"], volumes={volume: {"bind": "/v"}})
    try:
        made.start()
        made.wait(timeout=60)
        return made.logs().decode()
    finally:
        made.remove(force=True)


def sleeping() -> list[int]:
    """Processes of the endless steps, as the host sees them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (folder / "cmdline").read_bytes().split(b"\0")
            if command[:1] == [b"sleep"] and command[1:2] in ([b"9999"], [b"9998"]):
                found.append(int(folder.name))
    return found


def children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def state(pid: int) -> str:
    """One letter; `X` where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
