"""Layers: what one step left behind, as an image named by a hash of everything that made it. Equal inputs, one layer."""

from __future__ import annotations

import contextlib
import io
import tarfile
from collections.abc import Iterator
from typing import IO, Protocol

from docker.errors import NotFound

from builder import cache, containers, engine, reloading
from builder.containers import CACHE, StepContainer
from builder.control import Control
from builder.failpoints import reach
from builder.log import BuildLog
from builder.plan import WORK, LayerStep, Sharing
from builder.reasons import StepFailed, needs_building
from spaces import names
from spaces.host.mirrors import Mirrors
from spaces.settings import get_settings

FREEZE = "/opt/venv/.dependencies"
"""Inside a layer: the resolved dependency list."""
_USER = str(names.APP_UID)


class Tree(Protocol):
    """The commit's files, as `spaces.repos` gives them."""

    def tar(self, prefix: str = "", uid: int = ..., gid: int = ...) -> IO[bytes]: ...


class Layers:
    """Makes or finds the layers of one build."""

    def __init__(self, control: Control, log: BuildLog, tree: Tree, mirrors: Mirrors) -> None:
        self.control, self.log, self.tree, self.mirrors = control, log, tree, mirrors
        self.ca = mirrors.ca_bundle.read_bytes() if mirrors.ca_bundle else None
        self.used: list[str] = []
        """Ids of the images that the result stands on."""

    def ensure(self, step: LayerStep, number: int, below: str, chain: str) -> tuple[str, str]:
        """The image of `step` on top of image `below` (whose hash is `chain`), and its own hash."""
        digest = step.digest(f"{get_settings().installation} {chain}")
        reference = f"{names.IMAGE_LAYER}:{digest}"
        factory = self.control.claim.factory
        if not factory and (found := engine.image_id(reference)):
            return self._use(found, f"{step.title}: as before"), digest
        with self.control.holding(f"layer:{digest}", lambda: not factory and bool(engine.image_id(reference))) as mine:
            if mine:
                self.log.line(f"== {step.title}")
                return self._use(self._make(step, number, below, digest), ""), digest
        return self._use(engine.image_id(reference) or "", f"{step.title}: made by another build"), digest

    def app(self, below: str, command: tuple[str, ...], more: bytes = b"") -> tuple[str, str]:
        """The last layer: the commit's files, the certificates and the archive `more`, in a container that never runs. Also
        gives the resolved dependency list that the layers below it kept."""
        claim, settings = self.control.claim, get_settings()
        name = names.build_container_name(settings.installation, claim.build_id, claim.attempt, "app")
        containers.remove(name)
        api = engine.client()
        container = api.create_container(below, name=name, entrypoint=[], labels=containers.labels(self.control))["Id"]
        try:
            if self.ca:
                api.put_archive(container, "/", containers.archive(containers.ca_archive(self.ca)))
            if more:
                api.put_archive(container, "/", more)
            with self.tree.tar(prefix=names.APP_DIR, uid=names.APP_UID, gid=names.APP_UID) as files:
                api.put_archive(container, "/", files)
            config = image_config(command, {names.LABEL_SPACE: str(claim.space_id)})
            image = containers.commit(container, names.IMAGE_SPACE, space_tag(self.control), config)
            return image, read_file(container, FREEZE)
        finally:
            containers.remove(container)

    @contextlib.contextmanager
    def container(self, step: LayerStep, number: int, below: str, sharing: Sharing) -> Iterator[StepContainer]:
        """A running container for `step`, with its files, the certificates, the tree and the cache in place."""
        volume = self._volume(sharing)
        box = StepContainer(
            self.control, self.log, f"{number}{step.kind[0]}", below, root=step.user == "root", cache=volume
        )
        with box.running():
            files = {f"{WORK}/{name}": text.encode() for name, text in step.files}
            box.put(containers.archive(files, uid=0 if step.user == "root" else names.APP_UID, folder=WORK))
            if self.ca:
                box.put(containers.archive(containers.ca_archive(self.ca)))
            if step.tree:
                with self.tree.tar(prefix=names.APP_DIR, uid=names.APP_UID, gid=names.APP_UID) as tar:
                    box.put(tar)
            if volume:
                box.output(["chmod", "0777", CACHE], user="0")
            reach("step-started")
            yield box

    def env(self, sharing: Sharing) -> dict[str, str]:
        """The environment of a step's commands: mirrors, certificates, cache; nothing of ours."""
        env = {"HOME": names.APP_HOME, "LANG": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        env |= containers.network_env(bool(self.ca))
        if self.mirrors.index_url:
            env |= {"UV_DEFAULT_INDEX": self.mirrors.index_url, "PIP_INDEX_URL": self.mirrors.index_url}
        if self.mirrors.extra_index_urls:
            extra = " ".join(self.mirrors.extra_index_urls)
            env |= {"UV_INDEX": extra, "PIP_EXTRA_INDEX_URL": extra}
        env |= {"UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy", "UV_HTTP_TIMEOUT": "120", "NO_COLOR": "1"}
        env |= {"UV_CACHE_DIR": CACHE} if sharing != "none" else {"UV_NO_CACHE": "1"}
        return env

    def _make(self, step: LayerStep, number: int, below: str, digest: str) -> str:
        if step.kind == "python" and step.cache == "shared":
            try:
                return self._python(step, number, below, digest, "shared")
            except StepFailed as failed:
                if not needs_building(failed.exit_code, failed.output):
                    raise
                self.log.line("No wheels for all of it: once more, building packages, with the Space's own cache.")
        if step.kind == "python":
            return self._python(step, number, below, digest, "own")
        with self.container(step, number, below, "none") as box:
            user = "0" if step.user == "root" else _USER
            self._check(step, box.run(step.argv, user=user, env=self.env("none")))
            box.output(["rm", "-rf", WORK], user=user)
            return self._commit(box, digest)

    def _python(self, step: LayerStep, number: int, below: str, digest: str, sharing: Sharing) -> str:
        """Install, close the cache, and only then run anything that the packages may have brought along."""
        env = self.env(sharing)
        argv = step.argv
        if sharing == "shared":
            # Wheels only: neither set-up scripts nor start-up hooks of packages run while the shared cache is open.
            env |= {"UV_NO_CONFIG": "1"}
            argv = (*argv, "--only-binary", ":all:", "--no-compile-bytecode")
        workdir = names.APP_DIR if step.tree else "/"
        with self.container(step, number, below, sharing) as box:
            self._check(step, box.run(argv, env=env, workdir=workdir))
            box.close_cache()
            quiet = {"UV_NO_CACHE": "1", "HOME": names.APP_HOME}
            box.output(reloading.switch_off(), user=_USER)
            # Byte-compiled once here, not at each start; a template in a package that is no valid Python is no matter.
            box.output(["python", "-m", "compileall", "-q", "-j", "0", "/opt/venv/lib"])
            _, freeze = box.output(["uv", "pip", "freeze", "-q"], env=quiet)
            box.put(containers.archive({FREEZE: freeze.encode()}, uid=names.APP_UID))
            box.output(["rm", "-rf", WORK, f"{names.APP_HOME}/.cache"], user=_USER)
            return self._commit(box, digest)

    def _commit(self, box: StepContainer, digest: str) -> str:
        config = image_config(("python",), {names.LABEL_LAYER: digest}, kind="layer")
        image = box.commit(names.IMAGE_LAYER, digest, config)
        reach("step-committed")
        return image

    def _check(self, step: LayerStep, code: int) -> None:
        self.control.check()
        if code != 0:
            raise StepFailed(step.kind, step.title, code, list(self.log.tail))

    def _use(self, image: str, line: str) -> str:
        if line:
            self.log.line(line)
        cache.touch(image)
        self.used.append(image)
        return image

    def _volume(self, sharing: Sharing) -> str | None:
        if sharing == "none":
            return None
        scope = "shared" if sharing == "shared" else f"s{self.control.claim.space_id}"
        return names.cache_volume_name(get_settings().installation, scope)


def image_config(command: tuple[str, ...], labels: dict[str, str], kind: str = "space") -> dict:
    """What an image says of itself; the engine driver sets user, entry point and environment again at each start."""
    return {
        "Cmd": list(command),
        "Entrypoint": None,
        "User": _USER,
        "WorkingDir": names.APP_DIR,
        "Labels": engine.labels(kind, **labels),
    }


def space_tag(control: Control) -> str:
    """Installation, Space and build: no two builds share a name, and no name tells what it holds."""
    claim = control.claim
    return f"{get_settings().installation}-s{claim.space_id}-b{claim.build_id}-a{claim.attempt}"


def read_file(container: str, path: str) -> str:
    """The text of a file in a container; empty where it is absent."""
    try:
        pieces, _ = engine.client().get_archive(container, path)
    except NotFound:
        return ""
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as tar:
        member = tar.extractfile(tar.getmembers()[0])
        return member.read().decode(errors="replace") if member else ""
