"""What is asked for and not offered, and finding Spaces by words."""

from __future__ import annotations

import pytest

from spaces import db
from spaces.lifecycle import Stage
from spaces.models import RepoKind, Space, Visibility
from tests.unit.people import a_space, bearer, token_of
from tests.unit.test_lists import a_repository


@pytest.fixture
def me(client) -> dict[str, str]:
    return bearer(token_of("alice"))


def test_what_is_not_offered_says_so(client, me):
    a_space()
    place = "/api/spaces/alice/demo"
    on = client.post(f"{place}/dev-mode", json={"enabled": True}, headers=me)
    assert on.status_code == 400 and "Dev mode is not offered here" in on.json()["error"]
    off = client.post(f"{place}/dev-mode", json={"enabled": False}, headers=me)
    assert off.status_code == 200 and off.json()["devMode"] is False
    hot = client.post(f"{place}/commit/main?hot_reload=1", content=b"", headers=me)
    assert hot.status_code == 400 and "Hot reload is not offered here" in hot.json()["error"]
    assert client.get("/api/spaces/zero-gpu/quota", headers=me).json() == {"base": 0, "current": 0}
    assert client.get("/api/spaces/zero-gpu/quota").status_code == 401


def test_clients_are_answered_at_once_where_they_report(client):
    assert client.get("/api/agent-harnesses").json() == {"standardEnvVars": [], "harnesses": {}}
    assert client.head("/api/telemetry/hf-cli/x").status_code == 204


def test_spaces_are_found_by_words(client, me):
    cards = {
        "turtle-chat": "title: Turtle chat\ntags: [reptiles]",
        "birds": "title: Birds\nshort_description: A turtle is no bird",
        "other": "title: Other",
    }
    for name, card in cards.items():
        number = a_repository(RepoKind.SPACE, name=name, card=card)
        with db.writing() as session:
            space = session.get(Space, number)
            space.stage, space.sdk = Stage.SLEEPING, "gradio"
            session.add(space)
    a_repository(RepoKind.SPACE, name="turtle-secret", visibility=Visibility.PRIVATE)

    def found(**params):
        return [row["id"] for row in client.get("/api/spaces/semantic-search", params=params).json()]

    assert found(q="Turtle") == ["alice/turtle-chat"]
    assert found(q="turtle birds") == ["alice/birds", "alice/turtle-chat"]
    assert found(q="reptiles") == ["alice/turtle-chat"]
    assert found(q="turtle", sdk="docker") == found(q="turtle", filter="nope") == found(q="zebra") == found(q=" ") == []
    mine = client.get("/api/spaces/semantic-search", params={"q": "turtle", "includeNonRunning": True}, headers=me)
    assert {row["id"] for row in mine.json()} == {"alice/turtle-chat", "alice/turtle-secret"}
    assert mine.json()[0].keys() >= {"emoji", "title", "semanticRelevancyScore", "runtime"}
