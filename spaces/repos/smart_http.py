"""git over HTTP: `/spaces/{owner}/{name}`, `/datasets/{owner}/{name}` and, for models, `/{owner}/{name}`, with or without `.git`
at the end, for clones, fetches and pushes.

ModelScope's clients find Spaces at `/studios/{owner}/{name}`. Reads need no token where the Space is public. A token is the password of basic authentication, whatever the user's name,
or a bearer token. What is refused is said in plain text, which git shows behind `remote:`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
from collections.abc import Awaitable, Callable

import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from spaces import names
from spaces.errors import DemodockError, Invalid, Moved, NotFound, Unauthorized
from spaces.models import RepoKind
from spaces.repos import git, pktline, store
from spaces.repos.answer import Answer
from spaces.repos.body import Body, Gone, length_of
from spaces.repos.disk import check_disk
from spaces.repos.receive import Credentials, Grant, Hosting, Push

REALM = 'Basic realm="demodock", charset="UTF-8"'
NAME_RULE = (
    "A Space's address is /spaces/OWNER/NAME, a dataset's /datasets/OWNER/NAME, a model's /OWNER/NAME. Both names have letters, digits, `.`, `_` and `-`, at most 96, no `--`, no `..`, no "
    "`-` or `.` at either end."
)
_REQUEST_LIMIT = 64 << 20
"""Bytes of a fetch's request: it lists commits, no files."""
_PIECE = 1 << 16
_ADVERTISE = "application/x-git-{}-advertisement"
_RESULT = "application/x-git-{}-result"

log = structlog.get_logger()


def router(hosting: Hosting) -> APIRouter:
    """The routes, for the control host. Those of models match the most and come last."""
    routes = APIRouter(include_in_schema=False)
    _add_routes(routes, hosting, RepoKind.SPACE, names.STUDIOS)
    for kind in (RepoKind.SPACE, RepoKind.DATASET, RepoKind.MODEL):
        _add_routes(routes, hosting, kind, kind.prefix)
    return routes


def _add_routes(routes: APIRouter, hosting: Hosting, kind: RepoKind, prefix: str) -> None:
    base = f"/{prefix}{{owner}}/{{name}}"

    @routes.get(base + "/info/refs")
    async def info_refs(request: Request, owner: str, name: str, service: str = "") -> Response:
        if service not in ("git-upload-pack", "git-receive-pack"):
            return _plain(Invalid("Only git's smart HTTP is spoken here.", hint="Use git 1.6.6 or newer."))
        return await _guarded(_advertise(hosting, request, kind, owner, name, service.removeprefix("git-")))

    @routes.post(base + "/git-upload-pack")
    async def upload_pack(request: Request, owner: str, name: str) -> Response:
        return await _guarded(_upload(hosting, request, kind, owner, name))

    @routes.post(base + "/git-receive-pack")
    async def receive_pack(request: Request, owner: str, name: str) -> Response:
        return await _guarded(_receive(hosting, request, kind, owner, name))


def credentials(header: str | None) -> Credentials | None:
    """What an Authorization header says; None where there is none. Raises Unauthorized where it cannot be read."""
    if not header:
        return None
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return Credentials("", value.strip())
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            user, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
            # Some write the token where the user's name goes: https://TOKEN@host
            return Credentials(user, password or user) if password or user else None
    raise Unauthorized("The Authorization header cannot be read.", hint="Send the token as git's password.")


async def granted(hosting: Hosting, request: Request, kind: RepoKind, owner: str, name: str, write: bool) -> Grant:
    """What whoever sent `request` may use there. Raises Invalid, Unauthorized, Forbidden, Moved or NotFound."""
    name = name.removesuffix(".git")
    if not (names.valid_name(owner) and names.valid_name(name)):
        raise Invalid(f"{owner[:100]!a}/{name[:100]!a} cannot be a repository.", hint=NAME_RULE)
    given = credentials(request.headers.get("authorization"))
    if write and given is None:
        raise Unauthorized("A push needs a token.", hint="Any user name, and the token as password.")
    try:
        return await run_sync(hosting.resolve, kind, owner, name, given, write)
    except Moved:
        raise
    except NotFound as error:
        if given is None:
            # git sends what it knows of the person only when asked, so nobody learns whether the name exists
            raise Unauthorized(error.message, hint="If it is private, use your token as git's password.") from None
        raise


# -- private

Handler = Callable[[Receive, Send], Awaitable[None]]


class _Stream(Response):
    """A response that reads the request and writes its answer itself, both in pieces."""

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._handler(receive, send)
        except Gone:
            log.info("a git client went away", path=scope["path"])


async def _guarded(work: Awaitable[Response]) -> Response:
    try:
        return await work
    except Moved:
        raise  # the application leads on
    except DemodockError as error:
        return _plain(error)


async def _advertise(
    hosting: Hosting, request: Request, kind: RepoKind, owner: str, name: str, service: str
) -> Response:
    write = service == "receive-pack"
    grant = await granted(hosting, request, kind, owner, name, write)
    if write:
        check_disk(0)
    if grant.number is None:
        repository = await run_sync(store.empty)
    else:
        await run_sync(store.create, grant.number)
        repository = store.path(grant.number)
    protocol = {} if write else _protocol(request)
    output = await run_sync(
        lambda: git.run(
            service,
            "--stateless-rpc",
            "--advertise-refs",
            str(repository),
            env=git.environment(**protocol),
            config=store.SERVE_CONFIG,
        )
    )
    if "version=2" not in protocol.values():
        output = pktline.line(f"# service=git-{service}\n") + pktline.FLUSH + output
    return Response(output, media_type=_ADVERTISE.format(service), headers={"Cache-Control": "no-cache, max-age=0"})


async def _upload(hosting: Hosting, request: Request, kind: RepoKind, owner: str, name: str) -> Response:
    grant = await granted(hosting, request, kind, owner, name, write=False)
    repository = await run_sync(store.find, grant.number)
    encoding, environment = request.headers.get("content-encoding", ""), git.environment(**_protocol(request))

    async def serve(receive: Receive, send: Send) -> None:
        body, answer = Body(receive, encoding), Answer(send, _RESULT.format("upload-pack"))
        command = ("upload-pack", "--strict", "--stateless-rpc", "--timeout=300", str(repository))
        process = await git.spawn(*command, env=environment, config=store.SERVE_CONFIG)
        assert process.stdout and process.stderr
        tasks = [
            asyncio.create_task(_feed_and_watch(body, receive, process)),
            asyncio.create_task(process.stderr.read()),
        ]
        try:
            while piece := await process.stdout.read(_PIECE):
                await answer.write(piece)
            await answer.end()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.shield(git.stop(process, grace=0))

    return _Stream(serve)


async def _feed_and_watch(body: Body, receive: Receive, process: asyncio.subprocess.Process) -> None:
    """Gives git the request, then ends git when the client leaves: nobody would read what it still finds."""
    assert process.stdin
    try:
        async for piece in body:
            if body.count > _REQUEST_LIMIT:
                break
            process.stdin.write(piece)
            await process.stdin.drain()
        else:
            process.stdin.close()
            while (await receive())["type"] != "http.disconnect":
                pass
    except (Gone, DemodockError, BrokenPipeError, ConnectionResetError):
        pass
    await git.stop(process, grace=0)


async def _receive(hosting: Hosting, request: Request, kind: RepoKind, owner: str, name: str) -> Response:
    grant = await granted(hosting, request, kind, owner, name, write=True)
    size = length_of(request.headers.get("content-length"))
    encoding = request.headers.get("content-encoding", "")
    if encoding:
        size = None
    check_disk(0)

    async def serve(receive: Receive, send: Send) -> None:
        answer = Answer(send, _RESULT.format("receive-pack"))
        try:
            await Push(hosting, grant, Body(receive, encoding), answer, size).run()
        except (pktline.PacketError, DemodockError) as error:
            await Answer(send, "text/plain; charset=utf-8", 400).end(
                f"This is no push: {error}.\n".encode(), close=True
            )

    return _Stream(serve)


def _protocol(request: Request) -> dict[str, str]:
    asked = request.headers.get("git-protocol", "")
    return {"GIT_PROTOCOL": asked} if asked in ("version=1", "version=2") else {}


def _plain(error: DemodockError) -> Response:
    headers = {names.HEADER_ERROR_MESSAGE: error.message.encode("ascii", "replace").decode().replace("\n", " ")}
    if error.hub_code:
        headers[names.HEADER_ERROR_CODE] = error.hub_code
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = REALM
    if retry := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry)
    text = "\n".join(part for part in (error.message, error.hint) if part)
    return PlainTextResponse(text + "\n", error.status, headers)
