"""One process of an installation in the foreground, for whoever supervises processes already: compose, systemd.

`python -m spaces.service NAME` becomes the very command that `demodock up` would run under that name, so that the two
never drift apart. `setup` prepares what they all need, and ends.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from spaces import db, migrations, owners, processes
from spaces.errors import SetupError
from spaces.host import bases, engine, leftovers
from spaces.hostnet import door
from spaces.settings import Settings, get_settings
from spaces.supervisor import Process

PORTS = ("api_port", "gateway_port", "edge_port")
STORE_SECONDS = 120.0


def main(arguments: list[str]) -> int:
    """Runs the process that `arguments` names; returns only where it could not, or for `setup`."""
    settings = get_settings()
    try:
        if arguments == ["setup"]:
            set_up(settings)
            return 0
        process = find(arguments, settings)
        if process.name != "valkey":
            wait_for_store(settings)
        if process.name == "controller":
            return run_and_clear(process, settings)
    except SetupError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return 1
    os.execve(process.argv[0], process.argv, {**os.environ, **process.env})
    raise AssertionError("execve does not return")


def set_up(settings: Settings) -> None:
    """A base image, the database's tables, the first admin."""

    def report(line: str) -> None:
        print(line, flush=True)

    engine.ensure_engine(settings, report)
    bases.ensure_base(bases.available_pythons(settings)[0], report, settings)
    if why := door.ensure(settings):
        report(f"Spaces cannot reach {settings.hub_url}: {why}")
    migrations.upgrade()
    owners.ensure_admin(settings)
    report(f"ready; the first admin's token lies in {settings.path(owners.ADMIN_TOKEN)}")


def find(arguments: list[str], settings: Settings) -> Process:
    """The table's row; any worker is `worker`. Raises `SetupError` where there is none."""
    if unset := [name for name in PORTS if not getattr(settings, name)]:
        wanted = ", ".join(f"DEMODOCK_{name.upper()}" for name in unset)
        raise SetupError(
            f"{wanted}: not set.", hint="Processes that start alone cannot choose ports for each other: name them all."
        )
    table = {process.name: process for process in processes.processes(settings)}
    table.setdefault("worker", table.get("worker-1"))  # type: ignore[arg-type]
    if len(arguments) != 1 or arguments[0] not in table:
        raise SetupError(f"No such process: {' '.join(arguments)}", hint=f"One of: setup, {', '.join(sorted(table))}.")
    return table[arguments[0]]


def wait_for_store(settings: Settings, seconds: float = STORE_SECONDS) -> None:
    """Until our own Valkey answers; with another Redis there is nothing of ours to wait for."""
    if settings.redis_url:
        return
    ready = processes.valkey(settings).ready
    deadline = time.monotonic() + seconds
    while ready is not None:
        try:
            if ready():
                return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise SetupError("Valkey does not answer.", hint="Look at the log of the service `valkey`.")
        time.sleep(0.2)


def run_and_clear(process: Process, settings: Settings) -> int:
    """The controller, and after it no container and no network of ours on the engine: a supervisor that takes its
    services down knows nothing of them. Volumes and images stay, and the next start makes the rest again."""
    child = subprocess.Popen(process.argv, env={**os.environ, **process.env})
    for sig in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sig, lambda number, _frame: child.send_signal(number))
    code = child.wait()
    db.database().dispose()
    leftovers.clear(settings)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
