"""Commands about specs: `new`, `check`, `apply`, `export`."""

import dataclasses
from pathlib import Path
from typing import Any

import click

from builder.applying import in_force, proposal
from builder.starting import first_spec
from components.registry import Registry
from form_specs.check import check_file
from form_specs.model import JsonObject
from form_specs.problem import LocatedProblem, Severity
from form_specs.source import SourceError, read_source
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from runtime.services import Services

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("key")
@click.option("--from", "source", type=_FILE, help="A JSON Schema of the records.")
def new(key: str, source: Path | None) -> None:
    """Print a spec for a new tool KEY, made from a JSON Schema if one is given.

    What should be known about the spec is written to standard error.
    """
    schema = _document(source) if source else None
    document, notes = first_spec(Registry.discover(), key, schema)
    print_json(document)
    for note in notes:
        click.echo(f"Note: {note}", err=True)


def _document(path: Path) -> Any:
    try:
        return read_source(path).document
    except SourceError as error:
        faults = "\n".join(str(_located(path, error, index)) for index in range(len(error.faults)))
        raise FoundWrong(faults) from error


def _located(path: Path, error: SourceError, index: int) -> LocatedProblem:
    fault = error.faults[index]
    return LocatedProblem(str(path), *fault.position, "", fault.message, fault.hint)


# -- check ----------------------------------------------------------------------------------


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@json_option
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Say all that is wrong with spec FILES, each with its line; exit 1 if anything is."""
    catalog = Registry.discover().catalog()
    problems = [problem for file in files for problem in check_file(file, catalog)]
    wrong = _has_errors(problems)
    if as_json:
        print_json({"ok": not wrong, "problems": [_problem_json(p) for p in problems]})
    else:
        _print_problems(problems)
        if not problems:
            click.echo("1 spec is fine" if len(files) == 1 else f"{len(files)} specs are fine")
    ctx.exit(1 if wrong else 0)


def _has_errors(problems: list[LocatedProblem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _print_problems(problems: list[LocatedProblem]) -> None:
    for problem in problems:
        click.echo(problem_line(problem))


def problem_line(problem: LocatedProblem) -> str:
    """One problem as editors and people read it: `file:line:col: pointer: message (hint)`."""
    where = f"{problem.file}:{problem.line}:{problem.column}: "
    pointer = f"{problem.pointer}: " if problem.pointer else ""
    severity = "warning: " if problem.severity is Severity.WARNING else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{where}{pointer}{severity}{problem.message}{hint}"


def _problem_json(problem: LocatedProblem) -> JsonObject:
    return dataclasses.asdict(problem) | {"severity": problem.severity.value}


# -- apply, export --------------------------------------------------------------------------


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--publish", is_flag=True, help="Publish what would change.")
@click.option("--note", default="", help="Why, for the history of the tool.")
@json_option
@click.pass_context
def apply(
    ctx: click.Context, files: tuple[Path, ...], publish: bool, note: str, as_json: bool
) -> None:
    """Say what spec FILES would change; with --publish, publish them.

    Nothing is published where any of the files has a problem.
    """
    catalog = Registry.discover().catalog()
    problems = [problem for file in files for problem in check_file(file, catalog)]
    if _has_errors(problems):
        if as_json:
            print_json({"ok": False, "problems": [_problem_json(p) for p in problems]})
        else:
            _print_problems(problems)
        ctx.exit(1)
    documents = {file: read_source(file).document for file in files}
    _refuse_doubles(documents)
    with opened() as services:
        steps = [_step(services, document, publish, note) for document in documents.values()]
    if as_json:
        print_json({"ok": True, "tools": steps})
    else:
        for step in steps:
            click.echo(_step_line(step, published=publish))


def _refuse_doubles(documents: dict[Path, Any]) -> None:
    seen: dict[str, Path] = {}
    for file, document in documents.items():
        other = seen.setdefault(document["key"], file)
        if other != file:
            raise UsedWrong(f"{other} and {file} are both the tool '{document['key']}'")


def _step(services: Services, document: Any, publish: bool, note: str) -> JsonObject:
    """What one spec changes, or would change."""
    found = proposal(services, document)
    version = found.before.version if found.before else 0
    if publish:
        version = services.published.publish(document, by="cli", note=note).tool.version
    return {
        "tool": found.tool,
        "version": version,
        "change": found.kind,
        "parts": [*found.parts],
    }


def _step_line(step: JsonObject, *, published: bool) -> str:
    tool, version = step["tool"], step["version"]
    if step["change"] == "none":
        return f"{tool}: nothing changes, version {version} is in force"
    verb = f"published as version {version}" if published else _would(step)
    parts = step["parts"] if isinstance(step["parts"], list) else []
    return "\n".join([f"{tool}: {verb}", *(f"  {part}" for part in parts)])


def _would(step: JsonObject) -> str:
    what = "a new tool" if step["change"] == "new" else f"differs from version {step['version']}"
    return f"{what}; --publish publishes it"


@click.command()
@click.argument("tool")
def export(tool: str) -> None:
    """Print the spec of TOOL as it is in force."""
    with opened() as services:
        found = in_force(services, tool)
    if found is None:
        raise FoundWrong(f"There is no published tool '{tool}'")
    print_json(found.document)
