"""The files of a Space in the browser: what is shown of them, and that nothing in them is ever markup."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from spaces.repos import diff, store
from spaces.repos.commit import commit_files
from spaces.web.space import highlight
from tests import gitkit

HERE = "/spaces/alice/demo"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def put(space, message: str = "more", author: str = "alice", **files: bytes) -> str:
    named = {name.replace("__", "."): content for name, content in files.items()}
    return commit_files(space.id, message, author, named)


def test_a_folder_lists_its_files_with_the_commit_that_last_changed_each(nobody, space):
    text = nobody.get(f"{HERE}/tree/main").text
    rows = re.findall(r"<tr>.*?</tr>", text, re.DOTALL)
    (app,) = [row for row in rows if "app.py" in row]
    (readme,) = [row for row in rows if "README.md" in row]
    assert ">second<" in app and "10 bytes" in app and ">first<" in readme
    assert f'href="{HERE}/tree/main/data"' in text and "<h1" in text and "Hello" in text
    below = nobody.get(f"{HERE}/tree/main/data").text
    assert "a.csv" in below and "app.py" not in re.sub(r"<h2.*", "", below, flags=re.DOTALL)


def test_folders_and_files_lead_to_each_other_where_an_address_mistakes_them(nobody, space):
    assert nobody.get(f"{HERE}/blob/main/data").headers["location"] == f"{HERE}/tree/main/data"
    assert nobody.get(f"{HERE}/tree/main/app.py").headers["location"] == f"{HERE}/blob/main/app.py"


@pytest.mark.parametrize(
    "path",
    [
        "/tree/absent",
        "/tree/main/absent",
        "/blob/main/absent",
        "/blob/main/..%2f..%2fetc%2fpasswd",
        "/raw/main/%2e%2e/%2e%2e/x",
        "/blob/main/.git/config",
        "/commit/--output=x",
        "/commits/main..x",
        "/tree/main/a%00b",
        "/commit/ffffffffffffffffffffffffffffffffffffffff",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(nobody, space, path):
    answer = nobody.get(HERE + path)
    assert answer.status_code in (404, 422) and "text/html" in answer.headers["content-type"], answer.text[:300]


def test_code_is_shown_in_colors_and_with_numbers(nobody, space):
    text = nobody.get(f"{HERE}/blob/main/app.py").text
    assert '<span class="nb">print</span>' in text and 'id="L1"' in text and "style=" not in text


def test_p34_a_file_is_text_whatever_it_holds(nobody, space):
    put(space, page__html=EVIL.encode(), code__py=EVIL.encode(), data__csv=f"a,{EVIL}\n".encode(), plain=EVIL.encode())
    for name in ("page.html", "code.py", "data.csv", "plain"):
        text = nobody.get(f"{HERE}/blob/main/{name}").text
        assert "<script>alert" not in text and "<img src=x" not in text and "alert" in text
    raw = nobody.get(f"{HERE}/raw/main/page.html")
    assert raw.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "name, kind, how",
    [
        ("a.html", "text/plain; charset=utf-8", "inline"),
        ("a.svg", "image/svg+xml", "attachment"),
        ("a.png", "image/png", "inline"),
        ("a.mp4", "video/mp4", "inline"),
        ("a.pdf", "application/octet-stream", "attachment"),
        ("a.xhtml", "application/octet-stream", "attachment"),
        ("a.js", "text/plain; charset=utf-8", "inline"),
    ],
)
def test_p34_raw_bytes_are_sniffed_by_nobody_and_run_nowhere(nobody, space, name, kind, how):
    commit_files(space.id, "m", "alice", {name: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"})
    headers = nobody.get(f"{HERE}/raw/main/{name}").headers
    assert headers["content-type"] == kind and headers["content-disposition"].startswith(how)
    assert headers["x-content-type-options"] == "nosniff"
    assert (
        "sandbox" in headers["content-security-policy"] and "default-src 'none'" in headers["content-security-policy"]
    )
    assert headers["cache-control"] == "private, no-cache"


def test_what_cannot_be_shown_is_offered_for_download(nobody, space):
    put(space, blob__bin=b"\0\1\2" * 99, long__txt=b"x" * 1_100_000, latin__txt=b"caf\xe9")
    for name in ("blob.bin", "long.txt", "latin.txt"):
        text = nobody.get(f"{HERE}/blob/main/{name}").text
        assert f'href="{HERE}/resolve/main/{name}" download' in text and "xxxx" not in text


def test_pictures_sounds_and_tables_are_shown_as_such(nobody, space):
    assert f'<img src="{HERE}/raw/main/data/pic.png"' in nobody.get(f"{HERE}/blob/main/data/pic.png").text
    assert "<td>1</td>" in nobody.get(f"{HERE}/blob/main/data/a.csv").text
    assert "a,b" in nobody.get(f"{HERE}/blob/main/data/a.csv?plain=1").text


def test_p34_a_lexer_that_takes_too_long_costs_a_moment_and_colors(monkeypatch):
    monkeypatch.setattr(highlight, "SECONDS", -1.0)
    assert highlight.lines("x = 1\ny = 2", "python") == ["x = 1", "y = 2"]


@pytest.mark.parametrize("text", ["a\n\nb\n", "'''\nx\n'''\n", "no end", "\n\n\n", "a\r\nb\r\n", "   \n"])
@pytest.mark.parametrize("language", ["python", "json", "html", ""])
def test_colors_change_no_line(text, language):
    shown = ["".join(re.split(r"<[^>]*>", line)) for line in highlight.lines(text, language)]
    assert [line.replace("&#39;", "'").replace("&#x27;", "'") for line in shown] == text.replace(
        "\r\n", "\n"
    ).removesuffix("\n").split("\n")


def test_p34_what_turns_text_around_is_shown_by_its_number(nobody, space):
    put(space, "evil \u202e title", "mallory\u202e", code__py="x = 1 # \u202e gnp".encode())
    assert "U+202E" in nobody.get(f"{HERE}/blob/main/code.py").text
    for path in ("/tree/main", "/commits/main", "/commit/main", "/blob/main/code.py"):
        assert "\u202e" not in nobody.get(HERE + path).text, path


def test_p34_messages_and_names_are_text(nobody, space):
    name = "<img src=x onerror=alert(1)>.txt"
    commit_files(space.id, f"{EVIL}\n\n{EVIL}", EVIL, {name: EVIL.encode()})
    for path in (
        "/tree/main",
        "/commits/main",
        "/commit/main",
        f"/blob/main/{quote(name)}",
        f"/commits/main/{quote(name)}",
    ):
        answer = nobody.get(HERE + path)
        assert answer.status_code == 200 and "<script>alert" not in answer.text and "<img src=x" not in answer.text, (
            path
        )


def test_history_is_told_in_pages_and_by_file(nobody, space, monkeypatch):
    from spaces.web.space import commits

    monkeypatch.setattr(commits, "PAGE", 1)
    first = nobody.get(f"{HERE}/commits/main").text
    assert ">second<" in first and ">first<" not in first and "?p=1" in first
    assert ">first<" in nobody.get(f"{HERE}/commits/main?p=1").text
    assert ">second<" not in nobody.get(f"{HERE}/commits/main/README.md").text


def test_a_commit_shows_what_changed(nobody, space):
    put(space, app__py=b"print(22)\nprint(3)\n")
    text = nobody.get(f"{HERE}/commit/main").text
    assert 'class="plus"' in text and "print(3)" in text and "+1" in text
    assert "README.md" in nobody.get(f"{HERE}/commit/{store.log(space.id, 'main')[-1].sha}").text


def test_a_difference_knows_new_deleted_renamed_and_binary_files(space):
    body = b"".join(b"line %d\n" % number for number in range(50))
    put(space, old__py=body, gone__txt=b"x")
    sha = commit_files(
        space.id,
        "m",
        "alice",
        {"old.py": None, "new.py": body + b"more\n", "gone.txt": None, "b.bin": b"\0\1", "n.txt": b"n\n"},
    )
    (commit,) = store.log(space.id, sha, 1)
    found = {change.path: change for change in diff.of_commit(space.id, commit).files}
    assert found["new.py"].status == "R" and found["new.py"].was == "old.py" and found["new.py"].added == 1
    assert found["gone.txt"].status == "D" and found["gone.txt"].removed == 1
    assert found["b.bin"].binary and not found["b.bin"].lines
    assert [line.text for line in found["n.txt"].lines] == ["n"] and found["n.txt"].lines[0].after == 1


def test_a_huge_difference_is_cut_and_says_so(nobody, space):
    put(space, big__txt=b"".join(b"line %d %s\n" % (number, b"x" * 200) for number in range(20_000)))
    (commit,) = store.log(space.id, "main", 1)
    told = diff.of_commit(space.id, commit)
    assert told.cut and told.files[0].cut and len(told.files[0].lines) == diff.FILE_LINES
    assert len(nobody.get(f"{HERE}/commit/main").text) < 2_000_000


def test_a_line_of_a_file_cannot_pass_for_a_part_of_the_difference(space):
    put(space, trick__txt=b"diff --git a/x b/x\n@@ -1 +1 @@\n--- a\n+++ b\nBinary files differ\n")
    (commit,) = store.log(space.id, "main", 1)
    (change,) = diff.of_commit(space.id, commit).files
    assert change.added == 5 and not change.binary and change.path == "trick.txt"


def test_branches_and_tags_are_offered(nobody, space):
    from spaces.repos import refs

    refs.create_branch(space.id, "feat/x", store.resolve(space.id, "main"))
    refs.create_tag(space.id, "v1", store.resolve(space.id, "main"), "alice")
    text = nobody.get(f"{HERE}/tree/main").text
    assert f'href="{HERE}/tree/feat%2Fx"' in text and f'href="{HERE}/tree/v1"' in text
    assert nobody.get(f"{HERE}/tree/feat%2Fx/data").status_code == 200


def test_names_that_are_no_utf8_are_shown_and_lead_nowhere(nobody, space):
    where = store.path(space.id)
    line = f"100644 blob {gitkit.blob(where, b'x')}\t".encode() + b"caf\xe9.txt\n"
    gitkit.commit(where, gitkit.git("mktree", cwd=where, stdin=line))
    answer = nobody.get(f"{HERE}/tree/main")
    assert answer.status_code == 200 and "caf\ufffd.txt" in answer.text


def test_a_repository_without_a_commit_says_how_to_begin(browser):
    from tests.unit.people import a_space
    from tests.unit.web.kit import with_password

    with_password("alice")
    browser.sign_in("alice")
    a_space("alice", "fresh")
    answer = browser.get("/spaces/alice/fresh/tree/main")
    assert answer.status_code == 200 and "git push origin main" in answer.text
    assert browser.get("/spaces/alice/fresh/new/main").status_code == 200
    assert browser.get("/spaces/alice/fresh").status_code == 200
