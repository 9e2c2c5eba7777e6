"""The modules whose routes make up a repository's pages. Every tab's module is one of them."""

from __future__ import annotations

from spaces.web.embed import dialog
from spaces.web.space import (
    analytics,
    api,
    app,
    blob,
    commits,
    edit,
    files,
    live,
    logs,
    raw,
    revisions,
    settings,
    upload,
)

PAGES = (app, live, files, blob, raw, commits, edit, upload, dialog, api, logs, revisions, analytics, settings)
