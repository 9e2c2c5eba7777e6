"""Makes one base image: from another image, or from Debian packages by mmdebstrap; `base.sh` finishes both alike.

The host's CA bundle is used while making and left out of the image: builds and Spaces get it as a setting they can see.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path

import docker
import docker.errors
import uv
from docker.models.images import Image

from spaces import names
from spaces.errors import SetupError
from spaces.host import packages
from spaces.host.mirrors import Mirrors
from spaces.host.report import Report

PACKAGES = "ca-certificates curl g++ gcc git iproute2 iptables libc6-dev libgl1 libglib2.0-0 libsm6 libxext6 make procps tini".split()
DEBIAN_PYTHON = ("python3", "python3-dev", "python3-venv")
ENVIRONMENT = {
    "PATH": "/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "VIRTUAL_ENV": "/opt/venv",
    "LANG": "C.UTF-8",
}
LABEL_PYTHON = f"{names.LABEL_KIND}.python"


def recipe_hash(source: str) -> str:
    """Names all that an image is made of, but for what mirrors serve that day."""
    recipe = [source, _script().decode(), *_packages(source), json.dumps(ENVIRONMENT), version("uv")]
    return hashlib.sha256(chr(0).join(recipe).encode()).hexdigest()[:12]


def from_image(client: docker.DockerClient, source: str, python: str, tag: str, mirrors: Mirrors) -> str:
    """The id of `tag`, made on the image `source`."""
    return _finish(client, _pull(client, source), python, source, tag, mirrors)


def from_debian(
    client: docker.DockerClient, suite: str, python: str, tag: str, mirrors: Mirrors, report: Report
) -> str:
    """The id of `tag`, made of packages of the Debian `suite`."""
    raw = _import_debian(client, suite, mirrors, report)
    try:
        return _finish(client, raw, python, f"debian:{suite}", tag, mirrors)
    finally:
        with contextlib.suppress(docker.errors.APIError):  # only the name goes: the finished image stands on its layer
            client.images.remove(raw.tags[0], noprune=True)


# Private


def _packages(source: str) -> tuple[str, ...]:
    wanted = tuple(PACKAGES)
    if source.startswith("debian:"):
        wanted += DEBIAN_PYTHON
    if source == "debian:trixie":
        wanted = tuple("libglib2.0-0t64" if package == "libglib2.0-0" else package for package in wanted)
    return wanted


def _pull(client: docker.DockerClient, source: str) -> Image:
    with contextlib.suppress(docker.errors.ImageNotFound):
        return client.images.get(source)  # an admin's own image may be on the engine only
    try:
        return client.images.pull(source)
    except docker.errors.APIError as error:
        raise SetupError(
            f"{source} could not be fetched: {error.explanation or error}",
            hint="Mend DEMODOCK_BASE_IMAGE, or leave it empty.",
        ) from error


def _import_debian(client: docker.DockerClient, suite: str, mirrors: Mirrors, report: Report) -> Image:
    packages.install(["mmdebstrap", "debian-archive-keyring"], "to build base images", report)
    name = f"{names.IMAGE_BASE}:raw-{suite}-{os.getpid()}"
    argv = ["mmdebstrap", "--variant=minbase", f"--include={','.join(_packages(f'debian:{suite}'))}"]
    # A half-written image is thrown away, so nothing needs to reach the disk before the next step.
    argv += [
        "--dpkgopt=force-unsafe-io",
        "--dpkgopt=path-exclude=/usr/share/man/*",
        "--dpkgopt=path-exclude=/usr/share/doc/*/*",
    ]
    argv.append('--customize-hook=rm -f "$1/etc/apt/apt.conf.d/99mmdebstrap"')  # would name files of this host
    if mirrors.ca_bundle:
        argv.append(f'--aptopt=Acquire::https::CAInfo "{mirrors.ca_bundle}"')
    argv += [suite, "-", *mirrors.apt_sources(suite)]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=_clean_environment()
        )
        try:
            client.api.import_image_from_stream(process.stdout, *name.split(":"))
        finally:
            failed = _ended(process)
        if failed:
            errors.seek(0)
            tail = "\n".join(errors.read().decode(errors="replace").strip().splitlines()[-8:])
            with contextlib.suppress(docker.errors.APIError):
                client.images.remove(name)
            raise SetupError(
                f"mmdebstrap failed:\n{tail}", hint="Is a Debian mirror reachable? See DEMODOCK_APT_MIRROR."
            )
    return client.images.get(name)


def _ended(process: subprocess.Popen) -> int:
    """The exit code; a process whose reader is gone ends by itself, and is not waited for longer than that takes."""
    if process.stdout:
        process.stdout.close()
    try:
        return process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("DEMODOCK_", "TMPDIR"))} | {
        "LC_ALL": "C.UTF-8",
        # mmdebstrap runs a Python script once a package: the system's own, not a version manager's slow wrapper.
        "PATH": f"/usr/sbin:/usr/bin:/sbin:/bin:{os.environ.get('PATH', '')}",
    }


def _finish(client: docker.DockerClient, raw: Image, python: str, source: str, tag: str, mirrors: Mirrors) -> str:
    container = client.containers.create(
        raw.id,
        ["/bin/sh", "/tmp/demodock/base.sh", *_packages(source)],
        entrypoint=[],
        user="0:0",
        # Debian's packages are in already: then nothing of the network is needed, and none is given.
        network_mode="none" if source.startswith("debian:") else "default",
        labels={names.LABEL_KIND: "base"},
    )
    try:
        container.put_archive("/tmp", _kit(mirrors))
        container.start()
        if container.wait()["StatusCode"]:
            tail = container.logs(tail=8).decode(errors="replace").strip()
            raise SetupError(
                f"{source} could not be made a base image:\n{tail}", hint="Debian-based images are supported."
            )
        labels = {names.LABEL_KIND: "base", LABEL_PYTHON: python}
        changes = [f"ENV {key}={value}" for key, value in ENVIRONMENT.items()]
        changes += [f"LABEL {key}={value}" for key, value in labels.items()]
        changes += ["ENTRYPOINT []", 'CMD ["python3"]', f"WORKDIR {names.APP_DIR}"]
        return container.commit(*tag.split(":"), changes=changes, pause=False).id
    finally:
        container.remove(force=True)


def _kit(mirrors: Mirrors) -> bytes:
    """What `base.sh` finds beside itself."""
    files = {"base.sh": _script(), "uv": Path(uv.find_uv_bin()).read_bytes()}
    if mirrors.ca_bundle:
        files["ca.pem"] = mirrors.ca_bundle.read_bytes()
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(f"demodock/{name}")
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
    return sink.getvalue()


def _script() -> bytes:
    return Path(__file__).with_name("base.sh").read_bytes()
