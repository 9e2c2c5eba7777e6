"""Rules of the code base that a reviewer would otherwise have to remember: each names what to do instead."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("spaces", "builder", "proxy", "controller")
LINES = 500


@functools.cache
def sources() -> dict[str, ast.Module]:
    """Every module of the product, by its path from the root."""
    found = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(found) > 30
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8")) for path in found}


def under(path: str, *places: str) -> bool:
    """True where `path` is one of the files, or lies below one of the directories."""
    return any(path == place or path.startswith(f"{place.rstrip('/')}/") for place in places)


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Calls with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """String constants, docstrings left out."""
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


def imports(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def test_layers_and_pure_modules_import_only_what_their_contracts_allow(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    failed = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert failed == 0, capsys.readouterr().out


DRIVERS = {
    "docker": ("spaces/engines/docker", "spaces/host", "spaces/hostnet.py", "spaces/hostnet", "builder"),
    "rq": ("spaces/jobs.py", "builder/worker.py"),
    "redis": (
        "spaces/doorbell.py",
        "spaces/jobs.py",
        "spaces/processes.py",
        "spaces/api/health.py",
        "builder/control.py",
        "builder/worker.py",
        "controller/__main__.py",
        "proxy/gateway/directory.py",
    ),
    "aiohttp": ("proxy/gateway",),
    "subprocess": (
        "spaces/repos",
        "spaces/host",
        "spaces/hostnet/hand.py",
        "spaces/supervisor.py",
        "spaces/cli",
        "builder",
        "proxy/sockets.py",
        "spaces/service.py",
    ),
    "pynvml": ("spaces/gpus",),
}
"""Each driver stands behind the modules that are there for it; everybody else asks them."""


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_is_imported_only_by_its_own_modules(driver):
    strays = [
        f"{path}:{line}"
        for path, tree in sources().items()
        if not under(path, *DRIVERS[driver])
        for name, line in imports(tree)
        if name == driver or name.startswith(f"{driver}.")
    ]
    assert not strays, f"{driver} belongs behind {DRIVERS[driver]}"


def test_no_module_is_longer_than_its_reader_bears():
    lengths = {path: (ROOT / path).read_text(encoding="utf-8").count("\n") for path in sources()}
    assert not {path: lines for path, lines in lengths.items() if lines > LINES}, "split it: one noun or verb a module"


def test_every_module_says_its_one_idea():
    silent = [path for path, tree in sources().items() if tree.body and not ast.get_docstring(tree)]
    assert not silent, "begin with a docstring"


SHELLS = (
    "os.system",
    "os.popen",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell",
)


def test_p1_no_text_is_ever_handed_to_a_shell():
    found = []
    for path, tree in sources().items():
        for name, call in calls(tree):
            shell = [word for word in call.keywords if word.arg == "shell"]
            if name in SHELLS or any(not (isinstance(w.value, ast.Constant) and w.value.value is False) for w in shell):
                found.append(f"{path}:{call.lineno} {name}")
    assert not found, "pass a list of arguments"


def test_p1_no_text_is_put_together_for_a_shell_inside_a_container():
    found = []
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.List | ast.Tuple):
                parts = [part.value if isinstance(part, ast.Constant) else part for part in node.elts]
                for before, flag, text in zip(parts, parts[1:], parts[2:], strict=False):
                    shell = isinstance(before, str) and before.rpartition("/")[2] in ("sh", "bash", "dash")
                    if (
                        shell
                        and isinstance(flag, str)
                        and re.fullmatch(r"-[a-z]*c", flag)
                        and isinstance(text, ast.JoinedStr | ast.BinOp)
                    ):
                        found.append(f"{path}:{node.lineno}")
    assert not found, "let the script be fixed, and pass values as arguments or environment"


FORBIDDEN_CALLS = {
    "eval": "parse it",
    "exec": "import it",
    "pickle.loads": "JSON",
    "pickle.load": "JSON",
    "marshal.loads": "JSON",
    "yaml.load": "yaml.safe_load, or spaces.card_yaml",
    "yaml.unsafe_load": "yaml.safe_load",
    "tempfile.mktemp": "tempfile.mkstemp",
}


def test_p6_no_data_is_ever_run_as_code():
    found = [
        f"{path}:{call.lineno} {name}: {FORBIDDEN_CALLS[name]}"
        for path, tree in sources().items()
        for name, call in calls(tree)
        if name in FORBIDDEN_CALLS
    ]
    assert not found


OWNED = re.compile(r"^(?:demodock[.:]|x-demodock|/\.demodock)", re.IGNORECASE)
OWNED_ELSEWHERE = {("spaces/settings.py", "demodock.db"), ("spaces/cli/push.py", "demodock:")}
"""A file's name in the data directory; the user name before a token, where any would do."""


def test_every_name_the_platform_owns_is_spelled_in_one_file():
    found = [
        f"{path}:{node.lineno} {node.value!r}"
        for path, tree in sources().items()
        if path != "spaces/names.py"
        for node in strings(tree)
        if OWNED.match(node.value) and (path, node.value) not in OWNED_ELSEWHERE
    ]
    assert not found, "spell it in spaces/names.py and import it"


CLOCKS = re.compile(r"(?:^|\.)(?:datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time|time\.time_ns)$")
CLOCK_READERS = {
    "spaces/models/types.py": "the one clock",
    "spaces/host/bases.py": "how old a remembered answer of a registry is",
    "spaces/host/packages.py": "compares with the age of apt's own files",
    "spaces/repos/commit.py": "git's own committer time",
}
"""Reviewed: each compares with or writes a time that is not ours. Nothing here decides about a Space, a lease or a token."""


def test_p73_the_wall_clock_is_read_in_one_place():
    found = [
        f"{path}:{call.lineno} {name}"
        for path, tree in sources().items()
        if path not in CLOCK_READERS
        for name, call in calls(tree)
        if CLOCKS.search(name)
    ]
    assert not found, "models.types.now for rows, time.monotonic for durations"


def test_p83_tokens_are_never_made_by_a_predictable_generator():
    allowed = ("proxy", "controller")  # jitter, and which quiet port to speak from
    found = [
        f"{path}:{line}"
        for path, tree in sources().items()
        if not under(path, *allowed)
        for name, line in imports(tree)
        if name == "random"
    ]
    assert not found, "the module `secrets`"
