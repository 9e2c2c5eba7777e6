"""Pictures of every page, to be looked at: three widths, light and dark, both languages. `python -m scripts.pictures FOLDER [PAGE...]`.

Pages are named in `tests/showcase.py`; with none named all are shot, some six hundred pictures.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests import showcase
from tests.browser.conftest import FLAGS, program
from tests.harness import running
from tests.showcase import Look, Showcase

WIDTHS = (390, 1024, 1600)
HEIGHT = 900
SCHEMES = ("light", "dark")
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
SETTLE = 300
"""Milliseconds for pictures and the app in a frame, once a page is loaded."""


def main(arguments: list[str]) -> int:
    if not arguments:
        print("python -m scripts.pictures FOLDER [PAGE...]", file=sys.stderr)
        return 2
    folder, wanted = Path(arguments[0]), arguments[1:]
    with running(**showcase.SETTINGS) as platform, sync_playwright() as playwright:
        show = Showcase(platform)
        show.fill()
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        for path in shoot(show, browser, folder, wanted):
            print(path, flush=True)
        browser.close()
    return 0


def shoot(show: Showcase, browser: Browser, folder: Path, wanted: Collection[str] = ()) -> Iterator[Path]:
    """Shoots the pages into `folder`: `NAME-LANGUAGE-WIDTH-SCHEME.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, locale in LANGUAGES.items():
        contexts = {signed: browser.new_context(locale=locale, reduced_motion="reduce") for signed in (True, False)}
        opened = {signed: context.new_page() for signed, context in contexts.items()}
        showcase.sign_in(opened[True], show.platform)
        for look in showcase.pages(show):
            if not wanted or look.name in wanted:
                if look.name == "wake":
                    show.rest()
                yield from _shots(
                    opened[look.signed_in], look, lambda rest, at=look.name: folder / f"{at}-{rest}.png", language
                )
        for context in contexts.values():
            context.close()


# -- private


def _shots(page: Page, look: Look, named: Callable[[str], Path], language: str) -> Iterator[Path]:
    page.goto(look.url, wait_until="load")
    page.wait_for_timeout(SETTLE)
    for width, scheme in itertools.product(WIDTHS, SCHEMES):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        where = named(f"{language}-{width}-{scheme}")
        page.screenshot(path=where, full_page=True)
        yield where


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
