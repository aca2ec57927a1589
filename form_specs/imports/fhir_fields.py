"""The items of a FHIR Questionnaire one by one: which field each becomes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from form_specs.imports.outline import Item
from form_specs.imports.reading import Node

CORE: Final = "http://hl7.org/fhir/StructureDefinition/"
SDC: Final = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
MOST_ROWS: Final = 200


def extensions(node: Node, name: str) -> Iterator[Node]:
    """The extensions of a kind, by the end of their address, not taken yet."""
    wanted = {
        CORE + name,
        SDC + name,
        CORE + f"questionnaire-{name}",
        SDC + f"sdc-questionnaire-{name}",
    }
    for one in node.items("extension"):
        if str(one.peek("url")) in wanted:
            yield one


def extension(node: Node, name: str) -> Any:
    """The value of the first extension of a kind, taken; none where there is none."""
    for one in extensions(node, name):
        value = _value(one)
        if value is not None:
            one.ledger.taken.add(one.pointer)
            return value
    return None


def _value(node: Node) -> Any:
    value = node.value if isinstance(node.value, dict) else {}
    return next((v for k, v in value.items() if k.startswith("value")), None)


def controls(node: Node) -> list[str]:
    """The codes of the item's control, such as `drop-down`, not taken yet."""
    return [
        code
        for one in extensions(node, "itemControl")
        for coding in _codings(one.value)
        if isinstance(code := coding.get("code"), str)
    ]


def take_control(node: Node) -> None:
    """Marks the item's control as read."""
    for one in extensions(node, "itemControl"):
        one.ledger.taken.add(one.pointer)


def _codings(value: Any) -> list[dict[str, Any]]:
    concept = value.get("valueCodeableConcept") if isinstance(value, dict) else None
    found = concept.get("coding") if isinstance(concept, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


# -- types ----------------------------------------------------------------------------------


def shape(node: Node, item: Item, options: list[dict[str, Any]] | None) -> None:
    """Gives an item the schema and type of its kind of question."""
    kind = str(node.take("type"))
    open_ = _is_open(node, kind)
    if options is not None or kind in ("choice", "open-choice", "coding"):
        _chosen(item, options or [], repeats=node.flag("repeats"), open_=open_)
        return
    _PLAIN.get(kind, _text)(node, item)
    if node.flag("repeats"):
        _repeated(item)


def _is_open(node: Node, kind: str) -> bool:
    if node.peek("answerConstraint") in ("optionsOnly", "optionsOrType", "optionsOrString"):
        return bool(node.take("answerConstraint") != "optionsOnly")
    return kind == "open-choice"


def _chosen(item: Item, options: list[dict[str, Any]], *, repeats: bool, open_: bool) -> None:
    """One choice or several; with others allowed the options are suggestions."""
    choices = [{k: v for k, v in one.items() if k != "selected"} for one in options]
    one_of: dict[str, Any] = {"oneOf": choices} if choices else {"type": "string"}
    if all(isinstance(choice["const"], str) for choice in choices):
        one_of["type"] = "string"
    if open_ and choices:
        one_of = {"type": "string"}
        item.type = "multi_choice" if repeats else "choice"
        listed = [{"key": c["const"], "title": c.get("title", c["const"])[:200]} for c in choices]
        item.put("choices", listed, item.place)
        item.put("orOther", True, item.place)
    item.schema = one_of
    if repeats:
        item.schema = {"type": "array", "items": one_of, "uniqueItems": True, "maxItems": MOST_ROWS}
    if selected := [one["const"] for one in options if one.get("selected")]:
        item.schema["default"] = selected if repeats else selected[0]


def _repeated(item: Item) -> None:
    default = item.schema.pop("default", None)
    rows = item.schema
    item.schema = {"type": "array", "items": rows, "maxItems": MOST_ROWS}
    if isinstance(default, list):
        item.schema["default"] = default
    item.type = ""


def _text(node: Node, item: Item) -> None:
    item.type, item.schema = "text", {"type": "string"}
    length = node.number("maxLength")
    if isinstance(length, int) and length > 0:
        item.schema["maxLength"] = length
    if isinstance(low := extension(node, "minLength"), int):
        item.schema["minLength"] = low
    if isinstance(pattern := extension(node, "regex"), str):
        item.schema["pattern"] = f"^(?:{pattern})$"
    if isinstance(example := extension(node, "entryFormat"), str):
        item.put("placeholder", example[:200], node.pointer)


def _long_text(node: Node, item: Item) -> None:
    _text(node, item)
    item.type = "long_text"


def _number(whole: bool) -> Callable[[Node, Item], None]:
    def make(node: Node, item: Item) -> None:
        item.schema = {"type": "integer" if whole else "number"}
        _limits(node, item)
        unit = extension(node, "unit")
        label = (unit.get("display") or unit.get("code")) if isinstance(unit, dict) else None
        if isinstance(label, str) and 0 < len(label) <= 20:
            item.put("unit", label, node.pointer)

    return make


def _limits(node: Node, item: Item) -> None:
    for name, keyword in (("minValue", "minimum"), ("maxValue", "maximum")):
        value = extension(node, name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            item.schema[keyword] = value
        elif isinstance(value, str):
            item.limits[keyword] = value


def _dated(format_: str, type_: str) -> Callable[[Node, Item], None]:
    def make(node: Node, item: Item) -> None:
        item.type, item.schema = type_, {"type": "string", "format": format_}
        _limits(node, item)

    return make


def _boolean(_node: Node, item: Item) -> None:
    item.schema = {"type": "boolean"}


def _url(node: Node, item: Item) -> None:
    _text(node, item)
    item.type, item.schema["format"] = "url", "uri"


def _time(_node: Node, item: Item) -> None:
    item.type, item.native = "time", True
    item.schema = {"type": "string"}


def _file(_node: Node, item: Item) -> None:
    item.type, item.native = "files", True


def _quantity(node: Node, item: Item) -> None:
    """A number with its unit."""
    value = Item("value", item.place, "Value", schema={"type": "number"}, required=True)
    unit = Item("unit", item.place, "Unit", schema={"type": "string", "maxLength": 80}, type="text")
    _number(whole=False)(node, value)
    units = [
        code
        for one in extensions(node, "unitOption")
        if isinstance(coding := one.value.get("valueCoding"), dict)
        and isinstance(code := coding.get("code") or coding.get("display"), str)
    ]
    for one in extensions(node, "unitOption"):
        one.ledger.taken.add(one.pointer)
    if units:
        unit.schema, unit.type = {"type": "string", "enum": list(dict.fromkeys(units))}, ""
    item.children = [value, unit]


_PLAIN: Final[Mapping[str, Callable[[Node, Item], None]]] = {
    "boolean": _boolean,
    "decimal": _number(whole=False),
    "integer": _number(whole=True),
    "date": _dated("date", "date"),
    "dateTime": _dated("date-time", "datetime"),
    "time": _time,
    "string": _text,
    "text": _long_text,
    "url": _url,
    "reference": _text,
    "attachment": _file,
    "quantity": _quantity,
}
KNOWN: Final = frozenset(
    {*_PLAIN, "group", "display", "choice", "open-choice", "coding", "question"}
)


# -- choices --------------------------------------------------------------------------------


def option_of(node: Node) -> dict[str, Any] | None:
    """An answer option as `const` and `title`; none where it cannot be one."""
    for name in ("valueCoding", "valueString", "valueInteger", "valueDate", "valueTime"):
        value = node.peek(name)
        if value is None or (name != "valueCoding" and not isinstance(value, str | int)):
            continue
        selected = {"selected": True} if node.flag("initialSelected") else {}
        if name != "valueCoding":
            return {"const": node.take(name)} | selected
        coding = node.below(name)
        return _coded(coding) | selected if isinstance(value, dict) else None
    return None


def _coded(coding: Node) -> dict[str, Any]:
    code, display = coding.text("code"), coding.text("display")
    return {"const": code or display} | ({"title": display} if display else {})


def contained_options(value_set: Any) -> list[dict[str, Any]]:
    """The concepts that a contained value set lists; nested ones behind those that hold them."""
    expansion = value_set.get("expansion") if isinstance(value_set, dict) else None
    if isinstance(expansion, dict) and isinstance(expansion.get("contains"), list):
        return list(_concepts(expansion["contains"]))
    compose = value_set.get("compose") if isinstance(value_set, dict) else None
    includes = compose.get("include") if isinstance(compose, dict) else None
    return [
        option
        for one in (includes if isinstance(includes, list) else ())
        if isinstance(one, dict)
        for option in _concepts(one.get("concept"))
    ]


def _concepts(listed: Any) -> Iterator[dict[str, Any]]:
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            code, display = one.get("code"), one.get("display")
            if isinstance(code, str) and code:
                yield {"const": code} | ({"title": display} if isinstance(display, str) else {})
            yield from _concepts(one.get("contains"))
