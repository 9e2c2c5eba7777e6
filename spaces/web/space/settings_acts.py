"""What each form of the settings does, and who may send it. The door is asked by the page; here the caller has it behind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from sqlmodel import Session

from spaces import actions, env, renames, templates, volumes
from spaces.access import Permission
from spaces.errors import BadRequest, Invalid
from spaces.models import RepoKind, Space, Visibility, Volume
from spaces.models.space import EnvKind
from spaces.moves import full_name
from spaces.repos import revisions
from spaces.volumes import Wish
from spaces.web.visitors import Form


class Act(NamedTuple):
    section: str
    """Of the page, where its outcome is told."""
    needs: Permission
    run: Callable[[Session, Space, Form], str | None]
    """Returns where to go on, where that is not the settings."""


def _set_hardware(session: Session, space: Space, form: Form) -> None:
    actions.set_hardware(session, space, form.actor, form.text("flavor"))


def _set_idle(session: Session, space: Space, form: Form) -> None:
    actions.set_sleep_time(session, space, _seconds(form, "sleep"))
    actions.set_freeze_time(session, space, _seconds(form, "freeze"))


def _seconds(form: Form, field: str) -> int | None:
    text = form.text(field)
    if not re.fullmatch(r"(-1|[0-9]{1,9})?", text, re.ASCII):
        raise BadRequest("There is no such choice.", hint="Load the page again.")
    return int(text) if text else None


def _put(kind: EnvKind) -> Callable[[Session, Space, Form], None]:
    def put(session: Session, space: Space, form: Form) -> None:
        # Browsers send line ends as CRLF; a key file with such does not open.
        value = form.secret("value").replace("\r\n", "\n")
        env.put_entry(session, space, kind, form.text("key"), value, form.text("description"))

    return put


def _remove(kind: EnvKind) -> Callable[[Session, Space, Form], None]:
    def remove(session: Session, space: Space, form: Form) -> None:
        env.remove_entry(session, space, kind, form.text("key"))

    return remove


def _set_storage(session: Session, space: Space, form: Form) -> None:
    volumes.set_storage(session, space, form.text("tier") or None)


def _mount(session: Session, space: Space, form: Form) -> None:
    if form.text("kind") not in tuple(RepoKind):
        raise BadRequest("There is no such choice.", hint="Load the page again.")
    kind, revision = RepoKind(form.text("kind")), form.text("revision") or revisions.MAIN
    wish = Wish(kind, form.text("source"), form.text("mount_path"), revision, form.text("folder"))
    rows = volumes.checked(session, form.actor, space.owner_id, [wish])
    present = volumes.of(session, [space])
    if len(present) >= volumes.MOST:
        raise Invalid(f"A Space has at most {volumes.MOST} volumes.", hint="Take one away first.")
    volumes.put(session, space, [*map(_again, present), *rows])


def _unmount(session: Session, space: Space, form: Form) -> None:
    number = form.number("id")
    volumes.put(session, space, [_again(row) for row in volumes.of(session, [space]) if row.id != number])


def _again(row: Volume) -> Volume:
    return Volume(**row.model_dump(exclude={"id"}))


def _set_visibility(session: Session, space: Space, form: Form) -> None:
    if form.text("visibility") not in tuple(Visibility):
        raise BadRequest("There is no such choice.", hint="Load the page again.")
    actions.set_visibility(session, space, Visibility(form.text("visibility")), form.actor)


def _offer(session: Session, space: Space, form: Form) -> None:
    templates.offer(session, space, form.text("template") == "yes")


def _move(session: Session, space: Space, form: Form) -> str:
    owner, name = form.text("owner"), form.text("name")
    renames.move_repository(session, form.actor, RepoKind.SPACE, space, owner, name)
    return f"/spaces/{full_name(session, space)}/settings?done=move#move"


def _delete(session: Session, space: Space, form: Form) -> str:
    if form.text("typed").lower() != full_name(session, space).lower():
        raise Invalid("That is not its name.", hint="Type the name to confirm.", code="not_its_name")
    actions.delete_space(session, space, form.actor)
    return "/"


def _restart(session: Session, space: Space, form: Form) -> str:
    actions.restart(session, space, form.actor)
    return f"/spaces/{full_name(session, space)}"


def _rebuild(session: Session, space: Space, form: Form) -> str:
    actions.restart(session, space, form.actor, factory=True)
    return f"/spaces/{full_name(session, space)}/logs?show=build"


def _pause(session: Session, space: Space, form: Form) -> None:
    actions.pause(session, space, form.actor)


def _sleep(session: Session, space: Space, form: Form) -> None:
    actions.sleep(session, space, form.actor)


WRITE, ADMIN = Permission.WRITE, Permission.ADMIN

ACTS = {
    "hardware": Act("hardware", WRITE, _set_hardware),
    "idle": Act("idle", WRITE, _set_idle),
    "secret": Act("secrets", WRITE, _put(EnvKind.SECRET)),
    "no-secret": Act("secrets", WRITE, _remove(EnvKind.SECRET)),
    "variable": Act("variables", WRITE, _put(EnvKind.VARIABLE)),
    "no-variable": Act("variables", WRITE, _remove(EnvKind.VARIABLE)),
    "storage": Act("storage", WRITE, _set_storage),
    "mount": Act("volumes", WRITE, _mount),
    "unmount": Act("volumes", WRITE, _unmount),
    "visibility": Act("visibility", ADMIN, _set_visibility),
    "template": Act("template", ADMIN, _offer),
    "move": Act("move", ADMIN, _move),
    "restart": Act("run", WRITE, _restart),
    "rebuild": Act("run", WRITE, _rebuild),
    "sleep": Act("run", WRITE, _sleep),
    "pause": Act("run", WRITE, _pause),
    "delete": Act("delete", ADMIN, _delete),
}
