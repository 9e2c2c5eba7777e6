"""Debian packages of the host: installs what is missing, touches nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from spaces.errors import SetupError
from spaces.host.report import Report

APT_LOCK_SECONDS = 600
INDEX_FRESH = 6 * 3600
"""Seconds after which apt's package lists count as old."""


def can_install() -> bool:
    """True for root on Debian, Ubuntu and their kin."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def missing(packages: Iterable[str]) -> list[str]:
    """Those of `packages` that are not installed."""
    wanted = list(packages)
    if not wanted or shutil.which("dpkg-query") is None:
        return wanted
    argv = ["dpkg-query", "-W", "-f", "${binary:Package} ${db:Status-Status}\n", *wanted]
    found = subprocess.run(argv, capture_output=True, text=True, check=False).stdout
    installed = {line.split()[0].partition(":")[0] for line in found.splitlines() if line.endswith(" installed")}
    return [package for package in wanted if package not in installed]


def install(packages: Iterable[str], why: str, report: Report) -> None:
    """Installs what is missing of `packages`; raises `SetupError` with the command to type where we may not."""
    needed = missing(packages)
    if not needed:
        return
    command = f"apt-get install {' '.join(needed)}"
    if not can_install():
        raise SetupError(f"{' '.join(needed)} is missing: {why}.", hint=f"As root on Debian or Ubuntu: {command}")
    if _index_is_old():
        report("refreshing the package lists")
        _apt("update")
    report(f"installing {' '.join(needed)} ({why})")
    try:
        _apt("install", "-y", "--no-install-recommends", *needed)
    except SetupError:
        _apt("update")  # lists younger than our limit can still name versions the mirror has dropped
        _apt("install", "-y", "--no-install-recommends", *needed)


# Private


def _index_is_old() -> bool:
    lists = [path for path in Path("/var/lib/apt/lists").glob("*Packages*")]
    return (
        not lists
        or time.time() - max(path.stat().st_mtime for path in Path("/var/lib/apt").glob("lists")) > INDEX_FRESH
    )


def _apt(*arguments: str) -> None:
    argv = ["apt-get", "-q", "-o", f"DPkg::Lock::Timeout={APT_LOCK_SECONDS}", *arguments]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    done = subprocess.run(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-8:])
        raise SetupError(
            f"{' '.join(argv)} failed:\n{tail}", hint="Mend the package sources, then run the command again."
        )
