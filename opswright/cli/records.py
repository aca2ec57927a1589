"""Commands about records: `records import`, `records export`."""

import csv
import io
import shutil
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from form_specs.model import JsonObject, Right
from form_specs.sheets.errors import UnreadableSheet
from opswright.cli.failures import FoundWrong, UsedWrong
from opswright.cli.opening import opened
from opswright.cli.printing import json_option, print_json
from runtime.access import FormAccess
from runtime.batches.checking import Checked
from runtime.batches.columns import keys, system_columns, targets
from runtime.batches.exporting import Export, Wish, may_export
from runtime.batches.files_out import csv_pieces, pieces_of, xlsx_file
from runtime.batches.people import COMMAND_LINE, access_now, acting
from runtime.batches.plans import Plan, with_ways
from runtime.batches.rejects import reject_rows
from runtime.filters import parse_filter
from runtime.reading import ListRequest, QueryError
from runtime.services import Services
from runtime.storage.batches import Batch
from runtime.storage.ids import encode_id
from runtime.storage.index_builder import build_next

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_EVERY_ROW = 10**9


@click.group()
def records() -> None:
    """Bring records in from files, and take them out."""


# -- in -----------------------------------------------------------------------------------


@records.command("import")
@click.argument("tool")
@click.argument("form")
@click.argument("file", type=_FILE)
@click.option("--name", help="What the batch is called; else as the file.")
@click.option(
    "--key", default="", help="A unique field (or @id): rows that are known change records."
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="COLUMN=FIELD",
    help="May be repeated; nothing after =: left out.",
)
@click.option(
    "--way",
    "ways",
    multiple=True,
    metavar="FIELD=WAY",
    help="ymd, dmy or mdy of days; . or , before decimals.",
)
@click.option("--clear", is_flag=True, help="Empty cells take values of known records away.")
@click.option("--dry-run", is_flag=True, help="Say what would become of the rows; write nothing.")
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where rows that were refused go, as CSV.",
)
@click.option(
    "--as",
    "who",
    default=COMMAND_LINE,
    metavar="USER",
    help="With whose rights; else all there are.",
)
@json_option
def import_records(tool: str, form: str, file: Path, as_json: bool, who: str, **asked: Any) -> None:
    """Bring the rows of a CSV or XLSX FILE into the FORM of a published TOOL.

    Exits with 1 where rows were refused.
    """
    with opened(with_hooks=True) as services:
        services.hooks.start()
        while build_next(services.db):
            pass  # What looks values up needs the indexes of the form.
        access = _access(services, tool, form, who, Right.IMPORT)
        try:
            batch = services.batches.draft(access, file, file.name)
        except UnreadableSheet as error:
            raise FoundWrong(f"{file}: {error}") from error
        batch = _planned(services, access, batch, asked)
        if asked["dry_run"]:
            found = services.batches.check(access, batch)
            services.batches.discard(batch)
            _tell_check(found, as_json=as_json)
            rejected = found.rejected
        else:
            services.batches.start(batch)
            batch = services.batches.wait(batch)
            rejected = _tell(services, batch, asked["rejects"], as_json=as_json)
    if rejected:
        sys.exit(FoundWrong.exit_code)


def _access(services: Services, tool: str, form: str, who: str, right: Right) -> FormAccess:
    with services.db.read() as conn:
        tools = services.published.tools(conn)
        person = acting(conn, who)
        found = next((t for t in tools if t.key == tool), None)
        if found is None:
            raise FoundWrong(f"There is no published tool '{tool}'")
        if form not in found.forms:
            raise FoundWrong(f"'{tool}' has no form '{form}', but {', '.join(found.forms)}")
        if person is None:
            raise FoundWrong(f"There is no account '{who}' that may sign in")
        access = access_now(tools, person, found.forms[form].form_id)
    if access is None or not access.can(right):
        raise FoundWrong(f"'{who}' may not {right.value} records of '{form}'")
    return access


def _planned(services: Services, access: FormAccess, batch: Batch, asked: dict[str, Any]) -> Batch:
    """The draft as the options want it."""
    plan, able = Plan.from_json(batch.plan), targets(access)
    chosen = list(plan.targets)
    for title, name in _pairs(asked["maps"], "--map COLUMN=FIELD"):
        if title not in plan.titles:
            raise UsedWrong(f"The file has no column '{title}', but {', '.join(plan.titles)}")
        if name and name not in able and name not in system_columns(access):
            raise UsedWrong(f"There is no column '{name}' to fill, but {', '.join(able)}")
        chosen = ["" if old == name else old for old in chosen]
        chosen[list(plan.titles).index(title)] = name
    if asked["key"] and asked["key"] not in keys(access):
        raise UsedWrong(f"--key takes one of {', '.join(keys(access))}")
    if asked["key"] and asked["key"] not in chosen:
        raise UsedWrong(f"No column of the file is '{asked['key']}', by which records are found")
    ways = dict(_pairs(asked["ways"], "--way FIELD=WAY"))
    plan = replace(plan, targets=chosen, key=asked["key"], clears=asked["clear"], ways=ways)
    plan = with_ways(plan, {name: target.field for name, target in able.items()})
    if not plan.used():
        raise FoundWrong(f"No column of the file is one of {', '.join(able)}: name them by --map")
    return services.batches.change(batch, plan, asked["name"] or batch.name)


def _pairs(texts: Iterable[str], form: str) -> Iterable[tuple[str, str]]:
    for text in texts:
        left, equals, right = text.rpartition("=")
        if not equals or not left:
            raise UsedWrong(f"{form}, not {text!r}")
        yield left, right


def _tell_check(found: Checked, *, as_json: bool) -> None:
    if as_json:
        print_json(found.to_json())
        return
    counts = f"{found.added:,} would be added, {found.updated:,} updated"
    click.echo(f"{counts}, {found.same:,} stay as they are, {found.rejected:,} rejected")
    for told in found.problems:
        click.echo(f"Row {told['line']}: {_place(told)}{told['message']}", err=True)


def _place(told: dict[str, Any]) -> str:
    return f"{told['field']}: " if told.get("field") else ""


def _tell(services: Services, batch: Batch, rejects: Path | None, *, as_json: bool) -> int:
    result = batch.result
    if batch.status != "done":
        raise FoundWrong(result.get("message") or f"The import is {batch.status}")
    rejected = int(result["rejected"])
    names = ("added", "updated", "same", "rejected")
    if as_json:
        told: JsonObject = {"batch": encode_id(batch.id), "name": batch.name}
        print_json(told | {name: result[name] for name in names})
    else:
        counts = f"{result['added']:,} added, {result['updated']:,} updated"
        click.echo(f"{counts}, {rejected:,} rejected (batch {encode_id(batch.id)})")
    if rejects is not None:
        with rejects.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(reject_rows(services.db, batch))
    elif rejected and not as_json:
        first = io.StringIO()
        csv.writer(first).writerows(reject_rows(services.db, batch, most=20))
        click.echo(first.getvalue(), err=True, nl=False)
    return rejected


# -- out ----------------------------------------------------------------------------------


@records.command("export")
@click.argument("tool")
@click.argument("form")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--format", "format_", type=click.Choice(["csv", "xlsx"]), help="Else as FILE ends.")
@click.option("--view", help="The records and columns of a view; else all.")
@click.option("--all-columns", is_flag=True, help="With --view: all columns.")
@click.option(
    "--filter", "filters", multiple=True, metavar="FIELD:OP:VALUE", help="May be repeated."
)
@click.option(
    "--as",
    "who",
    default=COMMAND_LINE,
    metavar="USER",
    help="With whose rights; else all there are.",
)
@json_option
def export_records(tool: str, form: str, file: Path, as_json: bool, who: str, **asked: Any) -> None:
    """Write the records of a FORM of a published TOOL to FILE (-: standard output)."""
    with opened() as services:
        access = _access(services, tool, form, who, Right.EXPORT)
        if not may_export(access):
            raise FoundWrong(f"'{who}' may not read records of '{form}'")
        wish = _wish(access, file, asked)
        export = Export(services.db, access, wish)
        with services.db.read() as conn:
            rows = export.count(conn, _EVERY_ROW)
        with services.db.write() as conn:
            export.note(conn, services.ids, services.audit_key, rows=rows, request_id="")
        _write(export, wish.format, file)
    if as_json and str(file) != "-":
        print_json({"file": str(file), "rows": rows})
    elif str(file) != "-":
        click.echo(f"Wrote {rows:,} records to {file}")


def _wish(access: FormAccess, file: Path, asked: dict[str, Any]) -> Wish:
    views = {view.key: view for view in access.views()}
    if asked["view"] and asked["view"] not in views:
        raise FoundWrong(f"There is no view '{asked['view']}', but {', '.join(views)}")
    ending = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    try:
        filters = tuple(parse_filter(access, text) for text in asked["filters"])
    except QueryError as error:
        raise UsedWrong(f"--filter: {error.message}") from error
    return Wish(
        ListRequest(filters=filters),
        views.get(asked["view"] or ""),
        everything=asked["all_columns"],
        format=asked["format_"] or ending,
    )


def _write(export: Export, format_: str, file: Path) -> None:
    pieces = pieces_of(xlsx_file(export)) if format_ == "xlsx" else csv_pieces(export)
    if str(file) == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        return
    # All of it or nothing stands under the name.
    with tempfile.NamedTemporaryFile(dir=file.resolve().parent, delete=False) as target:
        _copy(pieces, target)
    shutil.move(target.name, file)


def _copy(pieces: Iterable[bytes], target: "BinaryIO | Any") -> None:
    for piece in pieces:
        target.write(piece)
