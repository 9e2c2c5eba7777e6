"""Sign-in for apps: clients, what people allowed them, and the sign-ins that follow from it."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Field, SQLModel

from spaces.models.types import UtcTime, now


class OAuthClient(SQLModel, table=True):
    """An app that may send people here to sign in. What it may ask for, its Space's card says each time."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: str = Field(unique=True, index=True)
    space_id: int | None = Field(
        default=None, foreign_key="space.id", unique=True, description="None: the command line."
    )
    secret: str = Field(default="", description="Sealed; empty: a public client.")
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


class OAuthConsent(SQLModel, table=True):
    """A person allowed a client these scopes, and is not asked again for them."""

    client_id: int = Field(foreign_key="oauthclient.id", primary_key=True)
    owner_id: int = Field(foreign_key="owner.id", primary_key=True, index=True)
    scopes: str = ""
    allowed_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)


class OAuthGrant(SQLModel, table=True):
    """One sign-in of one person to one client. It begins with a code, of a browser's redirect or of a device, that is good
    for one exchange; the tokens given for it fall with it."""

    id: int | None = Field(default=None, primary_key=True)
    client_id: int = Field(foreign_key="oauthclient.id", index=True)
    owner_id: int | None = Field(
        default=None, foreign_key="owner.id", index=True, description="None: a device that nobody has allowed yet."
    )
    scopes: str = ""
    code_digest: str = Field(unique=True, index=True)
    code_expires_at: dt.datetime = Field(sa_type=UtcTime, index=True)
    spent_at: dt.datetime | None = Field(default=None, sa_type=UtcTime, description="When the code was exchanged.")
    revoked_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
    created_at: dt.datetime = Field(default_factory=now, sa_type=UtcTime)
    signed_in_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)

    redirect_uri: str = Field(default="", description="As the client wrote it; the exchange repeats it.")
    nonce: str = ""
    challenge: str = Field(default="", description="PKCE, S256.")

    user_code: str | None = Field(default=None, unique=True, description="What a person types for a device.")
    polled_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)


class OAuthRefresh(SQLModel, table=True):
    """A refresh token, good once: it is exchanged for the next. Seeing a spent one again means that somebody copied it."""

    id: int | None = Field(default=None, primary_key=True)
    grant_id: int = Field(foreign_key="oauthgrant.id", index=True)
    digest: str = Field(unique=True, index=True)
    expires_at: dt.datetime = Field(sa_type=UtcTime)
    spent_at: dt.datetime | None = Field(default=None, sa_type=UtcTime)
