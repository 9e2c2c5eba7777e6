"""org: organizations, their members and invitations."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer

from spaces.cli.client import Client
from spaces.cli.output import Json, command, err, out, safe, show_json, show_table

org = typer.Typer(help="Organizations, their members and invitations.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="ORGANIZATION")]
User = Annotated[str, typer.Argument(metavar="USER")]
RoleName = Annotated[str, typer.Option("--role", help="`admin`, `write`, `contributor` or `read`.")]


@org.command("new")
@command
def create(
    name: Name, full_name: Annotated[str, typer.Option(help="What it calls itself.")] = "", as_json: Json = False
) -> None:
    """Create an organization, with you as its admin."""
    made = Client().call("POST", "/api/organizations", {"name": name, "fullname": full_name})
    show_json(made) if as_json else out.print(
        f"{made['name']} is there. Invite: demodock org invite {made['name']} USER"
    )


@org.command("ls")
@command
def list_mine(as_json: Json = False) -> None:
    """List the organizations that you belong to, and your invitations."""
    client = Client()
    mine = client.call("GET", "/api/whoami-v2")["orgs"]
    received = client.call("GET", "/api/invitations")
    if as_json:
        show_json({"organizations": mine, "invitations": received})
        return
    rows = [(entry["name"], safe(entry["fullname"]), entry["roleInOrg"]) for entry in mine]
    show_table(("ORGANIZATION", "FULL NAME", "ROLE"), rows)
    for entry in received:
        err.print(f"{entry['inviter']} invites you to {entry['organization']}: demodock org accept {entry['id']}")


@org.command("members")
@command
def members(name: Name, as_json: Json = False) -> None:
    """List an organization's members."""
    rows = Client().call("GET", _path(name, "/members"))
    if as_json:
        show_json(rows)
    else:
        show_table(("USER", "ROLE", "SINCE"), [(row["user"], row["role"], row["since"][:10]) for row in rows])


@org.command("invite")
@command
def invite(
    name: Name,
    recipient: Annotated[str, typer.Argument(help="A user's name, or an e-mail address.")],
    role: RoleName = "write",
    as_json: Json = False,
) -> None:
    """Invite somebody; the link is shown once, and works once."""
    made = Client().call("POST", _path(name, "/invitations"), {"recipient": recipient, "role": role})
    if as_json:
        show_json(made)
        return
    err.print(f"For {safe(made['recipient'])}, until {made['expiresAt'][:10]}; it is shown only now:")
    print(made["link"])


@org.command("invitations")
@command
def invitations(name: Name, as_json: Json = False) -> None:
    """List an organization's open invitations."""
    rows = Client().call("GET", _path(name, "/invitations"))
    if as_json:
        show_json(rows)
        return
    shown = [(str(row["id"]), safe(row["recipient"]), row["role"], row["expiresAt"][:10]) for row in rows]
    show_table(("ID", "FOR", "ROLE", "UNTIL"), shown)


@org.command("uninvite")
@command
def take_back(name: Name, invitation: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Take an invitation back."""
    gone = Client().call("DELETE", _path(name, f"/invitations/{invitation}"))
    show_json(gone) if as_json else out.print(f"Invitation {invitation} works no more.")


@org.command("accept")
@command
def accept(invitation: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False) -> None:
    """Accept an invitation of yours; `demodock org ls` shows them."""
    joined = Client().call("POST", f"/api/invitations/{invitation}/accept")
    show_json(joined) if as_json else out.print(f"You belong to it now, with the role {joined['role']}.")


@org.command("role")
@command
def give_role(name: Name, user: User, role: Annotated[str, typer.Argument()], as_json: Json = False) -> None:
    """Give a member another role. The platform's admins also add people by this, without an invitation."""
    row = Client().call("PUT", _path(name, f"/members/{quote(user, safe='')}"), {"role": role})
    show_json(row) if as_json else out.print(f"{row['user']} has the role {row['role']} in {name}.")


@org.command("remove")
@command
def remove(name: Name, user: User, as_json: Json = False) -> None:
    """Remove a member, or leave by naming yourself."""
    gone = Client().call("DELETE", _path(name, f"/members/{quote(user, safe='')}"))
    show_json(gone) if as_json else out.print(f"{user} no longer belongs to {name}.")


@org.command("defaults")
@command
def set_defaults(
    name: Annotated[str, typer.Argument(metavar="OWNER", help="An organization, or yourself.")],
    visibility: Annotated[str | None, typer.Option(help="`public`, `protected` or `private`.")] = None,
    hardware: Annotated[str | None, typer.Option(help="A flavor's name.")] = None,
    sleep_time: Annotated[int | None, typer.Option(help="Idle seconds before sleep; -1 never.")] = None,
    as_json: Json = False,
) -> None:
    """Set what new repositories get where their creator says nothing; what is left out is the platform's."""
    wanted = {"visibility": visibility, "hardware": hardware, "sleepTimeSeconds": sleep_time}
    kept = Client().call("PUT", f"/api/owners/{quote(name, safe='')}/defaults", wanted)
    show_json(kept) if as_json else show_table(
        ("SETTING", "VALUE"), [(k, v or "as the platform has it") for k, v in kept.items()]
    )


@org.command("delete")
@command
def delete(
    name: Name, yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False, as_json: Json = False
) -> None:
    """Delete an organization that owns nothing any more."""
    if not yes:
        typer.confirm(f"Delete {name}?", abort=True, err=True)
    gone = Client().call("DELETE", _path(name))
    show_json(gone) if as_json else out.print(f"{name} is gone.")


# -- private --------------------------------------------------------------------------------------


def _path(name: str, rest: str = "") -> str:
    return f"/api/organizations/{quote(name, safe='')}{rest}"
