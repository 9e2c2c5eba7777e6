"""The way to the Docker Engine: clients with time limits, and its errors in our own words."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException, ImageNotFound, NotFound
from docker.utils import kwargs_from_env

from spaces.errors import DemodockError, EngineUnavailable, ImageMissing, StartFailed
from spaces.settings import Settings

__all__ = ["APIError", "Link", "NotFound", "translated"]

QUICK = 20.0
"""Seconds for calls that only look, pause or unpause."""
SLOW = 120.0
"""Seconds for calls that create, start, stop or remove."""
CONNECTIONS = 32


class Link:
    """One engine, spoken to for one installation. Connects at first use, so that making one never fails."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.installation = settings.installation
        self._connecting = threading.Lock()

    @property
    def quick(self) -> docker.APIClient:
        return self._clients[0]

    @property
    def slow(self) -> docker.APIClient:
        return self._clients[1]

    @functools.cached_property
    def _clients(self) -> tuple[docker.APIClient, docker.APIClient]:
        with self._connecting:
            first = self._connect(QUICK, "auto")
            return first, self._connect(SLOW, first.api_version)

    def _connect(self, seconds: float, version: str) -> docker.APIClient:
        where = kwargs_from_env()
        if self.settings.docker_host:
            where["base_url"] = self.settings.docker_host
        client = docker.APIClient(**where, version=version, timeout=seconds, max_pool_size=CONNECTIONS)
        client.trust_env = False  # a proxy for the internet is no way to the engine, and looking it up costs each call
        return client


@contextlib.contextmanager
def translated(what: str) -> Iterator[None]:
    """Turns whatever the SDK raises while we `what` into a typed error. `NotFound` and conflicts are the caller's."""
    try:
        yield
    except DemodockError:
        raise
    except ImageNotFound as error:
        raise ImageMissing(
            "The engine no longer has this revision's image.", hint="It is built again; a restart asks for that too."
        ) from error
    except APIError as error:
        if error.status_code and error.status_code < 500:
            raise StartFailed(
                f"The engine refused to {what}: {reason(error)}", code="engine_refused", hint="See the engine's log."
            ) from error
        raise unavailable(what, reason(error)) from error
    except (requests.RequestException, DockerException, urllib3.exceptions.HTTPError, OSError) as error:
        raise unavailable(what, str(error)) from error


def unavailable(what: str, why: str) -> EngineUnavailable:
    return EngineUnavailable(
        f"The container engine did not {what}: {why[:500]}",
        hint="It is tried again by itself; `demodock doctor` says what is wrong with the engine.",
    )


def reason(error: APIError) -> str:
    """The engine's own words, without the URL that the SDK puts around them."""
    return str(error.explanation or error)[:1000]
