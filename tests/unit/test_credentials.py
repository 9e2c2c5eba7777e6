"""What of a request is the platform's, what the app's."""

from __future__ import annotations

import base64
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.credentials import (
    EDGE_COOKIES,
    EDGE_TOKENS,
    credentials_of,
    has_pass,
    query_without_sign,
    tokens_in,
    without_ours,
)
from spaces.owners import new_token

COOKIE = "demodock-space-8000"
TOKEN = "dd_" + "a" * 40
HOST = (b"host", b"ann-demo.localhost:8000")


def basic(password: str, user: str = "anyone") -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def shown(*headers: tuple[str, str], query: bytes = b""):
    sent = [HOST, *((name.lower().encode(), value.encode()) for name, value in headers)]
    return credentials_of(sent, query, COOKIE)


@pytest.mark.parametrize(
    "header",
    [
        ("Authorization", f"Bearer {TOKEN}"),
        ("Authorization", f"bearer  {TOKEN}"),
        ("Authorization", f"token {TOKEN}"),
        ("Authorization", basic(TOKEN)),
        ("X-HF-Authorization", f"Bearer {TOKEN}"),
    ],
)
def test_p32_a_token_is_found_and_taken_out_however_it_is_sent(header):
    assert shown(header).tokens == (TOKEN,)
    assert without_ours([(header[0].lower().encode(), header[1].encode())]) == []


@pytest.mark.parametrize(
    "header", [("Authorization", "Bearer theirs"), ("Authorization", basic("theirs")), ("Authorization", "Basic ???")]
)
def test_what_is_the_apps_stays_as_it_was_sent(header):
    sent = [(header[0].lower().encode(), header[1].encode()), (b"cookie", b"a=1;b=2; c"), (b"x", b"y")]
    assert without_ours(sent) == sent
    assert not shown(header)


def test_p32_every_cookie_of_ours_is_taken_out_and_no_other():
    line = f"a=1; {COOKIE}=x; __Host-demodock-space=y; mydemodock=2; demodock-8000=z".encode()
    assert without_ours([(b"cookie", line)]) == [(b"cookie", b"a=1; mydemodock=2")]
    assert without_ours([(b"cookie", f"{COOKIE}=x".encode())]) == []
    assert has_pass([(b"cookie", line)], COOKIE) and not has_pass([(b"cookie", b"a=1")], COOKIE)


@given(st.text(string.printable, max_size=9).filter(lambda text: ":" not in text and text.isascii()))
def test_p32_the_edge_knows_every_header_that_holds_a_token(user):
    """What the edge does not know as ours it would hand to the app itself."""
    for sent in (f"Bearer {new_token()}", basic(new_token(), user)):
        assert tokens_in(sent.encode()) and re.search(EDGE_TOKENS, sent)


@given(
    st.lists(st.sampled_from(["a=1", f"{COOKIE}=x", "__Host-demodock=y", "b=demodock"]), min_size=1),
    st.sampled_from([";", "; "]),
)
def test_p32_the_edge_knows_every_cookie_of_ours(pairs, joint):
    line = joint.join(pairs)
    changed = without_ours([(b"cookie", line.encode())]) != [(b"cookie", line.encode())]
    assert not changed or re.search(EDGE_COOKIES, line)


@pytest.mark.parametrize(
    ("query", "rest", "sign"),
    [
        (b"a=1&__sign=x&b=%2F", b"a=1&b=%2F", "x"),
        (b"__sign=x", b"", "x"),
        (b"__sign=x&__sign=y", b"", "x"),
        (b"%5f%5Fsign=x%20y&a", b"a", "x y"),
        (b"__sign", b"", ""),
        (b"a=__sign", b"a=__sign", ""),
        (b"a=1&&b", b"a=1&&b", ""),
    ],
)
def test_p31_a_sign_is_taken_out_of_the_address(query, rest, sign):
    assert (query_without_sign(query), shown(query=query).sign) == (rest, sign)


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ([], True),
        ([("Origin", "http://ann-demo.localhost:8000")], True),
        ([("Origin", "http://ANN-demo.localhost:8000")], True),
        ([("Origin", "http://bob-evil.localhost:8000")], False),
        ([("Origin", "null")], False),
        ([("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Mode", "cors")], True),
        ([("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "no-cors")], False),
        ([("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "websocket")], False),
        ([("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate")], True),
    ],
)
def test_p22_a_cookie_counts_for_the_apps_own_pages_only(headers, counts):
    assert bool(shown(("Cookie", f"{COOKIE}=x"), *headers).passes) is counts
    assert shown(("Authorization", f"Bearer {TOKEN}"), *headers).tokens, "a token is never sent by accident"
