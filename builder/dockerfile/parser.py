"""Reads a Dockerfile the way the engine's classic builder does: directives, continuations, flags.

What is judged must be what is built. So nothing of the original text reaches the builder: `write` spells the
instructions read here again, one line each, and a difference between two readers cannot hide an instruction.
"""

from __future__ import annotations

import re

from pydantic import BaseModel

from spaces.errors import PolicyError

SIZE = 1 << 20
LONGEST = 60_000
"""Of one instruction in bytes; the builder's own limit is 64 KiB."""
INSTRUCTIONS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
)

_DIRECTIVE = re.compile(r"^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$")
_HEREDOC = re.compile(r"(?<!<)<<-?\s*[\"']?[A-Za-z_]\w*")


class Instruction(BaseModel, frozen=True):
    line: int
    keyword: str
    flags: tuple[str, ...] = ()
    rest: str = ""
    """Everything behind keyword and flags, continuations joined."""


class Dockerfile(BaseModel, frozen=True):
    escape: str
    instructions: tuple[Instruction, ...]

    def write(self) -> str:
        """The same instructions, one line each."""
        lines = [f"# escape={self.escape}"]
        for instruction in self.instructions:
            flags = "".join(f" {flag}" for flag in instruction.flags)
            lines.append(f"{instruction.keyword}{flags} {instruction.rest}".rstrip())
        return "\n".join(lines) + "\n"


def parse(content: bytes) -> Dockerfile:
    """Raises PolicyError with the line where something cannot be read, or is of a kind that is not built here."""
    if len(content) > SIZE:
        raise refuse(1, "The Dockerfile is larger than 1 MiB.", "Split it, or move data to files.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse(1, "The Dockerfile is not UTF-8.", "Save it as UTF-8.") from error
    if "\0" in text:
        raise refuse(1, "The Dockerfile holds a NUL character.", "Save it as plain text.")
    # Lines end with \n alone; a \r inside of one is no line end to the builder either.
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    escape, start = _directives(lines)
    instructions = []
    number = start
    while number < len(lines):
        first = number
        line = lines[number].lstrip()
        number += 1
        if not line or line.startswith("#"):
            continue
        line, more = _continued(line, escape)
        while more and number < len(lines):
            following = lines[number]
            number += 1
            if not following.strip() or following.lstrip().startswith("#"):
                continue
            following, more = _continued(following, escape)
            line += following
        instructions.append(_instruction(first + 1, line, escape))
    if not instructions:
        raise refuse(1, "The Dockerfile holds no instruction.", "Begin with FROM.")
    return Dockerfile(escape=escape, instructions=tuple(instructions))


def refuse(line: int, message: str, hint: str) -> PolicyError:
    return PolicyError(f"Dockerfile, line {line}: {message}", hint=hint, code="dockerfile_policy", line=line)


def split_flags(rest: str) -> tuple[tuple[str, ...], str]:
    """Leading `--flags`, unquoted and unescaped as the builder does it, and what follows them."""
    flags: list[str] = []
    at = 0
    while True:
        while at < len(rest) and rest[at].isspace():
            at += 1
        if not rest.startswith("--", at):
            return tuple(flags), rest[at:]
        word, at = _word(rest, at)
        if word == "--":
            return tuple(flags), rest[at:].lstrip()
        flags.append(word)


def _directives(lines: list[str]) -> tuple[str, int]:
    """The escape character, and how many lines are directives; they end at the first line that is none."""
    escape = "\\"
    for number, line in enumerate(lines):
        found = _DIRECTIVE.match(line.strip())
        if not found:
            return escape, number
        name, value = found[1].lower(), found[2]
        if name == "syntax":
            raise refuse(
                number + 1,
                "`# syntax=` would load another reader of Dockerfiles.",
                "Remove the line; it is not needed.",
            )
        if name == "escape":
            if value not in ("\\", "`"):
                raise refuse(number + 1, f"`# escape={value[:20]}` is no escape character.", "Use \\ or `.")
            escape = value
        elif name != "check":
            return escape, number
    return escape, len(lines)


def _continued(line: str, escape: str) -> tuple[str, bool]:
    """The line without the escape character at its end, and whether there was one."""
    found = re.search(rf"(^|[^{re.escape(escape)}]){re.escape(escape)}[ \t]*$", line)
    return (line[: found.start()] + found[1], True) if found else (line, False)


def _instruction(number: int, line: str, escape: str) -> Instruction:
    if len(line.encode()) > LONGEST:
        raise refuse(number, "The instruction is too long.", "Move it to a script that the Dockerfile runs.")
    parts = line.strip().split(maxsplit=1)
    keyword, rest = parts[0].upper(), parts[1] if len(parts) > 1 else ""
    if keyword not in INSTRUCTIONS:
        raise refuse(
            number,
            f"`{parts[0][:40]}` is no instruction.",
            "See the Dockerfile reference; did a line end without `\\`?",
        )
    if keyword in ("RUN", "COPY", "ADD") and _HEREDOC.search(rest):
        raise refuse(number, "Here-documents (`<<EOF`) are not built here.", "Join the commands with `&&`, or commit a script and run it.")  # fmt: skip
    if rest.rstrip(" \t").endswith(escape):
        raise refuse(number, "The instruction ends with an escape character.", "Remove it.")
    flags, rest = split_flags(rest) if keyword in ("FROM", "COPY", "ADD", "RUN", "HEALTHCHECK") else ((), rest)
    if any(re.search(r"[\s\"'\\`]", flag) for flag in flags):
        raise refuse(number, "A flag holds quotes, spaces or escapes.", "Write flags plainly, such as --chown=user.")
    return Instruction(line=number, keyword=keyword, flags=flags, rest=rest)


def _word(text: str, at: int) -> tuple[str, int]:
    word, quote = "", ""
    while at < len(text):
        char = text[at]
        at += 1
        if quote:
            if char == quote:
                quote = ""
                continue
        elif char.isspace():
            return word, at
        elif char in "'\"":
            quote = char
            continue
        if char == "\\" and at < len(text):
            char = text[at]
            at += 1
        word += char
    return word, at
