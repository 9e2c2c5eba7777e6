"""Pages: one's organizations, one organization, and the link of an invitation. Each form says in `do` what it is for."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session
from starlette.responses import Response

from spaces import audit, db, defaults, farewells, hardware, invitations, organizations, owners
from spaces.access import Permission, access_account, access_organization
from spaces.api.deps import Segment
from spaces.defaults import Defaults
from spaces.errors import DemodockError, Invalid, NotFound
from spaces.models import MemberRole, Owner, Profile, Visibility
from spaces.web.render import PageRoute, complaint, page
from spaces.web.visitors import Anybody, Form, OpenForm, PersonalForm, SignedIn, Visitor, remember_session

router = APIRouter(route_class=PageRoute, include_in_schema=False)

LIST = "/settings/organizations"


@router.get(LIST)
def list_page(visitor: SignedIn, done: str = "") -> Response:
    return _list_page(visitor, done=done if done == "decline" else "")


@router.post(LIST)
def change_list(form: PersonalForm) -> Response:
    act = form.text("do")
    try:
        return _act(LIST_ACTS, act)(form) or RedirectResponse(f"{LIST}?done={act}", 303)
    except DemodockError as error:
        return _list_page(form.visitor, error.status, error=complaint(error, form.visitor, act))


@router.get(LIST + "/{organization}")
def organization_page(organization: Segment, visitor: SignedIn, done: str = "") -> Response:
    return _page(organization, visitor, done=done if done in ACTS else "")


@router.post(LIST + "/{organization}")
def change(organization: Segment, form: PersonalForm) -> Response:
    act = form.text("do")
    try:
        here = f"{LIST}/{organization}?done={act}#{act}"
        return _act(ACTS, act)(organization, form) or RedirectResponse(here, 303)
    except DemodockError as error:
        return _page(organization, form.visitor, error.status, error=complaint(error, form.visitor, act))


@router.get("/join/{text}")
def join_page(text: Segment, visitor: Anybody) -> Response:
    """Looking uses nothing up: programs that preview links look too."""
    return _join_page(text, visitor)


@router.post("/join/{text}")
def join(text: Segment, form: OpenForm) -> Response:
    """A new account for whoever was invited by e-mail. Who has one accepts on the page of their organizations."""
    try:
        secret = invitations.join_as_new(text, form.text("name"), form.secret("password"), form.visitor.browser)
    except DemodockError as error:
        shown = complaint(error, form.visitor)
        return _join_page(text, form.visitor, error.status, error=shown, name=form.text("name"))
    response = RedirectResponse(LIST, 303)
    remember_session(response, secret)
    return response


# -- one's organizations ---------------------------------------------------------------------------


def _create(form: Form) -> Response:
    with db.writing() as session:
        made = organizations.create(session, form.actor, form.text("name"), form.text("full_name"))
    return RedirectResponse(f"{LIST}/{made.name}", 303)


def _accept(form: Form) -> Response:
    with db.writing() as session:
        access_account(session, form.actor)
        member = invitations.accept(session, form.actor, form.number("id"))
        name = session.get_one(Owner, member.organization_id).name
    return RedirectResponse(f"{LIST}/{name}", 303)


def _decline(form: Form) -> None:
    with db.writing() as session:
        access_account(session, form.actor)
        invitations.decline(session, form.actor, form.number("id"))


LIST_ACTS: dict[str, Callable[[Form], Response | None]] = {
    "create": _create,
    "accept": _accept,
    "decline": _decline,
}


def _list_page(visitor: Visitor, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        belongs = organizations.organizations_of(session, visitor.actor.owner_id)
        shown = {
            "belongs": belongs,
            "full_names": organizations.full_names(session, [found.id for _, found in belongs]),
            "received": invitations.received(session, visitor.actor),
            "may_create": organizations.may_create(visitor.actor),
        }
    return page("organizations.html", visitor, status, **shown | values)


# -- one organization ------------------------------------------------------------------------------


def _rename(name: str, form: Form) -> None:
    with db.writing() as session:
        found = _looked_after(session, name, form)
        assert found.id is not None
        owners.set_profile(session, found.id, form.text("full_name"))


def _invite(name: str, form: Form) -> Response:
    """The one answer that holds the link."""
    with db.writing() as session:
        found = _looked_after(session, name, form)
        made, link = invitations.invite(session, form.actor, found, form.text("recipient"), _role(form))
    return _page(name, form.visitor, fresh={"recipient": made.recipient, "link": link})


def _take_back(name: str, form: Form) -> None:
    with db.writing() as session:
        invitations.take_back(session, _looked_after(session, name, form), form.number("id"))


def _give_role(name: str, form: Form) -> None:
    with db.writing() as session:
        found = _looked_after(session, name, form)
        member = organizations.find_member(session, found, form.text("member"))
        person = session.get_one(Owner, member.user_id)
        organizations.put_member(session, found, person, _role(form))
        audit.record(session, form.actor, "member.put", ("organization", found.name), None, {person.name: _role(form)})


def _remove(name: str, form: Form) -> None:
    with db.writing() as session:
        found = _looked_after(session, name, form)
        organizations.remove_member(session, organizations.find_member(session, found, form.text("member")))
        gone = {"member": form.text("member")}
        audit.record(session, form.actor, "member.remove", ("organization", found.name), gone)


def _leave(name: str, form: Form) -> Response:
    with db.writing() as session:
        found = access_organization(session, form.actor, name, Permission.INSPECT)
        organizations.remove_member(session, organizations.find_member(session, found, form.actor.name))
    return RedirectResponse(LIST, 303)


def _set_defaults(name: str, form: Form) -> None:
    visibility, minutes = form.text("visibility"), form.text("sleep")
    if visibility not in ("", *Visibility) or not (minutes in ("", "-1") or minutes.isdecimal() and len(minutes) < 7):
        raise Invalid("There is no such choice.", hint="Load the page again.")
    seconds = None if not minutes else hardware.NEVER if minutes == "-1" else int(minutes) * 60
    wanted = Defaults(Visibility(visibility) if visibility else None, form.text("hardware") or None, seconds)
    with db.writing() as session:
        defaults.put(session, _looked_after(session, name, form), wanted)


def _delete(name: str, form: Form) -> Response:
    with db.writing() as session:
        found = _looked_after(session, name, form)
        if form.text("name").lower() != found.name_key:
            raise Invalid("That is not its name.", hint="Type the name to confirm.", code="not_its_name")
        farewells.delete_organization(session, found, form.actor)
    return RedirectResponse(LIST, 303)


ACTS: dict[str, Callable[[str, Form], Response | None]] = {
    "rename": _rename,
    "invite": _invite,
    "take-back": _take_back,
    "role": _give_role,
    "remove": _remove,
    "leave": _leave,
    "defaults": _set_defaults,
    "delete": _delete,
}


def _page(name: str, visitor: Visitor, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        found = access_organization(session, visitor.actor, name, Permission.INSPECT)
        try:
            looks_after = bool(access_organization(session, visitor.actor, name, Permission.ADMIN))
        except DemodockError:
            looks_after = False
        members = organizations.members_of(session, found.id)
        wanted = defaults.of(session, found)
        shown = {
            "organization": found,
            "profile": session.get(Profile, found.id) or Profile(owner_id=found.id or 0),
            "members": members,
            "full_names": organizations.full_names(session, [user.id for _, user in members]),
            "belongs": any(user.id == visitor.actor.owner_id for _, user in members),
            "looks_after": looks_after,
            "pending": invitations.pending(session, found) if looks_after else [],
            "wanted": wanted,
            "sleep": _minutes(wanted.sleep_after),
            "flavors": hardware.offered(session, owner_id=found.id),
        }
    choices = {"roles": list(MemberRole), "visibilities": list(Visibility), "fresh": None}
    return page("organization.html", visitor, status, **shown | choices | values)


def _minutes(seconds: int | None) -> str:
    return "" if seconds is None else "-1" if seconds == hardware.NEVER else str(-(-seconds // 60))


# -- both ------------------------------------------------------------------------------------------


def _join_page(text: str, visitor: Visitor, status: int = 200, **values: object) -> Response:
    with db.reading() as session:
        invited = invitations.look_at(session, text)
        mine = [row for row in invitations.received(session, visitor.actor) if row.id == invited.id]
    shown = {"invited": invited, "mine": bool(mine), "name": "", "text": text}
    return page("join.html", visitor, status, **shown | values)


def _act(acts: dict[str, Callable[..., Response | None]], act: str) -> Callable[..., Response | None]:
    if act not in acts:
        raise NotFound("There is no such form.", hint="Load the page again.")
    return acts[act]


def _looked_after(session: Session, name: str, form: Form) -> Owner:
    return access_organization(session, form.actor, name, Permission.ADMIN)


def _role(form: Form) -> MemberRole:
    if form.text("role") not in tuple(MemberRole):
        raise Invalid("There is no such role.", hint="Load the page again.")
    return MemberRole(form.text("role"))
