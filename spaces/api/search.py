"""Finding Spaces by words in their names, titles, tags and descriptions; the score says how many of them were met, and where."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from spaces import catalog, db
from spaces.access import Actor
from spaces.api.deps import Caller
from spaces.hub import facts, wire
from spaces.models import RepoKind

router = APIRouter(prefix="/api/spaces", tags=["spaces"])

WORDS = 8
CANDIDATES = 200
"""Spaces looked at for each word."""
RESULTS = 50


@router.get("/semantic-search")
def search_spaces(
    actor: Caller,
    q: Annotated[str, Query(max_length=1000)],
    filter: Annotated[list[str] | None, Query()] = None,
    sdk: Annotated[list[str] | None, Query()] = None,
    includeNonRunning: bool = False,
) -> list[dict[str, Any]]:
    """The best first. A sleeping Space counts as running: a visit wakes it."""
    words = list(dict.fromkeys(q.lower().split()))[:WORDS]
    found = []
    for one in _candidates(actor, words, filter or []):
        space = one.space
        if (sdk and space.sdk not in sdk) or not (includeNonRunning or space.stage.serving or space.stage.wakeable):
            continue
        if value := score(one, words):
            found.append(_result(one, value))
    return sorted(found, key=lambda result: -result["semanticRelevancyScore"])[:RESULTS]


def score(one: wire.Facts, words: list[str]) -> float:
    """Between 0 and 1: the share of `words` that the Space holds; those outside of its name and title count half."""
    name = f"{one.owner}/{one.space.name} {one.space.title or ''} {one.card.get('title') or ''}".lower()
    rest = f"{one.card.get('short_description') or ''} {one.card.get('tags') or ''}".lower()
    met = sum(1.0 if word in name else 0.5 if word in rest else 0.0 for word in words)
    return round(met / len(words), 3) if words else 0.0


# -- private


def _candidates(actor: Actor, words: list[str], tags: list[str]) -> list[wire.Facts]:
    rows = {}
    with db.reading() as session:
        for word in words:
            for wanted in (catalog.Wanted(words=[word], tags=tags), catalog.Wanted(tags=[*tags, word])):
                for row in catalog.page(session, actor, RepoKind.SPACE, wanted, CANDIDATES)[0]:
                    rows[row.id] = row
        return [one for one in facts.gather(session, list(rows.values()), actor) if one.reads]  # type: ignore[arg-type]


def _result(one: wire.Facts, value: float) -> dict[str, Any]:
    info = wire.space_info(one)
    kept = ("id", "author", "title", "sdk", "likes", "private", "tags", "runtime", "trendingScore", "lastModified")
    return {key: info[key] for key in kept} | {
        "emoji": one.card.get("emoji"),
        "ai_short_description": one.card.get("short_description"),
        "ai_category": None,
        "semanticRelevancyScore": value,
    }
