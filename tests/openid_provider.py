"""A small OpenID provider, run as a process of its own: `python -m tests.openid_provider PORT`.

It signs in, without asking, whoever a test has put before it (`POST /test`), and lies in the way a test asks for.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import sys
import time
from typing import Annotated, Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, Header, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT, SECRET = "demodock", "a secret between the two"
ISSUER = ""
KEY, OTHER_KEY = (RSAKey.generate_key(2048, private=True, auto_kid=True) for _ in range(2))

app = FastAPI()
person: dict[str, Any] = {}
lies: dict[str, Any] = {}
codes: dict[str, dict[str, Any]] = {}
tokens: dict[str, dict[str, Any]] = {}


@app.post("/test")
async def put_person(request: Request) -> dict[str, bool]:
    """`person`: their claims; `lies`: what to say otherwise."""
    body = await request.json()
    for kept, name in ((person, "person"), (lies, "lies")):
        kept.clear()
        kept.update(body.get(name, {}))
    return {"ok": True}


@app.get("/.well-known/openid-configuration")
def discovery() -> dict[str, Any]:
    found = {
        "issuer": lies.get("issuer", ISSUER),
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "userinfo_endpoint": f"{ISSUER}/userinfo",
        "jwks_uri": f"{ISSUER}/keys",
        "code_challenge_methods_supported": ["S256"],
    }
    return found | lies.get("discovery", {})


@app.get("/keys")
def keys() -> dict[str, Any]:
    return {"keys": [KEY.as_dict(private=False) | {"use": "sig"}]}


@app.get("/authorize")
def authorize(request: Request) -> RedirectResponse:
    asked = dict(request.query_params)
    assert asked["client_id"] == CLIENT and asked["response_type"] == "code" and "openid" in asked["scope"].split()
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 32 and len(asked["nonce"]) >= 32
    if lies.get("denied"):
        return RedirectResponse(
            f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        )
    code = secrets.token_urlsafe(16)
    codes[code] = asked | {"claims": dict(person)}
    answer = {"code": code, "state": asked["state"], "iss": lies.get("answer_iss", ISSUER)}
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(answer)}")


@app.post("/token")
def token(
    code: Annotated[str, Form()],
    redirect_uri: Annotated[str, Form()],
    code_verifier: Annotated[str, Form()],
    authorization: Annotated[str, Header()],
) -> JSONResponse:
    asked = codes.pop(code, None)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
    basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()).decode()
    known = authorization in (f"Basic {basic}", f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}")
    if asked is None or not known or asked["redirect_uri"] != redirect_uri or asked["code_challenge"] != challenge:
        return JSONResponse({"error": "invalid_grant"}, 400)
    moment = int(time.time())
    claims = {"iss": ISSUER, "aud": CLIENT, "iat": moment, "exp": moment + 300, "nonce": asked["nonce"]}
    claims |= {"sub": asked["claims"]["sub"]} | lies.get("claims", {})
    access = secrets.token_urlsafe(16)
    tokens[access] = asked["claims"] | lies.get("userinfo", {})
    return JSONResponse({"access_token": access, "token_type": "Bearer", "id_token": signed(claims)})


@app.get("/userinfo")
def userinfo(authorization: Annotated[str, Header()]) -> JSONResponse:
    found = tokens.get(authorization.removeprefix("Bearer "))
    return JSONResponse(found) if found else JSONResponse({"error": "invalid_token"}, 401)


def signed(claims: dict[str, Any]) -> str:
    kind = lies.get("signature", "")
    if kind == "none":
        parts = [
            base64.urlsafe_b64encode(part).decode().rstrip("=")
            for part in (b'{"alg":"none"}', str(claims).replace("'", '"').encode())
        ]
        return ".".join([*parts, ""])
    if kind == "shared":  # the client's secret as the key of a MAC
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])
    key = OTHER_KEY if kind == "other" else KEY
    return jwt.encode({"alg": "RS256", "kid": KEY.kid}, claims, key)


if __name__ == "__main__":
    port = int(sys.argv[1])
    ISSUER = f"http://127.0.0.1:{port}"
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")
