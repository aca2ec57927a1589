"""The command `pilot`: a version that some work by before all do."""

from pathlib import Path
from typing import Any

import click

from builder.publishing.publish import prospect
from builder.scenarios.objecting import objection
from components.registry import Registry
from form_specs.check import check_file
from form_specs.source import read_source
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from opswright.cli.specs import has_errors, print_problems
from runtime.api.resources import moment_text
from runtime.piloting import CannotPilotError, Chosen, NoPilotError
from runtime.services import Services
from runtime.storage import accounts, pilots
from runtime.storage.pilots import Pilot

_BY = "cli"


@click.group()
def pilot() -> None:
    """Give a version to some people or records before all get it."""


@pilot.command("start")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--people", default="", metavar="NAMES", help="Accounts, separated by commas.")
@click.option(
    "--share", type=click.IntRange(0, 100), default=0, help="Of each hundred records how many."
)
@click.option(
    "--view", default="", metavar="KEY", help="Of the records of that list, in place of all."
)
@click.option("--note", default="", help="Why, for the history.")
@click.pass_context
def start(ctx: click.Context, file: Path, people: str, share: int, view: str, note: str) -> None:
    """Give the spec in FILE to some, beside the version in force."""
    problems = check_file(file, Registry.discover().catalog())
    if has_errors(problems):
        print_problems(problems)
        ctx.exit(1)
    names = frozenset(filter(None, (name.strip() for name in people.split(","))))
    if not names and not share:
        raise UsedWrong("Say who is to have it: --people, --share or both")
    if view and not share:
        raise UsedWrong("Say how many of each hundred records of the list: --share")
    document: Any = read_source(file).document
    with opened() as services:
        _refuse_unknown(services, document["key"], names)
        found = prospect(services, document)
        if red := objection(document, services.registry, note):
            raise FoundWrong(red)
        try:
            made = services.piloting.start(
                document, _BY, Chosen(names, share, view), note, based_on=found.version
            )
        except CannotPilotError as error:
            lines = "\n".join(f"  {each.text}" for each in error.hindrances)
            raise FoundWrong(f"It is for all or for nobody:\n{lines}") from error
        except NoPilotError as error:
            raise FoundWrong("It was never published: publish it for all first") from error
    click.echo(f"{document['key']}: version {made.version} is on trial")


@pilot.command("show")
@click.argument("tool")
@json_option
def show(tool: str, as_json: bool) -> None:
    """Say which version of TOOL is on trial, and with whom."""
    with opened() as services:
        found = _running(services, tool)
    if as_json:
        print_json(
            {
                "tool": tool,
                "version": found.version,
                "people": sorted(found.people),
                "share": found.share,
                "view": found.view or None,
                "started_at": moment_text(found.started_at),
                "started_by": found.started_by,
            }
        )
        return
    people = ", ".join(sorted(found.people)) or "nobody"
    click.echo(f"{tool}: version {found.version} is on trial since {moment_text(found.started_at)}")
    click.echo(f"  people: {people}")
    where = f" of the list {found.view}" if found.view else ""
    click.echo(f"  records: {found.share} of each 100{where}")


@pilot.command("adopt")
@click.argument("tool")
def adopt(tool: str) -> None:
    """Give the version on trial to all who work with TOOL."""
    with opened() as services:
        found = _running(services, tool)
        services.piloting.adopt(tool, found.version, _BY)
    click.echo(f"{tool}: version {found.version} is in force")


@pilot.command("withdraw")
@click.argument("tool")
def withdraw(tool: str) -> None:
    """Take the version on trial back from TOOL; what was saved by it stays."""
    with opened() as services:
        found = _running(services, tool)
        services.piloting.withdraw(tool, found.version, _BY)
    click.echo(f"{tool}: version {found.version} is taken back")


def _running(services: Services, tool: str) -> Pilot:
    with services.db.read() as conn:
        found = pilots.running(conn, tool)
    if found is None:
        raise FoundWrong(f"No version of '{tool}' is on trial")
    return found


def _refuse_unknown(services: Services, tool: str, names: frozenset[str]) -> None:
    with services.db.read() as conn:
        known = {name for name, _title, _role in accounts.members(conn, tool)}
    if unknown := sorted(names - known):
        raise UsedWrong(f"{', '.join(unknown)}: no account with a role in '{tool}'")
