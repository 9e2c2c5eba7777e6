"""git-lfs's API beside git's own: what may be sent and fetched, under which addresses. The bytes go by `transfers`."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from spaces import db, names
from spaces.api.problems import LFS_TYPE
from spaces.errors import DemodockError, NotOffered
from spaces.models import RepoKind
from spaces.repos import disk, store
from spaces.repos.lfs import batch, holdings
from spaces.repos.receive import Grant, Hosting
from spaces.repos.smart_http import granted


def router(hosting: Hosting) -> APIRouter:
    """The routes, for the control host. Those of models match the most and come last."""
    routes = APIRouter(include_in_schema=False)
    _add_routes(routes, hosting, RepoKind.SPACE, names.STUDIOS)
    for kind in (RepoKind.SPACE, RepoKind.DATASET, RepoKind.MODEL):
        _add_routes(routes, hosting, kind, kind.prefix)
    return routes


def offer(number: int, asked: batch.Batch) -> dict[str, Any]:
    """The answer to somebody who may, for a repository that is there."""
    held = holdings.held(number, [wanted.oid for wanted in asked.objects])
    with db.reading() as session:

        def refusal(size: int, besides: int) -> DemodockError | None:
            try:
                holdings.check_room(session, number, size, besides)
                disk.check_disk(size + besides)
            except DemodockError as error:
                return error
            return None

        return batch.answer(asked, number, held, refusal)


# -- private


def _add_routes(routes: APIRouter, hosting: Hosting, kind: RepoKind, prefix: str) -> None:
    base = f"/{prefix}{{owner}}/{{name}}/info/lfs"

    @routes.post(base + "/objects/batch")
    async def objects(request: Request, owner: str, name: str) -> JSONResponse:
        asked = batch.parse(await request.body())
        grant = await granted(hosting, request, kind, owner, name, write=asked.operation == "upload")
        return JSONResponse(await run_sync(_answer, hosting, grant, asked), media_type=LFS_TYPE)

    @routes.api_route(base + "/locks", methods=["GET", "POST"])
    @routes.api_route(base + "/locks/{rest:path}", methods=["POST"])
    async def locks(request: Request, owner: str, name: str) -> None:
        await granted(hosting, request, kind, owner, name, write=False)
        raise NotOffered("Files are not locked here.", hint="Agree with the others who changes what.")


def _answer(hosting: Hosting, grant: Grant, asked: batch.Batch) -> dict[str, Any]:
    number = grant.number
    if number is None:  # the files of a first push come before the push itself
        number = hosting.create(grant)
        store.create(number)
    return offer(number, asked)
