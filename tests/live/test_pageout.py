"""A frozen Space gives its memory back, and wakes with all of it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from spaces.engines.docker import DockerEngine
from spaces.engines.docker.pageout import obstacle
from spaces.settings import Settings
from tests import guinea

ZRAM = Path("/sys/block/zram0")


@pytest.fixture(scope="module")
def swap():
    """The host's swap, or compressed swap in memory for the length of these tests."""
    if not obstacle():
        yield
        return
    if os.geteuid() != 0 or not ZRAM.exists() or (ZRAM / "disksize").read_text().strip() != "0":
        pytest.skip(f"no swap: {obstacle()}")
    try:
        (ZRAM / "disksize").write_text("512M")
        subprocess.run(["mkswap", "/dev/zram0"], check=True, capture_output=True)
        subprocess.run(["swapon", "/dev/zram0"], check=True)
        yield
    finally:
        subprocess.run(["swapoff", "/dev/zram0"], check=False)
        (ZRAM / "reset").write_text("1")


@pytest.fixture
def place(tmp_path) -> Settings:
    return Settings(data=tmp_path / "data")


def frozen_after_filling(engine: DockerEngine, place: Settings):
    spec = guinea.make_spec(place, guinea.base_image())
    seen = engine.launch(spec)
    code = "globals().__setitem__('kept', bytes(range(256)) * (4 << 14)) or __import__('builtins').__dict__.__setitem__('kept', kept)"
    guinea.evaluate(seen, code)
    before = engine.stats(spec.name)
    engine.freeze(spec.name)
    return seen, before, engine.stats(spec.name)


def test_freezing_moves_what_an_app_keeps_into_swap_and_thawing_loses_nothing(swap, place):
    engine = DockerEngine(place)
    try:
        seen, before, after = frozen_after_filling(engine, place)
        assert before.memory > 20 << 20
        assert after.memory < before.memory // 4 and after.swap > before.memory // 2
        assert engine.thaw(seen.name) == seen
        assert guinea.evaluate(seen, "len(kept), kept == bytes(range(256)) * (4 << 14)") == f"({16 << 20}, True)"
    finally:
        guinea.clean(place)


def test_with_the_setting_off_it_stays_in_memory(swap, place):
    place = place.model_copy(update={"page_out": False})
    engine = DockerEngine(place)
    try:
        _, before, after = frozen_after_filling(engine, place)
        assert after.memory > before.memory // 2
    finally:
        guinea.clean(place)


def test_a_host_that_cannot_says_why(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in obstacle()
