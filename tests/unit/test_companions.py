"""packages.txt holds names and nothing that apt would read otherwise; requirement files arrive as UTF-8."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.card_tree import Folder
from spaces.companions import parse_packages, read_companions
from spaces.errors import CardError


def test_packages_are_read_once_each_without_comments_and_blank_lines():
    text = "# sound\nffmpeg  # and video\r\n\n  libsm6 g++\nffmpeg\ncurl=7.88.1-10+deb12u8\nlibc6:i386\n"
    assert parse_packages(text) == ["ffmpeg", "libsm6", "g++", "curl=7.88.1-10+deb12u8", "libc6:i386"]


@pytest.mark.parametrize(
    "word", ["-o=Dpkg::Pre-Install-Pkgs::=x", "--allow-unauthenticated", "ffmpeg;id", "$(id)", "`id`", "a/b", "./x.deb", "vim-", "Lib", "lib.*", "x=", "x=-y", "é", "a", "x\x00"]
)  # fmt: skip
def test_p1_a_line_that_is_no_package_name_is_refused_with_its_line(word):
    with pytest.raises(CardError) as caught:
        parse_packages(f"ffmpeg\n\n{word}\n")
    assert (caught.value.extra["file"], caught.value.extra["line"]) == ("packages.txt", 3)


@given(st.text())
def test_p2_no_text_becomes_an_option_or_a_removal(text):
    try:
        found = parse_packages(text)
    except CardError:
        return
    assert not any(name.startswith("-") or name.endswith("-") or set(name) & set(" ;$`'\"/\\\n") for name in found)


def test_requirement_files_pass_through_as_utf8():
    got = read_companions(
        {
            "requirements.txt": "numpy\r\n".encode("utf-16"),
            "pre-requirements.txt": b"\xef\xbb\xbfpip\n",
        }
    )
    assert (got.requirements, got.pre_requirements, got.packages) == ("numpy\r\n", "pip\n", [])


@pytest.mark.parametrize("content", [b"a\n\xff\n", b"a\n\0", b"x" * 300_000])
def test_a_requirement_file_that_is_no_text_is_refused(content):
    with pytest.raises(CardError) as caught:
        read_companions({"requirements.txt": content})
    assert caught.value.extra["file"] == "requirements.txt"


def test_p13_a_folder_shows_no_file_outside_itself(tmp_path):
    outside = tmp_path / "outside"
    outside.write_text("secret")
    root = tmp_path / "root"
    (root / "src").mkdir(parents=True)
    (root / "src" / "app.py").write_text("x = 1")
    (root / "app.py").symlink_to("src/app.py")
    (root / "out").symlink_to("../outside")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    tree = Folder(root)
    assert tree.read("app.py", 3) == b"x ="
    assert tree.read("src/app.py", 100) == b"x = 1"
    for path in ("out", "up/outside", "../outside", str(outside), "loop", "src", "nothing", "x\0y", "a" * 5000):
        assert tree.read(path, 100) is None and not tree.exists(path), path
