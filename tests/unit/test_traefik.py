"""The writer of the edge's files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from proxy import traefik
from proxy.routes import PLATFORM, SERIAL, Edge, Route, Target, desired_routes, platform_route, space_route
from spaces.hostnet import door

EDGE = Edge(
    "spaces.lan",
    "http://spaces.lan:8000",
    "http://127.0.0.1:1",
    "http://127.0.0.1:2",
    "s3cret",
    "http://127.0.0.1:2/gate/",
)
DOCUMENT = space_route(Route(7, "a-b", Target("10.213.0.2", 7860)), EDGE)
OTHER = space_route(Route(7, "a-b", Target("10.213.0.9", 7860)), EDGE)


@pytest.fixture
def directory(tmp_path) -> Path:
    (tmp_path / "routes").mkdir()
    return tmp_path / "routes"


def test_what_is_written_is_read_back_and_removed_twice(directory):
    traefik.write_route(directory, "space-7", DOCUMENT)
    assert traefik.existing_routes(directory) == {"space-7": DOCUMENT}
    traefik.remove_route(directory, "space-7")
    traefik.remove_route(directory, "space-7")
    assert traefik.existing_routes(directory) == {}


@pytest.mark.parametrize("name", ["../space-7", "space-x", "space-7/..", "", "space-7\n"])
def test_a_name_that_is_no_routes_is_refused(directory, name):
    with pytest.raises(ValueError, match="name"):
        traefik.write_route(directory, name, DOCUMENT)


def test_a_document_that_would_not_parse_back_leaves_the_old_one(directory):
    traefik.write_route(directory, "space-7", DOCUMENT)
    with pytest.raises(ValueError):
        traefik.write_route(directory, "space-7", {"http": {"routers": {"ü": 1}}})
    with pytest.raises(ValueError):
        traefik.write_route(directory, "space-7", {"http": {1: "a number is no name"}})
    assert traefik.existing_routes(directory) == {"space-7": DOCUMENT}


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_p63_a_writer_killed_at_any_step_leaves_the_old_file_whole(directory, monkeypatch, step):
    traefik.write_route(directory, "space-7", DOCUMENT)

    class Killed(BaseException):
        pass

    def die(*_):
        raise Killed

    monkeypatch.setattr(*((os, "fsync", die) if step == "fsync" else (Path, "replace", die)))
    with pytest.raises(Killed):
        traefik.write_route(directory, "space-7", OTHER)
    monkeypatch.undo()
    assert [path.name for path in directory.iterdir()] == ["space-7.yaml"], "nothing half-written in the directory"
    assert traefik.existing_routes(directory) == {"space-7": DOCUMENT}
    traefik.sync_routes(directory, {"space-7": OTHER})
    assert traefik.existing_routes(directory) == {"space-7": OTHER}


def test_p63_what_is_no_route_of_ours_is_moved_aside(directory):
    desired = {PLATFORM: platform_route(EDGE), "space-7": DOCUMENT}
    traefik.sync_routes(directory, desired)
    (directory / "space-7.yaml").write_text('{"http": {"rou')
    (directory / "space-8.yaml").touch()
    (directory / "evil.yaml").write_text("http: {}")
    (directory / "space-9.toml").write_text("garbage [")
    (directory / ".hidden.yml").write_text(": :")
    (directory / "nested").mkdir()
    (directory / "nested" / "a.yaml").write_text("- -")
    (directory / "space-10.yaml").symlink_to("/etc/hostname")
    unreadable = directory / "space-11.yaml"
    unreadable.touch(mode=0)
    assert traefik.sync_routes(directory, desired) == ["space-7"]
    assert {path.name for path in directory.iterdir()} == {f"{name}.yaml" for name in (PLATFORM, SERIAL, "space-7")}
    assert len(list(directory.with_name("routes.rejected").iterdir())) == 8
    assert traefik.sync_routes(directory, desired) == [], "and a second pass changes nothing"


def test_sync_writes_what_differs_and_removes_what_is_stale(directory):
    here = Target("10.213.0.2", 7860)
    first = desired_routes([Route(1, "a-b", here), Route(2, "a-c", here)], EDGE)
    assert traefik.sync_routes(directory, first) == [PLATFORM, "space-1", "space-2"]
    second = desired_routes([Route(1, "a-b", here, Target("10.213.0.3", 7860)), Route(3, "a-d", here)], EDGE)
    assert traefik.sync_routes(directory, second) == ["space-1", "space-3", "space-2"]
    assert traefik.existing_routes(directory) == second


def test_every_change_raises_the_serial_and_nothing_else_does(directory):
    assert traefik.serial(directory) == 0
    seen = []
    for desired in ({}, {}, {"space-7": DOCUMENT}, {"space-7": DOCUMENT}, {"space-7": OTHER}, {}):
        traefik.sync_routes(directory, desired)
        seen.append(traefik.serial(directory))
    first, same, written, kept, rewritten, removed = seen
    assert 0 < first == same < written == kept < rewritten < removed
    assert f"{SERIAL}.yaml" < "space-0.yaml", "Traefik reads it before every route"


def test_loopback_is_served_on_both_families_and_nothing_inner_is_public(place):
    place.edge_port = 4999
    config = traefik.static_config(place)
    points = config["entryPoints"]
    public = [point["address"] for name, point in points.items() if name != "traefik"]
    assert public in ([f"127.0.0.1:{place.port}", f"[::1]:{place.port}"], [f"127.0.0.1:{place.port}"])
    assert points["traefik"]["address"] == "127.0.0.1:4999"
    assert not any(point.get("forwardedHeaders", {}).get("insecure") for point in points.values())
    assert set(config["providers"]) == {"providersThrottleDuration", "file"}
    place.path(*door.FILE).write_text("10.213.0.1")
    behind = [point["address"] for point in traefik.static_config(place)["entryPoints"].values()]
    assert behind == [*public, "10.213.0.1:8000", "127.0.0.1:4999"]
    place.bind = "0.0.0.0"
    assert not any("10.213" in str(point) for point in traefik.static_config(place)["entryPoints"].values())
    assert [point["address"] for name, point in traefik.static_config(place)["entryPoints"].items()][
        0
    ] == "0.0.0.0:8000"
