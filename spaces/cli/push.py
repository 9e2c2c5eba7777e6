"""push: a directory becomes a running Space.

A git repository is pushed as it is: its HEAD. Any other directory is committed on top of what the Space has, in a git
directory of our own that is thrown away, so that nothing is left in yours.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from spaces.cli.client import Client, Refusal
from spaces.cli.output import Json, command, err, out, plain, safe, show_json
from spaces.cli.wait import failure, wait_until

FAR = 24 * 3600


@command
def push(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, resolve_path=True)],
    space: Annotated[str | None, typer.Argument(metavar="[SPACE]", help="OWNER/NAME or NAME; else DIR's name.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the Space's history.")] = False,
    wait: Annotated[bool, typer.Option(help="Until it runs, showing the build's log.")] = True,
    as_json: Json = False,
) -> None:
    """Publish a directory as a Space, created if need be, and wait until it runs."""
    began = time.monotonic()
    client = Client()
    if not client.target.token:
        raise Refusal("Pushing needs a token.", "Set DEMODOCK_TOKEN.", 4)
    full_name = client.full_name(space or _name_of(folder))
    url = f"{client.target.endpoint}/spaces/{full_name}"
    with tempfile.TemporaryDirectory(prefix="demodock-push-") as scratch:
        git = _Git(folder, Path(scratch), client.target.token)
        commit = git.head() if git.is_repository else git.snapshot(url)
        git.push(url, commit, force)
    build = _build_of(client, full_name, commit)
    result: dict[str, Any] = {"space": full_name, "commit": commit, "build": build and build["number"]}
    if wait and build:
        _follow(client, full_name, build["number"], show=not as_json)
        build = client.call("GET", client.path(full_name, f"/builds/{build['number']}"))
        if build["status"] != "succeeded":
            raise _build_failure(build)
        runtime = wait_until(client, full_name, "RUNNING", build["revision"])
    else:
        runtime = client.call("GET", client.path(full_name, "/runtime"))
        if wait and "ERROR" in runtime["stage"]:
            raise failure(runtime)
    result |= {"stage": runtime["stage"], "url": runtime["url"], "seconds": round(time.monotonic() - began, 2)}
    if as_json:
        show_json(result)
    else:
        out.print(f"{full_name} is {runtime['stage']} after {result['seconds']:.1f} s")
        print(runtime["url"])


COMMANDS = (push,)


# -- private --------------------------------------------------------------------------------------


class _Git:
    """git for one push. The token goes by the environment: argv is for every user of the machine to read."""

    def __init__(self, folder: Path, scratch: Path, token: str) -> None:
        self.folder = folder
        self.is_repository = (folder / ".git").exists()
        basic = base64.b64encode(f"demodock:{token}".encode()).decode()
        pairs = {"http.extraHeader": f"Authorization: Basic {basic}", "credential.helper": ""}
        self._environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}
        if not self.is_repository:
            git_dir = scratch / "git"
            self._environment |= {"GIT_DIR": str(git_dir), "GIT_WORK_TREE": str(folder)}
            pairs |= {"core.hooksPath": os.devnull, "core.autocrlf": "false", "core.fsmonitor": "false"}
            pairs |= {"user.name": "demodock", "user.email": "demodock@localhost", "commit.gpgSign": "false"}
        for number, (key, value) in enumerate(pairs.items()):
            self._environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        self._environment["GIT_CONFIG_COUNT"] = str(len(pairs))

    def head(self) -> str:
        if left := self._run("status", "--porcelain").splitlines():
            err.print(f"{len(left)} uncommitted changes stay here: commit them to publish them.", style="yellow")
        return self._run("rev-parse", "--verify", "HEAD^{commit}", failed="There is no commit to push yet.").strip()

    def snapshot(self, url: str) -> str:
        """A commit of the directory as it is, on top of the Space's head where it has one."""
        self._run("init", "-q", "-b", "main")
        self._run("add", "--all", failed="git cannot read the directory.")
        tree = self._run("write-tree").strip()
        parent: list[str] = []
        if self._run("fetch", "-q", "--depth=1", url, "main", check=False) is not None:
            tip = self._run("rev-parse", "FETCH_HEAD").strip()
            if self._run("rev-parse", "FETCH_HEAD^{tree}").strip() == tree:
                return tip
            parent = ["-p", tip]
        return self._run("commit-tree", *parent, "-m", f"Push of {self.folder.name}", tree).strip()

    def push(self, url: str, commit: str, force: bool) -> None:
        reference = f"{'+' if force else ''}{commit}:refs/heads/main"
        done = subprocess.run(
            ["git", "push", "--porcelain", "--end-of-options", url, reference],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=FAR,
        )
        said = plain((done.stderr + b"\n" + done.stdout).decode(errors="replace"))
        if done.returncode:
            lines = [line for line in said.splitlines() if re.match(r"remote:|error:|fatal:|!", line)]
            behind = "fetch first" in said or "non-fast-forward" in said
            hint = "The Space has commits that you have not: merge them, or push with --force." if behind else ""
            raise Refusal("\n".join(lines) or said.strip(), hint)

    def _run(self, *arguments: str, check: bool = True, failed: str = "git failed.") -> Any:
        """What git prints; None where it fails and may."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=FAR,
        )
        if done.returncode and check:
            raise Refusal(failed, plain(done.stderr.decode(errors="replace")).strip())
        return None if done.returncode else done.stdout.decode()


def _name_of(folder: Path) -> str:
    return re.sub(r"-{2,}", "-", re.sub(r"[^A-Za-z0-9._-]+", "-", folder.name)).strip("-.") or "space"


def _build_of(client: Client, space: str, commit: str) -> dict[str, Any] | None:
    """The newest build of that commit; None where none was needed."""
    builds = client.call("GET", client.path(space, "/builds"), limit=5)
    return next((build for build in builds if build["commit"] == commit), None)


def _follow(client: Client, space: str, number: int, show: bool) -> None:
    for event in client.events(client.path(space, "/logs/build"), build=number):
        if show and sys.stderr.isatty():
            err.print(safe(event["data"].rstrip("\n")), style="dim")
        elif show:
            print(plain(event["data"]).rstrip("\n"), file=sys.stderr)


def _build_failure(build: dict[str, Any]) -> Refusal:
    reason = build["reason"] or {"message": f"The build was {build['status']}.", "hint": ""}
    message = f"Build #{build['number']} {build['status']}: {reason['message']}"
    detail = f"\n{plain(reason['detail'])}" if reason.get("detail") else ""
    return Refusal(message + detail, reason["hint"], body={"error": message, "build": build})
