"""Where builds find packages: settings first, else what the host's own pip and apt are told.

A company network often has its own package index, Debian mirror and certificate authority. Whoever set up the host has
told pip and apt already; builds run in containers that know none of it, so it is found here and handed to them.
Find-links and `file:` indexes stay out: a container has no such directory.
"""

from __future__ import annotations

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel

from spaces.errors import SetupError
from spaces.settings import Settings

CA_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE")


class Mirrors(BaseModel, frozen=True):
    """Empty means: the tool's own default."""

    index_url: str = ""
    extra_index_urls: tuple[str, ...] = ()
    apt_mirror: str = ""
    apt_security: str = ""
    ca_bundle: Path | None = None
    """Counts even where it is Debian's own path: the host's file may hold roots that a container's lacks."""

    def apt_sources(self, suite: str) -> list[str]:
        """Lines of a sources.list for `suite`; empty where the default mirror serves."""
        if not self.apt_mirror:
            return []
        security = self.apt_security or re.sub(r"/debian/?$", "/debian-security", self.apt_mirror)
        lines = [f"deb {self.apt_mirror} {suite} main", f"deb {self.apt_mirror} {suite}-updates main"]
        if security.rstrip("/") != self.apt_mirror.rstrip("/"):
            lines.append(f"deb {security} {suite}-security main")
        return lines


def find_mirrors(settings: Settings, environ: Mapping[str, str] = os.environ, root: Path = Path("/")) -> Mirrors:
    """Settings, else the environment, else the host's configuration files below `root`."""
    pip = _pip_settings(environ, root)
    main, security = _debian_mirrors(root)
    extra = (environ.get("PIP_EXTRA_INDEX_URL") or pip.get("extra-index-url", "")).split()
    return Mirrors(
        index_url=settings.index_url or _reachable(environ.get("PIP_INDEX_URL") or pip.get("index-url", "")),
        extra_index_urls=() if settings.index_url else tuple(url for url in extra if _reachable(url)),
        apt_mirror=settings.apt_mirror or main,
        apt_security="" if settings.apt_mirror else security,
        ca_bundle=_ca_bundle(settings, environ, pip, root),
    )


# Private


def _reachable(url: str) -> str:
    """`url` where a container could open it, else nothing."""
    parts = urlsplit(url)
    local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return url if parts.scheme in {"http", "https"} and not local else ""


def _ca_bundle(settings: Settings, environ: Mapping[str, str], pip: Mapping[str, str], root: Path) -> Path | None:
    if settings.ca_bundle == "none":
        return None
    if settings.ca_bundle:
        named = Path(settings.ca_bundle)
        if not named.is_file():
            raise SetupError(f"DEMODOCK_CA_BUNDLE names {named}, which is no file.", hint="Name a PEM file, or `none`.")
        return named
    told = [environ.get(name, "") for name in CA_VARIABLES] + [pip.get("cert", ""), _apt_ca(root)]
    return next((Path(path) for path in told if path and Path(path).is_file()), None)


def _pip_settings(environ: Mapping[str, str], root: Path) -> dict[str, str]:
    """pip's own order: global, user, the file that PIP_CONFIG_FILE names; later ones win."""
    home = Path(environ.get("HOME") or "/root")
    files = [root / "etc/xdg/pip/pip.conf", root / "etc/pip.conf"]
    files += [home / ".pip/pip.conf", Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "pip/pip.conf"]
    named = environ.get("PIP_CONFIG_FILE", "")
    if named == os.devnull:
        return {}
    if named:
        files.append(Path(named))
    found: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(file.read_text())
        except (OSError, UnicodeDecodeError, configparser.Error):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                found |= {key.replace("_", "-"): value.strip() for key, value in parser.items(section) if value}
    return found


def _debian_mirrors(root: Path) -> tuple[str, str]:
    """The host's mirror of Debian itself and of its security updates; empty where the host is no Debian."""
    plain = security = ""
    for url, suite, components in _apt_entries(root):
        if "main" not in components or urlsplit(url).scheme not in {"http", "https"} or "ubuntu" in url:
            continue
        if suite.endswith("-security") or suite.endswith("/updates"):
            security = security or url
        elif re.fullmatch(r"[a-z]+", suite) and re.search(r"/debian/?$", urlsplit(url).path):
            plain = plain or url
    return plain.rstrip("/"), security.rstrip("/")


def _apt_entries(root: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Every (address, suite, components) of one-line and deb822 sources."""
    folder = root / "etc/apt"
    for file in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*.list"))]:
        for line in _text(file).splitlines():
            if entry := re.match(r"\s*deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s+([^#]+)", line):
                yield entry[1], entry[2], entry[3].split()
    for file in sorted((folder / "sources.list.d").glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", _text(file))):
            fields = dict(re.findall(r"(?m)^([A-Za-z-]+):[ \t]*((?:.*)(?:\n[ \t].*)*)", stanza))
            if "deb" not in fields.get("Types", "").split() or fields.get("Enabled", "yes").strip() == "no":
                continue
            for url in fields.get("URIs", "").split():
                for suite in fields.get("Suites", "").split():
                    yield url, suite, fields.get("Components", "").split()


def _apt_ca(root: Path) -> str:
    """The bundle that apt itself is told to trust."""
    for file in sorted((root / "etc/apt/apt.conf.d").glob("*")) + [root / "etc/apt/apt.conf"]:
        if found := re.search(r'(?m)^\s*Acquire::https::CAInfo\s+"([^"]+)"', _text(file), re.IGNORECASE):
            return found[1]
    return ""


def _text(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        return ""
