"""The reader of the docs' pages notices when a page is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import pages

PAGE = """\
# A page

```console
$ export GREETING=hello
$ echo "$GREETING" \\
    you
hello you
$ cat ../demodock/var/admin-token
dd_...
```

Save this:

```python app/code.py
print("from the file")
```

```console
$ python app/code.py
from the file
```

```python
import os
print(os.environ["GREETING"], "http://localhost:8000")
```

```text
hello http://localhost:1234
```

```sh
exit 7
```
"""


def run(tmp_path: Path, text: str, seconds: int = 20) -> None:
    data, page = tmp_path / "data", tmp_path / "page.md"
    data.mkdir()
    (data / "admin-token").write_text("dd_secret\n")
    page.write_text(text)
    pages.run(page, "http://localhost:1234", data, tmp_path / "reader", seconds=seconds)


def test_a_page_is_one_session_of_a_shell_with_files_and_programs(tmp_path):
    run(tmp_path, PAGE)


def test_every_step_is_found_at_its_line():
    lines = [step.line for step in pages.steps(PAGE)]
    assert lines == [4, 5, 8, 14, 19, 23]
    assert pages.steps(PAGE)[1].expected == "hello you\n"


@pytest.mark.parametrize(
    ("was", "now", "line"),
    [
        ("\nhello you", "\nhello me", 5),
        ("dd_...", "hf_...", 8),
        ("localhost:1234", "localhost:8000/", 23),
        ("\nfrom the file", "\nfrom a file", 19),
        ("python app/code.py\nfrom the file", "python app/code", 19),
        ("echo", "false", 5),
    ],
)
def test_what_a_page_says_wrongly_is_named_by_its_line(tmp_path, was, now, line):
    assert was in PAGE
    with pytest.raises(AssertionError, match=rf"page\.md:{line} "):
        run(tmp_path, PAGE.replace(was, now))


def test_a_page_that_never_ends_is_ended(tmp_path):
    with pytest.raises(AssertionError, match="124"):
        run(tmp_path, PAGE.replace("echo", "sleep 60; echo"), seconds=1)


def test_a_page_without_steps_is_a_mistake(tmp_path):
    with pytest.raises(AssertionError, match="nothing"):
        run(tmp_path, "# Nothing to do\n")
