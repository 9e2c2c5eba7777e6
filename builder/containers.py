"""Throw-away containers in which a build's steps run: limited, without privileges, killed when the build must end.

The container itself only waits; each command is an exec in it. So a step can close the door to a cache before code of
the Space's own packages runs, and nothing of a command's environment ends in the image.
"""

from __future__ import annotations

import contextlib
import io
import tarfile
import threading
import time
from collections.abc import Iterator, Mapping
from typing import IO, Any

from docker.errors import APIError, NotFound
from docker.types import Mount, Ulimit

from builder import engine
from builder.control import Control
from builder.log import BuildLog
from builder.plan import CA_PATH
from spaces import names
from spaces.errors import BuildFailed
from spaces.settings import get_settings

CACHE_ROOT = "/srv/demodock"
"""Parent of the cache's mount point. Root closes it, and then no process of uid 1000 reaches the cache any more."""
CACHE = f"{CACHE_ROOT}/cache"
PIDS = 2048
DISK_SECONDS = 10.0
APT_CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "SETGID", "SETUID"]
KIND = "build"


class StepContainer:
    """A running container made from `image` for one step of a build."""

    def __init__(self, control: Control, log: BuildLog, step: str, image: str, root: bool, cache: str | None) -> None:
        self.control, self.log, self.root = control, log, root
        self.name = names.build_container_name(
            get_settings().installation, control.claim.build_id, control.claim.attempt, step
        )
        self.image, self.cache = image, cache
        self.id = ""
        self.grown: int | None = None
        self._ended = threading.Event()

    @contextlib.contextmanager
    def running(self) -> Iterator[StepContainer]:
        """Made, started, and gone at the end whatever happens."""
        api = engine.client()
        remove(self.name)
        # The deadline is the container's own as well: a builder that dies leaves nothing that runs for ever.
        wait = ["sleep", str(int(self.control.seconds) + 60)]
        self.id = api.create_container(
            self.image,
            name=self.name,
            entrypoint=[],
            command=wait,
            user="0",
            working_dir="/",
            labels=labels(self.control),
            host_config=api.create_host_config(**host_options(self.root, self.cache), init=True),
        )["Id"]
        try:
            with self.control.killing(self.kill):
                api.start(self.id)
                threading.Thread(target=self._watch_disk, daemon=True).start()
                yield self
        finally:
            self._ended.set()
            remove(self.id)

    def put(self, archive: bytes | IO[bytes]) -> None:
        """Unpacks a tar archive at the root."""
        engine.client().put_archive(self.id, "/", archive)

    def run(self, argv: tuple[str, ...] | list[str], user: str = str(names.APP_UID), **more: Any) -> int:
        """Runs a command to its end with its output in the log; returns its exit code."""
        code = 0
        for piece in self._output(argv, user, **more):
            if isinstance(piece, int):
                code = piece
            else:
                self.log.feed(piece)
        self.log.flush()
        return code

    def output(self, argv: list[str], user: str = str(names.APP_UID), **more: Any) -> tuple[int, str]:
        """Runs a quick command; returns its exit code and what it wrote."""
        pieces = list(self._output(argv, user, **more))
        text = b"".join(piece for piece in pieces if isinstance(piece, bytes))
        return int(pieces[-1]), text.decode(errors="replace")  # type: ignore[arg-type]

    def close_cache(self) -> None:
        """From here on no process of the Space's user reaches the cache."""
        if self.cache:
            self.output(["chmod", "0700", CACHE_ROOT], user="0")

    def kill(self) -> None:
        with contextlib.suppress(APIError):
            engine.client().kill(self.id)

    def commit(self, repository: str, tag: str, config: Mapping[str, Any]) -> str:
        """Makes an image of what the steps left behind; returns its id."""
        self.control.check()
        return commit(self.id, repository, tag, config)

    def _output(
        self, argv: tuple[str, ...] | list[str], user: str, env: Mapping[str, str] | None = None, workdir: str = "/"
    ) -> Iterator[bytes | int]:
        self.control.check()
        api = engine.client()
        command = api.exec_create(
            self.id, list(argv), user=user, environment=dict(env or {}), workdir=workdir, stdin=False
        )
        try:
            yield from api.exec_start(command["Id"], stream=True)
            code = api.exec_inspect(command["Id"])["ExitCode"]
        except (APIError, NotFound):
            self._explain_death()
            raise
        self._explain_death()
        yield 137 if code is None else code

    def _explain_death(self) -> None:
        self.control.check()
        if self.grown is not None:
            raise disk_exceeded(self.grown)

    def _watch_disk(self) -> None:
        limit = get_settings().build_disk
        while not self._ended.wait(DISK_SECONDS):
            with contextlib.suppress(Exception):
                began = time.monotonic()
                size = disk_use(self.id)
                if size > limit:
                    self.grown = size
                    self.kill()
                    return
                # Looking costs the engine a walk over the files: never more than a tenth of the time.
                self._ended.wait(9 * (time.monotonic() - began))


def host_options(root: bool, cache: str | None) -> dict[str, Any]:
    """Limits and hardening of a step; `root` for steps that install Debian packages."""
    settings = get_settings()
    memory = settings.build_memory << 20
    return {
        "network_mode": engine.build_network(),
        "cap_drop": ["ALL"],
        "cap_add": APT_CAPABILITIES if root else [],
        "security_opt": ["no-new-privileges"],
        "mem_limit": memory,
        "memswap_limit": memory,
        "nano_cpus": int(settings.build_cpus * 1e9),
        "cpu_shares": 256,  # Spaces that serve come first
        "oom_score_adj": 700,
        "pids_limit": PIDS,
        "ulimits": [Ulimit(name="core", soft=0, hard=0)],
        "mounts": [Mount(CACHE, cache, type="volume", labels=engine.labels("volume"))] if cache else [],
        "log_config": {"Type": "none"},
    }


def labels(control: Control) -> dict[str, str]:
    claim = control.claim
    return engine.labels(
        KIND,
        **{
            names.LABEL_SPACE: str(claim.space_id),
            names.LABEL_BUILD: str(claim.build_id),
            names.LABEL_ATTEMPT: str(claim.attempt),
        },
    )


def commit(container: str, repository: str, tag: str, config: Mapping[str, Any]) -> str:
    """An image with exactly `config`: labels of the container that made it are emptied."""
    emptied = {names.LABEL_BUILD: "", names.LABEL_ATTEMPT: "", names.LABEL_SPACE: ""}
    conf = {**config, "Labels": {**emptied, **config.get("Labels", {})}}
    return engine.client().commit(container, repository=repository, tag=tag, conf=conf)["Id"]


def remove(container: str) -> None:
    """Kills and removes a container with its anonymous volumes; nothing where it is absent."""
    for _ in range(20):
        try:
            engine.client().remove_container(container, v=True, force=True)
            return
        except NotFound:
            return
        except APIError as error:
            if error.status_code != 409:  # 409: its removal is under way
                raise
            time.sleep(0.1)


def disk_exceeded(size: int) -> BuildFailed:
    return BuildFailed(
        f"The build wrote {size} MiB; at most {get_settings().build_disk} MiB are allowed.",
        code="build_disk",
        hint="Install less, download large files when the app starts, or ask the admin to raise DEMODOCK_BUILD_DISK.",
    )


def disk_use(container: str) -> int:
    """MiB that a container wrote to its own layer."""
    api = engine.client()
    return (api.get(api._url("/containers/{0}/json", container), params={"size": 1}).json().get("SizeRw") or 0) >> 20


def archive(files: Mapping[str, bytes], uid: int = 0, folder: str = "") -> bytes:
    """A tar archive of a few small files by their absolute paths, and of `folder`, which then is `uid`'s as well."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        if folder:
            info = tarfile.TarInfo(folder.lstrip("/"))
            info.type, info.mode, info.uid, info.gid = tarfile.DIRTYPE, 0o755, uid, uid
            tar.addfile(info)
        for name, content in files.items():
            info = tarfile.TarInfo(name.lstrip("/"))
            info.size, info.mode, info.uid, info.gid = len(content), 0o644, uid, uid
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def ca_archive(bundle: bytes | None) -> dict[str, bytes]:
    return {CA_PATH: bundle} if bundle else {}


def network_env(ca: bool) -> dict[str, str]:
    """How tools of all kinds are told of the extra certificates."""
    told = (
        "SSL_CERT_FILE PIP_CERT REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS npm_config_cafile"
    )
    return dict.fromkeys(told.split(), CA_PATH) if ca else {}
