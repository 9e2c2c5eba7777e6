"""The line above a page that says which part of the platform is away and what that means; the page asks until it is back."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from spaces.web.render import draw, trouble
from spaces.web.visitors import stranger_of

router = APIRouter(include_in_schema=False)


@router.get("/events/trouble")
def trouble_line(request: Request) -> HTMLResponse:
    """The line as it is now; nothing where nothing is away."""
    return HTMLResponse(draw("trouble.html", stranger_of(request).language, trouble=trouble()))
