"""Server-side fetches: what may be asked, where a connection goes, and that nothing nearer than the internet is ever touched."""

from __future__ import annotations

import contextlib
import http.server
import secrets
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from spaces.errors import BadRequest, DemodockError, Forbidden, Invalid, NotFound, TooLarge
from spaces.fetch import git
from spaces.fetch.addresses import Allowed, allowed, is_public, locate
from spaces.fetch.guard import Guard, look_up
from spaces.fetch.http import Client
from spaces.repos import store
from spaces.settings import get_settings
from tests.forge import Forge, running

PUBLIC = "93.184.215.14"


@contextlib.contextmanager
def listening(handle=None) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback: its port, and all that anybody ever asked it. Without `handle` it is a canary."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(f"{self.command} {self.path} {self.headers.get('Authorization', '')}".strip())
            status, headers, body = handle(self.path) if handle else (200, {}, b"secret")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        do_POST = do_HEAD = do_GET

        def log_message(self, *_):
            pass

    class Server(http.server.ThreadingHTTPServer):
        def verify_request(self, request, address):
            seen.append("connection")
            return True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1], seen
        finally:
            server.shutdown()


ADDRESSES = [
    *("127.0.0.1", "127.1.2.3", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
    *("198.18.0.1", "192.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8"),
    *("::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:5ef5:79fb:0:0:80ff:fffe", "2001:db8::1", "nonsense"),
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_p39_only_addresses_of_the_public_internet_are_public(address):
    assert not is_public(address)
    with pytest.raises((Forbidden, Invalid)):
        Guard(Allowed(), lambda host, port: [PUBLIC, address]).admit("https://git.example.org/x")


def test_p39_public_ones_are():
    assert is_public(PUBLIC) and is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    pinned = Guard(Allowed(), lambda host, port: [PUBLIC]).admit("https://Git.Example.org/a/b?c=d")
    assert (pinned.where.url, pinned.addresses) == ("https://git.example.org/a/b?c=d", (PUBLIC,))


DISGUISED = [
    *("https://2130706433/x", "https://0x7f000001/", "https://0x7f.1/", "https://127.1/", "https://0177.0.0.1/"),
    *("https://017700000001/", "https://127.0.0.1./", "https://127.0.0.0x1/", "https://1.2.3/", "https://[::1%25lo]/"),
    *(
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://ⓔxample.org/",
        "https://a_b.-c.org/",
        "https://a..b/",
        "https:///x",
    ),
    *("https://user:pass@example.org/", "https://example.org@127.0.0.1/", "https://:@example.org/"),
    *(
        "https://example.org\\@127.0.0.1/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://e.org:99999/",
    ),
    *("https://e.org/#x", "https://e.org:x/", "", "x", "//e.org/"),
    *("http://example.org/", "ftp://example.org/", "file:///etc/passwd", "ssh://git@example.org/x", "ext::sh -c id"),
    *("git://example.org/x", "gopher://example.org/", "--upload-pack=x", "-oProxyCommand=x", "git@example.org:x"),
]


@pytest.mark.parametrize("url", DISGUISED)
def test_p39_p2_what_is_no_plain_https_address_is_refused_before_anybody_is_asked(url):
    def resolve(host, port):
        raise AssertionError("looked up")

    with pytest.raises(Invalid):
        Guard(Allowed(), resolve).admit(url)


@pytest.mark.parametrize(
    "host", ["localhost", "a.localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"]
)
def test_p39_loopback_by_any_name_is_refused_and_never_touched(place, host):
    with listening() as (port, seen):
        for scheme in ("https", "http"):
            with pytest.raises((Forbidden, Invalid)), Client(Guard(Allowed()), 5).open(f"{scheme}://{host}:{port}/"):
                pass
        assert seen == []


class Rebinding:
    """A name server that answers `first` once, and loopback ever after."""

    def __init__(self, *first: str) -> None:
        self.answers, self.asked = list(first), 0

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked += 1
        return [self.answers.pop(0) if self.answers else "127.0.0.1"]


def test_p39_a_name_that_rebinds_is_looked_up_once_and_connected_to_what_was_checked(place, monkeypatch):
    tried = []

    def connect(address, *_):
        tried.append(address)
        raise ConnectionRefusedError

    resolver = Rebinding(PUBLIC)
    with listening() as (port, seen):
        monkeypatch.setattr(socket, "create_connection", connect)
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up by somebody else"))
        with pytest.raises(BadRequest), Client(Guard(Allowed(), resolver), 5).open(f"https://rebind.example:{port}/"):
            pass
        assert tried == [(PUBLIC, port)] and resolver.asked == 1 and seen == []


def test_p39_git_connects_to_what_was_checked_whatever_the_resolver_says_later(place, tmp_path):
    """git has a resolver of its own: it is told the address, and the name means nothing to it."""
    with listening() as (port, seen):
        store.create(1)
        guard = Guard(Allowed(), Rebinding("192.0.2.1"))
        guard.allowed = Allowed(hosts=frozenset({"localhost"}))  # a name that everybody else takes for loopback
        with pytest.raises(DemodockError):
            git.fetch(guard, f"https://localhost:{port}/x", None, store.path(1), 1 << 20, 3)
        assert seen == []


@pytest.mark.parametrize(
    "onward",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "http://2130706433:{port}/",
        "//localhost:{port}/",
        "file:///etc/passwd",
    ],
)
def test_p39_a_redirect_is_admitted_like_any_other_address(place, onward):
    with listening() as (canary, seen):
        handle = lambda path: (302, {"Location": onward.format(port=canary)}, b"")  # noqa: E731
        with listening(handle) as (port, asked):
            guard = Guard(allowed(f"http://127.0.0.1:{port}"))
            with pytest.raises((Forbidden, Invalid)), Client(guard, 5).open(f"http://127.0.0.1:{port}/"):
                pass
            assert asked and seen == []


def test_p39_what_was_sent_to_one_origin_goes_to_no_other(place):
    with listening() as (other, seen):
        handle = lambda path: (302, {"Location": f"http://127.0.0.1:{other}/"}, b"")  # noqa: E731
        with listening(handle) as (port, asked):
            guard = Guard(allowed(f"http://127.0.0.1:{port}, http://127.0.0.1:{other}"))
            with Client(guard, 5).open(f"http://127.0.0.1:{port}/", headers={"Authorization": "theirs"}) as answer:
                assert answer.body() == b"secret"
            assert "GET / theirs" in asked and "GET /" in seen


def test_p39_git_follows_no_redirect(place):
    with listening() as (canary, seen):
        handle = lambda path: (302, {"Location": f"http://127.0.0.1:{canary}{path}"}, b"")  # noqa: E731
        with listening(handle) as (port, asked):
            store.create(1)
            guard = Guard(allowed(f"http://127.0.0.1:{port}"))
            with pytest.raises(DemodockError):
                git.fetch(guard, f"http://127.0.0.1:{port}/x", None, store.path(1), 1 << 20, 10)
            assert asked and seen == []


def test_p39_a_circle_of_redirects_ends(place):
    with listening(lambda path: (302, {"Location": "/"}, b"")) as (port, asked):
        with pytest.raises(BadRequest, match="circle"):
            with Client(Guard(allowed(f"http://127.0.0.1:{port}")), 5).open(f"http://127.0.0.1:{port}/"):
                pass
        assert asked.count("GET /") == 6


def test_p39_an_answer_is_bounded_whatever_it_says_of_itself(place):
    with listening(lambda path: (200, {}, b"x" * 5000)) as (port, _):
        client = Client(Guard(allowed(f"http://127.0.0.1:{port}")), 5)
        with pytest.raises(TooLarge), client.open(f"http://127.0.0.1:{port}/") as answer:
            answer.body(4000)


def test_an_allowed_host_is_allowed_by_https_and_an_origin_as_it_is_written():
    named = allowed(" git.lan , http://forge.lan:3000/ ")
    assert named == Allowed(frozenset({"git.lan"}), frozenset({"http://forge.lan:3000"}))
    guard = Guard(named, lambda host, port: ["10.0.0.7"])
    for url in ("https://git.lan/x", "https://git.lan:8443/x", "http://forge.lan:3000/x"):
        assert guard.admit(url).addresses == ("10.0.0.7",)
    for url in ("http://git.lan/x", "http://forge.lan/x", "https://forge.lan/x", "https://a.git.lan/x"):
        with pytest.raises((Forbidden, Invalid)):
            guard.admit(url)


def test_a_host_that_is_not_there_is_said_so():
    def resolve(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(Invalid, match="no host git.example"):
        Guard(Allowed(), resolve).admit("https://git.example/x")
    assert look_up("127.0.0.1", 1) == ["127.0.0.1"]


def test_the_address_of_an_ipv6_host_is_written_as_one():
    assert locate("https://[2606:2800:0::1]:444/x").origin == "https://[2606:2800:0::1]:444"


# -- git itself, from a real server


@pytest.fixture
def forge(tmp_path) -> Iterator[Forge]:
    with running(tmp_path / "forge") as forge:
        yield forge


def test_a_branch_is_fetched_with_its_history_and_nothing_else(place, forge):
    head = forge.repository("app.git", {"app.py": "1"}, {"app.py": "2"})
    subprocess.run(["git", "-C", forge.folder / "app.git", "update-ref", "refs/heads/other", "HEAD~1"], check=True)
    store.create(1)
    guard, url = Guard(allowed(forge.origin)), f"{forge.origin}/app.git"
    assert git.find(Client(guard, 10), f"{url}/") == url
    assert git.fetch(guard, url, None, store.path(1), 1 << 20, 20) == head
    assert store.refs(1) == {"refs/heads/main": head} and len(store.log(1, "main")) == 2
    assert git.fetch(guard, url, "other", store.path(1), 1 << 20, 20) != head
    with pytest.raises(NotFound, match="no branch 'none'"):
        git.fetch(guard, url, "none", store.path(1), 1 << 20, 20)
    with pytest.raises(Invalid):
        git.fetch(guard, url, "--upload-pack=x", store.path(1), 1 << 20, 20)
    with pytest.raises(NotFound):
        git.find(Client(guard, 10), f"{forge.origin}/none.git")


def test_a_history_beyond_the_limit_is_left_where_it_is(place, forge):
    forge.repository("big.git", {"big": secrets.token_hex(300_000)})
    store.create(1)
    with pytest.raises(TooLarge):
        git.fetch(Guard(allowed(forge.origin)), f"{forge.origin}/big.git", None, store.path(1), 100_000, 20)
    assert store.refs(1) == {}


def test_the_certificate_of_an_https_server_is_checked(place, forge_https, monkeypatch):
    forge, bundle = forge_https
    head = forge.repository("app.git", {"app.py": "1"})
    store.create(1)
    guard, url = Guard(Allowed(frozenset({"127.0.0.1"}))), f"{forge.origin}/app.git"
    monkeypatch.setenv("DEMODOCK_CA_BUNDLE", "none")
    get_settings.cache_clear()
    with pytest.raises(BadRequest, match="no certificate that we trust"):
        git.find(Client(guard, 10), url)
    with pytest.raises(BadRequest):
        git.fetch(guard, url, None, store.path(1), 1 << 20, 20)
    monkeypatch.setenv("DEMODOCK_CA_BUNDLE", str(bundle))
    get_settings.cache_clear()
    assert git.find(Client(guard, 10), url) == url
    assert git.fetch(guard, url, None, store.path(1), 1 << 20, 20) == head


@pytest.fixture
def forge_https(tmp_path) -> Iterator[tuple[Forge, Path]]:
    """A forge with a certificate of its own authority, and that authority's bundle."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=forge"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    with running(tmp_path / "forge", (certificate, key)) as forge:
        yield forge, certificate
