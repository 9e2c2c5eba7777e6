"""The Hub's own Python client, of two versions, from a Space's creation to its deletion, with nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import clients
from tests.harness import TINY, Platform

SCRIPT = Path(__file__).with_name("hub_script.py")
VERSIONS = {"2.4.0": Path(sys.executable), "1.28.0": clients.command("hub-1.28", "python")}
LARGE = 40 << 20


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    """An app with a folder and a large file."""
    folder = tmp_path_factory.mktemp("hub") / "app"
    for name, content in TINY.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    (folder / "data").mkdir()
    (folder / "data" / "big.bin").write_bytes(os.urandom(LARGE))
    (folder / "data" / "ü 1%.txt").write_text("odd\n")
    return folder


@pytest.mark.parametrize("version", VERSIONS)
def test_a_script_that_knows_only_the_hub_does_all_of_it_here(platform: Platform, app: Path, tmp_path: Path, version):
    python = VERSIONS[version]
    asked = "import huggingface_hub; print(huggingface_hub.__version__)"
    assert subprocess.run([python, "-c", asked], capture_output=True, text=True).stdout.strip() == version
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {"HF_ENDPOINT": platform.url, "HF_TOKEN": platform.token, "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [python, SCRIPT, app, f"script-{version.replace('.', '-')}"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, f"{done.stdout}\n{platform.tail(20)}"
    assert done.stdout.rstrip().endswith("deleted")
