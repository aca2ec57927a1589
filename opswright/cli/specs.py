"""Commands about specs: `new`, `check`, `export`."""

import dataclasses
from pathlib import Path

import click

from builder.imports.files import MAX_BYTES, given
from builder.imports.folders import given_together, in_archive, in_folder, is_archive
from builder.publishing.applying import in_force
from builder.starting.first_spec import TABLE, first_spec, is_table, spec_of_rows
from builder.starting.new_keys import title_of
from components.registry import Registry
from form_specs.check import check_file
from form_specs.imports import FORMATS, Given, Imported, UnreadableFile
from form_specs.model import JsonObject
from form_specs.ordering import in_order
from form_specs.problem import LocatedProblem, Severity
from form_specs.sheets import UnreadableSheet
from form_specs.sheets.reading import MAX_BYTES as MAX_TABLE_BYTES
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from runtime.compiling.effective import effective_document
from runtime.services import Services

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_PATH = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("key")
@click.option(
    "--from",
    "source",
    type=_PATH,
    help="A spreadsheet, a form in another language, or a folder or ZIP of schemas.",
)
@click.option("--main", default="", help="Which file of the folder or ZIP the form is made of.")
@click.option("--ui", type=_FILE, help="The uiSchema or uischema that belongs to it.")
@click.option(
    "--format", "format_", type=click.Choice([TABLE, *FORMATS]), help="Which language it is."
)
@click.option("--sheet", help="The sheet of a workbook; without it the largest.")
@click.option(
    "--header", type=click.IntRange(0), help="The row with the headings; 0: there is none."
)
@json_option
def new(  # noqa: PLR0913, PLR0917 - one parameter for each option
    key: str,
    source: Path | None,
    main: str,
    ui: Path | None,
    format_: str | None,
    sheet: str | None,
    header: int | None,
    as_json: bool,
) -> None:
    """Print a spec for a new tool KEY, made from a spreadsheet or a form in another language if one is given.

    A CSV file or a workbook becomes a tool whose records are its rows. JSON Schema,
    react-jsonschema-form, JSON Forms, XLSForm (XLSX or CSV), FHIR Questionnaire and Camunda form-js
    are recognised. What was decided, and what could not be carried over, is written to standard error.
    """
    if source is None and (main or ui or format_ or sheet or header is not None):
        raise UsedWrong(
            "--main, --ui, --format, --sheet and --header say how to read what --from names: give that too"
        )
    content = _content(source, MAX_TABLE_BYTES) if source and source.is_file() else b""
    several = source is not None and (source.is_dir() or is_archive(content))
    if main and not several:
        raise UsedWrong("--main names a file of the folder or ZIP of --from: give one there")
    if source and not several and is_table(content, source.name, format_ or ""):
        made = _of_rows(key, source, content, sheet, header)
    else:
        made = _of_form(key, source, main, ui, format_)
    if as_json:
        notes = [dataclasses.asdict(note) for note in made.notes]
        print_json({"format": made.format, "spec": made.document, "notes": notes})
        return
    print_json(made.document)
    for note in made.notes:
        click.echo(f"Note: {note}", err=True)


def _of_rows(
    key: str, source: Path, content: bytes, sheet: str | None, header: int | None
) -> Imported:
    try:
        return spec_of_rows(
            Registry.discover(), key, title_of(source.name), content, sheet=sheet, header=header
        )
    except UnreadableSheet as error:
        raise FoundWrong(f"{source}: {error}") from error


def _of_form(
    key: str, source: Path | None, main: str, ui: Path | None, format_: str | None
) -> Imported:
    found = _given(source, main, ui) if source else None
    try:
        return first_spec(Registry.discover(), key, found, format_)
    except UnreadableFile as error:
        raise FoundWrong(f"{source}: {error}") from error


def _given(source: Path, main: str, ui: Path | None) -> Given:
    try:
        look = _content(ui) if ui else None
        if source.is_dir():
            return given_together(in_folder(source), main, look)
        if is_archive(content := _content(source)):
            return given_together(in_archive(content), main, look)
        return given(content, str(source), look, str(ui or ""))
    except UnreadableFile as error:
        text = str(error)
        told = text.startswith((str(source), str(ui)))
        raise FoundWrong(text if told else f"{source}: {text}") from error


def _content(path: Path, most: int = MAX_BYTES) -> bytes:
    with path.open("rb") as file:
        return file.read(most + 1)


# -- check ----------------------------------------------------------------------------------


@click.command()
@click.argument("files", nargs=-1, required=True, type=_FILE)
@json_option
@click.pass_context
def check(ctx: click.Context, files: tuple[Path, ...], as_json: bool) -> None:
    """Say all that is wrong with spec FILES, each with its line; exit 1 if anything is."""
    catalog = Registry.discover().catalog()
    problems = [problem for file in files for problem in check_file(file, catalog)]
    wrong = has_errors(problems)
    if as_json:
        print_json({"ok": not wrong, "problems": [problem_json(p) for p in problems]})
    else:
        print_problems(problems)
        if not problems:
            click.echo("1 spec is fine" if len(files) == 1 else f"{len(files)} specs are fine")
    ctx.exit(1 if wrong else 0)


def has_errors(problems: list[LocatedProblem]) -> bool:
    """Whether anything keeps the specs from being published."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def print_problems(problems: list[LocatedProblem]) -> None:
    """Writes problems, a line each."""
    for problem in problems:
        click.echo(problem_line(problem))


def problem_line(problem: LocatedProblem) -> str:
    """One problem as editors and people read it: `file:line:col: pointer: message (hint)`."""
    where = f"{problem.file}:{problem.line}:{problem.column}: "
    pointer = f"{problem.pointer}: " if problem.pointer else ""
    severity = "warning: " if problem.severity is Severity.WARNING else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{where}{pointer}{severity}{problem.message}{hint}"


def problem_json(problem: LocatedProblem) -> JsonObject:
    """A problem for machines."""
    return dataclasses.asdict(problem) | {"severity": problem.severity.value}


# -- export --------------------------------------------------------------------------


@click.command()
@click.argument("tool")
@click.option(
    "--effective",
    is_flag=True,
    help="With the conditions of fields and rules in the forms' schemas, for other validators.",
)
def export(tool: str, effective: bool) -> None:
    """Print the spec of TOOL as it is in force, its members in the one order that all exports have."""
    with opened() as services:
        found = in_force(services, tool)
        if found is None:
            raise FoundWrong(f"There is no published tool '{tool}'")
        print_json(_effective(services, tool) if effective else in_order(found.document))


def _effective(services: Services, tool: str) -> JsonObject:
    with services.db.read() as conn:
        compiled = services.published.tool(conn, tool)
    if compiled is None:
        raise FoundWrong(f"The tool '{tool}' cannot be run as it is published")
    return effective_document(compiled)
