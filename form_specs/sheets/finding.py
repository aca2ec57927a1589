"""Finds the table in a sheet: its headings, its rows, and what is neither.

People put titles above a table and totals below it, leave columns empty, merge cells, forget a
heading or write one twice.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from form_specs.language import _, marked
from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.errors import UnreadableSheet
from form_specs.sheets.headings import header_row_of, next_header_row
from form_specs.sheets.remarks import Remark
from form_specs.sheets.sheet import Grid

_TOTALS: Final = frozenset(
    (
        "total", "totals", "subtotal", "grandtotal", "sum", "summe", "gesamt", "gesamtsumme",
        "zwischensumme", "totaal", "somme", "sous-total", "totale", "totali", "suma", "razem",
        "celkem", "totalt", "yhteensä", "toplam", "итого", "всего", "合计", "合計",
    )
)  # fmt: skip
_MOST_TITLE: Final = 120


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    index: int
    """In the sheet, from 0."""
    title: str
    """As it stands in the heading, or made where there is none; no other column has the same."""
    named: bool = True
    """Whether the sheet names it."""
    shown: str = ""
    """How a workbook shows its numbers: a currency's sign or code, or "%"."""

    @property
    def letter(self) -> str:
        """As spreadsheet programs call it: A, B, … AA."""
        return letter_of(self.index)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table."""

    number: int
    """As spreadsheet programs count: the first line of the sheet is 1."""
    cells: tuple[Cell, ...]
    """In the order of the table's columns."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet."""

    name: str
    """Of its sheet; empty in a text file."""
    header: int
    """The number of the row with the headings; 0: there is none."""
    columns: Sequence[Column]
    rows: Sequence[Row]
    skipped: Mapping[int, str] = field(default_factory=dict)
    """Rows with something in them that are no rows of the table, by number: what stands there."""
    notes: Sequence[Remark] = ()

    def column(self, position: int) -> list[Cell]:
        """All cells of the column at a position, from the first row to the last."""
        return [row.cells[position] for row in self.rows]


def table_in(sheet: Grid, header: int | None = None) -> Table:
    """The table of a sheet; raises `UnreadableSheet` where there is none.

    `header` is the number of the row with the headings; 0: there is none; none: it is looked for.
    """
    at = _below_merged(sheet, header_row_of(sheet.rows)) if header is None else header
    if at > len(sheet.rows):
        raise UnreadableSheet(
            marked("There is no row %(row)s: the sheet has %(most)s"), row=at, most=len(sheet.rows)
        )
    cells = _with_merged(sheet, at)
    other = next_header_row(cells, at) if at else 0
    below = cells[other - 1 :] if other else []
    cells = cells[: other - 1] if other else cells
    columns = _columns(sheet, cells, at)
    kept, skipped = _rows(cells, at, columns)
    if not columns or not (kept or at):
        raise UnreadableSheet(marked("There is no table in the sheet"))
    skipped = _above(cells, at) | skipped
    notes = _notes(columns, skipped, at)
    if other:
        notes.append(
            Remark(_OTHER, {"row": other, "said": _excerpt([c for c in below[0] if c != ""])})
        )
    return Table(sheet.name, at, columns, kept, skipped, tuple(notes))


_OTHER: Final = marked(
    "Another table begins in row %(row)s and is left out (“%(said)s”): choose its row as that of the headings to read it instead"
)


def _below_merged(sheet: Grid, at: int) -> int:
    """The last row of headings, where cells of the first reach down into others."""
    reaching = [
        min(bottom + 1, len(sheet.rows))
        for top, _left, bottom, _right in sheet.merged
        if top == at - 1
    ]
    lowest = max(reaching, default=at)
    return lowest if at and at < lowest <= at + 2 else at


def letter_of(index: int) -> str:
    """The name of a column by its index."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _with_merged(sheet: Grid, at: int) -> list[list[Cell]]:
    """The cells below the headings, each merged one in all the rows that it covers."""
    rows = [list(row) for row in sheet.rows]
    for top, left, bottom, _right in sheet.merged:
        if top < at or top >= len(rows) or left >= len(rows[top]):
            continue
        for row in rows[top + 1 : bottom + 1]:
            row.extend([""] * (left + 1 - len(row)))
            row[left] = rows[top][left]
    return rows


def _columns(sheet: Grid, rows: list[list[Cell]], at: int) -> list[Column]:
    below = {index for row in rows[at:] for index, cell in enumerate(row) if cell != ""}
    titles = _titles(sheet, at)
    used = sorted(below | {index for index, title in titles.items() if title})
    taken: set[str] = set()
    columns = []
    for index in used:
        title = titles.get(index, "")
        wanted = title or _("Column %(letter)s", letter=letter_of(index))
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted} ({number})"
        taken.add(name.casefold())
        columns.append(Column(index, name, bool(title), sheet.formats.get(index, "")))
    return columns


def _titles(sheet: Grid, at: int) -> dict[int, str]:
    """The heading of each column that has one; groups above it tell equal ones apart."""
    if not at:
        return {}
    titles = {index: _line(cell) for index, cell in enumerate(sheet.rows[at - 1])}
    for groups in (_groups(sheet, at, at - 2), _groups(sheet, at, at - 3)):
        times = Counter(title.casefold() for title in titles.values())
        for index, group in groups.items():
            title = titles.get(index, "")
            if not title or (
                times[title.casefold()] > 1 and group.casefold() not in title.casefold()
            ):
                titles[index] = f"{group} {title}".strip()[:_MOST_TITLE]
    return titles


def _groups(sheet: Grid, at: int, above: int) -> dict[int, str]:
    """What a row above the headings says in cells merged across columns, or down into the headings.

    `above` is the last row, from 0, over which such a cell reaches, if not down to the headings.
    """
    groups: dict[int, str] = {}
    width = max(map(len, sheet.rows[at - 1 : at + 5]))
    for top, left, bottom, right in sheet.merged:
        into = top < at - 1 <= bottom
        if top < at - 3 or not (into or bottom == above) or left >= len(sheet.rows[top]):
            continue
        name = _line(sheet.rows[top][left])
        if name and (into or right > left) and right - left + 1 < max(width, 2):
            groups |= dict.fromkeys(range(left, min(right, width) + 1), name)
    return groups


def _line(cell: Cell) -> str:
    return " ".join(text_of(cell).split())[:_MOST_TITLE]


def _rows(
    cells: list[list[Cell]], at: int, columns: Sequence[Column]
) -> tuple[list[Row], dict[int, str]]:
    indexes = [column.index for column in columns]
    heading = [_line(cell) for cell in cells[at - 1]] if at else []
    kept: list[Row] = []
    skipped: dict[int, str] = {}
    for number, row in enumerate(cells[at:], at + 1):
        width = len(row)
        found = tuple(row[index] if index < width else "" for index in indexes)
        filled = [cell for cell in found if cell != ""]
        if not filled:
            continue
        again = bool(heading) and [_line(cell) for cell in row] == heading
        if again or _is_total(filled, len(columns)):
            skipped[number] = _excerpt(filled)
        else:
            kept.append(Row(number, found))
    return _without_footer(kept, skipped, len(columns))


def _is_total(filled: list[Cell], columns: int) -> bool:
    """Whether a row adds up the others: it says so first, and leaves most of the rest empty."""
    words = text_of(filled[0]).casefold().strip(" :=-–").replace(" ", "")
    first = text_of(filled[0]).casefold().split(maxsplit=1)[:1]
    ends = {word.strip(":") for word in (*first, *text_of(filled[0]).casefold().split()[-1:])}
    says = words in _TOTALS or (bool(ends & _TOTALS) and len(words) < 30)
    return says and (len(filled) <= max(columns * 0.6, 2) and columns > 1)


def _without_footer(
    rows: list[Row], skipped: dict[int, str], columns: int
) -> tuple[list[Row], dict[int, str]]:
    """Without the remarks below a table: a lone cell after an empty line or after the totals."""
    if columns < 3:
        return rows, skipped
    for row in rows[_last_full(rows, columns) :]:
        skipped[row.number] = _excerpt([cell for cell in row.cells if cell != ""])
    return rows[: _last_full(rows, columns)], dict(sorted(skipped.items()))


def _last_full(rows: list[Row], columns: int) -> int:
    """How many rows there are before the remarks at the end."""
    end = len(rows)
    for at in range(len(rows) - 1, 0, -1):
        filled = [cell for cell in rows[at].cells if cell != ""]
        if len(filled) > max(1, columns // 4):
            break
        # What is below a remark that stands apart is one as well.
        if rows[at].number - rows[at - 1].number > 1 or (at + 1 == end and _is_remark(filled)):
            end = at
    return end


def _is_remark(filled: list[Cell]) -> bool:
    text = text_of(filled[0])
    return len(filled) == 1 and (text.startswith(("*", "#", "(", "†")) or len(text.split()) > 3)


def _above(cells: list[list[Cell]], at: int) -> dict[int, str]:
    found = {}
    for number, row in enumerate(cells[: max(at - 1, 0)], 1):
        if filled := [cell for cell in row if cell != ""]:
            found[number] = _excerpt(filled)
    return found


def _excerpt(filled: list[Cell]) -> str:
    text = " · ".join(_line(cell) for cell in filled[:4])
    return text if len(text) <= 80 else f"{text[:79]}…"


def _notes(columns: Sequence[Column], skipped: Mapping[int, str], at: int) -> list[Remark]:
    notes = []
    if not at:
        notes.append(Remark(marked("No row has headings: the columns are called by their letters")))
    unnamed = [column.letter for column in columns if not column.named] if at else []
    if unnamed:
        text = marked("Without a heading: column %(letters)s")
        notes.append(Remark(text, {"letters": ", ".join(unnamed[:8])}))
    below = {number: text for number, text in skipped.items() if number > at}
    for number, said in list(below.items())[:5]:
        text = marked(
            "Row %(row)s is left out: it is a total, a remark or the headings again (“%(said)s”)"
        )
        notes.append(Remark(text, {"row": number, "said": said}))
    if len(below) > 5:
        text = marked("Rows left out for the same reasons: %(count)s")
        notes.append(Remark(text, {"count": len(below) - 5}))
    return notes
