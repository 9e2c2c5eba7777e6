"""What a person or a program is told while a Space does not answer: wake page, honest notices, JSON, live updates.

Everything that a Space's author wrote is text here: the templates escape it, and log lines lose their escapes first.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from starlette.responses import HTMLResponse, JSONResponse, Response

from proxy.gateway.directory import Queue, SpaceFacts
from proxy.gateway.words import say
from proxy.routes import TAKEN_OUT, response_headers
from spaces import embedding, names
from spaces.lifecycle import Phase, Reason, Stage
from spaces.models.types import now
from spaces.web.language import Language, tag
from spaces.web.said import coded, said

LOG_LINES = 8
LINE_LENGTH = 300
QUERY_LENGTH = 4000
"""A longer one is not repeated in the page."""
EVENTS_PATH = names.GATEWAY_PREFIX + "events"


@dataclass(frozen=True)
class Visit:
    """How to speak to this visitor."""

    language: Language
    path: str
    query: Mapping[str, str]
    home: str
    """The control host, and its origin."""
    origin: str
    enter: str = ""
    """Where somebody gets in who was not let in here, or would not have been; the same for hosts without a Space."""


LIVE = ("waking", "starting", "building", "queued")


def kind_of(facts: SpaceFacts, waking: bool) -> str:
    """Which page tells how the Space stands; those of `LIVE` refresh themselves."""
    if facts.stage is Stage.PAUSED:
        return "paused"
    if facts.stage is Stage.NO_APP_FILE:
        return "empty"
    if facts.queue and not facts.ready:
        return "queued"
    if waking or facts.wakeable:
        return "waking"
    if facts.stage is Stage.BUILDING:
        return "building"
    if facts.stage.serving or facts.ready or facts.stage is Stage.APP_STARTING:
        return "starting"
    return "failed"


def state(
    facts: SpaceFacts, language: Language, waking: float | None, log: Sequence[str], action: str
) -> dict[str, Any]:
    """What a live wake page shows; `action` is `wait` or `go` (load the page again: the app or a notice is there)."""
    kind = kind_of(facts, waking is not None)
    kind = kind if kind in LIVE else "starting"
    phase = Phase.STARTING if kind == "waking" and facts.phase in (Phase.IDLE, Phase.SERVING) else facts.phase
    elapsed = waking if waking is not None else (now() - facts.since).total_seconds()
    text, doing = f"{kind}.text", say(f"phase.{phase.value}", language)
    if kind == "queued" and facts.queue:
        elapsed = (now() - facts.queue.since).total_seconds()
        text, doing = f"queued.{facts.queue.waits}", in_line(facts.queue, language)
    return {
        "action": action,
        "stage": facts.stage.value,
        "headline": say(kind, language, title=text_of(facts.title)),
        "text": say(text, language),
        "phase": doing,
        "elapsed": round(max(0.0, elapsed), 1),
        "expected": facts.expected if kind in ("waking", "starting") else None,
        "log": log_lines(log),
    }


def in_line(queue: Queue, language: Language) -> str:
    """Where it stands, and for how long, as far as anybody knows."""
    if queue.place is None:
        return say("phase.waiting_for_gpu", language)
    place = say("queued.place", language, place=queue.place, line=queue.line)
    if queue.estimate is None:
        return place
    about = max(1, round(queue.estimate / 60)) if queue.estimate >= 90 else max(1, queue.estimate)
    return f"{place}{say('queued.minutes' if queue.estimate >= 90 else 'queued.seconds', language, about=about)}"


def wait_page(facts: SpaceFacts, visit: Visit, waking: float | None, log: Sequence[str]) -> Response:
    """The page that turns into the app."""
    shown = state(facts, visit.language, waking, log, "wait")
    seconds, expected = int(shown["elapsed"]), shown["expected"]
    time = say(
        "elapsed.of" if expected else "elapsed", visit.language, elapsed=seconds, expected=max(1, round(expected or 0))
    )
    words = {
        "elapsed": say("elapsed", visit.language),
        "of": say("elapsed.of", visit.language),
        "reconnecting": say("reconnecting", visit.language),
        "parameter": names.PARAMETER_LANGUAGE,
        "header": names.HEADER_SPACE_STAGE,
    }
    return _page(
        "wait.html", visit, facts, 503, shown | {"state": shown, "words": words, "time": time, "dot": " live"},
        retry=max(1, min(30, round((expected or 5) - seconds))),
    )  # fmt: skip


def notice_page(
    kind: str,
    visit: Visit,
    facts: SpaceFacts | None = None,
    reason: Reason | None = None,
    log: Sequence[str] = (),
    status: int = 503,
    retry: int | None = None,
) -> Response:
    """The page of a Space that will not open by itself, or of none at all."""
    title = text_of(facts.title) if facts else ""
    shown = reason and {
        "message": text_of(said(reason.message, visit.language), 1000),
        # a paused Space's text says already who may go on
        "hint": "" if kind == "paused" else text_of(said(reason.hint, visit.language), 1000),
    }
    return _page(
        "notice.html", visit, facts, status, {
            "headline": say(kind, visit.language, title=title),
            "text": say(f"{kind}.text", visit.language),
            "reason": shown,
            "log": log_lines(log or (reason.detail.splitlines() if reason else ())),
            "dot": " bad" if kind in ("failed", "broken") else "",
            "retry": retry,
            "enter": visit.enter,
            "way": "tab" if kind == "cookies" else "enter",
        }, retry=retry,
    )  # fmt: skip


def answer_json(
    facts: SpaceFacts | None,
    reason: Reason | None,
    status: int = 503,
    retry: int | None = None,
    message: str = "There is no Space here.",
) -> Response:
    """The same for programs. `error` is what Hub clients print."""
    if reason or (facts and status == 503):
        message = reason.message if reason else f"The Space is {facts.stage.value}." if facts else message
    hint = reason.hint if reason else ""
    body = {
        "stage": facts.stage.value if facts else None,
        "phase": facts.phase.value if facts else None,
        "reason": reason.model_dump(exclude={"detail"}) if reason else None,
        "error": f"{message} {hint}".strip(),
    }
    if facts and facts.queue:
        body["queue"] = {"place": facts.queue.place, "waiting": facts.queue.line, "seconds": facts.queue.estimate}
    return JSONResponse(body, status, headers=_headers(facts, retry))


def app_headers(facts: SpaceFacts, control: str) -> dict[str, str]:
    """What stands in each answer of the Space in place of its own, as the edge has it; empty: nothing does."""
    return dict.fromkeys(TAKEN_OUT, "") | response_headers(facts.headers, facts.sites, control)


def event(shown: Mapping[str, Any]) -> bytes:
    """One server-sent event."""
    return f"data: {json.dumps(shown, ensure_ascii=False)}\n\n".encode()


def log_lines(lines: Sequence[str]) -> list[str]:
    return [text for line in list(lines)[-LOG_LINES:] if (text := text_of(line, LINE_LENGTH, indented=True))]


def text_of(text: str, limit: int = 200, indented: bool = False) -> str:
    """One line of plain text: no terminal escapes, no control or direction-changing characters, bounded. `indented`: blanks
    before it mean something, as in a traceback."""
    shown = text[: limit * 8].rstrip("\r\n")
    if "\n" not in shown:
        shown = shown.rpartition("\r")[2]  # a progress bar that wrote over itself
    text = _CONTROL.sub("", _ESCAPES.sub("", shown)).rstrip()
    text = text if indented else text.lstrip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


_ESCAPES = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\^_]|\x1b\[[0-?]*[ -/]*[@-~]?")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parents[2] / "spaces" / "web" / "templates" / "gateway"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
)
_templates.filters["coded"] = coded


def _page(
    template: str,
    visit: Visit,
    facts: SpaceFacts | None,
    status: int,
    values: Mapping[str, Any],
    retry: int | None,
) -> Response:
    nonce = secrets.token_urlsafe(12)
    other = "en" if visit.language == "zh" else "zh"
    text = _templates.get_template(template).render(
        {
            "say": lambda key: say(key, visit.language),
            "language": visit.language,
            "name": text_of(facts.name) if facts else "",
            "home": visit.home,
            "switch": _switch(visit, other),
            "events": f"{EVENTS_PATH}?{names.PARAMETER_LANGUAGE}={visit.language}",
            "nonce": nonce,
            **values,
        }
    )
    policy = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'"
    )
    if facts and (framing := embedding.policy(facts.sites, visit.origin)):
        policy += f"; {framing}"
    headers = _headers(facts, retry) | {
        "Content-Security-Policy": policy,
        "Content-Language": tag(visit.language),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept, Accept-Language, Sec-Fetch-Mode",
    }
    return HTMLResponse(text, status, headers=headers)


def _headers(facts: SpaceFacts | None, retry: int | None) -> dict[str, str]:
    headers = {"Cache-Control": "no-store"}
    if facts:
        headers[names.HEADER_SPACE_STAGE] = facts.stage.value
    if retry is not None:
        headers["Retry-After"] = str(retry)
    return headers


def _switch(visit: Visit, language: str) -> str:
    kept = [(name, value) for name, value in visit.query.items() if name != names.PARAMETER_LANGUAGE]
    query = urlencode([*kept, (names.PARAMETER_LANGUAGE, language)])
    return f"?{query}" if len(query) < QUERY_LENGTH else f"?{names.PARAMETER_LANGUAGE}={language}"
