"""Speaks to the control API: which one, as whom, and what its refusals mean to a person."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from spaces.settings import get_settings

TIMEOUT = 30.0
SILENCE = 60.0
"""Longest time without a byte on a stream; the server says something every 15 s."""

EXIT_FAILED, EXIT_UNREACHABLE, EXIT_FORBIDDEN, EXIT_MISSING = 1, 3, 4, 5


class Refusal(Exception):
    """What the command cannot do, with the next step."""

    def __init__(
        self, message: str, hint: str = "", code: int = EXIT_FAILED, body: dict[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.hint, self.code = message, hint, code
        self.body = body or {"error": message, "hint": hint}


@dataclass(frozen=True)
class Target:
    endpoint: str
    token: str | None


def find_target() -> Target:
    """Endpoint and token from the environment, else those of the installation in the data directory.

    The local admin's token goes to the local installation only."""
    settings = get_settings()
    endpoint = os.environ.get("DEMODOCK_ENDPOINT") or os.environ.get("HF_ENDPOINT")
    token = os.environ.get("DEMODOCK_TOKEN") or os.environ.get("HF_TOKEN")
    if endpoint is None and token is None:
        try:
            token = (settings.data / "admin-token").read_text().strip()
        except OSError:
            token = None
    return Target((endpoint or settings.base_url).rstrip("/"), token)


class Client:
    """One command's connection."""

    def __init__(self, target: Target | None = None) -> None:
        self.target = target or find_target()
        headers = {"Authorization": f"Bearer {self.target.token}"} if self.target.token else {}
        host = urlsplit(self.target.endpoint).hostname or ""
        local = host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost")
        self._http = httpx.Client(
            base_url=self.target.endpoint, headers=headers, timeout=TIMEOUT, trust_env=not local, follow_redirects=True
        )

    def call(self, method: str, path: str, body: Any = None, **params: Any) -> Any:
        """The answer's JSON; raises Refusal."""
        try:
            answer = self._http.request(method, path, json=body, params=params or None)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None
        _check(answer)
        return answer.json()

    def pages(self, path: str, limit: int, **params: Any) -> list[Any]:
        """Up to `limit` entries of a list that may go over several pages."""
        entries: list[Any] = []
        query: dict[str, Any] | None = {**params, "limit": min(limit, 100)}
        while True:
            try:
                answer = self._http.get(path, params=query)
            except httpx.HTTPError as error:
                raise self._unreachable(error) from None
            _check(answer)
            entries += answer.json()
            following = answer.links.get("next", {}).get("url")
            if not following or len(entries) >= limit:
                return entries[:limit]
            # By path: behind a tunnel the server's own name for itself may not be ours for it.
            parts = urlsplit(following)
            path, query = f"{parts.path}?{parts.query}", None

    def events(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The JSON objects of an event stream, until it ends."""
        timeout = httpx.Timeout(TIMEOUT, read=SILENCE)
        try:
            with self._http.stream("GET", path, params=params, timeout=timeout) as answer:
                if answer.is_error:
                    answer.read()
                _check(answer)
                for line in answer.iter_lines():
                    if line.startswith("data: {"):
                        yield json.loads(line.removeprefix("data: "))
        except httpx.HTTPError as error:
            raise self._unreachable(error) from None

    def full_name(self, space: str) -> str:
        """`owner/name`; a bare name is one's own."""
        if space.count("/") == 1:
            return space
        if "/" in space or not space:
            raise Refusal(f"{space!r} is no Space.", "Say OWNER/NAME, or NAME for one of your own.", 2)
        return f"{self.call('GET', '/api/whoami-v2')['name']}/{space}"

    def path(self, space: str, rest: str = "") -> str:
        """A Space's path in the API."""
        owner, name = self.full_name(space).split("/")
        return f"/api/spaces/{quote(owner, safe='')}/{quote(name, safe='')}{rest}"

    def _unreachable(self, error: Exception) -> Refusal:
        return Refusal(
            f"{self.target.endpoint} does not answer: {error}",
            "Is it running (`demodock up`)? Another address goes into DEMODOCK_ENDPOINT.",
            EXIT_UNREACHABLE,
        )


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    try:
        body = answer.json()
    except ValueError:
        body = {"title": f"{answer.status_code} {answer.reason_phrase}"}
    codes = {401: EXIT_FORBIDDEN, 403: EXIT_FORBIDDEN, 404: EXIT_MISSING}
    message = body.get("title") or body.get("error") or str(answer.status_code)
    raise Refusal(message, body.get("detail", ""), codes.get(answer.status_code, EXIT_FAILED), body)
