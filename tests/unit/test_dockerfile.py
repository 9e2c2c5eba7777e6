"""The Dockerfile policy: what would reach other Spaces' images, the host or its network is refused before the engine sees it."""

from __future__ import annotations

import pytest

from builder.dockerfile.parser import parse, refuse
from builder.dockerfile.policy import approve
from spaces.errors import PolicyError


def bases(reference: str, line: int) -> str:
    if reference in ("python:3.11", "python:3.11-slim", "debian:bookworm"):
        return "demodock/layer:ours"
    raise refuse(line, f"FROM {reference}: not offered", "python:3.11")


def judge(text: str | bytes, **arguments: str) -> str:
    return approve(parse(text.encode() if isinstance(text, str) else text), arguments, bases).write()


HEAD = "FROM python:3.11\n"


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.11-slim\nRUN pip install -r requirements.txt\nCMD [\"python\", \"app.py\"]\n",
        "ARG PYTHON=3.11\nFROM python:${PYTHON}-slim AS build\nRUN make\nFROM python:3.11\nCOPY --from=build /a /b\n",
        "ARG PYTHON=3.11\nFROM python:${PYTHON:-3.9}\nCOPY --from=0 /a /b\n".replace("COPY --from=0 /a /b\n", ""),
        "FROM python:3.11 AS a\nFROM a\nCOPY --from=0 / /x\nADD src dst\nCOPY --chown=user . .\n",
        "FROM scratch\nCOPY app /\nENTRYPOINT [\"/app\"]\n",
        "FROM python:3.11\nRUN echo one && \\\n  # a comment\n\n  echo two\nHEALTHCHECK --interval=5s CMD true\n",
        "# escape=`\nFROM python:3.11\nRUN echo one `\n  two\n",
        "from python:3.11 as One\ncopy --from=one a b\n".replace("copy --from=one a b\n", ""),
        "FROM python:3.11\nRUN cat <<<word\nRUN echo $((1 << 2))\n",
    ],
)  # fmt: skip
def test_ordinary_files_pass(text):
    assert "python:3.11" not in judge(text)


def test_what_is_judged_is_what_is_built():
    written = judge("FROM python:3.11\r\nRUN a \\\r\n  # hidden\r\n  && b\r\nCMD c\r\n")
    assert written == "# escape=\\\nFROM demodock/layer:ours\nRUN a   && b\nCMD c\n"


P3 = [
    "FROM demodock/layer:0123456789",
    "FROM demodock/space:x",
    "FROM docker.io/demodock/space:x",
    "FROM localhost:5000/demodock/space:x",
    "FROM sha256:" + "a" * 64,
    "FROM d4e1e7c6795a",
    "FROM d4e1e7c6795a" + "0" * 52,
    "FROM python@sha256:" + "a" * 64,
    "FROM library/d4e1e7c6795a",
    "ARG X=demodock/layer:a\nFROM $X",
    "ARG A=demo\nARG B=dock/layer:a\nFROM ${A}${B}",
    "ARG A\nFROM ${A:-demodock/layer:a}",
    "FROM \"demodock/layer:a\"",
    "FROM 'demodock/layer:a'",
    "FROM demo\\dock/layer:a",
    "FROM demo\\\ndock/layer:a",
    "FROM --platform=$X demodock/layer:a",
    "FROM Demodock/layer:a",
    "# escape=`\nFROM demo`\ndock/layer:a",
    HEAD + "FROM demodock/layer:a",
    HEAD + "COPY --from=demodock/layer:a / /x",
    HEAD + "COPY --from=d4e1e7c6795a / /x",
    HEAD + "COPY --from=0 / /x",
    HEAD + "COPY --from=7 / /x",
    HEAD + "COPY --from=00 / /x",
    HEAD + "COPY --from=python:3.11 / /x",
    HEAD + "copy --FROM=a / /x",
    HEAD + "COPY --chown=1 --from=demodock/layer:a / /x",
    HEAD + "COPY --fr\"om\"=demodock/layer:a / /x",
    HEAD + "COPY --from='demodock/layer:a' / /x",
    HEAD + "COPY \\\n--from=demodock/layer:a / /x",
    HEAD + "COPY --from=${X} / /x",
    HEAD + "ARG X=demodock/layer:a\nCOPY --from=$X / /x",
    HEAD + "RUN --mount=from=demodock/layer:a,target=/x cat /x/secret",
    HEAD + "RUN --mount=type=bind,from=demodock/layer:a cat",
    HEAD + "ONBUILD COPY --from=demodock/layer:a / /x",
    "FROM python:3.11 AS demodock/layer\nCOPY --from=demodock/layer / /x",
]  # fmt: skip

P5 = [
    "ADD http://127.0.0.1:8000/x /x",
    "ADD https://169.254.169.254/latest /x",
    "ADD HTTP://127.0.0.1/x /x",
    'ADD ["http://127.0.0.1/x", "/x"]',
    "ADD a http://127.0.0.1/x /x",
    "ADD git@host:repo /x",
    "ADD git://host/repo /x",
    "ADD https://example.org/a.git#main /x",
    "ADD ftp://host/x /x",
    "ARG U=http://127.0.0.1\nADD $U /x",
    "ENV U http://127.0.0.1\nADD ${U} /x",
    'ADD h"ttp"://127.0.0.1/x /x',
    "ADD h't'tp:/'/'127.0.0.1/x /x",
    "ADD ht\\tp:\\/\\/127.0.0.1/x /x",
    "ADD ht\\\ntp://127.0.0.1/x /x",
    "ADD \\\n# c\n\nhttp://127.0.0.1/x /x",
    "ADD --chown=1 http://127.0.0.1/x /x",
    "ADD --checksum=sha256:0 http://127.0.0.1/x /x",
    "ADD --keep-git-dir=true https://h/r.git /x",
    "ONBUILD ADD http://127.0.0.1/x /x",
    "RUN --network=host curl 127.0.0.1",
    "RUN --security=insecure id",
    "RUN --mount=type=cache,id=pip,target=/c ls /c",
    "RUN --mount=type=secret,id=x cat /run/secrets/x",
    "RUN --mount=type=ssh id",
    "RUN --device=nvidia id",
    "COPY --parents a b",
    "RUN <<EOF\nid\nEOF",
    "COPY <<EOF /x\nhi\nEOF",
    "RUN cat <<-'END'\nhi\nEND",
    "FETCH x",
]


@pytest.mark.parametrize("text", P3)
def test_p3_no_file_of_another_space_is_within_reach(text):
    with pytest.raises(PolicyError) as caught:
        judge(text + "\n")
    assert "line" in caught.value.message and caught.value.hint


@pytest.mark.parametrize("text", P5)
def test_p5_the_engine_fetches_nothing_and_opens_nothing(text):
    with pytest.raises(PolicyError) as caught:
        judge(HEAD + text + "\n")
    assert caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "# syntax=docker/dockerfile:1\nFROM python:3.11\n",
        "#syntax = evil/frontend\nFROM python:3.11\n",
        "# escape=`\n# SYNTAX=evil\nFROM python:3.11\n",
        "# escape=x\nFROM python:3.11\n",
        "RUN id\nFROM python:3.11\n",
        "\n\n",
        "FROM python:3.11\nRUN " + "x" * 70_000,
        b"FROM python:3.11\n\xff\n",
        b"FROM python:3.11\0\n",
    ],
)
def test_other_readers_and_unreadable_files_are_refused(text):
    with pytest.raises(PolicyError):
        judge(text)


def test_the_line_that_is_told_is_the_line_where_the_instruction_begins():
    with pytest.raises(PolicyError) as caught:
        judge("FROM python:3.11\n\n# why\nRUN a \\\n b\nADD \\\n http://x /x\n")
    assert "line 6" in caught.value.message
