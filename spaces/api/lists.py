"""Lists of models, datasets and Spaces, by pages: `Link: <...>; rel="next"` leads on."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from spaces import catalog, db, links
from spaces.api.deps import Caller, Expand, Kind
from spaces.hub import facts, info

router = APIRouter(tags=["repositories"])

PAGE = 100
LONGEST_PAGE = 1000
LOOKED_INTO = 50
"""Repositories of a page that tells each one's files or storage: the disk is asked for them."""


@router.get("/api/{kind:kinds}")
def list_repositories(
    request: Request,
    response: Response,
    kind: Kind,
    actor: Caller,
    author: str | None = None,
    search: Annotated[list[str] | None, Query()] = None,
    filter: Annotated[list[str] | None, Query()] = None,
    models: Annotated[list[str] | None, Query()] = None,
    datasets: Annotated[list[str] | None, Query()] = None,
    pipeline_tag: str | None = None,
    gated: bool = False,
    sort: catalog.Sort = "createdAt",
    limit: int = PAGE,
    cursor: str | None = None,
    expand: Expand = None,
    full: bool = False,
    linked: bool = False,
) -> list[dict[str, Any]]:
    """Those that the caller may see, the newest first. `filter` names tags, all of which must be there."""
    info.check_expand(kind, expand)
    asked = set(expand or ({"siblings"} if full else ()))
    limit = min(max(limit, 1), LOOKED_INTO if asked & facts.COSTLY else LONGEST_PAGE)
    tags = [tag for entry in filter or [] for tag in entry.split(",") if tag]
    tags += [f"model:{name}" for name in models or []] + [f"dataset:{name}" for name in datasets or []]
    tags += [pipeline_tag] if pipeline_tag else []
    wanted = catalog.Wanted(author, search or (), tags, sort)
    with db.reading() as session:
        # Nothing is gated here.
        rows, after = ([], None) if gated else catalog.page(session, actor, kind, wanted, limit, catalog.read(cursor))
        found = facts.gather_all(session, kind, rows, actor)
    if after:
        query = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
        query.append(("cursor", catalog.write(after)))
        response.headers["Link"] = f'<{links.here()}/api/{kind.plural}?{urlencode(query)}>; rel="next"'
    told = [info.describe(facts.look_into(one, asked), expand) for one in found]
    hidden = set() if expand or full else {"siblings"} | (set() if linked else {"models", "datasets"})
    return [{key: value for key, value in one.items() if key not in hidden} for one in told]
