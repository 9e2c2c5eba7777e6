"""alice, and a Space of hers with two commits."""

from __future__ import annotations

import pytest

from spaces.models import Space
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.people import a_space, bearer, token_of


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


@pytest.fixture
def space(client, me) -> Space:
    """alice/demo with two commits."""
    made = a_space()
    store.create(made.id)
    commit_files(made.id, "first", "alice", {"app.py": b"print(1)\n", "data/a.csv": b"1,2\n", "data/deep/b": b"b"})
    commit_files(made.id, "second\n\nand <why>", "bob", {"app.py": b"print(22)\n", "pic.png": b"\x89PNG" * 9})
    return made
