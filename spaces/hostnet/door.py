"""The door: the one address of this host at which Spaces reach the public port, as any visitor from outside does.

It is the gateway address of a bridge network of ours on which nothing lives, so that whoever may use the engine can have
it, without root and without a change of the host's routing. The edge listens there too; `policy.py` lets instances
through to that port and nobody else to anything. Where a proxy in front makes the public address, there is no door:
Spaces then find it as everybody does.
"""

from __future__ import annotations

from ipaddress import ip_network

from spaces import names
from spaces.engines.docker.client import Link, translated
from spaces.engines.docker.network import ensure_network
from spaces.errors import DemodockError, StartFailed
from spaces.settings import Settings
from spaces.specs import DOOR_SUBNET, subnet_at

FILE = ("edge", "door")


def address(settings: Settings) -> str:
    """Where the door is; empty: there is none. Kept in the data directory, since the edge may not ask the engine."""
    try:
        return settings.path(*FILE).read_text().strip()
    except FileNotFoundError:
        return ""


def ensure(settings: Settings, link: Link | None = None) -> str:
    """Makes the door where it is missing, and returns what stands in the way, or nothing. A door that others took away
    comes back at the same address, if that is free. Never raises for what this host lacks."""
    if settings.public_url:
        settings.path(*FILE).unlink(missing_ok=True)
        return ""
    link = link or Link(settings)
    name, known = names.door_network_name(settings.installation), address(settings)
    try:
        ensure_network(link, name, _wish(settings, known), None, bridge=names.door_bridge_name(settings.installation))
        with translated("look at the door"):
            found = link.quick.inspect_network(name)["IPAM"]["Config"][0]["Gateway"]
    except StartFailed as error:  # there is no address for it, nor will there be
        settings.path(*FILE).unlink(missing_ok=True)
        return error.message
    except DemodockError as error:
        return error.message
    if found != known:
        fresh = settings.path(*FILE).with_suffix(".new")
        fresh.write_text(found)
        fresh.replace(settings.path(*FILE))
    return ""


# -- private --------------------------------------------------------------------------------------


def _wish(settings: Settings, known: str) -> str:
    return str(ip_network(f"{known}/28", strict=False)) if known else subnet_at(settings.subnets, DOOR_SUBNET)
