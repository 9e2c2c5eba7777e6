"""The RQ worker: executes `build(build_id)` and nothing else, whatever a job says, and outlives Redis.

Each job runs in a fork of a process that has imported everything already, so that it starts within milliseconds, can be
killed alone, and leaks nothing into the next. `python -m builder.worker` runs one worker.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
from typing import Any

import redis
import structlog
from rq import Worker
from rq.exceptions import InvalidJobOperation
from rq.job import Job
from rq.serializers import JSONSerializer

from builder import cache, engine, pipeline
from builder.orphans import remove_orphans
from spaces import builds, db, doorbell, jobs, names
from spaces.host.die import die_with_parent
from spaces.settings import get_settings

WORKER_TTL = 30
"""RQ blocks in its dequeue for half of this, and so notices within it that it should look after other things."""
BACKOFF = 5.0

log = structlog.get_logger()


def build(build_id: int) -> None:
    """The one job: claims the build, and does nothing where somebody else has it or it has ended."""
    began = time.monotonic()
    claim = builds.claim(build_id, f"{os.uname().nodename}:{os.getpid()}")
    if claim is None:
        return
    log.info("build starts", build=build_id, attempt=claim.attempt, claim_ms=int(1000 * (time.monotonic() - began)))
    pipeline.run(claim)
    with contextlib.suppress(Exception):
        cache.evict()


class BuildJob(Job):
    """A job that can name nothing but `build` with one whole number: callbacks, web hooks and other callables that a
    forged job brings are dropped before anything looks at them."""

    def restore(self, raw_data: Any) -> Any:
        allowed = {
            "data", "created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat", "origin", "status",
            "timeout", "result_ttl", "failure_ttl", "description", "worker_name",
        }  # fmt: skip
        kept = {key: value for key, value in raw_data.items() if _text(key) in allowed}
        return super().restore(kept)

    @property
    def func(self) -> Any:
        return build

    def _execute(self) -> Any:
        if self.func_name != jobs.CALLABLE or self.instance is not None or self.kwargs:
            raise InvalidJobOperation(f"job {self.id} names what is not ours to run")
        if len(self.args) != 1 or type(self.args[0]) is not int:
            raise InvalidJobOperation(f"job {self.id} is not for one build")
        return build(self.args[0])


class BuildWorker(Worker):
    """One worker of the builders' queue."""

    job_class = BuildJob
    max_connection_wait_time = BACKOFF
    told_to_stop = False

    def main_work_horse(self, job: Job, queue: Any) -> None:
        """In the fork: dies with the worker, and shares neither database nor engine connections with it."""
        die_with_parent(parent=self.pid)
        db.database().dispose(close=False)
        for cached in (db.database, doorbell.connection, engine.client):
            cached.cache_clear()
        super().main_work_horse(job, queue)

    def handle_warm_shutdown_request(self) -> None:
        """Told to stop: a build may take half an hour, so it is left, and begins again wherever a builder is next."""
        super().handle_warm_shutdown_request()
        self.told_to_stop = True  # RQ itself notes it only while a job runs
        if self.horse_pid:
            self.kill_horse()

    def handle_work_horse_killed(self, job: Job, retpid: Any, ret_val: Any, rusage: Any) -> None:
        """The job's process died: its build need not wait for the end of the lease."""
        with contextlib.suppress(Exception):
            build_id = int(job.args[0])
            builds.abandon(build_id)
            remove_orphans(build_id)


def work_forever() -> None:
    """Works until told to stop; whatever ends RQ's loop, such as a Redis that went away, begins a new one."""
    wait = 0.5
    remove_orphans()
    while True:
        began = time.monotonic()
        try:
            connection = redis.Redis.from_url(doorbell.redis_url(), socket_connect_timeout=2)
            queue = jobs.queue(connection)
            queue.job_class = BuildJob
            worker = BuildWorker(
                [queue], connection=connection, serializer=JSONSerializer, worker_ttl=WORKER_TTL, job_class=BuildJob
            )
            worker.work(logging_level="WARNING")
            if worker.told_to_stop:
                return
        except (redis.RedisError, OSError, ValueError) as error:
            log.warning("no Redis; the worker waits", error=str(error))
        wait = 0.5 if time.monotonic() - began > 60 else min(2 * wait, BACKOFF)
        time.sleep(wait)


def main() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    log.info("builder ready", queue=names.QUEUE_BUILDS, data=str(get_settings().data))
    # RQ imports what a job names: the module must be the one we run, not a second copy called `builder.worker`.
    import builder.worker as module

    module.work_forever()


def _text(key: Any) -> str:
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)


if __name__ == "__main__":
    main()
