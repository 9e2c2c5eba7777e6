"""What builds are told of package mirrors, from made-up hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces.errors import SetupError
from spaces.host.mirrors import find_mirrors
from spaces.settings import Settings

DEB822 = """\
# a comment
Types: deb
URIs: http://mirror.lan/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.lan/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "etc/apt/sources.list.d").mkdir(parents=True)
    (tmp_path / "etc/apt/apt.conf.d").mkdir()
    return tmp_path


def find(root: Path, settings: Settings | None = None, **environ: str):
    return find_mirrors(settings or Settings(), {"HOME": str(root / "home"), **environ}, root)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_host_without_settings_means_every_tools_own_default(root):
    found = find(root)
    assert found.model_dump() == {
        "index_url": "", "extra_index_urls": (), "apt_mirror": "", "apt_security": "", "ca_bundle": None,
    }  # fmt: skip
    assert found.apt_sources("bookworm") == []


def test_pips_index_is_found_and_the_user_wins_over_the_system(root):
    write(root / "etc/pip.conf", "[global]\nindex-url = https://system.lan/simple\n")
    assert find(root).index_url == "https://system.lan/simple"
    write(root / "home/.config/pip/pip.conf", "[global]\nindex_url = https://user.lan/simple\n")
    assert find(root).index_url == "https://user.lan/simple"
    assert find(root, PIP_INDEX_URL="https://env.lan/simple").index_url == "https://env.lan/simple"
    settings = Settings(index_url="https://setting.lan/simple")
    assert find(root, settings, PIP_INDEX_URL="https://env.lan/simple").index_url == "https://setting.lan/simple"


def test_indexes_that_only_this_host_can_open_stay_out(root):
    write(
        root / "etc/pip.conf",
        "[global]\nindex-url = http://localhost:3141/simple\nfind-links = /opt/wheels\n"
        "extra-index-url = file:///opt/simple\n  https://more.lan/simple\n",
    )
    found = find(root)
    assert found.index_url == ""
    assert found.extra_index_urls == ("https://more.lan/simple",)


def test_an_index_that_a_person_set_is_not_mixed_with_the_hosts_extra_ones(root):
    write(root / "etc/pip.conf", "[global]\nextra-index-url = https://more.lan/simple\n")
    assert find(root, Settings(index_url="https://only.lan/simple")).extra_index_urls == ()


def test_a_broken_pip_file_is_passed_over(root):
    write(root / "etc/pip.conf", "index-url = before any section\n")
    assert find(root).index_url == ""


def test_the_hosts_debian_mirror_is_found_in_both_formats(root):
    write(root / "etc/apt/sources.list.d/debian.sources", DEB822)
    found = find(root)
    assert (found.apt_mirror, found.apt_security) == ("http://mirror.lan/debian", "http://mirror.lan/debian-security")
    assert found.apt_sources("trixie") == [
        "deb http://mirror.lan/debian trixie main",
        "deb http://mirror.lan/debian trixie-updates main",
        "deb http://mirror.lan/debian-security trixie-security main",
    ]
    write(
        root / "etc/apt/sources.list",
        "deb [signed-by=/k.gpg] https://vendor.lan/apt stable main\n"
        "deb-src http://source.lan/debian bookworm main\n"
        "deb [arch=amd64] https://one-line.lan/debian bookworm main contrib\n",
    )
    assert find(root).apt_mirror == "https://one-line.lan/debian"


def test_sources_of_other_distributions_and_switched_off_ones_are_no_mirror_of_debian(root):
    write(root / "etc/apt/sources.list", "deb http://archive.lan/ubuntu noble main\n")
    write(root / "etc/apt/sources.list.d/off.sources", DEB822.replace("Types: deb", "Types: deb\nEnabled: no"))
    assert find(root).apt_mirror == ""


def test_the_ca_bundle_is_what_the_hosts_pip_is_told_to_trust(root):
    pem, other = write(root / "corp.pem", "x"), write(root / "other.pem", "x")
    write(root / "etc/pip.conf", f"[global]\ncert = {pem}\n")
    assert find(root).ca_bundle == pem
    assert find(root, SSL_CERT_FILE=str(other)).ca_bundle == other
    assert find(root, SSL_CERT_FILE=str(root / "gone.pem")).ca_bundle == pem
    assert find(root, Settings(ca_bundle="none"), SSL_CERT_FILE=str(other)).ca_bundle is None
    assert find(root, Settings(ca_bundle=str(pem)), SSL_CERT_FILE=str(other)).ca_bundle == pem


def test_the_ca_bundle_of_apt_counts_where_pip_is_told_nothing(root):
    pem = write(root / "corp.pem", "x")
    write(root / "etc/apt/apt.conf.d/90corp", f'// of our network\nAcquire::https::CAInfo "{pem}";\n')
    assert find(root).ca_bundle == pem


def test_a_named_ca_bundle_that_is_no_file_is_an_error_that_names_the_setting(root):
    with pytest.raises(SetupError, match="DEMODOCK_CA_BUNDLE"):
        find(root, Settings(ca_bundle=str(root / "gone.pem")))
