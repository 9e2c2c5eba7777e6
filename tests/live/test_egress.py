"""Where a Space may connect to, tried from inside one against real listeners."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import socketserver
import subprocess
import threading

import docker
import pytest

from spaces import names
from spaces.engines.docker import DockerEngine
from spaces.engines.docker.client import Link
from spaces.engines.docker.network import ensure_network
from spaces.hostnet import door, firewall
from spaces.settings import Settings
from tests import guinea

METADATA = "169.254.169.254"
LAN = "192.168.213.77"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("egress"))


@pytest.fixture(scope="module")
def engine(place):
    engine = DockerEngine(place)
    yield engine
    firewall.remove(place)
    guinea.clean(place)


@pytest.fixture(scope="module")
def space(engine, place):
    seen = engine.launch(guinea.make_spec(place, guinea.base_image(), space_id=1))
    guinea.ask(seen)
    return seen


@pytest.fixture(scope="module")
def neighbour(engine, place):
    seen = engine.launch(guinea.make_spec(place, guinea.base_image(), space_id=2))
    guinea.ask(seen)
    return seen


class Secret(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        self.request.sendall(b"secret")


@pytest.fixture(scope="module")
def listener():
    """A service on every address of the host; its port."""

    with socketserver.ThreadingTCPServer(("0.0.0.0", 0), Secret) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def addresses():
    """A metadata address and a private one that the host itself answers for; needs root."""
    given = []
    try:
        for address in (METADATA, LAN):
            made = subprocess.run(
                ["ip", "addr", "add", f"{address}/32", "dev", "lo"], capture_output=True, text=True, check=False
            )
            if made.returncode:
                pytest.skip(f"no address on lo: {made.stderr.strip()}")
            given.append(address)
        yield
    finally:
        for address in given:
            subprocess.run(["ip", "addr", "del", f"{address}/32", "dev", "lo"], check=True)


def connect(seen, address: str, port: int) -> str:
    """What an app gets: `b'secret'`, or the error."""
    code = f"(s:=__import__('socket').create_connection(({address!r}, {port}), 3)).recv(20)"
    return guinea.evaluate(seen, code)


def gateway(seen) -> str:
    return seen.address.rsplit(".", 1)[0] + "." + str(int(seen.address.rsplit(".", 1)[1]) // 16 * 16 + 1)


@pytest.fixture(params=["bridge", "docker0", "metadata", "lan", "host"])
def target(request, space, addresses):
    pool = docker.APIClient(version="auto").inspect_network("bridge")["IPAM"]["Config"][0]
    default = pool.get("Gateway") or str(next(ipaddress.ip_network(pool["Subnet"]).hosts()))
    return {
        "bridge": gateway(space),
        "docker0": default,
        "metadata": METADATA,
        "lan": LAN,
        "host": _own_address(),
    }[request.param]


def _own_address() -> str:
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.connect(("203.0.113.1", 9))
        return probe.getsockname()[0]


def test_p9_p6_nothing_of_the_host_or_of_private_networks_is_reached(place, space, listener, target):
    firewall.remove(place)
    assert connect(space, target, listener) == "b'secret'", (
        "without the rules the listener is reached: the test can fail"
    )
    assert firewall.apply(place).active
    assert "b'secret'" not in connect(space, target, listener)


def test_p10_a_space_reaches_no_other_by_address_or_by_name(place, space, neighbour):
    firewall.apply(place)
    for where in (neighbour.address, neighbour.name):
        code = f"__import__('urllib.request').request.urlopen('http://{where}:7860/', timeout=3).read()"
        assert guinea.evaluate(space, code) != "b'ok'"
    assert guinea.ask(neighbour) == "ok", "the edge reaches it"


def test_p10_another_route_past_dockers_own_isolation_is_refused_by_ours(place, space):
    """Our rule stands even where Docker's isolation between bridges has been flushed: it names the whole pool."""
    firewall.apply(place)
    listed = subprocess.run(
        ["iptables", "-S", f"DEMODOCK-{place.installation}-FWD"], capture_output=True, text=True, check=True
    )
    assert f"-d {place.subnets} " in listed.stdout


def test_names_still_resolve_and_the_internet_is_reached(place, space):
    firewall.apply(place)
    nameserver = firewall.nameservers()
    assert nameserver
    code = "__import__('socket').getaddrinfo('example.invalid', 80)"
    said = guinea.evaluate(space, code)
    assert "Temporary failure" not in said, "the resolver answered that there is no such name"


def test_egress_none_cuts_the_space_off_and_the_edge_still_reaches_it(place, space, listener):
    firewall.apply(place.model_copy(update={"egress": "none"}))
    try:
        assert "b'secret'" not in connect(space, gateway(space), listener)
        assert "OSError" in connect(space, "203.0.113.1", 80) or "timed out" in connect(space, "203.0.113.1", 80)
        assert guinea.ask(space) == "ok"
    finally:
        firewall.apply(place)


def test_an_exception_opens_exactly_that_address(place, space, addresses, listener):
    firewall.apply(place.model_copy(update={"allow_private": LAN}))
    try:
        assert connect(space, LAN, listener) == "b'secret'"
        assert connect(space, METADATA, listener) != "b'secret'"
    finally:
        firewall.apply(place)


def test_p9_keep_mends_rules_that_somebody_flushed(place, space, listener):
    firewall.apply(place)
    subprocess.run(["iptables", "-w", "-F", f"DEMODOCK-{place.installation}-HOST"], check=True)
    seen = firewall.status(place)
    assert not seen.active and "HOST" in seen.reason
    assert firewall.keep(place).active
    assert "b'secret'" not in connect(space, gateway(space), listener)


def test_rules_are_applied_twice_and_removed_without_a_trace(place):
    before = _rules(place)
    firewall.remove(place)
    assert _rules(place) == []
    firewall.apply(place)
    firewall.apply(place)
    after = _rules(place)
    assert len(after) == len(set(after)) and (not before or before == after)


@pytest.fixture(scope="module")
def opened(engine):
    """The door, and a Space that knows it."""
    place = engine.link.settings
    assert door.ensure(place) == ""
    hosts = ((f"{names.HUB_SUBDOMAIN}.{place.domain}", door.address(place)),)
    yield engine.launch(guinea.make_spec(place, guinea.base_image(), space_id=3, hosts=hosts))


def test_p9_a_space_reaches_the_public_port_at_the_door_and_no_other(place, opened, listener):
    public = place.model_copy(update={"port": listener})
    firewall.remove(place)
    firewall.apply(public)
    try:
        where = door.address(place)
        assert connect(opened, f"{names.HUB_SUBDOMAIN}.{place.domain}", listener) == "b'secret'"
        assert connect(opened, where, listener) == "b'secret'"
        assert "b'secret'" not in connect(opened, gateway(opened), listener), "the port, at another address"
        with socketserver.ThreadingTCPServer((where, 0), Secret) as other:
            threading.Thread(target=other.serve_forever, daemon=True).start()
            assert "b'secret'" not in connect(opened, where, other.server_address[1]), "the door, another port"
            other.shutdown()
    finally:
        firewall.remove(public)
        firewall.apply(place)


@pytest.mark.parametrize("network", ["bridge", "build"])
def test_p9_neither_neighbours_on_the_host_nor_builds_come_through_the_door(place, opened, listener, network):
    public = place.model_copy(update={"port": listener})
    client = docker.from_env()
    if network == "build":
        network = names.build_network_name(place.installation)
        ensure_network(Link(place), network, "10.213.241.0/28", None)
    code = f"import socket; print(socket.create_connection(({door.address(place)!r}, {listener}), 3).recv(20))"

    def said() -> bytes:
        options = {"network": network, "remove": True, "entrypoint": [], "labels": {names.LABEL_INSTALLATION: "x"}}
        try:
            return client.containers.run(guinea.base_image(), ["python3", "-c", code], **options)
        except docker.errors.ContainerError as error:
            return error.stderr

    firewall.remove(place)
    try:
        assert b"secret" in said(), "without the rules the listener is reached: the test can fail"
        firewall.apply(public)
        assert b"secret" not in said()
    finally:
        firewall.remove(public)
        firewall.apply(place)
        client.close()


def test_a_door_that_somebody_took_away_comes_back_where_it_was(place, opened):
    where = door.address(place)
    docker.APIClient(version="auto").remove_network(names.door_network_name(place.installation))
    assert door.ensure(place) == "" and door.address(place) == where
    with socketserver.ThreadingTCPServer((where, 0), Secret):
        pass


def _rules(place: Settings) -> list[str]:
    found = []
    for program in ("iptables", "ip6tables"):
        listed = subprocess.run([program, "-w", "-S"], capture_output=True, text=True, check=True).stdout
        found += [f"{program} {line}" for line in listed.splitlines() if f"DEMODOCK-{place.installation}-" in line]
    return found


def test_where_nothing_can_be_done_the_status_says_why(place, monkeypatch):
    monkeypatch.setattr(firewall.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(names, "IMAGE_BASE", "demodock/no-such-base")
    seen = firewall.status(place)
    assert not seen.active and "base image" in seen.reason
