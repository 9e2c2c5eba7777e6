"""The api's own document, walked: every operation with a request that it would take, and where a text can be put into it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

Steps = tuple[str | int, ...]
"""The way to a value inside a JSON body."""


@dataclass(frozen=True)
class Request:
    """What is sent. Path parameters and values are texts as they stand before encoding."""

    method: str
    path: str
    """As the document has it, `/api/spaces/{owner}/{name}`."""
    parameters: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    form: bool = False

    @property
    def key(self) -> str:
        """`POST /api/spaces/{owner}/{name}/restart`."""
        return f"{self.method} {self.path}"

    @property
    def url(self) -> str:
        filled = re.sub(
            r"\{(\w+)\}", lambda name: quote(self.parameters[name[1]], safe="", errors="surrogatepass"), self.path
        )
        return filled + (f"?{urlencode(self.query, errors='surrogatepass')}" if self.query else "")

    @property
    def content(self) -> bytes:
        """The body's bytes: JSON that escapes what is no character, or a form."""
        if self.body is None:
            return b""
        return (urlencode(self.body, True, errors="surrogatepass") if self.form else json.dumps(self.body)).encode()

    @property
    def headers(self) -> dict[str, str]:
        kind = "application/x-www-form-urlencoded" if self.form else "application/json"
        return {} if self.body is None else {"Content-Type": kind}


def requests(document: dict[str, Any], known: dict[str, str]) -> Iterator[Request]:
    """One request for each operation. `known` are values of parameters by name, where an example would lead nowhere."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            places: dict[str, dict[str, str]] = {"path": {}, "query": {}, "header": {}, "cookie": {}}
            for parameter in operation.get("parameters", ()):
                if parameter.get("required"):
                    value = known.get(parameter["name"], example(parameter["schema"], document))
                    places[parameter["in"]][parameter["name"]] = str(value)
            content = operation.get("requestBody", {}).get("content", {})
            kind = next(iter(content), None)
            body = example(content[kind]["schema"], document, known) if kind else None
            form = bool(kind) and kind != "application/json"
            yield Request(method.upper(), path, places["path"], places["query"], body, form)


def with_text(request: Request, text: str, document: dict[str, Any]) -> Iterator[Request]:
    """The request once for each place of a text in it, with `text` there: path, query (the optional ones too), and every
    string of the body, at any depth."""
    operation = document["paths"][request.path][request.method.lower()]
    for parameter in operation.get("parameters", ()):
        name = parameter["name"]
        if not any(kind.get("type") == "string" for kind in _kinds(parameter["schema"], document)):
            continue
        if parameter["in"] == "path":
            yield replace(request, parameters={**request.parameters, name: text})
        elif parameter["in"] == "query":
            yield replace(request, query={**request.query, name: text})
    for content in operation.get("requestBody", {}).get("content", {}).values():
        for steps in _strings(content["schema"], document):
            body = copy.deepcopy(request.body)
            yield replace(request, body=_put(body, steps, text))


def example(schema: dict[str, Any], document: dict[str, Any], known: dict[str, Any] | None = None) -> Any:
    """A small value that the schema allows: its required properties, and those whose value is `known`."""
    kind = _kinds(schema, document)[0]
    if "const" in kind or "enum" in kind:
        return kind.get("const", kind.get("enum", [None])[0])
    match kind.get("type"):
        case "object":
            properties = kind.get("properties", {})
            wanted = [name for name in properties if name in kind.get("required", ()) or name in (known or {})]
            return {name: (known or {}).get(name, example(properties[name], document)) for name in wanted}
        case "array":
            return []
        case "integer" | "number":
            return max(1, kind.get("minimum", 1))
        case "boolean":
            return False
        case "string":
            return "2099-01-01T00:00:00Z" if kind.get("format") == "date-time" else "x"
        case _:
            return None


# -- private


def _kinds(schema: dict[str, Any], document: dict[str, Any]) -> list[dict[str, Any]]:
    """The schema's alternatives, references followed, `null` last."""
    if "$ref" in schema:
        return _kinds(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    parts = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if not parts:
        return [schema]
    found = [kind for part in parts for kind in _kinds(part, document)]
    return sorted(found, key=lambda kind: kind.get("type") == "null")


def _strings(schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Iterator[Steps]:
    if depth > 5:
        return
    for kind in _kinds(schema, document):
        if kind.get("type") == "string":
            yield ()
        elif kind.get("type") == "array":
            yield from ((0, *steps) for steps in _strings(kind.get("items", {}), document, depth + 1))
        elif kind.get("type") == "object":
            for name, part in kind.get("properties", {}).items():
                yield from ((name, *steps) for steps in _strings(part, document, depth + 1))


def _put(body: Any, steps: Steps, text: str) -> Any:
    if not steps:
        return text
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        return [_put({}, rest, text)]
    made = dict(body) if isinstance(body, dict) else {}
    made[str(step)] = _put(made.get(str(step)), rest, text)
    return made
