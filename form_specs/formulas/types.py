"""What a formula's values are: few types, each with one Python class.

A number is a `Decimal`, a text `str`, a date `date`, a datetime an aware `datetime`, a time of
day `time`, money `Money`, a list a `list` or `tuple`, an object a mapping.  Absent is `None`,
everywhere in this package; a list holds no absent items.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeAlias

from form_specs.language import _, marked

Value: TypeAlias = Any


class Money(NamedTuple):
    """An exact amount and the code of its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class FormulaType:
    """The type of an expression; equal types are one type."""

    name: str
    item: "FormulaType | None" = None
    """Of a list: the type of its items."""
    members: Mapping[str, "FormulaType"] = field(default_factory=dict, compare=False)
    """Of an object: the types of what it holds."""
    choices: tuple[str, ...] = field(default=(), compare=False)
    """Of a text: the only values that it may have, where they are known."""

    @property
    def is_list(self) -> bool:
        return self.item is not None

    @property
    def noun(self) -> str:
        """What a message calls it: `a number`, `a list of texts`."""
        if self.item is None:
            return _(_NOUNS[self.name])
        return _(_LISTS[self.item.name])


_NOUNS: Final = {
    "number": marked("a number"),
    "text": marked("a text"),
    "date": marked("a date"),
    "datetime": marked("a datetime"),
    "money": marked("an amount of money"),
    "object": marked("a group of fields"),
    "time": marked("a time of day"),
    "boolean": marked("a yes or no"),
    "nothing": marked("nothing"),
}
_LISTS: Final = {
    "number": marked("a list of numbers"),
    "text": marked("a list of texts"),
    "date": marked("a list of dates"),
    "datetime": marked("a list of datetimes"),
    "money": marked("a list of amounts of money"),
    "object": marked("a list of rows"),
    "time": marked("a list of times"),
    "boolean": marked("a list of booleans"),
    "list": marked("a list of lists"),
    "nothing": marked("a list"),
}

NUMBER = FormulaType("number")
TEXT = FormulaType("text")
BOOLEAN = FormulaType("boolean")
DATE = FormulaType("date")
MOMENT = FormulaType("datetime")
TIME = FormulaType("time")
MONEY = FormulaType("money")
NOTHING = FormulaType("nothing")
"""The items of an empty list: fits wherever a type is wanted."""

ORDERED = (NUMBER, TEXT, DATE, MOMENT, TIME, MONEY)
"""What comes one after the other."""
SCALARS = (*ORDERED, BOOLEAN)
DAYS = (DATE, MOMENT)
AMOUNTS = (NUMBER, MONEY)


def list_of(item: FormulaType) -> FormulaType:
    """The type of lists of `item`."""
    return FormulaType("list", item=item)


def group_of(members: Mapping[str, FormulaType]) -> FormulaType:
    """The type of an object that holds `members`."""
    return FormulaType("object", members=dict(members))


def choice_of(values: tuple[str, ...]) -> FormulaType:
    """The type of a text that is one of `values`, so that a comparison with another is noticed."""
    return FormulaType("text", choices=values)


def common(one: FormulaType, other: FormulaType) -> FormulaType | None:
    """The type that both have, or none."""
    if one == NOTHING:
        return other
    if other == NOTHING:
        return one
    if one.item is not None and other.item is not None:
        item = common(one.item, other.item)
        return None if item is None else list_of(item)
    if one != other:
        return None
    return one if one.choices == other.choices else FormulaType(one.name, members=one.members)


def fits(given: FormulaType, wanted: FormulaType) -> bool:
    """Whether a value of one type may stand where the other is wanted."""
    return common(given, wanted) is not None
