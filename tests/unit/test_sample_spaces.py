"""Every sample is complete: a card that reads without a warning, a `verify` to run, and pins that do not contradict it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from spaces.card import read_config
from spaces.card_tree import Folder

FOLDER = Path(__file__).resolve().parents[2] / "sample_spaces"
SAMPLES = sorted(path.name for path in FOLDER.iterdir() if (path / "README.md").exists())


def test_the_samples_cover_every_sdk():
    assert {read_config(Folder(FOLDER / name)).sdk for name in SAMPLES} == {"gradio", "streamlit", "docker", "static"}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_reads_without_a_warning(name):
    assert read_config(Folder(FOLDER / name)).warnings == []


@pytest.mark.parametrize("name", SAMPLES)
def test_a_verify_can_be_run_and_is_python(name):
    verify = FOLDER / name / "verify"
    assert os.access(verify, os.X_OK)
    assert verify.read_text().startswith("#!/usr/bin/env python3\n")
    ast.parse(verify.read_text())


@pytest.mark.parametrize("name", SAMPLES)
def test_requirements_are_pinned(name):
    requirements = FOLDER / name / "requirements.txt"
    for line in requirements.read_text().splitlines() if requirements.exists() else ():
        assert re.fullmatch(r"#.*|[\w.\[\],-]+==[\w.]+", line), line


def test_the_slow_starter_shares_the_chats_dependencies():
    chat, slow = read_config(Folder(FOLDER / "chat")), read_config(Folder(FOLDER / "slow"))
    assert (chat.sdk, chat.sdk_version) == (slow.sdk, slow.sdk_version)
    assert (FOLDER / "chat/requirements.txt").read_bytes() == (FOLDER / "slow/requirements.txt").read_bytes()


def test_the_page_builds_with_python_alone(tmp_path):
    for file in ("build.py", "style.css", *(f"notes/{path.name}" for path in (FOLDER / "page/notes").iterdir())):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes((FOLDER / "page" / file).read_bytes())
    subprocess.run([sys.executable, "-I", "build.py"], cwd=tmp_path, check=True, capture_output=True)
    page = (tmp_path / "dist/index.html").read_text()
    assert "<h2>Morning</h2>" in page and "3 notes" in page
