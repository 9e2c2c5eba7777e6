"""A Space of alice's with files in it, and browsers of people who may do more or less there."""

from __future__ import annotations

import pytest

from spaces.lifecycle import Stage
from spaces.models import Space
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.people import a_space
from tests.unit.web.kit import Browser, with_password

README = b"""---
title: Demo
emoji: \xf0\x9f\x90\xb3
colorFrom: blue
colorTo: pink
sdk: gradio
---
# Hello

See [the code](app.py) and ![a picture](data/pic.png).
"""


@pytest.fixture
def space(browser) -> Space:
    """alice/demo, running, with two commits."""
    with_password("alice")
    made = a_space(stage=Stage.RUNNING, sdk="gradio", title="Demo")
    store.create(made.id)
    commit_files(made.id, "first", "alice", {"app.py": b"print(1)\n", "README.md": README, "data/a.csv": b"a,b\n1,2\n"})
    sha = commit_files(made.id, "second\n\nand why", "bob", {"app.py": b"print(22)\n", "data/pic.png": b"\x89PNG" * 9})
    from spaces.repos import hosting

    hosting.record_commit(hosting.RepoKind.SPACE, made.id, "alice")
    assert sha
    return made


@pytest.fixture
def alice(browser, space) -> Browser:
    """The owner's browser."""
    browser.sign_in("alice")
    return browser


@pytest.fixture
def bob(browsers, space) -> Browser:
    """A stranger's, signed in."""
    with_password("bob")
    stranger = browsers()
    stranger.sign_in("bob")
    return stranger


@pytest.fixture
def nobody(browsers, space) -> Browser:
    return browsers()
