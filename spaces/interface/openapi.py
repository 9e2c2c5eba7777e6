"""Reads the OpenAPI document that FastAPI and others tell at `/openapi.json`. Pure; of references only what stands in the
document itself is looked up, and no deeper than a person would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spaces.interface.shape import ENDPOINTS, PARAMETERS, Endpoint, Interface, Kind, Parameter, small, text

METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 4


def read(said: object) -> Interface | None:
    """The interface in the document; None where it is none."""
    if not isinstance(said, dict) or not isinstance(said.get("openapi"), str):
        return None
    paths = said.get("paths")
    offered = list(_operations(paths if isinstance(paths, dict) else {}))
    return Interface(
        kind=Kind.OPENAPI,
        endpoints=tuple(_endpoint(said, *operation) for operation in offered[:ENDPOINTS]),
        left_out=max(0, len(offered) - ENDPOINTS),
    )


# -- private


def _operations(paths: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in paths.items():
        if isinstance(item, dict) and path.startswith("/"):
            for method in METHODS:
                if isinstance(operation := item.get(method), dict):
                    yield path, method, operation


def _endpoint(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Endpoint:
    listed = operation.get("parameters")
    entries = [_follow(document, entry) for entry in listed] if isinstance(listed, list) else []
    parameters = [_parameter(document, entry) for entry in entries if entry.get("in") in ("path", "query")]
    return Endpoint(
        path=text(path),
        method=method.upper(),
        summary=text(operation.get("summary") or operation.get("description")),
        parameters=tuple((parameters + _body(document, operation))[:PARAMETERS]),
    )


def _parameter(document: dict[str, Any], entry: dict[str, Any]) -> Parameter:
    schema = _follow(document, entry.get("schema"))
    return Parameter(
        name=text(entry.get("name")),
        type=text(schema.get("type")),
        required=entry.get("required") is True,
        example=small(_example(document, schema, 0)),
        place=str(entry["in"]),
    )


def _body(document: dict[str, Any], operation: dict[str, Any]) -> list[Parameter]:
    content = _follow(document, operation.get("requestBody")).get("content")
    kinds = content if isinstance(content, dict) else {}
    wanted = kinds.get("application/json")
    if not isinstance(wanted, dict):
        return []
    schema = _follow(document, wanted.get("schema"))
    properties, required = schema.get("properties"), schema.get("required")
    if not isinstance(properties, dict):
        return [Parameter(type=text(schema.get("type")), example=small(_example(document, schema, 0)))]
    return [
        Parameter(
            name=text(name),
            type=text(_follow(document, one).get("type")),
            required=isinstance(required, list) and name in required,
            example=small(_example(document, _follow(document, one), 0)),
        )
        for name, one in list(properties.items())[:PARAMETERS]
    ]


def _follow(document: dict[str, Any], entry: object) -> dict[str, Any]:
    """`entry`, or what it refers to."""
    for _ in range(_DEEPEST):
        if not isinstance(entry, dict):
            return {}
        reference = entry.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return entry
        entry = document
        for part in reference[2:].split("/")[:8]:
            entry = entry.get(part) if isinstance(entry, dict) else None
    return {}


def _example(document: dict[str, Any], schema: dict[str, Any], depth: int) -> Any:
    """Something that fits the schema."""
    for key in ("example", "default"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for key in ("anyOf", "oneOf"):
        if isinstance(schema.get(key), list) and schema[key] and depth < _DEEPEST:
            return _example(document, _follow(document, schema[key][0]), depth + 1)
    kind = schema.get("type")
    if kind == "object" and isinstance(properties := schema.get("properties"), dict) and depth < _DEEPEST:
        entries = list(properties.items())[:PARAMETERS]
        return {name: _example(document, _follow(document, one), depth + 1) for name, one in entries}
    simple: dict[object, Any] = {
        "string": "text",
        "integer": 1,
        "number": 1.5,
        "boolean": True,
        "array": [],
        "object": {},
    }
    return simple.get(kind if isinstance(kind, str) else None)
