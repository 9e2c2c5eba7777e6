"""The command `demodock`: one file per verb or small group of verbs, each importing what it needs when it is called."""

from __future__ import annotations


def main() -> None:
    """The console script."""
    from spaces.cli.app import app

    app()
