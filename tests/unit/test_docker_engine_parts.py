"""The pure parts of the Docker engine: subnets, log frames, accounts, page-out ranges, records."""

from __future__ import annotations

import io
import struct
import subprocess
from contextlib import nullcontext
from ipaddress import IPv4Network
from types import SimpleNamespace

import pytest
import requests
from docker.errors import APIError, NotFound

from spaces import names
from spaces.engines.base import Mount
from spaces.engines.docker.cgroup import find_group
from spaces.engines.docker.hardening import mounts
from spaces.engines.docker.launch import create, start
from spaces.engines.docker.logs import LONGEST, frames, lines
from spaces.engines.docker.lost import end_lost, is_lost
from spaces.engines.docker.near import outside
from spaces.engines.docker.network import choose_subnet, host_routes, network_options
from spaces.engines.docker.observe import parse_time
from spaces.engines.docker.pageout import BATCH, BATCH_BYTES, batches, ranges
from spaces.engines.docker.stats import listening, memory_of, packets_in, passive_opens
from spaces.errors import StartFailed
from tests import guinea

POOL = IPv4Network("10.213.0.0/16")


@pytest.mark.parametrize(
    ("wish", "used", "chosen"),
    [
        ("10.213.0.16/28", [], "10.213.0.16/28"),
        ("10.213.0.16/28", ["10.213.0.16/28"], "10.213.0.32/28"),
        ("10.213.0.16/28", ["10.213.0.0/24"], "10.213.1.0/28"),
        ("10.213.255.240/28", ["10.213.255.240/28"], "10.213.0.0/28"),
        ("10.213.0.16/28", ["172.17.0.0/16"], "10.213.0.16/28"),
    ],
)
def test_a_taken_subnet_gives_way_to_the_next_free_one(wish, used, chosen):
    assert str(choose_subnet(IPv4Network(wish), POOL, map(IPv4Network, used))) == chosen


def test_a_pool_that_the_host_routes_elsewhere_names_the_setting():
    with pytest.raises(StartFailed, match="10.0.0.0/8") as caught:
        choose_subnet(IPv4Network("10.213.0.16/28"), POOL, [IPv4Network("10.0.0.0/8")])
    assert "DEMODOCK_SUBNETS" in caught.value.hint


def test_routes_are_read_without_the_default_one():
    table = (
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\n"
        "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\n"
        "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\n"
    )
    assert host_routes(table) == [IPv4Network("192.0.2.0/24")]


def test_bridges_have_names_that_the_kernel_takes_and_that_tell_the_installation():
    made = [network_options("deadbeef", "n", IPv4Network("10.213.0.0/28"), number) for number in (None, 1, 36**5 - 1)]
    bridges = [options["options"]["com.docker.network.bridge.name"] for options in made]
    assert bridges == ["dddeadbeef-b", "dddeadbeef1", "dddeadbeefzzzzz"]
    assert all(len(bridge) <= 15 and bridge.startswith(names.bridge_prefix("deadbeef")) for bridge in bridges)
    door = names.door_bridge_name("deadbeef")
    assert len(door) <= 15 and not door.startswith(names.bridge_prefix("deadbeef"))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("demodock-deadbeef-s1-r22-g333", (1, 22, 333)),
        ("demodock-deadbeef-s1-r2", None),
        ("demodock-other-s1-r2-g3", None),
        ("xdemodock-deadbeef-s1-r2-g3", None),
        ("demodock-deadbeef-s1-r2-g3x", None),
    ],
)
def test_only_names_that_we_gave_count(name, number):
    assert names.parse_instance_name("deadbeef", name) == number


def frame(text: bytes, kind: int = 1, stamp: bytes = b"2026-01-02T03:04:05.123456789Z") -> bytes:
    payload = stamp + b" " + text
    return struct.pack(">B3xI", kind, len(payload)) + payload


def read(data: bytes):
    return list(lines(frames(io.BytesIO(data).read)))


def test_log_frames_become_lines_with_their_stream_and_time():
    one, two = read(frame(b"one\n") + frame(b"two\r\n", kind=2))
    assert (one.stream, one.text, two.stream, two.text) == ("stdout", "one", "stderr", "two")
    assert one.at.isoformat() == "2026-01-02T03:04:05.123456+00:00"


def test_a_long_line_is_cut_and_the_next_one_is_whole():
    got = read(frame(b"x" * LONGEST) + frame(b"y", kind=2) + frame(b"x" * LONGEST) + frame(b"end\n") + frame(b"next\n"))
    assert [(line.stream, line.text[:1], len(line.text)) for line in got] == [
        ("stdout", "x", LONGEST),
        ("stderr", "y", 1),
        ("stdout", "n", 4),
    ]


@pytest.mark.parametrize("cut", [1, 7, 8, 20])
def test_a_log_cut_short_ends_without_an_error(cut):
    assert [line.text for line in read(frame(b"one\n") + frame(b"two\n")[:cut])] == ["one"]


def test_bytes_that_are_no_text_do_not_end_a_log():
    assert [line.text for line in read(frame(b"\xff\xfe\n"))] == ["\N{REPLACEMENT CHARACTER}" * 2]


def test_times_the_engine_never_set_are_none():
    assert parse_time("0001-01-01T00:00:00Z") is None
    assert parse_time("2026-01-02T05:04:05.5+02:00").isoformat() == "2026-01-02T03:04:05.500000+00:00"


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({"usage": 900, "stats": {"total_rss": 100, "total_cache": 800, "rss": 1}}, (100, None)),
        ({"usage": 900, "stats": {"total_rss": 100, "total_shmem": 5, "total_swap": 7}}, (105, 7)),
        ({"usage": 900, "stats": {"anon": 100, "file": 800, "shmem": 5}}, (105, None)),
        ({}, (0, None)),
    ],
)
def test_memory_leaves_the_page_cache_out_on_both_cgroup_versions(account, expected):
    assert memory_of(account) == expected


def test_ports_are_those_that_an_app_listens_on():
    table = [
        "  sl  local_address rem_address   st",
        "   0: 00000000:1EB4 00000000:0000 0A 0",
        "   1: 0B00007F:A1B2 00000000:0000 0A 0",
        "   2: 020011AC:1EB4 010011AC:D431 01 0",
        "   3: 00000000000000000000000000000000:2135 00000000000000000000000000000000:0000 0A 0",
    ]
    assert listening(table) == {7860, 8501}


@pytest.mark.parametrize(
    ("lines_", "unified", "group"),
    [
        (["0::/system.slice/docker-abc.scope"], True, "system.slice/docker-abc.scope"),
        (["9:memory:/docker/abc", "0::/docker/abc"], False, "memory/docker/abc"),
        (["9:cpu,cpuacct:/docker/abc"], False, None),
        (["9:memory:/docker/other"], False, None),
        (["0::/../docker/abc"], True, None),
    ],
)
def test_a_group_is_found_only_where_the_process_is_of_that_container(lines_, unified, group):
    assert find_group(lines_, "abc", unified) == group


MAPS = """\
00400000-00500000 r-xp 00000000 08:01 123 /usr/bin/python3
00600000-00601000 r--p 00000000 08:01 123 /usr/bin/python3
00700000-00702000 rw-p 00000000 08:01 123 /usr/bin/python3
01000000-02000000 rw-p 00000000 00:00 0   [heap]
7f0000000000-7f0000001000 rw-p 00000000 00:00 0
7f0000002000-7f0000003000 ---p 00000000 00:00 0
7f0000004000-7f0000005000 rw-s 00000000 00:01 9 /dev/shm/x (deleted)
7ffd00000000-7ffd00021000 rw-p 00000000 00:00 0 [stack]
7ffd00100000-7ffd00102000 r-xp 00000000 00:00 0 [vdso]
"""


def test_only_private_pages_that_may_be_written_are_paged_out():
    starts = [start for start, _ in ranges(MAPS.splitlines())]
    assert starts == [0x700000, 0x1000000, 0x7F0000000000, 0x7F0000002000, 0x7FFD00000000]


def test_batches_hold_what_one_call_takes_and_lose_nothing():
    many = [(number * 8192, number * 8192 + 4096) for number in range(BATCH + 1)]
    assert [len(batch) for batch in batches(many)] == [BATCH, 1]
    big = (0, 2 * BATCH_BYTES + 4096)
    assert list(batches([big])) == [
        [(0, BATCH_BYTES)],
        [(BATCH_BYTES, 2 * BATCH_BYTES)],
        [(2 * BATCH_BYTES, 2 * BATCH_BYTES + 4096)],
    ]


def test_accepted_connections_and_packets_are_read_from_the_kernels_tables():
    snmp = "Ip: A\nIp: 1\nTcp: ActiveOpens PassiveOpens\nTcp: 7 42\nUdp: X\nUdp: 1\n"
    assert passive_opens(snmp) == 42
    assert passive_opens("") is None
    dev = "Inter-| Receive\n face |bytes packets\n    lo: 100 9 0 0\n  eth0: 2000 30 0 0\n  eth1:1 2 0 0\n"
    assert packets_in(dev) == 32


def test_inside_a_container_of_the_engine_the_shelf_lies_where_its_volume_does():
    found = [
        {"Destination": "/var/lib/demodock", "Source": "/var/lib/docker/volumes/p_data/_data"},
        {"Destination": "/var/lib", "Source": "/elsewhere"},
    ]
    assert outside(found, "/var/lib/demodock/shelf") == "/var/lib/docker/volumes/p_data/_data/shelf"
    assert outside(found, "/srv/shelf") == "/srv/shelf"


def test_p8_a_mount_is_read_only_and_names_no_path_but_the_shelfs(place):
    spec = guinea.make_spec(place, "image", mounts=(Mount(folder="commits/1/a", target="/m"),))
    (mount,) = mounts(spec, place.installation, "/d/shelf")
    assert (mount["Type"], mount["Source"], mount["Target"], mount["ReadOnly"]) == (
        "bind",
        "/d/shelf/commits/1/a",
        "/m",
        True,
    )
    for folder in ("../x", "/etc", "commits/../../x"):
        with pytest.raises(ValueError, match="no folder of the shelf"):
            mounts(spec.model_copy(update={"mounts": (Mount(folder=folder, target="/m"),)}), place.installation, "/d")


@pytest.mark.parametrize(
    ("why", "lost"),
    [
        ("task 48f0eb14e1d1: already exists", True),
        ("id already in use", True),
        ("network x not found", False),
        ('exec: "serve": executable file not found in $PATH', False),
    ],
)
def test_a_refused_start_tells_whether_the_engine_lost_the_container(why, lost):
    assert is_lost(why) is lost


@pytest.mark.parametrize(
    ("group", "ours"),
    [
        ("/docker/{id}", True),
        ("/system.slice/docker-{id}.scope", True),
        ("/docker/{id}/inner", False),
        ("/docker/other", False),
    ],
)
def test_only_processes_of_the_lost_container_itself_are_ended(tmp_path, group, ours):
    number, child = "a" * 64, subprocess.Popen(["sleep", "60"])
    (tmp_path / str(child.pid)).mkdir()
    (tmp_path / str(child.pid) / "cgroup").write_text(f"4:memory:{group.format(id=number)}\n0::/\n")
    try:
        assert end_lost(number, tmp_path) == ([child.pid] if ours else [])
        assert (child.wait(5) if ours else child.poll()) == (-9 if ours else None)
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize(
    "said",
    [
        "task 48f0eb14e1d1dfbd45c85267e59e30b24ecdcf91eb54912eedf2148ccb8d2fd8: already exists",
        "id already in use",
    ],
)
def test_a_container_that_the_engine_lost_is_removed_so_that_the_next_look_makes_another(place, said):
    """Both words are a real engine's, killed a few milliseconds into a start."""
    calls = []

    class Client:
        def start(self, name):
            response = requests.Response()
            response.status_code = 500 if "task" in said else 409
            raise APIError("refused", response=response, explanation=said)

        def inspect_container(self, name):
            labels = {names.LABEL_INSTALLATION: place.installation, names.LABEL_KIND: names.KIND_INSTANCE}
            return {"Name": f"/{name}", "Config": {"Labels": labels}}

        def remove_container(self, name, **options):
            calls.append((name, options["force"]))

    client = Client()
    link = SimpleNamespace(quick=client, slow=client, installation=place.installation)
    spec = guinea.make_spec(place, "sha256:any")
    assert start(link, spec, "f" * 64) is False
    assert calls == [(spec.name, True)]


@pytest.mark.parametrize(("there", "refused"), [("ours, since a moment", False), ("another's", True)])
def test_a_name_that_is_taken_is_refused_only_where_the_container_is_not_ours(place, monkeypatch, there, refused):
    monkeypatch.setattr("spaces.engines.docker.launch.ensure_network", lambda *_: None)
    looks = []

    class Client:
        def create_container_from_config(self, *_):
            response = requests.Response()
            response.status_code = 409
            raise APIError("refused", response=response, explanation="Conflict. The container name is already in use")

        def inspect_container(self, name):
            looks.append(name)
            if there != "another's" and len(looks) == 1:
                raise NotFound("not yet")
            labels = {names.LABEL_INSTALLATION: place.installation, names.LABEL_KIND: names.KIND_INSTANCE}
            labels = {} if there == "another's" else labels
            return {"Name": f"/{name}", "Config": {"Labels": labels}, "State": {"Status": "running"}}

    client = Client()
    link = SimpleNamespace(quick=client, slow=client, installation=place.installation, settings=place)
    with pytest.raises(StartFailed, match="not ours") if refused else nullcontext():
        create(link, guinea.make_spec(place, "sha256:any"))
