"""Runs the gateway as one process: `python -m proxy.gateway`."""

from __future__ import annotations

import uvicorn

from proxy.gateway.patience import PatientProtocol
from spaces.settings import get_settings

LARGEST_MESSAGE = 256 * 1024 * 1024
"""Of a WebSocket."""


def server_options() -> dict[str, object]:
    """How uvicorn has to run the gateway so that answers of apps pass unchanged."""
    return {
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "date_header": False,
        "proxy_headers": False,
        # longer than the edge keeps a connection to us, so that it never sends into one we are closing
        "timeout_keep_alive": 120,
        "timeout_graceful_shutdown": 3,
        "ws_max_size": LARGEST_MESSAGE,
        "ws_per_message_deflate": False,
        "http": PatientProtocol,
        "interface": "asgi3",
    }


def main() -> None:
    uvicorn.run("proxy.gateway.app:app", host="127.0.0.1", port=get_settings().gateway_port, **server_options())  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
