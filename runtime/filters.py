r"""Filters as addresses and people write them: `amount:gt:100` and the words of its chip.

    ?filter=network:in:visa,mastercard ──parse_filter──► condition, as in a spec
                                       ◄─format_filter──
                                                         ──filter_words──► Network is one of Visa, Mastercard

A filter is the short form `field:op:value`, or a whole condition as JSON.  In a list, commas
part the values; a comma in a value is written `\,`.  `@me`, `@now-4h` and `@today+7d` stand
for the person and the time that the filter is asked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from components.base import ABSENT, FieldType, InvalidValueError
from form_specs.conditions import Kind
from form_specs.model import SYSTEM_FIELDS, JsonObject, JsonValue
from form_specs.source import SourceError, parse_source
from runtime.access import FormAccess
from runtime.reading import QueryError

LISTED: Final = ("in", "not_in", "between", "has_any", "has_all")
"""Operators that take several values."""
BARE: Final = ("empty", "present")
"""Operators that take none."""
_PARTIAL: Final = ("contains", "starts_with")

_WORDS: Final = {
    "eq": "is",
    "ne": "is not",
    "in": "is one of",
    "not_in": "is none of",
    "lt": "is less than",
    "le": "is at most",
    "gt": "is more than",
    "ge": "is at least",
    "between": "is between",
    "empty": "is empty",
    "present": "is set",
    "contains": "contains",
    "starts_with": "starts with",
    "has": "has",
    "has_any": "has any of",
    "has_all": "has all of",
}
_TIME_WORDS: Final = {
    "lt": "is before",
    "le": "is not after",
    "gt": "is after",
    "ge": "is not before",
}
_TIMES: Final = ("date", "datetime", "moment")

_DYNAMIC: Final = re.compile(r"@(me|now|today)(?:([+-][0-9]{1,6})([smhd]))?")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_LETTERS: Final = {unit: letter for letter, unit in _UNITS.items()}
_PARTED: Final = re.compile(r"((?:[^\\,]|\\.)*)(?:,|$)", re.DOTALL)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER: Final = re.compile(r"-?[0-9]{1,16}")


@dataclass(frozen=True, slots=True)
class FilterWords:
    """What a filter says: "Amount", "is more than", "€100.00"."""

    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.field, self.operator, self.value) if part)


# -- from text ------------------------------------------------------------------------------


def parse_filter(access: FormAccess, text: str) -> JsonObject:
    """The condition that a filter of an address means.

    Raises `QueryError`, in the same words for a field that is hidden and one that is not there.
    """
    if text.lstrip().startswith("{"):
        return _condition(text)
    path, _, rest = text.partition(":")
    op, colon, value = rest.partition(":")
    if path not in access.form.operands or not access.asks(path):
        raise QueryError("filter", f"there is no field '{path}'")
    if op not in access.form.operands.operators(path):
        fitting = ", ".join(access.form.operands.operators(path))
        raise QueryError("filter", f"'{path}' takes one of {fitting}, not '{op}'")
    if op in BARE:
        if colon:
            raise QueryError("filter", f"'{op}' takes no value")
        return {"field": path, "op": op}
    if not colon:
        raise QueryError("filter", f"'{op}' needs a value: {path}:{op}:…")
    literal: JsonValue
    if op in LISTED:
        literal = [_literal(access, path, op, item) for item in _split(value)]
    else:
        literal = _literal(access, path, op, value)
    return {"field": path, "op": op, "value": literal}


def _condition(text: str) -> JsonObject:
    try:
        found = parse_source(text.encode()).document
    except (SourceError, UnicodeEncodeError) as error:
        raise QueryError("filter", str(error)) from error
    return found if isinstance(found, dict) else {}


def _split(text: str) -> list[str]:
    """The values of a list, parted by commas that no backslash stands before."""
    found, at = [], 0
    while True:
        match = _PARTED.match(text, at)
        if match is None:
            raise QueryError("filter", "a backslash stands at the end")
        found.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
        at = match.end()
        if at == len(text) and not match[0].endswith(","):
            return found
        if at == len(text):
            return [*found, ""]


def _literal(access: FormAccess, path: str, op: str, text: str) -> JsonValue:
    """One value as a condition's JSON: as written where the field takes that, else as it is typed."""
    operands = access.form.operands
    dynamic = _dynamic(operands.measure(path), text)
    if dynamic is not None:
        return dynamic
    if op in _PARTIAL:
        return text
    probe = "has" if operands.operand(path)[1] is Kind.LIST else "eq"
    problem = ""
    for candidate in _candidates(access.form.fields.get(path), text):
        if isinstance(candidate, InvalidValueError):
            problem = problem or str(candidate)
            continue
        try:
            operands.comparisons(path, probe, candidate)
        except ValueError as error:
            problem = str(error)
        else:
            fitting: JsonValue = candidate
            return fitting
    raise QueryError("filter", f"'{path}': {problem}")


def _candidates(field: FieldType | None, text: str) -> Iterator[Any]:
    """What a text may mean in JSON, likeliest first; an `InvalidValueError` where it means nothing."""
    yield text
    if field is None:
        if _INTEGER.fullmatch(text):
            yield int(text)
        if _DATE.fullmatch(text):
            yield f"{text}T00:00:00Z"
        return
    try:
        value = field.parse_text([text])
    except InvalidValueError as error:
        yield error
        return
    if value is not ABSENT:
        yield field.dump(value)


def _dynamic(measure: str, text: str) -> JsonObject | None:
    match = _DYNAMIC.fullmatch(text)
    if match is None:
        return None
    word, amount, unit = match.groups()
    if word == "me":
        return {"user": "id"} if measure == "user" and not amount else None
    if measure not in _TIMES or (word == "today" and unit not in (None, "d")):
        return None
    return {word: {_UNITS[unit]: int(amount)} if amount else {}}


# -- to text --------------------------------------------------------------------------------


def format_filter(access: FormAccess, condition: JsonObject) -> str:
    """The shortest text that `parse_filter` reads as `condition`."""
    match condition:
        case {"field": str(path), "op": str(op), **rest} if op in BARE and not rest:
            return f"{path}:{op}"
        case {"field": str(path), "op": str(op), "value": list(items)} if op in LISTED:
            texts = [_text(access, path, item) for item in items]
            if all(text is not None for text in texts):
                escaped = (re.sub(r"([\\,])", r"\\\1", text or "") for text in texts)
                return f"{path}:{op}:{','.join(escaped)}"
        case {"field": str(path), "op": str(op), "value": value} if op not in LISTED:
            text = _text(access, path, value)
            if text is not None:
                return f"{path}:{op}:{text}"
    return orjson.dumps(condition).decode()


def _text(access: FormAccess, path: str, literal: JsonValue) -> str | None:
    """One literal as the short form writes it, or none where it cannot."""
    match literal:
        case {"user": "id"}:
            return "@me"
        case {"now": dict(delta)} if len(delta) <= 1:
            return f"@now{_offset(delta)}"
        case {"today": dict(delta)} if len(delta) <= 1:
            return f"@today{_offset(delta)}"
        case str():
            return literal
        case bool() | int():
            return orjson.dumps(literal).decode()
    return _typed_text(access.form.fields.get(path), literal)


def _typed_text(field: FieldType | None, literal: JsonValue) -> str | None:
    if field is None or not isinstance(literal, dict | float):
        return None
    try:
        return " ".join(field.to_text(field.parse(literal)))
    except InvalidValueError:
        return None


def _offset(delta: JsonObject) -> str:
    return "".join(
        f"{amount:+d}{_LETTERS[unit]}" for unit, amount in delta.items() if isinstance(amount, int)
    )


# -- to words -------------------------------------------------------------------------------


def filter_words(access: FormAccess, condition: JsonObject) -> FilterWords:
    """What a condition says, for a chip; groups are told by the words of their parts."""
    match condition:
        case {"field": str(path), "op": str(op)}:
            return FilterWords(
                _title(access, path),
                operator_words(access, path, op),
                _value(access, path, condition),
            )
        case {"all": list(parts)}:
            return FilterWords("", "", " and ".join(_part(access, part) for part in parts))
        case {"any": list(parts)}:
            return FilterWords("", "", " or ".join(_part(access, part) for part in parts))
        case {"not": dict(part)}:
            return FilterWords("Not", "", _part(access, part))
    return FilterWords("Filter", "", orjson.dumps(condition).decode())


def _part(access: FormAccess, part: JsonValue) -> str:
    return str(filter_words(access, part)) if isinstance(part, dict) else str(part)


def _title(access: FormAccess, path: str) -> str:
    field = access.form.fields.get(path)
    return field.spec.title if field and access.reads(path) else SYSTEM_FIELDS.get(path, path)


def operator_words(access: FormAccess, path: str, op: str) -> str:
    """An operator as people read it between a field and a value: "is more than", "is after"."""
    known = path in access.form.operands
    if known and access.form.operands.measure(path) in _TIMES and op in _TIME_WORDS:
        return _TIME_WORDS[op]
    return _WORDS.get(op, op)


def _value(access: FormAccess, path: str, condition: JsonObject) -> str:
    literal = condition.get("value")
    if isinstance(literal, list):
        joint = " and " if len(literal) == 2 and condition["op"] == "between" else ", "
        return joint.join(_display(access, path, item) for item in literal)
    return "" if literal is None else _display(access, path, literal)


def _display(access: FormAccess, path: str, literal: JsonValue) -> str:
    match literal:
        case {"user": "id"}:
            return "me"
        case {"now": dict(delta)} if len(delta) <= 1:
            return _moment("now", delta)
        case {"today": dict(delta)} if len(delta) <= 1:
            return _moment("today", delta)
        case {"field": str(other)}:
            return _title(access, other)
    workflow = access.form.workflow
    if path == "@state" and workflow and literal in workflow.states:
        return workflow.states[str(literal)].title
    return _displayed(access.form.fields.get(path), literal)


def _displayed(field: FieldType | None, literal: Any) -> str:
    if field is not None:
        listed = field.kind is Kind.LIST and not isinstance(literal, list)
        try:
            return field.display(field.parse([literal] if listed else literal))
        except (InvalidValueError, TypeError, AttributeError):
            pass
    return literal if isinstance(literal, str) else orjson.dumps(literal).decode()


def _moment(start: str, delta: JsonObject) -> str:
    """A moment in words: "now", "in 7 days", "4 hours ago"."""
    for unit, amount in delta.items():
        if isinstance(amount, int) and amount:
            count = abs(amount)
            name = unit.removesuffix("s") if count == 1 else unit
            return f"{count} {name} ago" if amount < 0 else f"in {count} {name}"
    return start
