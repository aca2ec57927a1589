"""What the inspector shows of what is selected: a field, a part of a layout, several things, the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.drafting.examined import PlacedProblem
from builder.forms.matching import Matching
from builder.forms.moving import Goals
from builder.forms.setting import Setting


@dataclass(frozen=True, slots=True)
class InputView:
    """One input of the inspector."""

    form: str
    """The id of its form."""
    setting: Setting
    value: str
    problems: Sequence[PlacedProblem] = ()


@dataclass(frozen=True, slots=True)
class InputGroup:
    """Inputs that belong together, below a title or first of all."""

    name: str
    title: str
    inputs: Sequence[InputView]
    open: bool = False
    filter: "ConditionView | None" = None
    """Of a link: which records are offered."""


@dataclass(frozen=True, slots=True)
class ConditionView:
    """One condition of what is selected."""

    name: str
    title: str
    words: str
    """Empty: there is none."""
    url: str


@dataclass(frozen=True, slots=True)
class UseView:
    """Where a field is used."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class FunctionView:
    """The function that gives the choices."""

    name: str
    known: Sequence[str]
    """Those that are registered here."""

    @property
    def is_known(self) -> bool:
        return self.name in self.known


@dataclass(frozen=True, slots=True)
class ChoicesView:
    """The choices of a field."""

    source: str
    """Empty: its own; else the key of a list, records or a function."""
    sources: Sequence[tuple[str, str]]
    items: Sequence[Mapping[str, Any]]
    colors: Sequence[tuple[str, str]]
    inputs: Sequence[InputView] = ()
    """What can be said of the source."""
    filter: ConditionView | None = None
    """Which records are offered."""
    function: FunctionView | None = None
    matching: Matching | None = None


@dataclass(frozen=True, slots=True)
class CrossingView:
    """What it means that a field goes into another one, or out of it."""

    title: str
    uses: Sequence[UseView]
    """What names it where it is, and is taken out."""
    is_published: bool
    """Records may hold values of it, which stay behind."""
    at: Sequence[str]
    into: str
    before: str
    """What was asked for, to be asked for again."""


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of a field that is one of several."""

    at: str
    title: str
    type_title: str


@dataclass(frozen=True, slots=True)
class FieldInspector:
    """What is said about one field."""

    at: str
    title: str
    type: str
    type_title: str
    icon: str
    types: Sequence[tuple[str, str, str]]
    """Groups of types: (group, type, title)."""
    key: str
    may_rekey: bool
    required: bool
    placed: bool
    span: int
    columns: int
    groups: Sequence[InputGroup]
    default: str | None
    """As it would be typed; none: it has no typed default."""
    default_lines: bool
    choices: ChoicesView | None
    conditions: Sequence[ConditionView]
    uses: Sequence[UseView]
    blocked: bool
    """It is used elsewhere, so that deleting it says so."""
    goals: Goals
    problems: Sequence[PlacedProblem]
    text_url: str
    inside: bool
    """It stands inside another field."""
    nameless: str
    """It has no key: it is a `kind` of the field around, or the `value` of each entry; else empty."""
    kinds: Sequence["KindView"]
    """The kinds that a value of it can be of, or the places that a list has."""
    has_places: bool
    kind_types: Sequence[tuple[str, str]]
    """Of what a further kind can be."""
    rules_url: str
    rules: int
    formula_url: str
    """Of the editor of its formula; empty: it is not computed."""
    kind: str = "field"


@dataclass(frozen=True, slots=True)
class PartInspector:
    """What is said about one part of the layout."""

    at: str
    kind: str
    title: str
    words: str
    raw: Mapping[str, Any]
    conditions: Sequence[ConditionView]
    goals: Goals
    problems: Sequence[PlacedProblem]
    formula_url: str = ""
    """Of the editor of its text with formulas."""


@dataclass(frozen=True, slots=True)
class SeveralInspector:
    """What can be done with several at once."""

    items: Sequence[tuple[str, str]]
    """(address, title)."""
    only_fields: bool
    into: Sequence[Any]
    uses: Sequence[UseView]
    kind: str = "several"


@dataclass(frozen=True, slots=True)
class FormInspector:
    """What is said about the form itself."""

    key: str
    title: str
    plural: str
    title_field: str
    fields: Sequence[tuple[str, str]]
    subtitles: Sequence[str]
    problems: Sequence[PlacedProblem]
    rules_url: str
    rules: int
    kind: str = "form"
