"""The large files of a fetched commit, by git-lfs's own protocol, under the same guard as everything else."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from spaces.errors import BadRequest, TooLarge
from spaces.fetch.http import Client, check
from spaces.repos.lfs.blobs import Incoming
from spaces.repos.lfs.pointer import SIZES, Pointer, parse
from spaces.repos.objects import entries, open_objects
from spaces.settings import get_settings

TOGETHER = 100
MOST = 500
"""Files of one import: each is open until all of them are here."""
_KIND = "application/vnd.git-lfs+json"


def pointers(repository: Path, sha: str) -> list[Pointer]:
    """What the files of the commit stand for. Raises TooLarge for more than is taken."""
    settings = get_settings()
    found: dict[str, Pointer] = {}
    listed = entries(repository, f"{sha}^{{tree}}", recursive=True, limit=settings.file_limit)
    with open_objects(repository) as objects:
        for entry in listed:
            if entry.kind != "blob" or entry.is_link or entry.size not in SIZES:
                continue
            if pointer := parse(objects.read(entry.oid, SIZES.stop) or b""):
                found[pointer.oid] = pointer
    total = sum(pointer.size for pointer in found.values())
    if (
        len(found) > MOST
        or total > settings.tree_limit << 20
        or any(pointer.size > settings.large_limit << 20 for pointer in found.values())
    ):
        raise TooLarge(
            f"The repository has {len(found)} large files, {total >> 20} MiB together.",
            hint=f"At most {MOST} files and {settings.tree_limit} MiB are taken. Keep models in a repository of their own.",
        )
    return list(found.values())


@contextlib.contextmanager
def fetch(client: Client, url: str, wanted: list[Pointer], tell: Callable[[int], None]) -> Iterator[list[Incoming]]:
    """The contents of `wanted`, each checked against its hash; what nobody keeps within the block is gone after it."""
    batch = f"{url}{'' if url.endswith('.git') else '.git'}/info/lfs/objects/batch"
    received = 0
    with contextlib.ExitStack() as stack:
        taken = []
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            answers = _ask(client, batch, some)
            for pointer in some:
                incoming = stack.enter_context(Incoming(pointer.size, pointer.oid))
                href, headers = answers[pointer.oid]
                with client.open(href, headers=headers) as answer:
                    check(answer, "A large file")
                    for piece in answer.pieces(pointer.size):
                        incoming.write(piece)
                        received += len(piece)
                        tell(received)
                incoming.finish()  # before anything is made of it
                taken.append(incoming)
        yield taken


# -- private


def _ask(client: Client, batch: str, some: list[Pointer]) -> dict[str, tuple[str, dict[str, str]]]:
    """Where each of `some` is, and what to send along."""
    objects = [{"oid": pointer.oid, "size": pointer.size} for pointer in some]
    body = json.dumps({"operation": "download", "transfers": ["basic"], "objects": objects}).encode()
    with client.open(batch, "POST", body, {"Accept": _KIND, "Content-Type": _KIND}) as answer:
        check(answer, "The list of large files")
        told = answer.json()
    found = {}
    for entry in told.get("objects", []) if isinstance(told, dict) else []:
        with contextlib.suppress(KeyError, TypeError, AttributeError):
            action = entry["actions"]["download"]
            found[entry["oid"]] = (str(action["href"]), _headers(action.get("header") or {}))
    missing = [pointer.oid[:12] for pointer in some if pointer.oid not in found]
    if missing:
        raise BadRequest(
            f"The source lacks large files that its commit names: {', '.join(missing[:5])}.",
            hint="They were never uploaded there; its owner can do that with `git lfs push --all`.",
            code="lfs_object_missing",
        )
    return found


def _headers(told: dict[str, Any]) -> dict[str, str]:
    """What the source wants to have sent to its own store; nothing that could change which request that is."""
    plain = {
        str(name): str(value) for name, value in told.items() if str(name).lower() not in ("host", "content-length")
    }
    return {name: value for name, value in plain.items() if "\n" not in name + value and "\r" not in name + value}
