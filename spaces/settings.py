"""Every setting of the platform in one table; `docs/reference/settings.md` is generated from it.

Each is an environment variable `DEMODOCK_*`. Times are seconds, sizes bytes unless the name says otherwise.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from spaces import names


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DEMODOCK_", extra="ignore")

    # -- where
    data: Path = Field(
        Path("./var"), description="Data directory; installations with different ones live side by side."
    )
    port: int = Field(8000, description="The one public port.")
    bind: str = Field("127.0.0.1", description="Address to listen on. 127.0.0.1 also listens on ::1.")
    domain: str = Field("localhost", description="Public host name; Spaces are its subdomains.")
    public_url: str = Field(
        "", description="Base URL in links, where a proxy in front changes scheme or port. Default: http://DOMAIN:PORT."
    )
    database_url: str = Field("", description="SQLAlchemy URL. Default: SQLite in the data directory.")
    redis_url: str = Field(
        "", description="Redis or Valkey. Default: our own Valkey on a unix socket in the data directory."
    )

    # -- inner ports, all on loopback; 0: chosen at start by `demodock up`
    api_port: int = Field(0, description="Loopback port of the api process.")
    gateway_port: int = Field(0, description="Loopback port of the gateway.")
    edge_port: int = Field(0, description="Loopback port of Traefik's own API.")

    trusted_proxies: str = Field(
        "",
        description="Comma-separated addresses or networks (CIDR) of proxies in front of the public port, whose X-Forwarded-For is believed. Default: nobody's.",
    )

    # -- people
    registration: bool = Field(False, description="1: anybody who reaches the sign-in page may make an account.")
    organizations: Literal["everybody", "admins"] = Field(
        "everybody",
        description="Who may create organizations: `everybody` with an account, or `admins` of the platform.",
    )
    invitation_lifetime: int = Field(14 * 86400, description="How long an invitation to an organization works.")
    session_idle: int = Field(7 * 86400, description="A browser that says nothing for so long is signed out.")
    session_lifetime: int = Field(30 * 86400, description="A browser is signed out so long after it signed in.")
    link_lifetime: int = Field(3 * 86400, description="How long a one-time link to set a password works.")

    # -- sign-in with a company's accounts
    oidc_issuer: str = Field(
        "", description="The company's OpenID provider, exactly as it calls itself. Default: no sign-in with it."
    )
    oidc_client_id: str = Field("", description="What the provider knows this platform as.")
    oidc_client_secret: str = Field("", repr=False, description="The secret that the provider gave with it, if any.")
    oidc_name: str = Field("your company's account", description="What the sign-in page calls it.")
    oidc_create: bool = Field(True, description="1: whoever comes for the first time gets an account.")
    oidc_domains: str = Field(
        "", description="Comma-separated domains of verified e-mail addresses that may sign in. Default: all."
    )
    oidc_groups: str = Field("", description="Comma-separated groups that may sign in. Default: all.")
    oidc_groups_claim: str = Field("groups", description="Where the provider names a person's groups.")
    oidc_organizations: str = Field(
        "",
        description="Comma-separated `GROUP=ORGANIZATION:ROLE`: who is in the group becomes a member at sign-in.",
    )

    # -- what runs
    samples: bool = Field(True, description="0: publish no sample Spaces at first start.")
    gpus: str = Field("auto", description="`auto` (NVML), `none`, or simulated such as `sim:4xA100-80GB`.")
    gpu_requests: bool = Field(
        False, description="1: simulated GPUs are asked of the engine like real ones, to test its NVIDIA hook."
    )
    workers: int = Field(2, description="Builder workers.")
    docker_host: str = Field("", description="Docker Engine's address. Default: DOCKER_HOST, else the local socket.")
    runtime: str = Field(
        "", description="OCI runtime of instances, for example `runsc` for gVisor. Default: the engine's."
    )
    subnets: str = Field("10.213.0.0/16", description="Pool from which each Space's network takes a /28.")

    # -- idle
    freeze_after: int = Field(300, description="Idle seconds before freeze where flavor and Space set none; -1 never.")
    sleep_after: int = Field(172800, description="Idle seconds before sleep where flavor and Space set none; -1 never.")
    page_out: bool = Field(True, description="Page frozen instances out where swap or zram exists.")
    zram: int = Field(0, description="MiB of zram swap that `demodock up` sets up as root; 0: leave the host as it is.")
    memory_reserve: int = Field(
        1024,
        description="MiB of memory plus swap kept free: below it frozen Spaces go to sleep, least recently used first.",
    )
    busy_cpu: float = Field(0.05, description="Share of one core over which an app without visitors counts as busy.")
    busy_cap: int = Field(
        3600, description="Longest time that an app without visitors is kept awake because it is busy or asks for it."
    )

    # -- GPUs that others wait for
    gpu_idle: int = Field(60, description="A Space with GPUs that nobody used for so long may have to give them back.")
    gpu_warn: int = Field(
        120, description="From the warning of an idle Space that borrowed its GPUs to its sleep, while another waits."
    )
    gpu_grace: int = Field(
        1800, description="How long a Space in use keeps GPUs that it borrowed once another waits within its guarantee."
    )

    # -- wake and deploy
    start_timeout: int = Field(1800, description="Longest start where the card sets no startup_duration_timeout.")
    hold: float = Field(55.0, description="Longest time the gateway holds a client that is no browser; then 503.")
    starts: int = Field(
        4, description="Starts at the same time; further ones queue, first come first served per owner."
    )
    waiters: int = Field(500, description="Requests held per Space while it starts; further ones get 503 at once.")
    drain: float = Field(30.0, description="Longest time an old instance may finish its requests.")
    crash_limit: int = Field(5, description="Crashes in a row before RUNTIME_ERROR; the pause between doubles.")
    keep_revisions: int = Field(5, description="Earlier revisions kept for rollback.")

    # -- builds
    build_cpus: float = Field(2.0, description="CPUs of one build.")
    build_memory: int = Field(4096, description="MiB of memory of one build.")
    build_disk: int = Field(20480, description="MiB one build may add to its image.")
    build_timeout: int = Field(1800, description="Longest build.")
    build_log_limit: int = Field(16 * 1024 * 1024, description="Bytes of one build's log; the middle is left out.")
    cache_budget: int = Field(
        40960, description="MiB of layers kept; beyond it the least recently used go, never a needed one."
    )
    import_timeout: int = Field(1800, description="Longest import of a repository from elsewhere.")
    import_hosts: str = Field(
        "",
        description="Comma-separated hosts whose addresses may be private when somebody imports from them, such as `git.lan`; an origin such as `http://git.lan:3000` may be plain http too. Default: the public internet by https alone.",
    )
    push_limit: int = Field(1024, description="MiB of one push.")
    large_limit: int = Field(51200, description="MiB of one large file (git-lfs).")
    large_total: int = Field(
        0, description="MiB of all large files of one repository; 0: as many as the disk has room for."
    )
    file_limit: int = Field(100000, description="Files in one repository's tree.")
    tree_limit: int = Field(20480, description="MiB of the files of one commit, git-lfs files included.")
    python_versions: str = Field(
        "",
        description="Python versions of base images, such as `3.11,3.13`. Default: what the engine or Debian offers.",
    )
    base_image: str = Field(
        "",
        description="Base image with `{python}` in its place, such as `registry.lan/python:{python}-slim`. Default: built from Debian packages.",
    )
    base_suite: str = Field("bookworm", description="Debian suite of base images built here.")

    # -- networks with mirrors, or none
    index_url: str = Field("", description="Python package index of builds. Default: the host's own pip setting.")
    apt_mirror: str = Field("", description="Debian mirror of builds. Default: the host's own apt sources.")
    hub_endpoint: str = Field(
        "",
        description="Upstream Hub: builds preload from it what is not here, and `HF_ENDPOINT` in Spaces names it instead of this platform. Default: none.",
    )
    ca_bundle: str = Field(
        "", description="Extra CA bundle for builds and Spaces. Default: the host's own CA settings; `none`: none."
    )
    egress: str = Field(
        "public",
        description="Where instances may connect to: `public` (no private ranges) or `none`. This platform's own public port is reached either way.",
    )
    allow_private: str = Field(
        "",
        description="Comma-separated private networks (CIDR) that builds and instances may reach, such as a package mirror.",
    )

    # -- records
    log_size: int = Field(10 * 1024 * 1024, description="Bytes of one instance's log before it rotates.")
    log_files: int = Field(3, description="Rotated logs kept.")
    analytics_days: int = Field(
        90, description="Days for which visits and use of each Space are kept, by the hour; 0: nothing is counted."
    )

    def model_post_init(self, _: object) -> None:
        self.data = self.data.absolute()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.path('demodock.db')}"

    @property
    def base_url(self) -> str:
        """Where people find the control host, without a slash at the end."""
        return (self.public_url or f"http://{self.domain}:{self.port}").rstrip("/")

    @property
    def hub_url(self) -> str:
        """The control host under the name that Spaces know as well as browsers: what `HF_ENDPOINT` holds in a Space."""
        return self.space_url(names.HUB_SUBDOMAIN)

    @property
    def proxies(self) -> list[str]:
        """Whose X-Forwarded-For is believed at the public port."""
        return [proxy.strip() for proxy in self.trusted_proxies.split(",") if proxy.strip()]

    @property
    def secure(self) -> bool:
        """True where people reach the control host over TLS."""
        return self.base_url.startswith("https://")

    @property
    def origin(self) -> str:
        """The control host as browsers write it in an Origin header."""
        scheme, _, rest = self.base_url.partition("://")
        host = rest.partition("/")[0].lower()
        return f"{scheme}://{host.removesuffix(':443' if scheme == 'https' else ':80')}"

    @property
    def near(self) -> str:
        """The address under which this machine itself reaches the public port."""
        return self.bind if self.bind not in ("", "0.0.0.0", "::") else "127.0.0.1"

    def space_url(self, subdomain: str) -> str:
        """Where a Space answers, without a slash at the end."""
        scheme, _, host = self.base_url.partition("://")
        return f"{scheme}://{subdomain}.{host}"

    def space_host(self, subdomain: str) -> str:
        """Host and port as in a Host header."""
        return self.space_url(subdomain).partition("://")[2]

    def path(self, *parts: str) -> Path:
        """A path in the data directory; its parent is made."""
        where = self.data.joinpath(*parts)
        where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return where

    @functools.cached_property
    def installation(self) -> str:
        """Eight hexadecimal digits that name this data directory on a shared engine."""
        return self.secret("installation", lambda: secrets.token_hex(4))

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
        """The text of a file in the data directory (mode 0600), made at first use; safe against a racing process."""
        where = self.path(name)
        try:
            return where.read_text().strip()
        except FileNotFoundError:
            text = make()
        temporary = where.with_name(f".{name}.{secrets.token_hex(4)}")
        temporary.touch(mode=0o600)
        temporary.write_text(text)
        try:
            where.hardlink_to(temporary)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        return where.read_text().strip()


@functools.cache
def get_settings() -> Settings:
    """The settings in force in this process."""
    return Settings()
