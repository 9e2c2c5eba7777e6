"""Publishes the sample Spaces on first run, as anyone would: by `git push` through the public port."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlmodel import select

from spaces import db, templates
from spaces.access import find_space
from spaces.host.report import Report
from spaces.lifecycle import Stage
from spaces.models import Space
from spaces.owners import ADMIN, ADMIN_TOKEN
from spaces.settings import Settings

FOLDER = Path(__file__).resolve().parents[2] / "sample_spaces"
AT_ONCE = 2
PATIENCE = 1800.0
"""Seconds for one sample to run; a slow network has much to fetch."""
ENDS = {Stage.RUNNING, Stage.BUILD_ERROR, Stage.CONFIG_ERROR, Stage.RUNTIME_ERROR, Stage.NO_APP_FILE, Stage.PAUSED}
LEFT_OUT = shutil.ignore_patterns("verify", "__pycache__", ".*")


def unpublished(settings: Settings, folder: Path = FOLDER) -> list[Path]:
    """Samples that were never published here; a person may delete one without it coming back."""
    if not settings.samples or not folder.is_dir():
        return []
    done = _published(settings)
    return [path for path in sorted(folder.iterdir()) if (path / "README.md").is_file() and path.name not in done]


def publish(settings: Settings, samples: list[Path], report: Report, cancelled: Callable[[], bool]) -> dict[str, str]:
    """Pushes `samples`, two at a time, and waits until each runs; returns what became of each that does not."""
    failed: dict[str, str] = {}

    def one(sample: Path) -> None:
        began = time.monotonic()
        try:
            _push(settings, sample)
            problem = _wait(sample.name, report, cancelled)
        except (subprocess.SubprocessError, OSError) as error:
            problem = _said(error)
        if cancelled():
            return
        if problem:
            failed[sample.name] = problem
            report(f"{sample.name}: {problem}")
        else:
            _offer(sample.name)
            report(f"{sample.name} runs after {time.monotonic() - began:.0f} s")
        _remember(settings, sample.name)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, samples))
    return failed


def push_environment(settings: Settings, home: str, host: str) -> dict[str, str]:
    """git as it comes, with nobody's configuration; the token goes by the environment, since argv is for all to read."""
    token = settings.secret(ADMIN_TOKEN)
    secret = base64.b64encode(f"{ADMIN}:{token}".encode()).decode()
    pairs = {
        "http.extraHeader": f"Authorization: Basic {secret}",
        "init.defaultBranch": "main",
        "core.hooksPath": os.devnull,
        "user.name": ADMIN,
        "user.email": f"{ADMIN}@{host}",
    }
    environment = {key: os.environ[key] for key in ("PATH", "LANG", "LC_ALL") if key in os.environ}
    environment |= {"HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "no_proxy": "*"}
    environment["GIT_CONFIG_COUNT"] = str(len(pairs))
    for n, (key, value) in enumerate(pairs.items()):
        environment |= {f"GIT_CONFIG_KEY_{n}": key, f"GIT_CONFIG_VALUE_{n}": value}
    return environment


# Private


def _push(settings: Settings, sample: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="demodock-sample-") as home:
        tree = Path(home, "tree")
        shutil.copytree(sample, tree, ignore=LEFT_OUT)
        environment = push_environment(settings, home, settings.domain)
        url = f"{settings.base_url}/spaces/{ADMIN}/{sample.name}"
        for command in (
            ["init", "-q"],
            ["add", "--all"],
            ["commit", "-q", "-m", f"Sample: {sample.name}."],
            ["push", "-q", url, "HEAD:main"],
        ):
            subprocess.run(
                ["git", *command],
                cwd=tree,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=True,
                timeout=300,
            )


def _wait(name: str, report: Report, cancelled: Callable[[], bool]) -> str:
    """Empty once it runs, else what it is instead."""
    deadline, before = time.monotonic() + PATIENCE, None
    while time.monotonic() < deadline and not cancelled():
        with db.reading() as session:
            space = session.exec(select(Space).where(Space.name_key == name.lower())).first()
        if space and space.stage != before:
            before = space.stage
            if space.stage == Stage.RUNNING:
                return ""
            if space.stage in ENDS - {Stage.NO_APP_FILE}:
                return f"{space.stage}: {space.reason.message if space.reason else 'see its log'}"
            report(f"{name}: {space.stage.replace('_', ' ').lower()}")
        time.sleep(0.3)
    return f"still {before or 'unknown'} after {PATIENCE:.0f} s"


def _offer(name: str) -> None:
    """Whoever likes a sample may begin with it."""
    with db.writing() as session:
        if space := find_space(session, ADMIN, name):
            templates.offer(session, space, True)


def _said(error: Exception) -> str:
    said = getattr(error, "stderr", None)
    return said.decode(errors="replace").strip()[-500:] if said else str(error)


def _published(settings: Settings) -> list[str]:
    try:
        return json.loads(settings.path("samples.json").read_text())
    except (OSError, ValueError):
        return []


def _remember(settings: Settings, name: str) -> None:
    where = settings.path("samples.json")
    temporary = where.with_suffix(".new")
    temporary.write_text(json.dumps(sorted({*_published(settings), name})))
    temporary.replace(where)
