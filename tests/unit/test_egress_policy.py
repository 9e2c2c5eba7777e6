"""The egress policy as rules, without a packet filter."""

from __future__ import annotations

import ipaddress
from fnmatch import fnmatch

import pytest

from spaces import names
from spaces.errors import Invalid
from spaces.hostnet.policy import chain_names, find_nameservers, plan, policy, rules


def verdict(
    settings, chain: str, address: str, port: int = 80, protocol: str = "tcp", nameservers=(), new=True, **via: str
) -> str:
    """What the rules of one chain say of a packet: the first that matches, as the kernel reads them."""
    for rule in rules(settings, settings.subnets, nameservers, via.get("door", "")):
        options = dict(zip(rule[::2], rule[1::2], strict=True))
        if options["-A"] != chain or ("--ctstate" in options and new):
            continue
        if "-i" in options and not fnmatch(via.get("by", ""), options["-i"].replace("+", "*")):
            continue
        if "-d" in options and ipaddress.ip_address(address) not in ipaddress.ip_network(options["-d"]):
            continue
        if "-p" in options and (options["-p"], options["--dport"]) != (protocol, str(port)):
            continue
        return options["-j"]
    return "RETURN"


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1",
        "172.17.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "127.0.0.1",
        "10.213.0.18",
        "0.0.0.0",
        "224.0.0.1",
    ],
)
def test_p9_private_addresses_and_other_spaces_are_refused(place, address):
    chains = chain_names(place.installation)
    assert verdict(place, chains.forward, address) == "REJECT"


@pytest.mark.parametrize("address", ["1.1.1.1", "203.0.113.80", "172.32.0.1", "100.128.0.1"])
def test_public_addresses_pass(place, address):
    assert verdict(place, chain_names(place.installation).forward, address) == "RETURN"


@pytest.mark.parametrize("address", ["1.1.1.1", "192.0.2.2", "172.17.0.1", "127.0.0.1"])
def test_p6_p7_nothing_on_the_host_itself_is_reached(place, address):
    assert verdict(place, chain_names(place.installation).host, address, 2375) == "REJECT"


def test_answers_to_the_edge_pass(place):
    chains = chain_names(place.installation)
    assert {verdict(place, chain, "10.0.0.1", new=False) for chain in chains} == {"RETURN"}


@pytest.mark.parametrize(
    ("port", "protocol", "expected"), [(53, "udp", "RETURN"), (53, "tcp", "RETURN"), (80, "tcp", "REJECT")]
)
def test_names_resolve_through_a_private_nameserver_and_nothing_else_goes_there(place, port, protocol, expected):
    chains = chain_names(place.installation)
    said = {verdict(place, chain, "10.255.255.53", port, protocol, ["10.255.255.53", "fd00::53"]) for chain in chains}
    assert said == {expected}


def test_a_subnet_pool_outside_the_private_ranges_is_refused_too(place):
    place = place.model_copy(update={"subnets": "203.0.112.0/20"})
    assert verdict(place, chain_names(place.installation).forward, "203.0.113.80") == "REJECT"


def test_egress_none_refuses_everything_but_answers(place):
    place = place.model_copy(update={"egress": "none", "allow_private": "10.1.0.0/16"})
    forward = chain_names(place.installation).forward
    assert {verdict(place, forward, address) for address in ("1.1.1.1", "10.1.0.1")} == {"REJECT"}
    assert verdict(place, forward, "10.0.0.1", 53, "udp", ["10.0.0.1"]) == "REJECT"
    assert verdict(place, forward, "1.1.1.1", new=False) == "RETURN"


def test_exceptions_open_a_private_network_but_not_the_host_in_it(place):
    place = place.model_copy(update={"allow_private": "10.1.0.0/16, 10.9.9.9"})
    chains = chain_names(place.installation)
    assert [verdict(place, chains.forward, address) for address in ("10.1.2.3", "10.2.0.1")] == ["RETURN", "REJECT"]
    assert [verdict(place, chains.host, address) for address in ("10.1.2.3", "10.9.9.9")] == ["REJECT", "RETURN"]


@pytest.mark.parametrize("text", ["nonsense", "10.0.0.0/33", "-j ACCEPT", "10.0.0.1 -j ACCEPT"])
def test_an_exception_that_is_no_network_is_refused_by_name(place, text):
    with pytest.raises(Invalid, match="DEMODOCK_ALLOW_PRIVATE"):
        policy(place.model_copy(update={"allow_private": text}))


def test_rules_match_our_own_bridges_only_and_all_of_ipv6_is_refused(place):
    made = plan(policy(place))
    jumps = [jump for family in made["jumps"].values() for jumps in family.values() for jump in jumps]
    assert {tuple(jump[:2]) for jump in jumps} == {("-i", f"dd{place.installation}+")}
    assert all("REJECT" in rule for rule in made["families"]["ip6tables"])
    assert all(len(chain) <= 28 for chain in made["chains"])


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["nameserver 10.0.0.2\nsearch lan\n"], ["10.0.0.2"]),
        (["nameserver 127.0.0.53\n", "nameserver 192.168.1.1\nnameserver fd00::1\n"], ["192.168.1.1", "fd00::1"]),
        (["# nothing\nnameserver\nnameserver x;reboot\n"], []),
    ],
)
def test_nameservers_are_those_that_docker_asks(texts, found):
    assert find_nameservers(*texts) == found


DOOR = "10.213.0.1"


@pytest.mark.parametrize(
    ("bridge", "address", "port", "protocol", "expected"),
    [
        ("{prefix}1k", DOOR, 8000, "tcp", "ACCEPT"),
        ("lo", DOOR, 8000, "tcp", "RETURN"),
        ("{prefix}1k", DOOR, 8001, "tcp", "REJECT"),
        ("{prefix}1k", DOOR, 8000, "udp", "REJECT"),
        ("{prefix}1k", "10.213.0.17", 8000, "tcp", "REJECT"),
        ("{prefix}1k", "127.0.0.1", 8000, "tcp", "REJECT"),
        ("{prefix}-b", DOOR, 8000, "tcp", "REJECT"),
        ("eth0", DOOR, 8000, "tcp", "REJECT"),
        ("docker0", DOOR, 8000, "tcp", "REJECT"),
    ],
)
@pytest.mark.parametrize("egress", ["public", "none"])
def test_p9_the_door_lets_instances_to_the_public_port_and_nobody_to_anything_else(
    place, egress, bridge, address, port, protocol, expected
):
    place = place.model_copy(update={"egress": egress})
    by = bridge.format(prefix=names.bridge_prefix(place.installation))
    chain = chain_names(place.installation).host
    assert verdict(place, chain, address, port, protocol, by=by, door=DOOR) == expected


def test_p9_what_comes_to_the_door_from_outside_is_judged_too(place):
    chains = chain_names(place.installation)
    assert ["-d", DOOR, "-j", chains.host] in plan(policy(place, door=DOOR))["jumps"]["iptables"]["host"]
    assert "-d" not in str(plan(policy(place, door=DOOR))["jumps"]["ip6tables"])
