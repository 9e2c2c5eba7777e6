"""GPUs on a real Docker Engine without a GPU: the NVIDIA hook on its PATH is one of ours that writes down what it is asked for.

The engine is a second one, with everything of its own: its network, too, since an engine without a default bridge removes the
host's. It is started and ended here, by its process id."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import docker
import docker.errors
import pytest
import requests

from spaces.engines.base import InstanceSpec
from spaces.engines.docker import DockerEngine
from spaces.errors import StartFailed
from spaces.settings import Settings
from tests import guinea

HOOK = """#!{python}
import json, sys
state = json.load(sys.stdin)
env = json.load(open(state["bundle"] + "/config.json"))["process"]["env"]
seen = [entry.partition("=")[2] for entry in env if entry.startswith("NVIDIA_VISIBLE_DEVICES=")]
with open("{record}", "a") as record:
    record.write(json.dumps([state["id"], seen]) + "\\n")
"""
SLEEPER = (shutil.which("sleep") or "/bin/sleep", "600")
A, B, C = "GPU-aaaaaaaa-0000-0000-0000-000000000001", "GPU-bbbbbbbb-0000-0000-0000-000000000002", "MIG-cccccccc-3"


class Rig:
    """An engine with a recording hook, and images that hold nothing but `sleep`."""

    def __init__(self, settings: Settings, record: Path) -> None:
        self.settings, self.record = settings, record
        self.engine = DockerEngine(settings)
        self.api = docker.APIClient(base_url=settings.docker_host, version="auto", timeout=60)

    def image(self, *env: str) -> str:
        said = self.api.import_image(src=rootfs(), changes=[f"ENV {each}" for each in env] or None)
        return json.loads(said.splitlines()[-1])["status"]

    def launch(self, space_id: int, image: str, *gpus: str, **changes: object) -> InstanceSpec:
        spec = guinea.make_spec(self.settings, image, space_id, command=SLEEPER, gpus=gpus, **changes)
        self.engine.launch(spec)
        return spec

    def recorded(self, spec: InstanceSpec) -> list[list[str]]:
        """What the hook was told for this container, once for each of its starts."""
        wanted = self.api.inspect_container(spec.name)["Id"]
        lines = self.record.read_text().splitlines() if self.record.exists() else []
        return [seen for container, seen in map(json.loads, lines) if container == wanted]

    def inside(self, spec: InstanceSpec) -> list[str]:
        """What the app's environment says, each time that it says it."""
        record = self.api.inspect_container(spec.name)
        pid = record["State"]["Pid"]
        assert pid, (record["State"], self.api.logs(spec.name))
        entries = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
        return [entry.decode().partition("=")[2] for entry in entries if entry.startswith(b"NVIDIA_VISIBLE_DEVICES=")]


def rootfs() -> bytes:
    """`sleep` with its libraries, as a tar."""
    sleep = SLEEPER[0]
    needed = subprocess.run(["ldd", sleep], capture_output=True, text=True, check=True).stdout
    files = [word for line in needed.splitlines() for word in line.split() if word.startswith("/")]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", dereference=True) as tar:
        for file in (sleep, *files):
            for folder in reversed(Path(file).parents[:-1]):  # the engine makes what is not named, for root alone
                made = tarfile.TarInfo(str(folder).lstrip("/"))
                made.type, made.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(made)
            tar.add(Path(file).resolve(), file.lstrip("/"))
    return packed.getvalue()


@pytest.fixture(scope="module")
def rig(tmp_path_factory) -> Iterator[Rig]:
    place = tmp_path_factory.mktemp("gpus")
    hook, record = place / "bin/nvidia-container-runtime-hook", place / "record"
    hook.parent.mkdir()
    hook.write_text(HOOK.format(python=sys.executable, record=record))
    hook.chmod(0o755)
    socket = place / "s"
    options = {
        "host": f"unix://{socket}",
        "data-root": place / "root",
        "exec-root": place / "exec",
        "pidfile": place / "pid",
        "containerd-namespace": "demodock-test",
        "containerd-plugins-namespace": "demodock-test-plugins",
        "storage-driver": "vfs",
        "config-file": place / "none.json",
        "bridge": "none",
        "iptables": "false",
        "ip6tables": "false",
        "ip-forward": "false",
        "ip-masq": "false",
        "log-level": "error",
    }
    (place / "none.json").write_text("{}")
    command = ["unshare", "--net", "--", "dockerd", *(f"--{key}={value}" for key, value in options.items())]
    path = f"{hook.parent}:{os.environ['PATH']}"
    with (place / "log").open("w") as log:
        dockerd = subprocess.Popen(command, env=os.environ | {"PATH": path}, stdout=log, stderr=log)
    settings = Settings(data=place / "data", docker_host=f"unix://{socket}", gpus="auto", subnets="10.214.0.0/16")
    try:
        await_engine(dockerd, settings.docker_host, place / "log")
        yield Rig(settings, record)
        guinea.clean(settings)
    finally:
        dockerd.terminate()
        dockerd.wait(30)


def await_engine(dockerd: subprocess.Popen[bytes], host: str, log: Path) -> None:
    end = time.monotonic() + 30
    while True:
        try:
            docker.APIClient(base_url=host, version="1.41", timeout=5).ping()
            return
        except (docker.errors.DockerException, requests.RequestException):
            assert dockerd.poll() is None and time.monotonic() < end, log.read_text()[-2000:]
            time.sleep(0.1)


def test_p17_each_instance_is_given_exactly_the_gpus_of_its_spec(rig):
    image = rig.image()
    one, two, both = rig.launch(1, image, A), rig.launch(2, image, B, C), rig.launch(3, image, A, B, C)
    for spec, gpus in ((one, A), (two, f"{B},{C}"), (both, f"{A},{B},{C}")):
        (asked,) = rig.recorded(spec)
        assert set(asked) == set(rig.inside(spec)) == {gpus}


def test_p17_a_started_again_instance_is_given_the_same_gpus_and_another_spec_others(rig):
    image = rig.image()
    spec = rig.launch(4, image, A)
    rig.engine.stop(spec.name, grace=0)
    rig.engine.launch(spec)
    assert [set(asked) for asked in rig.recorded(spec)] == [{A}, {A}]
    other = rig.launch(4, image, B)
    assert [set(asked) for asked in rig.recorded(other)] == [{B}] and set(rig.inside(other)) == {B}


def test_p17_an_image_that_asks_for_all_gpus_gets_none_or_its_own(rig):
    greedy = rig.image("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=all", "LD_PRELOAD=/evil.so")
    variable = (("NVIDIA_VISIBLE_DEVICES", "all"),)
    cpu, gpu = rig.launch(5, greedy, env=variable), rig.launch(6, greedy, B, env=variable)
    assert rig.recorded(cpu) == [] and rig.inside(cpu) == ["void"]
    assert not rig.api.inspect_container(cpu.name)["HostConfig"]["DeviceRequests"]
    (asked,) = rig.recorded(gpu)
    assert set(asked) == set(rig.inside(gpu)) == {B}


def test_simulated_gpus_reach_the_hook_only_where_a_test_wants_it(rig):
    image, simulated = rig.image(), rig.settings.model_copy(update={"gpus": "sim:2xA100-80GB"})
    spec = guinea.make_spec(rig.settings, image, 7, command=SLEEPER, gpus=(A,))
    DockerEngine(simulated).launch(spec)
    assert rig.recorded(spec) == [] and rig.inside(spec) == [A]
    rig.engine.remove(spec.name)
    DockerEngine(simulated.model_copy(update={"gpu_requests": True})).launch(spec)
    assert [set(asked) for asked in rig.recorded(spec)] == [{A}]


def test_a_hook_that_does_not_know_the_gpu_is_no_fault_of_the_app(rig):
    hook = rig.record.parent / "bin/nvidia-container-runtime-hook"
    text = hook.read_text()
    hook.write_text(f"#!{sys.executable}\nimport sys\nsys.exit('nvidia-container-cli: device error: unknown device')\n")
    try:
        with pytest.raises(StartFailed) as error:
            rig.launch(8, rig.image(), A)
    finally:
        hook.write_text(text)
    assert error.value.code == "gpu_refused" and "unknown device" in error.value.message


@pytest.mark.skipif(shutil.which("nvidia-container-runtime-hook") is not None, reason="this host's engine has the hook")
def test_an_engine_without_the_hook_says_what_it_lacks(tmp_path):
    settings = Settings(data=tmp_path, gpus="auto")
    try:
        with pytest.raises(StartFailed) as error:
            DockerEngine(settings).launch(guinea.make_spec(settings, guinea.base_image(), gpus=(A,)))
        assert error.value.code == "gpu_engine" and "toolkit" in error.value.hint
    finally:
        guinea.clean(settings)
