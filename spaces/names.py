"""Every label, environment variable, header, key and host name the platform owns, spelled once.

A test greps the tree for strays: whoever needs such a name imports it from here.
"""

from __future__ import annotations

import re

PRODUCT = "demodock"
VERSION = "0.1.0"

ENV_PREFIX = "DEMODOCK_"
"""Of every variable that is a setting."""
ENV_CHOSEN = "DEMODOCK_CHOSEN"
"""Which settings nobody made: names, with commas between, of those that `demodock up` chose for its processes."""

# -- Docker objects -------------------------------------------------------------------------------

LABEL_INSTALLATION = "demodock.installation"
"""Which installation (data directory) owns the object; several may share one engine."""
LABEL_KIND = "demodock.kind"
"""`instance`, `build`, `base`, `layer`, `network`, `volume` or `helper`."""
KIND_INSTANCE = "instance"
KIND_NETWORK = "network"
KIND_VOLUME = "volume"
KIND_HELPER = "helper"
LABEL_SPACE = "demodock.space"
LABEL_REVISION = "demodock.revision"
LABEL_BUILD = "demodock.build"
LABEL_ATTEMPT = "demodock.attempt"
LABEL_SPEC = "demodock.spec"
"""Digest of the InstanceSpec a container was made from; another digest means: replace it."""
LABEL_LAYER = "demodock.layer"
"""Content hash of what made a layer."""

IMAGE_BASE = "demodock/base"
IMAGE_LAYER = "demodock/layer"
IMAGE_SPACE = "demodock/space"


def instance_name(installation: str, space_id: int, revision_id: int, generation: int = 0) -> str:
    """Deterministic, so that creating twice is one container and the second time is a no-op."""
    return f"demodock-{installation}-s{space_id}-r{revision_id}-g{generation}"


def parse_instance_name(installation: str, name: str) -> tuple[int, int, int] | None:
    """Space, revision and generation of a container's name, or None where this installation did not give it."""
    match = re.fullmatch(rf"demodock-{re.escape(installation)}-s(\d+)-r(\d+)-g(\d+)", name)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def build_container_name(installation: str, build_id: int, attempt: int, step: str) -> str:
    return f"demodock-{installation}-b{build_id}-a{attempt}-{step}"


def network_name(installation: str, space_id: int) -> str:
    return f"demodock-{installation}-s{space_id}"


def build_network_name(installation: str) -> str:
    return f"demodock-{installation}-build"


def bridge_prefix(installation: str) -> str:
    """What the network interfaces of this installation's bridges start with: packet filter rules match on it."""
    return f"dd{installation}"


def bridge_name(installation: str, space_id: int | None) -> str:
    """The host's interface of a Space's network, or of the build network. The kernel allows 15 characters: two and
    eight for the prefix leave five for the id, in base 36."""
    return bridge_prefix(installation) + ("-b" if space_id is None else _base36(space_id))


def door_network_name(installation: str) -> str:
    return f"demodock-{installation}-door"


def door_bridge_name(installation: str) -> str:
    """Not one of the bridges that packet filter rules match on: nothing ever comes in by it."""
    return f"do{installation}"


def volume_name(installation: str, space_id: int) -> str:
    """Keyed by the Space's id, so that a rename keeps the data."""
    return f"demodock-{installation}-s{space_id}-data"


def cache_volume_name(installation: str, scope: str) -> str:
    """`scope` is `shared` (wheels only, no tenant code runs beside it) or `s{id}`."""
    return f"demodock-{installation}-cache-{scope}"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


# -- Redis keys and channels ----------------------------------------------------------------------

QUEUE_BUILDS = "demodock-builds"
CHANNEL_RING = "demodock:ring"
"""Doorbell of the controller; the payload is a Space's id or empty. Losing one only delays."""
CHANNEL_EVENTS = "demodock:events"
"""A JSON object per stage change, for live pages; the database keeps the truth."""
CHANNEL_CANCEL = "demodock:cancel"
"""A build's id: whoever builds it stops."""

# -- HTTP -----------------------------------------------------------------------------------------

HEADER_PROBE = "X-Demodock-Probe"
"""Carries the installation's probe secret: routes a request to the candidate instance. Removed before the app."""
HEADER_ROUTE = "X-Demodock-Route"
"""In answers to probes through the edge: the version of the route file that the edge has in force."""
HEADER_SPACE_STAGE = "X-Demodock-Stage"
HEADER_ERROR_CODE = "X-Error-Code"
HEADER_ERROR_MESSAGE = "X-Error-Message"
HEADER_REQUEST_ID = "X-Request-Id"
HEADER_REPO_COMMIT = "X-Repo-Commit"
"""The commit that an answer about a file is of; the Hub's clients refuse a file without it."""
STAY_AWAKE_PATH = "/.well-known/demodock/stay-awake"
"""Asked of an app that nobody visits before it is frozen or put to sleep."""
HEADER_STAY_AWAKE = "X-Demodock-Stay-Awake"
"""In an app's answer to that: `1` where it has work to finish."""
HEADER_LINKED_ETAG = "X-Linked-Etag"
HEADER_LINKED_SIZE = "X-Linked-Size"
"""The hash and the size of a large file, whatever a redirect on the way to it says of itself."""
HEADER_HUB_AUTHORIZATION = "X-HF-Authorization"
"""Where Gradio's client puts a token: `Authorization` is the app's then. Never passed on."""
GATEWAY_PREFIX = "/.demodock/"
"""Paths below it on a Space's host belong to the gateway (wake page events)."""
ENTER_PATH = "/enter"
"""On the control host: leads a person who is signed in there to a Space, with a sign for its gate."""

PARAMETER_SIGN = "__sign"
"""Query parameter that opens a private Space once, as on the Hub. Taken out of the address before the app sees it."""
SHARE_PREFIX = "share_"
"""What such a parameter begins with where it is a share link's: good for many, until it ends."""
COOKIE_PREFIX = "demodock"
"""What our cookies' names begin with, after a browser's own `__Host-`; none of them is passed on to an app."""
TOKEN_PREFIX = "dd_"
TOKEN = re.compile(r"\bdd_[A-Za-z0-9_-]{20,200}")
"""A token of ours, wherever it stands."""


def pass_cookie(secure: bool, port: int) -> str:
    """The cookie that keeps a private Space open for a browser, on that Space's host only. `__Host-` and the port as with the
    control host's own."""
    return "__Host-demodock-space" if secure else f"demodock-space-{port}"


PARAMETER_LANGUAGE = "demodock_lang"
"""Query parameter with which a page changes its language, and the control host's cookie that remembers it. A gateway page
takes the parameter out before the app opens."""
PARAMETER_THEME = "demodock_theme"
"""The same for light or dark, on the control host alone."""
HEADER_FORM_TOKEN = "X-Demodock-Form-Token"
FIELD_FORM_TOKEN = "form_token"
"""What a form of ours carries beside the session's cookie: no page of another origin can know it."""


def errand_cookie(secure: bool, port: int) -> str:
    """What a browser keeps while it is at the company's provider; named by the same rule as the session's cookie."""
    return "__Host-demodock-errand" if secure else f"demodock-errand-{port}"


def session_cookie(secure: bool, port: int) -> str:
    """The control host's cookie. `__Host-` keeps Spaces from setting one of that name, and browsers take it over TLS only;
    without TLS the port keeps installations on one machine apart, since browsers send cookies to every port."""
    return "__Host-demodock" if secure else f"demodock-{port}"


QUIET_PORTS = (61000, 61999)
"""Local ports from which the platform's own probes and forwarded bots speak: never activity."""

BOT_PATTERNS = (
    "bot(?:[^a-z]|$)",
    "Bot(?:[^a-z]|$)",
    "compatible; ",
    "^(?:kube-probe|GoogleHC|ELB-HealthChecker|Prometheus|Blackbox|Uptime|StatusCake|Pingdom|Site24x7|Datadog|NewRelic"
    "|Zabbix|Nagios|check_http|facebookexternalhit|WhatsApp|Slack|Feedly|[Ss]pider|[Cc]rawler)",
)
"""User-Agents that never wake a Space and never keep one awake: crawlers, link previews, uptime monitors. Each pattern
begins with a literal or an anchor, so that the edge's regular expressions dismiss a browser in well under a microsecond."""

# -- Instances' environment -----------------------------------------------------------------------

APP_PORT = 7860
APP_UID = 1000
APP_HOME = "/home/user"
APP_DIR = "/home/user/app"
DATA_MOUNT = "/data"
PRELOAD_MOUNT = "/opt/demodock/preload"
"""Where instances find the contents that their card's `preload_from_hub` names."""
CA_FILE = "/etc/demodock/ca.crt"
"""Where builds put the extra CA bundle into an image."""

RESERVED_ENV = frozenset(
    {
        "ACCELERATOR",
        "CPU_CORES",
        "HOME",
        "HF_ENDPOINT",
        "MEMORY",
        "NVIDIA_DRIVER_CAPABILITIES",
        "NVIDIA_VISIBLE_DEVICES",
        "OAUTH_CLIENT_ID",
        "OAUTH_CLIENT_SECRET",
        "OAUTH_SCOPES",
        "OPENID_PROVIDER_URL",
        "PATH",
        "PORT",
        "SPACE_AUTHOR_NAME",
        "SPACE_CREATOR_USER_ID",
        "SPACE_HOST",
        "SPACE_ID",
        "SPACE_REPO_NAME",
        "SPACE_TITLE",
        "SYSTEM",
    }
)
"""Names that neither a secret nor a variable may take. `LD_*` is reserved as a whole."""

_ENV_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,127}")


def valid_env_key(key: str) -> bool:
    """True where `key` may name a secret or a variable."""
    return bool(_ENV_KEY.fullmatch(key)) and key.upper() not in RESERVED_ENV and not key.upper().startswith("LD_")


# -- Owners, Spaces, hosts ------------------------------------------------------------------------

STUDIOS = "studios/"
"""What stands before a Space's name in ModelScope's addresses of repositories."""

RESERVED_OWNERS = frozenset(
    "admin-console api assets avatars by-subdomain datasets demodock docs embed embed.js enter events hardware healthz import join lfs livez login logout metrics models new "
    "oauth oembed openapi readyz repos semantic-search settings signup spaces static studios templates zero-gpu".split()
)
RESERVED_SUBDOMAINS = frozenset("admin api app assets cdn docs git hub mail oauth static status traefik www".split())

HUB_SUBDOMAIN = "hub"
"""The control host's second name, `hub.DOMAIN`, which means the same to browsers and to Spaces: to a program inside a
container `localhost` is itself. No Space can have it: theirs hold a `-`."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?")


def valid_name(name: str) -> bool:
    """The Hub's rule for owner and repository names: `[A-Za-z0-9._-]`, at most 96, no `--`, no `..`, no `.git` at
    the end, no `-` or `.` at either end."""
    return bool(_NAME.fullmatch(name)) and "--" not in name and ".." not in name and not name.lower().endswith(".git")


def subdomain_of(owner: str, name: str) -> str:
    """The host label a Space asks for, before collisions are settled: at most 63 characters of `[a-z0-9-]`."""
    label = re.sub(r"[^a-z0-9]+", "-", f"{owner}-{name}".lower()).strip("-")[:63].strip("-")
    # `xn--` would be read as punycode by browsers; collapsing runs of `-` above already makes it impossible.
    return label or "space"
