"""Reasons, from output that uv, apt and the engine really wrote."""

from __future__ import annotations

import docker.errors
import pytest
import requests

from builder.reasons import StepFailed, explain, needs_building
from spaces.errors import BuildFailed, CardError, EngineUnavailable, PolicyError

CONFLICT = """error: No solution found when resolving dependencies
  cause: Because you require gradio[oauth]==5.49.1 and gradio==4.44.0, we can conclude that your requirements are unsatisfiable."""
UNKNOWN = """error: No solution found when resolving dependencies
  cause: Because no-such-package-xyzzy-123 was not found in the package registry and you require no-such-package-xyzzy-123, we can conclude that your requirements are unsatisfiable."""
VERSION = """error: No solution found when resolving dependencies
  cause: Because there is no version of requests==99.0 and you require requests==99.0, we can conclude that your requirements are unsatisfiable."""
NO_WHEEL = """error: No solution found when resolving dependencies
  cause: Because docopt==0.6.2 has no usable wheels and you require docopt==0.6.2, we can conclude that your requirements are unsatisfiable.

hint: Wheels are required for `docopt` because building from source is disabled for all packages (i.e., with `--no-build`)"""
WRONG_PYTHON = """error: No solution found when resolving dependencies
  cause: Because torch==1.8.0 has no wheels with a matching Python ABI tag (e.g., `cp311`) and you require torch==1.8.0, we can conclude that your requirements are unsatisfiable."""
SYNTAX = """error: Couldn't parse requirement in `/tmp/demodock/requirements.txt` at position 0
  cause: no such comparison operator "=>", must be one of ~= == != <= >= < > ===
         requests=>2
                 ^^^"""
INCLUDED = """error: Error parsing included file in `/tmp/demodock/requirements.txt` at position 0
  cause: failed to read from file `/home/user/app/nope.txt`: No such file or directory (os error 2)"""
OFFLINE = """error: Failed to fetch: https://index.example/simple/requests/
  cause: error sending request for url (https://index.example/simple/requests/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)"""
GIT = """error: Failed to download and build `foo @ git+https://git.example/x/y`
  cause: Git operation failed
  cause: failed to clone into: /root/.cache/uv/git-v2/db/e6d4c48ddbf3ca03
         fatal: unable to access 'https://git.example/x/y/': Failed to connect to git.example port 443 after 0 ms: Couldn't connect to server"""
APT_UNKNOWN = "Reading state information...\nE: Unable to locate package nosuchpkg"
APT_VERSION = "E: Version '1.0' for 'curl' was not found"
APT_OFFLINE = """Err:1 http://deb.example/debian bookworm InRelease
  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)
E: Unable to locate package jq"""
PATH = "error: Distribution not found at: file:///home/user/app/pkg"


def step(text: str, code: int = 1, kind: str = "python") -> StepFailed:
    return StepFailed(kind, "Python packages (requirements.txt)", code, text.splitlines())


@pytest.mark.parametrize(
    ("failure", "code", "platform", "told"),
    [
        (step(CONFLICT), "sdk_version_conflict", False, "gradio is asked for twice, as 5.49.1 and as 4.44.0"),
        (step(UNKNOWN), "package_not_found", False, "no-such-package-xyzzy-123"),
        (step(VERSION), "version_not_found", False, "requests==99.0"),
        (step(NO_WHEEL), "dependency_conflict", False, "docopt"),
        (step(WRONG_PYTHON), "python_mismatch", False, "Python version"),
        (step(SYNTAX, 2), "requirements_syntax", False, "no such comparison operator"),
        (step(INCLUDED, 2), "requirements_syntax", False, "requirements.txt"),
        (step(PATH), "requirements_path", False, "pkg"),
        (step(GIT), "repository_unreachable", False, "git repository"),
        (step(OFFLINE, 2), "network", True, "did not answer"),
        (step(APT_UNKNOWN, 100, "system"), "debian_package_not_found", False, "nosuchpkg"),
        (step(APT_VERSION, 100, "system"), "debian_package_not_found", False, "version 1.0 of curl"),
        (step(APT_OFFLINE, 100, "system"), "network", True, "did not answer"),
        (step("Killed", 137), "out_of_memory", False, "4096 MiB"),
        (step("", 143), "terminated", False, "143"),
        (step("boom", 3, "command"), "build_command", False, "exit code 3"),
        (step("boom", 3, "docker"), "dockerfile", False, "exit code 3"),
        (BuildFailed("slow", code="timeout", hint="h"), "timeout", False, "slow"),
        (CardError("bad", file="README.md", line=3, key="sdk", allowed="x"), "config_error", False, "README.md, line 3"),
        (PolicyError("Dockerfile, line 2: no", code="dockerfile_policy"), "dockerfile_policy", False, "line 2"),
        (EngineUnavailable("away"), "engine_unavailable", True, "away"),
        (docker.errors.APIError("500"), "engine", True, "engine"),
        (requests.ConnectionError("gone"), "engine", True, "engine"),
        (RuntimeError("bug"), "internal", True, "platform"),
    ],
)  # fmt: skip
def test_each_failure_has_its_reason(failure, code, platform, told):
    reason, blame = explain(failure, memory=4096)
    assert (reason.code, blame) == (code, platform)
    assert told in reason.message
    assert reason.hint or isinstance(failure, PolicyError | EngineUnavailable)


def test_the_last_lines_are_kept():
    reason, _ = explain(step("one\ntwo"), memory=1)
    assert reason.detail == "one\ntwo"
    reason, _ = explain(step("\n".join(["x" * 4096] * 30 + ["and why"])), memory=1)
    assert reason.detail.endswith("…\nand why") and len(reason.detail) <= 4000


@pytest.mark.parametrize(
    ("text", "code", "yes"),
    [(NO_WHEEL, 1, True), (WRONG_PYTHON, 1, True), (CONFLICT, 1, False), (UNKNOWN, 1, False), (OFFLINE, 2, False), (NO_WHEEL, 137, False)],
)  # fmt: skip
def test_building_is_tried_only_where_it_may_help(text, code, yes):
    assert needs_building(code, text.splitlines()) is yes
