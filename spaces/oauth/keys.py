"""The keys that identity tokens are signed with. The file `oauth-keys` in the data directory holds one private key a line
(JWK), the newest first: to rotate, put a new line on top; older ones are published until they are taken out."""

from __future__ import annotations

import functools
import json
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from spaces.settings import get_settings

FILE = "oauth-keys"
ALGORITHM = "RS256"
"""The one that every OpenID client must know."""
BITS = 2048


def published() -> dict[str, Any]:
    """The public halves, as a JWKS document."""
    return {"keys": [key.as_dict(private=False) | {"use": "sig", "alg": ALGORITHM} for key in _keys()]}


def sign(claims: dict[str, Any]) -> str:
    """A JWT, signed with the newest key."""
    key = _keys()[0]
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)


def make() -> str:
    """One line of the file."""
    return json.dumps(RSAKey.generate_key(BITS, private=True, auto_kid=True).as_dict(private=True))


# -- private --------------------------------------------------------------------------------------


def _keys() -> tuple[RSAKey, ...]:
    return _parsed(get_settings().secret(FILE, make))


@functools.lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[RSAKey, ...]:
    found = [RSAKey.import_key(json.loads(line)) for line in text.splitlines() if line.strip()]
    for key in found:
        key.ensure_kid()
    return tuple(found)
