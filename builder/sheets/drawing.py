"""The page of a spreadsheet on its way to a tool, from the plan of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from flask import url_for

from builder.sheets.contexts import Choosing, Option, SheetPage, ShownCell, ShownColumn
from builder.sheets.kept import KeptSheet
from form_specs.language import _, counted, marked
from form_specs.sheets.amounts import USUAL
from form_specs.sheets.beside import Offer
from form_specs.sheets.cells import text_of
from form_specs.sheets.encodings_known import ENCODINGS
from form_specs.sheets.finding import Table
from form_specs.sheets.making import initial_of, states_of
from form_specs.sheets.people import PERSON
from form_specs.sheets.planning import PLAIN_STATES, TYPES, ColumnPlan, TablePlan
from form_specs.sheets.saying import column_sentences, is_written, offer_sentence, table_sentences
from form_specs.sheets.sheet import Grid
from runtime.web.contexts import Link
from runtime.web.site.context import current_services

_ROWS: Final = 6
_HEADER_ROWS: Final = 30
_ORDERS: Final = (
    ("dmy", marked("Day, month, year")),
    ("mdy", marked("Month, day, year")),
    ("ymd", marked("Year, month, day")),
    ("serial", marked("Numbers of days")),
)
_MARKS: Final = ((".", marked("1,234.56")), (",", marked("1.234,56")))
_DELIMITERS: Final = (
    (",", marked("Comma")),
    (";", marked("Semicolon")),
    ("\t", marked("Tab")),
    ("|", marked("Vertical bar")),
)


def sheet_page(kept: KeptSheet, error: str = "") -> SheetPage:
    """The page; raises `UnreadableSheet` where the file cannot be read as it was said."""
    plan, book = kept.plan(), kept.book()
    shown = [column for column in plan.columns if not column.left_out][:40]
    titles = type_titles()
    return SheetPage(
        trail=[
            Link(_("Tools"), url_for("build.tools")),
            Link(_("From a file"), url_for("build.choose_file")),
        ],
        action=url_for("build.sheet", sheet=kept.id),
        file=kept.name,
        title=kept.title,
        key=kept.key,
        names=plan.names,
        said=[
            *(str(note) for note in book.notes),
            *table_sentences(plan.table),
        ],
        beside=[_beside(offer, plan) for offer in kept.offers()],
        reading=list(_reading(kept, plan.table, book.sheets, book.encoding, book.delimiter)),
        roles=list(_roles(plan)),
        heads=[
            (column.title, _("Link") if column.position in plan.links else titles[column.type])
            for column in shown
        ],
        rows=[
            (row.number, [_shown_cell(column, row.cells[column.position]) for column in shown])
            for row in plan.table.rows[:_ROWS]
        ],
        columns=[_shown_column(column, plan) for column in plan.columns],
        outcome=list(outcome(plan)),
        records=len(plan.table.rows),
        again_url=url_for("build.choose_file"),
        error=error,
    )


def _beside(offer: Offer, plan: TablePlan) -> Option:
    sheets = {other.table.name for other in plan.beside}
    return Option(offer.sheet, offer_sentence(offer), offer.sheet in sheets)


def type_titles() -> dict[str, str]:
    """What the field types are called."""
    types = current_services().registry.field_types
    return {name: _(types[name].title) for name in TYPES}


def outcome(plan: TablePlan) -> Iterator[str]:
    """What will be made of it."""
    yield counted("A form with one field.", "A form with %(num)s fields.", len(plan.fields))
    for other in plan.beside:
        rows = len(other.table.rows)
        yield _(
            "A form “%(form)s” with %(fields)s and %(records)s, from the sheet of that name.",
            form=other.names[1],
            fields=counted("%(num)s field", "%(num)s fields", len(other.fields)),
            records=counted("%(num)s record", "%(num)s records", rows, num=f"{rows:,}"),
        )
    if plan.title is not None:
        yield _("A record is called by its “%(title)s”.", title=plan.columns[plan.title].title)
    if plan.key is not None:
        yield _("No two records have the same “%(title)s”.", title=plan.columns[plan.key].title)
    states = states_of(plan)
    if states:
        yield _(
            "A workflow: %(states)s. New records are “%(initial)s”; every state leads to every "
            "other until you say otherwise.",
            states=", ".join(f"“{state.title}”" for state in states[:12]),
            initial=initial_of(states).title,
        )
    yield _(
        "Three roles: operators work the records, leads may delete, import and export them too, viewers read."
    )
    yield _("You become a lead of it.")


# -- how the file is read ------------------------------------------------------------------------


def _reading(
    kept: KeptSheet, table: Table, sheets: Sequence[Grid], encoding: str, delimiter: str
) -> Iterator[Choosing]:
    if len(sheets) > 1:
        options = [
            Option(
                sheet.name,
                _("%(sheet)s (hidden)", sheet=sheet.name) if sheet.hidden else sheet.name,
                sheet.name == table.name,
            )
            for sheet in sheets
        ]
        yield Choosing("sheet", _("Sheet"), options)
    grid = next(sheet for sheet in sheets if sheet.name == table.name)
    yield Choosing("header", _("Headings"), list(_header_rows(grid, table.header)))
    if encoding:
        known = [name for name in ENCODINGS if name != encoding]
        options = [Option(name, name, name == encoding) for name in (encoding, *known)]
        yield Choosing("encoding", _("Encoding"), options)
        signs = dict(_DELIMITERS)
        options = [Option(s, _(signs[s]), s == delimiter) for s in signs]
        if delimiter not in signs:
            options.insert(0, Option(delimiter, delimiter, chosen=True))
        yield Choosing("delimiter", _("Cells are apart by"), options)


def _header_rows(grid: Grid, chosen: int) -> Iterator[Option]:
    yield Option("0", _("No row"), not chosen)
    for number, row in enumerate(grid.rows[: max(_HEADER_ROWS, chosen)], 1):
        texts = [text for cell in row if (text := text_of(cell))]
        if texts:
            excerpt = ", ".join(texts)
            excerpt = excerpt if len(excerpt) <= 60 else f"{excerpt[:59]}…"
            title = _("Row %(row)s: %(said)s", row=number, said=excerpt)
            yield Option(str(number), title, number == chosen)


def _roles(plan: TablePlan) -> Iterator[Choosing]:
    there = [
        column
        for column in plan.columns
        if not column.left_out and column.position not in plan.links
    ]
    nothing = Option("", _("None"))
    yield Choosing(
        "title",
        _("Records are called by"),
        [nothing, *_places([c for c in there if c.type != "long_text"], plan.title)],
    )
    yield Choosing(
        "key",
        _("A row is known again by"),
        [nothing, *_places(there, plan.key)],
        _("No two records may have the same"),
    )
    plain = Option(PLAIN_STATES, _("Open, in progress, done"), plan.plain_states)
    yield Choosing(
        "state",
        _("How far a record is, says"),
        [
            Option("", _("Nothing: there is no workflow")),
            plain,
            *_places([c for c in there if c.type == "choice"], plan.state),
        ],
        _("Its values become the states of the workflow"),
    )


def _places(columns: Sequence[ColumnPlan], chosen: int | None) -> list[Option]:
    return [Option(str(c.position), c.title, c.position == chosen) for c in columns]


# -- the columns -----------------------------------------------------------------------------------


def _shown_cell(column: ColumnPlan, cell: object) -> ShownCell:
    plain = column.convention.plain(cell)  # type: ignore[arg-type]
    if plain is None:
        return ShownCell(text_of(cell)[:60], wrong=True)  # type: ignore[arg-type]
    if column.type == PERSON:
        return ShownCell(text_of(cell)[:60])  # type: ignore[arg-type]
    if column.type == "boolean" and plain:
        return ShownCell(_("Yes") if plain == "true" else _("No"))
    return ShownCell(plain if len(plain) <= 60 else f"{plain[:59]}…")


def _shown_column(column: ColumnPlan, plan: TablePlan) -> ShownColumn:
    titles = type_titles()
    evidence, cells = column.evidence, plan.table.column(column.position)
    return ShownColumn(
        name=f"c{column.position}",
        place=_("Column %(letter)s", letter=column.guess.column.letter),
        title=column.title,
        sentences=[_leads(column, plan)]
        if column.position in plan.links
        else column_sentences(column, cells, titles),
        types=None
        if column.position in plan.links
        else Choosing(
            "type",
            _("Type"),
            [Option(name, titles[name], name == column.type) for name in TYPES],
        ),
        details=list(_details(column, is_written(column, cells))),
        choices=column.kind.choices if column.type in ("choice", "multi_choice") else None,
        doubtful=column.kind.other is not None or evidence.fitting < evidence.filled,
        required=column.required,
        kept=not column.left_out,
        is_state=column.position == plan.state,
    )


def _leads(column: ColumnPlan, plan: TablePlan) -> str:
    form = plan.links[column.position]
    named = next(other.names[1] for other in plan.beside if other.form == form)
    return _("It leads to a record of “%(form)s”.", form=named)


def _details(column: ColumnPlan, written: bool) -> Iterator[Choosing]:
    convention = column.convention
    if written and convention.kind in ("date", "moment"):
        options = [Option(k, _(t), k == convention.order) for k, t in _ORDERS]
        yield Choosing("order", _("Days are written"), options)
    if written and convention.kind in ("number", "money", "percent"):
        options = [Option(k, _(t), k == convention.mark) for k, t in _MARKS]
        yield Choosing("mark", _("Numbers are written"), options)
    if convention.kind == "money":
        known = dict.fromkeys((convention.currency, *column.kind.options["currencies"], *USUAL))
        options = [Option(code, code, code == convention.currency) for code in known if code]
        yield Choosing("currency", _("Amounts without a currency are in"), options)
