"""The gallery and owners' pages: what is found, in which order, by whom; hearts; names that no owner may have."""

from __future__ import annotations

import json
import re

import pytest
from sqlmodel import select

from spaces import actions, db, gallery, names
from spaces.access import ANONYMOUS
from spaces.api.app import create_app
from spaces.lifecycle import Stage
from spaces.models import Member, MemberRole, Owner, RepoCard, RepoKind, RepoTag, Space, Visibility
from spaces.models.owner import OwnerKind
from spaces.repo_cards import card_texts
from spaces.web.cards import COLORS, colors
from tests.unit.people import a_space, actor_of, person
from tests.unit.web.kit import ORIGIN, with_password
from tests.unit.web.test_other_sites import all_routes

ALL = ["bob/dogs", "alice/cat-finder", "alice/shufa"]
HOSTILE = [
    "%",
    "_",
    "\\",
    "' OR 1=1 --",
    '"',
    "(((",
    "NEAR(",
    "*",
    "<script>alert(1)</script>",
    "\x00",
    "a" * 5000,
    "💥",
]


def write_card(space: Space, readme: str = "", **card: object) -> None:
    """What a push of a README would leave behind."""
    shown, inner = card_texts.texts(RepoKind.SPACE, card, readme)
    with db.writing() as session:
        row = RepoCard(number=space.id, commit="0" * 40, data=json.dumps(card), shown=shown, inner=inner)
        row.pinned = card.get("pinned") is True
        session.merge(row)
        for tag in card.get("tags", ()):
            session.merge(RepoTag(number=space.id, tag=tag))


def shown(text: str) -> list[str]:
    """The Spaces of a page, in their order."""
    return re.findall(r'<h2><a href="/spaces/([^"]+)">', text)


@pytest.fixture
def spaces(place) -> dict[str, Space]:
    made = {
        "cat": a_space("alice", "cat-finder", sdk="gradio", stage=Stage.RUNNING, likes=2),
        "dog": a_space("bob", "dogs", sdk="docker", stage=Stage.SLEEPING, likes=5),
        "zh": a_space("alice", "shufa", sdk="gradio", stage=Stage.RUNNING, hardware="cpu-upgrade"),
    }
    write_card(
        made["cat"], "---\ntitle: x\n---\nFinds whiskers.", title="Where is the cat", tags=["vision"], emoji="🐱"
    )
    write_card(made["dog"], "Barks. Never a cat.", title="Dogs", short_description="All of them", pinned=True)
    write_card(made["zh"], "", title="书法生成器", colorFrom="red", colorTo="gray")
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["bob/dogs", "alice/cat-finder", "alice/shufa"]),
        ("q=cat", ["alice/cat-finder", "bob/dogs"]),
        ("q=CAT+whisk", ["alice/cat-finder"]),
        ("q=书法", ["alice/shufa"]),
        ("q=all+of+them", ["bob/dogs"]),
        ("q=vision", ["alice/cat-finder"]),
        ("q=alice/", ["alice/cat-finder", "alice/shufa"]),
        ("sdk=gradio", ["alice/cat-finder", "alice/shufa"]),
        ("running=1", ["alice/cat-finder", "alice/shufa"]),
        ("hardware=cpu-upgrade", ["alice/shufa"]),
        ("tag=vision", ["alice/cat-finder"]),
        ("owner=Bob", ["bob/dogs"]),
        ("owner=nobody", []),
        ("sort=name", ["alice/cat-finder", "bob/dogs", "alice/shufa"]),
        ("sort=created", ["alice/shufa", "bob/dogs", "alice/cat-finder"]),
        ("sort=nonsense&p=nonsense", ["bob/dogs", "alice/cat-finder", "alice/shufa"]),
        ("p=7", []),
    ],
)
def test_what_is_asked_for_is_found_in_the_order_asked_for(browser, spaces, query, found):
    answer = browser.get(f"/?{query}")
    assert (answer.status_code, shown(answer.text)) == (200, found)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_search_is_text(browser, spaces, text):
    answer = browser.http.get("/", params={"q": text, "tag": text, "owner": text, "hardware": text, "sdk": text})
    assert answer.status_code == 200 and shown(answer.text) == [] and "<script>alert" not in answer.text
    assert shown(browser.http.get("/", params={"q": text}).text) == (
        [] if text.strip("\x00") else list(map(str, ["bob/dogs", "alice/cat-finder", "alice/shufa"]))
    )


def test_p41_nobody_finds_a_private_space_nor_a_protected_one_by_its_files(browsers):
    for name, visibility in (("hidden", Visibility.PRIVATE), ("app", Visibility.PROTECTED)):
        write_card(a_space("alice", name, visibility=visibility), "The word is xylophone.", title=name, tags=["secret"])
    for name in ("alice", "mallory"):
        with_password(name)
        browser = browsers()
        browser.sign_in(name)
        mine = ["alice/app", "alice/hidden"] if name == "alice" else []
        for query in ("q=xylophone", "tag=secret"):
            assert sorted(shown(browser.get(f"/?{query}").text)) == mine
        everything = [] if name == "mallory" else ["alice/hidden"]
        for path in ("/", "/?q=alice", "/alice"):
            text = browser.get(path).text
            assert sorted(shown(text)) == ["alice/app", *everything] and "secret" not in text
    with db.reading() as session:
        assert gallery.find(session, ANONYMOUS, gallery.Wanted(), 10).total == 1


def test_pages_are_turned_to_the_end_and_each_space_is_on_one(place):
    actor = actor_of("alice")
    with db.writing() as session:
        for number in range(60):
            actions.create_space(session, actor, "alice", f"s{number:02}")
    found = []
    with db.reading() as session:
        for offset in range(0, 75, 24):
            page = gallery.find(session, actor, gallery.Wanted(), 24, offset)
            found += [space.name for space in page.spaces]
            assert page.total == 60
    assert len(found) == len(set(found)) == 60


def test_an_empty_platform_says_how_to_push_the_first_space(browser, place):
    with_password("alice")
    assert "git push http://localhost:8000/spaces/OWNER/my-demo" in browser.get("/").text
    browser.sign_in("alice")
    assert "/spaces/alice/my-demo" in browser.get("/").text
    assert "No Space matches" in browser.get("/?q=cat").text


def test_a_heart_is_pressed_by_a_form_and_by_a_script(browser, spaces):
    assert 'href="/login?next=' in browser.get("/").text
    with_password("carol")
    browser.sign_in("carol")
    answer = browser.send("/spaces/alice/cat-finder/like", page="/", do="like", next="/?q=cat")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=cat")
    part = browser.send("/spaces/alice/cat-finder/like", page="/", do="unlike", part="1", next="/")
    assert part.status_code == 200 and 'aria-pressed="false"' in part.text and "<html" not in part.text
    browser.send("/spaces/alice/shufa/like", page="/", do="like", next="/")
    assert shown(browser.get("/carol?tab=likes").text) == ["alice/shufa"]
    gone = browser.send("/spaces/alice/none/like", page="/", do="like", next="//evil.example")
    assert gone.status_code == 404
    token = re.search(r'name="form_token" value="(\w+)"', browser.get("/").text)[1]
    stolen = browser.http.post("/spaces/alice/shufa/like", data={"do": "like"}, headers={"Origin": ORIGIN})
    assert stolen.status_code == 403 and token


def test_an_owners_page_shows_pinned_spaces_first_and_its_people_to_its_people(browsers, spaces):
    newer = a_space("bob", "newer")
    assert newer
    browser = browsers()
    assert shown(browser.get("/BOB").text) == ["bob/dogs", "bob/newer"]
    assert browser.get("/nobody").status_code == 404
    with db.writing() as session:
        session.add(Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION))
    bob = person("bob")
    with db.writing() as session:
        acme = session.exec(select(Owner).where(Owner.name == "acme")).one()
        session.add(Member(organization_id=acme.id, user_id=bob.id, role=MemberRole.READ))
    with_password("bob")
    browser.sign_in("bob")
    assert 'href="/bob"' in browser.get("/acme").text and 'href="/acme"' in browser.get("/bob").text
    assert 'href="/bob"' not in browsers().get("/acme").text
    assert "bob · User" not in browser.get("/bob").text, "the name stands above already"


def test_no_owner_may_have_a_name_that_is_an_address_of_ours():
    first = {route.path.split("/")[1] for route in all_routes(create_app())}
    ours = {name for name in first if name and "{" not in name and names.valid_name(name) and "." not in name}
    assert ours <= names.RESERVED_OWNERS


@pytest.mark.parametrize("card", [{}, {"colorFrom": "red; } *", "colorTo": 7}, {"colorFrom": None}])
def test_a_card_has_colors_that_the_style_sheet_knows(card):
    assert set(colors(card, "alice/demo")) <= set(COLORS) and colors(card, "alice/demo") == colors({}, "Alice/Demo")
    assert colors({"colorFrom": "red", "colorTo": "gray"}, "x/y") == ("red", "gray")
