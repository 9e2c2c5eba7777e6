"""A Space that offers sign-in, a person's browser, and the app that sent it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi.testclient import TestClient
from httpx import Response

from spaces import db, names, sessions
from spaces.card import SpaceConfig
from spaces.models import Owner, Revision, Space
from spaces.oauth import clients
from spaces.settings import get_settings
from tests.unit.people import a_space, person
from tests.unit.web.kit import COOKIE, ORIGIN

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def a_client(owner: str = "alice", name: str = "demo", **card: Any) -> tuple[Space, dict[str, str]]:
    """A Space that serves a revision whose card offers sign-in, and the environment of its instances."""
    space = a_space(owner, name)
    return space, serve(space, **{"hf_oauth": True, **card})


def serve(space: Space, **card: Any) -> dict[str, str]:
    """The Space serves a new revision with this card."""
    config = SpaceConfig(sdk="gradio", **card)
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        made = Revision(space_id=row.id, build_id=1000 * (row.id or 0) + row.next_build, commit="a" * 40, config=config)
        session.add(made)
        session.flush()
        row.revision_id, row.next_build = made.id, row.next_build + 1
        environment = clients.environment(session, get_settings(), row, config)
        clients.settle(session, row, made.id)
        return environment


class Browser:
    """Somebody's browser, signed in or not."""

    def __init__(self, client: TestClient, name: str | None = None) -> None:
        self.http = TestClient(client.app, base_url=ORIGIN, follow_redirects=False, headers={"Accept-Language": "en"})
        if name:
            owner: Owner = person(name)
            with db.writing() as session:
                self.http.cookies.set(COOKIE, sessions.open_session(session, owner))

    def ask(self, environment: dict[str, str], **more: str) -> Response:
        """What the page says to which the app's sign-in button leads."""
        return self.http.get(address(environment, **more))

    def decide(self, environment: dict[str, str], do: str = "allow", **more: str) -> Response:
        """The answer to the question of that page, where there is one."""
        path = address(environment, **more)
        shown = self.http.get(path)
        if shown.status_code == 303:
            return shown
        found = re.search(rf'name="{names.FIELD_FORM_TOKEN}" value="([0-9a-f]+)"', shown.text)
        fields = {"do": do} | ({names.FIELD_FORM_TOKEN: found[1]} if found else {})
        return self.http.post(path, data=fields, headers={"Origin": ORIGIN})

    def code(self, environment: dict[str, str], **more: str) -> str:
        """A code for the app."""
        return answer(self.decide(environment, **more))["code"]


class App:
    """What runs in the Space, as far as it talks to us."""

    def __init__(self, client: TestClient, environment: dict[str, str]) -> None:
        self.http = TestClient(client.app, base_url=environment["OPENID_PROVIDER_URL"])
        self.who = environment["OAUTH_CLIENT_ID"], environment["OAUTH_CLIENT_SECRET"]

    def post(self, path: str, **fields: str) -> Response:
        return self.http.post(path, data=fields, auth=self.who)

    def exchange(self, code: str, **changes: str) -> Response:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK} | changes
        return self.post("/oauth/token", **{key: value for key, value in fields.items() if value})

    def get(self, path: str, token: str) -> Response:
        return self.http.get(path, headers={"Authorization": f"Bearer {token}"})


CALLBACK = "https://alice-demo.localhost:8000/login/callback?_target_url=%2F%3F"
"""As gradio spells it."""


def address(environment: dict[str, str], **more: str) -> str:
    asked = {
        "response_type": "code",
        "client_id": environment["OAUTH_CLIENT_ID"],
        "redirect_uri": CALLBACK,
        "scope": environment["OAUTH_SCOPES"],
        "state": "s1",
        "nonce": "n1",
    } | more
    return "/oauth/authorize?" + urlencode({key: value for key, value in asked.items() if value})


def answer(response: Response) -> dict[str, str]:
    """What the browser takes back to the app."""
    assert response.status_code == 303, response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["location"]).query).items()}
