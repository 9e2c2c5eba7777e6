"""From a Space, a revision and a hardware flavor to the one thing an engine understands; no I/O.

The environment has three layers: defaults that make the usual frameworks behave behind a proxy, then the owner's
variables and secrets, then the platform's own names, which nobody overrides.
"""

from __future__ import annotations

import ipaddress
import json
import math
from collections.abc import Mapping
from urllib.parse import urlsplit

from spaces import names
from spaces.engines.base import InstanceSpec
from spaces.errors import Invalid
from spaces.models import Flavor, Revision, Space
from spaces.settings import Settings

SUBNET_SIZE = 16
"""Addresses of one Space's network: its gateway, and every instance of a redeploy or two."""
DOOR_SUBNET = 0
"""Index that no Space gets: the door's (`spaces/hostnet/door.py`)."""
CACHE = f"{names.APP_HOME}/.cache"
CA_VARIABLES = (
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
)


def make_spec(
    settings: Settings,
    space: Space,
    revision: Revision,
    flavor: Flavor,
    owner_name: str,
    variables: Mapping[str, str],
    secrets: Mapping[str, str],
    host: str,
    ca: bool = False,
    door: str = "",
    sign_in: Mapping[str, str] | None = None,
) -> InstanceSpec:
    """`host` is what visitors see in the address bar, port included. `ca`: the image holds an extra CA bundle. `door`: the
    address at which the instance finds the control host, where names outside tell another. `sign_in`: what an app needs to
    sign people in."""
    space_id, revision_id = space.id or 0, revision.id or 0
    port = revision.config.app_port
    env = defaults(port, flavor, ca) | allowed(variables) | allowed(secrets)
    env |= platform(settings, space, revision, flavor, owner_name, host, port) | dict(sign_in or {})
    return InstanceSpec(
        name=names.instance_name(settings.installation, space_id, revision_id, space.generation),
        space_id=space_id,
        revision_id=revision_id,
        image=revision.image,
        command=tuple(json.loads(revision.command)),
        env=tuple(sorted(env.items())),
        port=port,
        cpus=flavor.cpus,
        memory=flavor.memory << 20,
        pids=flavor.pids,
        network=names.network_name(settings.installation, space_id),
        subnet=subnet_at(settings.subnets, space.subnet),
        volume=names.volume_name(settings.installation, space_id) if space.storage > 0 else None,
        hosts=((urlsplit(settings.hub_url).hostname or "", door),) if door else (),
    )


def defaults(port: int, flavor: Flavor, ca: bool) -> dict[str, str]:
    """What an owner may set otherwise."""
    env = {
        "PYTHONUNBUFFERED": "1",
        "HF_HOME": f"{CACHE}/huggingface",
        "XDG_CACHE_HOME": CACHE,
        # Libraries count the host's cores, and would start far more threads than the quota can run.
        "OMP_NUM_THREADS": str(math.ceil(flavor.cpus)),
        # Whatever reaches an instance came through the platform's own proxy: no other route leads there.
        "FORWARDED_ALLOW_IPS": "*",
        "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        # Its cookie does not reach an app inside an iframe, and uploads would be refused; each Space has its own origin.
        "STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "false",
        "STREAMLIT_SERVER_ENABLE_CORS": "false",
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    }
    return env | (dict.fromkeys(CA_VARIABLES, names.CA_FILE) if ca else {})


def platform(
    settings: Settings, space: Space, revision: Revision, flavor: Flavor, owner_name: str, host: str, port: int
) -> dict[str, str]:
    """What the Hub gives its Spaces, and what the container's hardening counts on."""
    return {
        "SYSTEM": "spaces",
        "SPACE_ID": f"{owner_name}/{space.name}",
        "SPACE_HOST": host,
        "SPACE_AUTHOR_NAME": owner_name,
        "SPACE_REPO_NAME": space.name,
        "SPACE_TITLE": revision.config.title or space.title or space.name,
        "SPACE_CREATOR_USER_ID": str(space.creator_id or space.owner_id),
        "CPU_CORES": f"{flavor.cpus:g}",
        "MEMORY": f"{flavor.memory // 1024}Gi" if flavor.memory % 1024 == 0 else f"{flavor.memory}Mi",
        "ACCELERATOR": flavor.name if flavor.gpus else "none",
        "NVIDIA_VISIBLE_DEVICES": "void",
        "HOME": names.APP_HOME,
        "PORT": str(port),
        "HF_ENDPOINT": settings.hub_endpoint.rstrip("/") or settings.hub_url,
    }


def allowed(entries: Mapping[str, str]) -> dict[str, str]:
    """Variables and secrets without what the platform keeps for itself; rows may be older than a reserved name."""
    return {key: value for key, value in entries.items() if names.valid_env_key(key)}


def subnet_at(pool: str, index: int) -> str:
    """The /28 with that index in the pool."""
    try:
        whole = ipaddress.IPv4Network(pool)
    except ValueError as error:
        raise Invalid(
            f"DEMODOCK_SUBNETS is {pool!r}: {error}.", hint="Name an IPv4 network such as 10.213.0.0/16."
        ) from error
    if not 0 <= index < whole.num_addresses // SUBNET_SIZE:
        raise Invalid(f"DEMODOCK_SUBNETS ({pool}) has no room for another Space.", hint="Name a larger network.")
    return f"{whole.network_address + index * SUBNET_SIZE}/28"
