"""Large files' bytes, in and out, under signed addresses: no token is asked for, the address says what it is good for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Protocol, TypeVar

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from spaces.api import ranges
from spaces.errors import BadRequest, DemodockError, EntryNotFound, Invalid
from spaces.repos.body import Body, Gone, length_of
from spaces.repos.lfs import blobs, holdings, parts, tickets
from spaces.repos.lfs.pointer import Pointer
from spaces.repos.lfs.tickets import Purpose, Ticket

router = APIRouter(include_in_schema=False)

_PIECE = 1 << 20
"""Bytes gathered before a thread hashes and writes them."""
_DRAIN_BYTES, _DRAIN_SECONDS = 64 << 20, 30.0


def _checked(purpose: Purpose) -> Callable[..., Ticket]:
    def ticket(
        number: Annotated[int, Path(ge=1, lt=1 << 63)],
        oid: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
        size: Annotated[int, Query(ge=0)],
        until: int,
        signature: str,
        part: int = 0,
    ) -> Ticket:
        return tickets.check(Ticket(purpose, number, Pointer(oid, size), until, part), signature)

    return ticket


Upload = Annotated[Ticket, Depends(_checked(Purpose.UPLOAD))]
Part = Annotated[Ticket, Depends(_checked(Purpose.PART))]
Complete = Annotated[Ticket, Depends(_checked(Purpose.COMPLETE))]
Verify = Annotated[Ticket, Depends(_checked(Purpose.VERIFY))]
Download = Annotated[Ticket, Depends(_checked(Purpose.DOWNLOAD))]


@router.put("/lfs/upload/{number}/{oid}")
async def upload(request: Request, ticket: Upload) -> Response:
    """A whole file."""

    size, oid = ticket.pointer.size, ticket.pointer.oid
    await _receive(
        request, size, lambda: blobs.Incoming(size, oid), lambda incoming: holdings.keep(ticket.number, incoming)
    )
    return Response()


@router.put("/lfs/part/{number}/{oid}")
async def upload_part(request: Request, ticket: Part) -> Response:
    """One part of a file; `ETag` names it in the completion."""
    length = parts.length(ticket.pointer, ticket.part)
    etag = await _receive(
        request,
        length,
        lambda: parts.IncomingPart(ticket.number, ticket.pointer, ticket.part),
        parts.IncomingPart.finish,
    )
    return Response(headers={"ETag": etag})


@router.post("/lfs/complete/{number}/{oid}")
def complete(ticket: Complete) -> Response:
    """All parts are there. Which they are is known here, and what they must come to is in the address."""
    number, pointer = ticket.number, ticket.pointer
    if holdings.find(number, pointer.oid) is None:
        with blobs.Incoming(pointer.size, pointer.oid) as incoming:
            try:
                parts.join(number, pointer, incoming)
                holdings.keep(number, incoming)
            except Invalid as error:
                if error.code == "wrong_content":
                    parts.forget(number, pointer)
                raise
    parts.forget(number, pointer)
    return Response()


@router.post("/lfs/verify/{number}/{oid}")
def verify(ticket: Verify) -> Response:
    """Whether an upload has arrived."""
    _held(ticket)
    return Response()


@router.head("/lfs/download/{number}/{oid}")
@router.get("/lfs/download/{number}/{oid}")
def download(request: Request, ticket: Download) -> Response:
    """The file, or a range of it."""
    pointer = _held(ticket)
    headers = {
        "ETag": f'"{pointer.oid}"',
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    return ranges.answer(request, pointer.size, headers, lambda start, stop: blobs.stream(pointer.oid, start, stop))


# -- private


class _Sink(Protocol):
    def __exit__(self, *_: object) -> None: ...

    def write(self, data: bytes) -> None: ...


_S = TypeVar("_S", bound=_Sink)
_R = TypeVar("_R")


async def _receive(request: Request, size: int, make: Callable[[], _S], keep: Callable[[_S], _R]) -> _R:
    """Passes the body on piece by piece; `keep` is called once all of it was written, and only then."""
    encoding, told = request.headers.get("content-encoding", ""), length_of(request.headers.get("content-length"))
    if not encoding and told not in (None, size):
        raise Invalid(f"{told} bytes are sent where {size} were announced.", code="wrong_content")
    body = Body(request.receive, encoding)
    sink = await run_sync(make)
    try:
        gathered = bytearray()
        async for piece in body:
            gathered += piece
            if len(gathered) >= _PIECE:
                await run_sync(sink.write, bytes(gathered))
                gathered.clear()
        await run_sync(sink.write, bytes(gathered))
        return await run_sync(keep, sink)
    except Gone:
        raise BadRequest("The request ended before its file did.") from None
    except DemodockError:
        await body.drain(_DRAIN_BYTES, _DRAIN_SECONDS)  # a client that still sends does not listen yet
        raise
    finally:
        with anyio.CancelScope(shield=True):
            await run_sync(sink.__exit__)


def _held(ticket: Ticket) -> Pointer:
    row = holdings.find(ticket.number, ticket.pointer.oid)
    if row is None or row.size != ticket.pointer.size:
        raise EntryNotFound("This repository does not hold this file.", hint="Upload it.")
    return ticket.pointer
