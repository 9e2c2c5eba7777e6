"""Images that a Dockerfile may stand on: ours under their usual names, public ones where a registry answers.

Each Space builds on an image of its own made from it, which differs by a label only: the engine's build cache then
never hands one Space's result to another. It also holds the certificates and package indexes of this network.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile

import requests
from docker.errors import APIError, DockerException

from builder import cache, containers, engine
from builder.control import Control
from builder.dockerfile.parser import refuse
from builder.log import BuildLog
from spaces import names
from spaces.host import bases
from spaces.host.mirrors import Mirrors
from spaces.settings import get_settings

_PYTHON = re.compile(
    r"^(?:docker\.io/)?(?:library/)?python(?::(?:(\d+\.\d+)(?:\.\d+)?|3|latest)?-?(?:slim)?(?:-?(?:bookworm|bullseye|trixie|buster))?)?$"
)
_DEBIAN = re.compile(r"^(?:docker\.io/)?(?:library/)?debian(?::(?:(\w+?)|latest|stable|12)?(?:-slim)?)?$")
_ACCOUNTS = {"etc/passwd": 1000, "etc/group": 1000, "etc/shadow": None}


class Offered:
    """Resolves the FROMs of one build."""

    def __init__(self, control: Control, log: BuildLog, mirrors: Mirrors) -> None:
        self.control, self.log, self.mirrors = control, log, mirrors
        self.used: list[str] = []
        """Ids of the images that the result may stand on."""
        self.ca = mirrors.ca_bundle.read_bytes() if mirrors.ca_bundle else None

    def __call__(self, reference: str, line: int) -> str:
        """The name of this Space's image for `reference`. Raises PolicyError where there is none."""
        source = self._ours(reference) or self._public(reference, line)
        return self._own(source)

    def _ours(self, reference: str) -> str | None:
        available = bases.available_pythons()
        if found := _PYTHON.match(reference):
            python = found[1] or available[0]
        elif (found := _DEBIAN.match(reference)) and (found[1] in (None, get_settings().base_suite)):
            python = bases.SUITES.get(get_settings().base_suite, available[0])
        else:
            return None
        return bases.ensure_base(python, report=self.log.line) if python in available else None

    def _public(self, reference: str, line: int) -> str:
        """Pulled by digest, so that no tag here is moved, and with nobody's credentials."""
        api = engine.client()
        try:
            digest = api.inspect_distribution(reference, auth_config={})["Descriptor"]["digest"]
            repository = reference.partition("@")[0]
            head, slash, tail = repository.rpartition("/")
            exact = f"{head}{slash}{tail.partition(':')[0]}@{digest}"
            self.log.line(f"== Fetching {reference}")
            with self.control.killing(lambda: None):
                api.pull(exact, auth_config={})
        except (DockerException, requests.RequestException) as error:
            raise self._unavailable(reference, line) from error
        about = api.inspect_image(exact)
        if about["Config"].get("OnBuild"):
            raise refuse(line, f"FROM {reference}: the image runs instructions of its own (ONBUILD).", "Use another.")
        return about["Id"]

    def _own(self, source: str) -> str:
        """This Space's image made from `source`: certificates, indexes, no account with uid 1000 in the way."""
        space = self.control.claim.space_id
        settings = get_settings()
        env = containers.network_env(bool(self.ca))
        if self.mirrors.index_url:
            env |= {"PIP_INDEX_URL": self.mirrors.index_url, "UV_DEFAULT_INDEX": self.mirrors.index_url}
        if self.mirrors.extra_index_urls:
            env |= {"PIP_EXTRA_INDEX_URL": " ".join(self.mirrors.extra_index_urls)}
        text = f"2 {settings.installation} {space} {source} {sorted(env.items())} {hashlib.sha256(self.ca or b'').hexdigest()}"
        digest = hashlib.sha256(text.encode()).hexdigest()[:40]
        reference = f"{names.IMAGE_LAYER}:{digest}"
        image = engine.image_id(reference) or self._make(source, digest, env)
        cache.touch(image)
        self.used.append(image)
        return reference

    def _make(self, source: str, digest: str, env: dict[str, str]) -> str:
        api = engine.client()
        claim = self.control.claim
        name = names.build_container_name(get_settings().installation, claim.build_id, claim.attempt, digest[:8])
        containers.remove(name)
        labels = containers.labels(self.control)
        container = api.create_container(source, name=name, entrypoint=[], command=["true"], labels=labels)["Id"]
        try:
            files = containers.ca_archive(self.ca) | _without_account(container)
            if files:
                api.put_archive(container, "/", containers.archive(files))
            about = api.inspect_image(source)["Config"]
            kept = [line for line in about.get("Env") or [] if line.partition("=")[0] not in env]
            config = {
                "Cmd": about.get("Cmd"),
                "Entrypoint": about.get("Entrypoint"),
                "Env": kept + [f"{key}={value}" for key, value in env.items()],
                "User": about.get("User") or "",
                "WorkingDir": about.get("WorkingDir") or "/",
                "Labels": engine.labels(
                    "layer", **{names.LABEL_LAYER: digest, names.LABEL_SPACE: str(self.control.claim.space_id)}
                ),
            }
            return containers.commit(container, names.IMAGE_LAYER, digest, config)
        finally:
            containers.remove(container)

    def _unavailable(self, reference: str, line: int) -> Exception:
        here = ", ".join(f"python:{version}-slim" for version in bases.available_pythons())
        return refuse(
            line,
            f"FROM {reference}: no registry here offers that image.",
            f"Build on one of: {here}, debian:{get_settings().base_suite}-slim, scratch.",
        )


def _without_account(container: str) -> dict[str, bytes]:
    """Account files without whoever has uid or gid 1000: Dockerfiles written for the Hub add that account themselves.
    Instances run as the number 1000, with or without a name."""
    changed: dict[str, bytes] = {}
    dropped: set[bytes] = set()
    for path, number in _ACCOUNTS.items():
        content = _read(container, path)
        if content is None:
            continue
        kept = []
        for line in content.splitlines(keepends=True):
            fields = line.split(b":")
            if (number is not None and len(fields) > 2 and fields[2] == str(number).encode()) or fields[0] in dropped:
                dropped.add(fields[0])
            else:
                kept.append(line)
        if len(kept) != len(content.splitlines()):
            changed[path] = b"".join(kept)
    return changed


def _read(container: str, path: str) -> bytes | None:
    try:
        pieces, _ = engine.client().get_archive(container, f"/{path}")
    except APIError:
        return None
    with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as tar:
        member = tar.getmembers()[0]
        file = tar.extractfile(member) if member.isfile() else None
        return file.read() if file else None
