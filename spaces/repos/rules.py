"""Which refs, revisions and paths are allowed at all: allow-lists, checked before git sees a word."""

from __future__ import annotations

import re

from spaces.errors import Invalid, RevisionNotFound

DEFAULT_BRANCHES = ("main", "master")
"""A Space is built from the first of these that is pushed."""
PLATFORM_REFS = "refs/demodock"
"""Refs of our own: never shown, never pushed to."""

PULLS = "refs/pr"
"""Refs of pull requests: shown and fetched, and written by the platform alone."""

_WORD = re.compile(r"[A-Za-z0-9_@+][A-Za-z0-9_@+.-]*")
_PULL = re.compile(rf"{PULLS}/[1-9][0-9]{{0,8}}")
_SHA = re.compile(r"[0-9a-f]{40}")
_SHORT_SHA = re.compile(r"[0-9a-f]{7,40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ZERO_WIDTH = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""Characters that some file systems leave out when they compare names."""

BRANCH_RULE = "letters, digits and `_ . / + @ -`, at most 200, no part that begins with `-` or `.` or ends with `.lock`"


def valid_branch(name: str) -> bool:
    """True where `name` may name a branch or a tag."""
    return (
        len(name) <= 200
        and ".." not in name
        and name not in ("@", "HEAD")
        and not is_pull(name)
        and all(
            _WORD.fullmatch(part) and not part.endswith((".lock", ".")) and "@{" not in part for part in name.split("/")
        )
    )


def valid_ref(ref: str) -> bool:
    """True where a push may write `ref`: branches and tags, nothing else."""
    kind, _, name = ref.removeprefix("refs/").partition("/")
    return ref.startswith("refs/") and kind in ("heads", "tags") and valid_branch(name)


def is_pull(ref: str) -> bool:
    """True where `ref` is a pull request's, `refs/pr/1`. No branch and no tag is called that."""
    return bool(_PULL.fullmatch(ref))


def is_sha(text: str) -> bool:
    return bool(_SHA.fullmatch(text))


def revision_candidates(rev: str) -> list[str]:
    """What `rev` may stand for, in order; git is asked for these and never for `rev` itself."""
    if is_pull(rev):
        return [rev]
    candidates = [rev] if is_sha(rev) else []
    name = rev.removeprefix("refs/heads/").removeprefix("refs/tags/")
    if not valid_branch(name):
        raise RevisionNotFound(f"There is no revision {rev[:100]!r}.", hint=f"A revision's name has {BRANCH_RULE}.")
    if not rev.startswith("refs/tags/"):
        candidates.append(f"refs/heads/{name}")
    if not rev.startswith("refs/heads/"):
        candidates.append(f"refs/tags/{name}")
    if _SHORT_SHA.fullmatch(rev) and candidates[0] != rev:
        candidates.append(rev)
    return candidates


def path_fault(path: str) -> str | None:
    """What is wrong with a path in a repository, or None. Paths are relative, with `/`, and name no `.git`."""
    if any("\ud800" <= letter <= "\udfff" for letter in path):
        return "is not UTF-8"
    if not path or path.startswith("/") or path.endswith("/"):
        return "is not a relative file path"
    if len(path.encode()) > 4096:
        return "is longer than 4096 bytes"
    if _CONTROL.search(path):
        return "holds a control character"
    if ".." in path.replace("\\", "/").split("/"):
        return "leads out of its folder, on some system"
    for part in path.split("/"):
        if part in ("", "."):
            return "holds an empty part, or `.`"
        if len(part.encode()) > 255:
            return "holds a name longer than 255 bytes"
        plain = _ZERO_WIDTH.sub("", part).casefold().rstrip(". ").partition(":")[0]
        if plain in (".git", "git~1"):
            return "holds a part that git reserves, `.git`"
    return None


def check_path(path: str) -> str:
    """`path`, or Invalid where it may not be in a repository."""
    if fault := path_fault(path):
        raise Invalid(
            f"The path {path[:200]!r} {fault}.",
            code="bad_path",
            hint="Use a relative path such as `data/table.csv`, without `..` and without `.git`.",
        )
    return path


def full_ref(name: str) -> str:
    """The ref of the branch `name`; a pull request goes by its own. Raises Invalid for what names neither."""
    return name if is_pull(name) else f"refs/heads/{check_branch(name)}"


def check_branch(name: str) -> str:
    """`name`, or Invalid where it may not name a branch."""
    if not valid_branch(name):
        raise Invalid(f"{name[:100]!r} cannot name a branch.", code="bad_branch", hint=f"Allowed: {BRANCH_RULE}.")
    return name
