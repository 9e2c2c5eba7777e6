"""`demodock up`: sets up what is missing, runs everything in the foreground, and says when it is ready."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import structlog
import typer
from rich.console import Console
from sqlalchemy import text

from spaces import db, migrations, owners, processes
from spaces.cli import samples
from spaces.cli.steps import Steps
from spaces.errors import DemodockError
from spaces.gpus import inventory, source
from spaces.host import bases, engine, ports, resolver, swap
from spaces.host.pidfile import Hold
from spaces.hostnet import door
from spaces.settings import Settings, get_settings
from spaces.supervisor import Supervisor


def up() -> None:
    """Run Demodock here until Ctrl-C."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(30))  # steps speak for us
    steps = Steps()
    try:
        settings = get_settings()
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        hold = Hold(settings.path("run", "x").parent)
        try:
            _serve(_set_up(settings, steps), steps)
        finally:
            hold.release()
    except DemodockError as error:
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print(error.message, markup=False)
        if error.hint:
            console.print(error.hint, markup=False)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


# Private


def _set_up(settings: Settings, steps: Steps) -> Settings:
    """The host, the database and the first admin; returns the settings that hold what was found out."""
    gpus = source.choose(settings)  # a wrong setting is told of before anything is set up
    with steps.step("Docker Engine") as report:
        settings = settings.model_copy(update={"docker_host": engine.ensure_engine(settings, report)})
    with steps.step("names") as report:
        host = f"any-space.{settings.domain}"
        if not resolver.ensure_resolves(report, host):
            report(
                f"{host} does not resolve on this machine: browsers may reach Spaces all the same, programs here will not"
            )
    if settings.zram or not swap.swap_bytes():
        with steps.step("swap") as report:
            swap.ensure_swap(settings.zram, report)
    for python in (
        bases.available_pythons(settings) if settings.python_versions else bases.available_pythons(settings)[:1]
    ):
        with steps.step(f"base image for Python {python}") as report:
            bases.ensure_base(python, report, settings)
    with steps.step("door for Spaces") as report:
        if why := door.ensure(settings):
            report(f"Spaces cannot reach {settings.hub_url}: {why}")
    settings = processes.with_ports(settings)
    os.environ.update(processes.environment(settings))  # for this process too: everything reads the same settings
    get_settings.cache_clear()
    with steps.step("database"):
        migrations.upgrade()
        _forget_leases(settings)
        owners.ensure_admin(settings)
    with steps.step("GPUs") as report:
        inventory.sync(gpus)
        with db.reading() as session:
            report(inventory.summary(inventory.devices(session)) or "none")
    return settings


def _serve(settings: Settings, steps: Steps) -> None:
    supervisor = Supervisor(
        processes.processes(settings), settings.path("run", "x").parent, settings.path("logs", "processes", "x").parent
    )
    try:
        with steps.step("processes") as report:
            supervisor.end_orphans(report)
            ports.require_free(settings.bind, settings.port)
            supervisor.start()
        if not supervisor.stopping:
            # Beside the loop that looks after the processes, since publishing samples takes minutes.
            threading.Thread(target=_welcome, args=(settings, steps, supervisor), daemon=True).start()
        supervisor.run()
    finally:
        steps.console.print("stopping …")
        supervisor.stop()
        steps.console.print("stopped")


def _welcome(settings: Settings, steps: Steps, supervisor: Supervisor) -> None:
    try:
        if waiting := samples.unpublished(settings):
            with steps.step(f"{len(waiting)} sample Spaces") as report:
                samples.publish(settings, waiting, report, lambda: supervisor.stopping)
    except Exception as error:  # samples are a courtesy: the platform is up without them
        print(f"the samples were not published: {error}", file=sys.stderr, flush=True)
    if not supervisor.stopping:
        print("\n".join(ready_lines(settings)), flush=True)


def ready_lines(settings: Settings) -> list[str]:
    """The ready line, and what a newcomer does next."""
    token = _relative(settings.path(owners.ADMIN_TOKEN))
    scheme, _, rest = settings.base_url.partition("://")
    return [
        f"demodock ready: {settings.base_url}",
        f"  sign in: {settings.base_url}/login as {owners.ADMIN}; until you set a password, with the token in {token}",
        f'  push:    git push "{scheme}://{owners.ADMIN}:$(cat {token})@{rest}/spaces/{owners.ADMIN}/my-space" HEAD:main',
        "  stop:    Ctrl-C",
    ]


def _relative(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _forget_leases(settings: Settings) -> None:
    """Nothing else runs on our own database while we hold the data directory: leases in it are of the dead."""
    if settings.database.startswith("sqlite"):
        with db.writing() as session:
            session.execute(text("DELETE FROM lease"))
