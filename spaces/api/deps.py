"""What routes ask for: who is calling, and parts of the path."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Path, Request
from pydantic import AfterValidator

from spaces import db
from spaces.access import ANONYMOUS, Actor, Permission, access_space
from spaces.errors import Unauthorized
from spaces.moves import full_name
from spaces.owners import authenticate

Segment = Annotated[str, Path(max_length=1000), AfterValidator(unquote)]
"""One segment of the path, with encoded slashes decoded."""
FilePath = Annotated[str, Path(max_length=20_000), AfterValidator(unquote)]
"""The rest of the path: a file or a folder in a repository, not checked yet. Clients encode its slashes, or do not."""


@dataclass(frozen=True)
class Repository:
    """A Space's repository, after the door."""

    space_id: int
    name: str
    """`owner/name`, as its owner spells it."""


def repository(actor: Actor, owner: str, name: str, permission: Permission) -> Repository:
    """The repository of `owner/name` where `actor` has `permission`. Raises what `access_space` raises."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, permission)
        assert space.id is not None
        return Repository(space.id, full_name(session, space))


def bearer(authorization: str | None) -> str | None:
    """The token in an Authorization header: a bearer, or the password of basic authentication; None: there is none."""
    if not authorization:
        return None
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest).decode().partition(":")[2].strip()
        except (binascii.Error, UnicodeDecodeError):
            pass
    raise Unauthorized("Invalid credentials in Authorization header", hint="Send `Authorization: Bearer TOKEN`.")


def caller(authorization: str | None) -> Actor:
    """Whoever sent that Authorization header; raises Unauthorized for one that opens nothing."""
    text = bearer(authorization)
    return ANONYMOUS if text is None else authenticate(text)


def _current(request: Request) -> Actor:
    return caller(request.headers.get("authorization"))


Caller = Annotated[Actor, Depends(_current)]
