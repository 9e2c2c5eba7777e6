"""The one place that runs git: argument lists only, an environment of our own, limits, and no child that outlives us."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from spaces.errors import DemodockError

SECONDS = 60
"""Longest run of a command that answers at once."""
MEMORY = 4 << 30
"""Address space of one git process, in bytes: a small delta can claim to unfold into anything."""

CONFIG = (
    # Given with every command, so that it holds whatever a repository's own config says.
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.sshCommand=/bin/false",
    "core.askPass=/bin/false",
    "core.alternateRefsCommand=true",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.bigFileThreshold=32m",
    "core.packedGitLimit=256m",
    "safe.directory=*",
    "safe.bareRepository=explicit",
    "protocol.allow=never",
    "gc.autoDetach=false",
    "pack.threads=1",
    "pack.windowMemory=64m",
    "pack.deltaCacheSize=32m",
)


class GitError(DemodockError):
    """git failed where nothing a person sent should make it fail."""

    code = "git"


def environment(**more: str) -> dict[str, str]:
    """All that a git process sees of ours: no configuration but what we give it, no transport, no question."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "XDG_CONFIG_HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "/bin/false",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        **more,
    }


def argv(
    *args: str,
    repository: Path | None = None,
    leash: bool = False,
    config: Iterable[str] = (),
    largest: int | None = None,
) -> list[str]:
    """The whole command line. Callers put what comes from outside behind `--end-of-options` or `--`, or into stdin."""
    settings = [part for setting in (*CONFIG, *config) for part in ("-c", setting)]
    where = [f"--git-dir={repository}"] if repository else []
    bound = [*_BOUND, f"--fsize={largest}", "--"] if largest is not None else []
    return [
        *bound,
        *(_LEASH if leash and shutil.which(_LEASH[0]) else ()),
        "git",
        "--no-pager",
        *settings,
        *where,
        *args,
    ]


def run(
    *args: str,
    repository: Path | None = None,
    stdin: bytes | None = None,
    seconds: float = SECONDS,
    leash: bool = False,
    env: dict[str, str] | None = None,
    config: Iterable[str] = (),
    largest: int | None = None,
) -> bytes:
    """Runs git to its end and returns what it wrote. Raises GitError where it fails or dawdles."""
    with open_pipe(
        *args,
        repository=repository,
        stdin=stdin is not None,
        stderr=subprocess.PIPE,
        seconds=seconds,
        leash=leash,
        env=env,
        config=config,
        largest=largest,
    ) as process:
        output, errors = process.communicate(stdin)
    if process.returncode:
        tail = errors[-500:].decode(errors="replace").strip()
        raise GitError(f"git {args[0]} failed: {tail or 'no word of why'}", exit_code=process.returncode)
    return output


@contextlib.contextmanager
def open_pipe(
    *args: str,
    repository: Path | None = None,
    stdin: bool = True,
    stderr: int = subprocess.DEVNULL,
    seconds: float | None = None,
    leash: bool = False,
    env: dict[str, str] | None = None,
    config: Iterable[str] = (),
    largest: int | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A running git with pipes, killed with all its children after `seconds` or at the end of the block. No file that it
    writes grows beyond `largest` bytes.

    Without `leash` it must be a command that ends by itself when its pipes close, as readers do. The leash counts the
    end of the starting thread, so whoever uses it stays on that thread."""
    process = subprocess.Popen(
        argv(*args, repository=repository, leash=leash, config=config, largest=largest),
        env=env or environment(),
        cwd="/",
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
    )
    _confine(process.pid)
    timer = threading.Timer(seconds, _kill, (process.pid, signal.SIGKILL)) if seconds else None
    if timer:
        timer.daemon = True
        timer.start()
    try:
        yield process
    finally:
        if timer:
            timer.cancel()
        if process.poll() is None:
            _kill(process.pid, signal.SIGKILL)
        for pipe in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(BrokenPipeError):
                if pipe:
                    pipe.close()
        process.wait()


async def spawn(
    *args: str, env: dict[str, str] | None = None, config: Iterable[str] = ()
) -> asyncio.subprocess.Process:
    """A running git for a request handler, with pipes. The caller ends it with `stop`."""
    process = await asyncio.create_subprocess_exec(
        *argv(*args, config=config, leash=True),
        env=env or environment(),
        cwd="/",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _confine(process.pid)
    return process


async def stop(process: asyncio.subprocess.Process, grace: float = 5.0) -> None:
    """Ends git and its children: asked first, since it then removes what it had begun, and killed if it stays."""
    if process.returncode is None:
        _kill(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), grace)
    _kill(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()


# -- private


_BOUND = ("prlimit",)
"""util-linux too: a limit set from outside would come too late for git's children."""
_LEASH = ("setpriv", "--pdeathsig", "KILL", "--")
"""util-linux's wrapper: git dies with whoever started it. A hook of ours between fork and exec would do the same, but
may deadlock in a process with threads."""


def _confine(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _kill(pid: int, number: signal.Signals) -> None:
    """Signals the whole group: index-pack and pack-objects are children of git."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
