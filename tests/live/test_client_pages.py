"""The pages of docs/howto/clients, done as their reader would, against a platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import pages
from tests.harness import Platform


@pytest.mark.parametrize("page", pages.client_pages(), ids=lambda page: page.stem)
def test_everything_a_page_says_is_true(platform: Platform, page: Path, tmp_path: Path):
    pages.run(page, platform.url, platform.data, tmp_path)
