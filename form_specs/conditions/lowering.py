"""From a condition as written to a predicate over stored documents.

Everything is checked on the way: shape, limits, that the fields exist, that the operator fits
the field and the value fits both.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from form_specs.conditions.model import (
    AllOf,
    AnyOf,
    Comparison,
    ConditionError,
    Constant,
    CurrentUser,
    Dynamic,
    FieldValue,
    Negation,
    Now,
    Operands,
    Predicate,
    Today,
    UnknownField,
    UserTest,
)
from form_specs.model import JsonObject, JsonValue

MAX_DEPTH = 6
MAX_LEAVES = 64
MAX_VALUES = 500

OPERATORS = (
    *("eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between", "empty", "present"),
    *("contains", "starts_with", "has", "has_any", "has_all"),
)
_POSITIVE = {"ne": "eq", "not_in": "in", "present": "empty"}
_LISTED = ("in", "has_any", "has_all")
_ORDERED = ("eq", "lt", "le", "gt", "ge")
_FORMS = ("all", "any", "not", "field", "user")
_SECONDS = {"days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}
_MAX_DAYS = 36_525
_INSTEAD = {
    "gt": ("in",),
    "lt": ("in",),
    "ge": ("in",),
    "le": ("in",),
    "between": ("in",),
    "contains": ("eq", "has"),
    "starts_with": ("eq", "contains"),
    "eq": ("has", "contains"),
    "ne": ("has",),
    "in": ("has_any",),
    "not_in": ("has_any",),
    "has": ("eq",),
    "has_any": ("in",),
    "has_all": ("in",),
}
"""What people mean by an operator that a field does not know, best guess first."""


def lower(raw: JsonObject, operands: Operands) -> Predicate:
    """The predicate that a condition means over the fields of `operands`.

    Raises `ConditionError` with the pointer below the condition of the first thing wrong.
    """
    return _Lowering(operands).condition(raw, "", 1)


def condition_problems(raw: JsonValue, operands: Operands) -> tuple[ConditionError, ...]:
    """All that is wrong with a condition; nothing where `lower` takes it."""
    walk = _Lowering(operands, collecting=True)
    walk.condition(raw, "", 1)
    return tuple(walk.found)


class _Lowering:
    """One walk over one condition; counts its leaves."""

    def __init__(self, operands: Operands, *, collecting: bool = False) -> None:
        self.operands = operands
        self.collecting = collecting
        self.found: list[ConditionError] = []
        self.leaves = 0

    def condition(self, raw: JsonValue, at: str, depth: int) -> Predicate:
        """One condition; when collecting, one that is wrong is noted and stands for false."""
        try:
            return self.formed(raw, at, depth)
        except ConditionError as error:
            if not self.collecting:
                raise
            self.found.append(error)
            return Constant(value=False)

    def formed(self, raw: JsonValue, at: str, depth: int) -> Predicate:
        if not isinstance(raw, dict):
            raise ConditionError(at, "a condition is an object", _shape_hint())
        form = next((name for name in _FORMS if name in raw), None)
        if form is None:
            raise ConditionError(at, "this is no condition", _shape_hint())
        if depth > MAX_DEPTH:
            raise ConditionError(at, f"conditions nest at most {MAX_DEPTH} deep", "Flatten it")
        if form == "field":
            return self.leaf(raw, at)
        _only(raw, (form,), at)
        if form == "user":
            return self.user_test(raw["user"], f"{at}/user")
        if form == "not":
            return Negation(self.condition(raw["not"], f"{at}/not", depth + 1))
        return self.group(form, raw[form], f"{at}/{form}", depth)

    def group(self, form: str, parts: JsonValue, at: str, depth: int) -> Predicate:
        if not isinstance(parts, list) or not parts:
            raise ConditionError(at, f"'{form}' takes a list of conditions", "Name at least one")
        lowered = tuple(
            self.condition(part, f"{at}/{i}", depth + 1) for i, part in enumerate(parts)
        )
        return AllOf(lowered) if form == "all" else AnyOf(lowered)

    def count_leaf(self, at: str) -> None:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise ConditionError(at, f"a condition has at most {MAX_LEAVES} comparisons")

    def user_test(self, raw: JsonValue, at: str) -> Predicate:
        self.count_leaf(at)
        match raw:
            case {"role": str(role), **rest} if not rest:
                return UserTest(role=role)
            case {"is": str(path), **rest} if not rest:
                if self.measure(path, f"{at}/is") != "user":
                    raise ConditionError(f"{at}/is", f"'{path}' does not hold a user")
                return UserTest(is_path=self.operands.operand(path)[0])
        raise ConditionError(
            at, "this says nothing about the user", 'Use {"role": "lead"} or {"is": "@created_by"}'
        )

    def measure(self, path: str, at: str) -> str:
        try:
            return self.operands.measure(path)
        except UnknownField as error:
            raise _unknown(error, at) from None

    def leaf(self, raw: JsonObject, at: str) -> Predicate:
        self.count_leaf(at)
        _only(raw, ("field", "op", "value"), at)
        path = raw["field"]
        if not isinstance(path, str):
            raise ConditionError(f"{at}/field", "'field' names a field", 'For example "amount"')
        self.measure(path, f"{at}/field")
        op = self.operator(path, raw.get("op"), at)
        positive = _POSITIVE.get(op, op)
        if positive == "empty":
            if "value" in raw:
                raise ConditionError(f"{at}/value", f"'{op}' takes no value", "Leave it out")
            held = self.literal(path, "empty", None, at)
        else:
            if "value" not in raw:
                raise ConditionError(at, f"'{op}' needs a value", 'Add "value"')
            held = self.comparison(path, positive, raw["value"], f"{at}/value")
        return Negation(held) if positive != op else held

    def operator(self, path: str, op: JsonValue, at: str) -> str:
        fitting = self.operands.operators(path)
        if not isinstance(op, str) or op not in OPERATORS:
            close = get_close_matches(str(op), fitting, 1)
            raise ConditionError(
                f"{at}/op" if op is not None else at,
                f"there is no operator {op!r}" if op is not None else "the operator is missing",
                f"Did you mean '{close[0]}'?" if close else f"One of {', '.join(fitting)}",
            )
        if op not in fitting:
            noun = self.operands.noun(path)
            better = next((i for i in _INSTEAD.get(op, ()) if i in fitting), None)
            message = f"'{op}' does not fit {_article(noun)} {noun}"
            message += f"; did you mean '{better}'?" if better else ""
            raise ConditionError(f"{at}/op", message, f"One of {', '.join(fitting)}")
        return op

    def comparison(self, path: str, op: str, value: JsonValue, at: str) -> Predicate:
        if op in _LISTED or op == "between":
            return self.listed(path, op, value, at)
        dynamic = self.dynamic(path, value, at)
        if dynamic is None:
            return self.literal(path, op, value, at)
        if op not in _ORDERED:
            raise ConditionError(at, f"'{op}' takes a literal", "Write the value itself")
        where, kind = self.operands.operand(path)
        return Comparison(where, kind, op, dynamic)

    def listed(self, path: str, op: str, value: JsonValue, at: str) -> Predicate:
        """Lists with something dynamic in them become single comparisons: a store need not know them."""
        if not isinstance(value, list) or not value:
            raise ConditionError(at, f"'{op}' takes a list of values", 'For example ["a", "b"]')
        if len(value) > MAX_VALUES:
            raise ConditionError(at, f"'{op}' takes at most {MAX_VALUES} values")
        if op == "between" and len(value) != 2:
            raise ConditionError(at, "'between' takes two values", "The lowest and the highest")
        if not any(_looks_dynamic(item) for item in value):
            return self.literal(path, op, value, at)
        if op == "between":
            return AllOf(
                tuple(
                    self.comparison(path, side, item, f"{at}/{i}")
                    for i, (side, item) in enumerate(zip(("ge", "le"), value, strict=True))
                )
            )
        if op != "in":
            raise ConditionError(at, f"'{op}' takes literals", "Write the values themselves")
        return AnyOf(
            tuple(self.comparison(path, "eq", item, f"{at}/{i}") for i, item in enumerate(value))
        )

    def literal(self, path: str, op: str, value: JsonValue, at: str) -> Predicate:
        try:
            found = self.operands.comparisons(path, op, value)
        except ValueError as error:
            raise ConditionError(at, str(error)) from None
        return found[0] if len(found) == 1 else AllOf(found)

    def dynamic(self, path: str, value: JsonValue, at: str) -> Dynamic | None:
        """The dynamic value that is meant, or none for a literal."""
        if not _looks_dynamic(value):
            return None
        measure = self.operands.measure(path)
        match value:
            case {"field": str(other)}:
                return self.field_value(path, other, f"{at}/field")
            case {"user": "id"} if measure == "user":
                return CurrentUser()
            case {"now": dict(delta)} if measure in ("datetime", "moment"):
                return Now(_seconds(delta, f"{at}/now"))
            case {"today": dict(delta)} if measure in ("date", "datetime", "moment"):
                days = _days(delta, f"{at}/today")
                return Today(days, midnight=measure != "date")
        name = next(iter(value)) if isinstance(value, dict) else ""
        noun = self.operands.noun(path)
        raise ConditionError(
            at,
            f"'{name}' does not compare with {_article(noun)} {noun}",
            'user fields take {"user": "id"}, dates {"today": {"days": 7}}, '
            'datetimes {"now": {"hours": -4}} as well',
        )

    def field_value(self, path: str, other: str, at: str) -> FieldValue:
        if self.measure(other, at) != self.operands.measure(path):
            mine, its = self.operands.noun(path), self.operands.noun(other)
            raise ConditionError(
                at,
                f"'{path}' ({mine}) and '{other}' ({its}) do not compare",
                "Compare fields of one type and, for decimals, of the same scale",
            )
        return FieldValue(*self.operands.operand(other))


def _looks_dynamic(value: JsonValue) -> bool:
    return (
        isinstance(value, dict)
        and len(value) == 1
        and not value.keys().isdisjoint(("field", "now", "today", "user"))
    )


def _seconds(delta: Mapping[str, Any], at: str) -> int:
    _only(delta, tuple(_SECONDS), at)
    total = sum(_whole(delta[unit], f"{at}/{unit}") * _SECONDS[unit] for unit in delta)
    if abs(total) > _MAX_DAYS * 86_400:
        raise ConditionError(at, "that is more than a hundred years")
    return total


def _days(delta: Mapping[str, Any], at: str) -> int:
    _only(delta, ("days",), at)
    days = _whole(delta.get("days", 0), f"{at}/days")
    if abs(days) > _MAX_DAYS:
        raise ConditionError(at, "that is more than a hundred years")
    return days


def _whole(number: Any, at: str) -> int:
    if type(number) is not int:
        raise ConditionError(at, "a whole number is needed here")
    return number


def _only(raw: Mapping[str, Any], allowed: tuple[str, ...], at: str) -> None:
    for key in raw:
        if key not in allowed:
            close = get_close_matches(key, allowed, 1)
            raise ConditionError(
                f"{at}/{_escaped(key)}",
                f"'{key}' has no meaning here",
                f"Did you mean '{close[0]}'?" if close else f"Only {', '.join(allowed)}",
            )


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _unknown(error: UnknownField, at: str) -> ConditionError:
    close = get_close_matches(error.path, error.known, 1)
    hint = f"Did you mean '{close[0]}'?" if close else f"There are {', '.join(error.known)}"
    return ConditionError(at, f"there is no field '{error.path}'", hint, unknown=error.path)


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeio" else "a"


def _shape_hint() -> str:
    return (
        'Use {"field": …, "op": …, "value": …}, {"all": […]}, {"any": […]}, {"not": …} '
        'or {"user": {"role": …}}'
    )
