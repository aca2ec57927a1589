"""Typed, immutable models of a tool's spec.

A spec is one JSON document (`load.py` reads it, `check.py` judges it).  These classes hold
it after checking: every default is filled in, every list is a tuple, and nothing here can
change, so that a compiled version may be shared by all threads of a process.

Keys are identities: made once, never renamed, never reused.  Titles are free text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
JsonObject: TypeAlias = dict[str, JsonValue]

SYSTEM_FIELDS: Mapping[str, str] = {
    "@id": "Record",
    "@state": "State",
    "@version": "Version",
    "@created_at": "Created",
    "@created_by": "Created by",
    "@updated_at": "Updated",
    "@updated_by": "Updated by",
}
"""What every record has beside its document: usable in conditions, columns and sorting."""


class Right(StrEnum):
    """What a role may do with the records of one form."""

    READ = "read"
    CREATE = "create"
    EDIT = "edit"
    DELETE = "delete"
    COMMENT = "comment"
    ATTACH = "attach"


class FieldRight(StrEnum):
    """What a role may do with one field, from nothing to everything."""

    HIDDEN = "hidden"
    MASKED = "masked"
    READ = "read"
    WRITE = "write"


class Color(StrEnum):
    """The six names a spec may use, so that dark mode and contrast hold for every tool."""

    BLUE = "blue"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    VIOLET = "violet"
    GRAY = "gray"


class StateCategory(StrEnum):
    """What a state means to those who count work."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


class CommentRule(StrEnum):
    """Whether a transition asks for a comment."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice field: `key` is stored, `title` is shown."""

    key: str
    title: str
    color: Color = Color.GRAY
    retired: bool = False


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One property of a form's record schema together with its `x-ops` annotation."""

    key: str
    type: str
    title: str
    schema: Mapping[str, Any]
    """The property's JSON Schema without `x-ops`."""
    required: bool = False
    description: str = ""
    placeholder: str = ""
    unit: str = ""
    read_only: bool = False
    default: Any = None
    """A literal, or one of the dynamic forms `{"now": {}}`, `{"today": {"days": 3}}`, `{"user": "id"}`."""
    widget: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    unique: bool = False
    index: bool = False
    sensitive: bool = False
    messages: Mapping[str, str] = field(default_factory=dict)
    """Error texts by JSON Schema keyword, e.g. `{"pattern": "Capital letters and digits"}`."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one field stands in a section; `span` counts columns of the section's grid."""

    field: str
    span: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields, drawn in `columns` columns (one on a phone)."""

    title: str
    fields: tuple[Placement, ...]
    columns: int = 2
    description: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A cross-field rule: a record for which `condition` is false is refused with `message`."""

    condition: JsonObject
    message: str
    field: str | None = None
    """The field that shows the message; none: it stands at the top of the form."""


@dataclass(frozen=True, slots=True)
class FormSpec:
    """One kind of record."""

    key: str
    title: str
    plural: str
    schema: Mapping[str, Any]
    """The record's JSON Schema (2020-12) as written, `x-ops` included."""
    fields: Mapping[str, FieldSpec]
    """By key, in the order of the schema's properties."""
    layouts: Mapping[str, tuple[Section, ...]]
    """Always holds `default`; `create` where it differs."""
    title_field: str | None = None
    subtitle_fields: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def layout(self, name: str) -> tuple[Section, ...]:
        """The named layout, or the default one where the form has none of that name."""
        return self.layouts.get(name, self.layouts["default"])


@dataclass(frozen=True, slots=True)
class State:
    """One stage of a workflow."""

    key: str
    title: str
    color: Color = Color.GRAY
    category: StateCategory = StateCategory.OPEN
    read_only: bool = False
    """No field may be edited while a record is here (transitions may still set theirs)."""

    @property
    def final(self) -> bool:
        return self.category in (StateCategory.DONE, StateCategory.CANCELLED)


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition that must hold for a transition, and the sentence shown when it does not."""

    condition: JsonObject
    message: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A named way from some states to one state."""

    key: str
    title: str
    sources: tuple[str, ...]
    target: str
    roles: tuple[str, ...] = ()
    """Who may; empty: everybody who may edit the record."""
    require: tuple[str, ...] = ()
    """Fields that must hold a value by then."""
    fields: tuple[str, ...] = ()
    """Fields that the transition's dialog asks for."""
    guards: tuple[Guard, ...] = ()
    comment: CommentRule = CommentRule.NONE
    hook_only: bool = False
    """Only a hook may take it: never a person, in a page or through the API."""
    style: str = "default"
    """`primary`, `default` or `danger`."""
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class Workflow:
    """The states of one form's records and the ways between them."""

    form: str
    initial: str
    states: Mapping[str, State]
    transitions: Mapping[str, Transition]

    def leaving(self, state: str) -> Iterator[Transition]:
        """The transitions that start in `state`, in the order of the spec."""
        return (t for t in self.transitions.values() if state in t.sources)


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field (or system field) to sort by."""

    field: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.field}" if self.descending else self.field


@dataclass(frozen=True, slots=True)
class ViewSpec:
    """A way to look at many records of one form."""

    key: str
    title: str
    type: str
    form: str
    columns: tuple[str, ...] = ()
    filter: JsonObject | None = None
    sort: tuple[SortKey, ...] = ()
    quick_filters: tuple[str, ...] = ()
    """Fields offered as filter chips first; each gets a list index with the view's sort."""
    roles: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """A button on a record that is no transition."""

    key: str
    title: str
    type: str
    form: str
    roles: tuple[str, ...] = ()
    when: JsonObject | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    shortcut: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one form."""

    form: str
    can: frozenset[Right]
    rows: JsonObject | None = None
    """Only records for which this condition holds exist for the role; none: all."""
    fields: Mapping[str, FieldRight] = field(default_factory=dict)
    """Exceptions by field; a field not named here may be written (where `can` has edit or create)."""


@dataclass(frozen=True, slots=True)
class Role:
    """A set of grants that an administrator gives to people."""

    key: str
    title: str
    grants: Mapping[str, Grant]
    """By form; a form without a grant does not exist for the role."""
    description: str = ""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A whole tool: what is versioned and published as one."""

    key: str
    title: str
    forms: Mapping[str, FormSpec]
    workflows: Mapping[str, Workflow]
    """By form."""
    views: Mapping[str, ViewSpec]
    actions: Mapping[str, ActionSpec]
    roles: Mapping[str, Role]
    document: Mapping[str, Any]
    """The document as written: what is stored, exported and compared."""
    description: str = ""
    icon: str = "layers"
    locale: str = "en"
