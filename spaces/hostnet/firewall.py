"""Puts the egress policy in force: as root by hand, else in a short-lived helper container, else not at all, which
`status` says. Docker forgets nothing of ours when it restarts, but others may: the sweep calls `keep` again and again."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from spaces import names
from spaces.engines.docker.client import Link, translated
from spaces.errors import DemodockError
from spaces.hostnet import door, hand
from spaces.hostnet.policy import find_nameservers, plan, policy
from spaces.settings import Settings

log = structlog.get_logger()

RESOLV_CONFS = ("/etc/resolv.conf", "/run/systemd/resolve/resolv.conf")
HELPER_SECONDS = 60


class FirewallStatus(NamedTuple):
    """`reason` says what is missing where the policy is not in force."""

    active: bool
    means: str
    reason: str = ""


def keep(settings: Settings, link: Link | None = None) -> FirewallStatus:
    """Looks, and mends what is missing. Cheap where nothing is. Never raises for what this host lacks."""
    seen = status(settings, link)
    return seen if seen.active else apply(settings, link)


def apply(settings: Settings, link: Link | None = None) -> FirewallStatus:
    """Puts the rules of these settings in force, whatever was there of ours before."""
    result = _do("apply", settings, link)
    if not result.active:
        log.warning("Spaces may reach private networks", reason=result.reason)
    return result


def status(settings: Settings, link: Link | None = None) -> FirewallStatus:
    """Whether the policy is in force, for `demodock doctor`."""
    return _do("check", settings, link)


def remove(settings: Settings, link: Link | None = None) -> None:
    """Takes the rules of this installation out again."""
    _do("remove", settings, link)


def _do(verb: str, settings: Settings, link: Link | None) -> FirewallStatus:
    means, act = _means(settings, link)
    try:
        reason = act(verb, plan(policy(settings, nameservers(), door.address(settings))))
    except DemodockError as error:
        reason = error.message
    return FirewallStatus(active=not reason, means=means, reason=reason)


def nameservers() -> list[str]:
    texts = []
    for path in RESOLV_CONFS:
        try:
            texts.append(Path(path).read_text())
        except OSError:
            continue
    return find_nameservers(*texts)


def _means(settings: Settings, link: Link | None) -> tuple[str, Callable[[str, dict[str, Any]], str]]:
    if os.geteuid() == 0 and shutil.which("iptables") and shutil.which("iptables-restore"):
        return "directly", lambda verb, work: {"apply": hand.apply, "check": hand.check, "remove": hand.remove}[verb](
            work
        )
    return "through a helper container", lambda verb, work: _in_helper(verb, work, link or Link(settings))


def _in_helper(verb: str, work: dict[str, Any], link: Link) -> str:
    """Runs `hand.py` beside the host's network with the one capability it needs."""
    with translated("change the packet filter"):
        images = link.quick.images(name=names.IMAGE_BASE)
        if not images:
            return "not root, and no base image for a helper container yet"
        body = {
            "Image": max(images, key=lambda image: image["Created"])["Id"],
            "Entrypoint": [],
            "Cmd": ["python3", "-c", Path(hand.__file__).read_text(), verb, json.dumps(work)],
            "User": "0:0",
            "Labels": {names.LABEL_INSTALLATION: link.installation, names.LABEL_KIND: names.KIND_HELPER},
            "Healthcheck": {"Test": ["NONE"]},
            "HostConfig": {
                "NetworkMode": "host",
                "CapDrop": ["ALL"],
                "CapAdd": ["NET_ADMIN", "NET_RAW"],
                "SecurityOpt": ["no-new-privileges"],
                "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m"}},
            },
        }
        made = link.slow.create_container_from_config(body)["Id"]
        try:
            link.slow.start(made)
            code = link.slow.wait(made, timeout=HELPER_SECONDS)["StatusCode"]
            said = link.quick.logs(made, stdout=True, stderr=code != 0).decode("utf-8", "replace").strip()
        finally:
            link.slow.remove_container(made, v=True, force=True)
    return json.loads(said) if code == 0 else (said.splitlines() or [f"exit code {code}"])[-1]
