"""The gate of a guarded Space: a sign in the address becomes a cookie, and the edge's questions about visitors are answered.

A sign is good at one gate, once. Whoever comes with it is sent on to the same address without it, so that it stays in no
history and reaches neither the app nor another site as a referrer.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlencode

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from proxy.credentials import Credentials, query_without_sign
from proxy.gateway.directory import SpaceFacts
from spaces import names, passes
from spaces.models import PassKind
from spaces.settings import Settings

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


async def exchange(scope: Scope, facts: SpaceFacts | None, shown: Credentials, settings: Settings) -> Response | None:
    """For a page opened with a sign: sends the browser on, with a cookie where the sign is good. None: it is not."""
    value = await asyncio.to_thread(passes.exchange, shown.sign, facts.id if facts else 0)
    if facts is None or value is None:
        return None
    response = without_sign(scope, facts, settings)
    response.set_cookie(
        names.pass_cookie(settings.secure, settings.port),
        value,
        max_age=passes.SECONDS[PassKind.COOKIE],
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite=None,
    )
    # In a frame of another site only a cookie of its own partition is kept, and that only over TLS.
    rule = "; SameSite=None; Partitioned" if settings.secure else "; SameSite=Lax"
    headers = MutableHeaders(raw=response.raw_headers)
    headers["set-cookie"] += rule
    return response


def without_sign(scope: Scope, facts: SpaceFacts, settings: Settings) -> Response:
    """To the same address on the Space's own host, without the sign."""
    return RedirectResponse(settings.space_url(facts.subdomain) + _target(scope), 303, PRIVATE)


def enter_url(scope: Scope, subdomain: str, settings: Settings) -> str:
    """Where on the control host a browser gets a sign, and which address here it comes back to."""
    query = urlencode({"to": subdomain, "path": _target(scope)})
    return f"{settings.base_url}{names.ENTER_PATH}?{query}"


def asked_about(scope: Scope, subdomain: str) -> Scope:
    """The visitor's request that the edge asks about, as it would have come here itself."""
    sent = {name: value for name, value in scope["headers"]}
    target = sent.get(b"x-forwarded-uri", b"/")
    path, _, query = target.partition(b"?")
    return {
        **scope,
        "method": sent.get(b"x-forwarded-method", b"GET").decode("latin-1"),
        "path": path.decode("latin-1"),
        "raw_path": path,
        "query_string": query,
        "headers": [(name, value) for name, value in scope["headers"] if name != b"host"]
        + [(b"host", sent.get(b"x-forwarded-host", subdomain.encode()))],
    }


def _target(scope: Scope) -> str:
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    query = query_without_sign(scope["query_string"]).decode("latin-1")
    return path + ("?" + query if query else "")
