"""Models and datasets as the Hub's clients want to read them, and what may be asked of any kind. Pure, like `spaces.hub.wire`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from spaces.card_tags import tags
from spaces.errors import BadRequest
from spaces.hub import wire
from spaces.hub.wire import when
from spaces.models import RepoKind, Repository, Visibility

EXPANDABLE = {
    RepoKind.MODEL: (
        "author baseModels cardData childrenModelCount config createdAt disabled downloads downloadsAllTime evalResults gated "
        "gguf inference inferenceProviderMapping lastModified library_name likes mask_token model-index pipeline_tag private "
        "resourceGroup safetensors sha siblings spaces tags transformersInfo trendingScore usedStorage widgetData"
    ).split(),
    RepoKind.DATASET: (
        "author cardData citation createdAt description disabled downloads downloadsAllTime gated lastModified likes mainSize "
        "paperswithcode_id private resourceGroup sha siblings tags trendingScore usedStorage"
    ).split(),
    RepoKind.SPACE: wire.EXPANDABLE,
}
"""What `expand` may ask for, in the order in which clients are told so."""


@dataclass(frozen=True)
class Facts:
    """A model or a dataset with what its description needs."""

    row: Repository
    owner: str
    card: dict[str, Any]
    siblings: list[dict[str, Any]] | None = None
    storage: int = 0
    reads: bool = True

    @property
    def number(self) -> int:
        return self.row.id or 0

    @property
    def head(self) -> str | None:
        return self.row.head


AnyFacts = Facts | wire.Facts


def describe(facts: AnyFacts, expand: list[str] | None = None) -> dict[str, Any]:
    """A repository of any kind, whole, or only the asked keys."""
    everything = wire.space_info(facts) if isinstance(facts, wire.Facts) else _repository(facts)
    if expand is None:
        return everything
    # `_id` and `id` always; what may be asked for and we have not is nothing, to older clients false.
    asked = {key: everything.get(key, False if key in wire.TOLERATED else None) for key in expand}
    return {"_id": everything["_id"], "id": everything["id"], **asked}


def check_expand(kind: RepoKind, expand: list[str] | None) -> None:
    """Raises BadRequest for a key that nobody may ask for, with the words that clients expect."""
    allowed = EXPANDABLE[kind]
    if any(key not in allowed and key not in wire.TOLERATED for key in expand or []):
        raise BadRequest(f'"expand" must be one of [{", ".join(allowed)}]', code="bad_expand")


# -- private


def _repository(facts: Facts) -> dict[str, Any]:
    row, card = facts.row, facts.card
    name = f"{facts.owner}/{row.name}"
    body: dict[str, Any] = {
        "_id": f"{row.id:024x}",
        "id": name,
        "author": facts.owner,
        "sha": row.head,
        "lastModified": when(row.changed_at),
        "createdAt": when(row.created_at),
        "private": row.visibility == Visibility.PRIVATE,
        "visibility": row.visibility.value,
        "gated": False,
        "disabled": False,
        "downloads": 0,
        "downloadsAllTime": 0,
        "likes": row.likes,
        "trendingScore": 0,
        "tags": tags(row.kind, card),
        "cardData": card,
        "siblings": facts.siblings or [],
        "usedStorage": facts.storage,
        "resourceGroup": None,
    }
    if row.kind == RepoKind.DATASET:
        return body | {"description": None, "citation": None}
    return body | {
        "modelId": name,
        "pipeline_tag": _text(card.get("pipeline_tag")),
        "library_name": _text(card.get("library_name")),
        "model-index": card.get("model-index"),
        "spaces": [],
    }


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
