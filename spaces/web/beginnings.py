"""How a Space begins that people make on a page: empty, or with files that they sent."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session, col, select
from starlette.datastructures import UploadFile

from spaces import actions, archives, db, grants, limits, owners
from spaces.access import Actor, Permission, access_account, access_space, may_create_under
from spaces.api import commits, repos
from spaces.api.deps import Repository
from spaces.api.uploads import Upload
from spaces.card_modelscope import DEPLOY_FILE
from spaces.errors import Invalid, TooLarge
from spaces.models import Member, Owner, RepoKind, Visibility
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.moves import full_name
from spaces.repos import rules, store
from spaces.repos.changes import Change, Put
from spaces.repos.disk import room
from spaces.settings import get_settings

CARD = "README.md"
LOOK_BYTES = 1 << 16
TOKEN_LIFE = dt.timedelta(days=30)


@dataclass(frozen=True)
class Wanted:
    """The Space to be. Empty texts say nothing."""

    owner: str
    name: str
    sdk: str = ""
    hardware: str = ""
    visibility: Visibility | None = None

    @property
    def full_name(self) -> str:
        return f"{self.owner}/{self.name}"


def empty(actor: Actor, wanted: Wanted) -> str:
    """A Space with nothing in it, so that any repository may be its first push. Returns `owner/name`."""
    with db.writing() as session:
        made = actions.create_space(
            session,
            actor,
            wanted.owner,
            wanted.name,
            wanted.sdk,
            wanted.hardware or None,
            visibility=wanted.visibility,
        )
        named = full_name(session, made)
    store.create(made.id or 0)
    return named


def from_upload(actor: Actor, wanted: Wanted, files: Sequence[UploadFile], archive: UploadFile | None) -> str:
    """A Space with the files of an upload, which is built at once. Where they hold no card, one is written. Raises Invalid
    and TooLarge for what cannot be in a repository; then there is no Space either."""
    folder = Path(tempfile.mkdtemp(prefix="commit-", dir=get_settings().path("uploads", "any").parent))
    try:
        with room():
            sent = _archived(archive, folder) if archive else _sent(files, folder)
        if not sent:
            raise Invalid("There is no file in it.", hint="Choose a folder, or an archive.", code="no_files")
        sdk = wanted.sdk or guess(sent)
        changes: list[Change] = [Put(path, where) for path, where in sent.items()]
        readme = _start(sent.get(CARD))
        if not readme.startswith(b"---") and DEPLOY_FILE not in sent:
            text = sent[CARD].read_bytes() if CARD in sent else b""
            changes = [change for change in changes if change.path != CARD]
            changes.append(Put(CARD, card(wanted.name, sdk).encode() + text))
        made, number = _create(actor, wanted, sdk)
        _commit(actor, made, number, changes, f"Upload {len(sent)} files" if len(sent) > 1 else "Upload a file")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return made


def push_token(actor: Actor, made: str, address: str) -> str:
    """The text of a token that may push to this Space alone, for a while."""
    with db.writing() as session:
        limits.take_token(session, str(actor.owner_id), address)
        given = grants.read(session, actor, [(f"spaces/{made}", "write")])
        owner = access_account(session, actor)
        expires = now() + TOKEN_LIFE
        return owners.issue_token(session, owner, f"git push to {made}"[:100], TokenScope.FINE_GRAINED, expires, given)[
            1
        ]


def card(title: str, sdk: str) -> str:
    """The beginning of a README. A JSON text is a YAML text, whatever it holds."""
    lines = [f"title: {json.dumps(title, ensure_ascii=False)}", "emoji: 🚀", "colorFrom: blue", "colorTo: indigo"]
    return "\n".join(["---", *lines, f"sdk: {sdk}", "---", "", ""])


def guess(files: archives.Files) -> str:
    """The sdk that the files look like."""
    if "Dockerfile" in files:
        return "docker"
    texts = [_start(where) for path, where in files.items() if "/" not in path and path.endswith((".py", ".txt"))]
    if not any(path.endswith(".py") for path in files) and "index.html" in files:
        return "static"
    return "streamlit" if any(b"streamlit" in text for text in texts) else "gradio"


def owners_for(session: Session, actor: Actor) -> list[str]:
    """Under whose names somebody may make Spaces: their own first."""
    mine = select(Owner).join(Member, col(Member.organization_id) == Owner.id)
    belongs = session.exec(mine.where(Member.user_id == actor.owner_id).order_by(Owner.name_key)).all()
    return [actor.name, *(found.name for found in belongs if may_create_under(session, actor, found))]


# -- private


def _create(actor: Actor, wanted: Wanted, sdk: str) -> tuple[str, int]:
    body = repos.Creation(
        name=wanted.name,
        organization=wanted.owner,
        type=RepoKind.SPACE,
        sdk=sdk,
        hardware=wanted.hardware or None,
        visibility=wanted.visibility,
    )
    made = repos.create_repository(body, actor)
    return str(made["name"]), int(str(made["id"]), 16)


def _commit(actor: Actor, made: str, number: int, changes: list[Change], message: str) -> None:
    try:
        found = Repository(number, RepoKind.SPACE, made)
        commits.write_commit(found, "main", actor.name, Upload(message, None, list(changes)))
    except BaseException:
        with db.writing() as session:
            owner, _, name = made.partition("/")
            actions.delete_space(session, access_space(session, actor, owner, name, Permission.ADMIN), actor)
        raise


def _archived(archive: UploadFile, folder: Path) -> archives.Files:
    where = folder / "archive"
    with where.open("wb") as copy:
        shutil.copyfileobj(archive.file, copy)
    inside = folder / "files"
    inside.mkdir()
    return archives.unpack(where, inside, get_settings().push_limit << 20)


def _sent(files: Sequence[UploadFile], folder: Path) -> archives.Files:
    """A folder's files come with the folder's own name before theirs."""
    sent: archives.Files = {}
    for file in files:
        path = (file.filename or "").replace("\\", "/").removeprefix("/")
        if archives.litter(path) or ".git" in path.split("/")[:2]:
            continue
        if len(sent) >= archives.ENTRIES:
            raise TooLarge(f"More than {archives.ENTRIES} files.", hint="Push with git instead.")
        where = folder / str(len(sent))
        with where.open("wb") as copy:
            shutil.copyfileobj(file.file, copy)
        sent[rules.check_path(path)] = where
    return archives.without_folder(sent)


def _start(where: Path | None) -> bytes:
    if where is None:
        return b""
    with where.open("rb") as file:
        return file.read(LOOK_BYTES).removeprefix(b"\xef\xbb\xbf")
