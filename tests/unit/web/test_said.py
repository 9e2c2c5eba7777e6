import re

import pytest

from spaces.web.said import coded, said
from spaces.web.sentences import SENTENCES, areas
from tests.unit.web.said_kit import described, raised

GAPS = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("sentences", [raised, described])
def test_every_sentence_that_a_page_may_show_is_there_in_chinese(sentences):
    missing = sorted({f"{one.where}: {one.text}" for one in sentences() if said(one.text, "zh") == one.text})
    assert not missing, "\n".join(missing)


def test_an_english_reader_reads_it_as_it_was_said():
    assert all(said(english, "en") == english for english in SENTENCES)


def test_a_chinese_sentence_has_no_other_gaps_than_the_english_one():
    assert {
        english for english, chinese in SENTENCES.items() if set(GAPS.findall(chinese)) - set(GAPS.findall(english))
    } == set()


def test_a_sentence_says_enough_to_be_known_by():
    assert [english for english in SENTENCES if len(GAPS.sub("", english).strip()) < 6] == []


def test_no_sentence_is_there_twice():
    assert len(SENTENCES) == sum(len(area) for _, area in areas())


def test_what_stands_in_a_gap_is_told_too_and_may_be_nothing():
    assert said("The app was killed.", "zh") != "The app was killed."
    told = said("Revision 7 did not start: The app was killed. The one before goes on serving.", "zh")
    assert "7" in told and "killed" not in told and "serving" not in told


def test_many_lines_are_what_somebody_printed():
    printed = 'File "app.py", line 3: The app was killed.\nValueError.'
    assert said(printed, "zh") == printed


def test_what_stands_between_backticks_is_code_and_never_markup():
    assert coded("Set `sdk: <b>`, not `x") == "Set <code>sdk: &lt;b&gt;</code>, not `x"


def test_what_an_app_printed_is_shown_as_it_is():
    assert said("Traceback (most recent call last): nobody translated this", "zh").startswith("Traceback")
