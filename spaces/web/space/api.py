"""Tab: how programs call the app. Its endpoints are what it tells itself; a sleeping one shows what it told last."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from spaces.access import Permission
from spaces.interface import kept, snippets
from spaces.interface.kept import Told
from spaces.interface.shape import Kind
from spaces.lifecycle import Stage
from spaces.models import Visibility
from spaces.settings import get_settings
from spaces.web.render import PageRoute
from spaces.web.space.frame import draw
from spaces.web.space.place import Asked, Place, Seen, look
from spaces.web.visitors import Anybody, PersonalForm, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LANGUAGES = {"python": "Python", "javascript": "JavaScript", "curl": "curl"}
INSTALL = {"python": "pip install gradio_client", "javascript": "npm install @gradio/client"}


@router.get("/spaces/{owner}/{name}/api")
def api_page(visitor: Anybody, asked: Asked, code: str = "") -> Response:
    return _page(visitor, asked, code)


@router.post("/spaces/{owner}/{name}/api")
def ask_again(form: PersonalForm, asked: Asked) -> Response:
    """The app is asked now, however lately it was."""
    seen = look(form.visitor, asked, Permission.VISIT)
    kept.look(seen.space, fresh=True)
    return RedirectResponse(f"{seen.path}/api", 303)


# -- private


def _page(visitor: Visitor, asked: Place, code: str) -> Response:
    seen = look(visitor, asked, Permission.VISIT)
    told = kept.look(seen.space) if seen.space.sdk != "static" else None
    url, private = get_settings().space_url(seen.space.subdomain), seen.visibility == Visibility.PRIVATE
    language = code if code in LANGUAGES else _usual(told)
    values = {
        "told": told,
        "url": url,
        "private": private,
        "language_of_code": language,
        "languages_of_code": LANGUAGES,
        "calls": _calls(told, url, private, language),
        "install": INSTALL.get(language, "") if told and told.interface.kind == Kind.GRADIO else "",
        "mcp": snippets.mcp_config(told.interface, url, private) if told and told.interface.tools is not None else "",
        "token": snippets.TOKEN,
        "state": _state(seen),
    }
    return draw("space/api.html", visitor, seen, "api", **values)


def _usual(told: Told | None) -> str:
    return "curl" if told and told.interface.kind == Kind.OPENAPI else "python"


def _calls(told: Told | None, url: str, private: bool, language: str) -> list[tuple[object, str]]:
    """Each endpoint, with how it is called in that language."""
    if told is None:
        return []
    found = []
    for endpoint in told.interface.endpoints:
        made = {one.language: one.code for one in snippets.snippets(told.interface, endpoint, url, private)}
        found.append((endpoint, made[language]))
    return found


def _state(seen: Seen) -> str:
    """Why there may be nothing to show; words: `api.state.STATE`."""
    stage = seen.space.stage
    if seen.space.sdk == "static":
        return "static"
    if stage.serving:
        return "serving"
    if stage in (Stage.SLEEPING, Stage.STOPPED):
        return "asleep"
    if stage in (Stage.BUILDING, Stage.APP_STARTING):
        return "coming"
    return "paused" if stage == Stage.PAUSED else "failed"
