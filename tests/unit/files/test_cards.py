"""A card is checked before it is committed."""

from __future__ import annotations


def test_a_card_is_checked_before_it_is_committed(client):
    def check(content, kind="space"):
        return client.post("/api/validate-yaml", json={"content": content, "repoType": kind})

    good = check("---\nsdk: gradio\ntitle: T\n---\n# Hello")
    assert (good.status_code, good.json()) == (200, {"errors": [], "warnings": []})
    empty = check("# Hello")
    assert empty.status_code == 200 and len(empty.json()["warnings"]) == 1 and empty.json()["errors"] == []
    unknown = check("---\nsdk: gradio\ntitel: T\n---\n").json()["warnings"]
    assert len(unknown) == 1 and "titel" in unknown[0]["message"]
    for text in ("---\nsdk: nonsense\n---\n", "---\nsdk: [\n---\n", "---\nsdk: gradio\n"):
        bad = check(text)
        assert bad.status_code == 400 and bad.json()["errors"][0]["message"] and bad.json()["error"]
    assert check("---\nsdk: [\n---\n", "model").status_code == 400


def test_a_models_card_may_hold_what_it_likes_and_must_be_one(client):
    def check(content, kind="model"):
        return client.post("/api/validate-yaml", json={"content": content, "repoType": kind})

    assert check("---\nsdk: nonsense\nwhatever: 1\n---\n").json() == {"errors": [], "warnings": []}
    assert len(check("# Hello", "dataset").json()["warnings"]) == 1
    bad = check("---\nmodel-index: foo\n---\n")
    assert bad.status_code == 400 and "model-index" in bad.json()["errors"][0]["message"]
