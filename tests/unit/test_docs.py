"""Pages made from tables are fresh, links lead somewhere, and nothing tracked names a machine or a registry."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts import docs

ROOT = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", "var", "node_modules", ".git"}
LINK = re.compile(r"!?\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)\n]*\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)

# Put together, so that this file passes its own test.
MACHINE_PATHS = tuple("/".join(("", *parts)) + "/" for parts in (("work",), ("home", "runner"), ("Users",)))
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("archive", "ubuntu", "com"),
        ("registry-1", "docker", "io"),
        ("index", "docker", "io"),
        ("mirrors", "aliyun", "com"),
        ("tuna", "tsinghua", "edu", "cn"),
    )
)


def tracked() -> list[Path]:
    """Every file of the repository; without git (an unpacked archive) every file that is not skipped."""
    try:
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout.decode()
        found = [ROOT / name for name in names.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = [path for path in ROOT.rglob("*") if not SKIPPED & set(path.relative_to(ROOT).parts)]
    return [path for path in found if path.is_file() and not path.is_symlink()]


def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:4096]:
            found[str(path.relative_to(ROOT))] = content.decode(errors="replace")
    return found


def anchors(text: str) -> set[str]:
    found = set()
    for title in HEADING.findall(FENCE.sub("", text)):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        found.add(slug)
    return found


def test_every_generated_page_is_fresh():
    assert docs.stale() == [], "run `make docs` and commit what it wrote"


def test_every_link_in_the_docs_leads_to_a_file_or_a_heading():
    broken = []
    pages = {
        name: text for name, text in texts().items() if name.endswith(".md") and not name.startswith("sample_spaces/")
    }
    assert pages
    for name, text in pages.items():
        for target in LINK.findall(FENCE.sub("", text)):
            url = urlsplit(target)
            if url.scheme or url.netloc:
                continue
            path = (ROOT / name).parent / unquote(url.path) if url.path else ROOT / name
            if (
                not path.exists()
                or not path.resolve().is_relative_to(ROOT)
                or url.fragment
                and path.suffix == ".md"
                and unquote(url.fragment) not in anchors(path.read_text("utf-8"))
            ):
                broken.append(f"{name}: {target}")
    assert not broken


def test_no_tracked_file_names_a_machine_or_a_package_registry():
    words = [*MACHINE_PATHS, *REGISTRIES, *host_registries()]
    found = [f"{name}: {word}" for name, text in texts().items() for word in words if word in text]
    assert not found, "settings and the host's own configuration say where packages come from"


def host_registries() -> list[str]:
    """Hosts that this machine takes packages from: they are nobody else's business."""
    files = [Path("/etc/pip.conf"), Path.home() / ".config/pip/pip.conf", Path("/etc/apt/sources.list")]
    files += sorted(Path("/etc/apt").glob("sources.list.d/*"))
    lines = [path.read_text(errors="replace") for path in files if path.is_file()]
    lines += [
        value for name, value in os.environ.items() if name in ("PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX")
    ]
    hosts = {urlsplit(url).hostname or "" for url in re.findall(r"https?://[^\s\"']+", "\n".join(lines))}
    return sorted(host for host in hosts if "." in host and not host.startswith("127."))


def test_every_decision_has_a_number_of_its_own_and_a_reason():
    pages = sorted((ROOT / "docs/decisions").glob("*.md"))
    numbers = [path.name[:4] for path in pages]
    assert numbers == [f"{n:04}" for n in range(1, len(pages) + 1)]
    for path in pages:
        text = path.read_text("utf-8")
        assert all(f"## {part}" in text for part in ("Why", "Instead of")), path.name


def test_the_changelog_has_an_unreleased_part_with_security():
    unreleased = (ROOT / "CHANGELOG.md").read_text("utf-8").partition("## [Unreleased]")[2].partition("\n## [")[0]
    assert "### Added" in unreleased and "### Security" in unreleased
