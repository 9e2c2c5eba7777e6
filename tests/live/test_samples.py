"""Each sample Space is pushed with plain git, built, started, and its own `verify` runs against its live URL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness import ROOT, Platform

FOLDER = ROOT / "sample_spaces"
SAMPLES = sorted(path.parent.name for path in FOLDER.glob("*/verify"))


def published(platform: Platform, name: str) -> str:
    """The sample's URL once it runs; pushed by whoever asks first."""
    space = f"admin/{name}"
    if platform.runtime(space)["stage"] is None:
        platform.push(FOLDER / name, space)
    platform.wait(space, seconds=1800)
    return f"http://{platform.host(space)}"


def verify(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(folder / "verify"), url], capture_output=True, text=True, timeout=600)


@pytest.mark.timeout(2400)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_published_and_its_verify_agrees(platform: Platform, name: str):
    done = verify(FOLDER / name, published(platform, name))
    assert done.returncode == 0, done.stderr + done.stdout + platform.tail(20)
    assert done.stdout.startswith(f"{name}: ") and done.stdout.count("\n") == 1


@pytest.mark.timeout(2400)
def test_a_verify_does_not_agree_with_another_samples_app(platform: Platform):
    url = published(platform, "slow")
    agreeing = [name for name in SAMPLES if name != "slow" and verify(FOLDER / name, url).returncode == 0]
    assert not agreeing


@pytest.mark.timeout(2400)
def test_two_samples_with_equal_dependencies_share_their_layers(platform: Platform):
    """The chat and the slow starter differ in their last layer only."""
    import docker

    client = docker.from_env()
    try:
        layers = {}
        for name in ("chat", "slow"):
            published(platform, name)
            host = platform.host(f"admin/{name}")
            container = next(c for c in platform.containers() if f"SPACE_HOST={host}" in c.attrs["Config"]["Env"])
            layers[name] = client.api.inspect_image(container.attrs["Image"])["RootFS"]["Layers"]
        shared = [a for a, b in zip(layers["chat"], layers["slow"], strict=False) if a == b]
        assert len(shared) >= min(map(len, layers.values())) - 1
    finally:
        client.close()
