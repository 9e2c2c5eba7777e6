"""Builds in the console: what runs, waits and ended; stopping one; what the layers take of their budget."""

from __future__ import annotations

import re

import pytest

from spaces import audit, builds, db, layers
from spaces.lifecycle import BuildStatus, Reason
from spaces.models import Build, Space
from spaces.models.types import now
from spaces.settings import get_settings
from tests.unit.people import a_space

PATH = "/admin-console/builds"


@pytest.fixture
def waiting(root) -> Build:
    """A build that nobody has begun."""
    space = a_space("alice", "demo")
    with db.writing() as session:
        return builds.request_build(session, session.get_one(Space, space.id), "c0ffee00" * 5, "alice")


def end(build: Build, status: BuildStatus, reason: Reason | None = None) -> None:
    with db.writing() as session:
        session.get_one(Build, build.id).sqlmodel_update(
            {"status": status, "started_at": now(), "finished_at": now(), "reason": reason}
        )


def test_a_build_that_waits_stands_there_with_whose_it_is(root, waiting):
    page = root.get(PATH).text
    for text in ("alice/demo", "c0ffee00", "Queued", "Waiting for a builder"):
        assert text in page, text


def test_an_admin_stops_a_build_and_it_is_written_down(root, waiting):
    assert root.send(PATH, do="cancel", build=waiting.id).status_code == 303
    with db.reading() as session:
        assert session.get_one(Build, waiting.id).status == BuildStatus.CANCELLED
        (line,) = audit.entries(session, audit.Filters(action="build"))
    assert (line.actor, line.action, line.subject) == ("root", "build.cancel", "alice/demo")


def test_only_what_has_not_ended_is_stopped(root, waiting):
    end(waiting, BuildStatus.SUCCEEDED)
    assert root.send(PATH, do="cancel", build=waiting.id).status_code == 409
    assert root.send(PATH, do="cancel", build=999).status_code == 404


def test_builds_are_drawn_anew_only_where_something_changed(root, waiting):
    page = root.get(PATH).text
    address = re.search(r'hx-get="([^"]+mark=[^"]+)"', page)[1]
    assert root.get(address).status_code == 204
    end(waiting, BuildStatus.FAILED, Reason(code="x", message="<b>no</b> such package"))
    assert "&lt;b&gt;no&lt;/b&gt; such package" in root.get(address).text


def test_the_layers_are_shown_beside_their_budget(root):
    assert "The next build counts them" in root.get(PATH).text
    layers.keep(layers.Count(number=3, taken=2_000_000_000, needed=1_000_000_000))
    page = root.get(PATH).text
    assert "1.86 GiB" in page and "3 layers; 953.67 MiB" in page and "Counted" in page
    layers.keep(layers.Count(number=3, taken=1 << 50, needed=1 << 50))
    assert "DEMODOCK_CACHE_BUDGET" in root.get(PATH).text


def test_a_count_that_is_damaged_is_none(place):
    get_settings().path(layers.FILE).write_text("{")
    assert layers.last() is None
