"""Runs a page of the docs as its reader would, so that what a page says stays true.

One page is one script: its blocks run in their order, in one shell, in a folder beside `demodock`, where the reader has the
platform. What a fence says after the three backticks decides:

    ```console          lines behind `$ ` are typed; the lines below one are what it must print
    ```python           a program; a block ```text right behind it is what it must print
    ```python app.py    any fence with a second word: the reader saves this file
    ```sh, ```text, ... shown and not run

`...` in what must be printed stands for anything. The only word that is changed is the platform's address.
"""

from __future__ import annotations

import os
import re
import secrets
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts import clients

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "localhost:8000"
"""What pages call the platform, and what the addresses of its Spaces end with."""

_FENCE = re.compile(r"^```(\w*)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """One thing that the reader does: `line` of the page, what the shell is told, what must be printed."""

    line: int
    script: str
    expected: str | None = None


def client_pages() -> list[Path]:
    """The pages about clients, all of which run."""
    return sorted((ROOT / "docs/howto/clients").glob("*.md"))


def steps(page: str) -> list[Step]:
    """What the text of a page has its reader do."""
    found: list[Step] = []
    for fence in _FENCE.finditer(page):
        language, file, body = fence[1], fence[2], fence[3]
        line = page.count("\n", 0, fence.start()) + 1
        if file:
            found.append(Step(line, f"mkdir -p {shlex.quote(str(Path(file).parent))}\n{_fed('cat >' + file, body)}"))
        elif language == "console":
            found += _typed(line, body)
        elif language == "python":
            found.append(Step(line, _fed("python -", body), _printed(page, fence.end())))
    return found


def run(page: Path, address: str, data: Path, folder: Path, seconds: int = 500) -> None:
    """Does in `folder` what `page` says, with the platform at `address` and its data directory; fails where the page is
    wrong."""
    home, place, where = folder / "home", folder / "demodock", folder / "page"
    for made in (home, place, where):
        made.mkdir(parents=True)
    (place / "var").symlink_to(data)
    (place / ".venv").symlink_to(ROOT / ".venv")
    todo = steps(page.read_text("utf-8").replace(ADDRESS, address.partition("://")[2]))
    assert todo, f"{page.name} has its reader do nothing"
    mark = secrets.token_hex(8)
    script = folder / "script"
    script.write_text("set -eo pipefail\n" + "".join(f"echo {mark}\n{step.script}\n" for step in todo))
    done = subprocess.run(
        ["timeout", "--kill-after=5", str(seconds), "bash", str(script)],
        cwd=where,
        env=_environment(home),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    printed = done.stdout.decode(errors="replace").split(f"{mark}\n")[1:]
    for number, (step, text) in enumerate(zip(todo, printed, strict=False), 1):
        if done.returncode and number == len(printed):
            raise AssertionError(f"{page.name}:{step.line} ends with {done.returncode}:\n{step.script}\n{text}")
        if step.expected is not None and not matches(step.expected, text):
            raise AssertionError(f"{page.name}:{step.line} says\n{step.expected}\nand this came:\n{text}")


def matches(expected: str, printed: str) -> bool:
    """True where `printed` is what the page says; `...` is anything, and white space at the ends of lines is nothing."""
    pattern = ".*".join(re.escape(part) for part in _trimmed(expected).split("..."))
    return re.fullmatch(pattern, _trimmed(printed), re.DOTALL) is not None


# -- private


def _typed(line: int, body: str) -> list[Step]:
    found: list[Step] = []
    for number, text in enumerate(body.splitlines(), line + 1):
        if text.startswith("$ "):
            found.append(Step(number, text[2:]))
        elif found and found[-1].script.endswith("\\") and found[-1].expected is None:
            found[-1] = Step(found[-1].line, f"{found[-1].script}\n{text.removeprefix('> ')}")
        elif found:
            found[-1] = Step(found[-1].line, found[-1].script, f"{found[-1].expected or ''}{text}\n")
    return found


def _fed(command: str, text: str) -> str:
    end = f"END-{secrets.token_hex(8)}"
    return f"{command} <<'{end}'\n{text}{end}"


def _printed(page: str, after: int) -> str | None:
    following = re.match(r"\s*```text\n(.*?)^```$", page[after:], re.MULTILINE | re.DOTALL)
    return following[1] if following else None


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _environment(home: Path) -> dict[str, str]:
    """The reader's: git knows their name, the clients are installed, and none remembers another server."""
    others = ("DEMODOCK_", "HF_", "MODELSCOPE_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    reader = {f"GIT_{who}_NAME": "Reader" for who in ("AUTHOR", "COMMITTER")}
    reader |= {f"GIT_{who}_EMAIL": "reader@example.org" for who in ("AUTHOR", "COMMITTER")}
    path = ":".join(
        [str(Path(sys.executable).parent), str(clients.command("gradio", "gradio").parent), os.environ["PATH"]]
    )
    return kept | reader | {"HOME": str(home), "PATH": path, "GIT_TERMINAL_PROMPT": "0"}
