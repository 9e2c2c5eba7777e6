"""Assets: kept for good by their content, nothing beside them, nothing from elsewhere, and what is vendored is what it says."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from spaces.web import assets, policy

STATIC = assets.HERE
VENDOR = STATIC / "vendor"


def test_a_file_is_served_and_nothing_beside_it(browser):
    answer = browser.get("/assets/site.css")
    assert answer.headers["content-type"].startswith("text/css") and answer.headers["cache-control"].endswith("=600")
    for path in (
        "/assets/..%2Frender.py",
        "/assets/%2e%2e%2frender.py",
        "/assets/nothing.css",
        "/assets/vendor/VENDORED.md",
        "/assets/",
    ):
        assert browser.get(path).status_code == 404


def test_an_address_with_the_hash_of_its_content_lasts(browser):
    where = assets.address("vendor/htmx.min.js")
    answer = browser.get(where)
    assert "immutable" in answer.headers["cache-control"] and "public" in answer.headers["cache-control"]
    assert answer.content == (VENDOR / "htmx.min.js").read_bytes()
    assert "immutable" not in browser.get(where + "0").headers["cache-control"]
    again = browser.http.get(where, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_can_unpack_gets_it_packed(browser):
    plain = browser.http.get("/assets/parts.css", headers={"Accept-Encoding": "identity"})
    packed = browser.http.get("/assets/parts.css", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content and len(gzip.compress(plain.content)) < len(plain.content)


def test_what_is_vendored_is_what_the_list_says():
    listed = dict(
        re.findall(r"^\| `(\S+)` \|.*`([0-9a-f]{64})` \|$", (VENDOR / "VENDORED.md").read_text(), re.MULTILINE)
    )
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in VENDOR.glob("*.js")}
    assert listed == found and all(list(VENDOR.glob(f"{name.split('.')[0]}*LICENSE")) for name in listed)


def test_no_page_style_or_script_names_another_host():
    pages = sorted((Path(assets.__file__).parent / "templates").rglob("*.html"))
    ours = [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js", ".svg") and path.parent != VENDOR]
    assert len(pages) > 10 and len(ours) > 3
    loaded = r"""(?:src|href|action|poster|data)=["']\s*(?:https?:)?//|url\(\s*["']?(?!#|data:)|@import|https?://(?!www\.w3\.org/2000/svg)"""
    assert not {path.name: found for path in [*pages, *ours] if (found := re.findall(loaded, path.read_text("utf-8")))}


def test_no_page_holds_a_script_or_style_inline():
    for path in sorted((Path(assets.__file__).parent / "templates" / "pages").rglob("*.html")):
        found = re.findall(
            r"<script(?! src=)|<style|\son\w+=|\sstyle=|javascript:|hx-on|hx-vals=.js:|hx-vals=.javascript:",
            path.read_text("utf-8"),
        )
        assert not found, path.name


def test_a_page_frames_the_origins_it_names_and_nothing_else():
    assert "frame-src" not in policy.policy()
    assert policy.policy(["http://a-b.localhost:8000"]).endswith("; frame-src http://a-b.localhost:8000")
    for hostile in ("*", "http://x; script-src *", "javascript:x", "http://a b", "http://x/"):
        with pytest.raises(ValueError, match="no origin"):
            policy.policy([hostile])
