"""The words by which a repository is found, from its card; no I/O."""

from __future__ import annotations

from typing import Any

from spaces.models.repository import RepoKind

LIMIT = 200
"""Tags of one repository, and characters of one of them."""


def tags(kind: RepoKind, card: dict[str, Any]) -> list[str]:
    """The words by which a repository with that card is found, each once; as on the Hub some carry their key."""
    found = words(card.get("tags"))
    if kind != RepoKind.DATASET:
        found += [f"{key.removesuffix('s')}:{word}" for key in ("models", "datasets") for word in words(card.get(key))]
    if kind == RepoKind.MODEL:
        found += [word for key in ("pipeline_tag", "library_name", "language") for word in words(card.get(key))]
        found += [f"base_model:{word}" for word in words(card.get("base_model"))]
    if kind == RepoKind.DATASET:
        found += [f"{key}:{word}" for key in _OF_DATASETS for word in words(card.get(key))]
    found += [f"license:{word}" for word in words(card.get("license"))]
    return list(dict.fromkeys(found))[:LIMIT]


def words(value: Any) -> list[str]:
    """The texts that a card has at one of its keys, one or several; what else is there is left out."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str) and 0 < len(item) <= LIMIT]


# -- private

_OF_DATASETS = (
    "task_categories task_ids language multilinguality size_categories language_creators annotations_creators "
    "source_datasets"
).split()
