"""A supervisor in a process of its own, with stand-ins for children; tests kill it. Prints `ready` and the children's pids."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from spaces.supervisor import Process, Supervisor

CHILD = """
import os, signal, subprocess, sys, time
folder, name, stubborn = sys.argv[1:4]
log = open(os.path.join(folder, "events"), "a", buffering=1)
def bye(number, frame):
    log.write(f"{name} {signal.Signals(number).name}\\n")
    if stubborn != "stubborn":
        sys.exit(0)
signal.signal(signal.SIGTERM, bye)
open(os.path.join(folder, name + ".up"), "w").close()
log.write(f"{name} up\\n")
print("hello from", name, flush=True)
while True:
    time.sleep(60)
"""


def main(folder: Path, stubborn: str) -> None:
    def child(name: str, rank: int, **more) -> Process:
        argv = (sys.executable, "-S", "-c", CHILD, str(folder), name, "stubborn" if name == stubborn else "")
        return Process(name, argv, ready=(folder / f"{name}.up").exists, rank=rank, **more)

    supervisor = Supervisor(
        [
            child("front", 3, stop_after=1.0),
            child("store", 1, death_signal=15),
            child("inner", 2, stop_after=1.0),
        ],
        folder / "run",
        folder / "logs",
    )
    supervisor.end_orphans(print)
    supervisor.start()
    print("ready", json.dumps(supervisor.pids()), flush=True)
    supervisor.run()
    supervisor.stop()
    print("stopped", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "")
