"""The landing page among a thousand Spaces and among ten thousand, from the control plane as it runs in production.

The Spaces are rows alone: the page reads nothing else of them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from bench.measure import Figure, percentile
from spaces import card_texts, db, migrations, names
from spaces.lifecycle import Stage
from spaces.models import Owner, RepoCard, RepoTag, Space
from spaces.settings import get_settings
from tests.harness import free_port, wait

SOME, MANY = 1000, 10_000
VISITS = 100
WORDS = [f"word{number}" for number in range(3000)]
"""What the READMEs are made of; each has 500 of them."""
FLOOR = "/healthz of the same process"


def run(say: Callable[[str], None]) -> Iterator[Figure]:
    """Figures of one visitor who looks, searches, filters, and leafs through everything."""
    with tempfile.TemporaryDirectory() as data, installation(data):
        say(f"{SOME:,} Spaces")
        fill(0, SOME)
        with served() as get:
            yield from visits(get, "gallery", SOME, limit=100)
            say(f"{MANY:,} Spaces")
            fill(SOME, MANY)
            yield from visits(get, "gallery_large", MANY)
            yield leafed(get)


def visits(
    get: Callable[[str], tuple[float, bytes]], name: str, spaces: int, limit: float | None = None
) -> Iterator[Figure]:
    """p95 of each way to look at the gallery, in ms; with `limit` that is what it is to keep."""
    floor = _times(get, ["/healthz"])
    ways = {
        "first": ("The gallery", ["/"]),
        "search": ("A search in the READMEs", [f"/?q={word}" for word in WORDS[:60]]),
        "filter": ("By tag, the second page", ["/?tag=vision&p=2"]),
        "deep": ("Its last full page", [f"/?p={spaces // 24}"]),
    }
    for way, (what, paths) in ways.items():
        times = _times(get, paths)
        figure = Figure(f"{name}_{way}", f"{what}, of {spaces:,} Spaces", "ms", times, floor, FLOOR)
        if limit is not None:
            figure.target, figure.value = f"p95 at most {limit:.0f} ms", percentile(times, 95)
            figure.holds = (figure.value or 0) <= limit
        yield figure


def leafed(get: Callable[[str], tuple[float, bytes]]) -> Figure:
    """Whether whoever leafs through all pages has seen every Space, once."""
    seen: list[bytes] = []
    began = time.monotonic()
    for number in range(1, MANY // 24 + 2):
        seen += re.findall(rb'<h2><a href="/spaces/([^"]+)">', get(f"/?p={number}")[1])
    missed = MANY - len(set(seen)) + len(seen) - len(set(seen))
    figure = Figure("gallery_leafed", f"Missed or seen twice, of {MANY:,}", "Spaces", [float(missed)])
    figure.target, figure.holds, figure.note = "none", missed == 0, f"all pages in {time.monotonic() - began:.0f} s"
    return figure


@contextlib.contextmanager
def installation(data: str) -> Iterator[None]:
    """A database of its own, for us and for the process that serves it."""
    variable = f"{names.ENV_PREFIX}DATA"
    before = os.environ.get(variable)
    os.environ[variable] = data
    caches = (get_settings, db.database)
    for cached in caches:
        cached.cache_clear()
    try:
        migrations.upgrade()
        with db.writing() as session:
            session.add(Owner(id=1000, name="alice", name_key="alice"))
        yield
    finally:
        db.database().dispose()
        for cached in caches:
            cached.cache_clear()
        os.environ.pop(variable)
        if before is not None:
            os.environ[variable] = before


def fill(first: int, end: int) -> None:
    """Spaces `first` to `end`, each with a card and a README."""
    chance = random.Random(first)
    with db.writing() as session:
        for number in range(first, end):
            session.add(
                Space(
                    id=number + 1, owner_id=1000, name=f"demo-{number}", name_key=f"demo-{number}",
                    subdomain=f"alice-demo-{number}", subnet=number + 1, title=f"Demo {number}",
                    sdk=chance.choice(["gradio", "docker"]), stage=chance.choice([Stage.RUNNING, Stage.SLEEPING]),
                    likes=chance.randrange(50),
                )
            )  # fmt: skip
        session.flush()
        for number in range(first, end):
            card = {"title": f"Demo {number}", "emoji": "🎨", "tags": ["vision"] if number % 7 == 0 else []}
            shown, inner = card_texts.texts("space", card, " ".join(chance.choices(WORDS, k=500)))
            session.add(RepoCard(number=number + 1, commit="0" * 40, data=json.dumps(card), shown=shown, inner=inner))
            for tag in card["tags"]:
                session.add(RepoTag(number=number + 1, tag=tag))


@contextlib.contextmanager
def served() -> Iterator[Callable[[str], tuple[float, bytes]]]:
    """The control plane in a process of its own; gives a GET: seconds to the last byte, and the body."""
    port = free_port()
    environment = os.environ | {f"{names.ENV_PREFIX}PUBLIC_URL": f"http://localhost:{port}"}
    command = [sys.executable, "-m", "uvicorn", "spaces.api.app:app", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen([*command, "--no-access-log", "--log-level", "warning"], env=environment)

    def get(path: str) -> tuple[float, bytes]:
        try:
            return once(path)
        except http.client.RemoteDisconnected:  # it was silent for too long while rows were written
            connection.close()
            return once(path)

    def once(path: str) -> tuple[float, bytes]:
        began = time.monotonic()
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status)
        return time.monotonic() - began, body

    def answers() -> bool:
        with contextlib.suppress(OSError):
            return bool(get("/healthz"))
        connection.close()
        return False

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        wait(answers, 60, lambda: "the control plane never answered")
        yield get
    finally:
        connection.close()
        process.terminate()
        process.wait()


# -- private --------------------------------------------------------------------------------------


def _times(get: Callable[[str], tuple[float, bytes]], paths: list[str]) -> list[float]:
    get(paths[0])
    return [get(paths[visit % len(paths)])[0] * 1000 for visit in range(VISITS)]
