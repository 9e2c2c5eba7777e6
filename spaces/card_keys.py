"""The one table of a card's keys: it drives reading, messages and the reference page.

Adding a key is adding a row here and, where the platform acts on it, a field in `SpaceConfig`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from spaces import card_values as v

SDKS = ("gradio", "streamlit", "docker", "static")
COLORS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
HEADERS = {
    "cross-origin-embedder-policy": ("unsafe-none", "require-corp", "credentialless"),
    "cross-origin-opener-policy": ("unsafe-none", "same-origin-allow-popups", "same-origin", "noopener-allow-popups"),
    "cross-origin-resource-policy": ("same-site", "same-origin", "cross-origin"),
}
OAUTH_SCOPES = tuple(
    "openid profile email read-billing read-memberships read-repos gated-repos contribute-repos write-repos manage-repos read-collections "
    "write-collections inference-api read-endpoints write-endpoints jobs webhooks write-discussions".split()
)


class Status(StrEnum):
    """What the platform does with a key."""

    HONOURED = "honoured"
    SHOWN = "shown to clients"
    """Checked and handed on in the card's data; changes nothing here."""
    IGNORED = "ignored with a warning"


@dataclass(frozen=True)
class Key:
    name: str
    kind: str
    allowed: str
    default: str
    meaning: str
    read: v.Reader
    status: Status = Status.HONOURED
    sdks: tuple[str, ...] = SDKS
    """Where it has an effect; elsewhere it is a warning."""
    instead: str = ""
    """For an ignored key: what to do."""

    @property
    def field(self) -> str:
        """The field of `SpaceConfig`: the key in snake case."""
        return re.sub(r"([A-Z])", r"_\1", self.name).lower()

    @property
    def is_text(self) -> bool:
        return self.kind in ("text", "path", "time")


_PYTHON_SDKS = ("gradio", "streamlit")
_SERVERS = ("gradio", "streamlit", "docker")
_REPOS = "repository names, such as `owner/name`"
_FLAVOR = v.pattern(re.compile(r"[a-z0-9][a-z0-9-]{0,63}"), "the name of a hardware flavor, such as `cpu-basic`")

_RUNNING = [
    Key(
        "sdk",
        "text",
        "`gradio`, `streamlit`, `docker` or `static`",
        "required",
        "How the Space is built and started.",
        v.choice(*SDKS),
    ),
    Key(
        "sdk_version",
        "text",
        "a released version",
        "the newest that fits",
        "Version of Gradio or Streamlit to install.",
        v.sdk_version,
        sdks=_PYTHON_SDKS,
    ),
    Key(
        "python_version",
        "text",
        "`3.x` or `3.x.y`",
        "the platform's",
        "Python of the Space. One that the platform does not have is an error that lists those it has.",
        v.python_version,
        sdks=_PYTHON_SDKS,
    ),
    Key(
        "app_file",
        "path",
        "a file inside the repository",
        "`app.py`; static: `index.html`",
        "The file that is run, or the page that is shown. Absent: stage NO_APP_FILE.",
        v.file_path,
        sdks=("gradio", "streamlit", "static"),
    ),
    Key(
        "app_build_command",
        "text",
        "one command line",
        "none",
        "Run before publishing, such as `npm run build`; `app_file` then names a file it made.",
        v.text(1024, "command"),
        sdks=("static",),
    ),
    Key(
        "app_port",
        "number",
        "1 to 65535",
        "`7860`",
        "Port that the container listens on.",
        v.integer(1, 65535),
        sdks=("docker",),
    ),
    Key(
        "base_path",
        "path",
        "begins with `/`",
        "`/`",
        "Path that the Space's page opens first.",
        v.url_path,
        sdks=_SERVERS,
    ),
    Key(
        "startup_duration_timeout",
        "time",
        "`30m`, `1h`, `1h30m`, or seconds; at most 24h",
        "`DEMODOCK_START_TIMEOUT`",
        "Longest time from start to the first answer.",
        v.duration,
        sdks=_SERVERS,
    ),
    Key(
        "suggested_hardware",
        "text",
        "a flavor's name",
        "none",
        "Shown to whoever duplicates the Space; never assigned by itself.",
        _FLAVOR,
        Status.SHOWN,
    ),
    Key(
        "preload_from_hub",
        "list of texts",
        "`repo`, `repo file,file`, or that and a full commit",
        "none",
        "Files of models that the app finds without asking anybody: from this platform, else from the upstream Hub.",
        v.texts(v.preload),
        sdks=_SERVERS,
    ),
    Key(
        "custom_headers",
        "map",
        "`cross-origin-embedder-policy`, `cross-origin-opener-policy`, `cross-origin-resource-policy`",
        "none",
        "Headers added to every response of the Space.",
        v.text_map(HEADERS),
    ),
    Key(
        "disable_embedding",
        "true or false",
        "",
        "`false`",
        "`true`: other sites may not show the Space in a frame.",
        v.boolean,
    ),
    Key(
        "suggested_storage",
        "text",
        "`small`, `medium` or `large`",
        "none",
        "A retired hint.",
        v.choice("small", "medium", "large"),
        Status.IGNORED,
        instead="Give the Space a `/data` volume in its settings.",
    ),
    Key(
        "hardware",
        "text",
        "a flavor's name",
        "none",
        "No key of a card: whoever may push must not size the machine.",
        _FLAVOR,
        Status.IGNORED,
        instead="Choose hardware in the Space's settings, or hint at it by `suggested_hardware`.",
    ),
]

_SIGN_IN = [
    Key(
        "hf_oauth",
        "true or false",
        "",
        "`false`",
        "`true`: visitors can sign in to the app with their account here; `OAUTH_CLIENT_ID`, `OAUTH_CLIENT_SECRET`, "
        "`OAUTH_SCOPES` and `OPENID_PROVIDER_URL` are set.",
        v.boolean,
        sdks=_SERVERS,
    ),
    Key(
        "hf_oauth_scopes",
        "list of texts",
        ", ".join(f"`{scope}`" for scope in OAUTH_SCOPES),
        "`openid`, `profile`",
        "What the app may ask for, `openid` and `profile` always. Here "
        "`email`, `read-memberships`, `read-repos`, `write-repos` and `manage-repos` mean something; the others are left out.",
        v.texts(v.choice(*OAUTH_SCOPES)),
        sdks=_SERVERS,
    ),
    Key(
        "hf_oauth_expiration_minutes",
        "number",
        "1 to 43200",
        "`480`",
        "How long a sign-in lasts.",
        v.integer(1, 43200),
        sdks=_SERVERS,
    ),
    Key(
        "hf_oauth_authorized_org",
        "text or list",
        "organization names",
        "none",
        "Only their members may sign in.",
        v.texts(v.repo_id),
        sdks=_SERVERS,
    ),
]

_PRESENTATION = [
    Key("title", "text", "", "the Space's name", "Name shown to people.", v.text(200)),
    Key("emoji", "text", "one emoji", "none", "Beside the title.", v.emoji),
    Key("colorFrom", "text", ", ".join(COLORS), "none", "First color of the thumbnail.", v.choice(*COLORS)),
    Key("colorTo", "text", ", ".join(COLORS), "none", "Second color of the thumbnail.", v.choice(*COLORS)),
    Key("short_description", "text", "", "none", "One line under the title.", v.text(500)),
    Key(
        "thumbnail",
        "text",
        "an address",
        "none",
        "Picture for social media.",
        v.text(2048, "an address"),
        Status.SHOWN,
    ),
    Key(
        "header",
        "text",
        "`default` or `mini`",
        "`default`",
        "`mini`: the app fills the page under a small floating header.",
        v.choice("default", "mini"),
        Status.SHOWN,
    ),
    Key("fullWidth", "true or false", "", "`true`", "The app takes the page's whole width.", v.boolean, Status.SHOWN),
    Key("pinned", "true or false", "", "`false`", "First on the owner's page.", v.boolean, Status.SHOWN),
    Key("tags", "list of texts", "", "none", "For finding the Space.", v.texts(v.text(100))),
    Key("models", "list of texts", _REPOS, "none", "Models the Space uses.", v.grouped(v.repo_id), Status.SHOWN),
    Key("datasets", "list of texts", _REPOS, "none", "Datasets the Space uses.", v.grouped(v.repo_id), Status.SHOWN),
    Key("license", "text or list", "", "none", "Licence of the repository.", v.texts(v.text(100)), Status.SHOWN),
    Key("language", "text or list", "", "none", "Languages the Space speaks.", v.texts(v.text(100)), Status.SHOWN),
    Key("domain", "text or list", "", "none", "A Studio's field of work.", v.texts(v.text(100)), Status.SHOWN),
    Key(
        "duplicated_from",
        "text",
        "`owner/name`",
        "none",
        "The Space this one was copied from.",
        v.repo_id,
        Status.SHOWN,
    ),
]

GROUPS: dict[str, list[Key]] = {"Running": _RUNNING, "Sign-in": _SIGN_IN, "Presentation": _PRESENTATION}
"""As on the reference page."""

KEYS: dict[str, Key] = {key.name: key for keys in GROUPS.values() for key in keys}

STUDIO_KEY = "deployspec"
"""ModelScope's map in the card; its `entry_file` stands in for `app_file`."""
