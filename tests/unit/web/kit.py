"""A browser without a screen: keeps cookies, sends forms as the page they stand on would."""

from __future__ import annotations

import re

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from spaces import db, names, passwords
from spaces.models import Owner
from spaces.models.owner import Role
from tests.unit.people import person

ORIGIN = "http://localhost:8000"
PASSWORD = "several words in a row"
COOKIE = names.session_cookie(False, 8000)
_TOKEN = re.compile(rf'name="{names.FIELD_FORM_TOKEN}" value="([0-9a-f]+)"')


class Browser:
    """One person's."""

    def __init__(self, app: FastAPI, origin: str = ORIGIN, address: str = "192.0.2.7") -> None:
        self.origin = origin
        self.http = TestClient(
            app,
            base_url=origin,
            raise_server_exceptions=False,
            follow_redirects=False,
            headers={"Accept-Language": "en"},
            client=(address, 4711),
        )

    def get(self, path: str) -> Response:
        return self.http.get(path)

    def send(self, path: str, page: str | None = None, **fields: object) -> Response:
        """Opens the page at `path`, or the one that has the form, and sends the form."""
        found = _TOKEN.search(self.http.get(page or path).text)
        filled = {name: str(value) for name, value in fields.items()}
        if found:
            filled[names.FIELD_FORM_TOKEN] = found[1]
        return self.http.post(path.partition("?")[0], data=filled, headers={"Origin": self.origin})

    def sign_in(self, name: str, secret: str = PASSWORD, path: str = "/login") -> Response:
        return self.send(path, name=name, password=secret)

    @property
    def who(self) -> str | None:
        """Whose browser it is, as the API sees it."""
        answer = self.http.get("/api/whoami-v2")
        return answer.json()["name"] if answer.status_code == 200 else None


def with_password(name: str, password: str = PASSWORD, role: Role = Role.MEMBER) -> Owner:
    owner = person(name, role)
    hashed = passwords.make_hash(password, name)
    with db.writing() as session:
        passwords.store(session, owner.id, hashed)
    return owner
