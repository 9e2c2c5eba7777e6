"""One signing key for all of these tests: making one takes longer than any of them."""

from __future__ import annotations

import pytest

from spaces.oauth import keys


@pytest.fixture(scope="session")
def signing_key() -> str:
    return keys.make()


@pytest.fixture(autouse=True)
def ready_key(place, signing_key):
    place.secret(keys.FILE, lambda: signing_key)
