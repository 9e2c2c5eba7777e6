"""P36: whoever creates Spaces under whatever names, no two share a host, and none gets a label of the platform."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces import names
from spaces.subdomains import settle

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
NAME = st.text(alphabet="abcXYZ019-_.", min_size=1, max_size=96).map(lambda text: f"n{text}").filter(names.valid_name)
# Short names over few letters collide often.
CLASHING = st.text(alphabet="aAb-_.", min_size=1, max_size=4).filter(names.valid_name)


def settle_all(pairs: list[tuple[str, str]]) -> list[str]:
    found: list[str] = []
    for owner, name in pairs:
        found.append(settle(owner, name, found.__contains__))
    return found


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(NAME | CLASHING, NAME | CLASHING), max_size=8, unique_by=lambda pair: "/".join(pair).lower()))
def test_p36_every_space_gets_a_host_of_its_own(pairs):
    labels = settle_all(pairs)
    assert len(set(labels)) == len(pairs)
    for label in labels:
        assert LABEL.fullmatch(label), label
        assert label not in names.RESERVED_SUBDOMAINS and "--" not in label


def test_p36_the_two_classic_pairs_are_kept_apart():
    first, second = settle_all([("a-b", "c"), ("a", "b-c")])
    assert first == "a-b-c" and re.fullmatch(r"a-b-c-[0-9a-f]{6}", second)


def test_p36_names_that_differ_only_beyond_the_limit_are_kept_apart():
    long = "x" * 90
    first, second = settle_all([("o", long + "1"), ("o", long + "2")])
    assert len(first) == len(second) == 63 and first != second


def test_p36_a_suffix_that_is_taken_grows():
    assert len(settle("a", "b", lambda label: len(label) < 13)) == len("a-b-") + 12


@pytest.mark.parametrize("label", sorted(names.RESERVED_SUBDOMAINS))
def test_p36_a_label_of_the_platform_is_never_given_away(label, monkeypatch):
    monkeypatch.setattr("spaces.subdomains.subdomain_of", lambda owner, name: label)
    assert settle("o", "n", lambda _: False).startswith(f"{label}-")


def test_p36_a_broken_register_is_an_error_and_not_a_loop():
    with pytest.raises(RuntimeError):
        settle("a", "b", lambda _: True)


@given(st.text(max_size=120))
def test_p14_a_valid_name_is_no_path_no_option_and_no_git_directory(text):
    if names.valid_name(text):
        assert not set(text) & set("/\\\0 \n%:;") and text.isascii() and ".." not in text
        assert text[0] not in ".-" and not text.lower().endswith(".git") and len(text) <= 96


def test_p14_a_line_break_at_the_end_makes_a_name_invalid():
    assert names.valid_name("ok") and not names.valid_name("ok\n")


@given(st.text(max_size=200))
def test_p17_no_reserved_name_is_free_in_any_case(text):
    if names.valid_env_key(text):
        assert text.upper() not in names.RESERVED_ENV and not text.upper().startswith("LD_")
        assert re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text)


@pytest.mark.parametrize(
    "name", ["NVIDIA_VISIBLE_DEVICES", "nvidia_visible_devices", "LD_PRELOAD", "PATH", "SPACE_ID", "OK\n", "A=B", ""]
)
def test_p17_a_reserved_or_malformed_name_is_not_valid(name):
    assert not names.valid_env_key(name)
