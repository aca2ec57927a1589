"""The command `diff`: what one version of a tool changes against another."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import click

from components.registry import Registry
from form_specs.check import check_file
from form_specs.compatibility import Comparison, Impact, compare
from form_specs.migrations import skeleton
from form_specs.model import JsonObject
from form_specs.problem import Severity
from form_specs.source import read_source
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from runtime.migrating.counting import counted
from runtime.services import Services
from runtime.storage import tools


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two documents: from a file, or a version in the database."""

    document: JsonObject
    version: int = 0
    """None of the database: 0."""
    in_force: bool = False


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--migration", is_flag=True, help="Print a first migration for it instead.")
@json_option
@click.pass_context
def diff(ctx: click.Context, old: str, new: str, migration: bool, as_json: bool) -> None:
    """List what NEW changes against OLD, and what that means for people and records.

    Each is a spec file, TOOL (its version in force) or TOOL@VERSION.  Where OLD is in force, its
    records are counted.  Exit 1 where publishing takes more than a decision: a migration, or the
    word of somebody that something may be lost.
    """
    registry = Registry.discover()
    before, after = (_side(registry, name) for name in (old, new))
    try:
        found = compare(before.document, after.document, registry.catalog())
    except ValueError as error:
        raise UsedWrong(str(error)) from error
    if before.in_force:
        found = _counted(found)
    if migration:
        print_json(skeleton(found, before.version or 1))
        return
    if as_json:
        print_json(as_document(found))
    else:
        click.echo("\n".join(lines(found)))
    ctx.exit(1 if found.of(Impact.MIGRATION, Impact.BREAKING) else 0)


def _side(registry: Registry, name: str) -> Side:
    path = Path(name)
    if path.is_file():
        return Side(_checked(registry, path))
    key, _, number = name.partition("@")
    if number and not number.isdigit():
        raise UsedWrong(f"'{name}' is neither a file nor TOOL@VERSION")
    with opened() as services:
        return _stored(services, key, int(number) if number else None)


def _checked(registry: Registry, path: Path) -> JsonObject:
    problems = check_file(path, registry.catalog())
    errors = [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise FoundWrong("\n".join(errors))
    return cast("JsonObject", read_source(path).document)


def _stored(services: Services, key: str, number: int | None) -> Side:
    with services.db.read() as conn:
        tool = tools.by_key(conn, key)
        if tool is None or not tool.current_version:
            raise UsedWrong(f"There is neither a file nor a published tool '{key}'")
        wanted = tool.current_version if number is None else number
        found = tools.version(conn, tool.id, wanted)
    if found is None:
        raise UsedWrong(f"'{key}' has no version {wanted}; the newest is {tool.current_version}")
    return Side(found.document, wanted, wanted == tool.current_version)


def _counted(found: Comparison) -> Comparison:
    with opened() as services, services.db.read() as conn:
        tool = services.published.tool(conn, found.tool)
        return found if tool is None else counted(services.db, conn, tool, found)


def as_document(found: Comparison) -> JsonObject:
    """A comparison for machines."""
    return {
        "tool": found.tool,
        "class": found.impact.value,
        "changes": [change.as_json() for change in found.changes],
    }


def lines(found: Comparison) -> list[str]:
    """A comparison for people: the class of the version, then a line for each change."""
    if not found.changes:
        return ["Nothing changes"]
    width = max(len(change.impact) for change in found.changes)
    parts = [f"  {change.impact.value:<{width}}  {change.sentence}" for change in found.changes]
    return [f"{found.tool}: {found.impact.value}", *parts]
