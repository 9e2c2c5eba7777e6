"""The card: every key with its default, every wrong value with its place, and no input that hangs or crashes the reader."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spaces.card import SpaceConfig, read_config
from spaces.card_keys import GROUPS, KEYS, Status
from spaces.errors import CardError, Invalid, NoAppFile

FILES = {"app.py": b"", "index.html": b"", "Dockerfile": b"FROM x"}


def read(*lines: str, **files: bytes) -> SpaceConfig:
    return read_config(FILES | files | {"README.md": "\n".join(["---", *lines, "---", "# Text"]).encode()})


def refused(*lines: str) -> CardError:
    with pytest.raises(CardError) as caught:
        read(*lines)
    return caught.value


def test_a_minimal_card_gets_every_default():
    config = read("sdk: gradio")
    assert (config.app_file, config.app_port, config.base_path, config.header, config.full_width, config.pinned) == (
        "app.py",
        7860,
        "/",
        "default",
        True,
        False,
    )
    assert config.startup_duration_timeout is None and config.custom_headers == {} and config.warnings == []


GOOD = [
    ("gradio", "sdk_version: 5.10", "sdk_version", "5.10"),
    ("streamlit", 'sdk_version: "1.40.0rc1"', "sdk_version", "1.40.0rc1"),
    ("gradio", "python_version: 3.10", "python_version", "3.10"),
    ("gradio", "python_version: 3.11.4", "python_version", "3.11.4"),
    ("gradio", "app_file: ./src/main.py", "app_file", "src/main.py"),
    ("static", "app_build_command: npm run build", "app_build_command", "npm run build"),
    ("docker", "app_port: 3000", "app_port", 3000),
    ("docker", "base_path: /docs?x=1", "base_path", "/docs?x=1"),
    ("gradio", "startup_duration_timeout: 1h30m", "startup_duration_timeout", 5400),
    ("gradio", "startup_duration_timeout: 90", "startup_duration_timeout", 90),
    ("gradio", "startup_duration_timeout: 2h", "startup_duration_timeout", 7200),
    ("gradio", "suggested_hardware: t4-small", "suggested_hardware", "t4-small"),
    (
        "static",
        "custom_headers: {cross-origin-opener-policy: same-origin}",
        "custom_headers",
        {"cross-origin-opener-policy": "same-origin"},
    ),
    ("gradio", "disable_embedding: true", "disable_embedding", True),
    ("gradio", "title: No", "title", "No"),
    ("gradio", "title: 2024-01-01", "title", "2024-01-01"),
    ("gradio", "emoji: 🐻‍❄️", "emoji", "🐻‍❄️"),
    ("gradio", "colorFrom: gray", "color_from", "gray"),
    ("gradio", "colorTo: pink", "color_to", "pink"),
    ("gradio", "short_description: >-\n  over\n  lines", "short_description", "over lines"),
    ("gradio", "thumbnail: https://x.example/y.png", "thumbnail", "https://x.example/y.png"),
    ("gradio", "header: mini", "header", "mini"),
    ("gradio", "fullWidth: no", "full_width", False),
    ("gradio", "pinned: on", "pinned", True),
    ("gradio", "tags: [a, 1, null-ish]", "tags", ["a", "1", "null-ish"]),
    ("gradio", "models: gpt2", "models", ["gpt2"]),
    ("gradio", "datasets: {train: [a/b], test: [c/d]}", "datasets", ["a/b", "c/d"]),
    ("gradio", "license: apache-2.0", "license", ["apache-2.0"]),
    ("gradio", "duplicated_from: a/b", "duplicated_from", "a/b"),
    ("gradio", "pinned:", "pinned", False),
]


@pytest.mark.parametrize(("sdk", "line", "field", "value"), GOOD, ids=[line for _, line, _, _ in GOOD])
def test_a_key_is_read_as_it_was_typed(sdk, line, field, value):
    config = read(f"sdk: {sdk}", line, **{"src/main.py": b""})
    assert getattr(config, field) == value
    assert config.warnings == []


BAD = [
    "sdk_version: latest",
    "sdk_version: ==5.0",
    "sdk_version: [5]",
    "python_version: 3",
    "python_version: 2.7",
    "python_version: 3.11-slim",
    "app_file: ../app.py",
    "app_file: /etc/passwd",
    "app_file: -c",
    "app_file: a/-x",
    "app_file: .git/config",
    "app_file: a\\b",
    "app_file: '.'",
    "app_file: 'a\tb'",
    "app_port: 0",
    "app_port: 65536",
    "app_port: 78.6",
    "app_port: '0x10'",
    "base_path: docs",
    "base_path: //evil.example",
    "base_path: /\\evil.example",
    "base_path: /a b",
    "startup_duration_timeout: soon",
    "startup_duration_timeout: 0",
    "startup_duration_timeout: 25h",
    "startup_duration_timeout: 1:30",
    "suggested_hardware: A100 80GB",
    "custom_headers: {x-frame-options: DENY}",
    "custom_headers: {cross-origin-opener-policy: Same-Origin}",
    'custom_headers: {cross-origin-opener-policy: "same-origin\\r\\nset-cookie: a=b"}',
    "custom_headers: same-origin",
    "disable_embedding: maybe",
    "title: [a]",
    'title: "two\\nlines"',
    'title: "nul\\0"',
    'title: "\\ud800"',
    'title: "\\UFFFFFFFF"',
    "emoji: smile",
    "colorFrom: grey",
    "header: tiny",
    "pinned: 1",
    "tags: {a: b}",
    "models: ['../x']",
    "duplicated_from: a/b/c",
    "preload_from_hub: ['a/b ../x']",
    "preload_from_hub: ['a/b c short']",
    "suggested_storage: huge",
    "hf_oauth_scopes: [root]",
    "hf_oauth_expiration_minutes: 43201",
    "license: !!python/object/apply:os.system [true]",
    "thumbnail: !!binary aGk=",
    "<<: {a: b}",
    "deployspec: x",
]


@pytest.mark.parametrize("line", BAD)
def test_a_wrong_value_is_refused_with_file_line_key_and_what_is_allowed(line):
    sdk = "docker" if "port" in line else "gradio"
    error = refused(f"sdk: {sdk}", "", line)
    assert (error.extra["file"], error.extra["line"]) == ("README.md", 4)
    assert error.extra["allowed"] and error.hint
    assert "README.md, line 4" in error.message
    if "\\0" not in line and "\\u" not in line.lower() and "!!" not in line:
        assert error.extra["key"].partition(".")[0] == line.partition(":")[0]


def test_a_misspelt_sdk_gets_a_suggestion():
    error = refused("sdk: Gradoi")
    assert "Did you mean `gradio`?" in error.hint and "static" in error.hint


def test_an_unknown_key_is_a_warning_with_a_suggestion():
    config = read("sdk: gradio", "app_flie: other.py", "my_own: 1")
    assert config.warnings == [
        "README.md, line 3: unknown key `app_flie`; did you mean `app_file`?",
        "README.md, line 4: unknown key `my_own`.",
    ]


@pytest.mark.parametrize("line", ["suggested_storage: small", "hardware: a100-large"])
def test_a_key_without_effect_is_a_warning_that_says_what_to_do(line):
    (warning,) = read("sdk: gradio", line).warnings
    assert warning.startswith(f"README.md, line 3: `{line.partition(':')[0]}` has no effect. ") and len(warning) > 60


@pytest.mark.parametrize(
    ("sdk", "line"), [("gradio", "app_port: 8080"), ("docker", "python_version: 3.11"), ("static", "base_path: /x")]
)
def test_a_key_of_another_sdk_is_a_warning_and_keeps_its_default(sdk, line):
    config = read(f"sdk: {sdk}", line)
    assert config.app_port == 7860 and config.python_version is None and config.base_path == "/"
    assert "has no effect with sdk" in config.warnings[0]


def test_a_card_asks_for_sign_in_and_says_how_far_it_goes():
    config = read("sdk: gradio", "hf_oauth: true", "hf_oauth_scopes: [email]", "hf_oauth_authorized_org: club")
    assert (config.hf_oauth, config.hf_oauth_scopes, config.hf_oauth_authorized_org) == (True, ["email"], ["club"])
    assert config.hf_oauth_expiration_minutes == 480 and not config.warnings
    assert not read("sdk: static", "hf_oauth: true").hf_oauth, "a page alone keeps no secret"


def test_a_key_written_twice_is_refused_with_both_lines():
    error = refused("sdk: gradio", "title: a", "title: b")
    assert error.extra["line"] == 4 and "line 3" in error.message and error.extra["key"] == "title"


def test_lines_are_counted_from_the_files_top_through_blank_lines_and_windows_endings():
    with pytest.raises(CardError) as caught:
        read_config(FILES | {"README.md": b"\xef\xbb\xbf\r\n---\r\nsdk: gradio\r\npinned: x\r\n---\r\n"})
    assert caught.value.extra["line"] == 4


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        (None, "There is no README.md"),
        (b"# Title", "README.md has no card"),
        (b"---\n---\n", "README.md has no card"),
        (b"---\ntitle: x\n---\n", "README.md names no `sdk`"),
        (b"---\nsdk:\n---\n", "README.md names no `sdk`"),
    ],
)
def test_a_missing_sdk_is_refused_with_what_to_write(readme, said):
    files = {"app.py": b"", "requirements.txt": b"Streamlit==1.40"} | ({"README.md": readme} if readme else {})
    with pytest.raises(CardError) as caught:
        read_config(files)
    assert said in caught.value.message and "`sdk: streamlit`" in caught.value.hint
    assert caught.value.extra["key"] == "sdk"


@pytest.mark.parametrize(
    ("readme", "line"),
    [
        (b"---\nsdk: gradio\n", 1),
        (b"---\nsdk: gradio\ntitle: \xff\n---\n", 3),
        (b"---\nsdk: gradio\ntitle: a: b\n---\n", 3),
        (b"---\n- sdk\n---\n", 2),
        (b"---\nsdk: gradio\n...\n--- a\n---\n", 4),
        (b"---\nsdk: gradio\nx: *nothing\n---\n", 3),
        (b"---\nsdk: gradio\nx: &x [*x]\n---\n", 3),
        (b"---\nsdk: gradio\n? [a]\n: b\n---\n", 3),
        (b"---\nsdk: gradio\ntitle: \x07\n---\n", 3),
        (b"---\n" + b"x: y\n" * 40000 + b"---\n", 1),
    ],
)
def test_a_card_that_cannot_be_read_names_the_line(readme, line):
    with pytest.raises(CardError) as caught:
        read_config(FILES | {"README.md": readme})
    assert caught.value.extra["line"] == line


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "block",
    [
        "a: &a ["
        + "x," * 50
        + "]\n"
        + "".join(f"{b}: &{b} [" + f"*{a}," * 50 + "]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
        "a: " + "[" * 30000,
        "a: " + "{a: " * 10000,
        "\n".join("  " * n + "a:" for n in range(200)),
        "- " * 20000,
        "? " * 20000,
        "a: [" + "x," * 30000 + "]",
        "&a " * 20000,
        "title: '" + "''" * 30000 + "'",
        "a: \n" * 15000,
    ],
    ids=["aliases", "lists", "maps", "indents", "dashes", "questions", "items", "anchors", "quotes", "twice"],
)
def test_a_card_made_to_hang_is_refused(block):
    with pytest.raises(CardError):
        read_config(FILES | {"README.md": f"---\nsdk: gradio\n{block}\n---\n".encode()})


def test_an_alias_used_honestly_is_read():
    assert read("sdk: gradio", "tags: &t [a]", "models: *t").models == ["a"]


def test_the_readme_below_the_card_may_be_of_any_kind_and_length():
    body = b"---\nsdk: gradio\n---\n" + b"\xff\x00---\n" * 300_000
    assert read_config(FILES | {"README.md": body}).sdk == "gradio"


@pytest.mark.parametrize(
    ("lines", "files", "missing", "hint"),
    [
        (["sdk: gradio"], {"main.py": b""}, "app.py", "`app_file: main.py`"),
        (["sdk: streamlit", "app_file: src/app.py"], {}, "src/app.py", "Add `src/app.py`"),
        (["sdk: static"], {"dist/index.html": b""}, "index.html", "`app_file: dist/index.html`"),
        (["sdk: docker"], {"app.py": b""}, "Dockerfile", "Add a file `Dockerfile`"),
    ],
)
def test_a_missing_app_file_is_an_error_of_its_own(lines, files, missing, hint):
    with pytest.raises(NoAppFile) as caught:
        read_config(files | {"README.md": "\n".join(["---", *lines, "---"]).encode()})
    assert caught.value.code == "no_app_file" and missing in caught.value.message and hint in caught.value.hint


def test_a_page_that_is_built_need_not_be_there_yet():
    config = read_config({"README.md": b"---\nsdk: static\napp_build_command: make\napp_file: dist/index.html\n---"})
    assert config.app_file == "dist/index.html"


def test_clients_get_the_card_as_it_stands():
    config = read(
        "sdk: gradio", "sdk_version: 5.10", "pinned: true", "own: {n: 1, f: 1.5, none: ~, day: 2024-01-01, s: '1'}"
    )
    assert config.card_data == {
        "sdk": "gradio",
        "sdk_version": "5.10",
        "pinned": True,
        "own": {"n": 1, "f": 1.5, "none": None, "day": "2024-01-01", "s": "1"},
    }


def test_a_configuration_survives_its_row():
    config = read("sdk: gradio", "title: 你好", "tags: [a]", "unknown: [1]")
    assert SpaceConfig.model_validate_json(config.model_dump_json()) == config


def test_every_honoured_key_has_its_field_and_every_ignored_one_says_what_to_do():
    assert sum(len(keys) for keys in GROUPS.values()) == len(KEYS)
    for key in KEYS.values():
        assert (key.field in SpaceConfig.model_fields) or key.status != Status.HONOURED, key.name
        assert bool(key.instead) == (key.status == Status.IGNORED), key.name


# -- any bytes --------------------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [*KEYS, "deployspec", "entry_file", "gradio", "docker", "static", "true", "3.10", "1h", "/x", "a/b", "- ", ": ", "\n", "  ", "\n  ", "[", "]", "{", "}", ",",
     "&a ", "*a", "!!int ", "!x ", "|", ">", "'", '"', "#", "%", "@", "\\ud800", "\\0", "~", "<<", "---", "...", "\r\n", "\u2028", "\x85", "你", "\ufeff"]
)  # fmt: skip
_CARDS = st.one_of(
    st.binary(max_size=400),
    st.lists(_WORDS, max_size=40).map(lambda words: "".join(words).encode()),
    st.dictionaries(st.sampled_from(list(KEYS)), st.one_of(st.text(max_size=30), st.integers(), st.booleans(), st.none(), st.lists(st.text(max_size=9), max_size=3)))
    .map(lambda card: "\n".join(f"{key}: {json.dumps(value)}" for key, value in card.items()).encode()),
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_CARDS, st.booleans())
def test_any_card_is_read_or_refused_with_a_typed_error(block, with_sdk):
    readme = b"---\n" + (b"sdk: gradio\n" if with_sdk else b"") + block + b"\n---\n"
    try:
        config = read_config(FILES | {"README.md": readme})
    except Invalid as error:
        assert error.hint and json.dumps(error.problem())
    else:
        assert SpaceConfig.model_validate_json(config.model_dump_json()) == config


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_readme_is_read_or_refused_with_a_typed_error(readme):
    with pytest.raises(Invalid):
        read_config({"README.md": readme})
