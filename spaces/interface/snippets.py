"""How to call an endpoint from Python, JavaScript and a shell: text that works when it is pasted. Pure.

Names and values are the app's own, so each is written as a literal of its language: whatever they hold, pasting them runs
nothing but the call.
"""

from __future__ import annotations

import json
import keyword
import shlex
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from spaces.interface.shape import Endpoint, Interface, Kind, Parameter

TOKEN = "DEMODOCK_TOKEN"
"""The environment variable that snippets for private Spaces read a token from."""
TOKEN_HEADER = "Authorization"
FILE = "path/or/url/of/a/file"
FILE_URL = "https://url/of/a/file"
"""A shell's call sends no file along: the app fetches it."""


@dataclass(frozen=True)
class Snippet:
    """`language` names its tab; words: `space.api.LANGUAGE`."""

    language: str
    code: str


def snippets(interface: Interface, endpoint: Endpoint, url: str, private: bool) -> list[Snippet]:
    """For one endpoint of the app at `url`, which has no slash at its end."""
    if interface.kind == Kind.GRADIO:
        return [
            Snippet("python", _gradio_python(endpoint, url, private)),
            Snippet("javascript", _gradio_javascript(endpoint, url, private)),
            Snippet("curl", _gradio_curl(interface, endpoint, url, private)),
        ]
    return [
        Snippet("curl", _curl(endpoint, url, private)),
        Snippet("python", _python(endpoint, url, private)),
        Snippet("javascript", _javascript(endpoint, url, private)),
    ]


def mcp_config(interface: Interface, url: str, private: bool) -> str:
    """What clients of MCP are told of the app."""
    server: dict[str, Any] = {"url": f"{url}{interface.prefix}/mcp/"}
    if private:
        server["headers"] = {TOKEN_HEADER: f"Bearer YOUR_{TOKEN}"}
    return json.dumps({"mcpServers": {"gradio": server}}, indent=2)


# -- private --------------------------------------------------------------------------------------


def _gradio_python(endpoint: Endpoint, url: str, private: bool) -> str:
    files = any(parameter.is_file for parameter in endpoint.parameters)
    token = f', token=os.environ["{TOKEN}"]' if private else ""
    lines = ["import os", ""] if private else []
    lines += [f"from gradio_client import Client{', handle_file' if files else ''}", ""]
    lines += [f"client = Client({_python_literal(url + '/')}{token})", "result = client.predict("]
    by_name = all(_is_name(parameter.name) for parameter in endpoint.parameters)
    for parameter in endpoint.parameters:
        value = f"handle_file({FILE!r})" if parameter.is_file else _python_literal(parameter.example)
        lines.append(f"    {parameter.name + '=' if by_name else ''}{value},")
    lines += [f"    api_name={_python_literal(endpoint.path)},", ")", "print(result)"]
    return "\n".join(lines)


def _gradio_javascript(endpoint: Endpoint, url: str, private: bool) -> str:
    files = any(parameter.is_file for parameter in endpoint.parameters)
    options = f", {{ token: process.env.{TOKEN} }}" if private else ""
    lines = [f'import {{ Client{", handle_file" if files else ""} }} from "@gradio/client";', ""]
    lines += [f"const app = await Client.connect({_json(url + '/')}{options});"]
    lines += [f"const result = await app.predict({_json(endpoint.path)}, ["]
    for parameter in endpoint.parameters:
        value = f"handle_file({_json(FILE)})" if parameter.is_file else _json(parameter.example)
        lines.append(f"  {value},{_comment(parameter)}")
    lines += ["]);", "console.log(result.data);"]
    return "\n".join(lines)


def _gradio_curl(interface: Interface, endpoint: Endpoint, url: str, private: bool) -> str:
    """Gradio queues: the first call gives the number of an event, the second follows that."""
    address = f"{url}{interface.prefix}/call/{quote(endpoint.path.strip('/'), safe='')}"
    data = [
        {"path": FILE_URL, "meta": {"_type": "gradio.FileData"}} if p.is_file else p.example
        for p in endpoint.parameters
    ]
    return "\n".join(
        [
            f"EVENT=$(curl -sS {shlex.quote(address)}{_shell_token(private)} \\",
            f'  -H \'Content-Type: application/json\' -d {shlex.quote(_json({"data": data}))} | sed \'s/.*"event_id": *"\\([^"]*\\)".*/\\1/\')',
            f'curl -sSN {shlex.quote(address)}/"$EVENT"{_shell_token(private)}',
        ]
    )


def _curl(endpoint: Endpoint, url: str, private: bool) -> str:
    method = "" if endpoint.method == "GET" else f" -X {endpoint.method}"
    lines = [f"curl -sS{method} {shlex.quote(_address(endpoint, url))}{_shell_token(private)}"]
    if (body := _body(endpoint)) is not None:
        lines[0] += " \\"
        lines.append(f"  -H 'Content-Type: application/json' -d {shlex.quote(_json(body))}")
    return "\n".join(lines)


def _python(endpoint: Endpoint, url: str, private: bool) -> str:
    lines = ["import os", ""] if private else []
    lines += ["import httpx", "", "answer = httpx.request("]
    lines += [f"    {_python_literal(endpoint.method)},", f"    {_python_literal(_address(endpoint, url))},"]
    if private:
        lines.append(f'    headers={{"{TOKEN_HEADER}": f"Bearer {{os.environ[\'{TOKEN}\']}}"}},')
    if (body := _body(endpoint)) is not None:
        lines.append(f"    json={_python_literal(body)},")
    return "\n".join([*lines, "    timeout=60,", ")", "print(answer.text)"])


def _javascript(endpoint: Endpoint, url: str, private: bool) -> str:
    body, headers = _body(endpoint), []
    if private:
        headers.append(f"{TOKEN_HEADER}: `Bearer ${{process.env.{TOKEN}}}`")
    if body is not None:
        headers.append('"Content-Type": "application/json"')
    lines = [f"const answer = await fetch({_json(_address(endpoint, url))}, {{", f"  method: {_json(endpoint.method)},"]
    if headers:
        lines.append(f"  headers: {{ {', '.join(headers)} }},")
    if body is not None:
        lines.append(f"  body: JSON.stringify({_json(body)}),")
    return "\n".join([*lines, "});", "console.log(await answer.text());"])


def _address(endpoint: Endpoint, url: str) -> str:
    path = endpoint.path
    for parameter in endpoint.parameters:
        if parameter.place == "path":
            path = path.replace(f"{{{parameter.name}}}", str(parameter.example))
    query = [
        f"{quote(parameter.name, safe='')}={quote(_spelled(parameter.example), safe='')}"
        for parameter in endpoint.parameters
        if parameter.place == "query" and (parameter.required or parameter.example is not None)
    ]
    return url + quote(path, safe="/:@!$&'()*+,;=~") + ("?" + "&".join(query) if query else "")


def _body(endpoint: Endpoint) -> Any:
    inside = [parameter for parameter in endpoint.parameters if parameter.place == "body"]
    if len(inside) == 1 and not inside[0].name:
        return inside[0].example
    wanted = [parameter for parameter in inside if parameter.required] or inside
    return {parameter.name: parameter.example for parameter in wanted} if wanted else None


def _shell_token(private: bool) -> str:
    return f' -H "{TOKEN_HEADER}: Bearer ${TOKEN}"' if private else ""


def _spelled(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _json(value: Any) -> str:
    """A literal of JSON, and so of JavaScript; what does not print is spelled out."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(value)


def _python_literal(value: Any) -> str:
    """Python's own spelling, which spells out what does not print."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) and _plain(value) else repr(value)


def _plain(text: str) -> bool:
    return text.isprintable() and not any(letter in text for letter in '\\"')


def _is_name(name: str) -> bool:
    return name.isidentifier() and name.isascii() and not keyword.iskeyword(name) and name != "api_name"


def _comment(parameter: Parameter) -> str:
    return f" // {parameter.name}" if _is_name(parameter.name) else ""
