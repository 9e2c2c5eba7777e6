"""A Space's page: its frame, the place of its app, and who sees what."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from spaces import db, logs, names
from spaces.access import Permission
from spaces.card import SpaceConfig
from spaces.lifecycle import Intent, Phase, Reason, Stage
from spaces.models import GpuRequest, RepoKind, Revision, Space, Visibility
from spaces.models.types import now
from spaces.signin import Browser
from spaces.web.space import app, live, tabs
from spaces.web.space.place import Place, look
from spaces.web.space.standing import Standing
from spaces.web.space.steps import next_steps
from spaces.web.visitors import Visitor
from tests.unit.web.kit import ORIGIN

HERE = "/spaces/alice/demo"
VISITOR = Visitor(None, "en", "auto", frozenset(), HERE, (), Browser("192.0.2.7", "test"))
"""Nobody in particular."""
APP = "http://alice-demo.localhost:8000"


def change(space: Space, **values: object) -> None:
    with db.writing() as session:
        row = session.get(Space, space.id)
        for name, value in values.items():
            setattr(row, name, value)
        session.add(row)


def frame_of(text: str) -> str | None:
    found = re.search(r'<iframe[^>]* src="([^"]+)"', text)
    return found[1] if found else None


def test_the_page_shows_the_app_in_a_frame(nobody, space):
    answer = nobody.get(HERE)
    assert answer.status_code == 200 and frame_of(answer.text) == f"{APP}/"
    assert "Running" in answer.text and "🐳" in answer.text and "from-blue to-pink" in answer.text


def test_p30_the_frame_is_sandboxed_and_the_page_shows_no_other_site(nobody, space):
    answer = nobody.get(HERE)
    policy = answer.headers["content-security-policy"]
    assert f"frame-src {APP}" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    sandbox = re.search(r'<iframe[^>]* sandbox="([^"]*)"', answer.text)[1].split()
    assert "allow-scripts" in sandbox and not any(word.startswith("allow-top-navigation") for word in sandbox)


def test_the_heart_stands_above_every_tab_and_leads_back_to_it(alice, nobody, space):
    like = "/spaces/alice/demo/like"
    answer = alice.send(like, page=f"{HERE}/revisions", do="like", next=f"{HERE}/revisions")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/revisions")
    for path in ("", "/tree/main", "/revisions", "/settings"):
        text = alice.get(HERE + path).text
        assert f'action="{like}"' in text and 'aria-pressed="true"' in text
        assert f'name="next" value="{HERE}{path}"' in text
    assert f'class="heart" href="/login?next={HERE}"' in nobody.get(HERE).text


def test_what_is_told_live_names_the_version_that_serves_so_that_an_old_one_is_known(nobody, space):
    change(space, revision_id=7)
    text = nobody.get(HERE).text
    assert re.search(r'<iframe[^>]* data-revision="7"', text)
    assert re.search(r'class="stage" data-revision="7"', text) and re.search(r'id="newer"[^>]* hidden', text)


def test_the_frame_opens_where_the_card_says(nobody, space):
    assert app.start_path({"base_path": "/docs?x=1"}) == "/docs?x=1"
    for wrong in ("//evil.com", "docs", "/\\evil", "/a b", 7, None, "https://evil.com/"):
        assert app.start_path({"base_path": wrong}) == "/"


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_its_page_for_everybody(alice, nobody, space, stage):
    reason = Reason(code="x", message="It <b>broke</b>.", hint="Mend it.", detail="secret detail")
    change(space, stage=stage, phase=Phase.FAILED, reason=reason)
    for browser in (alice, nobody):
        answer = browser.get(HERE)
        assert answer.status_code == 200 and "<b>broke" not in answer.text and "secret detail" not in answer.text
        assert bool(frame_of(answer.text)) == (stage.serving or stage.wakeable)


def test_a_failed_space_says_why_and_what_to_do(alice, nobody, space):
    change(space, stage=Stage.RUNTIME_ERROR, reason=Reason(code="x", message="It broke.", hint="Mend it."))
    assert "It broke." in nobody.get(HERE).text and 'value="restart"' not in nobody.get(HERE).text
    text = alice.get(HERE).text
    assert "Mend it." in text and 'value="restart"' in text and f'href="{HERE}/logs"' in text


def test_of_a_protected_space_others_see_the_app_and_neither_files_nor_reasons(alice, nobody, space):
    change(
        space, visibility=Visibility.PROTECTED, stage=Stage.RUNTIME_ERROR, reason=Reason(code="x", message="It broke.")
    )
    text = nobody.get(HERE).text
    assert "It broke." not in text and "Hello" not in text and "/tree/main" not in text
    assert "It broke." in alice.get(HERE).text and "/tree/main" in alice.get(HERE).text


def test_a_private_space_is_not_there_for_others(alice, nobody, bob, space):
    change(space, visibility=Visibility.PRIVATE)
    assert alice.get(HERE).status_code == 200
    for stranger in (nobody, bob):
        assert stranger.get(HERE).status_code == 404
        assert stranger.get(HERE).text.replace("/demo", "/absent") == stranger.get("/spaces/alice/absent").text


def test_p31_a_private_app_is_framed_with_a_sign_where_a_browser_keeps_what_comes_of_it(alice, space, monkeypatch):
    change(space, visibility=Visibility.PRIVATE)
    text = alice.get(HERE).text
    assert frame_of(text) is None and "/enter?to=alice-demo" in text  # two hosts below `localhost` are two sites
    monkeypatch.setattr(app, "keeps_cookies", lambda settings: True)
    first, second = frame_of(alice.get(HERE).text), frame_of(alice.get(HERE).text)
    assert first.startswith(f"{APP}/?__sign=") and first != second


def test_a_restart_is_a_form_of_whoever_may(alice, bob, space):
    change(space, stage=Stage.RUNTIME_ERROR, revision_id=1)
    assert bob.send(HERE, do="restart").status_code == 403
    assert alice.send(HERE, do="restart").headers["location"] == HERE
    with db.reading() as session:
        assert session.get(Space, space.id).stage == Stage.APP_STARTING
    assert alice.send(HERE, do="explode").status_code == 400


def test_whoever_may_visit_may_wake(bob, nobody, space):
    change(space, stage=Stage.SLEEPING, intent=Intent.ASLEEP, revision_id=1)
    assert nobody.send(HERE, do="wake").headers["location"].startswith("/login")
    assert bob.send(HERE, do="wake").status_code == 303
    with db.reading() as session:
        assert session.get(Space, space.id).intent == Intent.AWAKE


def test_p28_a_form_of_another_site_changes_nothing(alice, space):
    change(space, stage=Stage.RUNTIME_ERROR, revision_id=1)
    sent = {"do": "restart"}
    assert alice.http.post(HERE, data=sent, headers={"Origin": APP}).status_code == 403
    assert alice.http.post(HERE, data=sent, headers={"Origin": ORIGIN}).status_code == 403  # no form token
    with db.reading() as session:
        assert session.get(Space, space.id).stage == Stage.RUNTIME_ERROR


def test_the_address_that_git_is_told_leads_to_the_page(nobody, space):
    assert nobody.get(f"{HERE}.git").headers["location"] == HERE


def test_a_mini_header_leaves_the_window_to_the_app(alice, space):
    from spaces.models import RepoKind
    from spaces.repos import hosting
    from spaces.repos.commit import commit_files
    from tests.unit.web.space.conftest import README

    commit_files(space.id, "mini", "alice", {"README.md": README.replace(b"sdk:", b"header: mini\nsdk:")})
    hosting.record_commit(RepoKind.SPACE, space.id, "alice")
    assert 'class="space mini' in alice.get(HERE).text


def test_what_to_do_next_depends_on_stage_and_rights():
    assert [step.name for step in next_steps(Stage.BUILD_ERROR, Permission.WRITE)] == ["logs", "build"]
    assert [step.name for step in next_steps(Stage.BUILD_ERROR, Permission.INSPECT)] == ["logs"]
    assert next_steps(Stage.BUILD_ERROR, Permission.READ) == []
    assert [step.name for step in next_steps(Stage.SLEEPING, Permission.VISIT)] == ["wake"]
    assert [step.name for step in next_steps(Stage.SLEEPING, Permission.WRITE, static=True)] == []
    assert next_steps(Stage.RUNNING, Permission.ADMIN) == []


def test_where_a_build_failed_the_button_says_that_it_builds_again(alice, space):
    change(space, stage=Stage.BUILD_ERROR)
    text = alice.get(HERE).text
    assert re.search(r'value="restart">Build again<', text) and ">Restart<" not in text
    change(space, stage=Stage.PAUSED)
    assert re.search(r'value="restart">Restart<', alice.get(HERE).text)


def test_the_log_of_a_failed_build_leaves_out_what_the_reason_says(alice, space):
    log = logs.build_log(space.id, 1)
    log.parent.mkdir(parents=True)
    at = "2026-01-01T00:00:00.000Z"
    log.write_text(f"{at} It went wrong here\n{at} == It broke. The log has the rest.\n")
    change(space, stage=Stage.BUILD_ERROR)
    text = alice.get(HERE).text
    assert "It went wrong here" in text and "has the rest" not in text


def test_what_goes_on_says_how_long_without_scripts_too(nobody, space):
    began = now() - dt.timedelta(seconds=4)
    with db.writing() as session:
        config = SpaceConfig(sdk="docker")
        revision = Revision(space_id=space.id, build_id=1, commit="0" * 40, config=config, start_seconds=20)
        session.add(revision)
        session.flush()
        number = revision.id
    reason = Reason(code="visit", message="A visit woke it.")
    change(space, stage=Stage.APP_STARTING, phase=Phase.STARTING, stage_at=began, revision_id=number, reason=reason)
    text = nobody.get(HERE).text
    assert re.search(r"· <span [^>]*data-counts[^>]*>[45] sec of about 20 sec</span>", text)
    assert re.search(r'<progress [^>]*value="(19|2\d)\.\d"', text)
    assert "A visit woke it." in text and "It opens here by itself" in text


def test_time_that_goes_by_is_no_news():
    standing = Standing(Stage.APP_STARTING, Phase.STARTING, now() - dt.timedelta(hours=1), expected=20)
    mark, elapsed = standing.mark, standing.elapsed
    assert elapsed == 3600 and standing.share == 100 and standing.mark == mark
    assert Standing(Stage.APP_STARTING, Phase.STARTING, now()).share is None


def test_an_app_that_is_there_is_left_alone_while_the_next_is_built():
    running = Standing(Stage.RUNNING, Phase.SERVING, now())
    building = Standing(Stage.RUNNING_BUILDING, Phase.BUILDING, now())
    assert running.mark != building.mark and running.area == building.area
    assert Standing(Stage.BUILDING, Phase.BUILDING, now()).area != running.area


def test_every_tab_has_words():
    from spaces.web.words import WORDS

    assert {f"space.tab.{tab.name}" for tab in tabs.TABS} <= WORDS.keys()


def test_an_open_page_is_told_what_changes_and_no_more(alice, nobody, space):
    seen = look(VISITOR, Place(RepoKind.SPACE, "alice", "demo"), Permission.VISIT)
    told: dict[str, str] = {}

    def news() -> dict[str, str]:
        _, pieces = live._draw(VISITOR, seen, True, told)
        told.update({name: mark for name, mark, _ in pieces})
        return {name: text for name, _, text in pieces}

    assert news().keys() == {"status", "notice", "area"} and news() == {}
    change(space, stage=Stage.RUNNING_BUILDING, phase=Phase.BUILDING)
    assert news().keys() == {"status", "notice"}, "the app that is there goes on"
    change(space, stage=Stage.RUNTIME_ERROR, reason=Reason(code="x", message="It <i>broke</i>."))
    area = news()["area"]
    assert "&lt;i&gt;broke" in area and "<iframe" not in area and 'value="restart"' not in area
    change(space, stage=Stage.RUNNING, phase=Phase.SERVING, reason=None)
    assert "<iframe" in news()["area"]


def test_p21_the_stream_of_a_private_space_opens_to_its_people_alone(bob, nobody, space):
    change(space, visibility=Visibility.PRIVATE)
    for browser in (bob, nobody):
        assert browser.get(f"{HERE}/live").status_code == 404


@pytest.mark.parametrize(
    ("asked", "en", "zh"),
    [
        (
            {"place": 2, "line": 3, "estimate": 90},
            "2 of 3 in line · usually about 1 min 30 sec",
            "排队第 2 位，共 3 个",
        ),
        ({"waits": "maximum"}, "as many GPUs as it may at once", "GPU 已达上限"),
        ({"waits": "never"}, "No GPU of this platform", "没有它所需的 GPU"),
    ],
)
def test_who_waits_for_a_gpu_is_told_their_place_in_their_language(nobody, space, asked, en, zh):
    change(space, stage=Stage.APP_STARTING, phase=Phase.WAITING_FOR_GPU)
    with db.writing() as session:
        session.add(GpuRequest(space_id=space.id, owner_id=space.owner_id, flavor="t4-small", **asked))
    shown = nobody.get(HERE).text
    assert en in shown and "<h2>Waiting for a GPU</h2>" in shown and "waiting for <span" in shown
    assert zh in nobody.get(f"{HERE}?{names.PARAMETER_LANGUAGE}=zh").text


def test_the_page_has_the_heart_of_the_space_and_a_press_leads_back(alice, nobody, space):
    assert f'href="/login?next={HERE}"' in nobody.get(HERE).text
    answer = alice.send("/spaces/alice/demo/like", HERE, do="like", next=HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    assert 'class="heart liked"' in alice.get(HERE).text and 'class="heart liked"' in alice.get(f"{HERE}/embed").text
