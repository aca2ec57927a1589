"""What XLSForm's columns of expressions become, once all names are known."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from form_specs.imports.expressions import xpath
from form_specs.imports.expressions.conditions import Conditions
from form_specs.imports.expressions.dialects import XPATH
from form_specs.imports.expressions.formulas import Formulas, result_of
from form_specs.imports.expressions.names import Known, Names, kind_of
from form_specs.imports.layouts import Part
from form_specs.imports.logic import Truth, Untranslatable, all_of
from form_specs.imports.notes import Note, shown
from form_specs.imports.outline import Item
from form_specs.imports.templates import template
from form_specs.imports.wishes import Wishes, rule
from form_specs.imports.xlsform.choices import Choices
from form_specs.imports.xlsform.constraints import constrain
from form_specs.imports.xlsform.filters import cascade
from form_specs.imports.xlsform.questions import literal
from form_specs.imports.xlsform.sheets import Row
from form_specs.language import _

FIELD: Final = re.compile(r"(\$\{[^}]*\})")
_ROUNDS: Final = 3
"""How many calculations may build on each other before their types are no longer followed."""
_YES: Final = frozenset({"yes", "true", "true()", "1", "y"})
_NO: Final = frozenset({"", "no", "false", "false()", "0", "n"})
_EXPRESSION: Final = re.compile(r"\$\{|[A-Za-z_-]+\(")
_DYNAMIC: Final[dict[str, dict[str, Any]]] = {
    "today()": {"today": {}},
    "now()": {"now": {}},
    "${username}": {"user": "id"},
}


@dataclass
class Asked:
    """A question or group with the row that it stands in."""

    row: Row
    item: Item
    path: tuple[str, ...]
    guards: tuple[Row, ...] = ()
    choices: Choices | None = None
    kind: str = ""
    at: str = ""
    """Where it stands below the form, as translations point at it."""


@dataclass
class Guidance:
    """A note of the layout with the row that it stands in."""

    row: Row
    part: Part
    guards: tuple[Row, ...]
    others: dict[str, str]
    """Its text in other languages."""


@dataclass
class Reactions:
    """Translates the expressions of all rows."""

    known: Callable[[], Names]
    """The fields by name, with the types that they have by now."""
    notes: list[Note]
    names: Names = field(default_factory=Names)

    guarded: dict[int, Truth] = field(default_factory=dict)
    """The conditions of groups translated so far, by the number of their row."""

    def settle(self, asked: Sequence[Asked], guidance: Iterable[Guidance]) -> None:
        """All expressions; calculations first, since what compares must know their types."""
        calculated = [one for one in asked if one.row.peek("calculation")]
        for _round in range(_ROUNDS):
            self.names = self.known()
            for one in calculated:
                self.typed(one.row, one.item, self.names.within(one.path))
        self.names = self.known()
        for one in asked:
            self.question(one)
        for note in guidance:
            self.note(note)

    def note(self, note: Guidance) -> None:
        """The values in a note, in each of its languages, and its condition."""
        note.part["note"] = self.text(note.row, note.part["note"])
        note.others.update({k: self.text(note.row, text) for k, text in note.others.items()})
        instead = _("The note is always shown")
        own = self.truth(note.row, "relevant", self.names, instead, empty=True)
        show = all_of([self.shown(note.guards), own])
        note.part.update({"showWhen": show} if isinstance(show, dict) else {})

    def text(self, row: Row, text: str) -> str:
        made = Formulas(self.names)
        return template(text, made, row.place("label"), self.notes, xpath.read, FIELD)

    def shown(self, guards: Iterable[Row]) -> Truth:
        """The condition under which all of these groups are shown."""
        found = []
        for row in guards:
            if row.number not in self.guarded:
                instead = _("The group is always shown")
                self.guarded[row.number] = self.truth(
                    row, "relevant", self.names, instead, empty=True
                )
            found.append(self.guarded[row.number])
        return all_of(found)

    def question(self, asked: Asked) -> None:
        row, item = asked.row, asked.item
        names = self.names.within(asked.path)
        wishes = Wishes(item, places={
            "show": row.place("relevant"), "require": row.place("required"), "fixed": row.place("readonly"),
        })  # fmt: skip
        own = self.truth(row, "relevant", names, _("The field is always shown"), empty=True)
        wishes.show = all_of([self.shown(asked.guards), own])
        wishes.require = self.truth(row, "required", names, _("The field may be left empty"))
        wishes.fixed = self.truth(row, "readonly", names, _("The field can be filled in"))
        if texts := row.texts("required_message"):
            said = texts.get("") or next(iter(texts.values()))
            self.message(item, "required", said, row)
            self.lost_languages(row, "required_message", texts, said)
        self.default(row, item)
        self.constraint(row, item, names, asked)
        self.choices(asked, names)
        if row.peek("calculation"):
            self.calculation(row, item, names)
        wishes.settle()

    def truth(
        self, row: Row, heading: str, names: Names, instead: str, *, empty: bool = False
    ) -> Truth:
        """A cell that says yes, no or when."""
        text = row.take(heading)
        if text.lower() in _YES:
            return True
        if text.lower() in _NO:
            return empty if not text else False
        try:
            found = Conditions(names, XPATH).when(xpath.read(text))
        except Untranslatable as error:
            self.lost(row, heading, text, str(error), instead)
            return empty
        if isinstance(found, bool) and heading == "relevant":
            self.lost(row, heading, text, _("it never changes"), instead)
            return True
        return found

    def lost(self, row: Row, heading: str, text: str, why: str, instead: str = "") -> None:
        self.notes.append(
            row.note(
                heading,
                _("%(given)s is not carried over: %(why)s", given=shown(text), why=why),
                instead,
            )
        )

    def lost_languages(self, row: Row, heading: str, texts: Mapping[str, str], said: str) -> None:
        """Messages in other languages than the one shown."""
        others = [text for text in texts.values() if text != said]
        if others:
            listed = ", ".join(map(shown, others))
            message = _(
                "%(listed)s: only one language of this message is carried over", listed=listed
            )
            self.notes.append(
                row.note(heading, message, _("Add the others to 'messages' in the spec"))
            )

    def message(self, item: Item, keyword: str, text: str, row: Row) -> None:
        item.put("messages", {**item.ops.get("messages", {}), keyword: text[:200]}, row.place())

    def default(self, row: Row, item: Item) -> None:
        text = row.take("default")
        if not text:
            return
        if text in _DYNAMIC:
            item.put("default", _DYNAMIC[text], row.place("default"))
        elif _EXPRESSION.search(text):
            self.lost(
                row,
                "default",
                text,
                _("a default is a fixed value, today or now"),
                _("The field starts empty"),
            )
        else:
            try:
                item.schema["default"] = literal(item, text)
            except ValueError:
                self.lost(
                    row,
                    "default",
                    text,
                    _("it is no value of the field"),
                    _("The field starts empty"),
                )

    def constraint(self, row: Row, item: Item, names: Names, asked: Asked) -> None:
        text = row.take("constraint")
        messages = row.texts("constraint_message")
        said = messages.get("") or next(iter(messages.values()), "")
        self.lost_languages(row, "constraint_message", messages, said)
        if not text:
            return
        own = Known((*asked.path, item.key), kind_of(item))
        instead = _("The field takes more than it did there")
        try:
            keywords, rest, lost = constrain(item, text, Conditions(names, XPATH, own))
        except Untranslatable as error:
            self.lost(row, "constraint", text, str(error), instead)
            return
        for why in lost:
            self.lost(row, "constraint", text, why, instead)
        for keyword in sorted(keywords) if said else ():
            self.message(item, keyword, said, row)
        if isinstance(rest, dict):
            item.put(
                "rules", [rule(rest, said or f"It must fulfil {text}")], row.place("constraint")
            )

    def choices(self, asked: Asked, names: Names) -> None:
        row = asked.row
        text = row.take("choice_filter")
        if not text or asked.choices is None:
            return
        instead = _("All choices are offered")
        try:
            lost = cascade(asked.item, text, asked.choices, names, row.place("choice_filter"))
        except Untranslatable as error:
            self.lost(row, "choice_filter", text, str(error), instead)
            return
        for why in lost:
            self.lost(row, "choice_filter", text, why, _("More choices are offered"))

    def typed(self, row: Row, item: Item, names: Names) -> None:
        """Gives a calculated field the schema of its result, as far as that is known yet."""
        if item.type == "computed" or item.schema == {"type": "string"}:
            with suppress(Untranslatable):
                expr = xpath.read(row.peek("calculation"))
                item.compute("", result_of(expr, names), row.place("calculation"))

    def calculation(self, row: Row, item: Item, names: Names) -> None:
        text = row.take("calculation")
        try:
            expr = xpath.read(text)
            formula = Formulas(names).text(expr)
            kept = {"integer": "integer", "number": "number", "boolean": "boolean"}
            result = kept.get(str(item.schema.get("type"))) or result_of(expr, names)
        except Untranslatable as error:
            if item.type == "computed":
                item.uncompute()
            self.lost(row, "calculation", text, str(error), _("The field can be filled in"))
            return
        item.compute(formula, result, row.place("calculation"))


def plain_text(text: str, row: Row, heading: str, notes: list[Note]) -> str:
    """A text without the values that it would show, which only guidance can."""
    if not FIELD.search(text):
        return text
    message = _("the values in %(given)s are not shown: only notes show values", given=shown(text))
    notes.append(row.note(heading, message, _("Reword it, or put a note before the field")))
    return FIELD.sub("…", text)
