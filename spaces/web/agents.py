"""What people call a browser, from what it calls itself. Only for telling one's sessions apart: anybody can claim anything."""

from __future__ import annotations

_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""The first that occurs counts: most browsers also name those they want to be taken for."""


def agent_name(agent: str) -> str:
    """Such as `Firefox, Linux`; what is unknown stays as it is."""
    found = [next((name for mark, name in table if mark in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name) or agent[:60] or "?"
