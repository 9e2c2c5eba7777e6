"""ModelScope's Studio files in our words: `ms_deploy.json`, and `deployspec.entry_file` in the card.

A Studio keeps its sdk in the platform's settings or in `ms_deploy.json`, not in its card. So they are read where the
card names no sdk; what the card does say wins.
"""

from __future__ import annotations

import bisect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from spaces import card_values as v
from spaces.card_keys import SDKS, STUDIO_KEY
from spaces.card_tree import Tree
from spaces.card_yaml import CARD_FILE, Node, checked_text
from spaces.errors import CardError
from spaces.names import valid_env_key

DEPLOY_FILE = "ms_deploy.json"
_LIMIT = 64 * 1024
_VARIABLE_LIMIT = 200

FLAVORS = {
    "platform/2v-cpu-16g-mem": "cpu-basic",
    "xgpu/8v-cpu-32g-mem-16g": "t4-small",
    "xgpu/8v-cpu-64g-mem-48g": "l40sx1",
}
"""`resource_configuration` as the flavor that comes nearest; a hint, never assigned."""

_KEYS = ("sdk_type", "sdk_version", "base_image", "resource_configuration", "environment_variables", "port")
_IMAGE_PYTHON = re.compile(r"(?:^|-)py3(\d{1,2})(?:-|$)")


@dataclass
class Studio:
    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def entry_file(card: Mapping[str, Node]) -> str | None:
    """The card's `deployspec.entry_file`."""
    spec = card.get(STUDIO_KEY)
    if spec is None or spec.empty:
        return None
    if not isinstance(spec.value, dict):
        v.refuse(spec, STUDIO_KEY, "is no map", "`entry_file:` on a line of its own below it")
    entry = spec.value.get("entry_file")
    return None if entry is None or entry.empty else v.file_path(entry, f"{STUDIO_KEY}.entry_file")


def check_deploy_file(content: bytes) -> None:
    """Raises CardError where `content` cannot be an `ms_deploy.json`."""
    _read_deploy(content)


def read_studio(tree: Tree, card: Mapping[str, Node], instead: bytes | None = None) -> Studio | None:
    """What the Studio's files say, as fields of `SpaceConfig`; None where they name no sdk either. `instead` is read where
    there is no `ms_deploy.json`."""
    content = tree.read(DEPLOY_FILE, _LIMIT + 1)
    if content is None:
        content = instead
    if content is not None:
        return _read_deploy(content)
    entry = entry_file(card)
    if entry is None:
        return None
    sdk, why = _guess(tree, entry)
    warning = f"{CARD_FILE} names no sdk; taken for {sdk}, since {why}. Write `sdk: {sdk}` to be sure."
    return Studio({"sdk": sdk}, [warning])


# -- private --------------------------------------------------------------------------------------


def _read_deploy(content: bytes) -> Studio:
    nodes = _parse(content)
    studio = Studio()
    if "sdk_type" not in nodes or nodes["sdk_type"].empty:
        _refuse(1, "sdk_type", "is missing", "gradio, streamlit, docker or static")
    for name, node in nodes.items():
        if name not in _KEYS:
            meant = v.nearest(name, _KEYS)
            studio.warnings.append(
                f"{DEPLOY_FILE}, line {node.line}: unknown key `{name[:80]}`"
                + (f"; did you mean `{meant}`?" if meant else ".")
            )
        elif not node.empty:
            _READERS[name](node, studio)
    return studio


def _sdk(node: Node, studio: Studio) -> None:
    studio.values["sdk"] = v.choice(*SDKS)(node, "sdk_type")


def _version(node: Node, studio: Studio) -> None:
    studio.values["sdk_version"] = v.sdk_version(node, "sdk_version")


def _image(node: Node, studio: Studio) -> None:
    image = v.text()(node, "base_image")
    found = _IMAGE_PYTHON.search(image)
    if found:
        studio.values["python_version"] = f"3.{int(found[1])}"
    taken = f"only its Python, {studio.values['python_version']}, is used" if found else "it has no effect"
    studio.warnings.append(
        f"{DEPLOY_FILE}, line {node.line}: `base_image`: {taken}. List packages in requirements.txt."
    )


def _resources(node: Node, studio: Studio) -> None:
    wanted = v.text()(node, "resource_configuration")
    if wanted in FLAVORS:
        studio.values["suggested_hardware"] = FLAVORS[wanted]
        return
    studio.warnings.append(
        f"{DEPLOY_FILE}, line {node.line}: `resource_configuration` {v.quoted(node)} is unknown. Choose hardware in the Space's settings."
    )


def _variables(node: Node, studio: Studio) -> None:
    name = "environment_variables"
    allowed = 'a list of {"name": ..., "value": ...}'
    if not isinstance(node.value, tuple) or len(node.value) > _VARIABLE_LIMIT:
        v.refuse(node, name, "is no list, or too long a one", f"{allowed}, at most {_VARIABLE_LIMIT}")
    found: dict[str, str] = {}
    for entry in node.value:
        fields = entry.value if isinstance(entry.value, dict) else {}
        if set(fields) != {"name", "value"} or not all(isinstance(part.value, str) for part in fields.values()):
            v.refuse(entry, name, "holds an entry of another form", allowed)
        key, value = fields["name"].value, fields["value"].value
        assert isinstance(key, str) and isinstance(value, str)
        if not valid_env_key(key):
            v.refuse(
                fields["name"],
                f"{name}.{key[:80]}",
                "may not be set: the name belongs to the platform or is no variable's name",
                "letters, digits and `_`, none of the platform's own names",
                "Give the variable another name.",
            )
        if key in found:
            v.refuse(fields["name"], f"{name}.{key}", "is set twice", "each name once")
        found[key] = value
    studio.values["variables"] = found


def _port(node: Node, studio: Studio) -> None:
    studio.values["app_port"] = v.integer(1, 65535)(node, "port")


_READERS = {
    "sdk_type": _sdk,
    "sdk_version": _version,
    "base_image": _image,
    "resource_configuration": _resources,
    "environment_variables": _variables,
    "port": _port,
}


def _parse(content: bytes) -> dict[str, Node]:
    if len(content) > _LIMIT:
        _refuse(1, "", "the file is too large", f"{_LIMIT // 1024} KiB")
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text, object_pairs_hook=_pairs, parse_constant=_constant)
        if not isinstance(data, dict):
            _refuse(1, "", "no JSON object", "a JSON object")
        lines = _Lines(text)
        return {key: lines.node(value, key, 1) for key, value in data.items()}
    except json.JSONDecodeError as error:
        _refuse(error.lineno, "", f"no valid JSON: {error.msg}", "a JSON object")
    except (ValueError, RecursionError):
        _refuse(1, "", "no valid JSON", "a JSON object in UTF-8, not nested deeply")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
        raise CardError(
            f"{DEPLOY_FILE}: `{twice[:80]}` is written twice.",
            file=DEPLOY_FILE,
            line=None,
            key=twice[:80],
            allowed="each key once",
        )
    return found


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


class _Lines:
    """JSON forgets where things stood: a value's line is the next one that holds its key, or an entry's name."""

    def __init__(self, text: str) -> None:
        self.found: dict[str, list[int]] = {}
        for number, line in enumerate(text.splitlines(), 1):
            for string in re.findall(r'"(?:[^"\\]|\\.)*"', line):
                self.found.setdefault(string, []).append(number)

    def node(self, value: Any, word: str, line: int) -> Node:
        line = self._next(word, line)
        if isinstance(value, dict):
            return Node(DEPLOY_FILE, line, {key: self.node(part, key, line) for key, part in value.items()})
        if isinstance(value, list):
            named = [item.get("name") if isinstance(item, dict) else item for item in value]
            items = [
                self.node(item, name if isinstance(name, str) else word, line)
                for item, name in zip(value, named, strict=True)
            ]
            return Node(DEPLOY_FILE, line, tuple(items))
        if isinstance(value, str):
            return Node(DEPLOY_FILE, line, checked_text(value, DEPLOY_FILE, line))
        return Node(DEPLOY_FILE, line, json.dumps(value), plain=True)

    def _next(self, word: str, start: int) -> int:
        places = self.found.get(json.dumps(word, ensure_ascii=False), [])
        return next(iter(places[bisect.bisect_left(places, start) :]), start)


def _guess(tree: Tree, entry: str) -> tuple[str, str]:
    """The sdk that a Studio's files look like, and why."""
    if tree.exists("Dockerfile"):
        return "docker", "there is a Dockerfile"
    if entry.lower().endswith((".html", ".htm")):
        return "static", f"`{entry}` is a page"
    for path in (entry, "requirements.txt"):
        if re.search(rb"^\s*(?:import\s+|from\s+)?streamlit\b", tree.read(path, _LIMIT) or b"", re.MULTILINE):
            return "streamlit", f"`{path}` names streamlit"
    return "gradio", "nothing names another"


def _refuse(line: int, key: str, message: str, allowed: str) -> NoReturn:
    named = f"`{key}` " if key else ""
    raise CardError(
        f"{DEPLOY_FILE}, line {line}: {named}{message}.", file=DEPLOY_FILE, line=line, key=key, allowed=allowed
    ) from None
