"""Who may send people here to sign in: each Space whose serving revision's card says `hf_oauth: true`, and the Hub's own
command line. A row holds only what makes a client one; what it may ask for is read from the card at every use, so that
a push, a rollback and a deletion count at once."""

from __future__ import annotations

import hmac
import secrets
import uuid
from dataclasses import dataclass

from sqlmodel import Session, col, delete, select

from spaces import db, env
from spaces.card import SpaceConfig
from spaces.lifecycle import Intent
from spaces.models import OAuthClient, OAuthConsent, OAuthGrant, OAuthRefresh, Revision, Space, Token
from spaces.models.types import now
from spaces.moves import full_name
from spaces.oauth import scopes
from spaces.settings import Settings, get_settings

COMMAND_LINE = "26be6b09-91c5-47da-9861-d2d2bb7a7e36"
"""What `huggingface_hub` calls itself where nobody told it otherwise. It runs on people's machines and keeps no secret."""
SECRET = "OAUTH_CLIENT_SECRET"
COMMAND_LINE_NAME = "hf auth login"
COMMAND_LINE_MINUTES = 480


@dataclass(frozen=True)
class Client:
    """A client as it stands now."""

    id: int
    client_id: str
    name: str
    """`owner/name` of its Space."""
    scopes: tuple[str, ...]
    minutes: int
    """How long a sign-in lasts."""
    space_id: int | None = None
    space_url: str = ""
    organizations: tuple[str, ...] = ()
    """Only their members may sign in; none: everybody may."""

    @property
    def public(self) -> bool:
        """It keeps no secret, so none is asked for, and its sign-ins may be renewed."""
        return self.space_id is None


def find(session: Session, client_id: str) -> Client | None:
    """The client, where there is one now."""
    if client_id == COMMAND_LINE:
        return _command_line(session)
    row = session.exec(select(OAuthClient).where(OAuthClient.client_id == client_id)).one_or_none()
    space = session.get(Space, row.space_id) if row and row.space_id else None
    revision = session.get(Revision, space.revision_id) if space and space.revision_id else None
    if row is None or space is None or revision is None or space.intent == Intent.GONE or not revision.config.hf_oauth:
        return None
    assert row.id is not None
    return Client(
        id=row.id,
        client_id=row.client_id,
        name=full_name(session, space),
        scopes=tuple(scopes.offered(revision.config.hf_oauth_scopes)),
        minutes=revision.config.hf_oauth_expiration_minutes,
        space_id=space.id,
        space_url=get_settings().space_url(space.subdomain),
        organizations=tuple(revision.config.hf_oauth_authorized_org),
    )


def knows_secret(session: Session, client: Client, secret: str) -> bool:
    """True where whoever asks is that client; a public one has nothing to show."""
    if client.space_id is None:
        return not secret
    sealed = session.get_one(OAuthClient, client.id).secret
    return hmac.compare_digest(env.unseal(client.space_id, SECRET, sealed).encode(), secret.encode(errors="replace"))


def environment(session: Session, settings: Settings, space: Space, config: SpaceConfig) -> dict[str, str]:
    """What an instance is told so that it can sign people in; makes the client at the first time. Nothing where the card
    does not ask."""
    if not config.hf_oauth:
        return {}
    assert space.id is not None
    row = session.exec(select(OAuthClient).where(OAuthClient.space_id == space.id)).one_or_none()
    if row is None:
        sealed = env.seal(space.id, SECRET, "dd_client_" + secrets.token_urlsafe(32))
        row = OAuthClient(client_id=str(uuid.uuid4()), space_id=space.id, secret=sealed)
        session.add(row)
        session.flush()
    return {
        "OAUTH_CLIENT_ID": row.client_id,
        SECRET: env.unseal(space.id, SECRET, row.secret),
        "OAUTH_SCOPES": scopes.spell(scopes.offered(config.hf_oauth_scopes)),
        "OPENID_PROVIDER_URL": settings.hub_url,
    }


def settle(session: Session, space: Space, revision_id: int) -> None:
    """The revision serves from now on: where its card asks for no sign-in, there is no client any more."""
    revision = session.get(Revision, revision_id)
    if space.id is not None and revision is not None and not revision.config.hf_oauth:
        remove(session, space.id)


def remove(session: Session, space_id: int) -> None:
    """The Space's client goes, and with it all that people allowed it."""
    row = session.exec(select(OAuthClient).where(OAuthClient.space_id == space_id)).one_or_none()
    if row is None:
        return
    grants = select(OAuthGrant.id).where(OAuthGrant.client_id == row.id)
    for table, column in ((Token, Token.grant_id), (OAuthRefresh, OAuthRefresh.grant_id)):
        session.exec(delete(table).where(col(column).in_(grants)))  # type: ignore[call-overload]
    for other in (OAuthGrant, OAuthConsent):
        session.exec(delete(other).where(col(other.client_id) == row.id))  # type: ignore[call-overload]
    session.delete(row)


# -- private --------------------------------------------------------------------------------------


def _command_line(session: Session) -> Client | None:
    row = session.exec(select(OAuthClient).where(OAuthClient.client_id == COMMAND_LINE)).one_or_none()
    if row is None:
        db.insert_missing(session, OAuthClient, client_id=COMMAND_LINE, secret="", created_at=now())
        row = session.exec(select(OAuthClient).where(OAuthClient.client_id == COMMAND_LINE)).one()
    assert row.id is not None
    return Client(row.id, row.client_id, COMMAND_LINE_NAME, scopes.COMMAND_LINE, COMMAND_LINE_MINUTES)
