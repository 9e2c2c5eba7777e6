"""Every setting: what is in force, what would be by default, and where the value comes from. What is secret is never told."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic_core import PydanticUndefined

from spaces import names
from spaces.errors import DemodockError
from spaces.host.mirrors import find_mirrors
from spaces.settings import Settings

HIDDEN = "••••••"


class Origin(StrEnum):
    ENVIRONMENT = "environment"
    """The variable is set."""
    START = "start"
    """Chosen by `demodock up` for its processes."""
    HOST = "host"
    """Found in what the host's own pip, apt or certificates are told."""
    DEFAULT = "default"


@dataclass(frozen=True)
class Setting:
    """One of them, as people may see it."""

    variable: str
    value: str
    """Empty: none."""
    default: str
    origin: Origin
    about: str


def settings_in_force(settings: Settings, environ: Mapping[str, str] = os.environ) -> list[Setting]:
    """All, in the order in which they are documented."""
    chosen = environ.get(names.ENV_CHOSEN, "").split(",")
    told = {name.upper() for name in environ}
    derived = _derived(settings)
    found = []
    for name, field in Settings.model_fields.items():
        variable = f"{names.ENV_PREFIX}{name.upper()}"
        value, default = getattr(settings, name), field.default
        origin = Origin.ENVIRONMENT if variable in told else Origin.DEFAULT
        if name in chosen:
            origin = Origin.START if value != default else Origin.DEFAULT
        if value == "" and derived.get(name):
            value, origin = derived[name]
        secret = not field.repr and value
        shown = HIDDEN if secret else _written(value)
        found.append(Setting(variable, shown, _written(default), origin, field.description or ""))
    return found


# Private

_PASSWORD = re.compile(r"(?<=//)[^/@\s]*@")
"""What stands before the host of a URL: a password, or a token in its place."""


def _written(value: Any) -> str:
    if value is PydanticUndefined or value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    return _PASSWORD.sub(f"{HIDDEN}@", str(value))


def _derived(settings: Settings) -> dict[str, tuple[str, Origin]]:
    """What stands for settings that are left empty, where that can be said in a word."""
    found = {
        "public_url": (settings.base_url, Origin.DEFAULT),
        "database_url": (settings.database, Origin.DEFAULT),
    }
    try:
        mirrors = find_mirrors(settings)
    except DemodockError:
        return found  # a setting names a file that is not there: the page about health is the place to say so
    host = {"index_url": mirrors.index_url, "apt_mirror": mirrors.apt_mirror, "ca_bundle": mirrors.ca_bundle}
    return found | {name: (str(value), Origin.HOST) for name, value in host.items() if value}
