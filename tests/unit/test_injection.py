"""P1: what would mean something to a shell means nothing here, in whichever text of whichever request it stands."""

from __future__ import annotations

import pytest

from spaces.api.app import create_app
from spaces.models.owner import Role
from spaces.repos import store
from spaces.repos.commit import commit_files
from tests.openapi import requests, with_text
from tests.unit.people import a_space, bearer, person, token_of

KNOWN = {"owner": "alice", "name": "demo", "rev": "main", "kind": "spaces", "path": "a.txt", "branch": "main"}
LOGS = {"/api/spaces/{owner}/{name}/logs/{kind}": {"kind": "run"}}
STREAMS = ("/logs/", "/events")
"""Answers without an end: their requests are sent with HEAD's patience elsewhere."""
PAYLOADS = [
    template.replace("CMD", "touch CANARY")
    for template in (
        "; CMD",
        "| CMD",
        "|| CMD",
        "& CMD",
        "&& CMD",
        "$(CMD)",
        "`CMD`",
        "\nCMD\n",
        "\r\nCMD\r\n",
        "x\0CMD",
        "';CMD;'",
        '";CMD;"',
        "x';CMD #",
        'x" && CMD && "',
        "${IFS}CMD",
        "$((`CMD`))",
        "{CMD,}",
        "<(CMD)",
        ">(CMD)",
        "> CANARY",
        "2> CANARY",
        "a\nb: !!python/object/apply:os.system ['CMD']",
        "!!python/object/apply:os.system ['CMD']",
        "__import__('os').system('CMD')",
        "{{ cycler.__init__.__globals__.os.popen('CMD').read() }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
        "${jndi:ldap://127.0.0.1/CMD}",
        "%0aCMD",
        "%24%28CMD%29",
        "--upload-pack=CMD",
        "--output=CANARY",
        "-oProxyCommand=CMD",
        "ext::sh -c CMD",
        "file:///CANARY",
        "@{CMD}",
        "HEAD~1;CMD",
        "\\; CMD",
        "\x1b]0;CMD\x07",
        "x\u2028CMD",
        "\ud800CMD",
    )
]


@pytest.fixture
def world(client, tmp_path, monkeypatch):
    """A Space with a commit, in a process whose working directory would show the canary."""
    monkeypatch.chdir(tmp_path)
    person("alice", Role.ADMIN)  # every route takes an admin's texts
    space = a_space("alice", "demo")
    store.create(space.id)
    commit_files(space.id, "first", "alice", {"a.txt": b"hello"})
    return client


@pytest.mark.parametrize("first", range(0, 40, 8))
def test_p1_no_text_of_any_request_is_ever_run(world, tmp_path, first):
    payloads = PAYLOADS[first : first + 8]
    assert len(PAYLOADS) == 40
    document = create_app().openapi()
    headers = bearer(token_of("alice"))
    sent = 0
    for request in requests(document, KNOWN):
        request.parameters.update(LOGS.get(request.path, {}))
        for payload in payloads:
            text = payload.replace("CANARY", str(tmp_path / "canary"))
            for hostile in with_text(request, text, document):
                if any(word in hostile.path for word in STREAMS) and hostile.parameters == request.parameters:
                    continue
                answer = world.request(
                    hostile.method, hostile.url, headers=headers | hostile.headers, content=hostile.content
                )
                assert answer.status_code < 500, (hostile, answer.text)
                sent += 1
    assert sent > 400
    assert not (tmp_path / "canary").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["data"], "nothing was written beside the data directory"
