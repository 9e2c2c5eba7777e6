"""Lists and descriptions of models, datasets and Spaces: what they show, and to whom."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from sqlmodel import select

from spaces import db, repo_cards
from spaces.lifecycle import Reason, Stage
from spaces.models import Member, MemberRole, RepoCard, RepoKind, Repository, RepoTag, Space, Visibility
from spaces.models.types import now
from spaces.repos import hosting, store
from spaces.repos.commit import commit_files
from tests.unit.people import a_space, bearer, person, token_of

TABLES = {RepoKind.SPACE: Space, RepoKind.MODEL: Repository, RepoKind.DATASET: Repository}


def a_repository(kind: RepoKind, owner="alice", name="demo", card="", **values) -> int:
    """One with a README that was pushed."""
    if kind == RepoKind.SPACE:
        number = a_space(owner, name, **values).id
    else:
        with db.writing() as session:
            row = Repository(kind=kind, owner_id=person(owner).id, name=name, name_key=name.lower(), **values)
            session.add(row)
            session.flush()
            number = row.id
    store.create(number)
    sha = commit_files(number, "first", owner, {"README.md": f"---\n{card}\n---\n# Hello\n".encode(), "a.bin": b"1234"})
    hosting.record_commit(kind, number, owner)
    assert store.head(number).sha == sha
    return number


def ids(client, kind, headers=None, **params):
    answer = client.get(f"/api/{kind.plural}", params=params, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()]


@pytest.mark.parametrize("kind", RepoKind)
def test_a_description_has_files_card_and_sizes_where_they_are_asked_for(client, kind):
    number = a_repository(kind, card="title: T\ntags: [chat]\nlicense: mit")
    info = client.get(f"/api/{kind.plural}/ALICE/demo").json()
    assert (info["id"], info["author"], info["sha"]) == ("alice/demo", "alice", store.head(number).sha)
    assert info["cardData"] == {"title": "T", "tags": ["chat"], "license": "mit"} and "chat" in info["tags"]
    assert info["siblings"] == [{"rfilename": "README.md"}, {"rfilename": "a.bin"}]
    assert info["usedStorage"] > 100 and info["private"] is False
    sized = client.get(f"/api/{kind.plural}/alice/demo", params={"blobs": True}).json()["siblings"][1]
    assert (sized["size"], len(sized["blobId"])) == (4, 40)
    first = store.head(number).sha
    commit_files(number, "second", "alice", {"b.txt": b"b"})
    then = client.get(f"/api/{kind.plural}/alice/demo/revision/{first}").json()
    assert then["sha"] == first and len(then["siblings"]) == 2
    some = client.get(f"/api/{kind.plural}/alice/demo", params={"expand": ["sha", "likes", "xetEnabled"]}).json()
    assert some.keys() == {"_id", "id", "sha", "likes", "xetEnabled"} and some["xetEnabled"] is False
    assert client.get(f"/api/{kind.plural}/alice/demo/revision/nope").headers["x-error-code"] == "RevisionNotFound"


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (RepoKind.MODEL, "author, baseModels", "usedStorage, widgetData"),
        (RepoKind.DATASET, "author, cardData", "tags, "),
    ],
)
def test_an_unknown_key_lists_those_of_the_kind(client, kind, first, last):
    a_repository(kind)
    for path in (f"/api/{kind.plural}", f"/api/{kind.plural}/alice/demo"):
        bad = client.get(path, params={"expand": "nope"})
        assert bad.status_code == 400
        assert bad.json()["error"].startswith(f'"expand" must be one of [{first}') and last in bad.json()["error"]


@pytest.mark.parametrize("kind", RepoKind)
def test_a_list_is_filtered_searched_sorted_and_paged_by_link(client, kind):
    for number in range(5):
        card = "tags: [odd]" if number % 2 else "tags: [even, nice]"
        a_repository(kind, "alice" if number % 2 else "bob", f"s{number}", card)
    assert ids(client, kind) == ["bob/s4", "alice/s3", "bob/s2", "alice/s1", "bob/s0"]
    assert ids(client, kind, author="ALICE") == ["alice/s3", "alice/s1"] and ids(client, kind, author="nobody") == []
    assert ids(client, kind, search="S4") == ids(client, kind, search="bob/s4") == ["bob/s4"]
    assert ids(client, kind, search="%") == ids(client, kind, gated=True) == []
    assert ids(client, kind, search=["s", "alice"]) == ids(client, kind, filter="odd") == ["alice/s3", "alice/s1"]
    assert ids(client, kind, filter=["even", "nice"], author="bob", limit=2) == ["bob/s4", "bob/s2"]
    with db.writing() as session:
        row = session.exec(select(TABLES[kind]).where(TABLES[kind].name == "s1")).one()
        row.changed_at = now() + dt.timedelta(seconds=9)
        session.add(row)
    assert ids(client, kind, sort="lastModified")[0] == "alice/s1"
    seen, url = [], f"/api/{kind.plural}?limit=2&sort=lastModified"
    while url:
        answer = client.get(url)
        seen += [space["id"] for space in answer.json()]
        url = answer.links.get("next", {}).get("url")
        assert url is None or url.startswith(f"http://localhost:8000/api/{kind.plural}?")
    assert sorted(seen) == ["alice/s1", "alice/s3", "bob/s0", "bob/s2", "bob/s4"] and len(seen) == 5
    assert client.get(f"/api/{kind.plural}", params={"cursor": "!!"}).status_code == 400
    assert "siblings" not in client.get(f"/api/{kind.plural}").json()[0]
    full = client.get(f"/api/{kind.plural}", params={"full": True}).json()[0]
    assert [file["rfilename"] for file in full["siblings"]] == ["README.md", "a.bin"]


@pytest.mark.parametrize("kind", RepoKind)
def test_p21_a_list_holds_what_one_may_see_and_nothing_else(client, kind):
    a_repository(kind, "alice", "open")
    a_repository(kind, "alice", "hers", visibility=Visibility.PRIVATE)
    a_repository(kind, "acme", "theirs", visibility=Visibility.PRIVATE)
    with db.writing() as session:
        session.add(Member(organization_id=person("acme").id, user_id=person("bob").id, role=MemberRole.READ))
    seen = {name: ids(client, kind, bearer(token_of(name))) for name in ("alice", "bob", "eve")}
    assert seen["alice"] == ["alice/hers", "alice/open"]
    assert seen["bob"] == ["acme/theirs", "alice/open"]
    assert seen["eve"] == ids(client, kind) == ["alice/open"]
    assert ids(client, kind, search="hers") == ids(client, kind, author="acme") == []


def test_a_protected_space_shows_strangers_its_app_and_no_file(client):
    card = "title: T\nemoji: 🐢\ntags: [inner]\nmodels: [secret/model]"
    reason = Reason(code="exit", message="app.py, line 3: it broke", hint="Look.")
    number = a_repository(RepoKind.SPACE, card=card, visibility=Visibility.PROTECTED)
    with db.writing() as session:
        space = session.get(Space, number)
        space.stage, space.reason, space.sdk = Stage.RUNTIME_ERROR, reason, "gradio"
        session.add(space)
    me = bearer(token_of("alice"))
    mine = client.get("/api/spaces/alice/demo", headers=me).json()
    assert mine["sha"] and mine["siblings"] and mine["models"] == ["secret/model"]
    for info in (
        client.get("/api/spaces/alice/demo").json(),
        client.get("/api/spaces").json()[0],
        client.get("/api/spaces/by-subdomain/alice-demo").json(),
    ):
        assert info["host"] == mine["host"] and info["cardData"] == {"title": "T", "emoji": "🐢"}
        assert (
            info["sha"] is None and not info.get("siblings") and not info.get("models") and info["tags"] == ["gradio"]
        )
        assert info["runtime"]["stage"] == "RUNTIME_ERROR"
        assert "broke" not in str(info) and store.head(number).sha not in str(info)
    runtime = client.get("/api/spaces/alice/demo/runtime").json()
    assert runtime["stage"] == "RUNTIME_ERROR" and "reason" not in runtime and "sha" not in runtime
    asked = client.get("/api/spaces/alice/demo", params={"expand": ["sha", "siblings", "models"]}).json()
    assert (asked["sha"], asked["siblings"], asked["models"]) == (None, [], [])
    assert client.get("/api/spaces/alice/demo/revision/main").status_code == 404


def test_models_and_datasets_are_found_by_the_words_of_their_cards(client):
    card = "pipeline_tag: text-generation\nlibrary_name: gguf\ndatasets: [alice/data]\nbase_model: org/base\nlanguage: [en, zh]"
    a_repository(RepoKind.MODEL, card=card)
    a_repository(RepoKind.DATASET, card="task_categories:\n- question-answering\nlanguage: zh\nsize_categories: n<1K")
    a_repository(RepoKind.SPACE, card="models: [alice/demo]")
    model = client.get("/api/models/alice/demo").json()
    assert (model["pipeline_tag"], model["library_name"]) == ("text-generation", "gguf")
    for tag in ("gguf", "dataset:alice/data", "base_model:org/base", "zh"):
        assert ids(client, RepoKind.MODEL, filter=tag) == ["alice/demo"]
    assert ids(client, RepoKind.MODEL, pipeline_tag="text-generation") == ["alice/demo"]
    assert ids(client, RepoKind.DATASET, filter=["language:zh", "task_categories:question-answering"]) == ["alice/demo"]
    assert ids(client, RepoKind.SPACE, models="alice/demo") == ["alice/demo"]
    assert ids(client, RepoKind.SPACE, models="alice/other") == []


@pytest.mark.parametrize("readme", [b"no card", b"---\n[broken\n---\n", b"---\n- a list\n---\n", b"x" * (5 << 20)])
def test_a_card_that_cannot_be_read_is_none(client, readme):
    number = a_repository(RepoKind.MODEL, card="tags: [old]")
    commit_files(number, "second", "alice", {"README.md": readme})
    hosting.record_commit(RepoKind.MODEL, number, "alice")
    info = client.get("/api/models/alice/demo").json()
    assert info["cardData"] == {} and info["tags"] == []


def test_a_card_that_nobody_read_is_read_later(client):
    number = a_repository(RepoKind.MODEL, card="tags: [new]")
    with db.writing() as session:
        repo_cards.forget(session, number)
    assert ids(client, RepoKind.MODEL, filter="new") == []
    repo_cards.catch_up()
    assert ids(client, RepoKind.MODEL, filter="new") == ["alice/demo"]


def test_p79_ten_thousand_spaces_are_paged_to_the_end_in_a_moment(client):
    alice = person("alice")
    with db.writing() as session:
        for start in range(0, 10_000, 1000):
            numbers = range(start + 1, start + 1001)
            session.add_all(
                Space(
                    id=n,
                    owner_id=alice.id,
                    name=f"s{n}",
                    name_key=f"s{n}",
                    subdomain=f"alice-s{n}",
                    subnet=n,
                    head="a" * 40,
                    visibility=Visibility.PRIVATE if n % 10 == 0 else Visibility.PUBLIC,
                )
                for n in numbers
            )
            session.add_all(RepoCard(number=n, commit="a" * 40, data='{"title": "T", "tags": ["x"]}') for n in numbers)
            session.add_all(RepoTag(number=n, tag="rare" if n % 1000 == 1 else "x") for n in numbers)
    began = time.monotonic()
    seen, url = [], "/api/spaces?limit=1000"
    while url:
        answer = client.get(url)
        seen += [row["id"] for row in answer.json()]
        url = answer.links.get("next", {}).get("url")
    assert len(seen) == len(set(seen)) == 9000 and "alice/s10" not in seen
    assert time.monotonic() - began < 20
    began = time.monotonic()
    assert len(ids(client, RepoKind.SPACE, filter="rare")) == 10
    assert ids(client, RepoKind.SPACE, search="s9999") == ["alice/s9999"]
    assert len(ids(client, RepoKind.SPACE, sort="lastModified")) == 100
    assert time.monotonic() - began < 3


def test_a_bare_name_is_a_repository_not_found(client):
    for path in (
        "/bare/resolve/main/x",
        "/api/models/bare",
        "/api/datasets/bare/revision/main",
        "/datasets/bare/resolve/x",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["x-error-code"]) == (404, "RepoNotFound"), path
