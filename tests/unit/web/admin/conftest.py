"""An admin's browser, and a small fleet to look at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from spaces import db
from spaces.models import GpuDevice, GpuRequest, Reservation, Space
from spaces.models.owner import Role
from tests.unit.people import a_space
from tests.unit.web.kit import Browser, with_password


@pytest.fixture
def root(browser: Browser) -> Browser:
    """The browser of an admin who is signed in."""
    with_password("root", role=Role.ADMIN)
    browser.sign_in("root")
    return browser


@pytest.fixture
def other(browsers: Callable[..., Browser]) -> Browser:
    """The browser of somebody else."""
    with_password("alice")
    browser = browsers()
    browser.sign_in("alice")
    return browser


@pytest.fixture
def held(root: Browser) -> Space:
    """A Space with the one GPU that there is; another of the same owner waits for it."""
    space = a_space("alice", "demo", hardware="a100-large")
    waits = a_space("alice", "second", hardware="a100-large")
    with db.writing() as session:
        session.add(GpuDevice(uuid="GPU-1", index=0, model="A100", product="A100", memory=81920, simulated=True))
        about = {"owner_id": space.owner_id, "flavor": "a100-large"}
        session.add(Reservation(device="GPU-1", space_id=space.id, instance="i", token="t", **about))
        session.add(GpuRequest(space_id=waits.id, place=1, line=1, estimate=90, **about))
    return space
