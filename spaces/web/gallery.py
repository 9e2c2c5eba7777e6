"""Pages: the gallery of Spaces, and an owner's page with theirs. Both show cards, search, filter, sort and turn pages."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select
from starlette.responses import Response

from spaces import db, gallery, likes, organizations
from spaces.access import Permission, access_liking, access_organization, find_owner
from spaces.api.deps import Segment
from spaces.errors import DemodockError, NotFound
from spaces.models import Flavor, Member, Owner, Profile, RepoKind
from spaces.models.owner import OwnerKind
from spaces.web import cards
from spaces.web.render import PageRoute, page
from spaces.web.visitors import Anybody, PersonalForm, Visitor, local_path

router = APIRouter(route_class=PageRoute, include_in_schema=False)
owner_pages = APIRouter(route_class=PageRoute, include_in_schema=False)
"""Behind every other route: `/NAME` is an owner's page where it is nothing else."""

PAGE = 24
TAGS = 12
SDKS = ("gradio", "streamlit", "docker", "static")


@router.get("/")
def gallery_page(
    visitor: Anybody,
    q: str = "",
    sdk: str = "",
    hardware: str = "",
    tag: str = "",
    owner: str = "",
    running: str = "",
    sort: str = "",
    p: str = "",
) -> Response:
    """The Spaces that the visitor sees: those that they search for, the most liked first."""
    with db.reading() as session:
        theirs = find_owner(session, owner) if owner else None
        wanted = gallery.Wanted(
            text=q,
            sdk=sdk,
            hardware=hardware,
            tag=tag,
            owner_id=(theirs.id if theirs else -1) if owner else None,
            running=bool(running),
            sort=_sort(sort),
        )
        shown = _shown(session, visitor, wanted, int(p) if re.fullmatch("[1-9][0-9]{0,5}", p) else 1)
        facets = {
            "sdks": SDKS,
            "flavors": session.exec(select(Flavor).order_by(col(Flavor.position))).all(),
            "tags": list(dict.fromkeys(([tag] if tag else []) + gallery.tags(session, TAGS))),
        }
    chosen = {"q": q, "sdk": sdk, "hardware": hardware, "tag": tag, "owner": owner, "running": running, "sort": sort}
    return page(
        "gallery.html", visitor, chosen=chosen, filtered=any(chosen.values()), sorts=gallery.SORTS, **facets, **shown
    )


@router.post("/spaces/{owner}/{name}/like")
def like(form: PersonalForm, owner: Segment, name: Segment) -> Response:
    """A heart on a card or a Space's page, pressed: `do` says which way."""
    with db.writing() as session:
        space, me = access_liking(session, form.actor, RepoKind.SPACE, owner, name)
        act = likes.unlike if form.text("do") == "unlike" else likes.like
        count = act(session, me, space.id or 0)
        full_name = f"{session.get_one(Owner, space.owner_id).name}/{space.name}"
    if form.text("part"):
        card = {"name": full_name, "liked": act is likes.like, "likes": count}
        return page("like.html", form.visitor, card=card, back=local_path(form.text("next")))
    return RedirectResponse(local_path(form.text("next")), 303)


@owner_pages.get("/{owner}")
def owner_page(
    visitor: Anybody,
    owner: Segment,
    tab: str = "",
    sort: str = "",
    p: str = "",
) -> Response:
    """A person or an organization with its Spaces, pinned ones first, and with what a person likes."""
    with db.reading() as session:
        found = find_owner(session, owner)
        if found is None:
            raise NotFound("There is nobody of that name.", hint="Check the spelling.", code="no_owner")
        user = found.kind == OwnerKind.USER
        wanted = gallery.Wanted(owner_id=found.id, sort=_sort(sort or "updated"), pinned_first=True)
        if tab == "likes":
            wanted = gallery.Wanted(liked_by=found.id if user else -1, sort=_sort(sort))
        shown = _shown(session, visitor, wanted, int(p) if re.fullmatch("[1-9][0-9]{0,5}", p) else 1)
        values = {
            "owner": found,
            "profile": session.get(Profile, found.id) or Profile(owner_id=found.id),
            "is_user": user,
            "belongs": [row for _, row in organizations.organizations_of(session, found.id)] if user else [],
            "members": _members(session, visitor, found),
            "mine": found.id == visitor.actor.owner_id,
            "tab": "likes" if tab == "likes" else "spaces",
        }
    return page("owner.html", visitor, **values, **shown)


# -- private


def _sort(text: str) -> gallery.Sort:
    return next((sort for sort in gallery.SORTS if sort == text), "likes")


def _shown(session: Session, visitor: Visitor, wanted: gallery.Wanted, number: int) -> dict[str, Any]:
    found = gallery.find(session, visitor.actor, wanted, PAGE, (number - 1) * PAGE)
    return {
        "cards": cards.draw(session, visitor.actor, found.spaces),
        "total": found.total,
        "number": number,
        "last": max(1, -(-found.total // PAGE)),
    }


def _members(session: Session, visitor: Visitor, found: Owner) -> list[tuple[Member, Owner]]:
    """An organization's people, for its people."""
    if found.kind == OwnerKind.USER:
        return []
    try:
        access_organization(session, visitor.actor, found.name, Permission.INSPECT)
    except DemodockError:
        return []
    return list(organizations.members_of(session, found.id))
