"""One push, from its first byte to its last word: commands checked, pack streamed into git, the result told.

The answer starts when the request has ended, since proxies and clients cannot do both at once. Until the body has ended,
a client that goes away takes its push with it; from then on the push is finished, whoever listens.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import structlog
from anyio.to_thread import run_sync

from spaces.errors import Busy, DemodockError, Invalid, PolicyError, TooLarge
from spaces.models import RepoKind
from spaces.repos import git, pktline, rules, store
from spaces.repos.answer import Answer
from spaces.repos.body import Body, Gone
from spaces.repos.lfs import pushed
from spaces.repos.lock import locked_async
from spaces.settings import get_settings

KEEP_OUT = (
    "Keep models and data out of the repository and download them when the app starts, or ask the admin to raise "
    "DEMODOCK_PUSH_LIMIT."
)
"""What to do about a push or a commit that is too large."""
_COMMANDS = 1 << 20
"""Bytes of commands, some thousand refs; anything longer is no push of a person's."""
_DRAIN_SECONDS = 60.0
_GIT_SECONDS = 900.0
"""Longest time git may think about a pack once all of it is here."""
_PIECE = 1 << 16
_LOOK = 1 << 24
"""Bytes after which the owner's quota is looked at again."""
_FULL = b"No space left on device"

log = structlog.get_logger()


@dataclass(frozen=True)
class Credentials:
    """What a client sent; `secret` is the token, `user` says nothing."""

    user: str
    secret: str


@dataclass(frozen=True)
class Grant:
    """What somebody may use. `number` is the repository's; None where a push would make the Space."""

    number: int | None
    kind: RepoKind
    owner: str
    name: str
    actor: str
    credentials: Credentials | None = None


class Hosting(Protocol):
    """What the rest of the platform decides. All of it blocks, and is called on threads."""

    def resolve(self, kind: RepoKind, owner: str, name: str, credentials: Credentials | None, write: bool) -> Grant:
        """Raises NotFound, Unauthorized or Forbidden."""
        ...

    def create(self, grant: Grant) -> int:
        """The id of the Space that `grant` lets its actor make; that of a Space made by somebody else meanwhile."""
        ...

    def discard(self, space_id: int) -> None:
        """Takes `create` back, where the push that caused it came to nothing."""
        ...

    def check_room(self, grant: Grant, size: int) -> None:
        """Raises QuotaExceeded where the repository's owner has no room for `size` bytes."""
        ...

    def pushed(self, kind: RepoKind, number: int, sha: str, actor: str) -> list[str]:
        """The default branch is at `sha` now. Returns what to tell the person."""
        ...


class Push:
    """A push to the Space of `grant`, or to one that it makes. `length` is the body's, where it is known."""

    def __init__(self, hosting: Hosting, grant: Grant, body: Body, answer: Answer, length: int | None) -> None:
        self.hosting, self.grant, self.body, self.answer, self.length = hosting, grant, body, answer, length
        self.asked = pktline.Commands()
        self.limit = get_settings().push_limit << 20
        self._fed = self._full = False
        self._before_pack = 0

    async def run(self) -> None:
        """Takes the push and answers it. Raises Gone where the client left before all of it was here."""
        head = await self._commands()
        if not self.asked.commands:
            await self.answer.end()  # a client asks whether it may come in before it sends much
            return
        work = asyncio.create_task(self._work(head))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            if not self._fed:
                work.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await work
            raise

    # -- private

    async def _commands(self) -> bytes:
        """Reads up to the end of the commands; returns all that was read."""
        splitter, head = pktline.Splitter(), b""
        async for piece in self.body:
            head += piece
            for packet in splitter.feed(piece):
                self._before_pack += len(packet)
                if packet == pktline.FLUSH:
                    return head
                self.asked.add(packet)
            if len(head) > _COMMANDS:
                break
        raise pktline.PacketError("the commands of the push never end")

    async def _work(self, head: bytes) -> None:
        try:
            self._check()
            if any(command.new != pktline.ZERO for command in self.asked.commands):  # to delete needs no room
                await run_sync(self.hosting.check_room, self.grant, self.length or 1)
            space_id = self.grant.number or await run_sync(self.hosting.create, self.grant)
            await run_sync(store.create, space_id)
            async with locked_async(store.lock_path(space_id)):
                try:
                    await self._receive(space_id, head)
                finally:
                    if self.grant.number is None and not await run_sync(store.refs, space_id):
                        await run_sync(self.hosting.discard, space_id)
        except DemodockError as error:
            await self._refuse(error)

    def _check(self) -> None:
        for command in self.asked.commands:
            if not rules.valid_ref(command.ref):
                raise Invalid(
                    f"The ref {command.ref[:200]!r} cannot be pushed.",
                    hint=f"Push branches and tags, named with {rules.BRANCH_RULE}.",
                )
        if self.length is not None and self.length > self.limit:
            raise self._too_large()

    async def _receive(self, space_id: int, head: bytes) -> None:
        await run_sync(store.sweep, space_id)
        before = await run_sync(store.refs, space_id)
        # We count too, and say it better; git's own limit stands behind ours.
        config = (*store.SERVE_CONFIG, f"receive.maxInputSize={self.limit + _COMMANDS}")
        process = await git.spawn("receive-pack", "--stateless-rpc", str(store.path(space_id)), config=config)
        said: asyncio.Queue[bytes] = asyncio.Queue()
        assert process.stdout and process.stderr
        tasks = [
            asyncio.create_task(_collect(process.stdout, said)),
            asyncio.create_task(_collect(process.stderr, asyncio.Queue())),
        ]
        try:
            await self._feed(process, head)
            async with asyncio.timeout(_GIT_SECONDS):
                report, ended = await self._relay(said)
                complaints = await tasks[1]
                await process.wait()
        except TimeoutError:
            raise Busy("git did not finish with this push in time; nothing was changed.", retry_after=60) from None
        finally:
            await asyncio.shield(self._end(space_id, process, *tasks))
        await run_sync(self._check_large_files, space_id, before)
        with contextlib.suppress(Gone):
            await self.answer.write(report)
        await self._tell(space_id, before, ended, complaints)

    async def _relay(self, said: asyncio.Queue[bytes]) -> tuple[bytes, bool]:
        """Passes on what git says to people; nobody has to listen. Returns its report, which the client believes, without the
        last flush, and whether there was one."""
        splitter, report, last = pktline.Splitter(), [], b""
        while piece := await said.get():
            self._full |= _FULL in piece
            for packet in splitter.feed(piece):
                last = packet
                if self.asked.banded and packet[4:5] == bytes([pktline.PROGRESS]):
                    with contextlib.suppress(Gone):
                        await self.answer.write(packet)
                else:
                    report.append(packet)
        ended = last == pktline.FLUSH
        return b"".join(report[:-1] if ended else report), ended

    def _check_large_files(self, number: int, before: dict[str, str]) -> None:
        """Takes the push back where it ends at pointers to files that were never sent. Before it was taken nobody could
        tell: git shows a hook of ours alone what is about to come, and no hook runs here."""
        if missing := pushed.missing(number, before, store.refs(number)):
            store.take_back(number, self.asked.commands)
            raise PolicyError(
                f"git-lfs keeps pointers in this push, and these files were never sent here: {', '.join(missing)}.",
                hint="Send them with `git lfs push --all REMOTE`, then push again; or commit them without git-lfs "
                "(`git lfs migrate export --include=PATH`).",
                code="lfs_object_missing",
            )

    async def _feed(self, process: asyncio.subprocess.Process, head: bytes) -> None:
        assert process.stdin
        looked = 0
        try:
            process.stdin.write(head)
            async for piece in self.body:
                if self.body.count > self.limit + self._before_pack:
                    raise self._too_large()
                if self.body.count > looked + _LOOK:  # most clients do not say how much will come
                    looked = self.body.count
                    await run_sync(self.hosting.check_room, self.grant, looked)
                process.stdin.write(piece)
                await process.stdin.drain()
            self._fed = True
            process.stdin.close()
        except (BrokenPipeError, ConnectionResetError):
            # git has said why and left; the client listens once it has sent everything.
            await self.body.drain(self.limit, _DRAIN_SECONDS)
            self._fed = True

    async def _end(self, space_id: int, process: asyncio.subprocess.Process, *tasks: asyncio.Task[bytes]) -> None:
        alive = process.returncode is None
        await git.stop(process)
        for task in tasks:
            task.cancel()
        if alive:
            await run_sync(store.sweep, space_id)

    async def _tell(self, space_id: int, before: dict[str, str], ended: bool, complaints: bytes) -> None:
        await run_sync(store.settle_head, space_id)
        after = await run_sync(store.refs, space_id)
        lines = await run_sync(self._outcome, space_id, before, after)
        if self._full or _FULL in complaints:
            lines.append("The platform's disk is full. Tell its admin, and push again later.")
        if not ended:
            tail = complaints[-1000:].decode(errors="replace")
            log.error("git ended in the middle of a push", space=space_id, stderr=tail)
            lines = ["The platform's git failed; its admin finds the cause in the log of the api.", *lines]
            await self.answer.end(self.asked.refusal("the platform's git failed", lines))
        else:
            await self.answer.end((pktline.told(lines) if self.asked.banded else b"") + pktline.FLUSH)

    def _outcome(self, space_id: int, before: dict[str, str], after: dict[str, str]) -> list[str]:
        branch = store.default_branch(space_id)
        ref = f"refs/heads/{branch}"
        sha = after.get(ref)
        if sha and sha != before.get(ref):

            def ask() -> list[str]:
                if self.grant.kind == RepoKind.SPACE:
                    store.keep(space_id, sha)
                return self.hosting.pushed(self.grant.kind, space_id, sha, self.grant.actor)

            return told_of_build("Pushed", ask, space_id, sha)
        spared = self.grant.kind != RepoKind.SPACE or ref in {command.ref for command in self.asked.commands}
        if before == after or spared:
            return []
        lines = [f"Nothing is built: Spaces are built from {branch}, which this push did not change."]
        return lines if sha else [*lines, f"To publish what you have here: git push REMOTE HEAD:{branch}"]

    async def _refuse(self, error: DemodockError) -> None:
        if not self._fed and (self.length or 0) <= 2 * self.limit:
            await self.body.drain(self.limit, _DRAIN_SECONDS)
        await self.answer.end(self.asked.refusal(error.message, ["", *_lines(error), ""]), close=True)

    def _too_large(self) -> TooLarge:
        return TooLarge(
            f"The push is larger than {self.limit >> 20} MiB.",
            hint=KEEP_OUT,
        )


def told_of_build(done: str, ask: Callable[[], list[str]], space_id: int, sha: str) -> list[str]:
    """What to tell of the build that `ask` asks for. The commit is there already (`done`: "Pushed"), so nothing raises."""
    try:
        return ask()
    except DemodockError as error:
        return [f"{done}, but not built:", *_lines(error)]
    except Exception:
        log.exception("a commit was taken and its build not queued", space=space_id, commit=sha)
        return [f"{done}. Its build could not be queued now; the platform tries again by itself."]


async def _collect(pipe: asyncio.StreamReader, said: asyncio.Queue[bytes]) -> bytes:
    """Reads a pipe of git's to its end, so that git never waits for us; returns the last of it."""
    tail = b""
    while piece := await pipe.read(_PIECE):
        tail = (tail + piece)[-_PIECE:]
        said.put_nowait(piece)
    said.put_nowait(b"")
    return tail


def _lines(error: DemodockError) -> list[str]:
    return [text for text in (error.message, error.hint) if text]


__all__ = ["Credentials", "Gone", "Grant", "Hosting", "Push"]
