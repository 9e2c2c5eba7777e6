"""Pages: a new Space in a minute, from a template, from files, from elsewhere, or empty and ready for a first push."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from spaces import actions, db, hardware, templates
from spaces.api import duplicates, imports
from spaces.errors import BadRequest, DemodockError, Invalid
from spaces.imports import ledger
from spaces.lifecycle import BuildStatus
from spaces.models import RepoKind, Space, Visibility
from spaces.moves import full_name
from spaces.settings import get_settings
from spaces.web import beginnings, cards
from spaces.web.render import PageRoute, complaint, page
from spaces.web.space import incoming
from spaces.web.visitors import Form, PersonalForm, SignedIn, Visitor

router = APIRouter(route_class=PageRoute, include_in_schema=False)

WAYS = ("template", "upload", "git", "import")
KEPT = ("owner", "name", "visibility", "hardware", "sdk", "from", "url", "branch")
"""Fields that a refused form keeps."""


@router.get("/new")
def new_page(visitor: SignedIn, how: str = "", name: str = "") -> Response:
    source = dict(visitor.query).get("from", "")
    return _page(visitor, how if how in WAYS else "", typed={"from": source[:200], "name": name[:100]})


@router.post("/new/template")
def from_template(form: PersonalForm) -> Response:
    """The same for any other Space that one may read."""
    return _made(form, "template", lambda: _copy(form))


@router.post("/new/git")
def for_git(form: PersonalForm) -> Response:
    """The one answer that holds the token's text, where one was asked for."""
    try:
        wanted = _wanted(form)
        made = beginnings.empty(form.actor, wanted)
        token = ""
        if form.text("token") == "yes":
            token = beginnings.push_token(form.actor, made, form.visitor.browser.address)
    except DemodockError as error:
        return _refused(form, "git", error)
    return page("new_git.html", form.visitor, made=made, sdk=wanted.sdk, remote=_remote(form, made, token), token=token)


@router.post("/new/import")
def from_elsewhere(form: PersonalForm) -> Response:
    return _made(form, "import", lambda: _import(form))


@router.post("/new/upload")
async def from_files(request: Request) -> Response:
    """A folder, or an archive of one."""
    visitor = await incoming.visitor_behind(request)
    async with incoming.read_form(request, visitor) as form:
        return await run_sync(_made, form, "upload", lambda: _upload(form))


@router.get("/new/imports/{number}")
def import_page(request: Request, visitor: SignedIn, number: int) -> Response:
    """How far it is; the page asks again by itself, and leads on when it is done."""
    with db.reading() as session:
        row = ledger.find(session, visitor.actor, number)
        space = session.get(Space, row.space_id) if row.space_id else None
        where = f"/spaces/{full_name(session, space)}" if space and row.status == BuildStatus.SUCCEEDED else ""
    if where and request.headers.get("hx-request"):
        return Response(headers={"HX-Redirect": where})  # a redirect would be followed into the part of the page
    if where:
        return RedirectResponse(where, 303)
    return page("new_import.html", visitor, row=row)


# -- private


def _made(form: Form, how: str, make: Callable[[], str]) -> Response:
    try:
        return RedirectResponse(make(), 303)
    except DemodockError as error:
        return _refused(form, how, error)


def _refused(form: Form, how: str, error: DemodockError) -> Response:
    typed = {field: form.text(field)[:300] for field in KEPT}
    return _page(form.visitor, how, error.status, error=complaint(error, form.visitor), typed=typed)


def _copy(form: Form) -> str:
    owner, _, name = form.text("from").partition("/")
    if not name:
        raise Invalid("Choose a template.", hint="Or name another Space: owner/name.", code="no_template")
    wanted = _wanted(form)
    body = duplicates.Duplicate(
        repository=wanted.full_name, hardware=wanted.hardware or None, visibility=wanted.visibility
    )
    missing = duplicates.duplicate(RepoKind.SPACE, owner, name, form.actor, body)["secrets"]
    if missing:
        return f"/spaces/{wanted.full_name}/settings?{urlencode({'missing': ' '.join(missing[:20])})}#secrets"
    return f"/spaces/{wanted.full_name}"


def _upload(form: Form) -> str:
    files = incoming.files_of(form, "folder") + incoming.files_of(form, "files")
    archive = incoming.files_of(form, "archive")
    made = beginnings.from_upload(form.actor, _wanted(form), files, archive[0] if archive else None)
    return f"/spaces/{made}"


def _import(form: Form) -> str:
    wanted, name = _wanted(form, nameless=True), form.text("name")
    body = imports.Wanted(
        url=form.text("url")[:2000],
        repository=f"{wanted.owner}/{name}" if name else None,
        branch=form.text("branch")[:200] or None,
        visibility=wanted.visibility,
    )
    return f"/new/imports/{imports.begin_import(body, form.actor)['id']}"


def _wanted(form: Form, nameless: bool = False) -> beginnings.Wanted:
    visibility = form.text("visibility")
    if visibility not in ("", *Visibility):
        raise BadRequest("There is no such choice.", hint="Load the page again.")
    name = form.text("name")[:200]
    if not name and not nameless:
        raise Invalid("The Space needs a name.", hint="It becomes part of its address.", code="no_name")
    return beginnings.Wanted(
        owner=form.text("owner")[:200] or form.actor.name,
        name=name,
        sdk=form.text("sdk"),
        hardware=form.text("hardware")[:100],
        visibility=Visibility(visibility) if visibility else None,
    )


def _page(visitor: Visitor, how: str, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        offered = [space for space, _ in templates.listed(session, visitor.actor)]
        looks = cards.draw(session, visitor.actor, offered)
        shown = {
            "owners": beginnings.owners_for(session, visitor.actor),
            "offered": [(look, space.sdk) for look, space in zip(looks, offered, strict=True)],
            "flavors": hardware.offered(session, visitor.actor),
        }
    typed = values.get("typed") or {}
    how = how or ("template" if shown["offered"] or (isinstance(typed, dict) and typed.get("from")) else "upload")
    sdks = [*([""] if how == "upload" else []), *actions.SDKS]
    here = {"how": how, "ways": WAYS, "visibilities": list(Visibility), "sdks": sdks, "typed": {}}
    here["offered_names"] = [look.name for look in looks]
    return page("new.html", visitor, status, **here | shown | values)


def _remote(form: Form, made: str, token: str) -> str:
    """What git is told to push to."""
    scheme, _, host = get_settings().base_url.partition("://")
    user = quote(form.actor.name, safe="") + (f":{token}" if token else "")
    return f"{scheme}://{user}@{host}/spaces/{made}"
