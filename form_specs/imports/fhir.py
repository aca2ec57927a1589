"""FHIR Questionnaire (R4 and R5): items by link id, conditions on answers.

A group becomes a group, or rows where it repeats; a question that holds further items stands
before them. Choices are kept by their code.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from form_specs.from_schema.tool import CannotImport
from form_specs.imports.assembling import Draft
from form_specs.imports.expressions import fhirpath
from form_specs.imports.expressions.conditions import Conditions
from form_specs.imports.expressions.dialects import XPATH
from form_specs.imports.expressions.formulas import Formulas, result_of
from form_specs.imports.expressions.names import Names, named
from form_specs.imports.fhir_answers import concepts_of, initial_of
from form_specs.imports.fhir_conditions import condition_of, words_of
from form_specs.imports.fhir_fields import (
    KNOWN,
    MOST_ROWS,
    controls,
    extension,
    extensions,
    option_of,
    shape,
    take_control,
)
from form_specs.imports.fhir_sections import is_section
from form_specs.imports.given import Given
from form_specs.imports.keys import field_key
from form_specs.imports.layouts import Part, Rows, note, stepped
from form_specs.imports.logic import Truth, Untranslatable, all_of, any_of, compare
from form_specs.imports.long_lists import offered
from form_specs.imports.notes import Note, shown
from form_specs.imports.outline import Item
from form_specs.imports.reading import Ledger, Node
from form_specs.imports.wishes import Wishes, rule, translated
from form_specs.language import _, marked
from form_specs.problem import escaped

_ADVICE: Final[Mapping[str, str]] = {
    "code": marked("Codes of questions stay in the questionnaire"),
    "definition": marked("Definitions stay in the questionnaire"),
    "extension": marked("Nothing here stands for it"),
    "system": marked("Choices are kept by their code alone"),
    "_text": marked("Put the texts of other languages into 'messages'"),
}
_ASKED: Final = re.compile(r"linkId\s*=\s*\\?'([^'\\]*)\\?'")
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def recognises(given: Given) -> bool:
    """Whether it is a Questionnaire."""
    return (
        isinstance(given.document, dict) and given.document.get("resourceType") == "Questionnaire"
    )


def read(given: Given) -> Draft:
    """Fields, conditions and choices; raises `CannotImport`."""
    if not recognises(given) or not isinstance(given.document, dict):
        raise CannotImport(
            [_('It is no Questionnaire: it would hold "resourceType": "Questionnaire"')]
        )
    ledger = Ledger(_ADVICE)
    root = Node(given.document, "", ledger)
    root.take("resourceType")
    reader = _Reader(root, ledger)
    reader.read = frozenset(_ASKED.findall(str(given.document)))
    reader.walk(root, _Place(reader.items, reader.begin("", ())))
    reader.settle()
    draft = Draft(items=reader.items)
    draft.title = root.text("title") or root.text("name")
    draft.description = root.text("description")
    if _LOCALE.fullmatch(str(root.peek("language"))):
        draft.locale = root.text("language")
    draft.layouts = reader.layouts()
    draft.messages = reader.messages
    if reader.displays:
        first = next(iter(reader.displays))
        listed = ", ".join(reader.displays.values())
        message = _(
            "guidance has no key: these link ids are not carried over: %(listed)s", listed=listed
        )
        draft.notes = [Note(first, message)]
    draft.notes += [*ledger.notes, *ledger.leftovers(given.document)]
    return draft


@dataclass
class _Place:
    """Where items stand."""

    siblings: list[Item]
    rows: Rows | None = None
    """The section of the layout; none within groups."""
    guards: tuple[Node, ...] = ()
    """Groups around that became sections, whose conditions hold for all in them."""
    path: tuple[str, ...] = ()
    keys: set[str] = field(default_factory=set)
    owner: Item | None = None
    at: str = ""
    """Where its fields stand below the form, as translations point at them."""


@dataclass
class _Wanted:
    """An item with what it is to do once all link ids are known."""

    node: Node
    item: Item
    path: tuple[str, ...]
    guards: tuple[Node, ...] = ()


@dataclass
class _Reader:
    """Walks the items of a questionnaire."""

    root: Node
    ledger: Ledger
    items: list[Item] = field(default_factory=list)
    wanted: list[_Wanted] = field(default_factory=list)
    links: dict[str, Item] = field(default_factory=dict)
    sections: list[tuple[Rows, tuple[Node, ...]]] = field(default_factory=list)
    pages: bool = False
    """Whether the questionnaire is asked page by page."""
    guidance: list[tuple[Node, Part, tuple[Node, ...]]] = field(default_factory=list)
    displays: dict[str, str] = field(default_factory=dict)
    """The link ids of guidance, by their place."""
    read: frozenset[str] = frozenset()
    """The link ids that expressions ask for."""
    asked: dict[str, Truth] = field(default_factory=dict)
    """The conditions translated so far, by the place of their item."""
    messages: dict[str, dict[str, str]] = field(default_factory=dict)

    def walk(self, owner: Node, place: _Place) -> None:
        """Reads all items below something."""
        for node in owner.items("item"):
            if node.peek("type") == "display":
                self.display(node, place)
            elif str(node.peek("type")) not in KNOWN and not node.peek("item"):
                node.refuse(_("there is no kind of item %(value)s", value=repr(node.peek("type"))))
            elif place.rows is not None and is_section(node, self.read):
                self.section(node, place)
            else:
                self.item(node, place)

    def section(self, node: Node, place: _Place) -> None:
        """A group whose fields stand on the form itself, where they can react to others."""
        node.take("type")
        node.take("linkId")
        if "page" in controls(node):
            self.pages = True
            take_control(node)
        else:
            node.say(
                _("this group is a section: fields in it react, so they stand on the form itself")
            )
        guards = (*place.guards, node)
        inner = _Place(place.siblings, self.begin(_labelled(node), guards), guards, (), place.keys)
        self.walk(node, inner)
        place.rows = self.begin(place.rows.title if place.rows else "", place.guards)

    def begin(self, title: str, guards: tuple[Node, ...]) -> Rows:
        """The next section of the layout."""
        rows = Rows(title, columns=1)
        self.sections.append((rows, guards))
        return rows

    def display(self, node: Node, place: _Place) -> None:
        """Guidance: in the layout, or with the group or question that it stands in."""
        text = _labelled(node)
        node.take("type")
        self.displays[node.place("linkId")] = str(node.take("linkId"))
        take_control(node)
        if place.rows is not None:
            part = note(text or "–")
            place.rows.rows.append([part])
            self.guidance.append((node, part, place.guards))
        elif place.owner is not None:
            place.owner.description = "\n\n".join(filter(None, [place.owner.description, text]))

    def item(self, node: Node, place: _Place) -> None:
        link = str(node.take("linkId") or "")
        item = Item(
            field_key(link.replace(".", "_"), place.keys), node.pointer, title=_labelled(node)
        )
        if item.key != link:
            item.standard["$comment"] = f"linkId {link}"
        self.links.setdefault(link, item)
        self.translations(node, f"{place.at}/fields/{escaped(item.key)}")
        if node.flag("required"):
            item.required = True
        place.siblings.append(item)
        self.wanted.append(_Wanted(node, item, place.path, place.guards))
        self.show(node, item, place)
        if node.peek("type") == "group" or (
            str(node.peek("type")) not in KNOWN and node.peek("item")
        ):
            self.group(node, item, place)
        else:
            self.question(node, item, place)

    def show(self, node: Node, item: Item, place: _Place) -> None:
        """Puts the item into the layout, unless it is hidden."""
        if extension(node, "hidden") is True:
            if place.rows is None:
                node.say(_("a hidden item within a group is shown"))
            return
        if place.rows is not None:
            place.rows.rows.append([item.key])

    def group(self, node: Node, item: Item, place: _Place) -> None:
        node.take("type")
        item.repeats = node.flag("repeats")
        if item.repeats:
            item.schema = {"maxItems": MOST_ROWS}
            _occurs(node, item)
        path = (*place.path, item.key)
        at = f"{place.at}/fields/{escaped(item.key)}{'/items' if item.repeats else ''}"
        self.walk(node, _Place(item.children, None, (), path, set(), item, at))
        if not item.children:
            place.siblings.remove(item)
            self.wanted = [one for one in self.wanted if one.item is not item]
            if place.rows is not None:
                place.rows.rows.remove([item.key])
                place.rows.rows.append([note(f"**{item.title}**\\n\\n{item.description}")])

    def question(self, node: Node, item: Item, place: _Place) -> None:
        options = self.options(node)
        shape(node, item, options)
        if item.schema.get("type") == "array":
            _occurs(node, item)
        self.initial(node, item)
        if node.peek("item"):
            inner = replace(place, owner=item)
            if any(one.peek("type") != "display" for one in node.items("item")):
                node.say(_("the items within this question stand behind it"))
            self.walk(node, _Place([], None, owner=item) if _only_display(node) else inner)

    # -- answers --------------------------------------------------------------------------

    def options(self, node: Node) -> list[dict[str, Any]] | None:
        """The answers to choose from; none where the question has no such list."""
        if isinstance(node.peek("answerOption"), list):
            found = [option for one in node.items("answerOption") if (option := option_of(one))]
            return offered(self.distinct(found, node), node, "answerOption")
        reference = node.peek("answerValueSet")
        if not isinstance(reference, str):
            return None
        contained = self.contained(reference.removeprefix("#")) if reference.startswith("#") else []
        node.take("answerValueSet")
        if not contained:
            message = _(
                "the value set %(reference)s is not carried over: it lists no codes in this file",
                reference=repr(reference),
            )
            node.say(
                message, _("Any text is taken; give the field choices of its own"), "answerValueSet"
            )
        return offered(self.distinct(contained, node), node, "answerValueSet")

    def distinct(self, options: list[dict[str, Any]], node: Node) -> list[dict[str, Any]]:
        found: dict[Any, dict[str, Any]] = {}
        for option in options:
            if option["const"] in found:
                node.say(
                    _(
                        "the code %(const)s stands twice among the choices; the first is kept",
                        const=repr(option["const"]),
                    )
                )
            elif option["const"] != "":
                found[option["const"]] = option
        return list(found.values())

    def contained(self, id_: str) -> list[dict[str, Any]]:
        for one in self.root.items("contained"):
            if one.peek("id") == id_ and one.peek("resourceType") == "ValueSet":
                for name in ("id", "resourceType"):
                    one.take(name)
                return concepts_of(one)
        return []

    def initial(self, node: Node, item: Item) -> None:
        """The value that a new record starts with."""
        values = [value for one in node.items("initial") if (value := initial_of(one)) is not None]
        if values:
            item.schema["default"] = values if item.schema.get("type") == "array" else values[0]
        expression = next(iter(extensions(node, "initialExpression")), None)
        text = _expression_of(expression) if expression else None
        if expression is not None and text in ("today()", "now()"):
            expression.ledger.taken.add(expression.pointer)
            item.put("default", {text.removesuffix("()"): {}}, expression.pointer)

    # -- texts in other languages -----------------------------------------------------------

    def translations(self, node: Node, at: str) -> None:
        for one in node.below("_text").items("extension"):
            parts = {part.peek("url"): part for part in one.items("extension")}
            lang, content = parts.get("lang"), parts.get("content")
            if str(one.peek("url")).endswith("/translation") and lang and content:
                locale = str(lang.take("valueCode") or "")
                text = content.take("valueString") or content.take("valueMarkdown")
                one.ledger.taken.add(one.pointer)
                self.messages.setdefault(locale, {})[f"{at}/title"] = str(text)[:200]

    # -- once all link ids are known --------------------------------------------------------

    def settle(self) -> None:
        names = self.names()
        for wanted in self.wanted:
            self.react(wanted, names.within(wanted.path))
        for node, part, guards in self.guidance:
            show = self.shown((*guards, node), names)
            part.update({"showWhen": show} if isinstance(show, dict) else {})

    def names(self) -> Names:
        by_item = {id(item): known for known, item in named(self.items)}
        return Names(
            {link: [by_item[id(item)]] for link, item in self.links.items() if id(item) in by_item}
        )

    def react(self, wanted: _Wanted, names: Names) -> None:
        node, item = wanted.node, wanted.item
        wishes = Wishes(item, places={"show": node.place("enableWhen")})
        wishes.show = self.shown((*wanted.guards, node), names)
        wishes.fixed = node.flag("readOnly")
        wishes.settle()
        own = ".".join((*wanted.path, item.key))
        words = {"minimum": ("ge", "at least"), "maximum": ("le", "at most")}
        if rules := [
            rule(compare(own, words[k][0], v), f"Enter {words[k][1]} {v}")
            for k, v in item.limits.items()
        ]:
            item.put("rules", rules, node.pointer)
        self.calculated(node, item, names)

    def shown(self, nodes: tuple[Node, ...], names: Names) -> Truth:
        """The condition under which all of these are asked."""
        for node in nodes:
            if node.pointer not in self.asked:
                self.asked[node.pointer] = self.enabled(node, names)
        return all_of(self.asked[node.pointer] for node in nodes)

    def enabled(self, node: Node, names: Names) -> Truth:
        """The condition under which an item is asked."""
        join: Callable[[Any], Truth] = any_of if node.take("enableBehavior") == "any" else all_of
        asked = node.items("enableWhen")
        found = [self.one(one, names) for one in asked]
        if None in found and join is any_of:
            found = []  # one that is not known may hold: shown then, rather than hidden wrongly
        show = join([one for one in found if one is not None]) if found else True
        return all_of([show, *self.by_expression(node, names)])

    def one(self, node: Node, names: Names) -> Truth | None:
        whole = node.value
        node.ledger.taken.add(node.pointer)
        instead = _("The item is always shown")
        return translated(
            lambda: condition_of(whole, names),
            node.pointer,
            words_of(whole),
            self.ledger.notes,
            instead,
        )

    def by_expression(self, node: Node, names: Names) -> list[Truth]:
        found: list[Truth] = []
        for one in extensions(node, "enableWhenExpression"):
            text = _expression_of(one)
            one.ledger.taken.add(one.pointer)
            made = Conditions(names, XPATH)
            condition = translated(
                lambda: made.when(fhirpath.read(str(text), self.variables(node))),  # noqa: B023 - called at once
                one.pointer, text, self.ledger.notes, _("The item is always shown"),
            )  # fmt: skip
            found += [] if condition is None else [condition]
        return found

    def variables(self, node: Node) -> dict[str, str]:
        """What `variable` extensions of the questionnaire and the item name."""
        found: dict[str, str] = {}
        for owner in (self.root, node):
            for one in extensions(owner, "variable"):
                value = one.peek("valueExpression")
                if isinstance(value, dict) and isinstance(value.get("name"), str):
                    found[value["name"]] = str(value.get("expression"))
                    one.ledger.taken.add(one.pointer)
        return found

    def calculated(self, node: Node, item: Item, names: Names) -> None:
        for one in extensions(node, "calculatedExpression"):
            text = _expression_of(one)
            one.ledger.taken.add(one.pointer)
            try:
                expr = fhirpath.read(str(text), self.variables(node))
                formula = Formulas(names).text(expr)
                kept = {"integer", "number"} & {str(item.schema.get("type"))}
                result = next(iter(kept), result_of(expr, names))
            except Untranslatable as error:
                one.say(
                    _("%(given)s is not carried over: %(error)s", given=shown(text), error=error),
                    _("The field can be filled in"),
                )
                continue
            item.compute(formula, result, one.pointer)

    # -- layout -----------------------------------------------------------------------------

    def layouts(self) -> dict[str, list[Part]]:
        """Sections from top to bottom, or a page each."""
        names, found = self.names(), []
        for rows, guards in self.sections:
            rows.show = self.shown(guards, names)
            if section := rows.section():
                found.append(section)
        return stepped(found) if self.pages else {"default": found}


def _labelled(node: Node) -> str:
    prefix, text = node.text("prefix"), node.text("text")
    return " ".join(filter(None, [prefix, text]))


def _only_display(node: Node) -> bool:
    return all(one.peek("type") == "display" for one in node.items("item"))


def _occurs(node: Node, item: Item) -> None:
    low, high = extension(node, "minOccurs"), extension(node, "maxOccurs")
    if isinstance(low, int) and low > 0:
        item.schema["minItems"] = low
    elif item.required:
        item.schema["minItems"] = 1
    if isinstance(high, int) and high > 0:
        item.schema["maxItems"] = high


def _expression_of(node: Node) -> str | None:
    value = node.peek("valueExpression")
    text = value.get("expression") if isinstance(value, dict) else node.peek("valueString")
    return text if isinstance(text, str) else None


__all__ = ["Note", "read", "recognises"]
