"""A real platform for tests and benchmarks: `demodock up` on its own data directory and port, and what its users do."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

READY_SECONDS = 600
"""The first start on a machine builds a base image."""


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        return json.loads(self.body)


class Platform:
    """One running installation. Use as a context manager; everything it made on the engine is gone afterwards."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self.port = free_port()
        self.log = data.with_suffix(".log")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("DEMODOCK_")},
            "DEMODOCK_DATA": str(data),
            "DEMODOCK_PORT": str(self.port),
            "DEMODOCK_SAMPLES": "0",
            "DEMODOCK_SUBNETS": f"10.{secrets.randbelow(40) + 170}.0.0/16",
            "PYTHONPATH": str(ROOT),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    # -- running it --------------------------------------------------------------------------------

    def __enter__(self) -> Platform:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Starts `demodock up` and returns at its ready line."""
        with self.log.open("ab") as sink:
            begun = self.log.stat().st_size
            self.process = subprocess.Popen(
                [sys.executable, "-m", "spaces.cli", "up"],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def ready() -> bool:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"`demodock up` ended:\n{self.tail()}")
            return b"demodock ready:" in self.log.read_bytes()[begun:]

        wait(ready, READY_SECONDS, lambda: f"no ready line:\n{self.tail()}")

    def stop(self, sig: int = signal.SIGINT) -> None:
        """Ends it with a signal and waits."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(sig)
            self.process.wait(90)

    def close(self) -> None:
        """Stops it and removes what it made on the engine."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.stop()
        self.sweep_engine()

    def sweep_engine(self) -> None:
        import docker

        client = docker.from_env()
        ours = {"label": self.mark}
        for container in self.containers():
            with contextlib.suppress(docker.errors.APIError):
                container.remove(force=True, v=True)
        for network in client.networks.list(filters=ours):
            with contextlib.suppress(docker.errors.APIError):
                network.remove()
        for volume in client.volumes.list(filters=ours):
            with contextlib.suppress(docker.errors.APIError):
                volume.remove(force=True)
        for image in client.images.list(filters=ours):
            with contextlib.suppress(docker.errors.APIError):
                client.images.remove(image.id, force=True)
        client.close()

    @property
    def mark(self) -> str:
        """The label of all that this installation has on the engine."""
        from spaces import names

        return f"{names.LABEL_INSTALLATION}={(self.data / 'installation').read_text().strip()}"

    def containers(self, kind: str = "", running: bool = False) -> list[Any]:
        """This installation's containers, such as those of the kind `instance`; also those that do not run."""
        import docker

        from spaces import names

        labels = [self.mark, *([f"{names.LABEL_KIND}={kind}"] if kind else [])]
        return docker.from_env().containers.list(all=not running, filters={"label": labels})

    def tail(self, lines: int = 60) -> str:
        """The end of what it printed and of its processes' logs."""
        found = [self.log, *sorted((self.data / "logs" / "processes").glob("*.log"))]
        texts = [
            f"== {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
            for path in found
            if path.exists()
        ]
        return "\n".join(texts)

    # -- using it ----------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def token(self) -> str:
        return (self.data / "admin-token").read_text().strip()

    @property
    def control(self) -> str:
        """The control host, as a Host header has it."""
        return f"{self.environment.get('DEMODOCK_DOMAIN', 'localhost')}:{self.port}"

    def host(self, name: str) -> str:
        """Host header of a Space, as told by the API."""
        return self.api("GET", f"/api/spaces/{name}").json()["host"].partition("://")[2].rstrip("/")

    def request(
        self,
        method: str,
        host: str,
        path: str = "/",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float = 90,
    ) -> Answer:
        """One request through the edge with the Host header `host`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, {"Host": host, "Connection": "close", **(headers or {})})
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def api(self, method: str, path: str, data: Any = None, token: str | None = None) -> Answer:
        """One request to the API, as the admin unless told otherwise."""
        headers = {"Authorization": f"Bearer {token or self.token}", "Content-Type": "application/json"}
        body = json.dumps(data).encode() if data is not None else None
        return self.request(method, self.control, path, body, headers)

    def get(self, name: str, path: str = "/", **options: Any) -> Answer:
        """GET on a Space's own host."""
        return self.request("GET", self.host(name), path, **options)

    def runtime(self, name: str) -> dict[str, Any]:
        answer = self.api("GET", f"/api/spaces/{name}/runtime")
        return answer.json() if answer.status == 200 else {"stage": None, "status": answer.status, "body": answer.text}

    def push(
        self,
        files: Mapping[str, str | bytes] | Path,
        name: str,
        message: str = "push",
        branch: str = "main",
        kind: str = "spaces/",
    ) -> str:
        """Commits the files (on top of what is there) and pushes them with plain git; returns git's messages."""
        with tempfile.TemporaryDirectory() as folder:
            remote = f"http://anyone:{self.token}@localhost:{self.port}/{kind}{name}"
            if self.git(["clone", "-q", remote, folder], check=False).returncode:
                self.git(["init", "-q", "-b", branch, folder])
            else:
                for path in Path(folder).iterdir():
                    if path.name != ".git":
                        shutil.rmtree(path) if path.is_dir() else path.unlink()
            if isinstance(files, Path):
                shutil.copytree(files, folder, dirs_exist_ok=True)
            else:
                for path, content in files.items():
                    target = Path(folder, path)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(content.encode() if isinstance(content, str) else content)
            who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
            self.git(["-C", folder, "add", "-A"])
            self.git(["-C", folder, *who, "commit", "-q", "--allow-empty", "-m", message])
            done = self.git(["-C", folder, "push", remote, f"HEAD:{branch}"], check=False)
            if done.returncode:
                raise AssertionError(f"the push was refused:\n{done.stderr}")
            return done.stderr

    def git(self, arguments: list[str], check: bool = True) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_GLOBAL": "/dev/null"}
        return subprocess.run(["git", *arguments], capture_output=True, text=True, check=check, env=environment)

    def wait(self, name: str, *stages: str, seconds: float = 300) -> dict[str, Any]:
        """Waits until the Space is at one of `stages` (RUNNING without any); fails at once where it ended elsewhere."""
        wanted = stages or ("RUNNING",)
        ended = {"NO_APP_FILE", "CONFIG_ERROR", "BUILD_ERROR", "RUNTIME_ERROR"} - set(wanted)
        seen: dict[str, Any] = {}

        def there() -> bool:
            seen.update(self.runtime(name))
            if seen["stage"] in ended:
                raise AssertionError(
                    f"{name} is at {seen['stage']}: {json.dumps(seen, indent=1)}\n{self.build_log(name)}"
                )
            return seen["stage"] in wanted

        wait(there, seconds, lambda: f"{name} never came to {wanted}: {seen}\n{self.tail(30)}")
        return seen

    def wait_for(self, test: Callable[[], bool], seconds: float = 120) -> None:
        """Until `test()` is true."""
        wait(test, seconds, lambda: f"it never came to that\n{self.tail(30)}")

    def build_log(self, name: str) -> str:
        logs = sorted((self.data / "logs" / "builds").rglob("*.log"), key=lambda path: path.stat().st_mtime)
        return "\n".join(logs[-1].read_text(errors="replace").splitlines()[-40:]) if logs else ""


def wait(test: Callable[[], bool], seconds: float, otherwise: Callable[[], str] = lambda: "it never came") -> None:
    """Polls until `test()` is true; fails with `otherwise()` after `seconds`."""
    until = time.monotonic() + seconds
    while not test():
        if time.monotonic() > until:
            raise AssertionError(otherwise())
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(**environment: str) -> Iterator[Platform]:
    """A platform in a temporary directory."""
    folder = Path(tempfile.mkdtemp(prefix="demodock-"))
    try:
        with Platform(folder / "data", **environment) as platform:
            yield platform
    finally:
        shutil.rmtree(folder, ignore_errors=True)


TINY = {
    "README.md": "---\nsdk: docker\ntitle: Tiny\n---\n",
    "Dockerfile": 'FROM python:3.11-slim\nCOPY app.py .\nCMD ["python", "app.py"]\n',
    "app.py": """\
import http.server, os, sys, time
VERSION = "one"
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        if self.path == "/crash":
            os._exit(3)
        if self.path.startswith("/slow"):
            time.sleep(float(self.path.partition("=")[2] or 3))
        if self.path == "/headers":
            body = str(self.headers).encode()
        else:
            body = VERSION.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *a):
        print("request", self.path, flush=True)
print("listening", flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), Handler).serve_forever()
""",
}
"""An app without dependencies that starts in a moment and answers with its version."""


def tiny(version: str = "one", **more: str) -> dict[str, str]:
    """`TINY` that answers `version`, with further or other files."""
    return {**TINY, "app.py": TINY["app.py"].replace('"one"', json.dumps(version)), **more}
