"""Share links: a private Space's app for people without an account, for a while, counted, and taken back at any moment.

A link is worth what its maker may do now: who may not say any more who sees the Space has no working links to it. It opens
the app and nothing else. At the gate a browser gets a cookie for it, as for a sign (`spaces.passes`); what was opened with a
link closes with it.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from spaces import audit, names
from spaces.access import Actor, Permission, permission_on
from spaces.errors import BadRequest, Conflict, EntryNotFound, Invalid
from spaces.models import Owner, ShareLink, Space, SpacePass, Visibility
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.moves import full_name
from spaces.owners import digest
from spaces.settings import get_settings

USUAL, LONGEST = 7 * 86400, 366 * 86400
"""Seconds that a link works: where nothing is said, and at most."""
MOST = 100
"""Living links of one Space."""
MOST_USES = 1_000_000
LABEL_LENGTH = 100


@dataclass(frozen=True)
class Share:
    """A link as those see it who may share the Space; what opens it is in none."""

    id: int
    label: str
    maker: str
    uses: int
    most: int | None
    created_at: dt.datetime
    expires_at: dt.datetime
    used_at: dt.datetime | None


def make(
    session: Session, actor: Actor, space: Space, label: str = "", seconds: int = USUAL, most: int | None = None
) -> tuple[Share, str]:
    """A link to `space`, which the caller has seen `actor` to look after; its address is shown once. Raises BadRequest where
    everybody opens the Space anyway, Conflict, Invalid."""
    if space.visibility != Visibility.PRIVATE:
        raise BadRequest("Everybody may open this Space.", hint="Share its own address.", code="not_private")
    if not 60 <= seconds <= LONGEST:
        raise Invalid("A link works for a minute to a year.", hint="Say how long in seconds.", code="share_time")
    if most is not None and not 1 <= most <= MOST_USES:
        raise Invalid(f"A link works once to {MOST_USES} times.", hint="Or without a limit.", code="share_uses")
    if len(label) > LABEL_LENGTH or not label.isprintable():
        raise Invalid(f"A label is one line of at most {LABEL_LENGTH} characters.", code="share_label")
    assert actor.owner_id is not None and space.id is not None
    session.execute(delete(ShareLink).where(col(ShareLink.expires_at) <= now()))
    if len(living(session, space)) >= MOST:
        raise Conflict(f"This Space has {MOST} links.", hint="Take some back first.", code="many_shares")
    text = names.SHARE_PREFIX + secrets.token_urlsafe(32)
    row = ShareLink(
        space_id=space.id,
        owner_id=actor.owner_id,
        label=label.strip(),
        digest=digest(text),
        most=most,
        expires_at=now() + dt.timedelta(seconds=seconds),
    )
    session.add(row)
    session.flush()
    made = _shown(row, actor.name)
    audit.record(session, actor, "share.make", ("space", full_name(session, space)), None, _told(made))
    return made, f"{get_settings().space_url(space.subdomain)}/?{names.PARAMETER_SIGN}={text}"


def living(session: Session, space: Space) -> list[Share]:
    """Links that open the Space, newest first; those of makers who lost the right are listed too, so that they are seen."""
    rows = session.exec(
        select(ShareLink, Owner)
        .join(Owner, col(Owner.id) == ShareLink.owner_id)
        .where(ShareLink.space_id == space.id, ShareLink.expires_at > now())
        .order_by(col(ShareLink.id).desc())
    )
    return [_shown(row, owner.name) for row, owner in rows]


def take_back(session: Session, actor: Actor, space: Space, number: int) -> None:
    """The link opens nothing any more, and what was opened with it closes. Raises EntryNotFound."""
    row = session.get(ShareLink, number)
    if row is None or row.space_id != space.id:
        raise EntryNotFound("There is no such link.", hint="It may have ended already.", code="no_share")
    told = _told(_shown(row, session.get_one(Owner, row.owner_id).name))
    session.execute(delete(SpacePass).where(col(SpacePass.share_id) == number))
    session.delete(row)
    audit.record(session, actor, "share.end", ("space", full_name(session, space)), told, None)


def use(session: Session, text: str, space_id: int) -> ShareLink | None:
    """Counts one more browser that the link lets in to that Space; None: it does not."""
    row = session.exec(select(ShareLink).where(ShareLink.digest == digest(text))).one_or_none()
    if row is None or holder(session, row.id) is None:
        return None
    done = session.execute(
        update(ShareLink)
        .where(
            col(ShareLink.id) == row.id,
            col(ShareLink.space_id) == space_id,
            or_(col(ShareLink.most).is_(None), col(ShareLink.uses) < col(ShareLink.most)),
        )
        .values(uses=ShareLink.uses + 1, used_at=now())
    )
    return row if done.rowcount == 1 else None  # type: ignore[attr-defined]


def holder(session: Session, number: int | None) -> Actor | None:
    """Whoever made the link, as long as it is good and they may still say who sees the Space."""
    row = session.get(ShareLink, number) if number is not None else None
    space = session.get(Space, row.space_id) if row else None
    if row is None or space is None or row.expires_at <= now():
        return None
    owner = session.get_one(Owner, row.owner_id)
    maker = Actor(owner.id, owner.name, owner.role, TokenScope.READ)
    power = permission_on(session, maker, space)
    return maker if power is not None and power >= Permission.ADMIN else None


# -- private --------------------------------------------------------------------------------------


def _shown(row: ShareLink, maker: str) -> Share:
    return Share(row.id or 0, row.label, maker, row.uses, row.most, row.created_at, row.expires_at, row.used_at)


def _told(share: Share) -> dict[str, object]:
    """What the audit log keeps."""
    return {"id": share.id, "label": share.label, "most": share.most, "until": share.expires_at, "uses": share.uses}
