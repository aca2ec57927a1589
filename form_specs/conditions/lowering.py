"""From a condition as written to a predicate over stored documents.

Everything is checked on the way: shape, limits, that the fields exist, that the operator fits
the field and the value fits both.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from form_specs.conditions.model import (
    AllOf,
    AnyOf,
    Before,
    Changed,
    Comparison,
    ConditionError,
    Constant,
    CurrentTeams,
    CurrentUser,
    Dynamic,
    FieldValue,
    Negation,
    Now,
    Operands,
    Predicate,
    SomeRow,
    Today,
    UnknownField,
    UserTest,
)
from form_specs.language import _, marked
from form_specs.model import JsonObject, JsonValue
from form_specs.problem import there_are

MAX_DEPTH = 6
MAX_LEAVES = 64
MAX_VALUES = 500

OPERATORS = (
    *("eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between", "empty", "present"),
    *("contains", "starts_with", "has", "has_any", "has_all", "has_key"),
    *("overlaps", "within", "done_count", "all_done", "steps_left"),
)
CHANGE_OPERATORS = ("changed", "was")
"""What may be asked of any field, but only where a change is judged."""
_POSITIVE = {"ne": "eq", "not_in": "in", "present": "empty", "steps_left": "all_done"}
_BARE = ("empty", "all_done")
"""Operators, without their negations, that take no value."""
_LISTED = ("in", "has_any", "has_all")
_MEETS_DYNAMIC = ("eq", "lt", "le", "gt", "ge", "contains")
ROWS = ("some", "every", "none")
"""What is asked of the rows of a list."""
_FORMS = ("all", "any", "not", "field", "user", *ROWS)
_UNSAID: Final = (
    marked("it is not said yet what to compare with"),
    marked("Give a value to compare with"),
)
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

_UNFIT: Final = marked("'%(op)s' does not fit %(noun)s")
_UNFIT_BUT: Final = marked("'%(op)s' does not fit %(noun)s; did you mean '%(better)s'?")


def lower(
    raw: JsonObject, operands: Operands, *, change: bool = False, hops: bool = True
) -> Predicate:
    """The predicate that a condition means over the fields of `operands`.

    With `change` it may ask about the record as it was, without `hops` not about linked
    records.  Raises `ConditionError` with the pointer below the condition of the first thing
    wrong.
    """
    return _Lowering(operands, change=change, hops=hops).condition(raw, "", 1)


def condition_problems(
    raw: JsonValue, operands: Operands, *, change: bool = False, hops: bool = True
) -> tuple[ConditionError, ...]:
    """All that is wrong with a condition; nothing where `lower` takes it."""
    walk = _Lowering(operands, change=change, hops=hops, collecting=True)
    walk.condition(raw, "", 1)
    return tuple(walk.found)


class _Lowering:
    """One walk over one condition; counts its leaves."""

    def __init__(
        self,
        operands: Operands,
        *,
        change: bool = False,
        hops: bool = True,
        collecting: bool = False,
    ) -> None:
        self.operands = operands
        self.change = change
        self.hops = hops
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
            raise ConditionError(at, _("a condition is an object"), _shape_hint())
        form = next((name for name in _FORMS if name in raw), None)
        if form is None:
            raise ConditionError(at, _("this is no condition"), _shape_hint())
        if depth > MAX_DEPTH:
            raise ConditionError(
                at, _("conditions nest at most %(most)s deep", most=MAX_DEPTH), _("Flatten it")
            )
        if form == "field":
            return self.leaf(raw, at)
        if form in ROWS:
            return self.rows(form, raw, at, depth)
        _only(raw, (form,), at)
        if form == "user":
            return self.user_test(raw["user"], f"{at}/user")
        if form == "not":
            return Negation(self.condition(raw["not"], f"{at}/not", depth + 1))
        return self.group(form, raw[form], f"{at}/{form}", depth)

    def group(self, form: str, parts: JsonValue, at: str, depth: int) -> Predicate:
        if not isinstance(parts, list) or not parts:
            raise ConditionError(
                at, _("'%(form)s' takes a list of conditions", form=form), _("Name at least one")
            )
        lowered = tuple(
            self.condition(part, f"{at}/{i}", depth + 1) for i, part in enumerate(parts)
        )
        return AllOf(lowered) if form == "all" else AnyOf(lowered)

    def rows(self, form: str, raw: JsonObject, at: str, depth: int) -> Predicate:
        """`every` and `none` in terms of `some`: no row that does not match, no row that does."""
        _only(raw, (form, "match"), at)
        if "match" not in raw:
            raise ConditionError(
                at, _("'%(form)s' needs a condition for the rows", form=form), _('Add "match"')
            )
        where, row = self.listed_rows(raw[form], f"{at}/{form}")
        outer, change = self.operands, self.change
        # A row has no identity by which it could be found in the record as it was.
        self.operands, self.change = row, False
        part = self.condition(raw["match"], f"{at}/match", depth + 1)
        self.operands, self.change = outer, change
        if form == "every":
            return Negation(SomeRow(where, Negation(part), row.alone))
        some = SomeRow(where, part, row.alone)
        return some if form == "some" else Negation(some)

    def listed_rows(self, path: JsonValue, at: str) -> tuple[tuple[str, ...], Operands]:
        if not isinstance(path, str):
            raise ConditionError(at, _("this names no field"), _('For example "lines"'))
        self.demand_here(path, at)
        try:
            return self.operands.rows(path)
        except UnknownField as error:
            raise _unknown(error, at) from None
        except ValueError as error:
            raise ConditionError(at, str(error)) from None

    def count_leaf(self, at: str) -> None:
        self.leaves += 1
        if self.leaves > MAX_LEAVES:
            raise ConditionError(
                at, _("a condition has at most %(most)s comparisons", most=MAX_LEAVES)
            )

    def user_test(self, raw: JsonValue, at: str) -> Predicate:
        self.count_leaf(at)
        match raw:
            case {"role": str(role), **rest} if not rest:
                return UserTest(role=role)
            case {"is": str(path), **rest} if not rest:
                if self.measure(path, f"{at}/is") != "user":
                    raise ConditionError(
                        f"{at}/is", _("'%(path)s' does not hold a user", path=path)
                    )
                return UserTest(is_path=self.operands.operand(path)[0])
            case {"team": str(team), **rest} if not rest:
                return UserTest(team=team)
        raise ConditionError(
            at,
            _("this says nothing about the user"),
            _('Use {"role": "lead"}, {"team": "emea"} or {"is": "@created_by"}'),
        )

    def measure(self, path: str, at: str) -> str:
        try:
            found = self.operands.measure(path)
        except UnknownField as error:
            raise _unknown(error, at) from None
        self.demand_here(path, at)
        return found

    def demand_here(self, path: str, at: str) -> None:
        """Refuses a linked record where none can be asked about."""
        if not self.hops and self.operands.hops(path):
            message = _(
                "'%(path)s' stands in a linked record, which cannot be asked about here", path=path
            )
            raise ConditionError(at, message, _("Ask about the record's own fields"))

    def leaf(self, raw: JsonObject, at: str) -> Predicate:
        self.count_leaf(at)
        _only(raw, ("field", "op", "value"), at)
        path = raw["field"]
        if not isinstance(path, str):
            raise ConditionError(
                f"{at}/field", _("'field' names a field"), _('For example "amount"')
            )
        self.measure(path, f"{at}/field")
        if raw.get("op") in CHANGE_OPERATORS:
            return self.change_test(path, raw, at)
        op = self.operator(path, raw.get("op"), at)
        positive = _POSITIVE.get(op, op)
        if positive in _BARE:
            if "value" in raw:
                raise ConditionError(
                    f"{at}/value", _("'%(op)s' takes no value", op=op), _("Leave it out")
                )
            held = self.literal(path, positive, None, at)
        else:
            if "value" not in raw:
                raise ConditionError(at, *map(_, _UNSAID))
            held = self.comparison(path, positive, raw["value"], f"{at}/value")
        return Negation(held) if positive != op else held

    def change_test(self, path: str, raw: JsonObject, at: str) -> Predicate:
        """What is asked about the record as it was."""
        op = raw["op"]
        if not self.change:
            hint = _("It may stand in rules, guards and readOnlyWhen")
            raise ConditionError(f"{at}/op", _("'%(op)s' asks about a change", op=op), hint)
        if path.startswith("@"):
            hint = _("Ask about the fields of the form")
            raise ConditionError(f"{at}/field", _("no change sets '%(path)s'", path=path), hint)
        if self.operands.hops(path):
            link = path.partition(".")[0]
            message = _(
                "no change of this record sets '%(path)s', which stands in a linked one", path=path
            )
            raise ConditionError(
                f"{at}/field", message, _("Ask whether '%(link)s' changed", link=link)
            )
        if op == "changed":
            if "value" in raw:
                raise ConditionError(
                    f"{at}/value", _("'changed' takes no value"), _("Leave it out")
                )
            return Changed(self.operands.place(path))
        if "eq" not in self.operands.operators(path):
            noun = self.operands.noun(path)
            raise ConditionError(
                f"{at}/op", _("'was' does not fit %(noun)s", noun=_with_article(noun))
            )
        if "value" not in raw:
            raise ConditionError(at, *map(_, _UNSAID))
        outer, self.hops = self.hops, False
        try:
            return Before(self.comparison(path, "eq", raw["value"], f"{at}/value"))
        finally:
            self.hops = outer

    def operator(self, path: str, op: JsonValue, at: str) -> str:
        fitting = self.operands.operators(path)
        if not isinstance(op, str) or op not in OPERATORS:
            close = get_close_matches(str(op), fitting, 1)
            raise ConditionError(
                f"{at}/op" if op is not None else at,
                _("there is no operator %(op)s", op=repr(op))
                if op is not None
                else _("the operator is missing"),
                _("Did you mean '%(close)s'?", close=close[0])
                if close
                else _("One of %(fitting)s", fitting=", ".join(fitting)),
            )
        if op not in fitting:
            noun = self.operands.noun(path)
            better = next((i for i in _INSTEAD.get(op, ()) if i in fitting), None)
            said = _UNFIT_BUT if better else _UNFIT
            message = _(said, op=op, noun=_with_article(noun), better=better)
            raise ConditionError(
                f"{at}/op", message, _("One of %(fitting)s", fitting=", ".join(fitting))
            )
        return op

    def comparison(self, path: str, op: str, value: JsonValue, at: str) -> Predicate:
        if op in _LISTED or op == "between":
            return self.listed(path, op, value, at)
        dynamic = self.dynamic(path, value, at)
        if dynamic is None:
            return self.literal(path, op, value, at)
        if op not in _MEETS_DYNAMIC:
            raise ConditionError(
                at, _("'%(op)s' takes a literal", op=op), _("Write the value itself")
            )
        try:
            return _all(self.operands.compared_with(path, op, dynamic))
        except ValueError as error:
            raise ConditionError(at, str(error), _("Write the value itself")) from None

    def listed(self, path: str, op: str, value: JsonValue, at: str) -> Predicate:
        """Lists with something dynamic in them become single comparisons: a store need not know them."""
        if not isinstance(value, list) or not value:
            raise ConditionError(
                at, _("'%(op)s' takes a list of values", op=op), _('For example ["a", "b"]')
            )
        if len(value) > MAX_VALUES:
            raise ConditionError(
                at, _("'%(op)s' takes at most %(most)s values", op=op, most=MAX_VALUES)
            )
        if op == "between" and len(value) != 2:
            raise ConditionError(
                at, _("'between' takes two values"), _("The lowest and the highest")
            )
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
            raise ConditionError(
                at, _("'%(op)s' takes literals", op=op), _("Write the values themselves")
            )
        return AnyOf(
            tuple(self.comparison(path, "eq", item, f"{at}/{i}") for i, item in enumerate(value))
        )

    def literal(self, path: str, op: str, value: JsonValue, at: str) -> Predicate:
        try:
            return _all(self.operands.comparisons(path, op, value))
        except ValueError as error:
            raise ConditionError(at, str(error)) from None

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
            case {"user": "team"} if measure == "team":
                return CurrentTeams()
            case {"now": dict(delta)} if measure in ("datetime", "moment"):
                return Now(_seconds(delta, f"{at}/now"))
            case {"today": dict(delta)} if measure in ("date", "date_range", "datetime", "moment"):
                days = _days(delta, f"{at}/today")
                return Today(days, midnight=measure in ("datetime", "moment"))
        name = next(iter(value)) if isinstance(value, dict) else ""
        noun = self.operands.noun(path)
        raise ConditionError(
            at,
            _("'%(name)s' does not compare with %(noun)s", name=name, noun=_with_article(noun)),
            _(
                'user fields take {"user": "id"}, team fields {"user": "team"}, dates {"today": {"days": 7}}, datetimes {"now": {"hours": -4}} as well'
            ),
        )

    def field_value(self, path: str, other: str, at: str) -> FieldValue:
        if self.measure(other, at) != self.operands.measure(path):
            mine, its = self.operands.noun(path), self.operands.noun(other)
            raise ConditionError(
                at,
                _(
                    "'%(path)s' (%(mine)s) and '%(other)s' (%(its)s) do not compare",
                    path=path,
                    mine=mine,
                    other=other,
                    its=its,
                ),
                _("Compare fields of one type and, for decimals, of the same scale"),
            )
        return FieldValue(*self.operands.operand(other))


def _all(found: tuple[Comparison, ...]) -> Predicate:
    return found[0] if len(found) == 1 else AllOf(found)


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
        raise ConditionError(at, _("that is more than a hundred years"))
    return total


def _days(delta: Mapping[str, Any], at: str) -> int:
    _only(delta, ("days",), at)
    days = _whole(delta.get("days", 0), f"{at}/days")
    if abs(days) > _MAX_DAYS:
        raise ConditionError(at, _("that is more than a hundred years"))
    return days


def _whole(number: Any, at: str) -> int:
    if type(number) is not int:
        raise ConditionError(at, _("a whole number is needed here"))
    return number


def _only(raw: Mapping[str, Any], allowed: tuple[str, ...], at: str) -> None:
    for key in raw:
        if key not in allowed:
            close = get_close_matches(key, allowed, 1)
            raise ConditionError(
                f"{at}/{_escaped(key)}",
                _("'%(key)s' has no meaning here", key=key),
                _("Did you mean '%(close)s'?", close=close[0])
                if close
                else _("Only %(allowed)s", allowed=", ".join(allowed)),
            )


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _unknown(error: UnknownField, at: str) -> ConditionError:
    close = get_close_matches(error.path, error.known, 1)
    hint = _("Did you mean '%(close)s'?", close=close[0]) if close else there_are(error.known)
    if error.why:
        return ConditionError(at, error.why, _("Ask about another field"), unknown=error.path)
    return ConditionError(
        at, _("there is no field '%(path)s'", path=error.path), hint, unknown=error.path
    )


def _with_article(noun: str) -> str:
    return _("an %(noun)s", noun=noun) if noun[:1] in "aeio" else _("a %(noun)s", noun=noun)


def _shape_hint() -> str:
    return _(
        'Use {"field": …, "op": …, "value": …}, {"all": […]}, {"any": […]}, {"not": …}, {"some": …, "match": …} or {"user": {"role": …}}'
    )
