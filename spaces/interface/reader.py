"""Asks a running app what it offers, through the edge and as the platform: it counts as nobody's visit and wakes nothing.

The app is a stranger: what it answers is read up to a size, for a time, without following where it points.
"""

from __future__ import annotations

import http.client
import json
import time
from typing import Any

from spaces import names
from spaces.interface import gradio, openapi
from spaces.interface.shape import Interface
from spaces.settings import Settings

SECONDS = 8.0
"""For all questions together."""
BYTES = 4 << 20
PREFIXES = ("/gradio_api", "")
"""Where Gradio's own paths begin, since version 5 and before it."""


def ask(settings: Settings, subdomain: str) -> Interface | None:
    """What the app tells; None where it does not answer at all."""
    asking = _Asking(settings, subdomain)
    for prefix in PREFIXES:
        tools = None
        if (said := asking.get(f"{prefix}/info")) is not None and gradio.read(said, prefix):
            tools = asking.get(f"{prefix}/mcp/schema")
        if found := gradio.read(said, prefix, tools):
            return found
    if found := openapi.read(asking.get("/openapi.json")):
        return found
    return Interface() if asking.answered else None


# -- private


class _Asking:
    def __init__(self, settings: Settings, subdomain: str) -> None:
        self._address = (settings.near, settings.port)
        self._headers = {
            "Host": settings.space_host(subdomain),
            "Accept": "application/json",
            "User-Agent": f"{names.PRODUCT}-interface",
            names.HEADER_PROBE: settings.secret("probe-secret"),
        }
        self._until = time.monotonic() + SECONDS
        self.answered = False

    def get(self, path: str) -> Any:
        """The JSON at `path`; None where there is none."""
        left = self._until - time.monotonic()
        if left <= 0:
            return None
        connection = http.client.HTTPConnection(*self._address, timeout=left)
        try:
            connection.request("GET", path, headers=self._headers)
            answer = connection.getresponse()
            # Without it the edge had no route, and something of ours answered.
            from_app = answer.getheader(names.HEADER_ROUTE) is not None
            self.answered = self.answered or from_app
            return json.loads(self._body(answer)) if from_app and answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError, RecursionError):
            return None
        finally:
            connection.close()

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        """All of it; raises ValueError for one that is too long or too slow."""
        read = bytearray()
        while piece := answer.read1(1 << 16):
            read += piece
            if len(read) > BYTES or time.monotonic() > self._until:
                raise ValueError("too long")
        return bytes(read)
