"""What apps tell of their endpoints, honest and hostile, and snippets that do nothing but call them."""

from __future__ import annotations

import ast
import json
import shlex
import shutil
import subprocess

import pytest

from spaces.interface import gradio, openapi, snippets
from spaces.interface.shape import ENDPOINTS, PARAMETERS, TEXT, VALUE, Endpoint, Interface, Kind, Parameter

URL = "http://alice-demo.localhost:8000"
TOLD = {
    "named_endpoints": {
        "/greet": {
            "description": "Greets\nsomebody.",
            "api_visibility": "public",
            "parameters": [
                {"label": "Name", "parameter_name": "name", "python_type": {"type": "str"}, "example_input": "Hello!!", "parameter_has_default": False},
                {"label": "times", "parameter_name": "times", "python_type": {"type": "float"}, "parameter_default": 2, "parameter_has_default": True, "example_input": 1},
                {"label": "f", "parameter_name": "file", "example_input": {"path": "x.png"}, "parameter_default": None, "parameter_has_default": False},
            ],
            "returns": [{"label": "output", "python_type": {"type": "str"}}],
        },
        "/hidden": {"api_visibility": "private", "parameters": []},
    }
}  # fmt: skip
DOCUMENT = {
    "openapi": "3.1.0",
    "paths": {
        "/items/{item}": {
            "post": {
                "summary": "Put an item",
                "parameters": [
                    {"name": "item", "in": "path", "required": True, "schema": {"type": "integer"}},
                    {"name": "q", "in": "query", "schema": {"type": "string", "default": "a b&c"}},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}}},
            }
        },
        "/": {"get": {}},
    },
    "components": {"schemas": {"Item": {"type": "object", "required": ["price"], "properties": {"price": {"type": "number"}, "tags": {"type": "array"}}}}},
}  # fmt: skip


def test_gradios_endpoints_are_read():
    found = gradio.read(TOLD, "/gradio_api", [{"name": "greet"}, "x", {}])
    (greet,) = found.endpoints
    assert (greet.path, greet.summary, greet.returns) == ("/greet", "Greets somebody.", ("output (str)",))
    assert [(p.name, p.required, p.example, p.is_file) for p in greet.parameters] == [
        ("name", True, "Hello!!", False),
        ("times", False, 2, False),
        ("file", True, {"path": "x.png"}, True),
    ]
    assert found.tools == ("greet",) and gradio.read(TOLD, "").tools is None


def test_an_openapi_document_is_read_with_its_references():
    put, root = openapi.read(DOCUMENT).endpoints
    assert (put.method, put.path, put.summary) == ("POST", "/items/{item}", "Put an item")
    assert [(p.name, p.place, p.required, p.example) for p in put.parameters] == [
        ("item", "path", True, 1),
        ("q", "query", False, "a b&c"),
        ("price", "body", True, 1.5),
        ("tags", "body", False, []),
    ]
    assert root == Endpoint(path="/", method="GET")


LOOP: dict = {"openapi": "3", "paths": {"/x": {"post": {"requestBody": {"$ref": "#/a"}}}}, "a": {"$ref": "#/a"}}
DEEP: dict = {"openapi": "3", "paths": {"/x": {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/s"}}}}}}}, "s": {"type": "object", "properties": {"s": {"$ref": "#/s"}}}}  # fmt: skip
JUNK = [None, 7, "x", [], {}, [[]], {"a": 1}, {"named_endpoints": []}, {"named_endpoints": {"/x": 1, "/y": {"parameters": 7, "returns": "x"}, "/z": {"parameters": [1, {"python_type": 1, "example_input": {}}], "description": []}}}, {"openapi": 3}, {"openapi": "3", "paths": []}, {"openapi": "3", "paths": {"x": {}, "/x": 1, "/y": {"get": 1}, "/z": {"get": {"parameters": [1, {"in": "query", "schema": {"type": [], "anyOf": [7]}}], "requestBody": []}}}}, LOOP, DEEP]  # fmt: skip


@pytest.mark.parametrize("said", JUNK)
def test_whatever_is_told_is_read_or_is_nothing(said):
    for found in (gradio.read(said, "", said), openapi.read(said)):
        if found:
            assert Interface.model_validate_json(found.model_dump_json()) == found
            assert all(snippets.snippets(found, endpoint, URL, True) for endpoint in found.endpoints)


def test_too_much_is_cut():
    many = {f"/e{n}": {"description": "d" * 9999, "parameters": [{"parameter_name": f"p{k}", "example_input": "x" * 5 * VALUE} for k in range(80)]} for n in range(300)}  # fmt: skip
    found = gradio.read({"named_endpoints": many}, "")
    assert len(found.endpoints) == ENDPOINTS and found.left_out == 200
    first = found.endpoints[0]
    assert len(first.summary) == TEXT and len(first.parameters) == PARAMETERS and first.parameters[0].example is None


EVIL = '\'; touch /tmp/pwned; \'"""); import os #`$(id)` */ \\ \u202e\n</script>'


def evil(kind: Kind) -> tuple[Interface, Endpoint]:
    endpoint = Endpoint(
        path="/" + EVIL,
        method="POST",
        parameters=(Parameter(name=EVIL, label=EVIL, example={EVIL: [EVIL, None, True]}), Parameter(name="ok", example=EVIL), Parameter(name="q" + EVIL, place="query", example=EVIL)),
    )  # fmt: skip
    return Interface(kind=kind, prefix="/gradio_api", endpoints=(endpoint,)), endpoint


@pytest.mark.parametrize("kind", [Kind.GRADIO, Kind.OPENAPI])
@pytest.mark.parametrize("private", [True, False])
def test_p34_a_pasted_snippet_does_nothing_but_the_call(kind, private, tmp_path):
    made = {snippet.language: snippet.code for snippet in snippets.snippets(*evil(kind), URL, private)}
    assert all("\u202e" not in code for code in made.values())
    tree = ast.parse(made["python"])
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert called <= {"Client", "client.predict", "print", "httpx.request"}
    # A shell that has nothing but a curl which writes down its arguments.
    bash = shutil.which("bash")
    (tmp_path / "curl").write_text(f"""#!{bash}\nprintf '%s\\0' "$@" END >> "$0.args"\n""")
    (tmp_path / "curl").chmod(0o755)
    (tmp_path / "sed").symlink_to(shutil.which("sed"))
    alone = {"PATH": str(tmp_path), "DEMODOCK_TOKEN": "dd_x"}
    done = subprocess.run([bash, "-c", made["curl"]], env=alone, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    calls = [call.split("\0") for call in (tmp_path / "curl.args").read_text().removesuffix("END\0").split("END\0")]
    assert len(calls) == (2 if kind == Kind.GRADIO else 1)
    assert EVIL in _texts(json.loads(calls[0][calls[0].index("-d") + 1]))
    assert all(("Authorization: Bearer dd_x" in call) is private for call in calls)
    if node := shutil.which("node"):
        script = tmp_path / "made.mjs"
        script.write_text(made["javascript"])
        assert subprocess.run([node, "--check", script], capture_output=True).returncode == 0


def _texts(value: object) -> list[str]:
    """Every text in it."""
    if isinstance(value, dict):
        return [*value, *(text for one in value.values() for text in _texts(one))]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else [str(value)]


def test_the_snippets_say_what_gradio_wants():
    found = gradio.read(TOLD, "/gradio_api", [])
    python, javascript, curl = snippets.snippets(found, found.endpoints[0], URL, private=True)
    assert 'Client("http://alice-demo.localhost:8000/", token=os.environ["DEMODOCK_TOKEN"])' in python.code
    assert 'name="Hello!!",' in python.code and "file=handle_file(" in python.code
    assert 'app.predict("/greet", [' in javascript.code and "process.env.DEMODOCK_TOKEN" in javascript.code
    assert shlex.split(curl.code.partition("\\\n")[0])[-1] == "Authorization: Bearer $DEMODOCK_TOKEN"
    assert json.loads(snippets.mcp_config(found, URL, False)) == {
        "mcpServers": {"gradio": {"url": f"{URL}/gradio_api/mcp/"}}
    }


def test_the_snippets_of_an_openapi_document_name_its_whole_address():
    found = openapi.read(DOCUMENT)
    curl, python, javascript = snippets.snippets(found, found.endpoints[0], URL, private=False)
    assert shlex.split(curl.code.replace("\\\n", " "))[1:5] == ["-sS", "-X", "POST", f"{URL}/items/1?q=a%20b%26c"]
    assert "json={'price': 1.5}," in python.code and "httpx.request(" in python.code
    assert 'body: JSON.stringify({"price": 1.5})' in javascript.code
