"""What a program prints, as text with colors."""

from __future__ import annotations

import pytest

from spaces.web.ansi import Piece, markup, pieces, plain


def test_colors_become_names_of_styles():
    assert pieces("a \x1b[1;31mred\x1b[0m b") == [Piece("a "), Piece("red", "bold f1"), Piece(" b")]
    assert pieces("\x1b[38;5;196mx\x1b[48;2;0;200;0my\x1b[39;49mz") == [
        Piece("x", "f1"),
        Piece("y", "f1 b2"),
        Piece("z"),
    ]
    assert pieces("\x1b[97;104mx\x1b[22;24m") == [Piece("x", "f15 b12")]


@pytest.mark.parametrize(
    "line, text",
    [
        ("\x1b]0;a title\x07text", "text"),
        ("\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]8;;http://evil.example", ""),
        ("\x1b[2J\x1b[1;1Hhome\x1b[K", "home"),
        ("\x1b[?25lno cursor\x1b[?25h", "no cursor"),
        ("\x1bPdevice\x1b\\after\x1b(B", "after"),
        ("\x1b[31", ""),
        ("cut\x1b", "cut"),
        ("\x1b[99999999999999999999mx", "x"),
        ("bell\x07 back\x08", "bellU+0007 backU+0008"),
        ("abc\u202ecba", "abcU+202Ecba"),
        ("zero\u200bwidth", "zeroU+200Bwidth"),
        ("ends as on Windows\r\n", "ends as on Windows"),
        ("10%\r50%\r100%", "↺100%"),
        ("rm -rf /\rall is well", "↺all is well"),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_p34_what_a_terminal_would_obey_is_left_out_or_spelled(line, text):
    assert plain(line) == text


def test_p34_nothing_printed_becomes_markup():
    drawn = markup('<script>alert(1)</script>\x1b[31m"><img src=x onerror=alert(1)>\x1b[0m&amp;')
    assert str(drawn) == (
        "&lt;script&gt;alert(1)&lt;/script&gt;"
        '<span class="f1">&#34;&gt;&lt;img src=x onerror=alert(1)&gt;</span>&amp;amp;'
    )


def test_p34_a_megabyte_on_one_line_takes_no_time():
    assert len(plain("\x1b]8;;" * 200_000)) == 0
    assert len(plain("\x1b[31mx" * 150_000)) == 150_000
