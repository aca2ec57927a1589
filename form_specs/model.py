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

from form_specs.language import marked
from form_specs.problem import Severity

JsonValue: TypeAlias = bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"] | None
JsonObject: TypeAlias = dict[str, JsonValue]

SYSTEM_FIELDS: Mapping[str, str] = {
    "@id": marked("Record"),
    "@state": marked("State"),
    "@version": marked("Version"),
    "@created_at": marked("Created"),
    "@created_by": marked("Created by"),
    "@updated_at": marked("Updated"),
    "@updated_by": marked("Updated by"),
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
    IMPORT = "import"
    """Bring in records by files, and take them back; each by the rights to create and edit as well."""
    EXPORT = "export"
    """Take out as files what may be read."""


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
    match: tuple[Any, ...] = ()
    """Offered only while the field of `depends_on` holds one of these; none: always."""


@dataclass(frozen=True, slots=True)
class ChoiceSource:
    """Where the choices of a field come from when they do not stand in it; one of three is named."""

    list: str = ""
    """A list of the tool."""
    form: str = ""
    """Records of this form."""
    hook: str = ""
    """A function of an engineer."""
    filter: JsonObject | None = None
    """Only records for which this holds."""
    value: str = ""
    """The field of those records that is stored; none: the record's id."""
    title: str = ""
    """The field that is read; none: the form's title field."""
    match: str = ""
    """The field of those records that must hold what the field of `depends_on` holds."""
    keep_seconds: int = 0
    """How long an answer of the hook is used again."""


class OnDelete(StrEnum):
    """What happens to a link when its record is deleted."""

    RESTRICT = "restrict"
    """It cannot be deleted."""
    CLEAR = "clear"
    """The link is taken away, in the same transaction."""
    KEEP = "keep"
    """The link stays and leads to a deleted record."""


@dataclass(frozen=True, slots=True)
class LinkSpec:
    """To which records a link field leads."""

    form: str
    filter: JsonObject | None = None
    on_delete: OnDelete = OnDelete.RESTRICT
    show: tuple[str, ...] = ()
    """The fields of the record that its preview shows."""
    inverse: str = ""
    """What the list of linking records is called on the record's own page."""
    match: str = ""
    """The field of those records that must hold what the field of `depends_on` holds."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list of choices of the whole tool, as it starts; its editors change it in the running tool."""

    key: str
    title: str
    choices: tuple[Choice, ...]
    editors: tuple[str, ...] = ()
    """Roles."""
    said: Mapping[str, str] = field(default_factory=dict)
    """Titles in the reader's language by key, of choices whose own titles are in the tool's."""


@dataclass(frozen=True, slots=True)
class Computed:
    """How the value of a field follows from other fields."""

    formula: str
    result: str
    """The field type that the value is of."""
    stored: bool = True
    """Kept with the record, so that it filters and sorts; else worked out when it is read."""


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
    was: tuple[str, ...] = ()
    """Keys that the field had before: taken in its place from the API and from files."""
    deprecated: bool = False
    """Kept on the records that hold it; not asked for on new ones."""
    read_only: bool = False
    default: Any = None
    """A literal, or one of the dynamic forms `{"now": {}}`, `{"today": {"days": 3}}`, `{"user": "id"}`."""
    widget: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    source: ChoiceSource | None = None
    """Where its choices come from, if not from `choices`."""
    depends_on: str = ""
    """The field that says which choices fit."""
    or_other: bool = False
    """Another text than the choices may be typed."""
    link: LinkSpec | None = None
    unique: bool = False
    index: bool = False
    sensitive: bool = False
    blank: str = "absent"
    """What an emptied input means: `absent` (no value), `null`, or `empty` (the text "", an empty list)."""
    fill: str = "always"
    """Where the default is filled in: `always`, or on the `page` only, not in what the API is sent."""
    lock: str = "always"
    """Where a read-only field cannot be changed: `always`, or on the `page` only."""
    messages: Mapping[str, str] = field(default_factory=dict)
    """Error texts by JSON Schema keyword, e.g. `{"pattern": "Capital letters and digits"}`."""
    show_when: JsonObject | None = None
    """While it is false the field is hidden, and hidden means absent."""
    require_when: JsonObject | None = None
    """While it is true (and the field is shown) the field must hold a value."""
    read_only_when: JsonObject | None = None
    """While it is true people cannot change the field."""
    teams: tuple[Choice, ...] = ()
    """The teams of the field's tool."""
    keeps_hidden: bool = False
    """Its value stays in the record while it is hidden, instead of being cleared at the next save."""
    rules: "tuple[Rule, ...]" = ()
    """Asked while the field is shown and holds a value."""
    computed: Computed | None = None
    """For a field of type `computed`: nobody types its value in."""
    children: "tuple[FieldSpec, ...]" = ()
    """The fields inside its value: those of an object by key; a list's entry, a map's value and the
    alternatives of a variant without one."""

    @property
    def live(self) -> bool:
        """Whether the value is worked out when the record is read, and is in no document."""
        return self.computed is not None and not self.computed.stored


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one field stands in a section; `span` counts columns of the section's grid."""

    field: str
    span: int = 1


@dataclass(frozen=True, slots=True)
class Note:
    """Guidance among the fields of a section: Markdown, with formulas in braces."""

    text: str
    tone: str = "info"
    """`info`, `warning` or `success`."""
    show_when: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A titled group of fields, drawn in `columns` columns (one on a phone)."""

    title: str
    items: tuple[Placement | Note, ...]
    columns: int = 2
    description: str = ""
    show_when: JsonObject | None = None
    collapsed: bool = False
    """Drawn as its title until somebody opens it, or something in it is wrong."""


@dataclass(frozen=True, slots=True)
class Tab:
    """Sections behind one tab; neighbouring tabs make one strip."""

    title: str
    sections: tuple[Section, ...]
    show_when: JsonObject | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a layout that is filled in step by step."""

    title: str
    sections: tuple[Section, ...]
    description: str = ""
    show_when: JsonObject | None = None


Layout: TypeAlias = "tuple[Section | Tab | Step, ...]"
"""From top to bottom; either its parts are all steps or none is."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A record for which `condition` is false is refused with `message`, or only marked with it."""

    condition: JsonObject
    message: str
    field: str | None = None
    """The field that shows the message; none: it stands at the top of the form."""
    severity: Severity = Severity.ERROR


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
    layouts: Mapping[str, Layout]
    """Always holds `default`; `create` where it differs; others are opened by their names."""
    title_field: str | None = None
    layout_titles: Mapping[str, str] = field(default_factory=dict)
    """By name what layouts are called, as far as the form says it."""
    subtitle_fields: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()

    def layout(self, name: str) -> Layout:
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
    """Fields that the transition's dialog asks for; those of its layout, where it has one."""
    layout: str = ""
    """The layout that its dialog is drawn by; empty: its fields one below the other."""
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
class ColumnLook:
    """How a column of a view is drawn; what is empty is as usual."""

    width: str = ""
    """narrow, normal or wide."""
    align: str = ""
    """start or end."""
    format: str = ""
    """One of those that the field's type has."""


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
    looks: Mapping[str, ColumnLook] = field(default_factory=dict)
    """By column."""


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
    """The language that its texts are in."""
    locales: tuple[str, ...] = ("en",)
    """The languages that it has texts in."""
    teams: Mapping[str, str] = field(default_factory=dict)
    """From key to title: groups of people that own records together."""
    lists: Mapping[str, ListSpec] = field(default_factory=dict)
    """Lists of choices by key."""
