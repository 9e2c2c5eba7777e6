"""Which git repository an address means that a person copies from a browser. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from spaces import names
from spaces.errors import Invalid
from spaces.fetch.addresses import Location, locate
from spaces.repos import rules

_HUB = ("huggingface.co", "www.huggingface.co", "hf.co")
_MODELSCOPE = ("modelscope.cn", "www.modelscope.cn")


@dataclass(frozen=True)
class Source:
    url: str
    """Of the git repository, without a slash at the end."""
    name: str
    """What the Space may be called."""
    branch: str | None = None


def read(address: str) -> Source:
    """What `address` means. Raises Invalid for one that no repository can have."""
    where = locate(address.strip(), plain=True)
    parts = [part for part in where.path.partition("?")[0].split("/") if part]
    if where.host in _HUB:
        return _hub(where, parts)
    if where.host in _MODELSCOPE:
        return _modelscope(where, parts)
    if not parts or "?" in where.path:
        raise _unclear(address, "Use the address that `git clone` takes.")
    return Source(f"{where.origin}/{'/'.join(parts)}", _name(parts[-1]))


def with_branch(source: Source, branch: str) -> Source:
    """The same, from another branch. Raises Invalid for what cannot name one."""
    return replace(source, branch=rules.check_branch(branch))


# -- private


def _hub(where: Location, parts: list[str]) -> Source:
    if len(parts) < 3 or parts[0] != "spaces":
        raise _unclear(where.url, "A Space's address is https://huggingface.co/spaces/OWNER/NAME.")
    branch = rules.check_branch("/".join(parts[4:])) if len(parts) > 4 and parts[3] == "tree" else None
    return Source(f"https://huggingface.co/spaces/{parts[1]}/{parts[2]}", _name(parts[2]), branch)


def _modelscope(where: Location, parts: list[str]) -> Source:
    if len(parts) < 3 or parts[0] != "studios":
        raise _unclear(where.url, "A Studio's address is https://modelscope.cn/studios/OWNER/NAME.")
    name = parts[2].removesuffix(".git")
    return Source(f"https://www.modelscope.cn/studios/{parts[1]}/{name}.git", _name(name))


def _name(part: str) -> str:
    """A name of ours that is like theirs."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", part.removesuffix(".git"))
    plain = re.sub(r"-{2,}", "-", re.sub(r"\.{2,}", ".", plain)).strip("-.")[:96].rstrip("-.")
    return plain if names.valid_name(plain) else "space"


def _unclear(address: str, hint: str) -> Invalid:
    return Invalid(f"{address[:200]!r} is no repository's address.", hint=hint, code="bad_address")
