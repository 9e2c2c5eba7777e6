"""Pull requests: opened by whoever reads a repository, merged or refused by whoever writes it.

Their commits stand under refs of their own, which nothing is built from and no push writes. Nobody here asks who reads
the repository: that is `spaces.access`.
"""

from __future__ import annotations

import secrets
from typing import Literal

from sqlmodel import Session, col, delete, func, select

from spaces import db
from spaces.access import Actor
from spaces.errors import Conflict, EntryNotFound, Forbidden, Invalid
from spaces.models import PullEvent, PullRequest, PullStatus
from spaces.models.types import now
from spaces.repos import merge, refs, revisions, store

MOST = 100
"""Pull requests of one person in one repository that were not merged."""
LONGEST_TITLE, LONGEST_COMMENT = 200, 10_000
_MOST_EVENTS = 200


def start(
    number: int, actor: Actor, title: str, description: str, status: PullStatus, at: str | None = None
) -> PullRequest:
    """A new one for the default branch of the repository, at its commit or at the revision `at`.

    Raises Conflict where there is no commit yet, and where a person has `MOST` that were not merged."""
    _check_comment(description)
    with store.lock(number):
        head = store.head(number)
        if head is None:
            raise Conflict("There is no commit yet to propose a change to.", hint="Its owner pushes first.")
        sha = revisions.commit_at(number, at) if at else head.sha
        with db.reading() as session:
            mine = PullRequest.repository == number, PullRequest.author_id == actor.owner_id
            left = select(func.count()).where(*mine, PullRequest.status != PullStatus.MERGED)
            last = session.exec(select(func.max(PullRequest.number)).where(PullRequest.repository == number)).one()
            if session.exec(left).one() >= MOST:
                raise Conflict(f"You have {MOST} pull requests here that were not merged.", code="too_many_pulls")
        pull = PullRequest(
            repository=number,
            number=(last or 0) + 1,
            author_id=actor.owner_id,
            author=actor.name,
            title=" ".join(title.split())[:LONGEST_TITLE],
            status=status,
            base=head.branch,
        )
        _add(pull, "comment", actor, description)
        refs.put_pull(number, pull.ref, sha)  # first: a row without its ref would be a promise
        with db.writing() as session:
            session.add(pull)
    return pull


def withdraw(pull: PullRequest) -> None:
    """It was never there: what should have been its first commit failed."""
    with store.lock(pull.repository):
        with db.writing() as session:
            session.delete(pull)
        refs.drop_pull(pull.repository, pull.ref)


def find(session: Session, repository: int, number: int) -> PullRequest:
    """Raises EntryNotFound."""
    wanted = PullRequest.repository == repository, PullRequest.number == number
    found = session.exec(select(PullRequest).where(*wanted)).one_or_none()
    if found is None:
        raise EntryNotFound(f"There is no pull request {number} here.", code="no_pull_request")
    return found


def page(
    session: Session, repository: int, status: str, author: str | None, limit: int, skip: int
) -> tuple[list[PullRequest], int]:
    """Newest first, and how many there are. `status`: all, open or closed."""
    wanted = [PullRequest.repository == repository]
    if status != "all":
        fits = [each for each in PullStatus if each.open == (status == "open")]
        wanted.append(col(PullRequest.status).in_(fits))  # type: ignore[arg-type]
    if author is not None:
        wanted.append(PullRequest.author == author)
    count = session.exec(select(func.count()).select_from(PullRequest).where(*wanted)).one()
    newest = select(PullRequest).where(*wanted).order_by(col(PullRequest.number).desc())
    return list(session.exec(newest.offset(skip).limit(limit))), count


def comment(repository: int, number: int, actor: Actor, text: str) -> PullEvent:
    """Everybody who may open one may comment on one. Raises Invalid, or Conflict where enough was said."""
    _check_comment(text)
    with db.writing() as session:
        pull = find(session, repository, number)
        _check_room(pull)
        session.add(pull)
        return _add(pull, "comment", actor, text)


def set_status(
    repository: int, number: int, actor: Actor, writes: bool, status: PullStatus, text: str | None
) -> PullEvent:
    """Opened or closed, by who opened it or who writes the repository. Raises Forbidden, or Conflict where it is merged."""
    _check_comment(text or "")
    with db.writing() as session:
        pull = find(session, repository, number)
        check_hand(pull, actor, writes)
        if pull.status == PullStatus.MERGED:
            raise Conflict("It is merged: that stays.", code="merged")
        if status == pull.status:
            raise Conflict(f"It is {status.value} already.", code="same_status")
        if status == PullStatus.OPEN:
            _check_room(pull)
        return _turn(session, pull, actor, status, text)


def take(repository: int, number: int, actor: Actor, text: str | None) -> str:
    """Merges it; returns where its branch stands then. `actor` may write the repository. Raises Conflict."""
    _check_comment(text or "")
    with db.reading() as session:
        pull = find(session, repository, number)
    if pull.status == PullStatus.DRAFT:
        raise Conflict("It is a draft.", hint="Set its status to `open` first.", code="draft")
    _check_open(pull)
    sha = merge.merge(repository, pull.ref, pull.base, f"Merge pull request #{number}: {pull.title}", actor.name)
    with db.writing() as session:
        pull = find(session, repository, number)
        pull.merged = sha
        _turn(session, pull, actor, PullStatus.MERGED, text)
    return sha


def check_commit(repository: int, number: int, actor: Actor, writes: bool) -> None:
    """Whether `actor` may add a commit to it. Raises EntryNotFound, Forbidden, or Conflict where it is closed."""
    with db.reading() as session:
        pull = find(session, repository, number)
    check_hand(pull, actor, writes)
    _check_open(pull)


def check_hand(pull: PullRequest, actor: Actor, writes: bool) -> None:
    """Raises Forbidden for whoever neither opened it nor writes the repository."""
    if not writes and (actor.anonymous or pull.author_id != actor.owner_id):
        raise Forbidden("Only who opened it and who may write this repository may do this.", hint="Leave a comment.")


def forget(session: Session, repository: int | None) -> None:
    """The repository goes."""
    session.exec(delete(PullRequest).where(col(PullRequest.repository) == repository))  # type: ignore[call-overload]


# -- private


def _check_open(pull: PullRequest) -> None:
    if not pull.status.open:
        message = "It is merged." if pull.status == PullStatus.MERGED else "It is closed."
        raise Conflict(message, hint="Open another.", code=f"{pull.status.value}")


def _check_comment(text: str) -> None:
    if len(text) > LONGEST_COMMENT:
        raise Invalid("The comment is too long.", hint=f"At most {LONGEST_COMMENT} characters.")


def _check_room(pull: PullRequest) -> None:
    if len(pull.log.events) >= _MOST_EVENTS:
        raise Conflict("Enough was said here.", hint="Open another pull request.", code="too_many_events")


def _turn(session: Session, pull: PullRequest, actor: Actor, status: PullStatus, text: str | None) -> PullEvent:
    if text and text.strip():
        _add(pull, "comment", actor, text)
    pull.status = status
    session.add(pull)
    return _add(pull, "status-change", actor, status.value)


def _add(pull: PullRequest, kind: Literal["comment", "status-change"], actor: Actor, text: str) -> PullEvent:
    event = PullEvent(id=secrets.token_hex(12), kind=kind, at=now(), author=actor.name, text=text.strip())
    pull.log = pull.log.model_copy(update={"events": [*pull.log.events, event]})
    return event
