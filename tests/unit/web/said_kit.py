"""Every English sentence that a page may show although it was raised far from it, read from the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from spaces import errors
from spaces.settings import Settings

ROOT = Path(__file__).parents[3]

NOT_ON_PAGES = (
    "spaces/api/",
    "spaces/cli/",
    "spaces/host/",
    "spaces/hub/",
    "spaces/modelscope/",
    "spaces/oauth/",
    "spaces/repos/lfs/",
    "spaces/repos/receive.py",
    "spaces/repos/smart_http.py",
    "spaces/supervisor.py",
    "spaces/service.py",
    "spaces/web/sentences/",
)
"""Whose words only programs, git and the command show."""

RAISED = {"Reason"} | {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, errors.DemodockError) and one is not errors.SetupError
}


class Sentence(NamedTuple):
    where: str
    text: str
    """Its gaps are written ‹0›, ‹1›."""


def raised() -> Iterator[Sentence]:
    """Messages and hints of errors and reasons that stand in the sources as they are."""
    for package in ("builder", "controller", "proxy", "spaces"):
        for path in sorted((ROOT / package).rglob("*.py")):
            name = str(path.relative_to(ROOT))
            if name.startswith(NOT_ON_PAGES):
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                for value in _told(node):
                    for text in _texts(value):
                        yield Sentence(f"{name}:{value.lineno}", text)


def described() -> Iterator[Sentence]:
    """What the settings mean."""
    for name, field in Settings.model_fields.items():
        yield Sentence(f"spaces/settings.py {name}", field.description or "")


def _told(node: ast.AST) -> Iterator[ast.expr]:
    if not isinstance(node, ast.Call):
        return
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called in RAISED:
        yield from node.args[:1]
        yield from (keyword.value for keyword in node.keywords if keyword.arg in ("message", "hint"))


def _texts(node: ast.expr) -> Iterator[str]:
    """Each text that the expression may be, as far as it stands there."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        gaps = iter(range(99))
        parts = [part.value if isinstance(part, ast.Constant) else f"‹{next(gaps)}›" for part in node.values]
        if sum(len(part.strip()) for part in parts if not part.startswith("‹")) >= 6:  # else its gaps are what is said
            yield "".join(parts)
