"""The test bed: a running platform with Spaces on it, and containers of the same images beside it for the floors."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docker
from docker.models.containers import Container

from bench.measure import first_byte, until_ready
from spaces import names
from spaces.engines.docker import DockerEngine
from spaces.settings import Settings
from tests.harness import ROOT, Platform, running, wait

OWNER = "admin"
SAMPLES = ROOT / "sample_spaces"
SETTLE = 1.0
"""Seconds: what the platform does after the engine's answer, such as writing rows and routes, is not the wake's."""
BENCH_LABEL = f"{names.PRODUCT}.bench"


class Bed:
    """What figures work on. `say` shows progress."""

    def __init__(self, platform: Platform, say: Callable[[str], None]) -> None:
        self.platform = platform
        self.say = say
        self.docker = docker.from_env(timeout=300)
        self.engine = DockerEngine(Settings(data=platform.data))
        self._hosts: dict[str, str] = {}

    # -- Spaces ------------------------------------------------------------------------------------

    def publish(self, name: str, files: dict[str, str | bytes] | Path) -> str:
        """Pushes and waits until the Space runs; returns `owner/name`. Nothing to do where it already runs."""
        space = f"{OWNER}/{name}"
        if space not in self._hosts:
            self.say(f"publishing {space}")
            self.platform.push(files, space)
            self.platform.wait(space, seconds=1200)
            self._hosts[space] = self.platform.host(space)
            self.visit(space)
        return space

    def host(self, space: str) -> str:
        if space not in self._hosts:
            self._hosts[space] = self.platform.host(space)
        return self._hosts[space]

    def visit(self, space: str, path: str = "/") -> float:
        """Seconds from request to status line through the public port; fails where that is no 200."""
        started = time.monotonic()
        status, arrived = first_byte("127.0.0.1", self.platform.port, self.host(space), path)
        if status != 200:
            raise AssertionError(f"{space} answered {status}")
        return arrived - started

    def rest(self, space: str, state: str) -> Container:
        """Lets the Space freeze by itself (`paused`), or puts it to sleep (`exited`); returns its container."""
        if state == "exited":
            answer = self.platform.api("POST", f"/api/spaces/{space}/sleep")
            assert answer.status == 200, answer.text
        wait(lambda: self.instance(space).status == state, 120, lambda: f"{space} never was {state}")
        time.sleep(SETTLE)
        return self.instance(space)

    def instance(self, space: str) -> Container:
        """The newest container of the Space."""
        host = self.host(space)
        ours = {"label": [self.platform.mark, f"{names.LABEL_KIND}=instance"]}
        found = [
            container
            for container in self.docker.containers.list(all=True, filters=ours)
            if f"SPACE_HOST={host}" in container.attrs["Config"]["Env"]
        ]
        if not found:
            raise AssertionError(f"{space} has no container")
        return max(found, key=lambda container: container.attrs["Created"])

    @property
    def installation(self) -> str:
        return (self.platform.data / "installation").read_text().strip()

    # -- floors ------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def twin(self, space: str) -> Iterator[Twin]:
        """A container like the Space's, of which the platform knows nothing, on a network of its own."""
        network = self.docker.networks.create(f"{names.PRODUCT}-bench", labels={BENCH_LABEL: "twin"})
        try:
            twin = Twin(self.docker, self.instance(space), network.name)
            try:
                yield twin
            finally:
                twin.container.remove(force=True, v=True)
        finally:
            network.remove()


class Twin:
    """The floor under a Space: same image, command, environment, limits and kind of network, driven by hand."""

    def __init__(self, client: docker.DockerClient, original: Container, network: str) -> None:
        attributes: dict[str, Any] = original.attrs
        config, limits = attributes["Config"], attributes["HostConfig"]
        self.port = next(
            (int(entry.partition("=")[2]) for entry in config["Env"] if entry.startswith("PORT=")), names.APP_PORT
        )
        self.container: Container = client.containers.create(
            attributes["Image"],
            command=config["Cmd"],
            entrypoint=config["Entrypoint"],
            environment=config["Env"],
            user=config["User"],
            working_dir=config["WorkingDir"],
            nano_cpus=limits.get("NanoCpus") or None,
            cpu_period=limits.get("CpuPeriod") or None,
            cpu_quota=limits.get("CpuQuota") or None,
            network=network,
            mem_limit=limits.get("Memory") or None,
            memswap_limit=limits.get("MemorySwap") or None,
            healthcheck={"test": ["NONE"]},
            labels={BENCH_LABEL: "twin"},
        )
        self.address = ""

    def start(self) -> float:
        """Seconds from `docker start` to the app's first answer."""
        started = time.monotonic()
        self.container.start()
        self.container.reload()
        (network,) = self.container.attrs["NetworkSettings"]["Networks"].values()
        self.address = network["IPAddress"]
        return until_ready(self.address, self.port) - started

    def stop(self) -> None:
        self.container.stop(timeout=2)

    def freeze(self, page_out: bool) -> None:
        from spaces.engines.docker import pageout

        self.container.pause()
        if page_out:
            self.container.reload()
            pageout.page_out(self.container.attrs["State"]["Pid"], self.container.id)

    def thaw(self) -> float:
        """Seconds from `docker unpause` to the first byte."""
        started = time.monotonic()
        self.container.unpause()
        _, arrived = first_byte(self.address, self.port, f"{self.address}:{self.port}")
        return arrived - started


@contextlib.contextmanager
def open_bed(say: Callable[[str], None], **environment: str) -> Iterator[Bed]:
    """A platform of its own in a temporary directory, without samples and without idle policy unless told."""
    settings = {"DEMODOCK_FREEZE_AFTER": "-1", "DEMODOCK_SLEEP_AFTER": "-1", **environment}
    say("starting a platform")
    with running(**settings) as platform:
        bed = Bed(platform, say)
        try:
            yield bed
        finally:
            bed.docker.close()
