"""Every sentence of the pages is in the tables, in both languages, and in use; times and numbers follow the language."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from spaces.models.types import now
from spaces.web import formats
from spaces.web.language import phrase
from spaces.web.words import WORDS, areas, merge

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "spaces/web/templates/pages").rglob("*.html"))
PRODUCT = {"Demodock"}
EXAMPLES = {"acme read&#10;spaces/acme/demo write"}
"""What is the same in every language."""


def test_every_sentence_is_there_in_both_languages():
    assert all(len(pair) == 2 and all(pair) for pair in WORDS.values())
    same = {key for key, (en, zh) in WORDS.items() if en == zh and re.search(r"[a-z]{4}", en)}
    assert not same, "translate them"
    english = {key for key, (_, zh) in WORDS.items() if not re.search(r"[\u4e00-\u9fff]", zh)}
    assert not english - NAMES, "translate them"


NAMES = {"gallery.title"}
"""Words that Chinese readers write as English ones do."""


def test_both_languages_have_the_same_gaps():
    def gaps(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", text))

    assert not {key for key, (en, zh) in WORDS.items() if gaps(en) != gaps(zh)}


def test_no_key_stands_in_two_areas():
    with pytest.raises(ValueError, match="'menu' is in one and in two"):
        merge([("one", {"menu": ("Menu", "菜单")}), ("two", {"menu": ("List", "列表")})])
    assert len(WORDS) == sum(len(words) for _, words in areas())


def test_no_sentence_is_kept_that_nobody_says():
    """A key is used where it stands in quotes, where its beginning does (`say("role." ~ role)`), or as an error's code."""
    sources = [path for path in (ROOT / "spaces").rglob("*.py") if path.parent.name != "words"]
    text = "\n".join(path.read_text("utf-8") for path in [*TEMPLATES, *sources])
    quoted = set(re.findall(r"[\"']([\w.-]+)[\"']", text))
    beginnings = tuple(set(re.findall(r"[\"']([a-z_][\w.]*\.)(?:[\"'] ~|\{)", text)) - {"error."})
    unused = {key for key in WORDS if key.removeprefix("error.") not in quoted and not key.startswith(beginnings)}
    assert not unused, "take them out"


def test_every_sentence_that_a_template_says_is_there():
    said = {
        (path.name, key)
        for path in TEMPLATES
        for key in re.findall(r"\bsay\([\"']([\w.-]+)[\"'](?! ~)", path.read_text("utf-8"))
    }
    assert said and not {(name, key) for name, key in said if key not in WORDS}


def test_templates_hold_no_text_of_their_own():
    """What people read comes from the tables: between tags and in attributes that are read out there are no letters."""
    found = []
    for path in TEMPLATES:
        text = re.sub(r"\{% block width %\}.*?\{% endblock %\}", "", path.read_text("utf-8"))
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        text = re.sub(r"<(script|style|code|pre)\b.*?</\1>", "", text, flags=re.DOTALL)
        for attribute in ("alt", "title", "placeholder", "aria-label", "aria-description", "summary"):
            for value in re.findall(rf'\s{attribute}="([^"]*)"', text):
                found += [(path.name, value)] if re.search(r"[^\W\d_]{2}", value) and value not in EXAMPLES else []
        for value in re.split(r"<[^>]*>", text):
            value = re.sub(r"""[\w-]+=(?:"[^"]*"|'[^']*')""", "", value)  # a macro that writes attributes
            words = {word for word in re.findall(r"[^\W\d_]{2,}", value)} - PRODUCT
            found += [(path.name, value.strip())] if words else []
    assert not found, "say(...) it"


def test_one_and_many_are_told_apart_where_the_language_does():
    words = {"likes": ("{count} {count|like|likes}", "{count} 人喜欢")}
    told = [phrase(words, "likes", language, count=count) for language in ("en", "zh") for count in (0, 1, 1234)]
    assert told == ["0 likes", "1 like", "1,234 likes", "0 人喜欢", "1 人喜欢", "1,234 人喜欢"]


def test_what_people_typed_fills_no_gap_of_another():
    words = {"hello": ("{a} {b} {c}", "{a}{b}{c}")}
    assert phrase(words, "hello", "en", a="{b}", b="{a|x|y}") == "{b} {a|x|y} {c}"


AT = dt.datetime(2026, 11, 25, 3, 41, 17, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("shown", "en", "zh"),
    [
        (formats.day, "Nov 25, 2026", "2026年11月25日"),
        (
            lambda at, language: str(formats.moment(at, language)).split(">")[1].split("<")[0],
            "Nov 25, 2026 03:41 UTC",
            "2026年11月25日 03:41 UTC",
        ),
        (lambda _, language: formats.number(12345.678, language), "12,345.68", "12,345.68"),
        (lambda _, language: formats.short(12345, language), "12.3K", "1.2万"),
        (lambda _, language: formats.short(999, language), "999", "999"),
        (lambda _, language: formats.percent(0.42, language), "42%", "42%"),
        (lambda _, language: formats.size(0, language), "0 bytes", "0 字节"),
        (lambda _, language: formats.size(999_960, language), "1 MB", "1 MB"),
        (lambda _, language: formats.size(1_530_000_000, language), "1.5 GB", "1.5 GB"),
        (lambda _, language: formats.mebibytes(1536, language), "1.5 GiB", "1.5 GiB"),
        (lambda _, language: formats.mebibytes(7 / 1024, language), "7 KiB", "7 KiB"),
        (lambda _, language: formats.number(0.0042, language), "0.0042", "0.0042"),
        (lambda _, language: formats.percent(0.0042, language), "0.42%", "0.42%"),
        (lambda _, language: formats.span(0.26, language), "0.3 sec", "0.3 秒"),
        (lambda _, language: formats.span(200, language), "3 min 20 sec", "3 分钟 20 秒"),
        (lambda _, language: formats.span(dt.timedelta(days=2), language), "2 days", "2 天"),
        (lambda _, language: formats.span(90061, language), "1 day 1 hr", "1 天 1 小时"),
    ],
)
def test_times_and_numbers_are_written_as_their_readers_do(shown, en, zh):
    assert (shown(AT, "en"), shown(AT, "zh")) == (en, zh)


def test_what_was_is_told_from_now():
    past = now() - dt.timedelta(minutes=3)
    assert ">3 minutes ago<" in formats.ago(past, "en") and ">3 分钟前<" in formats.ago(past, "zh")
    assert f'datetime="{past.isoformat(timespec="seconds")}"' in formats.ago(past, "en")
    assert formats.ago(None, "en") == formats.moment(None, "zh") == ""
