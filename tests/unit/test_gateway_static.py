"""Static Spaces: which file a path names."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from proxy.gateway import static


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "site"
    for name, text in {
        "README.md": "# card",
        "index.html": "root",
        "dist/index.html": "built",
        "dist/assets/app.js": "js",
        "docs/index.html": "docs",
        "ünï code.txt": "text",
        ".git/config": "secret",
        "data.json": "{}",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (tmp_path / "outside.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "outside.txt")
    (root / "linked").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    (root / "inner.txt").symlink_to(root / "README.md")
    return root


@pytest.mark.parametrize(
    ("app_file", "path", "found"),
    [
        ("index.html", "/", "index.html"),
        ("dist/index.html", "/", "dist/index.html"),
        ("dist/index.html", "/assets/app.js", "dist/assets/app.js"),
        ("dist/index.html", "/dist/assets/app.js", "dist/assets/app.js"),
        ("dist/index.html", "/README.md", "README.md"),
        ("index.html", "/docs/", "docs/index.html"),
        ("index.html", "/docs", "docs"),
        ("index.html", "/ünï code.txt", "ünï code.txt"),
        ("index.html", "/inner.txt", "README.md"),
        ("index.html", "//README.md", "README.md"),
        ("index.html", "/dist/assets/", None),
        ("index.html", "/README.md/", None),
        ("index.html", "/nothing", None),
        ("index.html", "/../outside.txt", None),
        ("index.html", "/docs/../../outside.txt", None),
        ("index.html", "/..\\outside.txt", None),
        ("index.html", "/link.txt", None),
        ("index.html", "/linked/outside.txt", None),
        ("index.html", "/loop", None),
        ("index.html", "/.git/config", None),
        ("index.html", "/a\0b", None),
        ("index.html", "/" + "x" * 5000, None),
        ("../outside.txt", "/", "index.html"),
        ("../outside.txt", "/outside.txt", None),
    ],
)
def test_a_path_never_leaves_the_site(root, app_file, path, found):
    assert static.find_file(root, app_file, path) == (root / found if found else None)


@pytest.fixture
def client(root):
    async def app(scope, receive, send):
        if not await static.serve(
            scope, receive, send, root, "index.html", {"cross-origin-opener-policy": "same-origin"}
        ):
            await static.Response("none", 404)(scope, receive, send)

    return TestClient(app)


def test_files_are_served_with_ranges_tags_and_types(client):
    whole = client.get("/dist/assets/app.js")
    assert (whole.status_code, whole.text) == (200, "js")
    assert whole.headers["content-type"] == "text/javascript; charset=utf-8"
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["cross-origin-opener-policy"] == "same-origin"
    tag = whole.headers["etag"]
    assert client.get("/dist/assets/app.js", headers={"If-None-Match": f'W/{tag}, "x"'}).status_code == 304
    part = client.get("/README.md", headers={"Range": "bytes=2-3"})
    assert (part.status_code, part.text, part.headers["content-range"]) == (206, "ca", "bytes 2-3/6")
    head = client.head("/README.md")
    assert (head.status_code, head.text, head.headers["content-length"]) == (200, "", "6")
    assert client.post("/README.md").status_code == 405
    assert client.get("/nothing").status_code == 404
    assert client.get("/docs", follow_redirects=False).headers["location"] == "./docs/"
    assert client.get("/docs").text == "docs"
