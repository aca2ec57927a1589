"""Camunda form-js: a list of components, expressions in FEEL.

A group with a path, and a dynamic list, hold values of their own; a group without one only stands
around others and becomes a section. What is hidden is left out of the data, as here.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from form_specs.from_schema.tool import CannotImport
from form_specs.imports.assembling import Draft
from form_specs.imports.expressions import feel
from form_specs.imports.expressions.conditions import Conditions
from form_specs.imports.expressions.dialects import FEEL
from form_specs.imports.expressions.formulas import Formulas, result_of
from form_specs.imports.expressions.names import Names, named
from form_specs.imports.form_js_fields import field_of
from form_specs.imports.given import Given
from form_specs.imports.layouts import Part, Rows, in_steps, note
from form_specs.imports.logic import Truth, Untranslatable, all_of, any_of, negated
from form_specs.imports.notes import Note, shown
from form_specs.imports.outline import LONGEST_TITLE, Item
from form_specs.imports.reading import Ledger, Node
from form_specs.imports.templates import template
from form_specs.imports.wishes import Wishes, translated
from form_specs.language import _, looked_up, marked

_ADVICE: Final[Mapping[str, str]] = {
    "image": marked("Put pictures into a page of your own"),
    "button": marked("A form has its own buttons"),
    "source": marked("Pages show no pictures from elsewhere"),
    "properties": marked("Hooks can read what they need from the spec"),
    "layout": marked("Fields in a row are as wide as the row lets them be"),
    "searchable": marked("Long lists of choices are always searched"),
}
_PLAIN: Final = (
    "$schema",
    "schemaVersion",
    "id",
    "exporter",
    "executionPlatform",
    "executionPlatformVersion",
    "versionTag",
)
"""Who wrote it, and with what: nothing that a form is made of."""
_CONTAINERS: Final = ("group", "dynamiclist")
_MOST_ROWS: Final = 200
_ROUNDS: Final = 4
"""How many calculations may build on each other before their types are no longer followed."""


def recognises(given: Given) -> bool:
    """Whether it is a document with components."""
    document = given.document
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        return False
    return document.get("type") == "default" or "schemaVersion" in document


def read(given: Given) -> Draft:
    """Fields, layout, conditions and calculations; raises `CannotImport`."""
    if not isinstance(given.document, dict) or not isinstance(
        given.document.get("components"), list
    ):
        raise CannotImport([_("There are no components in it: they would stand at /components")])
    ledger = Ledger(_ADVICE)
    document = _said(given.document) or {}
    root = Node(document, "", ledger)
    root.take("type")
    for name in _PLAIN:
        root.take(name)
    reader = _Reader()
    rows = Rows("")
    parts = reader.components(root, _Place(rows))
    reader.settle(ledger)
    section = rows.section()
    layout = [*([section] if section else []), *parts]
    draft = Draft(items=reader.items, layouts=in_steps(layout) if layout else {})
    draft.notes = [*ledger.notes, *ledger.leftovers(document)]
    return draft


def _said(value: Any) -> Any:
    """The same without the members that are null, and the objects of nothing else: they say nothing."""
    if isinstance(value, list):
        return [_said(part) for part in value]
    if not isinstance(value, dict) or not value:
        return value
    found = {name: _said(part) for name, part in value.items()}
    return {name: part for name, part in found.items() if part is not None} or None


@dataclass
class _Place:
    """Where components stand: in which group of values, section and conditions."""

    rows: Rows | None
    """The section; none within groups, whose fields are drawn in their own order."""
    owner: Item | None = None
    path: tuple[str, ...] = ()
    hides: tuple[tuple[str, str], ...] = ()
    """The conditions under which all of it is hidden, each with its place."""


@dataclass
class _Wanted:
    """A field with what it is to do once all names are known."""

    node: Node
    item: Item
    place: _Place
    hides: tuple[tuple[str, str], ...]


@dataclass
class _Text:
    """Guidance in a layout, whose condition and braces wait for the names."""

    part: Part
    node: Node
    hides: tuple[tuple[str, str], ...]


@dataclass
class _Reader:
    """Walks the components."""

    items: list[Item] = field(default_factory=list)
    wanted: list[_Wanted] = field(default_factory=list)
    texts: list[_Text] = field(default_factory=list)
    sections: list[tuple[Part, tuple[tuple[str, str], ...]]] = field(default_factory=list)

    def components(self, owner: Node, place: _Place) -> list[Part]:
        """Reads all components of something; gives the sections that follow."""
        found: list[Part] = []
        row: list[Any] = []
        row_id: object = None
        for node in owner.items("components"):
            node.take("id")
            this_row = node.take("layout", "row")
            if place.rows is not None and (this_row is None or this_row != row_id):
                row = []
                place.rows.rows.append(row)
            row_id = this_row
            found += self.component(node, place, row)
        return found

    def component(self, node: Node, place: _Place, row: list[Any]) -> list[Part]:
        """Reads one component into the section's row; gives the sections that follow."""
        kind = node.peek("type")
        hides = place.hides + self.hide_of(node)
        if kind in ("multipage", "page") or (kind == "group" and not node.peek("path")):
            pages = kind == "multipage" and place.rows is not None
            return (self.pages if pages else self.section)(node, place, hides)
        if kind in ("text", "html"):
            self.guidance(node, place, row, hides)
            return []
        item = self.item(node, place)
        if item is None:
            node.refuse(
                _("there is nothing for a %(kind)s here", kind=repr(kind)),
                looked_up(_ADVICE.get(str(kind), "")),
            )
            return []
        self.wanted.append(_Wanted(node, item, place, hides))
        width = node.take("layout", "columns")
        top = [*place.path, *_steps(node)][0]
        if place.rows is not None and not any(top in known for known in place.rows.rows):
            row.append(top)
            if isinstance(width, int):
                place.rows.widths[top] = width
        return []

    def hide_of(self, node: Node) -> tuple[tuple[str, str], ...]:
        text = node.peek("conditional")
        hide = text.get("hide") if isinstance(text, dict) else None
        if not isinstance(hide, str) or not hide.strip():
            return ()
        node.take("conditional", "hide")
        return ((hide, node.place("conditional", "hide")),)

    # -- what stands around fields --------------------------------------------------------

    def section(self, node: Node, place: _Place, hides: tuple[tuple[str, str], ...]) -> list[Part]:
        """A group that holds no value of its own."""
        node.take("type")
        title = node.text("label")
        if place.rows is None:
            if title:
                node.say(_("the title of a group within a group is not shown"), "", "label")
            inside = _Place(None, place.owner, place.path, hides)
            return self.components(node, inside)
        rows = Rows(title or "–")
        found = self.components(node, _Place(rows, place.owner, place.path, hides))
        section = rows.section()
        if section is None:
            return found
        self.sections.append((section, hides))
        return [section, *found]

    def pages(self, node: Node, place: _Place, hides: tuple[tuple[str, str], ...]) -> list[Part]:
        """Pages that one goes through: a step each."""
        node.take("type")
        node.take("showSubmit")
        found: list[Part] = []
        for page in node.items("components"):
            page.take("id")
            title = page.peek("label")
            title = title[:LONGEST_TITLE] if isinstance(title, str) and title.strip() else "–"
            parts = self.section(page, place, hides + self.hide_of(page))
            if parts:
                found.append({"step": title, "parts": parts})
        return found

    def guidance(
        self, node: Node, place: _Place, row: list[Any], hides: tuple[tuple[str, str], ...]
    ) -> None:
        """A text: a note of the layout, or part of the description of the group that it stands in."""
        if node.take("type") == "html":
            node.say(_("HTML is not carried over"), _("Write it as Markdown in a note"), "content")
            return
        text = node.text("text")
        if text.strip() and place.rows is None and place.owner is not None:
            if "{{" in text:
                node.say(
                    _("the values in it are not shown: only notes of a layout show values"),
                    "",
                    "text",
                )
            place.owner.description = "\n\n".join(filter(None, [place.owner.description, text]))
        elif text.strip():
            part = note(text)
            row.append(part)
            self.texts.append(_Text(part, node, hides))

    # -- fields ---------------------------------------------------------------------------

    def item(self, node: Node, place: _Place) -> Item | None:
        """The field of a component, put where its key or path says."""
        kind, steps = node.peek("type"), _steps(node)
        if not all(steps):
            return None
        if kind in _CONTAINERS:
            made: Item | None = self.container(node, steps[-1])
        elif kind == "expression":
            made = Item(
                steps[-1], node.pointer, title=node.text("label"), schema={"type": "string"}
            )
            node.take("type")
        else:
            made = field_of(node, steps[-1])
        if made is not None:
            node.take("path" if kind in _CONTAINERS else "key")
            self.put(made, self.owner(steps[:-1], place, node), node)
            if kind in _CONTAINERS:
                path = (*place.path, *steps)
                self.components(node, _Place(None, made, path, ()))
        return made

    def container(self, node: Node, key: str) -> Item:
        kind = node.take("type")
        item = Item(key, node.pointer, title=node.text("label"), repeats=kind == "dynamiclist")
        if item.repeats:
            item.schema = {"maxItems": _MOST_ROWS}
            for name in ("isRepeating", "allowAddRemove"):
                if node.peek(name) is True:
                    node.take(name)
        return item

    def owner(self, steps: tuple[str, ...], place: _Place, node: Node) -> list[Item]:
        """The fields beside which a key stands; groups that dots lead through are made."""
        siblings = place.owner.children if place.owner else self.items
        for step in steps:
            found = next((item for item in siblings if item.key == step), None)
            if found is None:
                found = Item(step, node.pointer)
                siblings.append(found)
            siblings = found.children
        return siblings

    def put(self, item: Item, siblings: list[Item], node: Node) -> None:
        if any(known.key == item.key for known in siblings):
            node.say(
                _(
                    "there is a field '%(key)s' already; this one is shown no second time",
                    key=item.key,
                )
            )
            return
        siblings.append(item)

    # -- once all names are known ---------------------------------------------------------

    def settle(self, ledger: Ledger) -> None:
        """Translates all expressions; what does not translate is noted."""
        names = self.names()
        calculated = [w for w in self.wanted if isinstance(w.node.peek("expression"), str)]
        for _round in range(_ROUNDS):
            for wanted in calculated:
                self.typed(wanted, names)
            names = self.names()
        for wanted in calculated:
            self.calculation(wanted.node, wanted.item, names.within(wanted.place.path), ledger)
        names = self.names()
        for wanted in self.wanted:
            self.field(wanted, names, ledger)
        for item in self.items:
            _require_group(item)
        for text in self.texts:
            text.part["note"] = template(
                text.part["note"], Formulas(names), text.node.place("text"), ledger.notes
            )
            show = self.shown(text.hides, names, ledger)
            text.part |= {"showWhen": show} if isinstance(show, dict) else {}
        for section, hides in self.sections:
            show = self.shown(hides, names, ledger)
            section.update({"showWhen": show} if isinstance(show, dict) else {})

    def names(self) -> Names:
        """The fields by their keys, and by the paths that lead to them."""
        names = Names()
        for known, _path in named(self.items):
            for name in {known.path[-1], ".".join(known.path)}:
                names.known.setdefault(name, []).append(known)
        return names

    def field(self, wanted: _Wanted, names: Names, ledger: Ledger) -> None:
        node, item = wanted.node, wanted.item
        names = names.within(wanted.place.path)
        wishes = Wishes(item, places={"show": node.place("conditional", "hide")})
        wishes.show = self.shown(wanted.hides, names, ledger)
        wishes.fixed = any_of(
            self.truth(node, name, names, ledger) for name in ("readonly", "disabled")
        )
        required = node.below("validate").peek("required")
        if isinstance(required, str):
            wishes.require = self.truth(node.below("validate"), "required", names, ledger)
        wishes.settle()

    def shown(self, hides: tuple[tuple[str, str], ...], names: Names, ledger: Ledger) -> Truth:
        """The condition under which none of these hides."""
        found = [self.hidden(text, place, names, ledger) for text, place in hides]
        return all_of(negated(one) for one in found if one is not None)

    def hidden(self, text: str, place: str, names: Names, ledger: Ledger) -> Truth | None:
        made = Conditions(names, FEEL)
        said = len(ledger.notes)
        found = translated(
            lambda: made.when(feel.read(text)),
            place,
            text,
            ledger.notes,
            _("The field is always shown"),
        )
        ledger.notes[said:] = [one for one in ledger.notes[said:] if one not in ledger.notes[:said]]
        if isinstance(found, bool):
            ledger.notes.append(
                Note(place, _("%(given)s is not carried over: it never changes", given=shown(text)))
            )
            return None
        return found

    def truth(self, node: Node, name: str, names: Names, ledger: Ledger) -> Truth:
        """A member that is true, false or an expression."""
        value = node.peek(name)
        if isinstance(value, bool):
            return node.flag(name)
        if not isinstance(value, str) or not value.startswith("="):
            return False
        node.take(name)
        made = Conditions(names, FEEL)
        instead = _("The field can be filled in")
        found = translated(
            lambda: made.when(feel.read(value)), node.place(name), value, ledger.notes, instead
        )
        return False if found is None else found

    def typed(self, wanted: _Wanted, names: Names) -> None:
        """Gives a calculated field the schema of its result, as far as that is known yet."""
        with suppress(Untranslatable):
            expr = feel.read(wanted.node.peek("expression"))
            wanted.item.compute("", result_of(expr, names.within(wanted.place.path)), "")

    def calculation(self, node: Node, item: Item, names: Names, ledger: Ledger) -> None:
        text = node.take("expression")
        if node.peek("computeOn") == "change":
            node.take("computeOn")
        try:
            expr = feel.read(text)
            formula, result = Formulas(names).text(expr), result_of(expr, names)
        except Untranslatable as error:
            item.uncompute()
            node.say(
                _("%(given)s is not carried over: %(error)s", given=shown(text), error=error),
                _("The field can be filled in"),
                "expression",
            )
            return
        item.compute(formula, result, node.place("expression"))


def _steps(node: Node) -> tuple[str, ...]:
    """The keys that lead to a component's value; dots lead through groups."""
    name = "path" if node.peek("type") in _CONTAINERS else "key"
    return tuple(str(node.peek(name) or "").split("."))


def _require_group(item: Item) -> bool:
    """A group with something that must be filled in must be there itself."""
    needed = [_require_group(child) for child in item.children]
    if any(needed) and not item.repeats and "showWhen" not in item.ops:
        item.required = True
    return item.required
