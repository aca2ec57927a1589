"""The lists of choices of an XLSForm."""

from dataclasses import dataclass, field
from typing import Any

from form_specs.imports.notes import Note
from form_specs.imports.xlsform.languages import Languages
from form_specs.imports.xlsform.sheets import Row, Table
from form_specs.language import _


@dataclass
class Choices:
    """One list, in the order of the sheet."""

    name: str
    rows: list[Row] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    """From what is stored to what people read."""
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    """The same in other languages: locale -> name -> title."""
    used: bool = False

    def options(self) -> list[dict[str, Any]]:
        """As JSON Schema writes titled values."""
        return [{"const": name, "title": title} for name, title in self.titles.items()]

    def column(self, heading: str) -> dict[str, list[str]]:
        """What a further column holds, by name; texts between spaces count as several."""
        return {
            row.peek("name"): row.take(heading).split() for row in self.rows if row.peek(heading)
        }


def lists_of(table: Table | None, languages: Languages) -> tuple[dict[str, Choices], list[Note]]:
    """The lists by name, and what is wrong with their rows."""
    found: dict[str, Choices] = {}
    notes: list[Note] = []
    for row in table.rows if table else ():
        name, key = row.take("list_name"), row.take("name")
        if not name or not key:
            what = "list_name" if not name else "name"
            notes.append(
                Note(row.place(), _("this choice has no %(what)s and is left out", what=what))
            )
            row.taken |= row.cells.keys()
            continue
        known = found.setdefault(name, Choices(name))
        if key in known.titles:
            message = _(
                "%(key)s stands in the list '%(name)s' twice; the first one counts",
                key=repr(key),
                name=name,
            )
            notes.append(row.note("name", message))
            row.taken |= row.cells.keys()
            continue
        known.rows.append(row)
        texts = row.texts("label")
        known.titles[key] = languages.main(texts) or key
        for locale, text in languages.others(texts).items():
            known.texts.setdefault(locale, {})[key] = text
    return found, notes
