"""The Revisions tab: what was built, by whom and of what, and the way back."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from spaces import db
from spaces.card import SpaceConfig
from spaces.lifecycle import BuildStatus, Reason
from spaces.models import Build, Revision, Space
from spaces.models.types import now
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.unit.web.kit import ORIGIN

HERE = "/spaces/alice/demo/revisions"


@pytest.fixture
def built(space) -> list[int]:
    """Three builds, the second of which failed; the third serves. The revisions' numbers."""
    commit_files(space.id, "<script>alert(1)</script>\u202e", "alice", {"app.py": b"3"})
    commits = [commit.sha for commit in store.log(space.id, "main", 3)][::-1]
    began, made = now() - dt.timedelta(hours=1), []
    with db.writing() as session:
        for build in session.exec(select(Build).where(Build.space_id == space.id)):
            session.delete(build)
        session.flush()
        for number, commit in enumerate(commits, 1):
            failed = number == 2
            reason = (
                Reason(code="pip", message="<b>No</b> package.", hint="Look.", detail="</pre>last") if failed else None
            )
            status = BuildStatus.FAILED if failed else BuildStatus.SUCCEEDED
            times = {"started_at": began, "finished_at": began + dt.timedelta(seconds=75)}
            row = Build(
                space_id=space.id, number=number, commit=commit, actor="alice", status=status, reason=reason, **times
            )
            session.add(row)
            session.flush()
            if failed:
                continue
            layers = '["sha256:a", "sha256:b"]' if number == 1 else '["sha256:a", "sha256:c"]'
            revision = Revision(space_id=space.id, build_id=row.id, commit=commit, config=SpaceConfig(sdk="gradio"), layers=layers, dependencies="gradio==6.0\nnumpy==2.0", start_seconds=2.5)  # fmt: skip
            session.add(revision)
            session.flush()
            row.revision_id = revision.id
            made.append(revision.id)
        here = session.get(Space, space.id)
        here.revision_id, here.head = made[-1], commits[-1]
    return made


def test_each_build_says_what_whose_when_and_how_long(alice, built):
    page = alice.get(HERE).text
    assert page.index("Build #3") < page.index("Build #2") < page.index("Build #1")
    assert "built in 1 min 15 sec" in page and "started in 2.5 sec" in page
    assert "image built anew" in page and "1 of 2 layers reused" in page
    assert page.count("Serving") == 1 and ">Failed<" in page and page.count("Roll back to this") == 1


def test_p34_commit_messages_and_reasons_stay_text(alice, built):
    page = alice.get(HERE).text
    assert "<script>alert" not in page and "<b>No" not in page and "</pre>last" not in page and "\u202e" not in page
    assert "&lt;script&gt;" in page and "&lt;b&gt;No&lt;/b&gt; package." in page


def test_an_earlier_revision_takes_over_by_a_form(alice, bob, built, space):
    assert bob.send(HERE, page="/settings", do="rollback", revision=built[0]).status_code == 403
    sent = alice.send(HERE, do="rollback", revision=built[0])
    assert sent.headers["location"] == f"{HERE}?done=rollback"
    with db.reading() as session:
        assert session.get(Space, space.id).next_revision_id == built[0]
    page = alice.get(f"{HERE}?done=rollback").text
    assert "takes over as soon as it answers" in page and "Taking over" in page
    refused = alice.send(HERE, do="rollback", revision=99999)
    assert refused.status_code == 404 and 'role="alert"' in refused.text
    assert alice.send(HERE, do="nonsense").status_code == 400
    outside = alice.http.post(HERE, data={"do": "rollback", "revision": built[0]}, headers={"Origin": ORIGIN})
    assert outside.status_code == 403


def test_a_build_under_way_is_cancelled(alice, built, space):
    with db.writing() as session:
        session.add(Build(space_id=space.id, number=9, commit="c" * 40, status=BuildStatus.QUEUED))
    assert ">Cancel<" in alice.get(HERE).text
    assert alice.send(HERE, do="cancel", build=9).status_code == 303
    with db.reading() as session:
        assert session.exec(select(Build.status).where(Build.number == 9)).one() == BuildStatus.CANCELLED
    assert alice.send(HERE, do="cancel", build=9).status_code == 409


def test_dependencies_are_a_text_for_its_people(alice, bob, nobody, built):
    answer = alice.get(f"{HERE}/{built[0]}/dependencies")
    assert answer.text.startswith("gradio==6.0") and answer.headers["content-type"].startswith("text/plain")
    assert bob.get(f"{HERE}/{built[0]}/dependencies").status_code == 403
    assert nobody.get(f"{HERE}/{built[0]}/dependencies").status_code == 303
    assert alice.get(f"{HERE}/99999/dependencies").status_code == 404


def test_many_builds_come_in_pages(alice, built, space):
    with db.writing() as session:
        for number in range(10, 50):
            session.add(Build(space_id=space.id, number=number, commit="c" * 40, status=BuildStatus.SUPERSEDED))
    page = alice.get(HERE).text
    assert page.count('id="build-') == 30 and "before=20" in page
    assert "Build #19" in alice.get(f"{HERE}?before=20").text and "Build #20" not in alice.get(f"{HERE}?before=20").text


def test_a_space_without_builds_says_what_to_do(alice, space):
    with db.writing() as session:
        for build in session.exec(select(Build)):
            session.delete(build)
    assert "Nothing has been built yet" in alice.get(HERE).text
