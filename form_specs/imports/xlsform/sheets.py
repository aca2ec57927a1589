"""The sheets of an XLSForm as rows by heading, with a ledger of what was read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from form_specs.imports.given import Given, Sheet
from form_specs.imports.notes import Note, shown
from form_specs.language import _, looked_up

NAMES: Final = ("survey", "choices", "settings")
_ALIASES: Final[Mapping[str, str]] = {
    "caption": "label", "read_only": "readonly", "relevance": "relevant", "calculate": "calculation",
    "value": "name", "list_name": "list_name", "jr:count": "repeat_count", "count": "repeat_count",
    "bind::relevant": "relevant", "bind::constraint": "constraint", "bind::calculate": "calculation",
    "bind::required": "required", "bind::readonly": "readonly", "bind::type": "bind::type",
    "bind::jr:constraintmsg": "constraint_message", "bind::jr:requiredmsg": "required_message",
    "control::appearance": "appearance", "body::appearance": "appearance", "command": "type",
    "constraintmsg": "constraint_message", "requiredmsg": "required_message", "title": "form_title",
}  # fmt: skip
"""Other headings that mean the same."""
TEXTS: Final = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
"""Headings that may be followed by a language: `label::English (en)`."""
_WORDY: Final = re.compile(r"\s*::?\s*")
MOST_ROWS: Final = 20_000


@dataclass
class Row:
    """One row of a sheet; cells are taken as they are read."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    columns: Mapping[str, str]
    """From heading to the heading as it is written."""
    taken: set[str] = field(default_factory=set)

    def take(self, heading: str) -> str:
        """A cell's text, read by that; empty where there is none."""
        self.taken.add(heading)
        return self.cells.get(heading, "")

    def peek(self, heading: str) -> str:
        """A cell's text, without reading it."""
        return self.cells.get(heading, "")

    def place(self, heading: str = "") -> str:
        """Sheet, row and column, as people find it."""
        where = row_place(self.sheet, self.number)
        return f"{where}, {self.columns.get(heading, heading)}" if heading else where

    def note(self, heading: str, message: str, advice: str = "") -> Note:
        """A note about a cell, which is read by that."""
        self.taken.add(heading)
        return Note(self.place(heading), message, advice)

    def texts(self, heading: str) -> dict[str, str]:
        """The text in each language; `""` is the one without."""
        start = f"{heading}::"
        found = {"": self.take(heading)} if self.peek(heading) else {}
        for name, text in self.cells.items():
            if name.startswith(start) and text:
                self.taken.add(name)
                found[name.removeprefix(start)] = text
        return found


def row_place(sheet: str, number: int) -> str:
    """A row as people find it; without a sheet where there is but one."""
    row = _("row %(number)s", number=number)
    return f"{sheet}, {row}" if sheet else row


@dataclass
class Table:
    """A sheet with headings."""

    name: str
    rows: list[Row]
    notes: list[Note] = field(default_factory=list)

    def leftovers(self, advice: Mapping[str, str]) -> list[Note]:
        """A note for each cell that nobody read; cells of one column that say the same share one."""
        alike: dict[tuple[str, str], list[Row]] = {}
        for row in self.rows:
            for heading, text in row.cells.items():
                if text and heading not in row.taken:
                    alike.setdefault((heading, text), []).append(row)
        return [
            Note(
                _places(rows, heading),
                _("%(given)s is not carried over", given=shown(text)),
                _advice(advice, heading),
            )
            for (heading, text), rows in alike.items()
        ]


def _advice(advice: Mapping[str, str], heading: str) -> str:
    return looked_up(advice.get(heading, advice.get(heading.partition("::")[0], "")))


def _places(rows: list[Row], heading: str) -> str:
    if len(rows) == 1:
        return rows[0].place(heading)
    numbers = ", ".join(str(row.number) for row in rows)
    name = rows[0].columns.get(heading, heading)
    where = _("rows %(numbers)s, %(column)s", numbers=numbers, column=name)
    return f"{rows[0].sheet}, {where}" if rows[0].sheet else where


def tables_of(given: Given) -> dict[str, Table]:
    """The sheets survey, choices and settings, those that there are; others are noted."""
    found: dict[str, Table] = {}
    extra: list[Note] = []
    for sheet in _split(given.sheets):
        name = sheet.name.strip().lower()
        if name in NAMES and name not in found:
            found[name] = _table(sheet, name)
        elif any(map(any, sheet.rows)):
            extra.append(
                Note(_("sheet '%(name)s'", name=sheet.name), _("this sheet is not carried over"))
            )
    if "survey" in found:
        found["survey"].notes += extra
    return found


def names_survey(given: Given) -> bool:
    """Whether a sheet, or a part of a CSV file, is called survey."""
    return any(sheet.name.strip().lower() == "survey" for sheet in given.sheets) or any(
        row and row[0].strip().lower() == "survey" for sheet in given.sheets for row in sheet.rows
    )


def _split(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """The sheets; a CSV file holds several, each begun by its name in the first column."""
    for sheet in sheets:
        if sheet.name or not any(row and row[0].strip().lower() in NAMES for row in sheet.rows):
            yield sheet if sheet.name else Sheet("survey", sheet.rows)
            continue
        name = ""
        rows: list[list[str]] = []
        for index, row in enumerate(sheet.rows):
            if row and row[0].strip():
                if name:
                    yield Sheet(name, rows)
                # Empty rows before it, so that rows keep the numbers they have in the file.
                name, rows = row[0], [[] for _ in range(index)]
            rows.append(row[1:])
        if name:
            yield Sheet(name, rows)


def _table(sheet: Sheet, name: str) -> Table:
    start = next(
        (index for index, row in enumerate(sheet.rows) if any(cell.strip() for cell in row)), 0
    )
    headings, notes = _headings(sheet.rows[start] if sheet.rows else [], name, start + 1)
    columns = dict(headings.values())
    rows = []
    for index, cells in enumerate(sheet.rows[start + 1 :], start + 2):
        found = {
            headings[at][0]: cell.strip()
            for at, cell in enumerate(cells)
            if at in headings and cell.strip()
        }
        if lost := [cell for at, cell in enumerate(cells) if at not in headings and cell.strip()]:
            notes.append(
                Note(
                    row_place(name, index),
                    _("%(lost)s stands in a column without a heading", lost=shown(lost[0])),
                )
            )
        if found:
            rows.append(Row(name, index, found, columns))
    return Table(name, rows, notes)


def _headings(
    cells: list[str], sheet: str, number: int
) -> tuple[dict[int, tuple[str, str]], list[Note]]:
    """From the column's index to its heading in our words and as written."""
    found: dict[int, tuple[str, str]] = {}
    notes: list[Note] = []
    for index, cell in enumerate(cells):
        heading = heading_of(cell)
        if not heading:
            continue
        if heading in [known for known, _written in found.values()]:
            notes.append(
                Note(
                    row_place(sheet, number),
                    _("the heading %(heading)s stands here twice", heading=repr(cell.strip())),
                    _("The first one counts"),
                )
            )
            continue
        found[index] = (heading, cell.strip())
    return found, notes


def heading_of(text: str) -> str:
    """A heading in lower case, its words joined, other names for it resolved; languages keep their case."""
    parts = _WORDY.split(text.strip(), maxsplit=1)
    first = re.sub(r"[\s-]+", "_", parts[0].strip().lower())
    if len(parts) == 1:
        return _ALIASES.get(first, first)
    first = _ALIASES.get(first, first)
    if first in TEXTS:
        return f"{first}::{parts[1].strip()}"
    whole = f"{first}::{parts[1].strip().lower()}"
    return _ALIASES.get(whole, whole)
