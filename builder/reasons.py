"""Why a build failed, for a person: the failing step, what its exit code means, its last lines, the next step. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

import requests
from docker.errors import DockerException

from spaces.errors import BuildFailed, Busy, CardError, DemodockError, EntryNotFound, ImageMissing, Invalid, TooLarge
from spaces.lifecycle import Reason, last_lines


class StepFailed(BuildFailed):
    """A step's command ended with `exit_code` after writing `output` (its last lines)."""

    def __init__(self, kind: str, title: str, exit_code: int, output: list[str]) -> None:
        super().__init__(f"{title} failed with exit code {exit_code}.", code=_CODES.get(kind, "build_failed"))
        self.kind, self.title, self.exit_code, self.output = kind, title, exit_code, output


def explain(error: Exception, memory: int) -> tuple[Reason, bool]:
    """The reason of a failed build, and whether the platform failed (then it is tried again). `memory`: its limit, MiB."""
    if isinstance(error, StepFailed):
        return _explain_step(error, memory)
    if isinstance(error, BuildFailed):
        return _reason(error.code, error), error.platform
    if isinstance(error, CardError):
        place = f"{error.extra.get('file')}, line {error.extra.get('line')}: " if error.extra.get("line") else ""
        text = error.message if error.message.startswith(place) else f"{place}{error.message}"
        return Reason(code="config_error", message=text, hint=error.hint), False
    if isinstance(error, Busy | ImageMissing):
        return _reason(error.code, error), True
    if isinstance(error, Invalid | TooLarge | EntryNotFound):
        return _reason(error.code, error), False
    if isinstance(error, DockerException | requests.RequestException):
        return (
            Reason(
                code="engine",
                message="The container engine did not do its part.",
                hint="It is tried again by itself; `demodock doctor` says what is wrong with the engine.",
                detail=str(error)[:2000],
            ),
            True,
        )
    return (
        Reason(
            code="internal",
            message="The platform made a mistake.",
            hint="It is tried again by itself. The log of the builder says more.",
            detail=f"{type(error).__name__}: {error}"[:2000],
        ),
        True,
    )


def needs_building(exit_code: int, output: list[str]) -> bool:
    """True where a wheels-only attempt failed in a way that building packages may mend."""
    text = "\n".join(output)
    if exit_code in _KILLED or _network(text):
        return False
    return bool(re.search(r"no (usable )?wheels|building from source is disabled|--no-build|only-binary", text))


def _explain_step(error: StepFailed, memory: int) -> tuple[Reason, bool]:
    text = "\n".join(error.output)

    def reason(code: str, message: str, hint: str) -> Reason:
        return Reason(code=code, message=message, hint=hint, detail=last_lines(error.output))

    if error.exit_code == 137:
        message = f"{error.title} ran out of memory (exit code 137); a build has {memory} MiB."
        hint = "Use prebuilt wheels or smaller packages, or ask the admin to raise DEMODOCK_BUILD_MEMORY. More memory for the running Space does not help a build."
        return reason("out_of_memory", message, hint), False
    if error.exit_code == 143:
        message = f"{error.title} was stopped from outside (exit code 143)."
        return reason("terminated", message, "Push or restart to build again."), False
    if _network(text):
        message = f"{error.title}: the network or a package server did not answer."
        return reason("network", message, "Nothing is wrong with the Space; it is tried again by itself."), True
    for pattern, code, say in _TABLE:
        if found := re.search(pattern, text, re.MULTILINE | re.DOTALL):
            message, hint = say(found)
            return reason(code, message, hint), False
    hint = "The last lines say what went wrong; the build's log has the rest."
    return reason(error.code, f"{error.title} failed with exit code {error.exit_code}.", hint), False


def _reason(code: str, error: DemodockError) -> Reason:
    return Reason(code=code, message=error.message, hint=error.hint, detail=str(error.extra.get("detail", "")))


_CODES = {"system": "system_packages", "python": "dependencies", "command": "build_command", "docker": "dockerfile"}
_KILLED = (137, 143)
_NETWORK = re.compile(
    r"tcp connect error|dns error|error sending request|operation timed out|connection reset|connection closed before"
    r"|Temporary failure (in name resolution|resolving)|Could not resolve host|Could not connect to|Connection timed out"
    r"|HTTP status (client error \(429|server error)|Hash Sum mismatch|Failed to fetch http\S+\s+(5\d\d|Could not)"
    r"|invalid peer certificate|certificate verify failed",
    re.IGNORECASE,
)
_REPOSITORY = re.compile(r"Git operation failed|fatal: unable to access")


def _network(text: str) -> bool:
    # A server that the Space's own requirements name is the Space's business.
    return bool(_NETWORK.search(text)) and not _REPOSITORY.search(text)


Say = Callable[[re.Match[str]], tuple[str, str]]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:500]


_TABLE: list[tuple[str, str, Say]] = [
    (
        r"require (gradio|streamlit)(?:\[[^\]]*\])?==(\S+) and \1(?:\[[^\]]*\])?==(\S+?),",
        "sdk_version_conflict",
        lambda m: (
            f"{m[1]} is asked for twice, as {m[2]} and as {m[3]}.",
            f"Remove {m[1]} from requirements.txt, or give `sdk_version` in README.md the same version.",
        ),
    ),
    (
        r"Because (\S+) was not found in the package registry",
        "package_not_found",
        lambda m: (f"No Python package is named {m[1]}.", "Correct the name in requirements.txt; see its page on the package index."),
    ),
    (
        r"Because there (?:is|are) no versions? of (\S+?)(==|>=|<=|>|<|~=|!=)(\S+)",
        "version_not_found",
        lambda m: (
            f"{m[1]} has no version that fits {m[1]}{m[2]}{m[3].rstrip(',')}.",
            "Ask for a version that exists, or leave the version out.",
        ),
    ),
    (
        r"has no wheels with a matching Python (?:ABI|version) tag",
        "python_mismatch",
        lambda m: (
            "A package offers nothing for this Python version.",
            "Ask for a newer version of the package, or set another `python_version` in README.md.",
        ),
    ),
    (
        r"Failed to build `?([^`\s]+)`?",
        "package_build_failed",
        lambda m: (
            f"{m[1]} has no prebuilt wheel for this Python, and building it failed.",
            "Ask for a version with wheels, or add what its build needs to packages.txt.",
        ),
    ),
    (
        r"Couldn't parse requirement in `([^`]+)`.*?cause: ([^\n]+)",
        "requirements_syntax",
        lambda m: (f"{_file(m[1])} holds a line that is no requirement: {_squeezed(m[2])}.", "Write lines such as `name==1.2`."),
    ),
    (
        r"Error parsing included file in `([^`]+)`.*?cause: ([^\n]+)",
        "requirements_syntax",
        lambda m: (f"{_file(m[1])} includes a file that cannot be read.", "Commit that file, or remove the line."),
    ),
    (
        r"Distribution not found at: (\S+)",
        "requirements_path",
        lambda m: (
            f"requirements.txt names a path that is not in the repository: {m[1].rpartition('/home/user/app/')[2]}.",
            "Commit the folder, or correct the path.",
        ),
    ),
    (
        r"Git operation failed|fatal: unable to access",
        "repository_unreachable",
        lambda m: ("A git repository that requirements.txt names could not be fetched.", "Check its address, and that it is public."),
    ),
    (
        r"No solution found when resolving dependencies[^\n]*\n\s*cause: (.+)",
        "dependency_conflict",
        lambda m: (
            f"The requirements contradict each other: {_squeezed(m[1])}",
            "Loosen one of the versions that this names.",
        ),
    ),
    (
        r"E: Unable to locate package (\S+)",
        "debian_package_not_found",
        lambda m: (f"Debian has no package named {m[1]}.", "Correct the name in packages.txt; https://packages.debian.org knows them all."),
    ),
    (
        r"E: (?:Version '([^']+)' for '([^']+)' was not found|Package '([^']+)' has no installation candidate)",
        "debian_package_not_found",
        lambda m: (
            f"Debian has no version {m[1]} of {m[2]}." if m[1] else f"The Debian package {m[3]} cannot be installed.",
            "Correct packages.txt; without a version the newest is taken.",
        ),
    ),
    (
        r"No space left on device",
        "disk_full",
        lambda m: ("The builder's disk is full.", "Ask the admin: `demodock doctor` shows the disk."),
    ),
]  # fmt: skip


def _file(path: str) -> str:
    return path.rpartition("/")[2]
