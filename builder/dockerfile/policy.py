"""What a Space's Dockerfile may ask for, decided before the engine sees it. Pure.

The engine's builder runs with the engine's own reach: it would copy files out of any image it holds, other Spaces' among them,
and fetch URLs from the host's own network. So `FROM` names only what `Bases` offers and is written again as an image id;
`COPY --from` names only stages of the same file; `ADD` fetches nothing; flags that reach further are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from builder.dockerfile.parser import Dockerfile, Instruction, refuse
from spaces import names

Bases = Callable[[str, int], str]
"""Turns an image reference of a FROM (and its line) into the name of an image that may be built on, or raises."""

_FLAGS = {
    "FROM": ("--platform",),
    "COPY": ("--from", "--chown", "--link"),
    "ADD": ("--chown",),
    "RUN": (),
}
_STAGE = re.compile(r"^[a-z][a-z0-9_.-]*$")
_REFERENCE = re.compile(
    r"^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
    r"(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"
)
_HEX = re.compile(r"^(sha256:)?[0-9a-f]{6,64}$")


def approve(dockerfile: Dockerfile, arguments: Mapping[str, str], bases: Bases) -> Dockerfile:
    """The Dockerfile with every FROM resolved. Raises PolicyError at the first instruction that is refused."""
    stages: list[str] = []
    defaults: dict[str, str] = {}
    written: list[Instruction] = []
    for instruction in dockerfile.instructions:
        _check_flags(instruction)
        match instruction.keyword:
            case "ARG" if not stages:
                name, _, value = instruction.rest.partition("=")
                defaults[name.strip()] = arguments.get(name.strip(), _unquoted(value.strip()))
            case "FROM":
                instruction = _from(instruction, stages, defaults, bases)
            case "COPY":
                _check_copy(instruction, stages)
            case "ADD":
                _check_add(instruction)
            case "ONBUILD":
                raise refuse(instruction.line, "ONBUILD is not built here.", "Write the instruction itself.")
        if not stages and instruction.keyword not in ("ARG", "FROM"):
            raise refuse(instruction.line, f"{instruction.keyword} before FROM.", "Begin with FROM.")
        written.append(instruction)
    if not stages:
        raise refuse(1, "The Dockerfile has no FROM.", "Begin with FROM python:3.11-slim, for example.")
    return Dockerfile(escape=dockerfile.escape, instructions=tuple(written))


def check_reference(reference: str, line: int) -> None:
    """Refuses what is no public image's name: ids and digests of images that lie here, the platform's own names."""
    repository = reference.partition("@")[0].rpartition("/")[2].partition(":")[0]
    if not _REFERENCE.match(reference) or _HEX.match(reference) or _HEX.match(repository):
        raise refuse(line, f"FROM {reference[:120]}: no image's public name.", "Write such as FROM python:3.11-slim.")
    if names.PRODUCT in reference.split("@")[0].lower().split("/"):
        raise refuse(
            line, f"FROM {reference[:120]}: images of the platform are not for building on.", "Use a public image."
        )


def _from(instruction: Instruction, stages: list[str], defaults: Mapping[str, str], bases: Bases) -> Instruction:
    words = instruction.rest.split()
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].upper() != "AS"):
        raise refuse(instruction.line, "FROM cannot be read.", "Write FROM image, or FROM image AS name.")
    reference = _unquoted(_expand(words[0], defaults, instruction.line))
    name = words[2].lower() if len(words) == 3 else str(len(stages))
    if len(words) == 3 and not _STAGE.match(name):
        raise refuse(instruction.line, f"`{words[2][:40]}` is no name for a stage.", "Use letters and digits.")
    if name in stages:
        raise refuse(instruction.line, f"Two stages are named `{name}`.", "Give each its own name.")
    if reference == "scratch":
        resolved = "scratch"
    elif reference.lower() in stages and not reference.isdigit():
        resolved = reference.lower()
    else:
        check_reference(reference, instruction.line)
        resolved = bases(reference, instruction.line)
    stages.append(name)
    alias = f" AS {name}" if len(words) == 3 else ""
    return instruction.model_copy(update={"flags": (), "rest": f"{resolved}{alias}"})


def _check_flags(instruction: Instruction) -> None:
    allowed = _FLAGS.get(instruction.keyword)
    if allowed is None:
        return
    for flag in instruction.flags:
        if flag.partition("=")[0] in allowed:
            continue
        name = flag.partition("=")[0][:40]
        hint = "Leave it out."
        if name == "--mount":
            hint = (
                "Leave out --mount: the command works without a cache, and secrets are given to the running app only."
            )
        elif name == "--chmod":
            hint = "Leave it out, and RUN chmod after the copy."
        raise refuse(instruction.line, f"`{instruction.keyword} {name}` is not built here.", hint)


def _check_copy(instruction: Instruction, stages: list[str]) -> None:
    for flag in instruction.flags:
        key, _, value = flag.partition("=")
        if key != "--from":
            continue
        earlier = stages[:-1]
        if value.isdigit() and str(int(value)) == value and int(value) < len(earlier):
            continue
        if value.lower() not in earlier or value.isdigit():
            raise refuse(
                instruction.line,
                f"COPY --from={value[:60]} names no earlier stage of this file.",
                "Name a stage (FROM image AS name) and copy from that.",
            )


def _check_add(instruction: Instruction) -> None:
    sources = _arguments(instruction.rest)[:-1]
    for source in sources:
        if re.search(r"://|^git@|^(https?|git|ssh|ftp):|\.git(#|$)|^github\.com/", source, re.IGNORECASE):
            raise refuse(
                instruction.line,
                "ADD does not fetch URLs or repositories.",
                "Use RUN curl -fsSLO URL, or RUN git clone.",
            )
        if re.search(r"[$\"'\\`]", source):
            raise refuse(
                instruction.line, "ADD with variables, quotes or escapes in a source is not built here.", "Use COPY."
            )


def _arguments(rest: str) -> list[str]:
    if rest.lstrip().startswith("["):
        try:
            words = json.loads(rest)
            if isinstance(words, list) and all(isinstance(word, str) for word in words):
                return words
        except ValueError:
            pass
    return rest.split()


def _expand(word: str, values: Mapping[str, str], line: int) -> str:
    """`$X`, `${X}`, `${X:-d}` and `${X:+d}`, from the arguments before the first FROM."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found[1] or found[2], "")
        if found[3] == "-":
            return known or found[4]
        return (found[4] if known else "") if found[3] == "+" else known

    text = re.sub(r"\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^${}]*))?\})", value, word)
    if "$" in text or "\\" in text:
        raise refuse(line, f"FROM {word[:80]} cannot be resolved.", "Write the image's name, or ARG NAME=value before.")
    return text


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text
