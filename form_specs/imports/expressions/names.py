"""What an expression may speak of: the fields of the form being imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from form_specs.imports.expressions.tree import Ref
from form_specs.imports.logic import Untranslatable
from form_specs.imports.outline import Item
from form_specs.language import _, marked
from form_specs.problem import suggestion


class Kind(StrEnum):
    """How values of a field compare."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    MOMENT = "datetime"
    TIME = "time"
    ROWS = "rows"
    GROUP = "group"
    OTHER = "other"


NOUNS: Final[Mapping[Kind, str]] = {
    Kind.TEXT: marked("text"),
    Kind.NUMBER: marked("number"),
    Kind.INTEGER: marked("integer"),
    Kind.BOOLEAN: marked("boolean"),
    Kind.CHOICE: marked("choice"),
    Kind.SEVERAL: marked("several"),
    Kind.DATE: marked("date"),
    Kind.MOMENT: marked("datetime"),
    Kind.TIME: marked("time"),
    Kind.ROWS: marked("rows"),
    Kind.GROUP: marked("group"),
    Kind.OTHER: marked("other"),
}
"""What a message calls them."""


_CHOSEN = {"enum", "oneOf"}
_TIMES = {"date": Kind.DATE, "datetime": Kind.MOMENT, "time": Kind.TIME}
NUMERIC = (Kind.NUMBER, Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class Known:
    """A field that an expression may name."""

    path: tuple[str, ...]
    """Keys from the top of the form."""
    kind: Kind
    rows: int = 0
    """After how many steps of the path a list of rows is entered; 0: none."""

    @property
    def field(self) -> str:
        """The path as conditions write it."""
        return ".".join(self.path)


@dataclass
class Names:
    """The fields by the names that the source uses for them."""

    known: dict[str, list[Known]] = field(default_factory=dict)
    """By name; several where a name stands in several groups."""
    here: tuple[str, ...] = ()
    """The group or rows in which the expression stands."""

    def within(self, here: tuple[str, ...]) -> "Names":
        """The same names, asked from inside a group."""
        return Names(self.known, here)

    def find(self, ref: Ref) -> Known:
        """The field a reference means; raises `Untranslatable`."""
        dotted = ".".join(ref.path)
        found = self.known.get(dotted) or self.known.get(ref.path[0], [])
        if len(ref.path) > 1 and found and not self.known.get(dotted):
            raise Untranslatable(_("'%(dotted)s', which is no field of its own", dotted=dotted))
        if not found:
            raise Untranslatable(
                _(
                    "there is no field '%(dotted)s'. %(suggestion)s",
                    dotted=dotted,
                    suggestion=suggestion(dotted, self.known),
                )
            )
        return max(found, key=self._nearness)

    def _nearness(self, known: Known) -> int:
        pairs = zip(known.path, self.here, strict=False)
        same = 0
        for mine, theirs in pairs:
            if mine != theirs:
                break
            same += 1
        return same

    def scalar(self, ref: Ref) -> Known:
        """The same, where one value is meant: not one of each row of a list elsewhere."""
        found = self.find(ref)
        if found.rows and self.here[: found.rows] != found.path[: found.rows]:
            raise Untranslatable(
                _(
                    "'%(path)s' has a value in each row of '%(rows)s'",
                    path=ref.path[-1],
                    rows=found.path[found.rows - 1],
                )
            )
        return found


def named(
    items: Mapping[str, Item] | list[Item], above: tuple[str, ...] = (), rows: int = 0
) -> Iterator[tuple[Known, Item]]:
    """Each field below, as expressions may ask for it."""
    for item in items.values() if isinstance(items, Mapping) else items:
        path = (*above, item.key)
        yield Known(path, kind_of(item), rows), item
        yield from named(item.children, path, len(path) if item.repeats else rows)


def kind_of(item: Item) -> Kind:
    """How the values of an item compare, by its schema."""
    if item.repeats:
        return Kind.ROWS
    if item.children:
        return Kind.GROUP
    if item.type in _TIMES:
        return _TIMES[item.type]
    schema = item.schema
    if schema.get("type") == "array":
        chosen = "choices" in item.ops or schema.get("items", {}).keys() & _CHOSEN
        return Kind.SEVERAL if chosen else Kind.OTHER
    if "choices" in item.ops or schema.keys() & _CHOSEN:
        return Kind.CHOICE
    formats = {"date": Kind.DATE, "date-time": Kind.MOMENT, "time": Kind.TIME}
    kinds = {
        "string": formats.get(str(schema.get("format")), Kind.TEXT),
        "integer": Kind.INTEGER,
        "number": Kind.NUMBER,
        "boolean": Kind.BOOLEAN,
    }
    return kinds.get(str(schema.get("type")), Kind.OTHER)
