"""What an input in which nothing is typed may mean, where a schema tells these apart."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from components.judging.judge import accepts
from components.values import ABSENT, same
from form_specs.language import _, marked

if TYPE_CHECKING:
    from components.base.field_type import FieldType


class Blank(StrEnum):
    """One way to hold nothing."""

    ABSENT = "absent"
    NULL = "null"
    EMPTY = "empty"


_WORDS: Final[Mapping[Blank, str]] = {
    Blank.ABSENT: marked("no value"),
    Blank.NULL: marked("null, on purpose"),
}
_EMPTY_WORDS: Final[Mapping[type, str]] = {
    str: marked("an empty text"),
    list: marked("an empty list"),
    dict: marked("an object without entries"),
}


def blanks_of(field: "FieldType") -> dict[Blank, Any]:
    """The ways to hold nothing that a field asks for, each with its value; none where there is no choice."""
    if field.spec.blank != "ask":
        return {}
    found = dict(_possible(field))
    return found if len(found) > 1 else {}


def _possible(field: "FieldType") -> Iterator[tuple[Blank, Any]]:
    if not field.spec.required:
        yield Blank.ABSENT, ABSENT
    if field.allows_null:
        yield Blank.NULL, None
    empty = field.empty
    if empty is not ABSENT and accepts(field.spec.schema, empty):
        yield Blank.EMPTY, empty


def blank_of(blanks: Mapping[Blank, Any], value: Any) -> Blank | None:
    """Which of these ways a value is."""
    return next((blank for blank, known in blanks.items() if _is(value, known)), None)


def _is(value: Any, known: Any) -> bool:
    return value is known or (known not in (None, ABSENT) and same(value, known))


def words_of(blank: Blank, empty: Any) -> str:
    """What people call one way to hold nothing; `empty` is the field's empty value."""
    return _(_EMPTY_WORDS[type(empty)] if blank is Blank.EMPTY else _WORDS[blank])
