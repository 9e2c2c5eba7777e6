"""What every instance is held to: one pure function from a spec to the body of Docker's create call.

The body is written out whole, not through the SDK's options: what is not asked for here cannot creep in from the
image, from the client's configuration (its proxies, say) or from a new default. `tests/live/test_hardening.py` holds
what the engine makes of it against a frozen record.
"""

from __future__ import annotations

from typing import Any

from spaces import names
from spaces.engines.base import InstanceSpec
from spaces.gpus.source import SIMULATED
from spaces.settings import Settings

CPU_PERIOD = 100_000
"""Microseconds. A quota per period, since the engine refuses `NanoCpus` beyond the cores it has."""
OPEN_FILES = 16_384
"""Per process. Not more: an engine that runs under a limit of its own refuses to start what asks for more."""
SMALLEST_SHM = 64 << 20
OOM_SCORE = 500
"""When the whole machine runs short the kernel ends an app before the engine or the platform."""


def container_body(spec: InstanceSpec, settings: Settings, shelf: str = "") -> dict[str, Any]:
    """The JSON of `POST /containers/create` for `spec`. `shelf`: where the engine sees the shelf."""
    body: dict[str, Any] = {
        "Image": spec.image,
        "User": f"{names.APP_UID}:{names.APP_UID}",
        "Env": [f"{key}={value}" for key, value in spec.environment().items()],
        "Labels": labels(spec, settings.installation),
        "Healthcheck": {"Test": ["NONE"]},
        "StopSignal": "SIGTERM",
        "Tty": False,
        "OpenStdin": False,
        "HostConfig": host_config(spec, settings, shelf),
        "NetworkingConfig": {"EndpointsConfig": {spec.network: {}}},
    }
    if spec.command:
        # An empty list, unlike a missing one, keeps the image's ENTRYPOINT out.
        body |= {"Entrypoint": [], "Cmd": list(spec.command)}
    return body


def host_config(spec: InstanceSpec, settings: Settings, shelf: str = "") -> dict[str, Any]:
    """Limits and privileges. Memory and swap together stay at `memory`, so that a running app cannot swap its way
    past the limit; paging a frozen one out lifts that for the moment (`pageout.py`)."""
    return {
        "Init": True,
        "Privileged": False,
        "CapAdd": [],
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges"],
        "NetworkMode": spec.network,
        "IpcMode": "private",
        "CgroupnsMode": "private",
        "PidMode": "",
        "UTSMode": "",
        "Memory": spec.memory,
        "MemorySwap": spec.memory,
        "OomScoreAdj": OOM_SCORE,
        "CpuPeriod": CPU_PERIOD,
        "CpuQuota": max(1000, round(spec.cpus * CPU_PERIOD)),
        "PidsLimit": spec.pids,
        "ShmSize": max(SMALLEST_SHM, spec.memory // 2),  # its pages count towards `memory` all the same
        "Ulimits": [
            {"Name": "nofile", "Soft": OPEN_FILES, "Hard": OPEN_FILES},
            {"Name": "core", "Soft": 0, "Hard": 0},
        ],
        "Devices": [],
        "DeviceRequests": device_requests(spec, settings),
        "Binds": [],
        "Mounts": mounts(spec, settings.installation, shelf),
        "ExtraHosts": [f"{name}:{address}" for name, address in spec.hosts],
        "PortBindings": {},
        "PublishAllPorts": False,
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "AutoRemove": False,
        "LogConfig": {
            "Type": "json-file",
            "Config": {"max-size": str(settings.log_size), "max-file": str(settings.log_files)},
        },
    } | ({"Runtime": settings.runtime} if settings.runtime else {})


def labels(spec: InstanceSpec, installation: str) -> dict[str, str]:
    """Every label that means something to us: one that we left out could come from the image."""
    return {
        names.LABEL_INSTALLATION: installation,
        names.LABEL_KIND: names.KIND_INSTANCE,
        names.LABEL_SPACE: str(spec.space_id),
        names.LABEL_REVISION: str(spec.revision_id),
        names.LABEL_SPEC: spec.digest(),
        names.LABEL_BUILD: "",
        names.LABEL_ATTEMPT: "",
        names.LABEL_LAYER: "",
    }


def device_requests(spec: InstanceSpec, settings: Settings) -> list[dict[str, Any]]:
    """The exact devices, for the engine's NVIDIA hook. Simulated ones are no hook's business, unless a test says so."""
    if not spec.gpus or (settings.gpus.startswith(SIMULATED) and not settings.gpu_requests):
        return []
    return [{"Driver": "nvidia", "DeviceIDs": list(spec.gpus), "Capabilities": [["gpu", "compute", "utility"]]}]


def mounts(spec: InstanceSpec, installation: str, shelf: str = "") -> list[dict[str, Any]]:
    """The Space's own volume, and folders of the shelf, read-only. No other path of the host, whatever a spec says; and
    since nothing gains privileges in an instance, what is mounted brings it none."""
    made: list[dict[str, Any]] = []
    if spec.volume is not None:
        ours = {
            names.LABEL_INSTALLATION: installation,
            names.LABEL_KIND: names.KIND_VOLUME,
            names.LABEL_SPACE: str(spec.space_id),
        }
        made.append(
            {"Type": "volume", "Source": spec.volume, "Target": names.DATA_MOUNT, "VolumeOptions": {"Labels": ours}}
        )
    for mount in spec.mounts:
        if ".." in mount.folder.split("/") or mount.folder.startswith("/"):
            raise ValueError(f"{mount.folder!r} is no folder of the shelf")
        options = {"Propagation": "rprivate", "NonRecursive": True}
        source = f"{shelf}/{mount.folder}"
        made.append(
            {"Type": "bind", "Source": source, "Target": mount.target, "ReadOnly": True, "BindOptions": options}
        )
    return made
