"""The contract of a field type.

A field type knows how a value looks at each of its stations:

    form post, filter      ──parse_text──►
    cells of a CSV file    ──from_cells──►
                                           value ──to_store──► document in the store
    JSON (API, hooks)      ──parse───────►   │   ◄─from_store─
                                             ├──dump─────► JSON record, judged by the JSON Schema
                                             ├──to_text──► what the input shows
                                             ├──to_cells─► cells of a CSV file
                                             └──display──► what a person reads
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar, Final, Literal, TypeAlias

from wtforms.fields.core import Field as Control

from components.base.part import Part
from components.controls.blanks import Blank, blank_of, blanks_of, words_of
from components.controls.control import Input
from components.values import ABSENT, Absent, InvalidValueError
from components.values.texts import clean_text
from form_specs.conditions import Comparison, Dynamic, Kind
from form_specs.formulas import FormulaType
from form_specs.language import _, marked
from form_specs.model import Choice, FieldSpec, JsonValue

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


FilterInput: TypeAlias = Literal[
    "text", "number", "date", "datetime-local", "time", "options", "suggest", "user"
]
"""What a filter's value is typed into; `options` are ticked, with `suggest` offered while typing."""

BEFORE_AND_AFTER: Final = {
    "lt": marked("is before"),
    "le": marked("is not after"),
    "gt": marked("is after"),
    "ge": marked("is not before"),
}
"""What the operators of days and moments are called, in English."""


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
    judges_null: ClassVar[bool] = False
    """Whether null is a value like others to it; else one of a field whose schema takes null beside its own."""
    uploads: ClassVar[bool] = False
    """Whether its value refers to stored files."""
    has_choices: ClassVar[bool] = False
    """Whether it takes its values from `x-ops.choices`."""
    free_text: ClassVar[bool] = False
    """Whether nothing but the schema's `maxLength` bounds its text, and thereby its index."""
    grouped: bool = False
    """Whether it is typed into several inputs, none of which its title is the label of."""
    lines: ClassVar[bool] = False
    """Whether its text has lines: it is shown with them, and counted while typed."""
    card: ClassVar[Literal["", "c-value", "c-who", "c-meta"]] = ""
    """Where its cell stands on a phone, where a row is a card."""
    formats: tuple[str, ...] = ()
    """The ways beside the usual one in which a list may show its values: names of `components.formats`."""
    filter_input: ClassVar[FilterInput] = "text"
    filter_hint: ClassVar[str] = ""
    """What a filter's first input shows while it is empty."""
    operator_words: ClassVar[Mapping[str, str]] = {}
    """What operators are called, as far as it differs from the common words: "is before".  English, `marked`."""
    previewed: ClassVar[bool] = False
    """Whether what is typed differs so much from what is shown that the form offers a look at it."""
    suggests: ClassVar[bool] = False
    """Whether its input offers the texts that other records hold in it."""
    computable: ClassVar[bool] = True
    """Whether a formula may give its values, as far as it is a type of single values at all."""
    derived: ClassVar[bool] = False
    """Whether its values follow from other fields, so that nobody sets them."""
    importable: ClassVar[bool] = True
    """Whether `from_cells` takes what `to_cells` gives; false where cells only show a value."""
    has_free_choices: ClassVar[bool] = False
    """Whether its choices are proposals only, beside which any other text may be typed."""
    idle_texts: tuple[tuple[str, ...], ...] = ()
    """What its input posts though nobody touched it and there is no value, where that is one."""
    asks_empty: bool = False
    """Whether an empty text is a value to be asked for, as an emptied input says that there is none."""
    parts: tuple[str, ...] = ()
    """Names of its sub-inputs, posted as `key/part` each, or in this order all as `key`."""
    nests: ClassVar[bool] = True
    """Whether it may stand inside another field."""
    holds_fields: ClassVar[bool] = False
    """Whether subschemas of its schema are fields of their own, inside it."""
    exclusive: ClassVar[bool] = False
    """Whether only one of the fields inside holds a value, which is that of the field itself."""
    counts_rows: ClassVar[bool] = False
    """Whether its parts are rows or entries, of which there may be any number."""
    children: "tuple[FieldType, ...]" = ()
    """The fields directly inside its value: the parts of a group by key; without a key the entry
    of a repeat, the value of a map, the places of a tuple, the alternatives of a variant."""
    row: "FieldType | None" = None
    """Of a field that holds rows: the field that each of them is."""
    side_by_side: "tuple[FieldType, ...]" = ()
    """The fields that a row of it is drawn in, where it may be a row."""

    mindful: bool = True
    """Whether its `change_problem` can have anything to say, where it has one of its own."""

    lossless_from: ClassVar[tuple[str, ...]] = ()
    """Names of the types each of whose values it can take over by `converted`."""
    lossy_from: ClassVar[tuple[str, ...]] = ()
    """Names of the types of whose values it can take over some."""

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        self.spec = spec
        self.key = spec.key
        self.locale = locale

    @classmethod
    def acting(cls, spec: FieldSpec, types: Mapping[str, "type[FieldType]"]) -> "type[FieldType]":
        """The type that a field of that spec has: itself, but for a type that stands for another.

        `types` are all there are, by name.  Raises `ValueError` where such a field cannot be.
        """
        return cls

    # -- stations of a value ------------------------------------------------------------

    @abstractmethod
    def parse(self, value: JsonValue) -> Any:
        """From JSON (API, hooks, spec literals) to a typed value; raises `InvalidValueError`."""

    @abstractmethod
    def parse_text(self, texts: Sequence[str]) -> Any:
        """From what a form or filter holds to a typed value, or `ABSENT` for nothing typed.

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

    def formatted(self, value: Any, name: str, now: datetime) -> str:
        """The same in one of its formats; `now` is when it is looked at."""
        return self.display(value)

    @property
    def columns(self) -> tuple[str, ...]:
        """What follows `key.` in the names of its columns in a CSV file; none: one column, the key."""
        return self.parts

    def column_title(self, place: int) -> str:
        """What people call one of its columns, beside the field's own title."""
        return self.columns[place].replace("_", " ")

    def to_cells(self, value: Any) -> list[str]:
        """From a typed value to the texts of its cells, one for each of its columns, never none.

        What a spreadsheet would take for a formula is the business of whoever writes the file.
        """
        return self.to_text(value)

    def from_cells(self, texts: Sequence[str]) -> Any:
        """From the texts of its cells to a typed value, or `ABSENT` where all are empty.

        The inverse of `to_cells` but where the type is not `importable`: there it refuses all
        texts.  Raises `InvalidValueError`.
        """
        return self.parse_text(texts) if any(texts) else ABSENT

    def shown(self, value: Any, titles: Mapping[str, str]) -> Any:
        """From a typed value to what the template of a record's page is given as `value`.

        `titles` tells what the accounts among `references` are called.
        """
        return value

    def search_text(self, value: Any) -> str:
        """From a typed value to the words it is found by; empty where not searchable or sensitive."""
        return self.display(value) if self.searchable and not self.spec.sensitive else ""

    def mask(self, value: Any) -> str:
        """What somebody sees who may know that there is a value, not which."""
        return "••••"

    def references(self, value: Any) -> frozenset[str]:
        """The account names in a value, so that a page finds all their titles in one query."""
        return frozenset()

    def keys(self, value: Any) -> tuple[str, ...]:
        """What in a typed value is called by a title that stands elsewhere: in a list, in another record."""
        return ()

    def display_named(self, value: Any, titles: Mapping[str, str]) -> str:
        """`display`, with the titles that were looked up for its `keys`."""
        return self.display(value)

    def change_problem(self, before: Any, after: Any) -> str | None:
        """Why a value that is fine in itself may not follow `before`, or none.

        Either may be `ABSENT`; the gate asks it for every field that changes.
        """
        return None

    # -- taking over the values of another type -----------------------------------------

    def same_store(self, old: "FieldType") -> bool:
        """Whether what a field of the same type, with other options, has stored still reads the same."""
        return True

    def takes_all(self, old: "FieldType") -> bool:
        """Whether each value of a field of the same type, with other options, has a counterpart here."""
        return True

    def converted(self, value: Any, old: "FieldType", formats: Sequence[str]) -> Any:
        """From a typed value of another field to one of this field, by what a person would type.

        `formats` say how moments are written in a text.  Depends on nothing but its arguments;
        raises `InvalidValueError` where there is no counterpart.
        """
        return self.parse_text(old.to_text(value))

    @property
    def empty(self) -> Any:
        """The value that holds nothing, such as an empty text, where the type has one; else `ABSENT`."""
        return ABSENT

    @cached_property
    def blanks(self) -> Mapping[Blank, Any]:
        """What an input in which nothing is typed may mean, where that is asked; each with its value."""
        return blanks_of(self)

    def blank_words(self, value: Any) -> str:
        """What people read of null or an empty value where these are told apart; else an empty text."""
        blank = blank_of(self.blanks, value)
        return words_of(blank, self.empty) if blank not in (None, Blank.ABSENT) else ""

    @cached_property
    def only(self) -> JsonValue | Absent:
        """The one value that its schema takes, where it names it; else `ABSENT`."""
        schema = self.spec.schema
        if schema.get("type") == "null":
            return None
        found: JsonValue | Absent = schema.get("const", ABSENT)
        return found

    @property
    def allows_null(self) -> bool:
        """Whether JSON null is a value of the field; for all others it says "no value"."""
        return False

    def stamped(self, before: Any, after: Any, who: str, at: datetime) -> Any:
        """The value `after` with what only the server knows of the change: who made it, when.

        Either may be `ABSENT`; `at` is aware.  What a page or the API says of it does not count.
        """
        return after

    # -- in formulas --------------------------------------------------------------------

    @property
    def formula_kind(self) -> FormulaType | None:
        """What its values are to formulas; none: formulas cannot read it."""
        return None

    def to_formula(self, value: Any) -> Any:
        """From a typed value to one of the class that `formula_kind` says; none for absent."""
        return value

    def from_formula(self, value: Any) -> Any:
        """From what a formula gave to a typed value; raises `InvalidValueError` where it does not fit.

        Numbers are rounded half-up to the decimals that the field has.
        """
        return self.parse(value)

    # -- comparing in the store ---------------------------------------------------------

    @property
    def measure(self) -> str:
        """What its values count in; fields compare with each other where this is equal."""
        return self.name

    @property
    def sort_path(self) -> tuple[str, ...]:
        """Where in the document the scalar stands that the field sorts by."""
        return (self.key,)

    @property
    def members(self) -> "Mapping[str, FieldType]":
        """The fields inside its value that conditions name as `key.member`."""
        return {}

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        """From an operator and a JSON literal to comparisons on the stored document, all of which must hold.

        Asked for positive operators only: `ne` and `not_in` are the negation of `eq` and `in`.
        Raises `InvalidValueError` where the literal does not fit.
        """
        stored: JsonValue = None
        if op in _LISTED:
            if not isinstance(literal, list):
                raise InvalidValueError(_("'%(op)s' takes a list", op=op))
            stored = [self.literal(item) for item in literal]
        elif op in _PARTIAL:
            if not isinstance(literal, str) or not literal:
                raise InvalidValueError(_("'%(op)s' takes a text", op=op))
            stored = clean_text(literal)
        elif op != "empty":
            stored = self.literal(literal)
        return (Comparison(path=self.sort_path, kind=self.kind, op=op, value=stored),)

    def literal(self, literal: JsonValue) -> JsonValue:
        """From one JSON literal of a condition to the stored scalar that it is compared with."""
        return self.to_store(self.parse(literal))

    def compared_with(self, op: str, dynamic: Dynamic) -> tuple[Comparison, ...]:
        """From an ordering operator and what is known only when asked, such as today, to comparisons."""
        if op in _PARTIAL:
            raise InvalidValueError(_("'%(op)s' takes a literal", op=op))
        return (Comparison(self.sort_path, self.kind, op, dynamic),)

    # -- filters ------------------------------------------------------------------------

    def filter_options(self) -> tuple[Choice, ...]:
        """What a filter offers to tick, where `filter_input` is `options`; keys are typed texts."""
        return self.spec.choices

    def filter_literal(self, op: str, text: str) -> JsonValue | Absent:
        """From what stands behind `field:op:` in an address to a condition's literal.

        `ABSENT`, as it is by default, where that is a value of the field, typed as in its input.
        Raises `InvalidValueError`.
        """
        return ABSENT

    def filter_texts(self, op: str, literal: JsonValue) -> list[str]:
        """From a condition's literal, no list, to what the filter's one or two inputs show."""
        return self.to_text(self.parse(literal))

    def filter_words(self, op: str, literal: JsonValue) -> str:
        """From a condition's literal, no list, to what a chip says of it."""
        return self.literal_words(literal)

    def literal_words(self, literal: JsonValue) -> str:
        """What people read for a literal that the field is compared with; raises `InvalidValueError`."""
        return self.display(self.parse(literal))

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


def can_result(type_: type[FieldType]) -> bool:
    """Whether a formula may give the values of a type: nothing with fields inside, no files, no counters."""
    others = type_.derived or type_.uploads or type_.holds_fields
    return type_.computable and not (others or issubclass(type_, NumberedFieldType))


class NumberedFieldType(FieldType):
    """A field whose value the write gate makes from a running number when a record is created."""

    nests = False

    @abstractmethod
    def next_value(self, number: int) -> Any:
        """From the running number to the typed value; raises `InvalidValueError` past its digits."""
