"""JSON Forms: a JSON Schema, and a `uischema` of layouts, controls and rules.

The schema stays the judge.  Groups become sections, categories tabs or steps, rules conditions.
What a hidden control holds is kept, as there.
"""

from collections.abc import Mapping
from typing import Any, Final

from form_specs.from_schema.lone_values import VALUE, takes_objects
from form_specs.from_schema.tool import CannotImport
from form_specs.imports.assembling import Draft
from form_specs.imports.given import Given
from form_specs.imports.json_forms_rules import condition, path_of
from form_specs.imports.json_schema import labelled, resolved, unknown_keywords
from form_specs.imports.layouts import Part, Rows, in_steps, keys_in, note
from form_specs.imports.logic import Truth, Untranslatable, all_of, any_of, negated
from form_specs.imports.notes import Note
from form_specs.imports.outline import Item
from form_specs.imports.reading import Ledger, Node
from form_specs.json_schema.drafts import humanised
from form_specs.language import _, marked

_LOOKS: Final = ("uischema", "uiSchema", "ui")
_FORMATS: Final[Mapping[str, str]] = {"date": "date", "time": "time", "date-time": "datetime"}
_TO_THE_MINUTE: Final = "HH:mm"
"""How a time field writes its value; a text that says nothing is written to the second."""
_CONTROLS: Final = ("Control", "ListWithDetail")
_LAYOUTS: Final = ("VerticalLayout", "HorizontalLayout", "Group", "Categorization", "Category")
_ADVICE: Final[Mapping[str, str]] = {
    "i18n": marked("Put the texts of other languages into 'messages'"),
    "data": marked("It is the data of one record: create it once the tool is published"),
}


def recognises(given: Given) -> bool:
    """Whether there is a schema with a uischema, in one document or two."""
    if given.sheets or not isinstance(given.document, dict):
        return False
    return _is_look(given.ui) or any(_is_look(given.document.get(name)) for name in _LOOKS)


def _is_look(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    return isinstance(value.get("elements"), list) or "scope" in value


def read(given: Given) -> Draft:
    """Fields, layout and conditions; raises `CannotImport`."""
    document = given.document if isinstance(given.document, dict) else {}
    look = next((name for name in _LOOKS if _is_look(document.get(name))), "uischema")
    whole = document if given.ui is None else {"schema": given.document, look: given.ui}
    if not isinstance(whole.get("schema"), dict):
        raise CannotImport(
            [_("There is no JSON Schema beside the uischema: it would stand at /schema")]
        )
    ledger = Ledger(_ADVICE)
    root = Node(whole, "", ledger)
    schema = root.take("schema")
    draft = Draft(items=[], schema=labelled(schema), notes=unknown_keywords(schema, "/schema"))
    reader = _reader(schema)
    parts = reader.parts(root.below(look), "")
    draft.items = list(reader.items.values())
    if parts:
        draft.layouts = in_steps(parts)
    ledger.notes += reader.not_shown(parts)
    draft.notes += [*ledger.notes, *ledger.leftovers(whole)]
    return draft


def _reader(schema: dict[str, Any]) -> "_Reader":
    """The reader of a uischema for records of a schema; a value that is no object is a field of its own."""
    if isinstance(schema, dict) and not takes_objects(schema, schema):
        record = {"properties": {VALUE: resolved(schema, schema)}}
        return _Reader(record, schema, root_path=(VALUE,))
    return _Reader(resolved(schema, schema), schema)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


class _Rules:
    """The conditions that hold for all that an element holds."""

    def __init__(self, show: Truth = True, fixed: Truth = False) -> None:
        self.show = show
        self.fixed = fixed

    def within(self, show: Truth, fixed: Truth) -> "_Rules":
        """The conditions of something further in."""
        return _Rules(all_of([self.show, show]), any_of([self.fixed, fixed]))


class _Reader:
    """Walks a uischema."""

    def __init__(
        self,
        schema: Mapping[str, Any],
        root: Mapping[str, Any],
        base: tuple[str, ...] = (),
        root_path: tuple[str, ...] = (),
    ) -> None:
        """`root_path` is where in the record the value stands that the scope `#` means."""
        self.root_path = root_path
        self.schema = schema
        self.root = root
        self.base = base
        """From the record to the object that the uischema is for: of a row, to the rows."""
        self.items: dict[str, Item] = {}
        self.placed: set[str] = set()

    def properties(self) -> dict[str, Any]:
        """The properties of the object that the uischema is for."""
        return _mapping(self.schema.get("properties"))

    # -- layouts ------------------------------------------------------------------------

    def parts(self, element: Node, title: str, rules: "_Rules | None" = None) -> list[Part]:
        """The parts of the layout that an element becomes."""
        inherited = rules or _Rules()
        kind = element.peek("type")
        if kind == "Categorization":
            return self.categories(element, self.ruled(element, inherited))
        if self.is_apart(element):
            return self.apart(element, title, inherited)
        rows = Rows(title)
        found: list[Part] = []
        if kind in (*_CONTROLS, "Label"):
            self.row(element, rows, inherited)
        else:
            found += self.elements(element, rows, inherited)
        section = rows.section()
        return [*([section] if section else []), *found]

    def elements(self, element: Node, rows: Rows, inherited: _Rules) -> list[Part]:
        """Puts what stands directly in a layout into `rows`; gives the parts that follow it."""
        kind = element.take("type")
        if kind not in _LAYOUTS:
            element.say(
                _(
                    "a layout %(kind)s is not known: its elements stand below each other",
                    kind=repr(kind),
                )
            )
        rules = self.ruled(element, inherited)
        if rules.show is not inherited.show:
            rows.show = rules.show
        side_by_side = kind == "HorizontalLayout"
        row: list[Any] = []
        found: list[Part] = []
        for inner in element.items("elements"):
            if self.is_apart(inner):
                found += self.apart(inner, rows.title, rules)
            elif inner.peek("type") in ("Group", "Categorization", "Category"):
                found += self.parts(inner, self.label(inner) or rows.title, rules)
            elif inner.peek("type") in _LAYOUTS:
                found += self.elements(inner, rows, rules)
            elif side_by_side:
                row += self.control(inner, rules)
            else:
                self.row(inner, rows, rules)
        rows.rows.append(row)
        return found

    def is_apart(self, element: Node) -> bool:
        """Whether an element is a control of the record itself that says how it is drawn or called."""
        whole = element.peek("scope") in ("#", "#/") and not self.root_path
        drawn = isinstance(element.below("options").peek("detail"), dict)
        return (
            whole and element.peek("type") in _CONTROLS and (drawn or bool(element.peek("label")))
        )

    def apart(self, element: Node, title: str, inherited: _Rules) -> list[Part]:
        """The record itself as a section, or as the layout that its control brings."""
        title = self.label(element) or title
        if isinstance(element.below("options").peek("detail"), dict):
            element.take("type")
            element.take("scope")
            detail = element.below("options").below("detail")
            return self.parts(detail, title, self.ruled(element, inherited))
        rows = Rows(title)
        rules = self.ruled(element, inherited)
        if rules.show is not inherited.show:
            rows.show = rules.show
        self.row(element, rows, inherited)
        section = rows.section()
        return [section] if section else []

    def row(self, element: Node, rows: Rows, rules: _Rules) -> None:
        rows.rows += [[one] for one in self.control(element, rules)]

    def categories(self, element: Node, rules: _Rules) -> list[Part]:
        """A tab for each category, or a step where the source leads through them."""
        element.take("type")
        steps = element.peek("options") and element.take("options", "variant") == "stepper"
        found: list[Part] = []
        for inner in element.items("elements"):
            title = self.label(inner) or "–"
            if inner.peek("type") == "Categorization":
                inner.say(_("categories within categories stand beside them"), "", "type")
                found += self.categories(inner, rules)
                continue
            parts = self.parts(inner, title, rules)
            plain = [part for part in parts if "section" in part]
            if plain:
                found.append({"step" if steps else "tab": title[:200], "parts": plain})
            found += [part for part in parts if "section" not in part]
        return found

    def label(self, element: Node) -> str:
        """What a group or category is called."""
        label = element.peek("label")
        if isinstance(label, dict) and isinstance(label.get("text"), str):
            element.take("label", "text")
            return str(label["text"])
        if (
            label is None
            and isinstance(key := element.peek("i18n"), str)
            and "scope" not in element
        ):
            return humanised(key.rpartition(".")[2])
        return element.text("label")

    # -- controls -----------------------------------------------------------------------

    def control(self, element: Node, rules: _Rules) -> list[Any]:
        """What a control or label becomes in a section: a key, a note, nothing."""
        if element.peek("type") == "Label":
            return self.guidance(element, rules)
        try:
            path = path_of(element.peek("scope")) or self.root_path
        except Untranslatable as error:
            element.refuse(_("this element is not carried over: %(error)s", error=error))
            return []
        if (kind := element.take("type")) not in _CONTROLS:
            element.say(
                _("an element %(kind)s is not known: it is drawn as its field is", kind=repr(kind))
            )
        element.take("scope")
        keys = path[:1] or tuple(self.properties())
        if path:
            self.settle(element, path, self.ruled(element, rules))
        else:
            for key in keys:
                self.conditions(self.item((key,), element), self.ruled(element, rules), element)
        fresh = [key for key in keys if key not in self.placed]
        self.placed |= set(keys)
        if not fresh and len(path) == 1:
            element.say(
                _(
                    "'%(path)s' is shown twice there; here it stands where it came first",
                    path=path[0],
                )
            )
        return fresh

    def guidance(self, element: Node, rules: _Rules) -> list[Part]:
        element.take("type")
        text = element.text("text") or self.label(element)
        return [note(text, self.ruled(element, rules).show)] if text.strip() else []

    def item(self, path: tuple[str, ...], element: Node) -> Item:
        """The item at a path, made with all above it where it is new."""
        found: Item | None = None
        for key in path:
            known = {one.key: one for one in found.children} if found else self.items
            if key not in known:
                made = Item(key, element.pointer)
                if found is None:
                    self.items[key] = made
                else:
                    found.children.append(made)
                known = {key: made}
            found = known[key]
        assert found is not None
        return found

    def settle(self, element: Node, path: tuple[str, ...], rules: _Rules) -> None:
        """What a control says of its field."""
        item = self.item(path, element)
        if element.peek("label") is False:
            element.say(_("the label is not left out: each field has one"), "", "label")
        else:
            item.title = self.label(element) or item.title
        self.conditions(item, rules, element)
        self.options(item, element.below("options"))
        if isinstance(element.below("options").peek("detail"), dict):
            self.detail(element.below("options").below("detail"), item, path)

    def options(self, item: Item, options: Node) -> None:
        if options.flag("multi"):
            item.type = "long_text"
        if options.flag("readonly") or options.flag("readOnly"):
            item.lock(options.pointer)
        if placeholder := options.text("placeholder"):
            item.put("placeholder", placeholder[:200], options.place("placeholder"))
        kind = str(options.peek("format"))
        if kind == "time" and options.peek("timeSaveFormat") != _TO_THE_MINUTE:
            options.say(
                _("the values are times to the second: they are typed as texts"), "", "format"
            )
        elif kind == "radio":
            options.take("format")
            item.put("widget", "radios", options.place("format"))
        elif kind in _FORMATS:
            item.type = _FORMATS[options.take("format")]

    def conditions(self, item: Item, rules: _Rules, element: Node) -> None:
        place = element.place("rule") if "rule" in element else element.pointer
        if isinstance(rules.show, dict):
            item.put("showWhen", rules.show, place)
            item.put("whenHidden", "keep", place)
        if isinstance(rules.fixed, dict):
            item.put("readOnlyWhen", rules.fixed, place)
            item.put("lock", "page", place)
        elif rules.fixed:
            item.lock(place)

    def detail(self, detail: Node, item: Item, path: tuple[str, ...]) -> None:
        """The form of one row: its labels and options, not its arrangement."""
        schema: dict[str, Any] = dict(self.schema)
        for key in path:
            schema = resolved(self.root, _mapping(schema.get("properties")).get(key))
        row = resolved(self.root, schema.get("items", schema))
        reader = _Reader(row, self.root, (*self.base, *path))
        reader.parts(detail, item.title)
        item.repeats = "items" in schema
        item.children = [*item.children, *reader.items.values()]

    # -- rules --------------------------------------------------------------------------

    def ruled(self, element: Node, inherited: _Rules) -> _Rules:
        """The conditions of an element and of all around it; what does not translate is noted."""
        rule = element.peek("rule")
        if not isinstance(rule, dict):
            return inherited
        effect = rule.get("effect")
        element.take("rule")
        try:
            found = condition(rule.get("condition"), self.base)
        except Untranslatable as error:
            message = _(
                "this rule (%(effect)s) is not carried over: %(error)s", effect=effect, error=error
            )
            self.say_once(element, message)
            return inherited
        if isinstance(found, bool) and effect in ("SHOW", "HIDE"):
            self.say_once(
                element,
                _("this rule (%(effect)s) is not carried over: it never changes", effect=effect),
            )
            return inherited
        if effect in ("SHOW", "HIDE"):
            return inherited.within(found if effect == "SHOW" else negated(found), False)
        if effect in ("ENABLE", "DISABLE"):
            return inherited.within(True, found if effect == "DISABLE" else negated(found))
        self.say_once(element, _("there is no effect %(effect)s", effect=repr(effect)))
        return inherited

    def say_once(self, element: Node, message: str) -> None:
        said = Note(
            element.place("rule"), message, _("Show what it guards in another way, or always")
        )
        if said not in element.ledger.notes:
            element.ledger.notes.append(said)

    def not_shown(self, parts: list[Part]) -> list[Note]:
        """Fields that must be filled in, though the uischema does not show them."""
        if not parts:
            return []
        shown = keys_in(parts)
        found = self.schema.get("required")
        required = found if isinstance(found, list) else []
        return [
            Note(f"/schema/properties/{key}", _("'%(key)s' is required, but not shown", key=key), _("Place it in the layout"))
            for key in required if isinstance(key, str) and key not in shown
        ]  # fmt: skip
