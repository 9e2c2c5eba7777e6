"""Every route of ModelScope's clients; fixed paths before those with an owner's name in the same place."""

from __future__ import annotations

from fastapi import APIRouter

from spaces.modelscope import commits, env, legacy, offers, people, runs, studios

router = APIRouter()
for each in (
    people.router,
    people.legacy_router,
    offers.router,
    studios.router,
    runs.router,
    env.router,
    legacy.router,
    commits.router,
):
    router.include_router(each)
