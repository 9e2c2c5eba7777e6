"""Bare repositories, one per Space, under paths made from its id alone: no name ever becomes a path."""

from __future__ import annotations

import contextlib
import datetime as dt
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from spaces.errors import Busy, EntryNotFound, NotFound, RevisionNotFound
from spaces.repos import git, pktline, rules
from spaces.repos import lock as locks
from spaces.repos.objects import Entry, Objects, entries, moment, open_objects
from spaces.settings import get_settings

LOOSE_OBJECTS, PACKS = 2000, 50
"""What a repository may hold before it is packed."""

SERVE_CONFIG = (
    # Told to git with every push and fetch, and kept in the repository for whoever runs git there by hand.
    "transfer.fsckObjects=true",
    f"transfer.hideRefs={rules.PLATFORM_REFS}",
    f"receive.hideRefs={rules.PULLS}",
    "transfer.advertiseSID=false",
    "receive.fsckObjects=true",
    "receive.fsck.zeroPaddedFilemode=warn",
    "receive.fsck.missingSpaceBeforeDate=warn",
    "receive.fsck.badTimezone=warn",
    "receive.denyDeletes=false",
    "receive.denyDeleteCurrent=refuse",
    "receive.denyNonFastForwards=false",
    "receive.advertisePushOptions=false",
    "receive.autogc=false",
    "uploadpack.allowFilter=false",
    "uploadpack.allowAnySHA1InWant=false",
    f"gc.auto={LOOSE_OBJECTS}",
    f"gc.autoPackLimit={PACKS}",
)
_GC_SECONDS = 900
_LITTER = (
    *("objects/tmp_objdir-*", "objects/incoming-*", "objects/pack/tmp_*", "objects/pack/.tmp-*"),
    *("objects/??/tmp_obj_*", "HEAD.lock", "packed-refs.lock", "config.lock", "fast_import_crash_*"),
)


@dataclass(frozen=True)
class Head:
    """The default branch and its commit."""

    branch: str
    sha: str


@dataclass(frozen=True)
class Commit:
    sha: str
    parents: tuple[str, ...]
    author: str
    email: str
    at: dt.datetime
    title: str
    message: str


def path(space_id: int) -> Path:
    """Where the repository lies."""
    return get_settings().path("repos", f"{space_id // 1000:03d}", f"{space_id}.git")


def exists(space_id: int) -> bool:
    return (path(space_id) / "HEAD").is_file()


def find(space_id: int) -> Path:
    """Where the repository lies. Raises NotFound where there is none."""
    where = path(space_id)
    if not (where / "HEAD").is_file():
        raise NotFound("This Space has no repository.", hint="It may have just been deleted.")
    return where


def create(space_id: int) -> None:
    """Makes an empty repository, whole or not at all; nothing where there is one."""
    if not exists(space_id):
        with contextlib.suppress(OSError):
            make(path(space_id))
        if not exists(space_id):
            make(path(space_id))


def make(where: Path) -> None:
    """A bare repository at `where`, as `git init` makes it: without its sample hooks, and without a process for a few small files."""
    temporary = where.with_name(f"new-{secrets.token_hex(8)}.git")
    try:
        for folder in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (temporary / folder).mkdir(parents=True, mode=0o700)
        (temporary / "HEAD").write_text(f"ref: refs/heads/{rules.DEFAULT_BRANCHES[0]}\n")
        (temporary / "config").write_text("".join(_config_lines()))
        temporary.rename(where)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def empty() -> Path:
    """A repository that stays empty: what a Space that does not exist yet shows to a first push."""
    where = get_settings().path("repos", "empty.git")
    if not (where / "HEAD").is_file():
        with contextlib.suppress(OSError):
            make(where)
    return where


def delete(space_id: int, *, locked: bool = False) -> None:
    """Removes the repository and all its files; nothing where there is none. Waits for a running push, unless the
    caller has the repository `locked` already."""
    with contextlib.nullcontext() if locked else lock(space_id):
        where = path(space_id)
        doomed = where.with_name(f"gone-{secrets.token_hex(8)}.git")
        with contextlib.suppress(FileNotFoundError):
            where.rename(doomed)
        shutil.rmtree(doomed, ignore_errors=True)
        lock_path(space_id).unlink(missing_ok=True)


def lock_path(space_id: int) -> Path:
    """The file that a push holds locked; beside the repository, so that it outlives a deletion."""
    return path(space_id).with_suffix(".lock")


def lock(space_id: int) -> contextlib.AbstractContextManager[None]:
    """Holds off every other writer of the repository."""
    return locks.locked(lock_path(space_id))


def free_space() -> int:
    """Bytes that the disk of repositories has left."""
    return shutil.disk_usage(get_settings().path("repos", "000").parent).free


# -- reading


def default_branch(space_id: int) -> str:
    """The branch that Spaces are built from; it may hold no commit yet."""
    return find(space_id).joinpath("HEAD").read_text().strip().removeprefix("ref: refs/heads/")


def head(space_id: int) -> Head | None:
    """The default branch and its commit, or None before the first push to it."""
    branch = default_branch(space_id)
    with open_objects(find(space_id)) as objects:
        found = objects.info(f"refs/heads/{branch}^{{commit}}")
    return Head(branch, found.oid) if found else None


def refs(space_id: int) -> dict[str, str]:
    """Every branch and tag with its commit, by full ref name; annotated tags are followed."""
    form = "--format=%(refname)%00%(objectname)%00%(*objectname)"
    output = git.run("for-each-ref", form, "refs/heads", "refs/tags", repository=find(space_id)).decode()
    rows = (line.split("\0") for line in output.splitlines())
    return {name: peeled or sha for name, sha, peeled in rows}


def pulls(space_id: int) -> dict[str, str]:
    """Every pull request's ref with its commit."""
    output = git.run("for-each-ref", "--format=%(refname)%00%(objectname)", rules.PULLS, repository=find(space_id))
    return dict(line.split("\0") for line in output.decode().splitlines())


def resolve(space_id: int, rev: str) -> str:
    """The commit that a branch, a tag or a (short) hash names. Raises RevisionNotFound."""
    rules.revision_candidates(rev)
    with open_objects(find(space_id)) as objects:
        return resolve_with(objects, rev)


def resolve_with(objects: Objects, rev: str) -> str:
    """`resolve` for whoever has a reader open."""
    for candidate in rules.revision_candidates(rev):
        if found := objects.info(f"{candidate}^{{commit}}"):
            return found.oid
    raise RevisionNotFound(f"There is no revision {rev!r}.", hint="See the branches with `git ls-remote`.")


def log(space_id: int, rev: str, limit: int = 50, skip: int = 0, path: str = "") -> list[Commit]:
    """The newest commits that `rev` holds; with `path`, a file or a folder, those that changed it."""
    if path:
        rules.check_path(path)
    form = "--format=%H%x00%P%x00%an%x00%ae%x00%ct%x00%s%x00%B%x00"
    sha = resolve(space_id, rev)
    output = git.run(
        "log",
        "--no-mailmap",
        "--no-show-signature",
        form,
        f"--max-count={int(limit)}",
        f"--skip={int(skip)}",
        "--end-of-options",
        sha,
        "--",
        *([path] if path else []),
        repository=find(space_id),
    ).decode(errors="replace")
    fields = output.split("\0")
    rows = [fields[start : start + 7] for start in range(0, len(fields) - 7, 7)]
    return [
        Commit(
            sha=sha.strip(),
            parents=tuple(parents.split()),
            author=author,
            email=email,
            at=moment(at),
            title=title,
            message=message.strip(),
        )
        for sha, parents, author, email, at, title, message in rows
    ]


def list_tree(space_id: int, rev: str, folder: str = "", *, recursive: bool = False) -> list[Entry]:
    """What a folder holds. Symlinks and submodules are listed as such and never followed. Raises EntryNotFound."""
    where = find(space_id)
    if folder:
        rules.check_path(folder)
    with open_objects(where) as objects:
        sha = resolve_with(objects, rev)
        found = objects.info(f"{sha}:{folder}" if folder else f"{sha}^{{tree}}")
    if found is None or found.kind != "tree":
        raise EntryNotFound(f"There is no folder {folder!r} at {rev}.")
    prefix = f"{folder}/" if folder else ""
    limit = get_settings().file_limit
    return list(entries(where, found.oid, recursive=recursive, limit=limit, prefix=prefix))


def read_blob(space_id: int, rev: str, file: str, limit: int) -> bytes:
    """A file's bytes as they are stored: a symlink's are its target, a git-lfs file's its pointer. Raises EntryNotFound,
    and TooLarge over `limit` bytes."""
    rules.check_path(file)
    with open_objects(find(space_id)) as objects:
        found = objects.info(f"{resolve_with(objects, rev)}:{file}")
        content = objects.read(found.oid, limit) if found and found.kind == "blob" else None
    if content is None:
        raise EntryNotFound(f"There is no file {file!r} at {rev}.")
    return content


# -- upkeep; whoever calls the first four holds the lock


def settle_head(space_id: int) -> None:
    """Makes HEAD follow the first of `main` and `master` that was pushed; afterwards it stays."""
    where = find(space_id)
    if head(space_id):
        return
    pushed = refs(space_id)
    for branch in rules.DEFAULT_BRANCHES:
        if f"refs/heads/{branch}" in pushed:
            git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}", repository=where)
            return


def take_back(space_id: int, commands: Iterable[pktline.Command]) -> None:
    """Puts every ref that one of `commands` moved back to where it was."""
    where = find(space_id)
    output = git.run("for-each-ref", "--format=%(refname)%00%(objectname)", repository=where).decode()
    stand = dict(line.split("\0") for line in output.splitlines())
    lines = []
    for command in commands:
        if stand.get(command.ref, pktline.ZERO) == command.new != command.old:
            # git's word for a ref that is not there is the same in what clients say and in what `update-ref` reads.
            lines.append(f"update {command.ref} {command.old} {command.new}\n")
    git.run("update-ref", "--stdin", repository=where, stdin="".join(lines).encode())


def sweep(space_id: int) -> None:
    """Removes what a killed git left: quarantines of pushes, half-written objects, and locks of refs. Every writer holds
    our lock, so nobody else's are among them."""
    where = find(space_id)
    left = [path for pattern in _LITTER for path in where.glob(pattern)]
    left += [path for path in (where / "refs").rglob("*.lock")]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def keep(space_id: int, sha: str) -> None:
    """Holds on to a commit whatever is pushed later: a revision made from it may have to be built again."""
    if rules.is_sha(sha):
        git.run("update-ref", f"{rules.PLATFORM_REFS}/keep/{sha}", sha, repository=find(space_id))


def let_go(space_id: int, keep_shas: set[str]) -> None:
    """Lets go of every commit held by `keep` but these."""
    where = find(space_id)
    prefix = f"{rules.PLATFORM_REFS}/keep/"
    held = git.run("for-each-ref", "--format=%(refname)", prefix, repository=where).decode().split()
    lines = [f"delete {ref}\n" for ref in held if ref.removeprefix(prefix) not in keep_shas]
    with lock(space_id):
        git.run("update-ref", "--stdin", repository=where, stdin="".join(lines).encode())


def untidy(space_id: int) -> bool:
    """Whether git may find something to pack: a look at two folders instead of a process."""
    objects = path(space_id) / "objects"
    # git's own estimate: objects spread evenly over 256 folders, so one folder tells of all
    loose = sum(1 for _ in objects.glob("17/*")) * 256
    packs = sum(1 for _ in objects.glob("pack/*.pack"))
    return loose > LOOSE_OBJECTS or packs > PACKS


def tidy(space_id: int) -> None:
    """Packs the repository where enough loose objects or packs have gathered, unless somebody pushes."""
    with contextlib.suppress(Busy), locks.locked(lock_path(space_id), seconds=0):
        git.run(
            "gc",
            "--auto",
            "--quiet",
            repository=find(space_id),
            seconds=_GC_SECONDS,
            leash=True,
            config=SERVE_CONFIG,
        )


# -- private


def _config_lines() -> Iterator[str]:
    yield "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n"
    for setting in (*git.CONFIG, *SERVE_CONFIG):
        key, _, value = setting.partition("=")
        section, _, name = key.rpartition(".")
        group, _, sub = section.partition(".")
        if group != "safe":
            yield f'[{group} "{sub}"]\n\t{name} = {value}\n' if sub else f"[{group}]\n\t{name} = {value}\n"
