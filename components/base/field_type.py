"""The contract of a field type.

A field type knows how a value looks at each of its stations:

    form post, CSV, filter ──parse_text──►
                                           value ──to_store──► document in the store
    JSON (API, hooks)      ──parse───────►   │   ◄─from_store─
                                             ├──dump─────► JSON record, judged by the JSON Schema
                                             ├──to_text──► what the input shows
                                             └──display──► what a person reads
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar, Final

from wtforms.fields.core import Field as Control

from components.base.part import Part
from components.controls import Input
from components.texts import clean_text
from components.values import InvalidValueError
from form_specs.conditions import Comparison, Kind
from form_specs.model import FieldSpec, JsonValue

_LISTED = ("in", "has_any", "has_all", "between")
_PARTIAL = ("contains", "starts_with")

LISTED_OPERATORS: Final = ("eq", "ne", "in", "not_in", "empty", "present")
"""What may be asked of values that only are or are not the same."""
ORDERED_OPERATORS: Final = (
    *("eq", "ne", "in", "not_in", "lt", "le", "gt", "ge", "between"),
    *("empty", "present"),
)
"""What may be asked of values that come one after the other."""


class Align(StrEnum):
    """Where a column's cells stand: numbers at the end so that digits line up."""

    START = "start"
    END = "end"


class FieldType(Part, ABC):
    """A field of one form: the type's behaviour bound to one `FieldSpec`.

    Instances are made once per published version and shared by threads: they never change
    after `__init__`, which raises `ValueError` where a field of that spec cannot be.
    """

    section = "fields"
    templates = ("form.html", "cell.html", "detail.html")

    kind: ClassVar[Kind]
    """How its stored value sorts and compares."""
    operators: ClassVar[tuple[str, ...]]
    """What conditions and filters may ask of it."""
    align: ClassVar[Align] = Align.START
    sortable: ClassVar[bool] = True
    searchable: ClassVar[bool] = False
    """Whether its text goes into the full-text index."""
    multiple: ClassVar[bool] = False
    """Whether the input posts several values under one name."""
    uploads: ClassVar[bool] = False
    """Whether its value refers to stored files."""
    has_choices: ClassVar[bool] = False
    """Whether it takes its values from `x-ops.choices`."""
    parts: ClassVar[tuple[str, ...]] = ()
    """Names of its sub-inputs, posted as `key.part` each, or in this order all as `key`."""

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        self.spec = spec
        self.key = spec.key
        self.locale = locale

    # -- stations of a value ------------------------------------------------------------

    @abstractmethod
    def parse(self, value: JsonValue) -> Any:
        """From JSON (API, hooks, spec literals) to a typed value; raises `InvalidValueError`."""

    @abstractmethod
    def parse_text(self, texts: Sequence[str]) -> Any:
        """From what a form, filter or CSV cell holds to a typed value, or `ABSENT` for nothing typed.

        With `parts`, one text for each part, in their order.  Raises `InvalidValueError`.
        """

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        """From what a form posts to a typed value, where the form was drawn with `current`.

        Differs from `parse_text` only where the texts do not hold the whole value.
        """
        return self.parse_text(texts)

    def dump(self, value: Any) -> JsonValue:
        """From a typed value to the JSON of the record, which the form's JSON Schema judges."""
        return value  # type: ignore[no-any-return]

    def to_store(self, value: Any) -> JsonValue:
        """From a typed value to what stands in the stored document."""
        return self.dump(value)

    def from_store(self, stored: JsonValue) -> Any:
        """From the stored document to a typed value; the inverse of `to_store`."""
        return self.parse(stored)

    def to_text(self, value: Any) -> list[str]:
        """From a typed value to the texts its input shows: the inverse of `parse_text`."""
        return [self.display(value)]

    @abstractmethod
    def display(self, value: Any) -> str:
        """From a typed value to what a person reads, in the tool's locale."""

    def search_text(self, value: Any) -> str:
        """From a typed value to the words it is found by; empty where not searchable or sensitive."""
        return self.display(value) if self.searchable and not self.spec.sensitive else ""

    def mask(self, value: Any) -> str:
        """What somebody sees who may know that there is a value, not which."""
        return "••••"

    def references(self, value: Any) -> frozenset[str]:
        """The account names in a value, so that a page finds all their titles in one query."""
        return frozenset()

    def change_problem(self, before: Any, after: Any) -> str | None:
        """Why a value that is fine in itself may not follow `before`, or none.

        Either may be `ABSENT`; the gate asks it for every field that changes.
        """
        return None

    @property
    def allows_null(self) -> bool:
        """Whether JSON null is a value of the field; for all others it says "no value"."""
        return False

    # -- comparing in the store ---------------------------------------------------------

    @property
    def measure(self) -> str:
        """What its values count in; fields compare with each other where this is equal."""
        return self.name

    @property
    def sort_path(self) -> tuple[str, ...]:
        """Where in the document the scalar stands that the field sorts by."""
        return (self.key,)

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        """From an operator and a JSON literal to comparisons on the stored document, all of which must hold.

        Asked for positive operators only: `ne` and `not_in` are the negation of `eq` and `in`.
        Raises `InvalidValueError` where the literal does not fit.
        """
        stored: JsonValue = None
        if op in _LISTED:
            if not isinstance(literal, list):
                raise InvalidValueError(f"'{op}' takes a list")
            stored = [self.literal(item) for item in literal]
        elif op in _PARTIAL:
            if not isinstance(literal, str) or not literal:
                raise InvalidValueError(f"'{op}' takes a text")
            stored = clean_text(literal)
        elif op != "empty":
            stored = self.literal(literal)
        return (Comparison(path=self.sort_path, kind=self.kind, op=op, value=stored),)

    def literal(self, literal: JsonValue) -> JsonValue:
        """From one JSON literal of a condition to the stored scalar that it is compared with."""
        return self.to_store(self.parse(literal))

    # -- drawing ------------------------------------------------------------------------

    def control(self) -> Control:
        """The unbound WTForms field that parses and draws the input."""
        return Input(self)

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    @abstractmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        """The property schema that a builder's new field of this type gets (without `x-ops`)."""

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        """How well a foreign property schema fits: 0 not at all, higher wins among all types.

        Above 0 only where the type, with `options_for` the schema, takes every value that the
        schema takes, and gives back one that means the same.
        """
        return 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        """The options that a field needs to fit a schema which `recognise` accepted."""
        return {}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        """Why a property schema cannot belong to a field of this type, or none."""
        return None


class NumberedFieldType(FieldType):
    """A field whose value the write gate makes from a running number when a record is created."""

    @abstractmethod
    def next_value(self, number: int) -> Any:
        """From the running number to the typed value; raises `InvalidValueError` past its digits."""
