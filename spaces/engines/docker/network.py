"""One bridge network per Space (and one for builds), each with a small subnet of its own out of our pool.

Two installations on one machine draw from the same pool by default, so a subnet is a wish: taken by a route of the
host or by another network, the next free one is used. Nothing depends on which; addresses are read from the engine.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from spaces import names
from spaces.engines.docker.client import APIError, Link, NotFound, reason, translated
from spaces.errors import StartFailed

Network = ipaddress.IPv4Network
ATTEMPTS = 5
"""Others make networks too, between our look and our call."""


def ensure_network(link: Link, name: str, wish: str, space_id: int | None, bridge: str = "") -> None:
    """Makes the network where it is missing; `space_id` None is one of the platform's own, the build network's `bridge`
    where none is named."""
    for attempt in range(ATTEMPTS):
        with translated("look at a network"):
            try:
                link.quick.inspect_network(name)
                return
            except NotFound:
                pass
        subnet = choose_subnet(Network(wish), pool(link.settings.subnets), taken(link))
        with translated("make a network"):
            try:
                link.slow.create_network(**network_options(link.installation, name, subnet, space_id, bridge))
                return
            except APIError as error:
                # 409: another made it just now. 403: another took the subnet. Anything else will not get better.
                if error.status_code not in (403, 409) or attempt == ATTEMPTS - 1:
                    raise no_subnet(link.settings.subnets, reason(error)) from error
        time.sleep(0.05 * attempt)


def remove_network(link: Link, name: str) -> None:
    """Removes it with whatever is still attached to it."""
    with translated("remove a network"):
        try:
            record = link.quick.inspect_network(name)
            if (record.get("Labels") or {}).get(names.LABEL_INSTALLATION) != link.installation:
                return
            for container in record.get("Containers") or {}:
                link.quick.disconnect_container_from_network(container, name, force=True)
            link.slow.remove_network(name)
        except NotFound:
            return


def network_options(
    installation: str, name: str, subnet: Network, space_id: int | None, bridge: str = ""
) -> dict[str, Any]:
    """Pure: what Docker is asked for. The interface's name is ours, so that packet filter rules can match on it. Those
    on the network reach the outside and are reached by the edge, but not each other (`icc`): builds are strangers."""
    labels = {names.LABEL_INSTALLATION: installation, names.LABEL_KIND: names.KIND_NETWORK}
    if space_id is not None:
        labels[names.LABEL_SPACE] = str(space_id)
    return {
        "name": name,
        "driver": "bridge",
        "check_duplicate": True,
        "ipam": {"Driver": "default", "Config": [{"Subnet": str(subnet), "Gateway": str(subnet[1])}]},
        "options": {
            "com.docker.network.bridge.name": bridge or names.bridge_name(installation, space_id),
            "com.docker.network.bridge.enable_icc": "false",
        },
        "labels": labels,
        "enable_ipv6": False,
    }


def pool(text: str) -> Network:
    try:
        return Network(text)
    except ValueError as error:
        raise no_subnet(text, str(error)) from error


def choose_subnet(wish: Network, whole: Network, used: Iterable[Network]) -> Network:
    """Pure: `wish` where it is free, else the nearest free one after it in the pool, from its start at the end."""
    used = [other for other in used if other.overlaps(whole) or other.overlaps(wish)]
    for subnet in _from(wish, whole):
        if not any(subnet.overlaps(other) for other in used):
            return subnet
    raise no_subnet(str(whole), f"all of it is taken, by {', '.join(sorted({str(other) for other in used})[:5])}")


def taken(link: Link) -> list[Network]:
    """Subnets of the host's routes and of every network the engine knows."""
    with translated("list networks"):
        known = link.quick.networks()
    configs = [config for network in known for config in (network.get("IPAM") or {}).get("Config") or []]
    subnets = [config["Subnet"] for config in configs if ":" not in config.get("Subnet", ":")]
    return [Network(subnet, strict=False) for subnet in subnets] + host_routes()


def host_routes(table: str | None = None) -> list[Network]:
    """Where the host itself routes to, its default route left out; nothing where it cannot be read."""
    try:
        lines = (Path("/proc/net/route").read_text() if table is None else table).splitlines()[1:]
    except OSError:
        return []
    rows = [line.split() for line in lines]
    routes = [(_little_endian(row[1]), _little_endian(row[7])) for row in rows if len(row) > 7]
    return [Network((where, str(ipaddress.IPv4Address(mask)))) for where, mask in routes if mask]


def no_subnet(setting: str, why: str) -> StartFailed:
    return StartFailed(
        f"No network for the Space: {why}.",
        code="no_subnet",
        hint=f"DEMODOCK_SUBNETS ({setting}) must name a pool that the host and its other networks do not use.",
        platform=True,
    )


def _from(wish: Network, whole: Network) -> Iterator[Network]:
    yield wish
    size, first, count = wish.num_addresses, int(whole.network_address), whole.num_addresses
    start = (int(wish.network_address) - first) % count
    for step in range(size, count, size):
        yield Network((first + (start + step) % count, wish.prefixlen))


def _little_endian(text: str) -> int:
    return int.from_bytes(bytes.fromhex(text), "little")
