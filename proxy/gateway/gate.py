"""The gate of a guarded Space: a sign in the address becomes a cookie, and the edge's questions about visitors are answered.

A sign is good at one gate, once; a share link is as well, for as many browsers as it says. Whoever comes with one is sent on to
the same address without it, so that it stays in no history and reaches neither the app nor another site as a referrer.
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

ARRIVED = "arrived."
"""What stands before a share link's sign on the way back from the gate: now the browser has its cookie, or keeps none."""
PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}


async def exchange(scope: Scope, facts: SpaceFacts | None, shown: Credentials, settings: Settings) -> Response | None:
    """For a page opened with a sign: sends the browser on, with a cookie where the sign is good. None: it is not."""
    value = await asyncio.to_thread(passes.exchange, shown.sign, facts.id if facts else 0)
    if facts is None or value is None:
        return None
    response = without_sign(scope, facts, settings, ARRIVED + shown.sign if is_shared(shown.sign) else "")
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


def without_sign(scope: Scope, facts: SpaceFacts, settings: Settings, instead: str = "") -> Response:
    """To the same address on the Space's own host, without the sign, or with another `instead`."""
    where = _signed(scope, instead) if instead else _target(scope)
    return RedirectResponse(settings.space_url(facts.subdomain) + where, 303, PRIVATE)


def is_shared(sign: str) -> bool:
    """It is of a share link, on the way to the gate or back."""
    return sign.startswith((names.SHARE_PREFIX, ARRIVED))


def refusal(sign: str) -> str:
    """Which page tells whoever comes with this and is not let in: the same whether there is a Space or not."""
    if sign.startswith(ARRIVED):
        return "cookies"
    return "ended" if is_shared(sign) else "unknown"


def again(scope: Scope, sign: str) -> str:
    """The share link that a browser came back from without a cookie, for a tab of its own."""
    return _signed(scope, sign.removeprefix(ARRIVED))


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


def _signed(scope: Scope, sign: str) -> str:
    target = _target(scope)
    return f"{target}{'&' if '?' in target else '?'}{urlencode({names.PARAMETER_SIGN: sign})}"


def _target(scope: Scope) -> str:
    path = (scope.get("raw_path") or quote(scope["path"]).encode()).decode("latin-1")
    query = query_without_sign(scope["query_string"]).decode("latin-1")
    return path + ("?" + query if query else "")
