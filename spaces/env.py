"""A Space's secrets and variables. Secrets are sealed with the installation's key and never leave by the API.

The seal is bound to the Space and the key: a sealed value copied to another row opens nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlmodel import Session, select

from spaces import doorbell, names
from spaces.errors import Conflict, DemodockError, Invalid
from spaces.models import EnvEntry, Space
from spaces.models.space import EnvKind
from spaces.models.types import now
from spaces.settings import get_settings

MAX_VALUE = 64 * 1024
MAX_ENTRIES = 200
_NONCE = 12
_VERSION = "v1:"


def environment(session: Session, space: Space) -> tuple[dict[str, str], dict[str, str]]:
    """The Space's variables and its secrets, opened: for whoever makes its instance or build, for nobody else."""
    entries = session.exec(select(EnvEntry).where(EnvEntry.space_id == space.id).order_by(EnvEntry.key)).all()
    variables = {entry.key: entry.value for entry in entries if entry.kind == EnvKind.VARIABLE}
    secrets = {
        entry.key: unseal(entry.space_id, entry.key, entry.value) for entry in entries if entry.kind == EnvKind.SECRET
    }
    return variables, secrets


def entries_of(session: Session, space: Space, kind: EnvKind) -> list[EnvEntry]:
    """The entries of one kind, by key. A secret's `value` is sealed."""
    statement = select(EnvEntry).where(EnvEntry.space_id == space.id, EnvEntry.kind == kind)
    return list(session.exec(statement.order_by(EnvEntry.key)).all())


def put_entry(session: Session, space: Space, kind: EnvKind, key: str, value: str, description: str = "") -> EnvEntry:
    """Sets a secret or variable; the Space's instances are replaced, since their spec is another now."""
    check_entry(key, value)
    assert space.id is not None
    entry = _find(session, space, key)
    if entry and entry.kind != kind:
        raise Conflict(f"{key} is a {entry.kind} already.", hint=f"Remove the {entry.kind} first.")
    if entry is None:
        if len(session.exec(select(EnvEntry.id).where(EnvEntry.space_id == space.id)).all()) >= MAX_ENTRIES:
            raise Invalid(f"A Space has at most {MAX_ENTRIES} secrets and variables.")
        entry = EnvEntry(space_id=space.id, kind=kind, key=key, value="")
    entry.value = seal(space.id, key, value) if kind == EnvKind.SECRET else value
    entry.description = description[:1000]
    entry.updated_at = now()
    session.add(entry)
    _changed(session, space)
    return entry


def remove_entry(session: Session, space: Space, kind: EnvKind, key: str) -> bool:
    """True where there was one."""
    entry = _find(session, space, key)
    if entry is None or entry.kind != kind:
        return False
    session.delete(entry)
    _changed(session, space)
    return True


def check_entry(key: str, value: str) -> None:
    """Raises Invalid where an environment could not hold it, or the platform sets it itself."""
    if not names.valid_env_key(key):
        if key.upper() in names.RESERVED_ENV or key.upper().startswith("LD_"):
            raise Invalid(
                f"{key[:130]} is set by the platform.",
                hint="Choose another name. Reserved: LD_*, " + ", ".join(sorted(names.RESERVED_ENV)) + ".",
                code="reserved_name",
            )
        raise Invalid(
            "This cannot name a secret or a variable.",
            hint="Allowed: letters, digits and `_`, not a digit first, at most 128.",
        )
    if "\0" in value or len(value.encode(errors="surrogatepass")) > MAX_VALUE:
        raise Invalid(f"The value of {key} cannot be set.", hint=f"At most {MAX_VALUE} bytes, and no NUL among them.")


def seal(space_id: int, key: str, value: str) -> str:
    """`value`, sealed with the newest key."""
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_keys()[0]).encrypt(nonce, value.encode(), _bound_to(space_id, key))
    return _VERSION + base64.b64encode(nonce + sealed).decode()


def unseal(space_id: int, key: str, sealed: str) -> str:
    """What `seal` was given, under whichever of the keys it was sealed with."""
    raw = base64.b64decode(sealed.removeprefix(_VERSION))
    for master in _keys():
        try:
            return AESGCM(master).decrypt(raw[:_NONCE], raw[_NONCE:], _bound_to(space_id, key)).decode()
        except InvalidTag:
            continue
    raise DemodockError(
        f"The secret {key} of Space {space_id} cannot be opened.",
        hint="Put the key it was sealed with back into the data directory's `secret-key`, or set the secret again.",
        code="secret_lost",
    )


def _keys() -> list[bytes]:
    """The file holds one key a line, the newest first: older ones still open what they sealed."""
    return [hashlib.sha256(line.encode()).digest() for line in get_settings().secret("secret-key").split()]


def _bound_to(space_id: int, key: str) -> bytes:
    return f"{space_id}:{key}".encode()


def _find(session: Session, space: Space, key: str) -> EnvEntry | None:
    return session.exec(select(EnvEntry).where(EnvEntry.space_id == space.id, EnvEntry.key == key)).one_or_none()


def _changed(session: Session, space: Space) -> None:
    space.changed_at = now()
    space.generation += 1
    session.add(space)
    doorbell.ring_after(session, space.id)
