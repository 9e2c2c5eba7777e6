"""Pictures of every page, to be looked at: three widths, light and dark, both languages. `python -m scripts.pictures FOLDER [PAGE...]`.

Pages are named in `tests/showcase.py`; with none named all are shot, some six hundred pictures. `--docs` in the folder's place
makes those of `docs/pictures` anew.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests import showcase
from tests.browser.conftest import FLAGS, PATIENCE, program
from tests.harness import ROOT, running
from tests.showcase import Look, Showcase

Scheme = Literal["light", "dark"]
WIDTHS = (390, 1024, 1600)
HEIGHT = 900
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
DOMAIN = "demodock.test"
"""To browsers its Spaces are of the same site as its pages, which those of `localhost` are not: an app in a frame has its storage."""
FOUND_HERE = f"--host-resolver-rules=MAP {DOMAIN} 127.0.0.1, MAP *.{DOMAIN} 127.0.0.1"
SETTLE = 400
"""Milliseconds for pictures and the app in a frame, once a page is loaded."""

DOCS = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "sample_spaces" / "chat"
CHAT = f"{showcase.ME}/chatter"
SHOWN: tuple[tuple[str, str, Scheme], ...] = (
    ("gallery", "en", "light"),
    ("gallery", "zh", "dark"),
    ("chat", "en", "dark"),
    ("chat", "zh", "light"),
    ("files", "en", "light"),
    ("console", "en", "dark"),
    ("settings", "zh", "light"),
)
"""What the docs show: page, language, scheme."""
ON_A_PHONE = ("gallery", "app-waiting", "analytics", "wake")
"""Shown side by side as one picture."""


def main(arguments: list[str]) -> int:
    if not arguments:
        print("python -m scripts.pictures FOLDER [PAGE...], or --docs", file=sys.stderr)
        return 2
    folder, wanted = Path(arguments[0]), arguments[1:]
    with running(**showcase.SETTINGS, DEMODOCK_DOMAIN=DOMAIN) as platform, sync_playwright() as playwright:
        show = Showcase(platform)
        show.fill()
        browser = playwright.chromium.launch(executable_path=program(), args=[*FLAGS, FOUND_HERE])
        for path in for_docs(show, browser) if arguments[0] == "--docs" else shoot(show, browser, folder, wanted):
            print(path, flush=True)
        browser.close()
    return 0


def shoot(show: Showcase, browser: Browser, folder: Path, wanted: Collection[str] = ()) -> Iterator[Path]:
    """Shoots the pages into `folder`, from top to bottom: `NAME-LANGUAGE-WIDTH-SCHEME.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        visitors = Visitors(show, browser, language)
        for look in showcase.pages(show):
            if not wanted or look.name in wanted:
                page = visitors.open(look)
                for width, scheme in itertools.product(WIDTHS, SCHEMES):
                    page.set_viewport_size({"width": width, "height": HEIGHT})
                    page.emulate_media(color_scheme=scheme)
                    where = folder / f"{look.name}-{language}-{width}-{scheme}.png"
                    page.screenshot(path=where, full_page=True)
                    yield where
        visitors.close()


def for_docs(show: Showcase, browser: Browser) -> Iterator[Path]:
    """The few that the docs show: what a window shows of them, as small files."""
    files = {path.name: path.read_text() for path in SAMPLE.iterdir() if path.suffix}
    show.make(CHAT, "gradio", files)
    show.platform.wait(CHAT, seconds=1800)
    looks = {look.name: look for look in showcase.pages(show)}
    looks["chat"] = Look("chat", f"http://{show.platform.control}/spaces/{CHAT}")
    for language in LANGUAGES:
        visitors = Visitors(show, browser, language)
        for name, _, scheme in (one for one in SHOWN if one[1] == language):
            page = visitors.open(looks[name], 1280, 800, scheme)
            if name == "chat":
                _talk(page)
            yield _kept(page, f"{name}-{language}")
        phones = []
        for name in ON_A_PHONE:
            page = visitors.open(looks[name], 390, 800, "light")
            phones.append(_kept(page, f"phone-{name}"))
        yield _beside(phones, f"phone-{language}")
        visitors.close()


class Visitors:
    """Somebody who is signed in and somebody who is not, who read one language."""

    def __init__(self, show: Showcase, browser: Browser, language: str) -> None:
        self.show = show
        self.pages = {
            signed: browser.new_context(locale=LANGUAGES[language], reduced_motion="reduce").new_page()
            for signed in (True, False)
        }
        for page in self.pages.values():
            page.set_default_timeout(PATIENCE)
        showcase.sign_in(self.pages[True], show.platform)

    def open(self, look: Look, width: int = 1024, height: int = HEIGHT, scheme: Scheme = "light") -> Page:
        """The page, loaded and at rest."""
        if look.name == "wake":
            self.show.rest()
        page = self.pages[look.signed_in]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.goto(look.url, wait_until="load")
        page.wait_for_timeout(SETTLE)
        return page

    def close(self) -> None:
        for page in self.pages.values():
            page.context.close()


# -- private


def _talk(page: Page) -> None:
    """Asks the chat in the page's frame something and waits for the answer."""
    app = page.frame_locator("iframe.app")
    app.locator("textarea").first.fill("What is a Space?")
    app.locator("textarea").first.press("Enter")
    app.locator('[data-testid="bot"]').last.wait_for()
    page.wait_for_timeout(6000)


def _kept(page: Page, name: str) -> Path:
    where = DOCS / f"{name}.webp"
    shot = where.with_suffix(".shot.png")
    page.screenshot(path=shot)
    with Image.open(shot) as picture:
        picture.convert("RGB").save(where, quality=84, method=6)
    shot.unlink()
    return where


def _beside(parts: list[Path], name: str, gap: int = 24) -> Path:
    """One picture of several, which go."""
    pictures = [Image.open(path) for path in parts]
    width = sum(picture.width for picture in pictures) + gap * (len(pictures) - 1)
    whole = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    left = 0
    for path, picture in zip(parts, pictures, strict=True):
        whole.paste(picture, (left, 0))
        left += picture.width + gap
        picture.close()
        path.unlink()
    where = DOCS / f"{name}.webp"
    whole.save(where, quality=84, method=6)
    return where


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
