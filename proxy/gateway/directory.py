"""From a host name to what the gateway must know of its Space: read from the database, cached for a second."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import re
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

import redis.asyncio
import structlog
from sqlalchemy import update
from sqlmodel import select

from proxy.routes import Target
from spaces import db, doorbell, embedding, names, repo_cards
from spaces.gpus import queue
from spaces.lifecycle import InstanceStatus, Phase, Reason, Stage
from spaces.models import Instance, Owner, RepoCard, Revision, Space, Visibility
from spaces.models.types import now
from spaces.settings import Settings

log = structlog.get_logger()

Address = Target

FRESH_SECONDS = 1.0
"""How old an answer from the cache may be."""
CACHE_SIZE = 4096
TOUCH_SECONDS = 10.0
_LABEL = re.compile(r"[a-z0-9-]{1,63}")


@dataclass(frozen=True)
class Queue:
    """Where a Space stands that waits for a GPU."""

    place: int | None
    line: int
    waits: str
    """A value of `spaces.gpus.decision.Waits`, or `never`."""
    estimate: int | None
    """Seconds."""
    since: dt.datetime

    @property
    def patience(self) -> int:
        """After how many seconds a program may ask again."""
        return queue.patience(self.estimate)


@dataclass(frozen=True)
class SpaceFacts:
    """What the gateway knows of a Space at one moment."""

    id: int
    name: str
    """owner/name."""
    subdomain: str
    title: str
    stage: Stage
    phase: Phase
    reason: Reason | None
    since: dt.datetime
    """When the stage was entered."""
    revision_id: int | None = None
    static: str | None = None
    """The card's `app_file` where the serving revision is a static site; such a Space has no instance."""
    headers: tuple[tuple[str, str], ...] = ()
    sites: str | None = None
    """Other sites that may frame it, as `spaces.embedding` spells them; None: all."""
    address: Address | None = None
    """Of an instance that is ready or frozen."""
    build: int | None = None
    """Number of the newest build."""
    frozen: bool = False
    expected: float | None = None
    """Seconds from start to first answer, last time."""
    queue: Queue | None = None
    """Set while it waits for a GPU."""
    guarded: bool = False
    """Private: only who may visit it hears that it is there."""

    @property
    def ready(self) -> bool:
        """An instance answers now."""
        return self.address is not None and not self.frozen

    @property
    def wakeable(self) -> bool:
        """A visit starts or thaws it."""
        return self.stage.wakeable or self.frozen

    @property
    def under_way(self) -> bool:
        """It will answer by itself, if all goes well."""
        return not self.wakeable and (
            self.stage.serving or self.stage in (Stage.BUILDING, Stage.APP_STARTING) or self.ready
        )


class Directory(Protocol):
    async def find(self, subdomain: str, fresh: bool = False) -> SpaceFacts | None:
        """The Space of that subdomain, at most a second old; `fresh`: read now. None where there is none."""
        ...

    async def changed(self, space_id: int, seconds: float) -> None:
        """Returns as soon as something happened to the Space, or after `seconds`."""
        ...

    def visited(self, space_id: int) -> None:
        """A visitor's request went through the gateway: activity that nobody else counts."""
        ...

    def forget(self, space_id: int | None = None) -> None:
        """Drops what is kept of a Space (None: of all), and wakes whoever waits for a change of it."""
        ...


class DatabaseDirectory:
    """The directory in production. `run` listens for events, which only make answers fresher."""

    def __init__(self) -> None:
        self._cache: OrderedDict[str, tuple[float, SpaceFacts | None]] = OrderedDict()
        self._waiting: dict[int, asyncio.Event] = {}
        self._touched: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, subdomain: str, fresh: bool = False) -> SpaceFacts | None:
        kept = self._cache.get(subdomain)
        if kept and not fresh and time.monotonic() - kept[0] < FRESH_SECONDS:
            return kept[1]
        asked = time.monotonic()
        facts = await asyncio.to_thread(read_facts, subdomain)
        self._cache[subdomain] = (asked, facts)
        self._cache.move_to_end(subdomain)
        while len(self._cache) > CACHE_SIZE:
            self._cache.popitem(last=False)
        return facts

    async def changed(self, space_id: int, seconds: float) -> None:
        event = self._waiting.setdefault(space_id, asyncio.Event())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()

    def visited(self, space_id: int) -> None:
        moment = time.monotonic()
        if moment - self._touched.get(space_id, -TOUCH_SECONDS) >= TOUCH_SECONDS:
            self._touched[space_id] = moment
            task = asyncio.create_task(asyncio.to_thread(write_visit, space_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def forget(self, space_id: int | None = None) -> None:
        if space_id is None:
            self._cache.clear()
        for subdomain in [s for s, (_, facts) in self._cache.items() if facts and facts.id == space_id]:
            del self._cache[subdomain]
        for waiting in [space_id] if space_id is not None else list(self._waiting):
            if event := self._waiting.pop(waiting, None):
                event.set()

    async def run(self) -> None:
        """Follows the events channel for ever; without Redis answers are merely up to a second old."""
        while True:
            try:
                async with redis.asyncio.Redis.from_url(doorbell.redis_url(), socket_connect_timeout=2) as client:
                    async with client.pubsub(ignore_subscribe_messages=True) as channel:
                        await channel.subscribe(names.CHANNEL_EVENTS)
                        self.forget()
                        async for message in channel.listen():
                            self._heard(message["data"])
            except (redis.RedisError, OSError) as error:
                log.info("events are silent", error=str(error))
            await asyncio.sleep(2)

    def _heard(self, data: bytes) -> None:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            self.forget(int(json.loads(data)["space_id"]))


def subdomain_of_host(host: str, settings: Settings) -> str | None:
    """The label before our domain in a Host header, however it is spelled: case, port and a dot at the end do not
    matter. None for any other host, the control host included."""
    name = host.strip().lower()
    name = name.rpartition(":")[0] if ":" in name and not name.endswith("]") else name
    label, dot, rest = name.removesuffix(".").partition(".")
    return label if dot and _LABEL.fullmatch(label) and rest == settings.domain.lower() else None


def read_facts(subdomain: str) -> SpaceFacts | None:
    """One consistent reading of a Space, its serving revision and its instances."""
    with db.reading() as session:
        found = session.exec(
            select(Space, Owner, RepoCard.data)
            .join(Owner, Space.owner_id == Owner.id)  # type: ignore[arg-type]
            .outerjoin(RepoCard, RepoCard.number == Space.id)  # type: ignore[arg-type]
            .where(Space.subdomain == subdomain)
        ).first()
        if not found:
            return None
        space, owner, card = found
        revision = session.get(Revision, space.revision_id or space.next_revision_id or 0)
        instances = session.exec(
            select(Instance).where(Instance.space_id == space.id).order_by(Instance.id)  # type: ignore[arg-type]
        ).all()
        asked = queue.of(session, space.id) if space.phase == Phase.WAITING_FOR_GPU else None
    awake = {i.id: i for i in instances if i.status in (InstanceStatus.READY, InstanceStatus.FROZEN) and i.address}
    best = awake.get(space.instance_id)
    is_static = revision is not None and revision.id == space.revision_id and revision.config.sdk == "static"
    return SpaceFacts(
        id=space.id or 0,
        name=f"{owner.name}/{space.name}",
        subdomain=subdomain,
        title=repo_cards.title(json.loads(card or "{}"), space),
        stage=space.stage,
        phase=space.phase,
        reason=space.reason,
        since=space.stage_at,
        revision_id=space.revision_id,
        static=revision.config.app_file if revision and is_static else None,
        headers=tuple(revision.config.custom_headers.items()) if revision else (),
        sites=embedding.in_force(space.sites, revision is not None and revision.config.disable_embedding),
        address=Address(best.address, best.port) if best and best.address else None,
        build=space.next_build - 1 or None,
        frozen=best is not None and best.status == InstanceStatus.FROZEN,
        expected=revision.start_seconds if revision else None,
        queue=Queue(asked.place, asked.line, asked.waits, asked.estimate, asked.asked_at) if asked else None,
        guarded=space.visibility == Visibility.PRIVATE,
    )


def write_visit(space_id: int) -> None:
    """Keeps `active_at` of the Space within about ten seconds of its last visit."""
    with db.writing() as session:
        session.execute(update(Space).where(Space.id == space_id).values(active_at=now()))  # type: ignore[arg-type]
