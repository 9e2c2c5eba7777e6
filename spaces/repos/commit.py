"""Committing files without a working tree: git reads one stream and writes objects, so a path is only ever a name."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

from spaces.errors import Conflict, EntryNotFound, Invalid, StaleRevision
from spaces.repos import git, rules, store
from spaces.repos.objects import entries, open_objects
from spaces.settings import get_settings

Content = bytes | Path | None
"""A file's bytes, a file on our disk that holds them (for large ones), or None: the file goes."""

_SECONDS = 600
_CHUNK = 1 << 20


def commit_files(
    space_id: int,
    message: str,
    author: str,
    files: Mapping[str, Content],
    parent: str | None = None,
    branch: str | None = None,
    email: str = "",
) -> str:
    """Writes one commit on top of `branch` (default: the default branch), or of a pull request's ref, and returns its hash.

    With `parent`, the branch must stand there: StaleRevision otherwise. Raises Invalid for a path that may not be,
    EntryNotFound for a deletion of nothing, Conflict where a file would become a folder or the other way round."""
    for path in files:
        rules.check_path(path)
    where = store.path(space_id)
    ref = rules.full_ref(branch or store.default_branch(space_id))
    with store.lock(space_id):
        store.sweep(space_id)
        tip, modes = _standing(where, ref)
        if parent is not None and parent != tip:
            raise StaleRevision(
                "The branch was updated since you read it.", hint="Fetch its newest commit and try again.", head=tip
            )
        _check_fit(files, modes)
        sha = _import(where, _Plan(ref, tip, message, author, email), files, modes)
        if tip is None:
            store.settle_head(space_id)
        if ref == f"refs/heads/{store.default_branch(space_id)}":
            store.keep(space_id, sha)
    return sha


def commit_tree(where: Path, tree: str, parents: Iterable[str], message: str, author: str) -> str:
    """A commit of a tree that is there already; no branch knows of it yet."""
    who, text = signature(author), message.replace("\0", "").strip()
    above = "".join(f"parent {parent}\n" for parent in parents)
    body = f"tree {tree}\n{above}author {who}\ncommitter {who}\n\n{text}\n".encode(errors="replace")
    return git.run("hash-object", "-t", "commit", "-w", "--stdin", repository=where, stdin=body).decode().strip()


def signature(author: str, email: str = "") -> str:
    """Who, and when: now. As commits and tags write it."""
    name = _plain(author) or "unknown"
    address = _plain(email) or f"{re.sub(r'[^A-Za-z0-9._-]', '-', name)}@users.noreply.{get_settings().domain}"
    return f"{name} <{address}> {int(time.time())} +0000"


# -- private


class _Plan:
    def __init__(self, ref: str, tip: str | None, message: str, author: str, email: str) -> None:
        text = message.replace("\0", "").encode(errors="replace")
        self.head = (f"commit {ref}\nmark :1\ncommitter {signature(author, email)}\ndata {len(text)}\n").encode() + text
        self.head += f"\nfrom {tip}\n".encode() if tip else b"\n"


def _standing(where: Path, ref: str) -> tuple[str | None, dict[str, str]]:
    """The commit of a branch or a pull request, and the mode of each of its files."""
    with open_objects(where) as objects:
        tip, tree = (objects.info(f"{ref}^{{{kind}}}") for kind in ("commit", "tree"))
    if tip is None or tree is None:
        return None, {}
    listed = entries(where, tree.oid, recursive=True, limit=get_settings().file_limit)
    return tip.oid, {entry.path: entry.mode for entry in listed}


def _check_fit(files: Mapping[str, Content], modes: dict[str, str]) -> None:
    """git would quietly turn a file or a symlink into a folder; a person rather hears of it."""
    after = {path for path in modes if files.get(path, b"") is not None}
    after |= {path for path, content in files.items() if content is not None}
    if len(after) > get_settings().file_limit:
        raise Invalid(f"A Space's repository may hold {get_settings().file_limit} files.", code="too_many_files")
    for path, content in files.items():
        if content is None and path not in modes:
            raise EntryNotFound(f"There is no file {path!r} to delete.")
    folders = {path.rpartition("/")[0] for path in after}
    for folder in folders:
        for part in _parents(folder):
            if part in after:
                raise Conflict(f"{part!r} is a file, so it cannot hold files.", code="file_and_folder")


def _parents(folder: str) -> list[str]:
    parts = folder.split("/") if folder else []
    return ["/".join(parts[: end + 1]) for end in range(len(parts))]


def _import(where: Path, plan: _Plan, files: Mapping[str, Content], modes: dict[str, str]) -> str:
    with git.open_pipe(
        "fast-import", "--quiet", "--done", repository=where, stderr=subprocess.STDOUT, seconds=_SECONDS
    ) as process:
        assert process.stdin and process.stdout
        try:
            process.stdin.write(plan.head)
            for path, content in files.items():
                if content is None:
                    process.stdin.write(f"D {_quoted(path)}\n".encode())
                    continue
                mode = "100755" if modes.get(path) == "100755" else "100644"
                process.stdin.write(f"M {mode} inline {_quoted(path)}\n".encode())
                _write(process.stdin, content)
            process.stdin.write(b"\nget-mark :1\ndone\n")
            process.stdin.close()
        except BrokenPipeError:
            pass  # git says why, below
        output = process.stdout.read(4096).decode(errors="replace").strip()
        if process.wait() or not rules.is_sha(output):
            raise git.GitError(f"The commit could not be written: {output[-300:]}")
    return output


def _write(pipe, content: bytes | Path) -> None:  # type: ignore[no-untyped-def]
    if isinstance(content, bytes):
        pipe.write(f"data {len(content)}\n".encode() + content + b"\n")
        return
    with content.open("rb") as file:
        pipe.write(f"data {content.stat().st_size}\n".encode())
        while piece := file.read(_CHUNK):
            pipe.write(piece)
    pipe.write(b"\n")


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _plain(text: str) -> str:
    return re.sub(r"[<>\x00-\x1f\x7f]", "", text).strip()
