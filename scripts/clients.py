"""Clients that only tests need, in versions of their own: each in a virtual environment below `.clients`, made once."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from spaces.errors import SetupError
from spaces.host.mirrors import find_mirrors
from spaces.settings import get_settings

FOLDER = Path(__file__).resolve().parent.parent / ".clients"
CLIENTS = {
    "hub-1.28": ("huggingface_hub==1.28.0",),
    "gradio": ("gradio==6.31.0", "gradio_client==2.7.2"),
}
"""By the name of the folder, what is installed there."""


def command(client: str, name: str) -> Path:
    """The program `name` of a client."""
    return FOLDER / client / "bin" / name


def ensure(report: Callable[[str], None]) -> None:
    """Installs what is missing. Raises SetupError where the package index does not answer."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / ".lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for client, wanted in CLIENTS.items():
            stamp = FOLDER / client / ".stamp"
            said = "\n".join((sys.version, *wanted))
            if not stamp.is_file() or stamp.read_text() != said:
                report(f"installing {', '.join(wanted)} for the tests")
                _install(FOLDER / client, wanted)
                stamp.write_text(said)


# -- private


def _install(folder: Path, wanted: tuple[str, ...]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    mirrors = find_mirrors(get_settings())
    told = {"UV_DEFAULT_INDEX": mirrors.index_url, "SSL_CERT_FILE": str(mirrors.ca_bundle or "")}
    environment = {**os.environ, **{name: value for name, value in told.items() if value}}
    for step in (
        ["venv", "-q", "--python", sys.executable, str(folder)],
        ["pip", "install", "-q", "--compile-bytecode", "--python", str(folder / "bin" / "python"), *wanted],
    ):
        done = subprocess.run([sys.executable, "-m", "uv", *step], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SetupError(
                f"{', '.join(wanted)} could not be installed for the tests.",
                hint=f"uv says:\n{done.stderr[-2000:]}",
            )
