"""A Space built from large files runs, and the page that tells how is true."""

from __future__ import annotations

from tests import pages
from tests.harness import Platform


def test_a_space_built_from_large_files_runs(platform: Platform, tmp_path):
    pages.run(pages.ROOT / "docs/howto/large-files.md", platform.url, platform.data, tmp_path)
    platform.wait("admin/large")
    assert platform.get("admin/large").text == "the model has 5000000 bytes"
    listed = platform.api("GET", "/api/spaces/admin/large/tree/main").json()
    assert {item["path"]: item["size"] for item in listed if "lfs" in item} == {
        "data.csv": 12_000_000,
        "model.bin": 5_000_000,
    }
