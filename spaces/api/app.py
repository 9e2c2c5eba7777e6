"""The api process: every route of the control host. `uvicorn spaces.api.app:app`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

import anyio
import anyio.to_thread
from fastapi import FastAPI

from spaces import health as parts
from spaces import owners
from spaces.api import (
    builds,
    cards,
    commits,
    describe,
    discussions,
    downloads,
    duplicates,
    embedding,
    env,
    files,
    health,
    imports,
    lfs,
    lfs_files,
    likes,
    lists,
    logs,
    metrics,
    not_offered,
    oauth,
    organizations,
    people,
    problems,
    quotas,
    refs,
    repo_settings,
    repos,
    runtime,
    search,
    shares,
    spaces,
    storage,
    templates,
    transfers,
    uploads,
    volumes,
    whoami,
)
from spaces.api.admin import audit, flavors, gpus, queue
from spaces.api.admin import quotas as admin_quotas
from spaces.api.envelope import Envelope
from spaces.imports.runner import runner
from spaces.modelscope import routes as modelscope
from spaces.repos import hosting, smart_http
from spaces.settings import get_settings
from spaces.web import account, assets, avatars, company, consent, enter, events, gallery, new, sign_in, trouble
from spaces.web import organizations as organization_pages
from spaces.web.admin import routes as console_pages
from spaces.web.embed import badge, oembed, preview, script, status
from spaces.web.render import problem_page
from spaces.web.space import routes as repository_pages

THREADS = 64
"""Routes are plain functions, each in a thread; streams are not and hold none."""


@contextlib.asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
    await anyio.to_thread.run_sync(owners.ensure_admin, get_settings())
    async with anyio.create_task_group() as group:
        group.start_soon(anyio.to_thread.run_sync, hosting.catch_up)
        group.start_soon(anyio.to_thread.run_sync, uploads.sweep)
        runner.start()
        parts.watch.start()
        yield
        parts.watch.stop()
        runner.stop()


def create_app() -> FastAPI:
    """A new application; tests make their own."""
    app = FastAPI(
        title="Demodock",
        description="The Hugging Face Hub's Spaces API, and what Demodock has beside it.",
        version="1",
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Envelope, page=problem_page)
    problems.install(app)
    app.include_router(modelscope.router)
    hub = (
        whoami,
        repos,
        cards,
        imports,
        templates,
        spaces,
        search,
        not_offered,
        likes,
        lists,
        describe,
        files,
        downloads,
        commits,
        refs,
        discussions,
        lfs_files,
        duplicates,
        repo_settings,
        embedding,
        shares,
        storage,
        runtime,
        volumes,
        env,
        logs,
    )
    for module in (audit, flavors, gpus, queue, admin_quotas, quotas):
        app.include_router(module.router)
    for module in (health, metrics, people, organizations, *hub, transfers, builds, oauth):
        app.include_router(module.router)
    for pages in (
        sign_in,
        company,
        account,
        organization_pages,
        consent,
        avatars,
        enter,
        events,
        trouble,
        gallery,
        new,
    ):
        app.include_router(pages.router)
    for elsewhere in (badge, oembed, preview, script, status):
        app.include_router(elsewhere.router)
    for pages in (*console_pages.PAGES, *repository_pages.PAGES):
        app.include_router(pages.router)
    app.include_router(assets.router)
    app.include_router(gallery.owner_pages)
    for web in (smart_http, lfs):
        app.include_router(web.router(hosting.DatabaseHosting()))
    return app


app = create_app()
