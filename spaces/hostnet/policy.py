"""The egress policy as packet filter rules; pure.

Rules match on the bridges of this installation by the beginning of their interface names, so they hold for networks made
later, and two installations on one host do not meddle. What a rule lets pass goes on to Docker's own rules.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Any, NamedTuple

from spaces import names
from spaces.errors import Invalid
from spaces.settings import Settings

PRIVATE_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
"""This host, private networks, carrier NAT, loopback, link-local with the clouds' metadata services, multicast, reserved.
The ranges for documentation are left out: they lead nowhere, and test networks borrow them."""

REFUSE_V4 = ("-j", "REJECT", "--reject-with", "icmp-admin-prohibited")
REFUSE_V6 = ("-j", "REJECT", "--reject-with", "icmp6-adm-prohibited")
"""Refused at once rather than dropped: an app then fails with a message, not after minutes."""

Rule = list[str]


class Chains(NamedTuple):
    """Ours: `forward` for what leaves the host or goes to other containers, `host` for what is meant for the host."""

    forward: str
    host: str


class Policy(NamedTuple):
    """What is to be in force: the rules of our chains, and from where they are entered."""

    chains: Chains
    bridge: str
    door: str
    v4: list[Rule]
    v6: list[Rule]


def policy(settings: Settings, nameservers: Iterable[str] = (), door: str = "") -> Policy:
    """`nameservers`: the host's own, which Docker's resolver asks on behalf of a container, from its network. `door`: the
    host's address under which instances reach the public port (`door.py`)."""
    chains = chain_names(settings.installation)
    return Policy(
        chains=chains,
        bridge=_bridges(settings.installation),
        door=door,
        v4=rules(settings, settings.subnets, nameservers, door),
        v6=[["-A", chain, *REFUSE_V6] for chain in chains],  # our networks speak IPv4 only
    )


def chain_names(installation: str) -> Chains:
    return Chains(f"DEMODOCK-{installation}-FWD", f"DEMODOCK-{installation}-HOST")


def rules(settings: Settings, subnets: str, nameservers: Iterable[str] = (), door: str = "") -> list[Rule]:
    """Arguments of one iptables call each, in order."""
    forward, host = chain_names(settings.installation)
    servers = [server for server in nameservers if _is_v4(server)]
    answers: Rule = ["-m", "conntrack", "--ctstate", "ESTABLISHED,RELATED", "-j", "RETURN"]
    made: list[Rule] = [["-A", forward, *answers], ["-A", host, *answers]]
    if door:
        made += [["-A", host, *rule] for rule in _through_the_door(settings, door)]
    if settings.egress == "none":
        return [*made, ["-A", forward, *REFUSE_V4], ["-A", host, *REFUSE_V4]]
    for chain in (forward, host):
        for server in servers:
            for protocol in ("udp", "tcp"):
                made.append(["-A", chain, "-d", server, "-p", protocol, "--dport", "53", "-j", "RETURN"])
        for network in allowed_networks(settings.allow_private):
            # A range may happen to hold this host: only its very address, written out, opens it.
            if chain == forward or network.endswith("/32"):
                made.append(["-A", chain, "-d", network, "-j", "RETURN"])
    for network in dict.fromkeys((subnets, *PRIVATE_V4)):
        made.append(["-A", forward, "-d", network, *REFUSE_V4])
    return [*made, ["-A", host, *REFUSE_V4]]


def plan(wanted: Policy) -> dict[str, Any]:
    """The policy as plain data, which `hand.py` carries out here or in a helper container."""
    forward, host = wanted.chains
    jumps = {"forward": [["-i", wanted.bridge, "-j", forward]], "host": [["-i", wanted.bridge, "-j", host]]}
    return {
        "chains": [forward, host],
        "jumps": {
            "iptables": jumps | {"host": jumps["host"] + ([["-d", wanted.door, "-j", host]] if wanted.door else [])},
            "ip6tables": jumps,
        },
        "families": {"iptables": wanted.v4, "ip6tables": wanted.v6},
    }


def allowed_networks(text: str) -> list[str]:
    """`DEMODOCK_ALLOW_PRIVATE`, checked: what is written there ends in a rule."""
    found = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        try:
            network = ipaddress.ip_network(entry, strict=False)
        except ValueError as error:
            raise Invalid(
                f"DEMODOCK_ALLOW_PRIVATE holds {entry!r}, which is no network.", hint="Such as 10.1.2.0/24 or 10.1.2.3."
            ) from error
        if network.version == 4:
            found.append(str(network))
    return found


def find_nameservers(*resolv_confs: str) -> list[str]:
    """Addresses in the first text that names any beyond loopback, as Docker does."""
    for text in resolv_confs:
        named = [
            line.split()[1] for line in text.splitlines() if line.startswith("nameserver") and len(line.split()) > 1
        ]
        beyond = [name for name in named if _is_address(name) and not ipaddress.ip_address(name).is_loopback]
        if beyond:
            return beyond
    return []


def _through_the_door(settings: Settings, door: str) -> list[Rule]:
    """What is meant for the door comes from this host, or from an instance to the public port; the rest of the chain
    refuses the neighbours on the host's networks, and builds. Accepted, not returned: the host's own firewall knows
    nothing of it."""
    own = ["-d", door, "-i", "lo", "-j", "RETURN"]
    builds = ["-d", door, "-i", names.bridge_name(settings.installation, None), *REFUSE_V4]
    to_port = ["-d", door, "-i", _bridges(settings.installation), "-p", "tcp", "--dport", str(settings.port)]
    return [own, builds, [*to_port, "-j", "ACCEPT"]]


def _bridges(installation: str) -> str:
    return names.bridge_prefix(installation) + "+"


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_v4(text: str) -> bool:
    return _is_address(text) and ipaddress.ip_address(text).version == 4
