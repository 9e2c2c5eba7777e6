"""Reads what Gradio tells of itself at `/gradio_api/info`. Pure, and never surprised by what it is given."""

from __future__ import annotations

from typing import Any

from spaces.interface.shape import ENDPOINTS, PARAMETERS, Endpoint, Interface, Kind, Parameter, small, text


def read(said: object, prefix: str, tools: object = None) -> Interface | None:
    """The interface in the answer; None where it is no answer of Gradio's. `tools`: what the app's MCP schema holds."""
    if not isinstance(said, dict) or not isinstance(named := said.get("named_endpoints"), dict):
        return None
    offered = [(name, one) for name, one in named.items() if isinstance(one, dict) and _shown(one)]
    return Interface(
        kind=Kind.GRADIO,
        prefix=prefix,
        endpoints=tuple(_endpoint(name, one) for name, one in offered[:ENDPOINTS]),
        left_out=max(0, len(offered) - ENDPOINTS),
        tools=_tools(tools),
    )


# -- private


def _shown(one: dict[str, Any]) -> bool:
    return one.get("show_api") is not False and one.get("api_visibility", "public") == "public"


def _endpoint(name: str, one: dict[str, Any]) -> Endpoint:
    takes, gives = one.get("parameters"), one.get("returns")
    returns = [_label(entry) for entry in gives if isinstance(entry, dict)] if isinstance(gives, list) else []
    entries = [entry for entry in takes if isinstance(entry, dict)] if isinstance(takes, list) else []
    return Endpoint(
        path=text(name),
        summary=text(one.get("description")),
        parameters=tuple(_parameter(entry) for entry in entries[:PARAMETERS]),
        returns=tuple(returns[:PARAMETERS]),
    )


def _parameter(entry: dict[str, Any]) -> Parameter:
    default, example = entry.get("parameter_default"), entry.get("example_input")
    has_default = entry.get("parameter_has_default") is True
    python = entry.get("python_type")
    is_file = isinstance(example, dict) and "path" in example
    return Parameter(
        name=text(entry.get("parameter_name")),
        label=text(entry.get("label")),
        type=text(python.get("type") if isinstance(python, dict) else ""),
        required=not has_default,
        example=small(default if has_default and (default is not None or not is_file) else example),
        is_file=is_file,
    )


def _label(entry: dict[str, Any]) -> str:
    python = entry.get("python_type")
    kind = text(python.get("type")) if isinstance(python, dict) else ""
    return f"{text(entry.get('label'))} ({kind})" if kind else text(entry.get("label"))


def _tools(said: object) -> tuple[str, ...] | None:
    if not isinstance(said, list):
        return None
    names = [text(tool.get("name")) for tool in said if isinstance(tool, dict)]
    return tuple(name for name in names[:ENDPOINTS] if name)
