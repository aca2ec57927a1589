"""What is thought of a table, in sentences that a person can agree with or correct."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from form_specs.language import _, counted, marked
from form_specs.sheets.beside import Offer
from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.convention import Convention
from form_specs.sheets.days import SERIAL
from form_specs.sheets.evidence import Evidence
from form_specs.sheets.finding import Table
from form_specs.sheets.planning import ColumnPlan

_ORDERS: Final = {
    "dmy": marked("day first"),
    "mdy": marked("month first"),
    "ymd": marked("year first"),
    "serial": marked("as numbers of days, the way spreadsheet programs keep them"),
}
_MARKS: Final = {
    ".": marked("a point before the decimals"),
    ",": marked("a comma before the decimals"),
}


def column_sentences(
    column: ColumnPlan, cells: Sequence[Cell], type_titles: Mapping[str, str]
) -> list[str]:
    """What one column is taken for, and what was counted."""
    evidence = column.evidence
    if not evidence.total:
        return [_("%(type)s, as there is no row yet.", type=type_titles[column.type])]
    if not evidence.filled:
        return [_("No row has anything in it.")]
    return [
        _read_as(column, type_titles[column.type], cells),
        _counted(evidence),
        *_left_open(column, cells),
        *_special(column),
    ]


def _read_as(column: ColumnPlan, type_title: str, cells: Sequence[Cell]) -> str:
    how = [_(part) for part in _how(column.convention)] if is_written(column, cells) else []
    title = type_title
    return f"{title}, {', '.join(how)}." if how else f"{title}."


def is_written(column: ColumnPlan, cells: Sequence[Cell]) -> bool:
    """Whether it matters how days or numbers are written: not where a workbook knows what its cells are."""
    return column.convention.order == SERIAL or any(
        isinstance(cell, str) and cell for cell in cells
    )


def _how(convention: Convention) -> Iterator[str]:
    if convention.kind in ("date", "moment") and convention.order:
        yield _ORDERS[convention.order]
    if convention.kind in ("number", "money", "percent"):
        yield _MARKS[convention.mark]


def _counted(evidence: Evidence) -> str:
    fitting, filled = f"{evidence.fitting:,}", f"{evidence.filled:,}"
    empty = evidence.total - evidence.filled
    if evidence.fitting == evidence.filled == 1:
        return _("Its only cell with a value reads so.")
    if evidence.fitting == evidence.filled and not empty:
        return _("All %(cells)s cells read so.", cells=filled)
    if evidence.fitting == evidence.filled:
        return counted(
            "All %(cells)s cells read so, one is empty.",
            "All %(cells)s cells read so, %(empty)s are empty.",
            empty,
            cells=filled,
            empty=f"{empty:,}",
        )
    misfits = ", ".join(
        _("row %(row)s “%(text)s”", row=row, text=text) for row, text in evidence.misfits[:3]
    )
    more = "" if evidence.filled - evidence.fitting <= 3 else " …"
    others = evidence.filled - evidence.fitting
    return counted(
        "%(fitting)s of %(cells)s cells read so; one does not: %(misfits)s.",
        "%(fitting)s of %(cells)s cells read so; %(others)s do not: %(misfits)s.",
        others,
        fitting=fitting,
        cells=filled,
        others=f"{others:,}",
        misfits=f"{misfits}{more}",
    )


def _left_open(column: ColumnPlan, cells: Sequence[Cell]) -> Iterator[str]:
    """What may as well be meant otherwise, with a cell that shows it."""
    other = column.kind.other
    if other is None:
        return
    for cell in cells:
        here, there = column.convention.plain(cell), other.plain(cell)
        if isinstance(cell, str) and here != there and here and there:
            yield _(
                "It could be read otherwise: “%(cell)s” is read as %(here)s and might be %(there)s.",
                cell=text_of(cell),
                here=here,
                there=there,
            )
            return


def _special(column: ColumnPlan) -> Iterator[str]:
    convention = column.convention
    if convention.kind == "boolean" and convention.yes:
        no = [word or _("an empty cell") for word in convention.no]
        yield _("“%(yes)s” is a yes, %(no)s a no.", yes=", ".join(convention.yes), no=_quoted(no))
    if convention.kind == "person":
        yield _(
            "People are known by user name, e-mail address or name; a row with anybody else is "
            "put right before it comes in."
        )
    if convention.blanks:
        yield _("%(words)s counts as empty.", words=_quoted(convention.blanks))
    if column.kind.choices:
        yield counted("One choice.", "%(num)s choices.", len(column.kind.choices))
    if convention.kind == "several":
        sign = convention.separator.replace("\n", _("a line break"))
        yield _("A cell may hold several, apart by “%(sign)s”.", sign=sign)


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(word if " " in word else f"“{word}”" for word in words)


def table_sentences(table: Table) -> Iterator[str]:
    """Where the table was found, and what was left out."""
    rows = counted("%(rows)s row", "%(rows)s rows", len(table.rows), rows=f"{len(table.rows):,}")
    columns = counted("%(num)s column", "%(num)s columns", len(table.columns))
    if table.header:
        yield _(
            "%(rows)s in %(columns)s, with the headings in row %(header)s.",
            rows=rows,
            columns=columns,
            header=table.header,
        )
    else:
        yield _("%(rows)s in %(columns)s.", rows=rows, columns=columns)
    if not table.rows:
        yield _("There is no row below the headings: the tool begins without records.")
    yield from map(str, table.notes)


def offer_sentence(offer: Offer) -> str:
    """That the sheet which columns of the table name may become a form too."""
    columns = ", ".join(
        _(
            "“%(column)s” (%(known)s of %(values)s values stand there)",
            column=link.column,
            known=link.known,
            values=link.values,
        )
        for link in offer.links
    )
    return _(
        "The sheet “%(sheet)s” becomes a form too, known by its “%(other)s”. Links to it: %(columns)s.",
        sheet=offer.sheet,
        other=offer.links[0].other,
        columns=columns,
    )
