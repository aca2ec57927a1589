"""react-jsonschema-form: a JSON Schema, and a `uiSchema` that mirrors its properties.

The schema stays the judge; the uiSchema says how fields look, in which order, and which of them
cannot be changed.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.from_schema.lone_values import VALUE, takes_objects
from form_specs.from_schema.tool import CannotImport
from form_specs.imports.assembling import Draft
from form_specs.imports.given import Given
from form_specs.imports.json_schema import labelled, resolved, unknown_keywords
from form_specs.imports.notes import Note
from form_specs.imports.outline import Item
from form_specs.imports.reading import Ledger, Node
from form_specs.imports.revealing import reveal
from form_specs.language import _, marked

_WIDGETS: Final[Mapping[str, str]] = {
    "textarea": "long_text",
    "date": "date",
    "DateWidget": "date",
    "date-time": "datetime",
    "datetime": "datetime",
    "time": "time",
    "email": "email",
    "EmailWidget": "email",
    "uri": "url",
    "url": "url",
    "URLWidget": "url",
    "checkboxes": "multi_choice",
    "CheckboxesWidget": "multi_choice",
    "RatingWidget": "rating",
    "rating": "rating",
    "TextareaWidget": "long_text",
}
"""Which field type draws what a widget draws."""
_RADIOS: Final = ("radio", "RadioWidget")
"""Shows choices, or yes and no, all at once."""
_ADVICE: Final[Mapping[str, str]] = {
    "ui:field": marked("Take a field type that draws it, or write one"),
    "ui:widget": marked("The field type decides how the field is drawn"),
    "formData": marked("It is the data of one record: create it once the tool is published"),
    "ui:enumDisabled": marked('Give those choices "retired": true'),
}
_PARTS: Final = (
    "items",
    "additionalItems",
    "additionalProperties",
    "anyOf",
    "oneOf",
    "definitions",
)
"""Members of a uiSchema that are no properties."""
_LOOK: Final = marked("Looks are the same for all tools")


def recognises(given: Given) -> bool:
    """Whether there is a schema with a uiSchema, in one document or two."""
    document = given.document
    if given.sheets or not isinstance(document, dict):
        return False
    if isinstance(given.ui, dict):
        return True
    if not isinstance(document.get("schema"), dict):
        return False
    return "uiSchema" in document or "formData" in document or not document.keys() - {"schema"}


def read(given: Given) -> Draft:
    """Fields as the schema and the uiSchema say; raises `CannotImport`."""
    whole = given.document if isinstance(given.document, dict) else {}
    if "schema" not in whole or given.ui is not None:
        whole = {"schema": given.document, "uiSchema": given.ui}
    if not isinstance(whole.get("schema"), dict):
        raise CannotImport([_("There is no JSON Schema in it: it would stand at /schema")])
    ledger = Ledger(_ADVICE)
    root = Node(whole, "", ledger)
    schema = root.take("schema")
    draft = Draft(items=[], schema=labelled(schema))
    draft.notes += unknown_keywords(schema, "/schema")
    if "uiSchema" in root and root.peek("uiSchema") is None:
        root.take("uiSchema")
    reader = _Reader(schema)
    if takes_objects(schema, schema):
        whole_form = reader.item("", root.below("uiSchema"), schema)
        draft.items, draft.order = whole_form.children, whole_form.order
        reveal(schema, draft.items, "/schema")
    else:
        whole_form = reader.item(VALUE, root.below("uiSchema"), schema, depth=1)
        draft.items = [whole_form]
    draft.hidden = reader.hidden
    draft.title, draft.description = whole_form.title, whole_form.description
    draft.notes += [*ledger.notes, *ledger.leftovers(whole)]
    return draft


class _Reader:
    """Walks the uiSchema beside the schema."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.hidden: set[str] = set()
        """Properties of the form itself that are not shown."""

    def item(self, name: str, ui: Node, schema: Any, depth: int = 0) -> Item:
        """One field, with those below it."""
        schema = resolved(self.root, schema)
        item = Item(name, ui.pointer)
        for option, place in _options(ui):
            self.option(item, option, place, depth)
        rows = resolved(self.root, schema.get("items"))
        item.repeats = "items" in ui and "properties" not in schema and bool(rows)
        owner, below = (rows, ui.below("items")) if item.repeats else (schema, ui)
        found = owner.get("properties")
        properties: dict[str, Any] = found if isinstance(found, dict) else {}
        for key, value in below.members():
            is_own = key in properties or (not depth and key not in _PARTS)
            if is_own and not key.startswith("ui:") and isinstance(value.value, dict):
                item.children.append(self.item(key, value, properties.get(key), depth + 1))
        if item.repeats and not properties:
            for option, place in _options(below):
                self.option(item, option, place, depth)
        return item

    def option(self, item: Item, option: str, owner: tuple[Node, str], depth: int) -> None:
        """What one option says of a field; what nothing stands for stays in the ledger."""
        node, member = owner
        value = node.peek(member)
        if option in ("title", "description", "help") and isinstance(value, str):
            _text(item, option, node.text(member))
        elif option == "placeholder" and isinstance(value, str):
            item.put("placeholder", node.text(member)[:200], node.place(member))
        elif option in ("readonly", "disabled", "readOnly") and isinstance(value, bool):
            item.lock(node.place(member), so=node.flag(member))
        elif option == "order" and isinstance(value, list):
            item.order = [key for key in node.take(member) if isinstance(key, str)]
        elif option == "enumNames" and isinstance(value, list):
            item.choice_titles = [str(title) for title in node.take(member)]
        elif option == "emptyValue" and value == "":
            node.take(member)
            item.put("blank", "empty", node.place(member))
        elif option == "widget" and isinstance(value, str):
            self.widget(item, value, node, member, depth)

    def widget(self, item: Item, name: str, node: Node, member: str, depth: int) -> None:
        """Which type or place a widget asks for."""
        if name in _WIDGETS:
            item.type = _WIDGETS[node.text(member)]
        elif name in _RADIOS:
            node.take(member)
            item.put("widget", "radios", node.place(member))
        elif name == "hidden" and depth == 1:
            node.take(member)
            self.hidden.add(item.key)
        elif name == "password":
            node.say(
                _("what is typed can be read on the screen"), _("It is kept out of search"), member
            )
            item.put("sensitive", True, node.place(member))
        else:
            node.say(
                _("the widget %(name)s is drawn as the field's type draws it", name=repr(name)),
                _(_LOOK),
                member,
            )


def _options(ui: Node) -> Iterator[tuple[str, tuple[Node, str]]]:
    """Each option with where it stands: `ui:help`, or `help` in `ui:options`."""
    for name, value in ui.members():
        if name == "ui:options":
            for option, _ in value.members():
                yield option, (value, option)
        elif name.startswith("ui:"):
            yield name.removeprefix("ui:"), (ui, name)


def _text(item: Item, option: str, text: str) -> None:
    if option == "title":
        item.title = text
    else:
        item.description = "\n\n".join(filter(None, [item.description, text]))


__all__ = ["Note", "read", "recognises"]
