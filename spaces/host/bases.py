"""Base images: what every layer of a Space stands on, one for each Python version.

An image comes from the admin's own template, else `python:X.Y-slim` where a registry answers, else from Debian packages;
then `base.sh` brings each to the same state. The tag holds a hash of the recipe, so that a changed recipe is another image,
and installations on one engine share what they have in common.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
import requests

from spaces import names
from spaces.errors import Invalid, SetupError
from spaces.host import base_make, engine
from spaces.host.mirrors import find_mirrors
from spaces.host.report import Report, quiet
from spaces.settings import Settings, get_settings

SUITES = {"bookworm": "3.11", "trixie": "3.13"}
"""Debian suites that base images are built from, and the Python each brings."""
PULLED = ("3.13", "3.12", "3.11", "3.10")
"""What a registry's `python:X.Y-slim` is offered for."""
REGISTRY_SECONDS = 6
REGISTRY_MEMORY = 24 * 3600
"""Seconds for which "no registry answers" is believed."""


def available_pythons(settings: Settings | None = None) -> list[str]:
    """Python versions a Space may ask for; the first is the default, the rest newest first."""
    settings = settings or get_settings()
    if settings.python_versions:
        return [version.strip() for version in settings.python_versions.split(",") if version.strip()]
    first = SUITES.get(settings.base_suite, "3.11")
    if settings.base_image or _registry_memory(settings).get("answers"):
        return [first, *(version for version in PULLED if version != first)]
    return [first]


def ensure_base(python: str, report: Report = quiet, settings: Settings | None = None) -> str:
    """The id of the base image for `python`, made on first use. Quick where it exists."""
    settings = settings or get_settings()
    if python not in available_pythons(settings):
        raise Invalid(
            f"No base image with Python {python}.", hint=f"Available: {', '.join(available_pythons(settings))}."
        )
    client = docker.DockerClient(base_url=engine.find_engine(settings) or engine.DEFAULT, timeout=900)
    try:
        if image := existing(client, python, settings):
            return image
        with _one_builder(report):
            return existing(client, python, settings) or _make(client, python, settings, report)
    finally:
        client.close()


def base_tag(python: str, source: str) -> str:
    """`demodock/base:X.Y-HASH`; `source` is an image reference or `debian:SUITE`."""
    return f"{names.IMAGE_BASE}:{python}-{base_make.recipe_hash(source)}"


def sources(python: str, settings: Settings) -> list[str]:
    """Where the image for `python` may come from, best first."""
    if settings.base_image:
        return [settings.base_image.replace("{python}", python)]
    suites = [f"debian:{suite}" for suite, version in SUITES.items() if version == python]
    return [f"python:{python}-slim", *suites]


# Private


def existing(client: docker.DockerClient, python: str, settings: Settings) -> str | None:
    for source in sources(python, settings):
        with contextlib.suppress(docker.errors.ImageNotFound):
            return client.images.get(base_tag(python, source)).id
    return None


def _make(client: docker.DockerClient, python: str, settings: Settings, report: Report) -> str:
    mirrors = find_mirrors(settings)
    for source in sources(python, settings):
        tag = base_tag(python, source)
        if source.startswith("debian:"):
            report(f"building the base image for Python {python} from Debian packages")
            return base_make.from_debian(client, source.partition(":")[2], python, tag, mirrors, report)
        if settings.base_image or _registry_answers(source, settings, report):
            report(f"fetching {source}")
            return base_make.from_image(client, source, python, tag, mirrors)
    raise SetupError(
        f"No base image with Python {python}: no registry answers, and no Debian suite known here brings it.",
        hint=f"Name an image in DEMODOCK_BASE_IMAGE, or choose from {', '.join(SUITES.values())} in DEMODOCK_PYTHON_VERSIONS.",
    )


def _registry_answers(source: str, settings: Settings, report: Report) -> bool:
    """Asks for the image's manifest only; "no" is remembered for a day, since a dead network answers slowly."""
    memory = _registry_memory(settings)
    if not memory.get("answers", True) and time.time() - memory.get("at", 0) < REGISTRY_MEMORY:
        return False
    report("looking for an image registry")
    client = docker.DockerClient(base_url=engine.find_engine(settings) or engine.DEFAULT, timeout=REGISTRY_SECONDS)
    try:
        client.api.inspect_distribution(source)
        found = True
    except (docker.errors.DockerException, requests.RequestException, OSError):
        found = False
    finally:
        client.close()
    settings.path("registry.json").write_text(json.dumps({"answers": found, "at": time.time()}))
    return found


def _registry_memory(settings: Settings) -> dict:
    try:
        return json.loads(settings.path("registry.json").read_text())
    except (OSError, ValueError):
        return {}


@contextlib.contextmanager
def _one_builder(report: Report) -> Iterator[None]:
    """Two installations on one machine build an image once."""
    folder = Path("/run/lock") if os.access("/run/lock", os.W_OK) else Path(tempfile.gettempdir())
    where = folder / f"demodock-base-{os.geteuid()}.lock"
    lock = os.open(where, os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("waiting for another installation that builds a base image")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
