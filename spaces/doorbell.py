"""Redis as a doorbell: rings that make others look sooner. Nothing is lost when it is: everyone also looks by itself."""

from __future__ import annotations

import functools
import json

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event as sql_event
from sqlmodel import Session

from spaces import names
from spaces.lifecycle import Phase
from spaces.models import Event
from spaces.settings import get_settings

log = structlog.get_logger()


@functools.cache
def connection() -> redis.Redis:
    """The process's pool. Calls raise `redis.RedisError` when it is away."""
    return redis.Redis.from_url(redis_url(), socket_timeout=5, socket_connect_timeout=2, retry=Retry(NoBackoff(), 1))


def redis_url() -> str:
    """The configured Redis, else our own Valkey: its socket's path is kept by `demodock up`."""
    settings = get_settings()
    if settings.redis_url:
        return settings.redis_url
    password = settings.secret("redis-password")
    return f"unix://:{password}@{socket_path()}"


def socket_path() -> str:
    """Valkey's socket: in the data directory, or, where that path is too long for a socket (108 bytes), in /tmp."""
    settings = get_settings()
    path = str(settings.path("run", "valkey.sock"))
    return path if len(path) < 100 else f"/tmp/demodock-{settings.installation}/valkey.sock"


def answers() -> bool:
    """True where Redis answers now."""
    try:
        connection().ping()
    except redis.RedisError:
        return False
    return True


def version() -> str | None:
    """Of the server that answers, such as `Valkey 8.1.1`; None where none does."""
    try:
        told = connection().info("server")
    except redis.RedisError:
        return None
    valkey = told.get("valkey_version")
    return f"Valkey {valkey}" if valkey else f"Redis {told.get('redis_version', '?')}"


def ring(space_id: int | None = None) -> None:
    """Makes the controller look now; never raises."""
    _publish(names.CHANNEL_RING, str(space_id or ""))


def ring_after(session: Session, space_id: int | None) -> None:
    """Rings once the transaction is committed: a ring before that would make the controller look at the old rows."""

    @sql_event.listens_for(session, "after_commit", once=True)
    def _ring(_session: Session) -> None:
        ring(space_id)


def announce_after(session: Session, event: Event) -> None:
    """Tells live pages of `event` and rings the controller once the transaction is committed. While a visit starts a Space
    the controller has nothing to do for it, and the app needs the processor: it is rung when that is over."""
    held = event.actor == "visitor" and event.phase in (Phase.STARTING, Phase.PROBING)

    @sql_event.listens_for(session, "after_commit", once=True)
    def _tell(_session: Session) -> None:
        reason = event.reason.model_dump() if event.reason else None
        body = {
            "id": event.id,
            "space_id": event.space_id,
            "space": event.space,
            "was": event.was,
            "now": event.now,
            "phase": event.phase,
            "reason": reason,
        }
        _publish(names.CHANNEL_EVENTS, json.dumps(body))
        if not held:
            ring(event.space_id)


def _publish(channel: str, message: str) -> None:
    try:
        connection().publish(channel, message)
    except redis.RedisError as error:
        log.warning("doorbell is silent", channel=channel, error=str(error))
