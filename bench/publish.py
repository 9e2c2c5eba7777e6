"""From `git push` to the first answer: a first publish (floor: `uv` install + start), and a push that changes only code
(floor: the app's own start)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from bench.bed import BENCH_LABEL, OWNER, SAMPLES, Bed
from bench.measure import Figure, over_floor, until_ready
from spaces import names
from spaces.card import read_config
from spaces.card_tree import Folder
from spaces.host.bases import available_pythons, ensure_base
from spaces.settings import Settings


def run(bed: Bed, rounds: int) -> Iterator[Figure]:
    yield code_only(bed, rounds)
    yield first(bed, rounds)


def code_only(bed: Bed, rounds: int) -> Figure:
    space = bed.publish("chat", SAMPLES / "chat")
    ours, floor = [], []
    for number in range(rounds + 1):
        bed.say(f"code-only push {number} of {rounds}")
        title = f"Chatter {number}"
        started = time.monotonic()
        bed.platform.push(retitled(SAMPLES / "chat", title), space)
        arrived = until_served(bed, space, title)
        bed.platform.wait(space)
        with bed.twin(space) as twin:
            taken_by_hand = twin.start()
        if number:
            ours.append(arrived - started)
            floor.append(taken_by_hand)
    figure = Figure("push_code", "Code-only push to first new answer", "s", ours, floor, "the app's own start")
    return over_floor(figure, 1.5, "at most 1.5 s over the floor")


def first(bed: Bed, rounds: int) -> Figure:
    """Each round publishes a Space that needs a layer nobody has made, with packages that the cache holds."""
    ours, floor = [], []
    for number in range(rounds + 1):
        bed.say(f"first publish {number} of {rounds}")
        files = retitled(SAMPLES / "chat", f"Fresh {number}")
        # A requirement that is met anyway, spelled differently each round: another layer of the same packages.
        files["requirements.txt"] = f"gradio>=0.{number}\n"
        space = f"{OWNER}/fresh-{number}"
        started = time.monotonic()
        bed.platform.push(files, space)
        bed.platform.wait(space, seconds=1200)
        arrived = until_served(bed, space, f"Fresh {number}")
        taken_by_hand = install_and_start(bed, f"gradio>=0.{number}")
        bed.platform.api("DELETE", "/api/repos/delete", {"type": "space", "name": space})
        if number:
            ours.append(arrived - started)
            floor.append(taken_by_hand)
    return Figure("push_first", "First publish to first answer", "s", ours, floor, "uv install + start by hand")


def install_and_start(bed: Bed, requirement: str) -> float:
    """Seconds to install the chat's packages with a warm cache in a fresh container, and start the app there."""
    sample = SAMPLES / "chat"
    settings = Settings(data=bed.platform.data)
    base = ensure_base(available_pythons(settings)[0], settings=settings)
    config = read_config(Folder(sample))
    packages = [f"gradio[oauth,mcp]=={config.sdk_version}", requirement]
    cache = names.cache_volume_name(bed.installation, "bench")
    certificates = Path(settings.ca_bundle or "/etc/ssl/certs/ca-certificates.crt")
    started = time.monotonic()
    container = bed.docker.containers.create(
        base,
        command=["sleep", "infinity"],
        user=str(names.APP_UID),
        environment={
            "SSL_CERT_FILE": "/tmp/ca.pem",
            "UV_CACHE_DIR": "/cache",
            "GRADIO_SERVER_NAME": "0.0.0.0",
            "GRADIO_ANALYTICS_ENABLED": "False",
            "HOME": names.APP_HOME,
        },
        volumes={
            cache: {"bind": "/cache", "mode": "rw"},
            str(certificates): {"bind": "/tmp/ca.pem", "mode": "ro"},
            str(sample): {"bind": names.APP_DIR, "mode": "ro"},
        },
        labels={BENCH_LABEL: "install", names.LABEL_INSTALLATION: bed.installation},
    )
    try:
        container.start()
        container.exec_run(["chown", str(names.APP_UID), "/cache"], user="0")
        code, output = container.exec_run(["uv", "pip", "install", "-q", "--compile-bytecode", *packages])
        if code:
            raise AssertionError(f"uv: {output.decode(errors='replace')[-500:]}")
        container.exec_run(["python", "app.py"], workdir=names.APP_DIR, detach=True)
        container.reload()
        return until_ready(container.attrs["NetworkSettings"]["IPAddress"], names.APP_PORT) - started
    finally:
        container.remove(force=True, v=True)


def until_served(bed: Bed, space: str, title: str, timeout: float = 300) -> float:
    """The time of the first answer that carries the new title; any failed answer on the way fails the round."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        answer = bed.platform.request("GET", bed.host(space), "/config")
        arrived = time.monotonic()
        if answer.status == 200 and answer.json().get("title") == title:
            return arrived
        if answer.status not in (200, 503):
            raise AssertionError(f"{space} answered {answer.status} during a push")
        time.sleep(0.05)
    raise TimeoutError(f"{space} never served {title!r}")


def retitled(sample: Path, title: str) -> dict[str, str | bytes]:
    """The sample's files with another title: a change of code and of nothing else."""
    files: dict[str, str | bytes] = {
        str(path.relative_to(sample)): path.read_bytes()
        for path in sample.rglob("*")
        if path.is_file() and path.name != "verify" and "__pycache__" not in path.parts
    }
    files["app.py"] = (sample / "app.py").read_text().replace('title="Chatter"', f"title={title!r}")
    return files
