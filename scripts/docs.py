"""Writes the reference pages that are made from tables in the code: `make docs`. A test fails where a page is stale."""

from __future__ import annotations

from pathlib import Path

from pydantic_core import PydanticUndefined

from spaces.card_keys import GROUPS, HEADERS, Key, Status
from spaces.card_modelscope import FLAVORS
from spaces.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
_NOTE = "<!-- Made by `make docs` from {source}; do not edit. -->"
_TYPES = {str: "text", int: "whole number", float: "number", bool: "0 or 1", Path: "path"}
_INTROS = {
    "Running": "These decide how the Space is built, started and shown.",
    "Sign-in": "These let visitors sign in to the app with their account here.",
    "Presentation": "These decide how the Space looks in lists and on its page.",
}


def pages() -> dict[str, str]:
    """Every generated page: its path from the repository's root, and its text."""
    return {"docs/reference/card.md": card_page(), "docs/reference/settings.md": settings_page()}


def card_page() -> str:
    lines = [
        _NOTE.format(source="`spaces/card_keys.py`"),
        "",
        "# The card",
        "",
        "A Space's configuration is the YAML between two `---` lines at the top of its `README.md`:",
        "",
        "```yaml",
        "---",
        "title: My demo",
        "sdk: gradio",
        "python_version: 3.11",
        "---",
        "```",
        "",
        "Only `sdk` is required. A wrong value gives the Space the stage CONFIG_ERROR with file, line, key and what is allowed;",
        "a missing `app_file` gives NO_APP_FILE; an unknown key is a warning in the build's log. Texts are read as they are",
        "typed: `3.10` is not 3.1, and `title: No` is no false. The card may hold 64 KiB.",
    ]
    for group, keys in GROUPS.items():
        lines += ["", f"## {group}", "", _INTROS[group], ""]
        lines += [
            "| key | type | allowed | default | meaning | sdk | status |",
            "| --- | --- | --- | --- | --- | --- | --- |",
        ]
        lines += [_row(key) for key in keys]
    lines += ["", "`custom_headers` takes these names and values:", "", "| header | values |", "| --- | --- |"]
    lines += [f"| `{name}` | {', '.join(f'`{value}`' for value in values)} |" for name, values in HEADERS.items()]
    lines += ["", *_STUDIOS, ""]
    lines += ["| `resource_configuration` | `suggested_hardware` |", "| --- | --- |"]
    lines += [f"| `{theirs}` | `{ours}` |" for theirs, ours in FLAVORS.items()]
    lines += ["", *_COMPANIONS]
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    lines = [
        _NOTE.format(source="`spaces/settings.py`"),
        "",
        "# Settings",
        "",
        "Every setting is an environment variable, read when a process starts. Times are seconds unless the text says",
        "otherwise. `demodock doctor` shows what is in force where a default is found out from the host.",
        "",
        "| variable | type | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for name, field in Settings.model_fields.items():
        kind = _TYPES.get(field.annotation, "text")  # type: ignore[arg-type]
        meaning = _cell(field.description or "")
        lines.append(f"| `DEMODOCK_{name.upper()}` | {kind} | {_default(field.default)} | {meaning} |")
    return "\n".join(lines) + "\n"


def stale(root: Path = ROOT) -> list[str]:
    """The pages whose file differs from what the tables say."""
    return [
        path
        for path, text in pages().items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != text
    ]


def main() -> None:
    for path, text in pages().items():
        where = ROOT / path
        where.parent.mkdir(parents=True, exist_ok=True)
        where.write_text(text, encoding="utf-8")
        print(path)


# -- private --------------------------------------------------------------------------------------

_STUDIOS = """\
## ModelScope Studios

Where the card names no `sdk`, `ms_deploy.json` is read; what the card does say wins. `deployspec.entry_file` in the card stands
for `app_file` where that is absent. A card with an `entry_file` and no `ms_deploy.json` is taken for the sdk that its
files look like, with a warning that says which line to add.

| `ms_deploy.json` | read as |
| --- | --- |
| `sdk_type` | `sdk` |
| `sdk_version` | `sdk_version` |
| `base_image` | `python_version`, from its `py3xx`; its other packages belong in requirements.txt |
| `resource_configuration` | `suggested_hardware`, see below |
| `environment_variables` | variables of the Space; those set in its settings win, and the platform's own names are refused |
| `port` | `app_port`, for docker |""".splitlines()

_COMPANIONS = """\
## Files beside the card

| file | meaning |
| --- | --- |
| `packages.txt` | Debian packages, one a line, `name` or `name=version`; `#` begins a comment |
| `pre-requirements.txt` | Python packages installed first |
| `requirements.txt` | Python packages |
| `Dockerfile` | with `sdk: docker` |
| `ms_deploy.json` | a ModelScope Studio's settings, see above |""".splitlines()


def _row(key: Key) -> str:
    sdks = "all" if len(key.sdks) == 4 else ", ".join(key.sdks)
    status = key.status.value if key.status != Status.IGNORED else f"{key.status.value}. {key.instead}"
    return "| " + " | ".join(
        _cell(text) for text in (f"`{key.name}`", key.kind, key.allowed, key.default, key.meaning, sdks, status)
    ) + " |"  # fmt: skip


def _default(value: object) -> str:
    if value is PydanticUndefined or value == "":
        return "none"
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{_cell('./' + str(value) if isinstance(value, Path) else str(value))}`"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    main()
