"""Signed addresses under which large files come and go: whoever has one may do the one thing it names, for a while.

Clients send no token there (the Hub's clients on purpose), so the address itself says it all: which repository, which
content, how many bytes, until when."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from spaces import links
from spaces.errors import Forbidden
from spaces.models.types import now
from spaces.repos.lfs.pointer import Pointer
from spaces.settings import get_settings

LIFE = dt.timedelta(hours=6)
"""A client asks for the addresses of all files, and of all their parts, before it sends the first."""
PREFIX = "/lfs"


class Purpose(StrEnum):
    UPLOAD = "upload"
    PART = "part"
    COMPLETE = "complete"
    VERIFY = "verify"
    DOWNLOAD = "download"


@dataclass(frozen=True)
class Ticket:
    """`part` counts from 1; 0 where the purpose has none."""

    purpose: Purpose
    number: int
    pointer: Pointer
    until: int
    part: int = 0


def issue(purpose: Purpose, number: int, pointer: Pointer, part: int = 0) -> str:
    """The address, absolute."""
    ticket = Ticket(purpose, number, pointer, int((now() + LIFE).timestamp()), part)
    path = f"{PREFIX}/{purpose}/{number}/{pointer.oid}"
    query = f"size={pointer.size}&until={ticket.until}&part={part}&signature={_sign(ticket)}"
    return f"{links.here()}{path}?{query}"


def check(ticket: Ticket, signature: str) -> Ticket:
    """`ticket`, where we issued it and it is still good. Raises Forbidden."""
    if not hmac.compare_digest(_sign(ticket).encode(), signature.encode()):
        raise Forbidden("This address was not issued here, or not for this.", hint="Ask the batch API for a new one.")
    if ticket.until < now().timestamp():
        raise Forbidden("This address has expired.", hint="Ask the batch API for a new one.", code="expired")
    return ticket


# -- private


def _sign(ticket: Ticket) -> str:
    pointer = ticket.pointer
    said = (ticket.purpose, ticket.number, pointer.oid, pointer.size, ticket.part, ticket.until)
    key = get_settings().secret("lfs-key").encode()
    digest = hmac.digest(key, "\n".join(map(str, said)).encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
