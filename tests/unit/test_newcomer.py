"""The newcomer's walk: how-it-works names at most ten files, in steps, and all of them exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STEPS = (ROOT / "docs/explanation/how-it-works.md").read_text().partition("## What runs")[0]


def test_ten_files_at_most_carry_a_push_to_an_answer_and_each_is_there():
    named = re.findall(r"`([a-z_/]+\.py)`", STEPS)
    assert len(named) == len(set(named)) <= 10
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_every_step_names_one_file():
    steps = re.split(r"^\d+\. ", STEPS, flags=re.MULTILINE)[1:]
    assert [len(re.findall(r"`[a-z_/]+\.py`", step)) for step in steps] == [1] * len(steps)
