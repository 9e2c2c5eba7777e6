"""What to do for a Space, decided from its card and files alone: a list of steps, and how the result is started. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

from packaging.requirements import InvalidRequirement, Requirement
from pydantic import BaseModel

from spaces import names
from spaces.card import SpaceConfig
from spaces.companions import parse_packages
from spaces.errors import BuildFailed
from spaces.host.mirrors import Mirrors

RECIPE_VERSION = "2"
"""Part of every layer's hash: raise it when the way a step works changes."""
WORK = "/tmp/demodock"
"""Where a step's input files lie in its container; gone before the layer is committed."""
CA_PATH = "/etc/demodock/ca.crt"
LIST_LIMIT = 1 << 20

_ARCHIVE = re.compile(r"\.(whl|zip|tar|tgz|tbz|txz|tar\.\w+)\b", re.IGNORECASE)
_VERSION = re.compile(r"^[0-9][0-9A-Za-z.+!*-]*$")

Sharing = Literal["shared", "own", "none"]


class Facts(BaseModel, frozen=True):
    """What the plan needs to know of a commit's files."""

    requirements: str = ""
    pre_requirements: str = ""
    packages: str = ""
    tree: str = ""
    """Digest of all the files, for steps that need them."""


class LayerStep(BaseModel, frozen=True):
    """One command in a throw-away container; what it leaves behind is a layer named by a hash of all this."""

    kind: Literal["system", "python", "command"]
    title: str
    argv: tuple[str, ...]
    files: tuple[tuple[str, str], ...] = ()
    """Name in `WORK`, text."""
    user: Literal["root", "user"] = "user"
    cache: Sharing = "none"
    tree: str = ""
    """Digest of the files, where the step needs them."""
    salt: str = ""

    def digest(self, previous: str) -> str:
        """The layer's name, where `previous` names what it stands on."""
        text = f"{RECIPE_VERSION}\n{previous}\n{self.model_dump_json(exclude={'title', 'cache'})}"
        return hashlib.sha256(text.encode()).hexdigest()[:40]


class Plan(BaseModel, frozen=True):
    """`steps` on the base image, then the files on top; or a Dockerfile; or a folder of files (static)."""

    recipe: str
    steps: tuple[LayerStep, ...] = ()
    command: tuple[str, ...] = ()
    port: int = names.APP_PORT
    dockerfile: bool = False
    output: str | None = None
    """Static: the folder to serve, relative to the repository's root."""


def python_for(config: SpaceConfig, available: Sequence[str]) -> str:
    """The Python version of the base image; the first available one where the card names none."""
    if not config.python_version:
        return available[0]
    wanted = ".".join(config.python_version.split(".")[:2])
    if wanted not in available:
        raise BuildFailed(
            f"Python {config.python_version} is not available here.",
            code="config_error",
            hint=f"Set `python_version` in README.md to one of: {', '.join(available)}.",
        )
    return wanted


def common_steps(facts: Facts, mirrors: Mirrors, suite: str = "bookworm") -> list[LayerStep]:
    """packages.txt, then pre-requirements.txt."""
    steps = []
    if packages := parse_packages(facts.packages):
        steps.append(_apt(packages, mirrors, suite))
    if facts.pre_requirements.strip():
        steps.append(python_step("pre-requirements.txt", facts.pre_requirements, (), facts, mirrors, cache="own"))
    return steps


def python_step(
    name: str, text: str, extra: tuple[str, ...], facts: Facts, mirrors: Mirrors, cache: Sharing | None = None
) -> LayerStep:
    """Requirements and `extra` in one resolve."""
    sharing: Sharing = cache or ("shared" if plain(text) and not facts.pre_requirements.strip() else "own")
    argv = ["uv", "pip", "install", "-r", f"{WORK}/{name}", *extra]
    return LayerStep(
        kind="python",
        title=f"Python packages ({name})" if text.strip() else "Python packages",
        argv=tuple(argv),
        files=((name, text),),
        cache=sharing,
        tree=facts.tree if needs_tree(text) else "",
        salt=" ".join((mirrors.index_url, *mirrors.extra_index_urls)),
    )


def pinned(package: str, version: str | None) -> str:
    """`package==version`, or `package` alone."""
    if version is None:
        return package
    if not _VERSION.match(version):
        raise BuildFailed(
            f"`{version}` is no version.", code="config_error", hint="Write `sdk_version` such as 5.49.1 in README.md."
        )
    return f"{package}=={version}"


def plain(requirements: str) -> bool:
    """True where every line names a package of the index and nothing else. Only then may wheels go through the cache
    that all Spaces share: no option, URL or path can bring code to run beside it."""
    return all(_is_plain(line) for line in _lines(requirements))


def needs_tree(requirements: str) -> bool:
    """True where a line may point into the repository: a path, or another requirements file."""
    for line in _lines(requirements):
        if _is_plain(line):
            continue
        flag, _, rest = line.partition(" ")
        if flag.startswith(("-r", "-c", "-e", "--requirement", "--constraint", "--editable", "-f", "--find-links")):
            return True
        if not flag.startswith("-") and "://" not in line:
            return True
    return False


def _lines(requirements: str) -> list[str]:
    joined = requirements.replace("\r\n", "\n").replace("\\\n", " ")
    stripped = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in joined.split("\n"))
    return [line for line in stripped if line]


def _is_plain(line: str) -> bool:
    text = re.sub(r"\s--hash=\S+", "", line)
    try:
        # uv takes `name.whl` for a file beside requirements.txt.
        return Requirement(text).url is None and not _ARCHIVE.search(text)
    except InvalidRequirement:
        return False


def _apt(packages: list[str], mirrors: Mirrors, suite: str) -> LayerStep:
    options: list[str] = []
    files: list[tuple[str, str]] = [("packages", "\n".join(packages) + "\n")]
    if sources := mirrors.apt_sources(suite):
        files.append(("sources.list", "\n".join(sources) + "\n"))
        options += ["-o", f"Dir::Etc::SourceList={WORK}/sources.list", "-o", "Dir::Etc::SourceParts=/dev/null"]
    if mirrors.ca_bundle:
        options += ["-o", f"Acquire::https::CAInfo={CA_PATH}"]
    return LayerStep(
        kind="system",
        title="Debian packages (packages.txt)",
        # The text is fixed: options and package names come as arguments, options first, `--` between.
        argv=("sh", "-euc", _APT, "apt", *options, "--", *packages),
        files=tuple(files),
        user="root",
    )


_APT = """
options=""
while [ "$1" != -- ]; do options="$options $1"; shift; done
shift
apt-get $options update -q
apt-get $options install -qy -- "$@"
apt-get clean
rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log
"""
