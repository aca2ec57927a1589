"""Conditions in the words of those who work with the records: titles, not keys.

    {"field": "reason", "op": "eq", "value": "legal"}  ──►  Reason is Legal request

What a sentence denies is said of the single comparison ("is not below"), never of a whole
group, so that nobody has to turn "not (A or B)" around in their head.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from form_specs.language import _, counted, digits, marked, marked_plural
from form_specs.model import JsonValue

_MOST_NAMED = 8


class Words(Protocol):
    """What the parts of a condition are called."""

    def title(self, path: str) -> str:
        """Of a field or system field."""
        ...

    def value(self, path: str, literal: JsonValue) -> str:
        """What a person reads for a literal that a field is compared with."""
        ...

    def is_moment(self, path: str) -> bool:
        """Whether its values come before and after, instead of being below and above."""
        ...

    def role(self, key: str) -> str:
        """The title of a role."""
        ...

    def team(self, key: str) -> str:
        """The title of a team."""
        ...

    def row(self, path: str) -> "Words":
        """The words for the fields of one row of a list."""
        ...


def sentence(raw: JsonValue, words: Words) -> str:
    """A condition that checking found right, as part of a sentence: no capital of its own, no full stop."""
    return _Wording(words).said(raw, denied=False, inside=False)


_COMPARED: Mapping[str, tuple[str, str]] = {
    "eq": (marked("is %(value)s"), marked("is not %(value)s")),
    "lt": (marked("is below %(value)s"), marked("is not below %(value)s")),
    "le": (marked("is at most %(value)s"), marked("is not at most %(value)s")),
    "gt": (marked("is above %(value)s"), marked("is not above %(value)s")),
    "ge": (marked("is at least %(value)s"), marked("is not at least %(value)s")),
    "contains": (marked("contains %(value)s"), marked("does not contain %(value)s")),
    "starts_with": (marked("begins with %(value)s"), marked("does not begin with %(value)s")),
    "has": (marked("includes %(value)s"), marked("does not include %(value)s")),
    "was": (marked("was %(value)s before"), marked("was not %(value)s before")),
    "overlaps": (marked("overlaps %(value)s"), marked("does not overlap %(value)s")),
    "has_key": (marked("has an entry %(value)s"), marked("has no entry %(value)s")),
    "within": (marked("is within %(value)s"), marked("is not within %(value)s")),
    "done_count": (
        marked("has at least %(value)s steps done"),
        marked("has fewer than %(value)s steps done"),
    ),
}
_COMPARED_MOMENTS: Mapping[str, tuple[str, str]] = {
    "lt": (marked("is before %(value)s"), marked("is not before %(value)s")),
    "le": (marked("is %(value)s or earlier"), marked("is not %(value)s or earlier")),
    "gt": (marked("is after %(value)s"), marked("is not after %(value)s")),
    "ge": (marked("is %(value)s or later"), marked("is not %(value)s or later")),
}
_OPPOSITE = {"ne": "eq", "not_in": "in", "present": "empty", "steps_left": "all_done"}
_BARE: Mapping[str, tuple[str, str]] = {
    "empty": (marked("is empty"), marked("is filled in")),
    "all_done": (marked("has all steps done"), marked("has steps left")),
    "changed": (marked("was changed"), marked("was not changed")),
}
_LISTED: Mapping[str, tuple[str, str, str, str]] = {
    "in": (marked("is %(values)s"), marked("is neither %(values)s"), "or", "nor"),
    "has_any": (
        *(marked("includes %(values)s"), marked("includes neither %(values)s")),
        *("or", "nor"),
    ),
    "has_all": (
        *(marked("includes %(values)s"), marked("does not include all of %(values)s")),
        *("and", "and"),
    ),
}
_JOINING: Mapping[str, str] = {"and": marked("and"), "or": marked("or"), "nor": marked("nor")}
_ROWS: Mapping[str, str] = {
    "some": marked("in some of %(rows)s %(condition)s"),
    "every": marked("in each of %(rows)s %(condition)s"),
    "none": marked("in none of %(rows)s %(condition)s"),
    "not every": marked("in some of %(rows)s not: %(condition)s"),
}
_DENIED_ROWS: Mapping[str, str] = {"some": "none", "none": "some", "every": "not every"}
_UNITS: Mapping[str, tuple[str, str]] = {
    "days": marked_plural("%(num)s day", "%(num)s days"),
    "hours": marked_plural("%(num)s hour", "%(num)s hours"),
    "minutes": marked_plural("%(num)s minute", "%(num)s minutes"),
    "seconds": marked_plural("%(num)s second", "%(num)s seconds"),
}


class _Wording:
    """One walk over one condition."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def said(self, raw: Any, *, denied: bool, inside: bool) -> str:
        """`inside` a group, a group of another kind stands in brackets."""
        if "not" in raw:
            return self.said(raw["not"], denied=not denied, inside=inside)
        for form in ("all", "any"):
            if form in raw:
                return self._group(raw[form], form, denied=denied, inside=inside)
        for form in ("some", "every", "none"):
            if form in raw:
                return self._rows(form, raw, denied=denied)
        if "user" in raw:
            return self._user(raw["user"], denied=denied)
        return self._leaf(raw, denied=denied)

    def _group(self, parts: Sequence[Any], form: str, *, denied: bool, inside: bool) -> str:
        if len(parts) == 1:
            return self.said(parts[0], denied=denied, inside=inside)
        said = [self.said(part, denied=denied, inside=True) for part in parts]
        joined = listed(said, "and" if (form == "all") is not denied else "or")
        return f"({joined})" if inside else joined

    def _rows(self, form: str, raw: Any, *, denied: bool) -> str:
        told = _DENIED_ROWS[form] if denied else form
        inner = _Wording(self.words.row(raw[form]))
        said = inner.said(raw["match"], denied=False, inside=told != "not every")
        return _(_ROWS[told], rows=self.words.title(raw[form]), condition=said)

    def _user(self, raw: Any, *, denied: bool) -> str:
        if "team" in raw:
            team = self.words.team(raw["team"])
            return (
                _("you are not in %(team)s", team=team)
                if denied
                else _("you are in %(team)s", team=team)
            )
        if "role" in raw:
            role = self.words.role(raw["role"])
            return (
                _("you are not %(role)s", role=role) if denied else _("you are %(role)s", role=role)
            )
        field = self.words.title(raw["is"])
        return (
            _("%(field)s is not you", field=field) if denied else _("%(field)s is you", field=field)
        )

    def _leaf(self, raw: Any, *, denied: bool) -> str:
        path, op = raw["field"], raw["op"]
        if op in _OPPOSITE:
            op, denied = _OPPOSITE[op], not denied
        title, value = self.words.title(path), raw.get("value")
        if op in _BARE:
            return f"{title} {_(_BARE[op][denied])}"
        if op == "between":
            return f"{title} {self._between(path, value, denied=denied)}"
        if op in _LISTED:
            return f"{title} {self._many(path, op, value, denied=denied)}"
        said = _(self._compared(path, op)[denied], value=self._value(path, value))
        return f"{title} {said}"

    def _between(self, path: str, ends: Sequence[Any], *, denied: bool) -> str:
        low, high = (self._value(path, end) for end in ends)
        if denied:
            return _("is not between %(low)s and %(high)s", low=low, high=high)
        return _("is between %(low)s and %(high)s", low=low, high=high)

    def _compared(self, path: str, op: str) -> tuple[str, str]:
        """How a comparison is said, and how its denial."""
        moments = op in _COMPARED_MOMENTS and self.words.is_moment(path)
        return _COMPARED_MOMENTS[op] if moments else _COMPARED[op]

    def _many(self, path: str, op: str, values: Sequence[Any], *, denied: bool) -> str:
        positive, negative, joining, denying = _LISTED[op]
        named = [self._value(path, value) for value in values[:_MOST_NAMED]]
        if len(values) > _MOST_NAMED:
            more = len(values) - _MOST_NAMED
            named.append(counted("%(num)s more", "%(num)s more", more))
        if not denied:
            return _(positive, values=listed(named, joining))
        if len(named) == 1:
            single = _COMPARED["eq" if op == "in" else "has"]
            return _(single[1], value=named[0])
        return _(negative, values=listed(named, denying))

    def _value(self, path: str, value: Any) -> str:
        match value:
            case {"field": str(other)}:
                return self.words.title(other)
            case {"user": what}:
                return _("you") if what == "id" else _("one of your teams")
            case {"today": dict(delta)}:
                return _distance(delta, _("today"))
            case {"now": dict(delta)}:
                return _distance(delta, _("now"))
        return _shape(value) or self.words.value(path, value)


def _shape(value: Any) -> str:
    """What a stretch of days or a circle is called; nothing for other values."""
    match value:
        case {"start": start, "end": end}:
            return _("%(start)s to %(end)s", start=start, end=end)
        case {"lat": lat, "lon": lon, "km": km}:
            return _("%(distance)s km of %(place)s", distance=km, place=f"{lat}, {lon}")
    return ""


def listed(words: Sequence[str], joining: str) -> str:
    """Some words as a list in a sentence: "A, B or C"; joined by `and`, `or` or `nor`."""
    *first, last = words
    return f"{', '.join(first)} {_(_JOINING[joining])} {last}" if first else last


def _distance(delta: Mapping[str, int], origin: str) -> str:
    """A distance in time from now or today, e.g. "4 hours ago", "in 7 days"."""
    parts = {unit: number for unit, number in delta.items() if number}
    if not parts:
        return origin
    if len({number > 0 for number in parts.values()}) > 1:
        moved = (
            f"{'+' if number > 0 else '-'}{_units(unit, number)}" for unit, number in parts.items()
        )
        return f"{origin} {' '.join(moved)}"
    said = listed([_units(unit, number) for unit, number in parts.items()], "and")
    if next(iter(parts.values())) > 0:
        return _("in %(distance)s", distance=said)
    return _("%(distance)s ago", distance=said)


def _units(unit: str, number: int) -> str:
    count = abs(number)
    return counted(*_UNITS[unit], count, num=digits(count))
