"""One row of a condition: what its controls hold, and the comparison or test that they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from builder.logic.literals import BARE, LISTED, PAIRED, literal_of, texts_of
from builder.logic.vocabulary import USER, Asked, Vocabulary
from form_specs.editing.places import same
from form_specs.model import JsonObject, JsonValue

UNITS: Final = ("days", "hours", "minutes", "seconds")
_MAX_AMOUNT: Final = 40_000_000
_TESTS: Final = ("role", "team", "is")


@dataclass(frozen=True, slots=True)
class ValueInputs:
    """The controls of one value: what kind of value it is, and what stands in the inputs of that kind."""

    source: str = "value"
    """value, me, today, now or field."""
    texts: tuple[str, ...] = ()
    """What is typed or ticked; of several inputs in their order."""
    amount: str = ""
    """How far from today or now; below 0 before it."""
    unit: str = "days"
    other: str = ""
    """The path of the field that is compared with."""


@dataclass(frozen=True, slots=True)
class LeafInputs:
    """The controls of one row."""

    field: str
    op: str
    values: tuple[ValueInputs, ...] = ()
    """None for operators without a value, two for the ends of `between`, else one."""


# -- from a condition ---------------------------------------------------------------------


def inputs_of(raw: Any, vocabulary: Vocabulary) -> LeafInputs | None:
    """What the controls of a row show for a comparison or a test of the user; none where they cannot."""
    match raw:
        case {"user": dict(test)} if len(raw) == 1:
            return _test_inputs(test, vocabulary)
        case {"field": str(path), "op": str(op)} if _in_order(raw) and not path.startswith(USER):
            rest = {name: item for name, item in raw.items() if name == "value"}
            return _comparison_inputs(path, op, rest, vocabulary)
    return None


def _in_order(raw: Mapping[str, Any]) -> bool:
    """A row writes its members in this order; other members or another order it cannot show."""
    return [*raw] == ["field", "op", "value"][: len(raw)]


def _test_inputs(test: Mapping[str, Any], vocabulary: Vocabulary) -> LeafInputs | None:
    for name in _TESTS:
        if [*test] == [name] and isinstance(test[name], str):
            path = f"{USER}{name}"
            known = vocabulary.asked(path) is not None
            return LeafInputs(path, "eq", (ValueInputs(texts=(test[name],)),)) if known else None
    return None


def _comparison_inputs(
    path: str, op: str, rest: Mapping[str, Any], vocabulary: Vocabulary
) -> LeafInputs | None:
    asked = vocabulary.asked(path)
    if asked is None or op not in asked.operators:
        # What the check finds wrong is shown as it is, so that it can be put right here.
        return LeafInputs(path, op) if not rest else None
    if op in BARE:
        return LeafInputs(path, op) if not rest else None
    if "value" not in rest:
        return LeafInputs(path, op, empty_values(op))
    value = rest["value"]
    if op == "between":
        ends = value if isinstance(value, list) and len(value) == 2 else None
        found = [_value_inputs(asked, "ge", end) for end in ends] if ends else [None]
        return _of_values(path, op, found)
    if op in LISTED:
        return _of_values(path, op, [_list_inputs(asked, op, value)])
    return _of_values(path, op, [_value_inputs(asked, op, value)])


def _of_values(path: str, op: str, found: Sequence[ValueInputs | None]) -> LeafInputs | None:
    values = tuple(one for one in found if one is not None)
    return LeafInputs(path, op, values) if len(values) == len(found) else None


def empty_values(op: str) -> tuple[ValueInputs, ...]:
    """The controls of an operator's values with nothing in them."""
    return (ValueInputs(),) * (0 if op in BARE else 2 if op == "between" else 1)


def _list_inputs(asked: Asked, op: str, value: JsonValue) -> ValueInputs | None:
    if not isinstance(value, list):
        return None
    texts = [_listed_text(asked, op, item) for item in value]
    shown = tuple(text for text in texts if text)
    ends = any(end in text for text in shown for end in "\r\n\0")
    fits = len(shown) == len(value) and not ends
    return ValueInputs(texts=shown) if fits and len(set(shown)) == len(shown) else None


def _listed_text(asked: Asked, op: str, item: JsonValue) -> str | None:
    if asked.measure == "user" and item == {"user": "id"}:
        return ME
    found = texts_of(asked, op, item)
    # What begins so would be taken for the person who asks.
    return found[0] if found and found[0] != ME and found[0] == found[0].strip() else None


ME: Final = "@me"
"""Among the people of a list: whoever is asking."""


def _value_inputs(asked: Asked, op: str, value: Any) -> ValueInputs | None:
    sources = asked.sources(op if op != "ge" else "between")
    match value:
        case {"field": str(other)} if len(value) == 1:
            return ValueInputs("field", other=other) if "field" in sources else None
        case {"user": what} if len(value) == 1:
            fits = what == ("id" if asked.measure == "user" else "team")
            return ValueInputs("me") if "me" in sources and fits else None
        case {"today": dict(delta)} | {"now": dict(delta)} if len(value) == 1:
            return _moved_inputs(next(iter(value)), delta, sources)
    texts = texts_of(asked, op, value)
    # An input of one line would drop line ends.
    if texts is None or any(end in text for text in texts for end in "\r\n\0"):
        return None
    return ValueInputs(texts=tuple(texts))


def _moved_inputs(
    source: str, delta: Mapping[str, Any], sources: Sequence[str]
) -> ValueInputs | None:
    if source not in sources or len(delta) > 1:
        return None
    unit, amount = next(iter(delta.items()), ("days", 0))
    known = ("days",) if source == "today" else UNITS
    if unit not in known or type(amount) is not int or abs(amount) > _MAX_AMOUNT:
        return None
    return ValueInputs(source, amount=str(amount), unit=unit)


# -- to a condition -----------------------------------------------------------------------


def leaf_of(inputs: LeafInputs, vocabulary: Vocabulary, was: JsonValue = None) -> JsonObject:
    """The condition that a row means; `was` as it stands where its controls hold what they showed of it."""
    if isinstance(was, dict) and inputs_of(was, vocabulary) == inputs:
        return was
    if inputs.field.startswith(USER):
        name, texts = inputs.field.removeprefix(USER), inputs.values[0].texts[:1]
        return {"user": {name: texts[0] if texts else ""}}
    found: JsonObject = {"field": inputs.field, "op": inputs.op}
    asked = vocabulary.asked(inputs.field)
    if inputs.op in BARE or not inputs.values or asked is None:
        return found
    values = _values(asked, inputs, _former(was, inputs, vocabulary))
    return found if values is None else {**found, "value": values}


def _former(was: JsonValue, inputs: LeafInputs, vocabulary: Vocabulary) -> dict[str, JsonValue]:
    """The literals that the texts of a list stand for already: what was not touched stays as it was."""
    asked = vocabulary.asked(inputs.field)
    if not isinstance(was, dict) or was.get("field") != inputs.field or asked is None:
        return {}
    value = was.get("value")
    items = value if isinstance(value, list) else [value]
    texts = [(texts_of(asked, inputs.op, item), item) for item in items if item is not None]
    return {found[0]: item for found, item in texts if found}


def _values(asked: Asked, inputs: LeafInputs, former: Mapping[str, JsonValue]) -> JsonValue:
    if inputs.op in LISTED:
        texts = [text.strip() for text in inputs.values[0].texts]
        listed = [_listed(asked, inputs.op, text, former) for text in texts if text]
        return listed or None
    found = [_value(asked, inputs.op, one, former) for one in inputs.values]
    if inputs.op != "between":
        return found[0]
    # An end that is still to be said is empty, so that the other one is not lost.
    return ["" if end is None else end for end in found] if any(found) else None


def _listed(asked: Asked, op: str, text: str, former: Mapping[str, JsonValue]) -> JsonValue:
    if text == ME and asked.measure == "user":
        return {"user": "id"}
    return former[text] if text in former else literal_of(asked, op, text)


def _value(
    asked: Asked, op: str, inputs: ValueInputs, former: Mapping[str, JsonValue]
) -> JsonValue:
    match inputs.source:
        case "me":
            return {"user": "id" if asked.measure == "user" else "team"}
        case "today" | "now":
            return {inputs.source: _delta(inputs)}
        case "field":
            return {"field": inputs.other}
    texts = [text for text in inputs.texts if text]
    if not texts:
        return None
    if op in PAIRED:
        return literal_of(asked, op, PAIRED[op].join(inputs.texts))
    return former[texts[0]] if texts[0] in former else literal_of(asked, op, texts[0])


def _delta(inputs: ValueInputs) -> JsonObject:
    unit = inputs.unit if inputs.source == "now" and inputs.unit in UNITS else "days"
    digits = inputs.amount.strip().removeprefix("+")
    whole = digits.removeprefix("-").isdecimal() and digits.isascii() and len(digits) <= 9
    amount = int(digits) if whole else 0
    # A unit that was chosen before its number is kept until that is typed.
    return {unit: amount} if amount or unit != UNITS[0] else {}


# -- changing a row -----------------------------------------------------------------------


def settled(inputs: LeafInputs, before: LeafInputs | None, vocabulary: Vocabulary) -> LeafInputs:
    """A row whose field or operator may just have been changed, with controls that fit."""
    asked = vocabulary.asked(inputs.field)
    if asked is None:
        return inputs
    op = inputs.op if inputs.op in asked.operators else asked.operators[0]
    values = inputs.values
    if before is not None and before.field != inputs.field:
        other = vocabulary.asked(before.field)
        alike = other is not None and (other.measure, other.input) == (asked.measure, asked.input)
        values = values if alike and other and other.measure != "text" else ()
    return replace(inputs, op=op, values=_fitting(values, op, asked))


def _fitting(values: Sequence[ValueInputs], op: str, asked: Asked) -> tuple[ValueInputs, ...]:
    """As many values as an operator takes, each from a source that it takes."""
    wanted = len(empty_values(op))
    padded = (*values, *empty_values(op))[:wanted]
    sources = ("value",) if op in LISTED else asked.sources(op)
    return tuple(one if one.source in sources else ValueInputs() for one in padded)


def first_inputs(vocabulary: Vocabulary) -> LeafInputs | None:
    """A new row: the first thing that may be asked about; none where nothing may."""
    for _title, items in vocabulary.groups:
        op = items[0].operators[0]
        return LeafInputs(items[0].path, op, empty_values(op))
    return None


def is_same(one: JsonValue, other: JsonValue) -> bool:
    """Whether two conditions are the same to the byte."""
    return same(one, other)
