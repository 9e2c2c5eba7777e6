"""What an author pastes into another page to show a Space there."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from spaces.settings import get_settings
from spaces.web.embed.look import Look

SIZE = (900, 600)
"""Pixels of a frame where nobody says otherwise."""
SANDBOX = (
    "allow-downloads allow-forms allow-modals allow-pointer-lock allow-popups allow-popups-to-escape-sandbox "
    "allow-same-origin allow-scripts"
)
"""An app may do this in a frame. Not: lead the page around it elsewhere."""
ALLOW = (
    "accelerometer; autoplay; camera; clipboard-read; clipboard-write; fullscreen; geolocation; gyroscope; microphone"
)
"""What an app may ask its visitor for."""
SCRIPT_PATH = "/embed.js"
GRADIO_SCRIPT = "https://gradio.s3-us-west-2.amazonaws.com/{version}/gradio.js"
"""Gradio's own web component; apps do not serve it themselves."""


def frame(look: Look, width: int | str = "100%", height: int = SIZE[1], app: str = "") -> str:
    """An `<iframe>`."""
    return (
        f'<iframe src="{escape(app or look.app)}" title="{escape(look.title)}" width="{width}" height="{height}" '
        f'style="border:0" loading="lazy" sandbox="{SANDBOX}" allow="{ALLOW}"></iframe>'
    )


def component(look: Look) -> str:
    """Our web component."""
    script = get_settings().base_url + SCRIPT_PATH
    return (
        f'<script src="{escape(script)}" async></script>\n'
        f'<demodock-space src="{look.full_name}" title="{escape(look.title)}"></demodock-space>'
    )


def gradio(look: Look, version: str) -> str:
    """Gradio's own."""
    return (
        f'<script type="module" src="{escape(GRADIO_SCRIPT.format(version=version))}"></script>\n'
        f'<gradio-app src="{escape(look.app)}"></gradio-app>'
    )


def streamlit(look: Look) -> str:
    """A frame of a Streamlit app without its menu and footer."""
    return frame(look, app=f"{look.app}?{urlencode({'embed': 'true'})}")


def badge(look: Look) -> str:
    """Markdown: a badge with the live state that leads to the Space."""
    alt = "".join(letter for letter in look.title if letter not in "[]\\`<>!\n\r") or look.name
    return f"[![{alt}]({look.page}/badge.svg)]({look.page})"
