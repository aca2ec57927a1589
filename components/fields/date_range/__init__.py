"""Days from one to another."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Final, NamedTuple

from components.base import FieldType
from components.recognition import holds_only, is_text, type_problem
from components.values import ABSENT, InvalidValueError
from components.values.days import day_from_text, day_of
from components.values.locales import date_style
from components.values.texts import stored_text
from form_specs.conditions import Comparison, Dynamic, Kind
from form_specs.formulas import DATE, FormulaType, group_of
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_BOTH: Final = re.compile(r"(\S+?)\s*(?:/|\.\.|–|\s)\s*(\S+)")
_MAX_TYPED: Final = 60


class DateRange(NamedTuple):
    """The first and the last of some days, both among them."""

    start: date
    end: date


class DateRangeType(FieldType):
    """Days from a first to a last one, both included; one day is a range as well."""

    name = "date_range"
    title = marked("Days from … to …")
    description = marked("A stretch of days, such as a holiday or a campaign")
    kind = Kind.TEXT
    operators = ("overlaps", "contains", "lt", "gt", "empty", "present")
    operator_words: ClassVar[Mapping[str, str]] = {
        "contains": marked("includes"),
        "lt": marked("ends before"),
        "gt": marked("begins after"),
    }
    parts = ("start", "end")
    grouped = True
    card = "c-meta"
    filter_input = "date"

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self._style = date_style(locale)

    def parse(self, value: JsonValue) -> DateRange:
        if not isinstance(value, dict) or value.keys() != {"start", "end"}:
            raise InvalidValueError(
                _('This is written {"start": "2026-11-24", "end": "2026-11-30"}')
            )
        return _ordered(day_of(value["start"]), day_of(value["end"]))

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From the two days; or from one text such as `2026-11-24/2026-11-30`, or a single day."""
        typed = [text.strip() for text in texts][:2]
        if len(typed) == 1 and len(typed[0]) <= _MAX_TYPED:
            both = _BOTH.fullmatch(typed[0])
            typed = [*both.groups()] if both else typed * 2
        if not any(typed):
            return ABSENT
        start, end = typed if len(typed) == 2 else typed * 2
        if not start or not end:
            raise InvalidValueError(_("Fill in the first day and the last"))
        return _ordered(day_from_text(start), day_from_text(end))

    @property
    def formula_kind(self) -> FormulaType:
        return group_of({"start": DATE, "end": DATE})

    def to_formula(self, value: DateRange) -> dict[str, date]:
        return value._asdict()

    def from_formula(self, value: Mapping[str, date]) -> DateRange:
        return DateRange(**value)

    def dump(self, value: DateRange) -> JsonValue:
        return {"start": value.start.isoformat(), "end": value.end.isoformat()}

    def from_store(self, stored: JsonValue) -> DateRange:
        match stored:
            case {"start": start, "end": end}:
                days = (date.fromisoformat(stored_text(day)) for day in (start, end))
                return DateRange(*days)
        raise InvalidValueError(
            _("The stored value is no range of days: %(value)s", value=repr(stored))
        )

    def to_text(self, value: DateRange) -> list[str]:
        return [value.start.isoformat(), value.end.isoformat()]

    def display(self, value: DateRange) -> str:
        first, last = self._style.day(value.start), self._style.day(value.end)
        return first if first == last else f"{first} – {last}"

    # -- comparing in the store ---------------------------------------------------------

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (self.key, "start")

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        if op == "empty":
            return (Comparison(self.sort_path, self.kind, op),)
        if op == "overlaps":
            other = self.parse(literal)
            return self._sides(other.end.isoformat(), other.start.isoformat())
        day = day_of(literal).isoformat()
        return self._against(op, day)

    def compared_with(self, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]:
        return self._against(op, dynamic)

    def _against(self, op: str, day: str | Dynamic) -> tuple[Comparison, ...]:
        if op == "contains":
            return self._sides(day, day)
        path = (self.key, "end") if op == "lt" else self.sort_path
        return (Comparison(path, self.kind, op, day),)

    def _sides(self, latest: str | Dynamic, earliest: str | Dynamic) -> tuple[Comparison, ...]:
        """That the first day is not after `latest`, and the last not before `earliest`."""
        return (
            Comparison(self.sort_path, self.kind, "le", latest),
            Comparison((self.key, "end"), self.kind, "ge", earliest),
        )

    # -- filters ------------------------------------------------------------------------

    def filter_literal(self, op: str, text: str) -> JsonValue:
        if op == "overlaps":
            value = self.parse_text([text])
            return self.dump(value) if value is not ABSENT else None
        return day_from_text(text).isoformat()

    def filter_texts(self, op: str, literal: JsonValue) -> list[str]:
        return self.to_text(self.parse(literal)) if op == "overlaps" else [str(literal)]

    def literal_words(self, literal: JsonValue) -> str:
        if isinstance(literal, str):
            return self._style.day(day_of(literal))
        return super().literal_words(literal)

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {
            "type": "object",
            "required": ["start", "end"],
            "properties": {
                "start": {"type": "string", "format": "date"},
                "end": {"type": "string", "format": "date"},
            },
            "additionalProperties": False,
        }

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        keywords = ("type", "required", "properties", "additionalProperties")
        closed = schema.get("additionalProperties") is False
        plain = holds_only(schema, *keywords) and not cls.schema_problem(schema)
        days = schema.get("properties", {}).values() if plain and closed else ()
        return 30 if days and all(is_text(day, "format") for day in days) else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or properties.keys() != set(cls.parts):
            return _('The property must have the properties "start" and "end", and no other')
        formats = [day.get("format") for day in properties.values() if isinstance(day, Mapping)]
        if formats != ["date", "date"]:
            return _('"start" and "end" must be texts with "format": "date"')
        if set(schema.get("required", ())) != set(cls.parts):
            return _('The property must have "required": ["start", "end"]')
        return type_problem(schema, "object")


def _ordered(start: date, end: date) -> DateRange:
    if end < start:
        raise InvalidValueError(
            _("The last day, %(end)s, lies before the first, %(start)s", end=end, start=start)
        )
    return DateRange(start, end)


TYPE = DateRangeType
