"""An app's endpoints in one shape, whatever framework tells them. All texts are the app's own: untrusted, and cut to size."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

ENDPOINTS = 100
PARAMETERS = 50
TEXT = 300
VALUE = 2000
"""Characters of a value that an example shows; a longer one is left out."""


class Kind(StrEnum):
    GRADIO = "gradio"
    OPENAPI = "openapi"
    NONE = "none"
    """It answers, and tells nothing of endpoints."""


class Parameter(BaseModel, frozen=True):
    name: str = ""
    label: str = ""
    type: str = ""
    required: bool = True
    example: Any = None
    place: str = "body"
    """`path`, `query` or `body`."""
    is_file: bool = False


class Endpoint(BaseModel, frozen=True):
    path: str
    """Gradio's name of it, `/predict`; else the path."""
    method: str = "POST"
    summary: str = ""
    parameters: tuple[Parameter, ...] = ()
    returns: tuple[str, ...] = ()


class Interface(BaseModel, frozen=True):
    kind: Kind = Kind.NONE
    prefix: str = ""
    """Where Gradio's own paths begin."""
    endpoints: tuple[Endpoint, ...] = ()
    left_out: int = 0
    """Endpoints beyond what is kept."""
    tools: tuple[str, ...] | None = None
    """What it offers by MCP; None: it does not speak that."""


def text(value: object, most: int = TEXT) -> str:
    """`value` where it is a text, on one line and not too long."""
    if not isinstance(value, str):
        return ""
    line = " ".join(value.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def small(value: object) -> Any:
    """`value` where an example can show it, else nothing."""
    try:
        return value if len(json.dumps(value)) <= VALUE else None
    except (TypeError, ValueError, RecursionError):
        return None
