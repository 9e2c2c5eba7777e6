"""user and token."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from spaces.cli.client import Client
from spaces.cli.output import Json, command, err, out, safe, show_json, show_table

user = typer.Typer(help="Users of the platform; for admins.", no_args_is_help=True)
token = typer.Typer(help="Your access tokens.", no_args_is_help=True)


@user.command("add")
@command
def add_user(
    name: str,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything.")] = False,
    as_json: Json = False,
) -> None:
    """Add a user, and make a one-time link with which they set their password."""
    client = Client()
    made = client.call("POST", "/api/admin/users", {"name": name, "role": "admin" if admin else "member"})
    _show_link(made | client.call("POST", _link_path(name)), as_json)


@user.command("link")
@command
def make_link(name: str, as_json: Json = False) -> None:
    """Make a one-time link with which a user sets a new password; an earlier link no longer works."""
    _show_link(Client().call("POST", _link_path(name)), as_json)


@user.command("delete")
@command
def delete_user(
    name: str, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, as_json: Json = False
) -> None:
    """Delete a user who owns nothing any more, with their tokens and sessions."""
    if not yes:
        typer.confirm(f"Delete the user {name}?", abort=True, err=True)
    gone = Client().call("DELETE", f"/api/admin/users/{quote(name, safe='')}")
    if as_json:
        show_json(gone)
    else:
        out.print(f"{name} is gone.")


@user.command("ls")
@command
def list_users(as_json: Json = False) -> None:
    """List users."""
    users = Client().call("GET", "/api/admin/users")
    if as_json:
        show_json(users)
    else:
        show_table(("USER", "ROLE", "SINCE"), [(u["name"], u["role"], u["createdAt"][:10]) for u in users])


@token.command("new")
@command
def new_token(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[str, typer.Option(help="`read`, or `write`.")] = "read",
    grant: Annotated[
        list[str] | None,
        typer.Option(
            help="Makes it fine-grained, repeatable: `acme=read`, `spaces/acme/demo=write`, `acme/model=admin`."
        ),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Expires after so many days.")] = None,
    owner: Annotated[str | None, typer.Option(help="Another user's; for admins.")] = None,
    as_json: Json = False,
) -> None:
    """Make a token; it is shown once."""
    grants = [{"on": on, "permission": power} for on, _, power in (text.rpartition("=") for text in grant or [])]
    scope = "fineGrained" if grants else scope
    body = {"name": name, "scope": scope, "grants": grants, "expires_in_days": days, "owner": owner}
    made = Client().call("POST", "/api/tokens", body)
    if as_json:
        show_json(made)
        return
    err.print("This is shown only now:")
    print(made["token"])


@token.command("ls")
@command
def list_tokens(as_json: Json = False) -> None:
    """List your tokens."""
    tokens = Client().call("GET", "/api/tokens")
    if as_json:
        show_json(tokens)
        return
    rows = []
    for entry in tokens:
        ends = "revoked" if entry["revokedAt"] else (entry["expiresAt"] or "never")[:10]
        used = (entry["usedAt"] or "never")[:19]
        rows.append((str(entry["id"]), safe(entry["name"]), f"{entry['prefix']}…", entry["scope"], ends, used))
    show_table(("ID", "NAME", "TOKEN", "SCOPE", "ENDS", "LAST USED"), rows)


@token.command("revoke")
@command
def revoke(token_id: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Make a token open nothing any more."""
    gone = Client().call("DELETE", f"/api/tokens/{token_id}")
    if as_json:
        show_json(gone)
    else:
        out.print(f"Token {token_id} is revoked.")


# -- private --------------------------------------------------------------------------------------


def _link_path(name: str) -> str:
    return f"/api/admin/users/{quote(name, safe='')}/link"


def _show_link(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show_json(made)
        return
    err.print(f"Send {made['name']} this link; it works once, until {made['expiresAt'][:16].replace('T', ' ')} UTC:")
    print(made["link"])
