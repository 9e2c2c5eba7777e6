"""Builds an approved Dockerfile through the engine's classic builder, with limits, and finds out how to start the result."""

from __future__ import annotations

import contextlib
import io
import json
import re
import secrets
import tarfile
import threading
from collections.abc import Iterable, Iterator, Mapping

import requests
from docker.utils.build import PatternMatcher

from builder import containers, engine
from builder.control import Control
from builder.dockerfile import policy
from builder.dockerfile.bases import Offered
from builder.dockerfile.parser import Dockerfile, parse
from builder.layers import space_tag
from builder.log import BuildLog
from builder.reasons import StepFailed
from spaces import names
from spaces.errors import BuildFailed, NoAppFile
from spaces.host.mirrors import Mirrors
from spaces.repos.tree import Tree
from spaces.settings import get_settings

PERIOD = 100_000
DISK_SECONDS = 10.0
_RUNNING = re.compile(r"---> Running in ([0-9a-f]{12,64})")
_STEP = re.compile(r"^Step \d+/\d+ : (.*)", re.DOTALL)
_EXIT = re.compile(r"returned a non-zero code: (\d+)")
_OURS = (
    names.LABEL_BUILD,
    names.LABEL_ATTEMPT,
    names.LABEL_LAYER,
    names.LABEL_REVISION,
    names.LABEL_SPEC,
)


def build(
    control: Control, log: BuildLog, tree: Tree, arguments: Mapping[str, str], mirrors: Mirrors
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Image id, command, and ids of the images it stands on. Secrets take no part: they are for the running app."""
    if not tree.exists("Dockerfile"):
        raise NoAppFile("The repository has no file `Dockerfile`.", hint="Add one at its root.", file="Dockerfile")
    offered = Offered(control, log, mirrors)
    approved = policy.approve(parse(tree.read("Dockerfile")), arguments, offered)
    image = _Run(control, log).run(approved, tree, arguments)
    return image, command_of(engine.client().inspect_image(image)["Config"]), tuple(offered.used)


def command_of(config: Mapping[str, list[str] | None]) -> tuple[str, ...]:
    """What the image would run: its ENTRYPOINT, then its CMD; both as the image has them, shells included."""
    command = (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))
    if not command:
        raise BuildFailed(
            "The image names nothing to run.",
            code="dockerfile",
            hint='End the Dockerfile with CMD ["program", "argument"].',
        )
    return command


class _Run:
    """One run of the engine's builder. It names the containers it makes in its output; those are limited and killed."""

    def __init__(self, control: Control, log: BuildLog) -> None:
        self.control, self.log = control, log
        self.container = ""
        self.step = "the Dockerfile"
        self.too_large = 0
        self.response: requests.Response | None = None
        self._done = threading.Event()

    def run(self, dockerfile: Dockerfile, tree: Tree, arguments: Mapping[str, str]) -> str:
        api = engine.client()
        name = f".dockerfile-{secrets.token_hex(8)}"
        settings = get_settings()
        memory = settings.build_memory << 20
        labels = (
            dict.fromkeys(_OURS, "") | engine.labels("space") | {names.LABEL_SPACE: str(self.control.claim.space_id)}
        )
        params = {
            "dockerfile": name,
            "t": f"{names.IMAGE_SPACE}:{space_tag(self.control)}",
            "nocache": self.control.claim.factory,
            "rm": True,
            "forcerm": True,
            "pull": False,
            "memory": memory,
            "memswap": memory,
            "cpushares": 256,
            "cpuperiod": PERIOD,
            "cpuquota": int(settings.build_cpus * PERIOD),
            "networkmode": engine.build_network(),
            "buildargs": json.dumps(dict(arguments)),
            "version": "1",
        }
        image = ""
        with self.control.killing(self.kill):
            threading.Thread(target=self._watch_disk, daemon=True).start()
            try:
                context = _context(name, dockerfile, tree, labels)
                self.response = api._post(
                    api._url("/build"),
                    data=context,
                    params=params,
                    headers={"Content-Type": "application/x-tar"},
                    stream=True,
                    timeout=self.control.seconds + 60,
                )
                api._raise_for_status(self.response)
                for event in _events(self.response):
                    image = self._take(event) or image
            except (requests.RequestException, OSError, ValueError):
                self.control.check()
                self._check_size()
                raise
            finally:
                self._done.set()
                if self.response is not None:
                    self.response.close()
        self._check_size()
        if not image:
            raise BuildFailed("The engine's builder gave no image.", code="engine", platform=True)
        return image

    def kill(self) -> None:
        """Ends the running step, and with the connection the whole build."""
        with contextlib.suppress(Exception):
            if self.container:
                engine.client().kill(self.container)
        if self.response is not None:
            self.response.close()

    def _take(self, event: dict) -> str:
        """Logs one event of the builder's; the image's id where it names that."""
        if text := event.get("stream"):
            if found := _STEP.match(text.strip()):
                self.step = found[1].splitlines()[0][:200]
            elif found := _RUNNING.search(text):
                self.container = found[1]
                self._limit()
            self.log.feed(text.encode())
        if "error" in event:
            self.log.flush()
            self.control.check()
            self._check_size()
            found = _EXIT.search(event["error"])
            if not found:
                self.log.line(event["error"])
            raise StepFailed(
                "docker", f"Dockerfile step `{self.step}`", int(found[1]) if found else 1, list(self.log.tail)
            )
        return (event.get("aux") or {}).get("ID", "")

    def _limit(self) -> None:
        """The builder's interface has no limit on processes; the container's has."""
        api = engine.client()
        with contextlib.suppress(Exception):
            api._post_json(api._url("/containers/{0}/update", self.container), data={"PidsLimit": containers.PIDS})

    def _watch_disk(self) -> None:
        limit = get_settings().build_disk
        while not self._done.wait(DISK_SECONDS):
            with contextlib.suppress(Exception):
                if self.container and (size := containers.disk_use(self.container)) > limit:
                    self.too_large = size
                    self.kill()

    def _check_size(self) -> None:
        if self.too_large:
            raise containers.disk_exceeded(self.too_large)


def _context(name: str, dockerfile: Dockerfile, tree: Tree, labels: Mapping[str, str]) -> Iterator[bytes]:
    """The build's context: our Dockerfile under a name that no file has, then the commit's files less .dockerignore's."""
    # One instruction, thus one step: the API's own `labels` would make a container and a layer for each.
    last = " ".join(f'{key}="{value}"' for key, value in labels.items())
    content = f"{dockerfile.write().rstrip()}\nLABEL {last}\n".encode()
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o644
    yield info.tobuf(tarfile.PAX_FORMAT) + content + b"\0" * (-len(content) % tarfile.BLOCKSIZE)
    ignored = _ignored(tree)
    with tree.tar(uid=0, gid=0, skip=ignored) as stream:
        while piece := stream.read(1 << 16):
            yield piece


def _ignored(tree: Tree):  # type: ignore[no-untyped-def]
    if not tree.exists(".dockerignore"):
        return None
    lines = tree.read(".dockerignore").decode(errors="replace").splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return PatternMatcher(patterns).matches


def _events(response: requests.Response) -> Iterable[dict]:
    buffer = io.BytesIO()
    for chunk in response.iter_content(chunk_size=None):
        buffer.write(chunk)
        *lines, rest = buffer.getvalue().split(b"\n")
        buffer = io.BytesIO()
        buffer.write(rest)
        for line in lines:
            if line.strip():
                yield json.loads(line)
