"""RQ as a doorbell for the builders: a job holds a build's id and nothing else; the row in the database is the truth.

Losing every job loses no build (`builds.sweep` rings again), and one job too many is harmless (`builds.claim` lets one through).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import redis
import structlog
from rq import Queue, Worker
from rq.serializers import JSONSerializer

from spaces import doorbell, names
from spaces.settings import get_settings

CALLABLE = "builder.worker.build"
"""The only one that a worker of ours executes."""

log = structlog.get_logger()


def queue(connection: redis.Redis | None = None) -> Queue:
    """The builders' queue; JSON, since unpickling would run whatever a forged job says."""
    return Queue(names.QUEUE_BUILDS, connection=connection or doorbell.connection(), serializer=JSONSerializer)


def ring_builders(build_id: int, attempt: int) -> bool:
    """Hands a build to whichever worker is free; False where Redis is away, and never raises for it."""
    limit = get_settings().build_timeout + 600
    try:
        queue().enqueue(
            CALLABLE,
            build_id,
            job_id=f"build-{build_id}-{attempt}",
            description=f"build {build_id}",
            job_timeout=limit,
            result_ttl=0,
            failure_ttl=3600,
        )
    except redis.RedisError as error:
        log.warning("the builders' bell is silent", build=build_id, error=str(error))
        return False
    return True


def waiting() -> set[int] | None:
    """Ids of the builds that wait in the queue; None where Redis is away."""
    try:
        return {int(job.split("-")[1]) for job in queue().get_job_ids() if job.startswith("build-")}
    except redis.RedisError:
        return None


@dataclass(frozen=True)
class Builder:
    """A builder's process, as it last said of itself."""

    busy: bool
    heard_at: dt.datetime


def builders() -> list[Builder] | None:
    """All who wait for builds or have one; None where Redis is away. One that dies is forgotten within two minutes."""
    try:
        found = Worker.all(queue=queue(), serializer=JSONSerializer)
        return [Builder(one.get_state() == "busy", _utc(one.last_heartbeat)) for one in found if one.last_heartbeat]
    except redis.RedisError:
        return None


def tell_cancelled(build_id: int) -> None:
    """Makes whoever builds it stop now; without Redis it stops at its next renewal of the lease."""
    try:
        doorbell.connection().publish(names.CHANNEL_CANCEL, str(build_id))
    except redis.RedisError as error:
        log.warning("the cancellation bell is silent", build=build_id, error=str(error))


# -- private --------------------------------------------------------------------------------------


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
