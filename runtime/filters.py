r"""Filters as addresses and people write them: `amount:gt:100` and the words of its chip.

    ?filter=network:in:visa,mastercard ──parse_filter──► condition, as in a spec
                                       ◄─format_filter──
                                                         ──filter_words──► Network is one of Visa, Mastercard

A filter is the short form `field:op:value`, or a whole condition as JSON.  In a list, commas
part the values; a comma in a value is written `\,`.  `@me`, `@mine` (the teams one is in), `@now-4h` and `@today+7d` stand
for the person and the time that the filter is asked at.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from components.base import ABSENT, BEFORE_AND_AFTER, Absent, FieldType, InvalidValueError
from form_specs.conditions import Kind
from form_specs.language import _, counted, marked, marked_plural
from form_specs.model import JsonObject, JsonValue
from form_specs.source import SourceError, parse_source
from runtime.access import FormAccess
from runtime.reading import QueryError

LISTED: Final = ("in", "not_in", "between", "has_any", "has_all")
"""Operators that take several values."""
BARE: Final = ("empty", "present", "all_done", "steps_left")
"""Operators that take none."""
PAIRED: Final = {"overlaps": "/", "within": ","}
"""Operators whose value is typed into two inputs, and what joins the two in an address."""
_PARTIAL: Final = ("contains", "starts_with")

_WORDS: Final = {
    "eq": marked("is"),
    "ne": marked("is not"),
    "in": marked("is one of"),
    "not_in": marked("is none of"),
    "lt": marked("is less than"),
    "le": marked("is at most"),
    "gt": marked("is more than"),
    "ge": marked("is at least"),
    "between": marked("is between"),
    "empty": marked("is empty"),
    "present": marked("is set"),
    "contains": marked("contains"),
    "starts_with": marked("starts with"),
    "has": marked("has"),
    "has_any": marked("has any of"),
    "has_all": marked("has all of"),
    "has_key": marked("has an entry"),
    "overlaps": marked("overlaps"),
    "within": marked("is within"),
    "done_count": marked("steps done at least"),
    "all_done": marked("has all steps done"),
    "steps_left": marked("has steps left"),
}
_TIMES: Final = ("date", "date_range", "datetime", "moment")
_MOMENTS: Final = ("@created_at", "@updated_at")

_DYNAMIC: Final = re.compile(r"@(me|mine|now|today)(?:([+-][0-9]{1,6})([smhd]))?")
_AHEAD: Final = {
    "seconds": marked_plural("in %(num)s second", "in %(num)s seconds"),
    "minutes": marked_plural("in %(num)s minute", "in %(num)s minutes"),
    "hours": marked_plural("in %(num)s hour", "in %(num)s hours"),
    "days": marked_plural("in %(num)s day", "in %(num)s days"),
}
_AGO: Final = {
    "seconds": marked_plural("%(num)s second ago", "%(num)s seconds ago"),
    "minutes": marked_plural("%(num)s minute ago", "%(num)s minutes ago"),
    "hours": marked_plural("%(num)s hour ago", "%(num)s hours ago"),
    "days": marked_plural("%(num)s day ago", "%(num)s days ago"),
}
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


def asked_at(access: FormAccess, path: str) -> tuple[FormAccess, str]:
    """The access and the path by which a path leads on: of a linked record those to its form."""
    linked = access.form.ties.links.at(path)
    return (access, path) if linked is None else (access.beside(linked[1].key), linked[2])


def parse_filter(access: FormAccess, text: str) -> JsonObject:
    """The condition that a filter of an address means.

    Raises `QueryError`, in the same words for a field that is hidden and one that is not there.
    """
    if text.lstrip().startswith("{"):
        return _condition(text)
    path, _mark, rest = text.partition(":")
    op, colon, value = rest.partition(":")
    if path not in access.form.operands or not access.asks(path):
        raise QueryError("filter", _("there is no field '%(path)s'", path=path))
    if op not in access.form.operands.operators(path):
        fitting = ", ".join(access.form.operands.operators(path))
        raise QueryError(
            "filter",
            _(
                "'%(path)s' takes one of %(fitting)s, not '%(op)s'",
                path=path,
                fitting=fitting,
                op=op,
            ),
        )
    if op in BARE:
        if colon:
            raise QueryError("filter", _("'%(op)s' takes no value", op=op))
        return {"field": path, "op": op}
    if not colon:
        raise QueryError("filter", _("'%(op)s' needs a value: %(path)s:%(op)s:…", op=op, path=path))
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
            raise QueryError("filter", _("a backslash stands at the end"))
        found.append(re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL))
        at = match.end()
        if at == len(text) and match[0] == match[1]:
            return found
        if at == len(text):
            return [*found, ""]


def _literal(access: FormAccess, path: str, op: str, text: str) -> JsonValue:
    """One value as a condition's JSON: as written where the field takes that, else as it is typed."""
    operands = access.form.operands
    dynamic = _dynamic(operands.measure(path), text)
    if dynamic is not None:
        return dynamic
    field = access.form.field_at(path)
    special = _own_literal(field, op, text)
    if not isinstance(special, Absent):
        return special
    if op in _PARTIAL:
        return text
    probe = "has" if operands.operand(path)[1] is Kind.LIST else "eq"
    problem = ""
    for candidate in _candidates(field, text):
        if isinstance(candidate, InvalidValueError):
            problem = str(candidate)
            continue
        try:
            operands.comparisons(path, probe, candidate)
        except ValueError as error:
            problem = str(error)
        else:
            fitting: JsonValue = candidate
            return fitting
    raise QueryError("filter", f"'{path}': {problem}", problem)


def _own_literal(field: FieldType | None, op: str, text: str) -> JsonValue | Absent:
    """What the text means to a field whose operator takes something else than its values."""
    if field is None:
        return ABSENT
    try:
        return field.filter_literal(op, text)
    except InvalidValueError as error:
        raise QueryError("filter", f"'{field.key}': {error}", str(error)) from error


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
    if word == "mine":
        return {"user": "team"} if measure == "team" and not amount else None
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
            texts = [_text(access, path, op, item) for item in items]
            if all(text is not None for text in texts):
                escaped = (re.sub(r"([\\,])", r"\\\1", text or "") for text in texts)
                return f"{path}:{op}:{','.join(escaped)}"
        case {"field": str(path), "op": str(op), "value": value} if op not in LISTED:
            text = _text(access, path, op, value)
            if text is not None:
                return f"{path}:{op}:{text}"
    return orjson.dumps(condition).decode()


def _text(access: FormAccess, path: str, op: str, literal: JsonValue) -> str | None:
    """One literal as the short form writes it, or none where it cannot."""
    match literal:
        case {"user": ("id" | "team") as what}:
            return {"id": "@me", "team": "@mine"}[what]
        case {"now": dict(delta)} if len(delta) <= 1:
            return f"@now{_offset(delta)}"
        case {"today": dict(delta)} if len(delta) <= 1:
            return f"@today{_offset(delta)}"
        case str():
            return literal
        case bool() | int():
            return orjson.dumps(literal).decode()
    return _typed_text(access.form.field_at(path), op, literal)


def _typed_text(field: FieldType | None, op: str, literal: JsonValue) -> str | None:
    if field is None or not isinstance(literal, dict | float):
        return None
    try:
        return " ".join(field.filter_texts(op, literal))
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
                operator_words(access, path, _spoken(op, condition)),
                _value(access, path, condition),
            )
        case {"all": list(parts)}:
            return FilterWords("", "", f" {_('and')} ".join(_part(access, part) for part in parts))
        case {"any": list(parts)}:
            return FilterWords("", "", f" {_('or')} ".join(_part(access, part) for part in parts))
        case {"not": dict(part)}:
            return FilterWords(_("Not"), "", _part(access, part))
    return FilterWords(_("Filter"), "", orjson.dumps(condition).decode())


def _spoken(op: str, condition: JsonObject) -> str:
    """The operator that says the same in fewer words: one of one thing is that thing."""
    value = condition.get("value")
    alone = isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict)
    return {"in": "eq", "not_in": "ne"}.get(op, op) if alone else op


def _part(access: FormAccess, part: JsonValue) -> str:
    return str(filter_words(access, part)) if isinstance(part, dict) else str(part)


def _title(access: FormAccess, path: str) -> str:
    known = access.reads(access.form.owner_of(path))
    return access.form.title_at(path) if known else path


def operator_words(access: FormAccess, path: str, op: str) -> str:
    """An operator as people read it between a field and a value: "is more than", "is after"."""
    access, path = asked_at(access, path)
    field = access.form.field_at(path)
    own = field.operator_words if field else BEFORE_AND_AFTER if path in _MOMENTS else {}
    return _(own.get(op) or _WORDS.get(op, op))


def _value(access: FormAccess, path: str, condition: JsonObject) -> str:
    literal = condition.get("value")
    if isinstance(literal, list):
        joint = f" {_('and')} " if len(literal) == 2 and condition["op"] == "between" else ", "
        return joint.join(_display(access, path, str(condition["op"]), item) for item in literal)
    return "" if literal is None else _display(access, path, str(condition["op"]), literal)


def _display(access: FormAccess, path: str, op: str, literal: JsonValue) -> str:
    match literal:
        case {"user": ("id" | "team") as what}:
            return _("me") if what == "id" else _("one of mine")
        case {"now": dict(delta)} if len(delta) <= 1:
            return _moment(_("now"), delta)
        case {"today": dict(delta)} if len(delta) <= 1:
            return _moment(_("today"), delta)
        case {"field": str(other)}:
            return _title(access, other)
    access, path = asked_at(access, path)
    workflow = access.form.workflow
    if path == "@state" and workflow and literal in workflow.states:
        return workflow.states[str(literal)].title
    return _displayed(access.form.field_at(path), op, literal)


def _displayed(field: FieldType | None, op: str, literal: Any) -> str:
    if field is not None:
        listed = field.kind is Kind.LIST and not isinstance(literal, list)
        try:
            return field.filter_words(op, [literal] if listed else literal)
        except (InvalidValueError, TypeError, AttributeError):
            pass
    return literal if isinstance(literal, str) else orjson.dumps(literal).decode()


def _moment(start: str, delta: JsonObject) -> str:
    """A moment in words: "now", "in 7 days", "4 hours ago"."""
    for unit, amount in delta.items():
        if isinstance(amount, int) and amount:
            one, many = (_AGO if amount < 0 else _AHEAD)[unit]
            return counted(one, many, abs(amount))
    return start
