"""Ways to hurt a running platform, and what must hold whatever was hurt (I1 to I5 of the invariants)."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import tempfile
from pathlib import Path

from spaces import names
from spaces.host import engine
from spaces.settings import Settings
from tests.harness import Platform, wait

VICTIMS = ("valkey", "edge", "api", "gateway", "controller", "worker-1")


def pid_of(platform: Platform, process: str) -> int:
    """From the supervisor's pidfile."""
    return int(json.loads((platform.data / "run" / f"{process}.pid").read_text())["pid"])


def kill(platform: Platform, process: str, sig: int = signal.SIGKILL) -> None:
    """Kills one of the platform's processes and waits until the supervisor has started another."""
    before = pid_of(platform, process)
    os.kill(before, sig)
    pidfile = platform.data / "run" / f"{process}.pid"
    wait(lambda: pidfile.exists() and pid_of(platform, process) != before, 120, lambda: f"{process} never came back")


def rows(platform: Platform, query: str) -> list[tuple]:
    """Reads the database beside the platform."""
    with sqlite3.connect(f"file:{platform.data / 'demodock.db'}?mode=ro", uri=True, timeout=30) as connection:
        return connection.execute(query).fetchall()


def check_invariants(platform: Platform) -> None:
    """Waits until the platform has settled, then states what must be true of it."""
    unsettled = """SELECT id, stage FROM space
        WHERE stage IN ('BUILDING', 'APP_STARTING', 'RUNNING_BUILDING', 'RUNNING_APP_STARTING')"""
    wait(
        lambda: not rows(platform, unsettled),
        400,
        lambda: f"never settled: {rows(platform, unsettled)}\n{platform.tail(20)}",
    )
    wait(lambda: not broken(platform), 180, lambda: f"{broken(platform)}\n{platform.tail(20)}")


def broken(platform: Platform) -> list[str]:
    """The invariants that do not hold now."""
    found = []
    builds = rows(platform, "SELECT id, status FROM build WHERE status IN ('queued', 'running')")
    if builds:
        found.append(f"I5: builds without an end: {builds}")
    known = {name for (name,) in rows(platform, "SELECT name FROM instance")}
    seen = {container.name: container for container in platform.containers()}
    strays = {name for name, each in seen.items() if each.labels.get(names.LABEL_KIND) == "instance"} - known
    if strays:
        found.append(f"I3: containers without a row: {strays}")
    serving = (
        "SELECT s.id, i.name, i.status FROM space s JOIN instance i ON i.id = s.instance_id WHERE s.stage = 'RUNNING'"
    )
    for space_id, name, status in rows(platform, serving):
        state = seen[name].status if name in seen else "gone"
        if state not in ("running", "paused") or status not in ("ready", "frozen"):
            found.append(f"I3: Space {space_id} is RUNNING, its instance {name} is {status} and its container {state}")
    doubles = """SELECT space_id FROM instance WHERE status IN ('ready', 'frozen', 'starting')
        GROUP BY space_id HAVING count(*) > 1"""
    found += [f"I1: Space {number} has two instances outside a redeploy" for (number,) in rows(platform, doubles)]
    ready = {f"space-{number}" for (number,) in rows(platform, "SELECT space_id FROM instance WHERE status = 'ready'")}
    routes = {path.stem for path in Path(platform.data, "edge", "routes").glob("space-*.yaml")}
    if ready != routes:
        found.append(f"I4: routes {routes}, ready {ready}")
    found += gpus_astray(platform)
    twice = rows(platform, "SELECT build_id, count(*) FROM revision GROUP BY build_id HAVING count(*) > 1")
    if twice:
        found.append(f"a build was published twice: {twice}")
    return found


def gpus_astray(platform: Platform) -> list[str]:
    """Where GPUs are not what they should be: held once, by an instance that is alive, which alone was told of them."""
    held = rows(
        platform,
        "SELECT r.device, r.slot, r.instance, i.status FROM reservation r LEFT JOIN instance i ON i.name = r.instance",
    )
    slots = [(device, slot) for device, slot, _, _ in held]
    found = [f"I2: held twice: {slot}" for slot in set(slots) if slots.count(slot) > 1]
    found += [
        f"I2: {device} is held by {name}, which is {status}" for device, _, name, status in held if not _alive(status)
    ]
    holders = {(name, device) for device, _, name, _ in held}
    for container in platform.containers("instance", running=True):
        variables = dict(entry.partition("=")[::2] for entry in container.attrs["Config"]["Env"])
        told = variables.get("NVIDIA_VISIBLE_DEVICES", "void").split(",")
        astray = [device for device in told if device != "void" and (container.name, device) not in holders]
        found += [f"I2: {container.name} runs with {device}, which it does not hold" for device in astray]
    return found


def restart_engine() -> None:
    """Kills the Docker Engine of this machine without a word, and starts another as whoever looks after it would."""
    pid = int(engine.PIDFILE.read_text())
    os.kill(pid, signal.SIGKILL)
    wait(lambda: not engine.answers(engine.DEFAULT, 1), 120)
    with tempfile.TemporaryDirectory() as place:
        engine.ensure_engine(Settings(data=Path(place)), print)


def _alive(status: str | None) -> bool:
    return status in ("starting", "ready", "frozen", "draining")
