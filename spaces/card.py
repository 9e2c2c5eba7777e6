"""A Space's configuration, read from its README card or ModelScope's `ms_deploy.json`.

`read_config` is the one door: it gives a checked `SpaceConfig`, or raises `CardError` (stage CONFIG_ERROR: file, line,
key, what is allowed) or `NoAppFile` (stage NO_APP_FILE). `card_keys.py` is the table of keys; an unknown key is a warning.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel

from spaces.card_keys import KEYS, STUDIO_KEY, Status
from spaces.card_modelscope import DEPLOY_FILE, Studio, entry_file, read_studio
from spaces.card_tree import Files, Tree
from spaces.card_values import nearest
from spaces.card_yaml import CARD_FILE, CARD_LIMIT, Node, front_matter
from spaces.errors import CardError, NoAppFile

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
    suggested_hardware: str | None = None
    preload_from_hub: list[str] = []
    custom_headers: dict[str, str] = {}
    disable_embedding: bool = False
    hf_oauth: bool = False
    hf_oauth_scopes: list[str] = []
    hf_oauth_expiration_minutes: int = 480
    hf_oauth_authorized_org: list[str] = []

    title: str | None = None
    emoji: str | None = None
    color_from: str | None = None
    color_to: str | None = None
    short_description: str | None = None
    thumbnail: str | None = None
    header: Literal["default", "mini"] = "default"
    full_width: bool = True
    pinned: bool = False
    tags: list[str] = []
    models: list[str] = []
    datasets: list[str] = []
    license: list[str] = []
    duplicated_from: str | None = None

    variables: dict[str, str] = {}
    """From `ms_deploy.json`; the Space's own variables win."""
    warnings: list[str] = []
    """What was read and has no effect, one sentence each."""
    card_data: dict[str, Any] = {}
    """The whole card as it stands, for clients (`cardData`)."""


def read_config(files: Tree | Mapping[str, bytes], deploy_file: bytes | None = None) -> SpaceConfig:
    """The configuration of a Space whose repository holds `files`. Raises `CardError` or `NoAppFile`.

    `deploy_file`: what stands in for an `ms_deploy.json` that is not among them, from the settings of a Studio."""
    tree = Files(files) if isinstance(files, Mapping) else files
    # Twice the limit is enough to see that a card is too large; the README below it may be as long as it likes.
    card = front_matter(tree.read(CARD_FILE, 2 * CARD_LIMIT) or b"")
    warnings: list[str] = []
    values = _read_keys(card, warnings)
    studio = None
    if "sdk" not in values:
        studio = read_studio(tree, card, deploy_file)
    elif tree.exists(DEPLOY_FILE):
        warnings.append(f"{DEPLOY_FILE} is not read, since {CARD_FILE} names an sdk.")
    if studio:
        values = studio.values | values
        warnings += studio.warnings
    if "sdk" not in values:
        raise _no_sdk(tree, card)
    if "app_file" not in values and (entry := entry_file(card)):
        values["app_file"] = entry
    _warn_of_idle_keys(values, card, studio, warnings)
    if values["sdk"] == "static":
        values.setdefault("app_file", "index.html")
    config = SpaceConfig(**values, warnings=warnings, card_data=_card_data(card))
    _check_files(config, tree)
    return config


def check_card(text: str) -> list[str]:
    """What a README's card says without effect, one sentence each; for whoever has not committed it yet. Raises
    `CardError`. Whether the files that it names are there is not asked."""
    warnings: list[str] = []
    card = front_matter(text.encode(errors="replace"))
    _read_keys(card, warnings)
    return warnings if card else [f"{CARD_FILE} has no card: the Space's configuration is missing."]


def check_others_card(text: str) -> list[str]:
    """The same of a model's or a dataset's card, where every key is welcome. Raises `CardError`."""
    card = front_matter(text.encode(errors="replace"))
    results = card.get("model-index")
    if results and not isinstance(results.value, tuple):
        raise CardError(
            f"{CARD_FILE}, line {results.line}: `model-index` is no list.",
            file=CARD_FILE,
            line=results.line,
            key="model-index",
            allowed="a list of results",
        )
    return [] if card else [f"{CARD_FILE} has no card: empty or missing yaml metadata."]


def read_data(readme: bytes) -> dict[str, Any]:
    """The whole card of a README, of whatever kind of repository, as clients see it (`cardData`). Raises `CardError`."""
    return _card_data(front_matter(readme))


# -- private --------------------------------------------------------------------------------------


def _read_keys(card: Mapping[str, Node], warnings: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, node in card.items():
        place = f"{node.file}, line {node.line}"
        key = KEYS.get(name)
        if key is None:
            if name != STUDIO_KEY:
                meant = nearest(name, list(KEYS))
                warnings.append(
                    f"{place}: unknown key `{name[:80]}`" + (f"; did you mean `{meant}`?" if meant else ".")
                )
            continue
        if node.empty:
            continue
        value = key.read(node, name)
        if key.status == Status.IGNORED:
            if value is not False:
                warnings.append(f"{place}: `{name}` has no effect. {key.instead}")
        elif key.field in SpaceConfig.model_fields:
            values[key.field] = value
    return values


def _card_data(card: Mapping[str, Node]) -> dict[str, Any]:
    """Keys that are text stay text for clients too: `sdk_version: 5.10` is not 5.1."""
    return {
        name: node.value if name in KEYS and KEYS[name].is_text and not node.empty else node.data()
        for name, node in card.items()
    }


def _warn_of_idle_keys(
    values: dict[str, Any], card: Mapping[str, Node], studio: Studio | None, warnings: list[str]
) -> None:
    """Drops keys that mean nothing for this sdk, and says so."""
    sdk = values["sdk"]
    for key in KEYS.values():
        if key.field not in values or sdk in key.sdks:
            continue
        del values[key.field]
        if key.name in card:
            node = card[key.name]
            warnings.append(
                f"{node.file}, line {node.line}: `{key.name}` has no effect with sdk {sdk}, only with {' or '.join(key.sdks)}."
            )
        elif studio and key.field in studio.values:
            warnings.append(f"{DEPLOY_FILE}: what it says of `{key.name}` has no effect with sdk {sdk}.")


def _check_files(config: SpaceConfig, tree: Tree) -> None:
    if config.sdk == "static" and config.app_build_command:
        return
    needed = "Dockerfile" if config.sdk == "docker" else config.app_file
    if tree.exists(needed):
        return
    if config.sdk == "docker":
        hint = "Add a file `Dockerfile` at the root of the repository."
    else:
        usual = (
            ("index.html", "dist/index.html", "build/index.html", "public/index.html")
            if config.sdk == "static"
            else ("app.py", "main.py", "streamlit_app.py", "demo.py", "gradio_app.py", "src/app.py", "app/app.py")
        )
        found = next((path for path in usual if path != needed and tree.exists(path)), None)
        hint = f"Add `{needed}`, or name your file in {CARD_FILE}: `app_file: {found or 'path/of/file'}`."
    raise NoAppFile(f"The repository has no file `{needed}`.", hint=hint, file=needed)


def _no_sdk(tree: Tree, card: Mapping[str, Node]) -> CardError:
    """What to write, with the sdk that the files look like."""
    guess = "docker" if tree.exists("Dockerfile") else "static" if tree.exists("index.html") else "gradio"
    if guess == "gradio" and b"streamlit" in (tree.read("requirements.txt", 65536) or b"").lower():
        guess = "streamlit"
    if card:
        message, line = f"{CARD_FILE} names no `sdk`", next(iter(card.values())).line
        hint = f"Add the line `sdk: {guess}` (or another of gradio, streamlit, docker, static) between its `---` lines."
    else:
        message, line = (f"{CARD_FILE} has no card" if tree.exists(CARD_FILE) else f"There is no {CARD_FILE}"), 1
        hint = (
            f"Begin {CARD_FILE} with three lines: `---`, `sdk: {guess}` (or gradio, streamlit, docker, static), `---`."
        )
    return CardError(
        f"{message}.", file=CARD_FILE, line=line, key="sdk", allowed="gradio, streamlit, docker or static", hint=hint
    )
