"""Does `x.localhost` resolve for programs? Browsers know it by themselves; Python, git and curl ask the C library."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

from spaces.host import packages
from spaces.host.report import Report

NSSWITCH = Path("/etc/nsswitch.conf")
PACKAGE = "libnss-myhostname"


def resolves(host: str = "any-space.localhost") -> bool:
    """Asks as any Python program would."""
    try:
        return bool(socket.getaddrinfo(host, 80, proto=socket.IPPROTO_TCP))
    except OSError:
        return False


def ensure_resolves(report: Report, host: str = "any-space.localhost") -> bool:
    """Installs Debian's `libnss-myhostname` where that is needed and allowed; False where `host` still does not resolve."""
    if resolves(host):
        return True
    if not packages.can_install() or not host.endswith(".localhost"):
        return False
    packages.install([PACKAGE], f"so that programs find {host}", report)
    if NSSWITCH.is_file() and (mended := with_myhostname(NSSWITCH.read_text())) != NSSWITCH.read_text():
        report(f"adding myhostname to {NSSWITCH}")
        NSSWITCH.write_text(mended)
    # This process has read nsswitch.conf already: a new one tells what programs started from now on see.
    argv = [sys.executable, "-c", "import socket, sys; socket.getaddrinfo(sys.argv[1], 80)", host]
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0


def with_myhostname(nsswitch: str) -> str:
    """The text of nsswitch.conf with `myhostname` among its hosts: after `files`, before whatever asks the network."""
    line = re.search(r"(?m)^hosts:.*$", nsswitch)
    if line is None:
        return nsswitch.rstrip("\n") + "\nhosts: files myhostname dns\n"
    if "myhostname" in line[0].split():
        return nsswitch
    words = line[0].split()
    at = words.index("files") + 1 if "files" in words else 1
    mended = f"{words[0]:<15} {' '.join([*words[1:at], 'myhostname', *words[at:]])}"
    return nsswitch[: line.start()] + mended + nsswitch[line.end() :]
