"""git-lfs's batch API: what a client wants to send or fetch, and the addresses it gets for that. Pure but for the signing.

An object that lies here for another repository's sake is answered like one that nobody ever sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from spaces.errors import DemodockError, Invalid
from spaces.models import LfsObject
from spaces.repos.lfs import parts, tickets
from spaces.repos.lfs.pointer import Pointer, valid_oid
from spaces.repos.lfs.tickets import Purpose

BASIC, MULTIPART = "basic", "multipart"


class Wanted(BaseModel):
    oid: str = Field(max_length=200)
    size: int = Field(ge=0, lt=1 << 53)


class Batch(BaseModel):
    operation: Literal["upload", "download"]
    transfers: list[str] = Field(default=[BASIC], max_length=100)
    objects: list[Wanted] = Field(max_length=1000)
    hash_algo: str = "sha256"


def parse(body: bytes) -> Batch:
    """The request. Raises Invalid."""
    try:
        asked = Batch.model_validate_json(body)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:5])
        raise Invalid("This is no batch request of git-lfs.", hint=faults, code="malformed") from None
    if asked.hash_algo != "sha256":
        raise Invalid("Large files are named by their SHA-256 here.", hint="Leave `hash_algo` out.", code="hash_algo")
    return asked


def answer(
    asked: Batch,
    number: int,
    held: Mapping[str, LfsObject],
    refusal: Callable[[int, int], DemodockError | None],
) -> dict[str, Any]:
    """The response. `refusal(size, besides)`: why an upload of so many bytes beside others cannot be taken."""
    pieces = asked.operation == "upload" and MULTIPART in asked.transfers
    pieces = pieces and any(wanted.size > parts.SIZE for wanted in asked.objects)
    objects, besides = [], 0
    for wanted in asked.objects:
        error: DemodockError | None = None
        actions: dict[str, Any] = {}
        row = held.get(wanted.oid)
        if not valid_oid(wanted.oid) or (row and row.size != wanted.size):
            error = Invalid("No large file has this SHA-256 and this size.")
        elif asked.operation == "download":
            if row:
                actions = {"download": _action(Purpose.DOWNLOAD, number, Pointer(row.oid, row.size))}
            else:
                error = DemodockError("This repository does not hold this file.")
                error.status = 404
        elif row is None:
            error = refusal(wanted.size, besides)
            if error is None:
                besides += wanted.size
                actions = _upload(number, Pointer(wanted.oid, wanted.size), pieces)
        objects.append(_described(wanted, actions, error))
    return {"transfer": MULTIPART if pieces else BASIC, "objects": objects, "hash_algo": "sha256"}


# -- private


def _described(wanted: Wanted, actions: dict[str, Any], error: DemodockError | None) -> dict[str, Any]:
    body: dict[str, Any] = {"oid": wanted.oid, "size": wanted.size}
    if error:
        text = f"{error.message} {error.hint}".strip()
        return body | {"error": {"code": error.status, "message": text}}
    # Signed addresses need no token beside them; without any, the file is here already.
    return body | ({"authenticated": True, "actions": actions} if actions else {})


def _upload(number: int, pointer: Pointer, pieces: bool) -> dict[str, Any]:
    verify = _action(Purpose.VERIFY, number, pointer)
    if not pieces:
        return {"upload": _action(Purpose.UPLOAD, number, pointer), "verify": verify}
    header = {"chunk_size": str(parts.SIZE)}
    for part in range(1, parts.count(pointer.size) + 1):
        header[f"{part:05}"] = tickets.issue(Purpose.PART, number, pointer, part)
    return {"upload": _action(Purpose.COMPLETE, number, pointer) | {"header": header}, "verify": verify}


def _action(purpose: Purpose, number: int, pointer: Pointer) -> dict[str, Any]:
    life = int(tickets.LIFE.total_seconds())
    return {"href": tickets.issue(purpose, number, pointer), "expires_in": life}
