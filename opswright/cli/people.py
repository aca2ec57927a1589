"""Commands about people: `user` and `token`."""

import secrets
import sys
from datetime import UTC, datetime
from typing import Any

import click

from form_specs.model import JsonObject
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json, print_table
from runtime.access import BUILDER, EVERY_TOOL, TEAM
from runtime.accounts import AccountError, Amendment, Joining
from runtime.api.resources import moment_text
from runtime.services import Services
from runtime.storage.ids import decode_id, encode_id
from runtime.storage.tokens import Token


@click.group()
def user() -> None:
    """Make, change and list accounts."""


@user.command("add")
@click.argument("name")
@click.option("--admin", "is_admin", is_flag=True, help="May do everything in every tool.")
@click.option("--password", help="Asked for where there is a terminal, else made and printed.")
@click.option("--title", default="", help="What people read; else the name.")
@click.option("--email", default="")
@click.option("--role", "roles", multiple=True, metavar="TOOL:ROLE", help="May be repeated.")
@click.option("--team", "teams", multiple=True, metavar="TOOL:TEAM", help="May be repeated.")
@json_option
def add_user(
    name: str,
    password: str | None,
    roles: tuple[str, ...],
    teams: tuple[str, ...],
    as_json: bool,
    **about: Any,
) -> None:
    """Make an account called NAME."""
    pairs = (*map(_pair, roles), *map(_team_pair, teams))
    with opened() as services:
        _refuse_unknown_roles(services, pairs)
        chosen = password if password is not None else _asked_password()
        made = chosen or secrets.token_urlsafe(12)
        account = services.accounts.add(Joining(name, made, roles=pairs, **about))
    if as_json:
        shown: JsonObject = {"name": account.name, "admin": account.is_admin, "roles": list(roles)}
        print_json(shown | ({} if chosen else {"password": made}))
        return
    click.echo(f"Made the account {account.name}{' (administrator)' if account.is_admin else ''}")
    if not chosen:
        click.echo(f"Password: {made}")


def _pair(text: str) -> tuple[str, str]:
    tool, colon, role = text.partition(":")
    if not (tool and colon and role):
        raise UsedWrong(f"--role takes TOOL:ROLE, as disputes:analyst, not {text!r}")
    return tool, role


def _team_pair(text: str) -> tuple[str, str]:
    tool, colon, team = text.partition(":")
    if not (tool and colon and team):
        raise UsedWrong(f"--team takes TOOL:TEAM, as disputes:night, not {text!r}")
    return tool, f"{TEAM}{team}"


def _refuse_unknown_roles(services: Services, pairs: tuple[tuple[str, str], ...]) -> None:
    with services.db.read() as conn:
        known = {
            tool.key: (*tool.spec.roles, *(TEAM + team for team in tool.spec.teams))
            for tool in services.published.tools(conn)
        }
    for tool, role in pairs:
        if role == BUILDER and tool in (*known, EVERY_TOOL):
            continue
        if tool not in known:
            raise FoundWrong(f"There is no published tool '{tool}'")
        if role not in known[tool]:
            what, key = (
                ("team", role.removeprefix(TEAM)) if role.startswith(TEAM) else ("role", role)
            )
            others = [name for name in known[tool] if name.startswith(TEAM) is (what == "team")]
            there = ", ".join(name.removeprefix(TEAM) for name in others) or "none"
            raise FoundWrong(f"'{tool}' has no {what} '{key}'; it has {there}")


def _asked_password() -> str | None:
    """The password that somebody types at a terminal; none where nobody is there."""
    if not sys.stdin.isatty():
        return None
    typed: str = click.prompt(
        "Password (empty: one is made)",
        default="",
        hide_input=True,
        confirmation_prompt=True,
        show_default=False,
    )
    return typed or None


@user.command("change")
@click.argument("name")
@click.option("--password", help="A new one; it ends every session of the account.")
@click.option("--title", help="What people read.")
@click.option("--email")
@click.option("--admin/--no-admin", "is_admin", default=None, help="May do everything, or not.")
@click.option("--close/--reopen", "closed", default=None, help="Nobody can sign in, or again.")
@click.option("--grant", "granted", multiple=True, metavar="TOOL:ROLE", help="May be repeated.")
@click.option("--revoke", "revoked", multiple=True, metavar="TOOL:ROLE", help="May be repeated.")
@click.option("--join", "joined", multiple=True, metavar="TOOL:TEAM", help="May be repeated.")
@click.option("--leave", "left", multiple=True, metavar="TOOL:TEAM", help="May be repeated.")
def change_user(
    name: str,
    password: str | None,
    closed: bool | None,
    **about: Any,
) -> None:
    """Change the account NAME; what is not named stays, and what changes holds at once."""
    gained, lost = (
        (*map(_pair, about.pop(roles)), *map(_team_pair, about.pop(teams)))
        for roles, teams in (("granted", "joined"), ("revoked", "left"))
    )
    columns = {key: value for key, value in about.items() if value is not None}
    if closed is not None:
        columns["is_active"] = not closed
    amendment = Amendment(password, columns, gained, lost)
    if amendment == Amendment():
        raise UsedWrong("Say what to change; `opswright user change --help` lists what can be")
    with opened() as services:
        _refuse_unknown_roles(services, gained)
        services.accounts.change(name, amendment)
    click.echo(f"Changed the account {name}")


@user.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """List all accounts with their roles."""
    with opened() as services:
        found = services.accounts.listed()
    shown: list[JsonObject] = [
        {
            "name": account.name,
            "title": account.title,
            "email": account.email,
            "admin": account.is_admin,
            "active": account.is_active,
            "roles": [f"{tool}:{role}" for tool, role in sorted(roles)],
        }
        for account, roles in found
    ]
    if as_json:
        print_json(shown)
    elif found:
        print_table(
            [
                (
                    a.name,
                    a.title,
                    "admin" if a.is_admin else "",
                    " ".join(f"{t}:{r}" for t, r in sorted(roles)),
                )
                for a, roles in found
            ]
        )


# -- tokens ---------------------------------------------------------------------------------


@click.group()
def token() -> None:
    """Make, list and revoke API tokens."""


@token.command("add")
@click.argument("name", metavar="USER")
@click.option("--title", default="", help="What it is for.")
@click.option("--days", type=click.IntRange(1, 3650), help="Runs out after so many days.")
@json_option
def add_token(name: str, title: str, days: int | None, as_json: bool) -> None:
    """Make an API token that acts as USER; it is printed last and cannot be read again."""
    with opened() as services:
        token_id, made = services.accounts.add_token(name, title, days)
    if as_json:
        print_json({"id": encode_id(token_id), "user": name, "token": made})
        return
    click.echo(f"Token {encode_id(token_id)} of {name}; keep it, it is not shown again:", err=True)
    click.echo(made)


@token.command("list")
@click.argument("name", metavar="USER")
@json_option
def list_tokens(name: str, as_json: bool) -> None:
    """List the tokens of USER."""
    with opened() as services:
        found = [item for _name, item in services.accounts.tokens([name])]
    if as_json:
        print_json([_token_json(item) for item in found])
    elif found:
        print_table([(encode_id(item.id), item.title, _state(item)) for item in found])


def _token_json(item: Token) -> JsonObject:
    return {
        "id": encode_id(item.id),
        "title": item.title,
        "state": _state(item),
        "created_at": moment_text(item.created_at),
        "last_used_at": moment_text(item.last_used_at) if item.last_used_at else None,
    }


def _state(item: Token) -> str:
    if item.revoked_at is not None:
        return "revoked"
    now = datetime.now(UTC).timestamp() * 1_000_000
    return "run out" if item.expires_at is not None and item.expires_at <= now else "valid"


@token.command("revoke")
@click.argument("token_id", metavar="ID")
def revoke_token(token_id: str) -> None:
    """End the token ID (as `token list` shows it) at once."""
    try:
        number = decode_id(token_id)
    except ValueError as error:
        raise UsedWrong(f"{token_id!r} is no id of a token; `opswright token list USER`") from error
    with opened() as services:
        if not services.accounts.revoke_token(number):
            raise AccountError(f"There is no valid token {token_id}")
    click.echo(f"Revoked {token_id}")
