"""One branch of somebody's repository, by git over https, to the addresses that the guard admitted.

git itself follows no redirect, asks nobody for a password, takes no other protocol and fetches no submodule; where a
repository has moved, our own client finds that out first, one admitted step after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from spaces.errors import BadRequest, NotFound, TooLarge
from spaces.fetch.guard import Guard, Pinned
from spaces.fetch.http import Client, check
from spaces.host.mirrors import find_mirrors
from spaces.repos import git, rules, store
from spaces.settings import get_settings

_REFS = "/info/refs?service=git-upload-pack"
_BRANCH = rules.DEFAULT_BRANCHES[0]


def find(client: Client, url: str) -> str:
    """Where the repository of that address is today, without a slash at the end. Raises NotFound where it is nowhere, or
    not for everybody."""
    with client.open(url.rstrip("/") + _REFS) as answer:
        check(answer, "This repository")
        at = answer.at.where
        if not at.url.endswith(_REFS):
            raise BadRequest(f"{at.host} has no git repository at this address.", code="source_answer")
        return at.url.removesuffix(_REFS)


def fetch(guard: Guard, url: str, branch: str | None, into: Path, limit: int, seconds: float) -> str:
    """The history of `branch` (the default one where it is None) becomes `main` in the bare repository `into`; returns its
    commit. Raises NotFound for the branch, TooLarge over `limit` bytes, BadRequest for what git refuses."""
    pinned = guard.admit(url)
    wanted = f"refs/heads/{rules.check_branch(branch)}" if branch else "HEAD"
    options = ("--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance", "--quiet")
    try:
        git.run(
            *("fetch", *options, "--end-of-options", pinned.where.url, f"+{wanted}:refs/heads/{_BRANCH}"),
            repository=into,
            seconds=seconds,
            leash=True,
            env=git.environment(GIT_ALLOW_PROTOCOL=pinned.where.scheme),
            config=_config(pinned),
            largest=limit,
        )
    except git.GitError as error:
        if any(left.stat().st_size >= limit for left in into.glob("objects/pack/tmp_pack_*")):
            raise TooLarge(
                f"The history is larger than {limit >> 20} MiB.",
                hint="Ask the admin to raise DEMODOCK_PUSH_LIMIT, or push its newest commit alone.",
            ) from error
        raise _explained(error, pinned, branch) from error
    return git.run("rev-parse", "--verify", f"refs/heads/{_BRANCH}", repository=into).decode().strip()


# -- private


def _config(pinned: Pinned) -> tuple[str, ...]:
    where = pinned.where
    listed = ",".join(f"[{address}]" if ":" in address else address for address in pinned.addresses)
    fsck = (
        setting.replace("receive.fsck", "fetch.fsck") for setting in store.SERVE_CONFIG if "receive.fsck." in setting
    )
    bundle = find_mirrors(get_settings()).ca_bundle
    return (
        f"http.curloptResolve={where.host}:{where.port}:{listed}",
        "http.followRedirects=false",
        "http.proxy=",
        "http.sslVerify=true",
        *([f"http.sslCAInfo={bundle}"] if bundle else []),
        "http.lowSpeedLimit=1000",
        "http.lowSpeedTime=60",
        "credential.helper=",
        "fetch.fsckObjects=true",
        *fsck,
        "fetch.unpackLimit=1",
        "transfer.bundleURI=false",
        "gc.auto=0",
    )


_SAID: tuple[tuple[str, Callable[[Pinned, str | None], Exception]], ...] = (
    ("couldn't find remote ref", lambda pinned, branch: NotFound(
        f"The repository has no branch {branch!r}." if branch else "The repository is empty.",
        hint="Name another with `branch`, or push something to it first.", code="source_missing")),
    ("Authentication failed", lambda pinned, branch: NotFound(
        "The repository is not there, or not for everybody.",
        hint="What is private has to be cloned and pushed by somebody who may.", code="source_missing")),
    ("error in object", lambda pinned, branch: BadRequest(
        "The history holds something that git finds wrong, so it is not taken.",
        hint="Commit its files to a new repository and push that.", code="source_damaged")),
)  # fmt: skip


def _explained(failed: git.GitError, pinned: Pinned, branch: str | None) -> Exception:
    if failed.extra.get("exit_code", 0) < 0:
        return BadRequest(f"{pinned.where.host} took too long.", hint="Try again later.", code="source_unreachable")
    for text, error in _SAID:
        if text in failed.message:
            return error(pinned, branch)
    return BadRequest(f"It could not be fetched: {failed.message[-300:]}", code="source_unreachable")
