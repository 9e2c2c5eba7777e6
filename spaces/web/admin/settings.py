"""Page: every setting of the platform, its value in force and where that comes from. They are changed where it is started."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from spaces.host.in_force import Origin, settings_in_force
from spaces.settings import get_settings
from spaces.web.admin.door import Admin, address, console
from spaces.web.render import PageRoute
from spaces.web.said import said

router = APIRouter(route_class=PageRoute, include_in_schema=False)

TONES = {Origin.ENVIRONMENT: "good", Origin.START: "busy", Origin.HOST: "busy", Origin.DEFAULT: "still"}


@router.get(address("settings"))
def settings_page(visitor: Admin, q: str = "", changed: str = "") -> Response:
    """`q` is in the name or the meaning; `changed`: only what is not the default."""
    found, text = settings_in_force(get_settings()), q.strip().lower()
    rows = [
        one
        for one in found
        if text in f"{one.variable} {one.about} {said(one.about, visitor.language)}".lower()
        and not (changed and one.origin == Origin.DEFAULT)
    ]
    return console("settings", visitor, rows=rows, count=len(found), q=q, changed=changed, tones=TONES)
