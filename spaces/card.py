"""A Space's configuration, read from its README card or ModelScope's `ms_deploy.json`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

Sdk = Literal["gradio", "streamlit", "docker", "static"]


class SpaceConfig(BaseModel):
    """What a card says, checked and with defaults filled in. Field names are the card's keys in snake case."""

    sdk: Sdk
    sdk_version: str | None = None
    python_version: str | None = None
    app_file: str = "app.py"
    app_build_command: str | None = None
    app_port: int = 7860
    base_path: str = "/"
    startup_duration_timeout: int | None = None
    """Seconds."""
    title: str | None = None
    emoji: str | None = None
    short_description: str | None = None
    suggested_hardware: str | None = None
    custom_headers: dict[str, str] = {}
    disable_embedding: bool = False
    tags: list[str] = []
    variables: dict[str, str] = {}
    """From `ms_deploy.json`; the Space's own variables win."""
    warnings: list[str] = []
    extra: dict[str, object] = {}
    """The card's remaining keys as they stand, for clients (`cardData`)."""
