"""The Docker Engine: the one that answers, else, as root on Debian or Ubuntu, one that we install and start.

An engine that runs is left as it is: never restarted, never configured.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import docker
import docker.errors
import requests

from spaces.errors import SetupError
from spaces.host import packages
from spaces.host.pidfile import identify
from spaces.host.report import Report
from spaces.settings import Settings

DEFAULT = "unix:///var/run/docker.sock"
PIDFILE = Path("/var/run/docker.pid")
SYSTEMD = Path("/run/systemd/system")
STOPPING_SECONDS = 30
STARTING_SECONDS = 90


def candidates(settings: Settings, environ: Mapping[str, str] = os.environ) -> list[str]:
    """Addresses where an engine may answer, best first. One that a person named is the only one."""
    named = settings.docker_host or environ.get("DOCKER_HOST", "")
    if named:
        return [named]
    found = [DEFAULT]
    if runtime := environ.get("XDG_RUNTIME_DIR"):
        found.append(f"unix://{runtime}/docker.sock")
    if home := environ.get("HOME"):
        found.append(f"unix://{home}/.docker/run/docker.sock")
    return found


def answers(address: str, seconds: float = 5) -> bool:
    """True where an engine answers at `address`."""
    try:
        client = docker.DockerClient(base_url=address, timeout=seconds)
    except (docker.errors.DockerException, ValueError):
        return False
    try:
        return client.ping()
    except (docker.errors.DockerException, requests.RequestException, OSError):
        return False
    finally:
        client.close()


def find_engine(settings: Settings) -> str | None:
    """The address of an engine that answers now."""
    return next((address for address in candidates(settings) if answers(address)), None)


def ensure_engine(settings: Settings, report: Report) -> str:
    """The address of an engine that answers, after installing and starting one where that is needed and allowed."""
    if found := find_engine(settings):
        return found
    tried = candidates(settings)
    if tried[0] != DEFAULT:
        raise SetupError(
            f"No Docker Engine answers at {tried[0]}.", hint="Start it, or unset DOCKER_HOST and DEMODOCK_DOCKER_HOST."
        )
    if os.geteuid() != 0:
        raise SetupError(f"No Docker Engine answers ({', '.join(tried)}).", hint=_hint_for_people())
    with _only_one_starts():
        if _wait_for_predecessor(report) or answers(DEFAULT):
            return DEFAULT
        if shutil.which("dockerd") is None:
            packages.install(["docker.io"], "no Docker Engine answers", report)
        if not _answers_within(DEFAULT, 3):  # the package's own start-up may have brought it up
            _start(settings, report)
    return DEFAULT


# Private


def _hint_for_people() -> str:
    if Path("/var/run/docker.sock").exists() and not os.access("/var/run/docker.sock", os.W_OK):
        return "You may not use its socket: join the group `docker` (usermod -aG docker YOU), then sign in again."
    return "Install Docker Engine (Debian: apt-get install docker.io) and start it, or run this command as root."


@contextlib.contextmanager
def _only_one_starts() -> Iterator[None]:
    """Two installations on one machine must not start two engines."""
    lock = os.open("/run/demodock-engine.lock", os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _wait_for_predecessor(report: Report) -> bool:
    """Waits while a dockerd that starts or stops just now makes up its mind; True where it answers in the end."""
    deadline = time.monotonic() + STOPPING_SECONDS
    told = False
    while (pid := _running_dockerd()) and time.monotonic() < deadline:
        if answers(DEFAULT, 2):
            return True
        if not told:
            report(f"waiting for the dockerd that is starting or stopping (process {pid})")
            told = True
        time.sleep(0.2)
    if pid:
        raise SetupError(
            f"dockerd runs (process {pid}) but does not answer at {DEFAULT}.",
            hint="See its log, or stop it; then run this command again.",
        )
    return False


def _running_dockerd() -> int | None:
    try:
        pid = int(PIDFILE.read_text())
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return None
    # One that was killed may lie there as a zombie until whoever started it takes notice.
    return pid if name == "dockerd" and identify(pid) else None


def _start(settings: Settings, report: Report) -> None:
    report("starting the Docker Engine")
    if SYSTEMD.is_dir():
        done = subprocess.run(["systemctl", "start", "docker"], capture_output=True, text=True, check=False)
        if done.returncode or not _answers_within(DEFAULT, STARTING_SECONDS):
            raise SetupError(
                f"systemd could not start docker: {done.stderr.strip()}",
                hint="See `journalctl -u docker`, mend it, try again.",
            )
        return
    log = settings.path("logs", "processes", "dockerd.log")
    with log.open("ab") as sink:
        # A session of its own: it outlives us, as an engine under systemd would.
        child = subprocess.Popen(
            ["dockerd"],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            cwd="/",
            env=_environment(),
        )
    if not _answers_within(DEFAULT, STARTING_SECONDS, child):
        tail = "\n".join(log.read_text(errors="replace").strip().splitlines()[-6:])
        raise SetupError(f"dockerd did not start:\n{tail}", hint=f"The whole log: {log}")


def _environment() -> dict[str, str]:
    """dockerd looks for iptables and containerd in PATH; a user's PATH may lack the system directories."""
    path = os.environ.get("PATH", "")
    extra = [
        where for where in ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin") if where not in path.split(":")
    ]
    return os.environ | {"PATH": ":".join([path, *extra]).strip(":")}


def _answers_within(address: str, seconds: float, child: subprocess.Popen | None = None) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers(address, 2):
            return True
        if child and child.poll() is not None:
            return False
        time.sleep(0.2)
    return False
