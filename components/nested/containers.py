"""The base of field types that hold other fields: groups, repeats, maps, variants.

A container's typed value is made of its children's typed values.  JSON that a child does not
read (null, or what an older version of the form has left) is kept as it is, so that a record
comes back as it was.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from components.base import FieldType
from components.values import ABSENT, Fault, InvalidValueError, Kept
from components.values.documents import document_of
from form_specs.conditions import Kind
from form_specs.exact_json import dumps
from form_specs.language import _
from form_specs.model import FieldSpec, JsonValue

_MAX_SHOWN: Final = 80


class ContainerType(FieldType):
    """A field with fields inside; the registry makes those from `child_specs`."""

    kind = Kind.DOCUMENT
    operators: ClassVar[tuple[str, ...]] = ("empty", "present")
    sortable = False
    searchable = True
    holds_fields = True

    def __init__(
        self, spec: FieldSpec, locale: str = "en", children: Sequence[FieldType] = ()
    ) -> None:
        super().__init__(spec, locale)
        self.children = tuple(children)

    @property
    def wide(self) -> bool:
        """Whether it is drawn as wide as a section is."""
        return False

    @property
    def must_be(self) -> bool:
        """Whether it is there even where nothing is left inside."""
        return self.spec.required or self.spec.blank == "empty"

    @classmethod
    def child_specs(cls, spec: FieldSpec) -> Iterable[FieldSpec]:
        """The fields inside a field of that spec, in their order."""
        return spec.children

    @abstractmethod
    def inner(self, value: Any) -> Iterator[tuple[str | int, FieldType | None, Any]]:
        """Step, field and value of each part of a typed value; no field: JSON that none draws."""

    @abstractmethod
    def with_parts(self, value: Any, parts: Mapping[str | int, Any]) -> Any:
        """A typed value with other parts at some steps; `ABSENT` takes one out that has a key."""

    def part_title(self, step: str | int, field: FieldType | None) -> str:
        """What people call the part of a value at a step."""
        return field.spec.title if field is not None and field.key else str(step)

    # -- stations -----------------------------------------------------------------------

    def parse_text(self, texts: Sequence[str]) -> Any:
        """A container is typed part by part; all that texts of its own may say is nothing."""
        if any(text.strip() for text in texts):
            raise InvalidValueError(_("This is filled in part by part"))
        return ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        """Its parts are read by controls of their own."""
        return current if not texts else self.parse_text(texts)

    def to_text(self, value: Any) -> list[str]:
        return []

    def to_cells(self, value: Any) -> list[str]:
        return [dumps(self.dump(value)).decode()]

    def from_cells(self, texts: Sequence[str]) -> Any:
        text = next(iter(texts), "")
        return self.parse(document_of(text)) if text.strip() else ABSENT

    def change_problem(self, before: Any, after: Any) -> str | None:
        """What is wrong with the first part that may not follow any that was there."""
        known = [] if before is ABSENT else [*self.inner(before)]
        for step, field, part in () if after is ABSENT else self.inner(after):
            if field is None or isinstance(part, Kept):
                continue
            problem = _changed(field, [old for _, of, old in known if of is field], part)
            if problem is not None:
                return str(Fault((step,), problem))
        return None

    def references(self, value: Any) -> frozenset[str]:
        found = (
            field.references(part)
            for _, field, part in self.inner(value)
            if field is not None and not isinstance(part, Kept)
        )
        return frozenset().union(*found)

    def search_text(self, value: Any) -> str:
        if self.spec.sensitive:
            return ""
        texts = (
            field.search_text(part)
            for _, field, part in self.inner(value)
            if field is not None and not isinstance(part, Kept)
        )
        return " ".join(filter(None, texts))


def _changed(field: FieldType, before: Sequence[Any], after: Any) -> str | None:
    problem = field.change_problem(ABSENT, after)
    for old in before if problem is not None else ():
        if not isinstance(old, Kept) and field.change_problem(old, after) is None:
            return None
    return problem


def parsed(field: FieldType, value: JsonValue) -> Any:
    """From the JSON of a child to its typed value."""
    if value is None and not field.allows_null:
        return Kept(None)
    return field.parse(value)


def dumped(field: FieldType | None, value: Any) -> JsonValue:
    """From a child's typed value to its JSON."""
    if isinstance(value, Kept):
        return value.json
    return value if field is None else field.dump(value)


def stored(field: FieldType | None, value: Any) -> JsonValue:
    """From a child's typed value to what stands in the store."""
    if isinstance(value, Kept):
        return value.json
    return value if field is None else field.to_store(value)


def restored(field: FieldType, value: JsonValue) -> Any:
    """From what stands in the store to the child's typed value; what it cannot read is kept."""
    if value is None and not field.allows_null:
        return Kept(None)
    try:
        return field.from_store(value)
    except (InvalidValueError, TypeError, ValueError, KeyError):
        return Kept(value)


def shown(field: FieldType, value: Any) -> str:
    """What a person reads of a child; empty where there is nothing."""
    if isinstance(value, Kept):
        return (
            "" if value.json is None else _("Unreadable: %(value)s", value=plain_json(value.json))
        )
    return "" if value is ABSENT else field.display(value)


def plain_json(value: JsonValue) -> str:
    """JSON that no field draws, short enough to be read."""
    text = value if isinstance(value, str) else dumps(value).decode()
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"


MOST_ROWS: Final = 5_000
"""In one record, all rows of all lists and the rows inside them."""


def rows_in(field: FieldType, value: Any) -> int:
    """How many rows and entries a value holds, with those inside them."""
    if not isinstance(field, ContainerType) or value in (None, ABSENT) or isinstance(value, Kept):
        return 0
    parts = list(field.inner(value))
    own = len(parts) if field.counts_rows else 0
    return own + sum(rows_in(child, part) for _, child, part in parts if child is not None)


def parsed_parts(
    parts: Iterable[tuple[str | int, FieldType, JsonValue]],
) -> Iterator[tuple[Any, Any]]:
    """Step and typed value of each part of some JSON; all faults of all of them are raised together."""
    faults: list[Fault] = []
    for step, field, value in parts:
        try:
            yield step, parsed(field, value)
        except InvalidValueError as error:
            faults += error.below(step).faults
    if faults:
        raise InvalidValueError.of(faults)
