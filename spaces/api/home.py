"""The landing page: which Spaces there are. The gallery comes with another issue."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlmodel import col, select

from spaces import db
from spaces.access import ANONYMOUS, Permission, access_space
from spaces.api.deps import Segment
from spaces.hub.facts import gather
from spaces.lifecycle import Intent
from spaces.models import Space
from spaces.settings import get_settings

router = APIRouter(include_in_schema=False)

SHOWN = 200

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "web"), autoescape=select_autoescape(default=True)
)


@router.get("/", response_class=HTMLResponse)
def landing_page(request: Request) -> str:
    """Public Spaces with their stage and link."""
    with db.reading() as session:
        rows = session.exec(
            select(Space).where(Space.intent != Intent.GONE).order_by(col(Space.changed_at).desc()).limit(SHOWN)
        ).all()
        facts = gather(session, rows)
    settings = get_settings()
    spaces = [
        {
            "name": f"{fact.owner}/{fact.space.name}",
            "title": fact.space.title or fact.space.name,
            "stage": fact.space.stage.value,
            "serving": fact.space.stage.serving,
            "sdk": fact.space.sdk or "",
            "url": settings.space_url(fact.space.subdomain),
        }
        for fact in facts
    ]
    return _templates.get_template("home.html").render(spaces=spaces, base_url=settings.base_url)


@router.get("/spaces/{owner}/{name}")
def to_the_app(owner: Segment, name: Segment) -> RedirectResponse:
    """A repository's address in a browser leads to its app."""
    with db.reading() as session:
        space = access_space(session, ANONYMOUS, owner, name, Permission.READ)
    return RedirectResponse(get_settings().space_url(space.subdomain) + "/", 307)
