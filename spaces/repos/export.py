"""The files of one commit, for builds: taken object by object, so that neither attributes, filters, hooks, submodules
nor the machine's own git settings have a say in what a build sees.

`git archive` was left out: it obeys the commit's own `.gitattributes` (export-ignore, export-subst).
"""

from __future__ import annotations

from pathlib import Path

from spaces.errors import EntryNotFound, PolicyError, TooLarge
from spaces.repos import links, rules, store
from spaces.repos.lfs import blobs, holdings, pointer
from spaces.repos.lfs.pointer import Pointer
from spaces.repos.objects import Entry, Objects, entries, open_objects
from spaces.repos.tree import Tree
from spaces.settings import get_settings

_LINK_LIMIT = 4096
_TOLD = 20
"""Warnings of one kind that are spelled out."""


def export_tree(space_id: int, sha: str, into: Path | None = None) -> Tree:
    """The files of commit `sha`. With `into` (a folder that does not exist yet, or is empty) they are written there too.

    Raises PolicyError for a path or symlink that may not be, TooLarge over the limits on files and bytes, and
    EntryNotFound for a git-lfs file that was never uploaded."""
    repository = store.find(space_id)
    rules.revision_candidates(sha)
    with open_objects(repository) as objects:
        commit = store.resolve_with(objects, sha)
        root = objects.info(f"{commit}^{{tree}}")
        listed = list(entries(repository, root.oid, recursive=True, limit=get_settings().file_limit)) if root else []
        files = _checked(listed)
        targets = _links(files, objects)
        large = _large_files(space_id, files, objects)
        time = objects.commit_time(commit)
    _check_size(files, large)
    tree = Tree(
        repository=repository,
        sha=commit,
        time=time,
        files=files,
        links=targets,
        large=large,
        warnings=[*_submodules(listed), *_clashes(files)],
    )
    if into is not None:
        tree.write(into)
    return tree


# -- private


def _checked(listed: list[Entry]) -> dict[str, Entry]:
    files: dict[str, Entry] = {}
    for entry in listed:
        if fault := rules.path_fault(entry.path):
            raise _refused(entry.path, fault, "Rename or remove it, commit, and push again.")
        if entry.path in files:
            raise _refused(entry.path, "occurs twice in its folder", "Write the commit again with git itself.")
        if entry.kind == "blob":
            files[entry.path] = entry
    for path in files:
        folder = path.rpartition("/")[0]
        while folder:
            if folder in files:
                raise _refused(path, f"lies below the file {folder!r}", "Write the commit again with git itself.")
            folder = folder.rpartition("/")[0]
    return files


def _links(files: dict[str, Entry], objects: Objects) -> dict[str, str]:
    targets: dict[str, str] = {}
    for path, entry in files.items():
        if entry.is_link:
            target = (objects.read(entry.oid, _LINK_LIMIT) or b"").decode(errors="surrogateescape")
            if not target or "\0" in target:
                raise _refused(path, "is a symlink without a target", "Remove it, commit, and push again.")
            targets[path] = target
    for path, target in targets.items():
        try:
            end = links.follow(path, targets)
        except links.Escape:
            fault = f"is a symlink that leads out of the repository or in a circle, to {target[:200]!r}"
            hint = "Link to files of the repository only, or put a copy of the file in its place."
            raise _refused(path, fault, hint) from None
        if rules.path_fault(end) and end:
            raise _refused(path, "is a symlink to a path that git reserves", "Remove it, commit, and push again.")
    return targets


def _large_files(number: int, files: dict[str, Entry], objects: Objects) -> dict[str, Pointer]:
    pointers: dict[str, Pointer] = {}
    for path, entry in files.items():
        if entry.is_link or entry.size not in pointer.SIZES:
            continue
        if found := pointer.parse(objects.read(entry.oid, pointer.SIZES.stop) or b""):
            pointers[path] = found
    held = holdings.held(number, {found.oid for found in pointers.values()}) if pointers else {}
    missing = [
        path
        for path, found in pointers.items()
        if found.oid not in held or held[found.oid].size != found.size or not blobs.path(found.oid).is_file()
    ]
    if missing:
        raise EntryNotFound(
            f"{_few(missing)}: git-lfs keeps a pointer in the commit, but the file itself was never uploaded.",
            code="lfs_object_missing",
            hint="Upload it with `git lfs push --all REMOTE`, or commit the file without git-lfs "
            "(`git lfs migrate export --include=PATH`), and push again.",
            files=missing[:_TOLD],
        )
    return pointers


def _check_size(files: dict[str, Entry], large: dict[str, Pointer]) -> None:
    limit = get_settings().tree_limit << 20
    total = sum(large[path].size if path in large else entry.size or 0 for path, entry in files.items())
    if total > limit:
        raise TooLarge(
            f"The commit's files take {total >> 20} MiB; at most {limit >> 20} MiB are allowed.",
            hint="Download large models and data when the app starts, or ask the admin to raise DEMODOCK_TREE_LIMIT.",
            size=total,
        )


def _submodules(listed: list[Entry]) -> list[str]:
    paths = [entry.path for entry in listed if entry.kind == "commit"]
    return [f"Submodules are not fetched; left out: {_few(paths)}."] if paths else []


def _clashes(files: dict[str, Entry]) -> list[str]:
    seen: dict[str, str] = {}
    clashes = [f"{seen[key]} and {path}" for path in files if seen.setdefault(key := path.casefold(), path) != path]
    return [f"Names that differ only by case become one file on some systems: {_few(clashes)}."] if clashes else []


def _few(names: list[str]) -> str:
    more = len(names) - _TOLD
    return ", ".join(names[:_TOLD]) + (f" and {more} more" if more > 0 else "")


def _refused(path: str, fault: str, hint: str) -> PolicyError:
    return PolicyError(f"The path {path[:200]!r} in the commit {fault}.", code="bad_path", hint=hint, path=path[:200])
