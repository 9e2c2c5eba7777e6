"""All commands in one table. Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 nobody answers, 4 not allowed,
5 not found, 130 interrupted."""

from __future__ import annotations

import typer

from spaces.cli import admin, change, env, imports, look, new, organizations, people, push, quotas
from spaces.cli.output import Json

app = typer.Typer(
    name="demodock",
    help="Push an app, get a URL.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command(rich_help_panel="Platform")
def up() -> None:
    """Run Demodock here until Ctrl-C."""
    from spaces.cli.up import up as run

    run()


@app.command(rich_help_panel="Platform")
def doctor(as_json: Json = False) -> None:
    """Look for what is missing or wrong on this machine, and say how to mend it."""
    from spaces.cli.doctor import doctor as run

    run(as_json)


for module, panel in ((push, "Spaces"), (look, "Spaces"), (change, "Spaces")):
    for command in module.COMMANDS:
        app.command(rich_help_panel=panel)(command)
app.command("open", rich_help_panel="Spaces")(look.open_space)
app.command(rich_help_panel="Spaces")(new.new)
app.command("import", rich_help_panel="Spaces")(imports.import_space)
app.add_typer(env.secret, name="secret", rich_help_panel="Settings")
app.add_typer(env.variable, name="variable", rich_help_panel="Settings")
app.add_typer(people.token, name="token", rich_help_panel="People")
app.add_typer(people.user, name="user", rich_help_panel="People")
app.command("quota", rich_help_panel="People")(quotas.own_quota)
app.add_typer(admin.admin, name="admin", rich_help_panel="Platform")
app.add_typer(organizations.org, name="org", rich_help_panel="People")
