"""Gradio's hot reload stays off in Spaces: nobody offers it here, and every Gradio Space would pay for it.

Where `SYSTEM=spaces` says that it runs on the Hub, Gradio starts dev mode from the package `spaces`: a server on port
7887 that changes running code for whoever asks, without a password, and 30 MiB of memory for a register of all code
there is. No setting turns it off, so its one module is replaced in the layer.
"""

from __future__ import annotations

VENV = "/opt/venv"

STUB = '''"""Hot reload is off on this platform: this module takes the place of the package's own."""


class ReloadServer:
    def __init__(self, **_):
        pass

    def run(self, port):
        """Serves nobody."""
'''

_SCRIPT = """
for file in "$1"/lib/python*/site-packages/spaces/reloading/server.py; do
    [ ! -f "$file" ] || printf %s "$2" > "$file"
done
"""


def switch_off(venv: str = VENV) -> list[str]:
    """The command that does it; nothing happens where the package is not there or has no such module."""
    return ["sh", "-euc", _SCRIPT, "sh", venv, STUB]
