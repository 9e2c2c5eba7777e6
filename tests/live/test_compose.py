"""compose.yaml: the same processes as services, from one image of ours, on the engine of this machine."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from spaces import names
from spaces.host.bases import available_pythons, ensure_base
from spaces.settings import Settings
from tests.harness import ROOT, Platform, free_port, tiny, wait

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class Composed(Platform):
    """The harness's platform, except that docker-compose starts it."""

    def __init__(self, project: str, environment: dict[str, str], port: int) -> None:
        self.project, self.environment, self.port = project, environment, port
        self.data = Path("/nowhere")
        self.log = Path("/nowhere.log")
        self.process = None

    def compose(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*command(), "-p", self.project, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        if check and done.returncode:
            raise AssertionError(f"docker-compose {' '.join(arguments)}:\n{done.stderr[-4000:]}\n{done.stdout[-2000:]}")
        return done.stdout

    @property
    def token(self) -> str:
        return self.inside("admin-token")

    def inside(self, file: str) -> str:
        return self.compose("exec", "-T", "api", "cat", f"/var/lib/demodock/data/{file}").strip()

    def tail(self, lines: int = 60) -> str:
        return self.compose("logs", "--no-color", f"--tail={lines}", check=False)

    def build_log(self, name: str) -> str:
        return self.tail(40)


def command() -> list[str]:
    """docker-compose of Debian, else the engine's own plug-in."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    return ["docker", "compose"]


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    base = ensure_base(
        available_pythons(Settings(data=tmp_path_factory.mktemp("base")))[0],
        settings=Settings(data=tmp_path_factory.mktemp("data")),
    )
    project = f"demodock-test-{secrets.token_hex(3)}"
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DEMODOCK_")}
    environment |= {
        "DOCKER_BUILDKIT": "0",
        "COMPOSE_DOCKER_CLI_BUILD": "0",
        "DEMODOCK_BASE": base,
        "DEMODOCK_IMAGE": f"{project}:local",
        "DEMODOCK_PORT": str(port),
        "DEMODOCK_API_PORT": str(free_port()),
        "DEMODOCK_GATEWAY_PORT": str(free_port()),
        "DEMODOCK_EDGE_PORT": str(free_port()),
        "DEMODOCK_SUBNETS": f"10.{secrets.randbelow(20) + 215}.0.0/16",
    }
    certificates = ROOT / "compose" / "ca.pem"
    ours = not certificates.exists() and CERTIFICATES.exists()
    if ours:
        shutil.copy(CERTIFICATES, certificates)
    platform = Composed(project, environment, port)
    client = docker.from_env(timeout=300)
    try:
        platform.compose("build")
        platform.compose("up", "-d")
        yield platform
    finally:
        platform.compose("down", "-v", check=False)
        for image in client.images.list(filters={"reference": f"{project}:local"}):
            client.images.remove(image.id, force=True)
        client.close()
        if ours:
            certificates.unlink(missing_ok=True)


def reached(platform: Composed) -> bool:
    try:
        return platform.request("GET", f"localhost:{platform.port}", "/healthz", timeout=5).status == 200
    except OSError:
        return False


@pytest.mark.timeout(2400)
def test_compose_serves_a_pushed_space_and_leaves_only_its_volumes(composed: Composed):
    wait(lambda: reached(composed), 600, composed.tail)
    composed.push(tiny("composed"), "admin/tiny")
    composed.wait("admin/tiny", seconds=600)
    assert composed.get("admin/tiny").text == "composed"

    client = docker.from_env(timeout=120)
    try:
        services = client.containers.list(filters={"label": f"com.docker.compose.project={composed.project}"})
        by_name = {container.labels["com.docker.compose.service"]: container for container in services}
        assert {"valkey", "api", "gateway", "controller", "worker", "edge"} <= set(by_name)
        sockets = {
            name for name, c in by_name.items() if any("docker.sock" in m["Destination"] for m in c.attrs["Mounts"])
        }
        assert sockets == {"gateway", "controller", "worker"}, "only what drives the engine sees its socket"
        owners = {name: container.top(ps_args="-eo pid,uid,comm")["Processes"] for name, container in by_name.items()}
        assert not {name: rows for name, rows in owners.items() if any(row[1] == "0" for row in rows)}
        assert {container.attrs["HostConfig"]["Privileged"] for container in services} == {False}

        installation = composed.inside("installation")
        composed.compose("down")
        ours = {"label": f"{names.LABEL_INSTALLATION}={installation}"}
        project = {"label": f"com.docker.compose.project={composed.project}"}
        assert client.containers.list(all=True, filters=ours) == client.containers.list(all=True, filters=project) == []
        assert client.networks.list(filters=ours) == client.networks.list(filters=project) == []
        assert client.volumes.list(filters=project), "the data stays"

        composed.compose("up", "-d")
        wait(lambda: reached(composed), 300, composed.tail)
        assert composed.get("admin/tiny").text == "composed", "the data volume brings everything back"
    finally:
        client.close()


def test_compose_has_no_default_credentials_and_one_public_port():
    import yaml

    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    assert not [name for name, service in services.items() if "ports" in service]
    text = (ROOT / "compose.yaml").read_text().lower()
    assert "password" not in text and "token" not in text and "privileged" not in text
    assert "${demodock_bind:-127.0.0.1}" in text
