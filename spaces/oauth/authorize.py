"""Authorization requests: what a browser brings from a client, checked; what the person then allows; the code for it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from spaces.access import Actor, permission_on
from spaces.errors import BadRequest, Forbidden, OAuthError
from spaces.models import Member, OAuthConsent, OAuthGrant, Owner, Space
from spaces.models.types import now
from spaces.oauth import clients, redirects, scopes
from spaces.oauth.clients import Client
from spaces.owners import digest, new_token
from spaces.settings import get_settings

CODE_SECONDS = 60
CODE = "dd_code_"
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_TEXT = re.compile(r"[\x20-\x7e]{0,2000}")


@dataclass(frozen=True)
class Request:
    """A request whose answer may be sent to the client."""

    client: Client
    redirect_uri: str
    landing: str
    scopes: tuple[str, ...]
    state: str
    nonce: str
    challenge: str
    prompt: frozenset[str]

    def answer(self, **parameters: str) -> str:
        """Where the browser goes with that answer."""
        state = {"state": self.state} if self.state else {}
        return redirects.with_answer(self.landing, parameters | state | {"iss": get_settings().hub_url})

    def refusal(self, error: OAuthError) -> str:
        return self.answer(error=error.code, error_description=error.message)


class Refused(Exception):
    """The request is the client's mistake; it is told so at the address `where`."""

    def __init__(self, where: str) -> None:
        self.where = where


def read(session: Session, actor: Actor, parameters: Sequence[tuple[str, str]]) -> Request:
    """The request, checked for whoever looks at it. Raises BadRequest or Forbidden where nothing may be sent to the client,
    whoever it is; Refused where it has to know."""
    given = dict(parameters)
    client = clients.find(session, given.get("client_id", ""))
    if client is None or client.public or not _may_visit(session, actor, client):
        raise BadRequest(
            "The app that sent you here is not known.", hint="Go back to it, and try again.", code="no_client"
        )
    landing = redirects.landing(given.get("redirect_uri", ""), client.space_url)
    if landing is None or len(given) != len(parameters):
        raise BadRequest(
            f"{client.name} wants you sent to an address that is not its own.", hint="Tell its owner.", code="redirect"
        )
    request = Request(
        client=client,
        redirect_uri=given["redirect_uri"],
        landing=landing,
        scopes=tuple(scopes.granted(given.get("scope", ""), client.scopes)),
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        challenge=given.get("code_challenge", ""),
        prompt=frozenset(given.get("prompt", "").split()),
    )
    if fault := _fault(given, request):
        raise Refused(request.refusal(fault))
    return request


def check_member(session: Session, actor: Actor, client: Client) -> None:
    """Raises Forbidden where the client lets only members of certain organizations in, and this is none."""
    wanted = {name.lower() for name in client.organizations}
    if not wanted:
        return
    mine = select(Owner.name_key).join(Member, col(Member.organization_id) == Owner.id)
    if wanted.isdisjoint(session.exec(mine.where(Member.user_id == actor.owner_id)).all()):
        raise Forbidden(
            f"{client.name} lets only members of {', '.join(client.organizations)} sign in.",
            hint="Ask one of its admins to take you in.",
            code="not_a_member",
        )


def consented(session: Session, actor: Actor, client: Client, wanted: Sequence[str]) -> bool:
    """True where the person has allowed the client all of this before."""
    row = session.get(OAuthConsent, (client.id, actor.owner_id))
    return row is not None and set(wanted) <= set(row.scopes.split())


def remember(session: Session, actor: Actor, client: Client, allowed: Sequence[str]) -> None:
    """The person allows the client this, beside what it has already."""
    assert actor.owner_id is not None
    row = session.get(OAuthConsent, (client.id, actor.owner_id))
    row = row or OAuthConsent(client_id=client.id, owner_id=actor.owner_id)
    row.scopes = scopes.spell(scopes.parse(f"{row.scopes} {scopes.spell(allowed)}"))
    row.allowed_at = now()
    session.add(row)


def grant(session: Session, actor: Actor, request: Request, signed_in_at: dt.datetime) -> str:
    """A code for what the person allows now; returns where the browser goes with it."""
    text = new_token(CODE)
    session.add(
        OAuthGrant(
            client_id=request.client.id,
            owner_id=actor.owner_id,
            scopes=scopes.spell(request.scopes),
            code_digest=digest(text),
            code_expires_at=now() + dt.timedelta(seconds=CODE_SECONDS),
            signed_in_at=signed_in_at,
            redirect_uri=request.redirect_uri,
            nonce=request.nonce,
            challenge=request.challenge,
        )
    )
    return request.answer(code=text)


# -- private --------------------------------------------------------------------------------------


def _may_visit(session: Session, actor: Actor, client: Client) -> bool:
    """A Space that one may not know of is no client to them either. Who is not signed in yet is asked again afterwards."""
    space = session.get(Space, client.space_id)
    return space is not None and (actor.anonymous or permission_on(session, actor, space) is not None)


def _fault(given: dict[str, str], request: Request) -> OAuthError | None:
    method, challenge = given.get("code_challenge_method", ""), request.challenge
    if "request" in given or "request_uri" in given:
        return OAuthError("Requests by object are not taken.", code="request_not_supported")
    if given.get("response_type") != "code":
        return OAuthError("Only the code flow is offered.", code="unsupported_response_type")
    if given.get("response_mode", "query") != "query":
        return OAuthError("Answers go into the query only.")
    if not request.scopes:
        return OAuthError("None of these scopes is offered to this app.", code="invalid_scope")
    if (method or challenge) and (method != "S256" or not _CHALLENGE.fullmatch(challenge)):
        return OAuthError("code_challenge must be one of the method S256.")
    if not (_TEXT.fullmatch(request.state) and _TEXT.fullmatch(request.nonce)):
        return OAuthError("state and nonce are at most 2000 printable characters.")
    if "none" in request.prompt and len(request.prompt) > 1:
        return OAuthError("prompt=none stands alone.")
    return None
