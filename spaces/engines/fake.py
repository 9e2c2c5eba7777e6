"""An engine in memory, held to the same contract as the real ones, that can be told to fail.

`SlowEngine`, `DyingEngine` and `DownEngine` are failures with names. With `serve` every running instance answers HTTP
on a loopback address of its own, so that probes and gateways have something to talk to.
"""

from __future__ import annotations

import datetime as dt
import itertools
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from spaces.engines.base import ContainerState, Engine, InstanceSpec, LogLine, LogStream, Observation, Stats
from spaces.engines.fake_app import App
from spaces.errors import EngineUnavailable, ImageMissing
from spaces.models.types import now

_addresses = itertools.count(1)


@dataclass
class _Container:
    spec: InstanceSpec
    id: str
    state: ContainerState = ContainerState.CREATED
    address: str | None = None
    exit_code: int | None = None
    oom_killed: bool = False
    started_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    lines: list[LogLine] = field(default_factory=list)
    app: App | None = None
    life: int = 0

    @property
    def env(self) -> dict[str, str]:
        """What its app would see."""
        return self.spec.environment()


class FakeEngine:
    """`calls` records every verb; `containers`, `networks` and `volumes` are what there is."""

    def __init__(
        self,
        *,
        serve: bool = False,
        start_delay: float = 0.0,
        crash_after: float | None = None,
        down: bool = False,
        status: int = 200,
    ) -> None:
        self.serve, self.start_delay, self.crash_after = serve, start_delay, crash_after
        self.down, self.status = down, status
        self.calls: list[tuple[str, str | None]] = []
        self.containers: dict[str, _Container] = {}
        self.networks: set[str] = set()
        self.volumes: set[str] = set()
        self.lost_images: set[str] = set()
        self._failures: dict[str, list[Exception]] = defaultdict(list)
        self._changed = threading.Condition()

    # -- the contract

    def launch(self, spec: InstanceSpec) -> Observation:
        self._enter("launch", spec.name)
        with self._changed:
            found = self.containers.get(spec.name)
            if found and found.spec != spec:
                self._remove(spec.name)
                found = None
            if found is None:
                if spec.image in self.lost_images:
                    raise ImageMissing("The engine no longer has this revision's image.")
                found = self.containers[spec.name] = _Container(spec=spec, id=f"fake-{spec.name}-{time.monotonic_ns()}")
            self.networks.add(spec.network)
            if spec.volume:
                self.volumes.add(spec.volume)
            if found.state == ContainerState.FROZEN:
                self._thaw(found)
            elif found.state != ContainerState.RUNNING:
                self._start(found)
            return self._seen(found)

    def stop(self, name: str, grace: float = 10.0) -> None:
        self._enter("stop", name)
        with self._changed:
            found = self.containers.get(name)
            if found and found.state in (ContainerState.RUNNING, ContainerState.FROZEN):
                self._end(found, exit_code=143)

    def freeze(self, name: str) -> None:
        self._enter("freeze", name)
        with self._changed:
            found = self.containers.get(name)
            if found and found.state == ContainerState.RUNNING:
                found.state = ContainerState.FROZEN
                if found.app:
                    found.app.freeze()

    def thaw(self, name: str) -> Observation | None:
        self._enter("thaw", name)
        with self._changed:
            found = self.containers.get(name)
            if found and found.state == ContainerState.FROZEN:
                self._thaw(found)
            return self._seen(found) if found and found.state == ContainerState.RUNNING else None

    def observe(self, name: str | None = None) -> list[Observation]:
        self._enter("observe", name)
        with self._changed:
            return [self._seen(each) for key, each in self.containers.items() if name in (None, key)]

    def logs(self, name: str, since: dt.datetime | None = None, follow: bool = False) -> LogStream:
        self._enter("logs", name)
        closed = threading.Event()

        def close() -> None:
            closed.set()
            with self._changed:
                self._changed.notify_all()

        return LogStream(self._lines(name, since, follow, closed), close)

    def stats(self, name: str) -> Stats | None:
        self._enter("stats", name)
        with self._changed:
            found = self.containers.get(name)
            if found is None or found.state not in (ContainerState.RUNNING, ContainerState.FROZEN):
                return None
            return Stats(cpu_seconds=0.1, memory=64 << 20, ports=(found.spec.port,))

    def remove(self, name: str, space_id: int | None = None) -> None:
        self._enter("remove", name)
        with self._changed:
            self._remove(name)
            for each in [each for each in self.containers.values() if each.spec.space_id == space_id]:
                self._remove(each.spec.name)
            if space_id is not None:
                self.networks = {net for net in self.networks if not net.endswith(f"-s{space_id}")}
                self.volumes = {vol for vol in self.volumes if not vol.endswith(f"-s{space_id}-data")}

    # -- what tests do to it

    def fail_next(self, verb: str, error: Exception | None = None, times: int = 1) -> None:
        """The next `times` calls of `verb` raise `error`, by default as if the engine were away."""
        self._failures[verb] += [error or EngineUnavailable(f"fake: {verb} fails")] * times

    def crash(self, name: str, exit_code: int = 1, oom_killed: bool = False) -> None:
        """The app ends by itself."""
        with self._changed:
            found = self.containers[name]
            self._end(found, exit_code, oom_killed)

    def say(self, name: str, text: str, stream: str = "stdout") -> None:
        """The app writes a line."""
        with self._changed:
            self.containers[name].lines.append(LogLine(at=now(), stream=stream, text=text))
            self._changed.notify_all()

    def vanish(self, name: str) -> None:
        """Somebody ran `docker rm -f`."""
        with self._changed:
            self._remove(name)

    def lose_image(self, image: str) -> None:
        """Somebody ran `docker image prune -a`."""
        self.lost_images.add(image)

    def close(self) -> None:
        """Ends every served app."""
        with self._changed:
            for name in list(self.containers):
                self._remove(name)

    # -- private

    def _enter(self, verb: str, name: str | None) -> None:
        self.calls.append((verb, name))
        if self.down:
            raise EngineUnavailable("fake: the engine is down")
        if self._failures[verb]:
            raise self._failures[verb].pop(0)

    def _start(self, found: _Container) -> None:
        if self.start_delay:
            self._changed.wait_for(lambda: False, self.start_delay)  # lets the other verbs in meanwhile
            if found.state == ContainerState.RUNNING or self.containers.get(found.spec.name) is not found:
                return
        number = next(_addresses)
        found.address = (
            f"127.{64 + os.getpid() % 128}.{number // 255 % 255}.{number % 255 + 1}"  # each process has its own
        )
        found.state, found.started_at, found.finished_at = ContainerState.RUNNING, now(), None
        found.exit_code, found.oom_killed = None, False
        found.life += 1
        if self.serve:
            found.app = App(found.address, found.spec.port, found.spec.name, self.status)
        if self.crash_after is not None:
            life = found.life
            timer = threading.Timer(self.crash_after, self._crash, args=(found, life))
            timer.daemon = True
            timer.start()

    def _crash(self, found: _Container, life: int) -> None:
        with self._changed:
            if found.life == life and found.state in (ContainerState.RUNNING, ContainerState.FROZEN):
                self._end(found, exit_code=1)

    def _thaw(self, found: _Container) -> None:
        found.state = ContainerState.RUNNING
        if found.app:
            found.app.thaw()

    def _end(self, found: _Container, exit_code: int, oom_killed: bool = False) -> None:
        found.state, found.exit_code, found.oom_killed = ContainerState.EXITED, exit_code, oom_killed
        found.finished_at, found.address = now(), None
        if found.app:
            found.app.close()
            found.app = None
        self._changed.notify_all()

    def _remove(self, name: str) -> None:
        found = self.containers.pop(name, None)
        if found:
            self._end(found, exit_code=137)

    def _seen(self, found: _Container) -> Observation:
        return Observation(
            name=found.spec.name,
            container_id=found.id,
            space_id=found.spec.space_id,
            revision_id=found.spec.revision_id,
            state=found.state,
            address=found.address,
            spec=found.spec.digest(),
            exit_code=found.exit_code,
            oom_killed=found.oom_killed,
            started_at=found.started_at,
            finished_at=found.finished_at,
        )

    def _lines(self, name: str, since: dt.datetime | None, follow: bool, closed: threading.Event) -> Iterator[LogLine]:
        at = 0
        while True:
            with self._changed:
                found = self.containers.get(name)
                if found is None:
                    return
                fresh, at = found.lines[at:], len(found.lines)
                if not fresh:
                    over = found.state not in (ContainerState.RUNNING, ContainerState.FROZEN)
                    if over or not follow or closed.is_set():
                        return
                    self._changed.wait()
            yield from (line for line in fresh if since is None or line.at > since)


class SlowEngine(FakeEngine):
    """Starts take their time."""

    def __init__(self, start_delay: float = 0.5, *, serve: bool = False) -> None:
        super().__init__(start_delay=start_delay, serve=serve)


class DyingEngine(FakeEngine):
    """Whatever starts ends by itself soon."""

    def __init__(self, crash_after: float = 0.0, *, serve: bool = False) -> None:
        super().__init__(crash_after=crash_after, serve=serve)


class DownEngine(FakeEngine):
    """Nothing answers until `down` is set to False."""

    def __init__(self, *, serve: bool = False) -> None:
        super().__init__(down=True, serve=serve)


_: type[Engine] = FakeEngine
