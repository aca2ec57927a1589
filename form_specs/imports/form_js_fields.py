"""The components of form-js one by one: which field each becomes."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from form_specs.imports.expressions import feel
from form_specs.imports.expressions.tree import Call, Choose, Expr, Infix, Items, Literal, Ref
from form_specs.imports.logic import Untranslatable, compare
from form_specs.imports.long_lists import offered
from form_specs.imports.notes import shown
from form_specs.imports.outline import Item
from form_specs.imports.reading import Node
from form_specs.imports.wishes import rule
from form_specs.language import _
from form_specs.problem import suggestion

_MOST_CHOSEN: Final = 200
_NUMBER: Final = "^-?[0-9]{1,18}(\\.[0-9]{1,%d})?$"
_MOST_DIGITS: Final = 10


def field_of(node: Node, key: str) -> Item | None:
    """The field that a component with a key becomes; none for a component that holds no value."""
    kind = str(node.peek("type"))
    make = _COMPONENTS.get(kind)
    if make is None:
        return None
    node.take("type")
    item = Item(key, node.pointer, title=_label(node), description=node.text("description"))
    make(node, item)
    validate = node.below("validate")
    if validate.flag("required"):
        item.required = True
    if "defaultValue" in node and node.peek("defaultValue") is not None:
        item.schema["default"] = node.take("defaultValue")
    _adorned(node, item)
    return item


def _label(node: Node) -> str:
    label = node.peek("label")
    if isinstance(label, str) and label.startswith("="):
        node.say(
            _("a label that is calculated is not carried over"), _("Write a fixed one"), "label"
        )
        return ""
    return node.text("label")


def _adorned(node: Node, item: Item) -> None:
    looks = node.below("appearance")
    for name in ("suffixAdorner", "prefixAdorner"):
        text = looks.peek(name)
        if isinstance(text, str) and len(text) <= 20 and "unit" not in item.ops and text.strip():
            item.put("unit", looks.text(name), looks.place(name))


def _text(node: Node, item: Item) -> None:
    validate = node.below("validate")
    item.type, item.schema = "text", {"type": "string"}
    for name in ("minLength", "maxLength"):
        if isinstance(count := validate.number(name), int):
            item.schema[name] = count
    if pattern := validate.text("pattern"):
        item.schema["pattern"] = pattern
    if validate.peek("validationType") == "email":
        validate.take("validationType")
        item.type, item.schema["format"] = "email", "email"


def _long_text(node: Node, item: Item) -> None:
    _text(node, item)
    item.type = "long_text"


def _number(node: Node, item: Item) -> None:
    validate = node.below("validate")
    low, high = validate.number("min"), validate.number("max")
    if node.peek("serializeToString") is True:
        node.take("serializeToString")
        digits = node.number("decimalDigits")
        counted = isinstance(digits, int) and 0 < digits < _MOST_DIGITS
        pattern = _NUMBER % (digits if counted else _MOST_DIGITS)
        item.type, item.schema = "decimal", {"type": "string", "pattern": pattern}
        limits = [(op, one) for op, one in (("ge", low), ("le", high)) if one is not None]
        words = {"ge": "at least", "le": "at most"}
        rules = [
            rule(compare(item.key, op, str(Decimal(str(one)))), f"Enter {words[op]} {one}")
            for op, one in limits
        ]
        if rules:
            item.put("rules", rules, validate.pointer)
        return
    whole = node.peek("decimalDigits") == 0
    if whole:
        node.take("decimalDigits")
    item.schema = {"type": "integer" if whole else "number"}
    step = _whole_step(node, low) if whole else None
    if step is not None:
        item.schema["multipleOf"] = step
    limits_of = {"minimum": low, "maximum": high}
    item.schema |= {name: one for name, one in limits_of.items() if one is not None}


def _whole_step(node: Node, low: int | float | None) -> int | None:
    """How far apart whole numbers must be, where they are counted from nought."""
    text = str(node.peek("increment"))
    step = int(text) if text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS else 0
    if step < 1 or (low is not None and low % step):
        return None
    node.take("increment")
    return step if step > 1 else None


def _checkbox(node: Node, item: Item) -> None:
    item.schema = {"type": "boolean"}
    if node.below("validate").peek("required") is True:
        item.put(
            "rules", [rule(compare(item.key, "eq", True), "This must be ticked")], node.pointer
        )


def _one_of(node: Node, item: Item) -> None:
    choices = choices_of(node, item)
    item.schema = {"oneOf": choices} if choices else {"type": "string"}
    if choices and all(isinstance(choice["const"], str) for choice in choices):
        item.schema = {"type": "string", "oneOf": choices}


def _one_of_all_shown(node: Node, item: Item) -> None:
    _one_of(node, item)
    item.put("widget", "radios", node.place("type"))


def _some_of(node: Node, item: Item) -> None:
    choices = choices_of(node, item)
    items: dict[str, Any] = {"oneOf": choices} if choices else {"type": "string"}
    item.schema = {"type": "array", "items": items, "uniqueItems": True, "maxItems": _MOST_CHOSEN}
    if node.below("validate").peek("required") is True:
        item.schema["minItems"] = 1


def _moment(node: Node, item: Item) -> None:
    subtype = node.text("subtype")
    if subtype not in ("date", "time", "datetime"):
        node.say(_("the subtype is missing or unknown: moments are asked for"))
    item.title = node.text("dateLabel") or node.text("timeLabel") or item.title
    item.type = {"date": "date", "time": "time"}.get(subtype, "datetime")
    item.schema = {"type": "string", "format": {"date": "date"}.get(subtype, "date-time")}
    if subtype == "time":
        item.schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]"}
    if subtype != "time" and node.flag("disallowPassedDates"):
        value: dict[str, Any] = {"today": {}} if subtype == "date" else {"now": {}}
        condition = compare(item.key, "ge", value)
        item.put("rules", [rule(condition, "Choose a day that is not past")], node.pointer)


def _file(node: Node, item: Item) -> None:
    item.type, item.native = "files", True


_COMPONENTS: Final[Mapping[str, Callable[[Node, Item], None]]] = {
    "textfield": _text, "textarea": _long_text, "number": _number, "checkbox": _checkbox,
    "select": _one_of, "radio": _one_of_all_shown, "checklist": _some_of, "taglist": _some_of,
    "datetime": _moment, "filepicker": _file,
}  # fmt: skip


# -- choices --------------------------------------------------------------------------------


def choices_of(node: Node, item: Item) -> list[dict[str, Any]]:
    """Values with titles; none where they come from elsewhere, which is noted."""
    if isinstance(node.peek("values"), list):
        found = [
            (entry.take("value"), entry.text("label") or None)
            for entry in node.items("values")
            if "value" in entry
        ]
        return offered(_titled(found), node, "values")
    if text := node.peek("valuesExpression"):
        return _calculated(node, item, str(text))
    if "valuesKey" in node:
        _from_elsewhere(
            node, "valuesKey", _("they come with the data that the form is opened with")
        )
    return []


def _titled(pairs: list[tuple[Any, str | None]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for value, title in pairs:
        if value not in [choice["const"] for choice in found] or isinstance(value, bool):
            found.append({"const": value} | ({"title": title} if title else {}))
    return found


def _from_elsewhere(node: Node, member: str, why: str) -> None:
    node.say(
        _(
            "the choices (%(choices)s) are not carried over: %(why)s",
            choices=shown(node.peek(member)),
            why=why,
        ),
        _("Any text is taken; give the field choices of its own, from a list or from records"),
        member,
    )


def _calculated(node: Node, item: Item, text: str) -> list[dict[str, Any]]:
    """The choices that an expression writes out, also by the value of another field."""
    try:
        expr = feel.read(text)
        if isinstance(expr, Items):
            node.take("valuesExpression")
            return _titled([_pair(part) for part in expr.items])
        found = _by_value(expr)
    except Untranslatable as error:
        _from_elsewhere(node, "valuesExpression", str(error))
        return []
    node.take("valuesExpression")
    field, cases = found
    item.put("dependsOn", field, node.place("valuesExpression"))
    return _matched(item, cases)


def _matched(
    item: Item, cases: list[tuple[str, list[tuple[Any, str | None]]]]
) -> list[dict[str, Any]]:
    titles: dict[Any, str | None] = {}
    matches: dict[str, list[str]] = {}
    for value, pairs in cases:
        for key, title in pairs:
            titles.setdefault(key, title)
            matches.setdefault(str(key), []).append(value)
    item.matches = matches
    return _titled(list(titles.items()))


def _by_value(expr: Expr) -> tuple[str, list[tuple[str, list[tuple[Any, str | None]]]]]:
    """The field that `if country = "DE" then […] else …` asks, and the choices for each value."""
    field, cases = "", []
    while isinstance(expr, Choose):
        match expr.test:
            case Infix("==", Ref((name,)), Literal(str(value))) if field in ("", name):
                field = name
            case _:
                raise Untranslatable(_("they depend on more than the value of one field"))
        if not isinstance(expr.then, Items):
            raise Untranslatable(_("they are not written out"))
        cases.append((value, [_pair(part) for part in expr.then.items]))
        expr = expr.other
    if not cases or expr not in (Items(()), Literal(None)):
        raise Untranslatable(_("they are not written out for each value of one field"))
    return field, cases


def _pair(part: Expr) -> tuple[Any, str | None]:
    """A value and its title, from `"a"` or `{label: "A", value: "a"}`."""
    match part:
        case Literal(str(value)):
            return value, None
        case Literal(Decimal() as number):
            return (int(number) if number == int(number) else float(number)), None
        case Call("{}", entries):
            pairs = zip(entries[::2], entries[1::2], strict=True)
            found = {
                k.value: v.value
                for k, v in pairs
                if isinstance(k, Literal) and isinstance(v, Literal)
            }
            if "value" in found:
                label = found.get("label")
                return found["value"], label if isinstance(label, str) else None
    raise Untranslatable(_("they are not written out"))


def unknown(kind: str) -> str:
    """What is said of a component that holds no value here."""
    nothing = _("there is nothing for a '%(kind)s' here", kind=kind)
    return f"{nothing}. {suggestion(kind, _COMPONENTS)}"
