"""From the sheets of an XLSForm to fields, layout, conditions and texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from form_specs.checks.fields import MOST_CHOICES
from form_specs.from_schema.tool import CannotImport
from form_specs.imports.assembling import Draft
from form_specs.imports.expressions.names import Names, named
from form_specs.imports.given import Given
from form_specs.imports.keys import field_key
from form_specs.imports.layouts import Part, Rows, note, pointers_of, stepped
from form_specs.imports.notes import Note, shown
from form_specs.imports.outline import LONGEST_TITLE, Item
from form_specs.imports.xlsform.choices import Choices, lists_of
from form_specs.imports.xlsform.grouping import reacting
from form_specs.imports.xlsform.languages import Languages
from form_specs.imports.xlsform.questions import (
    AS_TEXT,
    META,
    Kind,
    is_known,
    kind_of,
    shape,
    why_not,
)
from form_specs.imports.xlsform.reactions import Asked, Guidance, Reactions, plain_text
from form_specs.imports.xlsform.sheets import Row, Table, names_survey, tables_of
from form_specs.language import _, counted, digits, marked
from form_specs.problem import escaped, suggestion

_ADVICE: Final[Mapping[str, str]] = {
    "appearance": marked("Looks are the same for all tools"),
    "parameters": marked("The field type decides how the field is drawn"),
    "media": marked("Pages show no pictures beside questions"),
    "version": marked("Published specs count their own versions"),
    "form_id": marked("The tool has the key given to it"),
    "instance_name": marked("Choose 'titleField' in the spec"),
    "repeat_count": marked("People add as many rows as they need"),
    "trigger": marked("Values are calculated whenever something they read changes"),
    "note": marked("Notes of the form's author stay in the workbook"),
}
_IN_ANOTHER_FILE: Final = marked(
    "the choices %(list)s are not carried over: they are in another file"
)
_NO_SUCH_LIST: Final = marked(
    "the choices %(list)s are not carried over: there is no list of that name in 'choices'"
)
_ROWS: Final = 200


def recognises(given: Given) -> bool:
    """Whether there is a sheet of questions; a file that does not call itself one has to ask some."""
    survey = _tables(given).get("survey") if given.sheets else None
    if survey is None or not any("type" in row.columns for row in survey.rows[:1]):
        return False
    asks = [row.peek("type") for row in survey.rows if row.peek("type")]
    return names_survey(given) or sum(map(is_known, asks)) * 2 >= max(len(asks), 1)


def read(given: Given) -> Draft:
    """Fields, layout, conditions and texts; raises `CannotImport`."""
    tables = _tables(given)
    survey = tables.get("survey")
    if survey is None or not survey.rows:
        there = [sheet.name for sheet in given.sheets if sheet.name]
        raise CannotImport(
            [
                _(
                    "There are no rows in a sheet 'survey'. %(suggestion)s",
                    suggestion=suggestion("survey", there),
                )
            ]
        )
    if "type" not in survey.rows[0].columns:
        raise CannotImport([_("The sheet 'survey' has no column 'type' in its first row")])
    return _Reader(survey, tables.get("choices"), tables.get("settings")).draft()


def _tables(given: Given) -> dict[str, Table]:
    """The tables of a workbook; its only sheet is the survey, whatever its name, if its rows are questions."""
    found = tables_of(given)
    if found or len(given.sheets) != 1:
        return found
    alone = tables_of(Given(sheets=(replace(given.sheets[0], name="survey"),)))
    rows = alone["survey"].rows
    asks = [row.peek("type") for row in rows if row.peek("type")]
    named = any({"type", "name"} <= row.columns.keys() for row in rows[:1])
    return alone if named and asks and all(map(is_known, asks)) else found


@dataclass
class _Open:
    """A group or list of rows whose end has not come yet."""

    kind: str
    row: Row
    siblings: list[Item]
    path: tuple[str, ...] = ()
    item: Item | None = None
    """None where the fields stand on the form itself."""
    keys: set[str] = field(default_factory=set)
    guards: tuple[Row, ...] = ()
    """Groups around that became sections, whose conditions hold for all in them."""
    title: str = ""
    """Of the section."""
    translated: dict[str, str] = field(default_factory=dict)
    """The same in other languages."""


class _Reader:
    """Walks the rows of the survey."""

    def __init__(self, survey: Table, choices: Table | None, settings: Table | None) -> None:
        self.survey = survey
        self.tables = [table for table in (survey, choices, settings) if table]
        self.settings = settings.rows[0] if settings and settings.rows else None
        headings = [
            heading
            for table in (survey, choices)
            if table
            for row in table.rows[:1]
            for heading in row.columns
        ]
        self.languages = Languages.found_in(headings, self.setting("default_language"))
        self.notes: list[Note] = []
        self.lists, notes = lists_of(choices, self.languages)
        self.notes += notes
        self.items: list[Item] = []
        self.open = [_Open("form", survey.rows[0], self.items)]
        self.asked: list[Asked] = []
        self.names: dict[str, list[Item]] = {}
        self.steps = "pages" in self.setting("style")
        self.flat = reacting(survey, pages=self.steps)
        self.sections: list[tuple[Rows, tuple[Row, ...]]] = []
        self.rows = self.section()
        self.calculated: list[str] = []
        self.guidance: list[Guidance] = []
        self.messages: dict[str, dict[str, str]] = {}

    def setting(self, name: str) -> str:
        """A cell of the settings; empty where there is none."""
        return self.settings.take(name) if self.settings else ""

    def draft(self) -> Draft:
        """The whole form."""
        for row in self.survey.rows:
            self.row(row)
        self.unclosed()
        draft = Draft(
            items=self.items, title=self.setting("form_title"), locale=self.languages.locale
        )
        reactions = Reactions(self.known, self.notes)
        reactions.settle(self.asked, self.guidance)
        draft.layouts = self.layouts(reactions)
        draft.messages = self.messages
        self.unused()
        left = [note for table in self.tables for note in [*table.notes, *table.leftovers(_ADVICE)]]
        draft.notes = [*self.notes, *left]
        return draft

    # -- rows -----------------------------------------------------------------------------

    def row(self, row: Row) -> None:
        """Reads one row."""
        text = row.take("type")
        if row.peek("disabled").lower() in ("yes", "true", "1"):
            self.leave_out(row, _("this row is disabled and left out"))
            return
        if not text:
            self.leave_out(row, _("this row has no type and is left out"))
            return
        kind = kind_of(text)
        if kind.name in ("end group", "end repeat"):
            self.close(row, kind)
        elif kind.name == "note":
            self.guide(row)
        elif kind.name in ("begin group", "begin repeat"):
            self.begin(row, kind)
        else:
            self.question(row, kind)

    def leave_out(self, row: Row, message: str, advice: str = "") -> None:
        row.taken |= row.cells.keys()
        self.notes.append(Note(row.place(), message, advice))

    def section(self) -> Rows:
        """The next section of the layout."""
        here = self.open[-1]
        rows = Rows(here.title, columns=1, translated=here.translated)
        self.sections.append((rows, here.guards))
        return rows

    def begin(self, row: Row, kind: Kind) -> None:
        here = self.open[-1]
        if kind.name == "begin group" and row.number in self.flat and here.item is None:
            self.begin_section(row, kind)
            return
        item = self.item(row)
        if item is None:
            item = Item(field_key(kind.name, here.keys), row.place())
        item.repeats = kind.name == "begin repeat"
        if item.repeats:
            self.counted(row, item)
        here.siblings.append(item)
        self.asked.append(Asked(row, item, here.path, here.guards))
        if here.item is None:
            self.rows.rows.append([item.key])
        self.open.append(_Open(kind.name, row, item.children, (*here.path, item.key), item))

    def begin_section(self, row: Row, kind: Kind) -> None:
        """A group whose fields stand on the form itself, where they can react to others."""
        here = self.open[-1]
        row.take("name")
        labels = row.texts("label")
        title = plain_text(self.languages.main(labels), row, "label", self.notes)
        if not self.steps:
            message = _(
                "this group is a section: fields in it react, so they stand on the form itself"
            )
            self.notes.append(Note(row.place(), message))
        guards = (*here.guards, row)
        self.open.append(
            _Open(
                kind.name,
                row,
                here.siblings,
                here.path,
                None,
                here.keys,
                guards,
                title,
                self.languages.others(labels),
            )
        )
        self.rows = self.section()

    def counted(self, row: Row, item: Item) -> None:
        """How many rows there are, where the form fixes it."""
        item.schema = {"maxItems": _ROWS}
        count = row.peek("repeat_count")
        if count.isdigit() and int(count) <= _ROWS:
            row.take("repeat_count")
            item.schema = {"minItems": int(count), "maxItems": int(count)}

    def close(self, row: Row, kind: Kind) -> None:
        row.take("name")
        wanted = kind.name.replace("end", "begin")
        last = self.open[-1]
        if last.kind != wanted:
            raise CannotImport([self.unfit_end(row)])
        self.open.pop()
        if last.item is None:
            self.rows = self.section()
        elif not last.siblings:
            self.open[-1].siblings.remove(last.item)
            self.asked = [one for one in self.asked if one.item is not last.item]
            self.rows.rows = [one for one in self.rows.rows if one != [last.item.key]]
            self.notes.append(
                Note(last.row.place(), _("this group holds no questions and is left out"))
            )

    def unfit_end(self, row: Row) -> str:
        """What is said of an end without its beginning."""
        last, ending = self.open[-1], row.peek("type")
        if len(self.open) == 1:
            said = _("'%(ending)s' closes nothing that was begun", ending=ending)
        else:
            said = _(
                "'%(ending)s' closes '%(kind)s' of %(place)s",
                ending=ending,
                kind=last.kind,
                place=last.row.place(),
            )
        return f"{row.place()}: {said}"

    def unclosed(self) -> None:
        if len(self.open) > 1:
            last = self.open[-1]
            raise CannotImport(
                [_("%(place)s: '%(kind)s' is never closed", place=last.row.place(), kind=last.kind)]
            )

    def guide(self, row: Row) -> None:
        """Guidance: in the layout, or with the group that it stands in."""
        row.take("name")
        labels, hints = row.texts("label"), row.texts("hint")
        text = "\n\n".join(filter(None, map(self.languages.main, (labels, hints))))
        owner = self.open[-1].item
        if owner is not None:
            said = plain_text(text, row, "label", self.notes)
            owner.description = "\n\n".join(filter(None, [owner.description, said]))
        elif text:
            part = note(text)
            self.rows.rows.append([part])
            others = self.languages.others(labels)
            self.guidance.append(Guidance(row, part, self.open[-1].guards, others))
            return
        for locale, other in self.languages.others(labels).items():
            message = _(
                "%(other)s (%(locale)s) is not carried over", other=shown(other), locale=locale
            )
            self.notes.append(row.note("label", message, _("Add it to 'messages' in the spec")))

    def question(self, row: Row, kind: Kind) -> None:
        here = self.open[-1]
        choices = self.choices(row, kind)
        item = self.item(row)
        if item is None:
            self.leave_out(
                row,
                _("this question has no name and is left out"),
                _("Give it one in the column 'name'"),
            )
            return
        if not shape(item, kind, row, choices):
            self.left_out(row, kind, item)
            return
        if kind.name in AS_TEXT:
            self.notes.append(
                Note(
                    row.place("type"),
                    _("%(name)s is kept as the text that it is written as", name=repr(kind.name)),
                )
            )
        here.siblings.append(item)
        asked = Asked(row, item, here.path, here.guards, choices, kind.name, self.at(item.key))
        self.asked.append(asked)
        if here.item is not None or kind.name in META or kind.name == "hidden":
            return
        if kind.name == "calculate":
            self.calculated.append(item.key)
        else:
            self.rows.rows.append([item.key])

    def left_out(self, row: Row, kind: Kind, item: Item) -> None:
        self.open[-1].keys.discard(item.key)
        self.names[row.peek("name")].remove(item)
        known = (
            "text",
            "integer",
            "decimal",
            "date",
            "select_one",
            "select_multiple",
            "note",
            "calculate",
        )
        advice = why_not(kind) or suggestion(kind.name, known)
        self.leave_out(
            row, _("there is no field for the type %(value)s", value=repr(row.peek("type"))), advice
        )

    def choices(self, row: Row, kind: Kind) -> Choices | None:
        """The list that a question chooses from."""
        if not kind.list:
            return None
        found = self.lists.get(kind.list)
        if found is None:
            said = _IN_ANOTHER_FILE if "file" in kind.name else _NO_SUCH_LIST
            message = _(said, list=repr(kind.list))
            self.notes.append(
                row.note("type", message, _("Any text is taken; give the field choices of its own"))
            )
            return None
        found.used = True
        if len(found.titles) > MOST_CHOICES:
            message = _(
                "the %(size)s choices of %(list)s are not carried over: a field has at most %(most)s",
                size=digits(len(found.titles)),
                list=repr(kind.list),
                most=digits(MOST_CHOICES),
            )
            self.notes.append(
                row.note("type", message, _("Make records of them, and choose among those"))
            )
            return None
        return found

    def item(self, row: Row) -> Item | None:
        """The field of a row that has a name, with its texts."""
        name = row.take("name")
        here = self.open[-1]
        if not name:
            return None
        key = field_key(name, here.keys)
        if key != name:
            self.notes.append(
                row.note("name", _("the name %(name)s becomes '%(key)s'", name=repr(name), key=key))
            )
        labels, hints = row.texts("label"), row.texts("hint")
        item = Item(
            key,
            row.place(),
            title=plain_text(self.languages.main(labels), row, "label", self.notes),
        )
        more = self.languages.main(row.texts("guidance_hint"))
        item.description = plain_text(
            "\n\n".join(filter(None, [self.languages.main(hints), more])), row, "hint", self.notes
        )
        at = self.at(key)
        for member, texts in (("title", labels), ("description", hints)):
            for locale, text in self.languages.others(texts).items():
                self.say_in(locale, f"{at}/{member}", text)
        self.names.setdefault(name, []).append(item)
        return item

    def at(self, key: str) -> str:
        """Where a field stands below the form, as translations point at it."""
        groups = [one.item for one in self.open if one.item is not None]
        above = [f"/fields/{escaped(g.key)}{'/items' if g.repeats else ''}" for g in groups]
        return "".join([*above, f"/fields/{escaped(key)}"])

    def say_in(self, locale: str, place: str, text: str) -> None:
        """A text in another language; not where it would say the same."""
        self.messages.setdefault(locale, {})[place] = text[:LONGEST_TITLE]

    # -- the whole ------------------------------------------------------------------------

    def known(self) -> Names:
        """The fields by the names that expressions use."""
        by_item = {id(item): known for known, item in named(self.items)}
        return Names({
            name: [by_item[id(item)] for item in items if id(item) in by_item]
            for name, items in self.names.items()
        })  # fmt: skip

    def layouts(self, reactions: Reactions) -> dict[str, list[Part]]:
        """What is asked, then what is calculated."""
        found: list[Part] = []
        said = [(one.part, "note", one.others) for one in self.guidance]
        for rows, guards in self.sections:
            rows.show = reactions.shown(guards)
            if section := rows.section():
                found.append(section)
                said.append((section, "section", rows.translated))
        layouts = stepped(found) if self.steps else {"default": found}
        if self.calculated:
            calculated = {"section": "Calculated", "columns": 2, "collapsed": True}
            part = calculated | {"fields": self.calculated}
            if self.steps:
                part = {"tab": "Calculated", "parts": [part]}
            layouts["default"] = [*layouts.get("default", ()), part]
        for part, member, others in said:
            for place in pointers_of(part, layouts):
                for locale, text in others.items():
                    self.say_in(locale, f"/layouts{place}/{member}", text)
        return layouts

    def unused(self) -> None:
        for one in self.lists.values():
            if not one.used:
                for row in one.rows:
                    row.taken |= row.cells.keys()
                self.notes.append(
                    Note(
                        one.rows[0].place("list_name"),
                        _("no question chooses from the list '%(name)s'", name=one.name),
                    )
                )
            for locale, titles in one.texts.items():
                self.translated(one, locale, titles)
        for language, count in self.languages.unknown.items():
            message = counted(
                "one text in %(language)s is not carried over: the language has no code",
                "%(num)s texts in %(language)s are not carried over: the language has no code",
                count,
                language=repr(language),
            )
            self.notes.append(
                Note(
                    "survey",
                    message,
                    _("Write it as '%(language)s (xx)' in the headings", language=language),
                )
            )

    def translated(self, choices: Choices, locale: str, titles: Mapping[str, str]) -> None:
        for asked in self.asked:
            if asked.choices is choices:
                for name, title in titles.items():
                    place = f"{asked.at}/choices/{escaped(name)}/title"
                    self.say_in(locale, place, title)
