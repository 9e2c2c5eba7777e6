"""Requests a second to an awake Space; floor: a bare Traefik with one static route to the very same instance.

The two are measured in turns, so that whatever else the machine does meets both alike."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.bed import Bed
from bench.measure import Figure, first_byte, until_ready
from spaces import names
from tests.harness import free_port

SECONDS = 5
CONNECTIONS = 64
TARGET = 0.97

APP = """\
import asyncio
BODY = b"ok" * 64
ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(BODY) + BODY

class Bare(asyncio.Protocol):
    # An app that costs next to nothing, so that the way to it is what one measures.
    def connection_made(self, transport):
        self.transport, self.seen = transport, b""
    def data_received(self, data):
        self.seen += data
        requests = self.seen.count(b"\\r\\n\\r\\n")
        if requests:
            self.seen = self.seen.rpartition(b"\\r\\n\\r\\n")[2]
            self.transport.write(ANSWER * requests)

async def main():
    server = await asyncio.get_running_loop().create_server(Bare, "0.0.0.0", 7860)
    await server.serve_forever()

asyncio.run(main())
"""
FILES: dict[str, str | bytes] = {
    "README.md": "---\nsdk: docker\ntitle: Bare\n---\n",
    "Dockerfile": 'FROM python:3.11-slim\nCOPY app.py .\nCMD ["python", "app.py"]\n',
    "app.py": APP,
}


def run(bed: Bed, rounds: int) -> Iterator[Figure]:
    if not shutil.which("wrk"):
        yield Figure("throughput", "Hot path", "requests/s", [], note="skipped: wrk is not installed")
        return
    space = bed.publish("bare", FILES)
    settings = bed.instance(space).attrs["NetworkSettings"]["Networks"]
    address = next(iter(settings.values()))["IPAddress"]
    ours, floor, latency, bare_latency = [], [], [], []
    with bare_traefik(bed.host(space), address) as port:
        for number in range(rounds + 1):
            bed.say(f"round {number} of {rounds}")
            # In turns, and each round in the other order.
            order = [("ours", bed.platform.port), ("floor", port)]
            found = {name: wrk(target, bed.host(space)) for name, target in (order if number % 2 else order[::-1])}
            if number:
                ours.append(found["ours"][0])
                floor.append(found["floor"][0])
                latency.append(found["ours"][1])
                bare_latency.append(found["floor"][1])
    figure = Figure(
        "throughput", "Hot path, 64 connections", "requests/s", ours, floor, "bare Traefik, one static route"
    )
    figure.target = f"at least {TARGET} of the floor"
    figure.value = (figure.median or 0) / (figure.floor_median or 1)
    figure.holds = figure.value >= TARGET
    yield figure
    yield Figure("latency_p99", "Hot path, p99 latency", "ms", latency, bare_latency, "bare Traefik")


@contextlib.contextmanager
def bare_traefik(host: str, address: str) -> Iterator[int]:
    """A Traefik with nothing but one route; yields its port."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        routes, static = Path(folder, "routes.json.yaml"), Path(folder, "traefik.yaml")
        routes.write_text(
            json.dumps(
                {
                    "http": {
                        "routers": {"one": {"rule": f"Host(`{host.partition(':')[0]}`)", "service": "one"}},
                        "services": {
                            "one": {"loadBalancer": {"servers": [{"url": f"http://{address}:{names.APP_PORT}"}]}}
                        },
                    }
                }
            )
        )
        static.write_text(
            json.dumps(
                {
                    "global": {"checkNewVersion": False, "sendAnonymousUsage": False},
                    "entryPoints": {"web": {"address": f"127.0.0.1:{port}"}},
                    "providers": {"file": {"filename": str(routes)}},
                    "serversTransport": {"maxIdleConnsPerHost": 512},
                    "log": {"level": "ERROR"},
                }
            )
        )
        binary = Path(sys.executable).with_name("traefik")
        # In a session of its own, as the platform's is: Linux shares processor time between sessions first.
        process = subprocess.Popen(
            [str(binary), f"--configFile={static}"], stdout=subprocess.DEVNULL, start_new_session=True
        )
        try:
            until_ready("127.0.0.1", port)
            while first_byte("127.0.0.1", port, host)[0] != 200:  # it answers 404 before it has read its route
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(20)


def wrk(port: int, host: str) -> tuple[float, float]:
    """Requests a second, and the 99th percentile of latency in milliseconds; an error of any kind fails the round."""
    text = subprocess.run(
        [
            "wrk",
            "-t2",
            f"-c{CONNECTIONS}",
            f"-d{SECONDS}s",
            "--latency",
            "-H",
            f"Host: {host}",
            f"http://127.0.0.1:{port}/",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return parse_wrk(text)


def parse_wrk(text: str) -> tuple[float, float]:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)", text)
    if not rate or not tail or "Non-2xx" in text or "Socket errors" in text:
        raise AssertionError(f"wrk: {text}")
    return float(rate[1]), float(tail[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[tail[2]]
