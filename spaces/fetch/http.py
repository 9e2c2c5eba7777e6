"""HTTP to where the guard said, and nowhere else: no proxy, no cookies, no credentials of ours, each redirect admitted anew.

An answer is bounded in bytes and in time, whatever its server says of itself."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from spaces.errors import BadRequest, NotFound, TooLarge
from spaces.fetch.guard import Guard, Pinned
from spaces.host.mirrors import find_mirrors
from spaces.settings import get_settings

SECONDS = 30.0
"""Longest silence of a server."""
HOPS = 5
CHUNK = 1 << 20
_REDIRECTS = (301, 302, 303, 307, 308)
_AGENT = "demodock"


@dataclass
class Answer:
    """An answer whose body is still to be read. `at` is where it finally came from."""

    status: int
    headers: http.client.HTTPMessage
    at: Pinned
    _response: http.client.HTTPResponse
    _deadline: float

    def pieces(self, limit: int) -> Iterator[bytes]:
        """The body. Raises TooLarge over `limit` bytes, BadRequest where it takes too long or breaks off."""
        count = 0
        with _translated(self.at):
            while piece := self._response.read1(CHUNK):
                count += len(piece)
                if count > limit:
                    raise TooLarge(f"{self.at.where.host} sent more than {limit} bytes.", size=count)
                if time.monotonic() > self._deadline:
                    raise _silent(self.at, "took too long")
                yield piece
            if self._response.length:
                raise _silent(self.at, "broke off")

    def body(self, limit: int = 16 << 20) -> bytes:
        return b"".join(self.pieces(limit))

    def json(self, limit: int = 16 << 20) -> Any:
        """Raises BadRequest for what is no JSON."""
        try:
            return json.loads(self.body(limit))
        except ValueError:
            raise BadRequest(f"{self.at.where.host} answered with no JSON.", code="source_answer") from None


class Client:
    """Asks servers that `guard` admits. All its requests together end `seconds` after it was made."""

    def __init__(self, guard: Guard, seconds: float) -> None:
        self.guard, self.deadline = guard, time.monotonic() + seconds
        bundle = find_mirrors(get_settings()).ca_bundle
        self._tls = ssl.create_default_context(cafile=str(bundle) if bundle else None)

    @contextlib.contextmanager
    def open(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Iterator[Answer]:
        """The answer; redirects of a GET or HEAD are followed, and what was sent to the first origin goes to no other."""
        first, sent = None, dict(headers or {})
        for _ in range(HOPS + 1):
            pinned = self.guard.admit(url)
            first = first or pinned.where.origin
            if pinned.where.origin != first:
                sent = {}
            with self._ask(pinned, method, body, sent) as answer:
                onward = answer.headers.get("Location") if answer.status in _REDIRECTS else None
                if not onward or not follow or method not in ("GET", "HEAD"):
                    yield answer
                    return
                url = urljoin(pinned.where.url, onward)
        raise BadRequest(f"{pinned.where.host} redirects in a circle.", code="source_answer")

    # -- private

    @contextlib.contextmanager
    def _ask(self, pinned: Pinned, method: str, body: bytes | None, headers: Mapping[str, str]) -> Iterator[Answer]:
        where = pinned.where
        with contextlib.ExitStack() as stack:
            with _translated(pinned):
                connection = _Connection(pinned, self._tls if where.scheme == "https" else None)
                stack.callback(connection.close)
                told = {"Host": where.authority, "User-Agent": _AGENT, "Accept-Encoding": "identity", **headers}
                connection.request(method, where.path, body, {**told, "Connection": "close"})
                response = connection.getresponse()
            yield Answer(response.status, response.headers, pinned, response, self.deadline)


class _Connection(http.client.HTTPConnection):
    """To the checked addresses; the name is told to TLS and to the server, and looked up by nobody."""

    def __init__(self, pinned: Pinned, tls: ssl.SSLContext | None) -> None:
        super().__init__(pinned.where.host, pinned.where.port, timeout=SECONDS)
        self._pinned, self._tls = pinned, tls

    def connect(self) -> None:
        failed: OSError | None = None
        for address in self._pinned.addresses:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError as error:
                failed = error
        else:
            raise failed or OSError("no address")
        if self._tls:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._pinned.where.host)


@contextlib.contextmanager
def _translated(pinned: Pinned) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise _silent(pinned, "does not answer") from None
    except ssl.SSLError as error:
        raise _silent(pinned, f"has no certificate that we trust ({error.reason or 'TLS failed'})") from None
    except (OSError, http.client.HTTPException):
        raise _silent(pinned, "cannot be reached") from None


def _silent(pinned: Pinned, what: str) -> BadRequest:
    return BadRequest(f"{pinned.where.host} {what}.", hint="Try again later.", code="source_unreachable")


def check(answer: Answer, what: str) -> None:
    """Raises NotFound or BadRequest where the answer is no success."""
    if answer.status in (401, 403, 404):
        raise NotFound(
            f"{what} is not at {answer.at.where.host}, or not for everybody.",
            hint="Check the address; what is private has to be cloned and pushed by somebody who may.",
            code="source_missing",
        )
    if answer.status >= 300:
        raise BadRequest(f"{answer.at.where.host} answered {answer.status} for {what}.", code="source_answer")
