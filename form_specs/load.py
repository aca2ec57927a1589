"""From a checked document to typed models.

Only for what `form_specs.check` found no error in: what is missing or misshapen there raises
whatever Python raises.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from form_specs.model import (
    ActionSpec,
    Choice,
    Color,
    CommentRule,
    FieldRight,
    FieldSpec,
    FormSpec,
    Grant,
    Guard,
    Placement,
    Right,
    Role,
    Rule,
    Section,
    SortKey,
    State,
    StateCategory,
    ToolSpec,
    Transition,
    ViewSpec,
    Workflow,
)

Raw = Mapping[str, Any]


def load(document: Raw) -> ToolSpec:
    """The whole tool, every default filled in."""
    return ToolSpec(
        key=document["key"],
        title=document["title"],
        description=document.get("description", ""),
        icon=document.get("icon", "layers"),
        locale=document.get("locale", "en"),
        forms={raw["key"]: _form(raw) for raw in document["forms"]},
        workflows={raw["form"]: _workflow(raw) for raw in document.get("workflows", ())},
        views={raw["key"]: _view(raw) for raw in document.get("views", ())},
        actions={raw["key"]: _action(raw) for raw in document.get("actions", ())},
        roles={raw["key"]: _role(raw) for raw in document.get("roles", ())},
        document=document,
    )


def _form(raw: Raw) -> FormSpec:
    schema = raw["schema"]
    required = frozenset(schema.get("required", ()))
    fields = {
        key: field_spec(key, property_, required=key in required)
        for key, property_ in schema["properties"].items()
    }
    layouts = {
        name: tuple(_section(section) for section in sections)
        for name, sections in raw.get("layouts", {}).items()
    }
    layouts.setdefault("default", _whole_form(raw["title"], fields))
    return FormSpec(
        key=raw["key"],
        title=raw["title"],
        plural=raw.get("plural", raw["title"]),
        schema=schema,
        fields=fields,
        layouts=layouts,
        title_field=raw.get("titleField"),
        subtitle_fields=tuple(raw.get("subtitleFields", ())),
        rules=tuple(
            Rule(rule["condition"], rule["message"], rule.get("field"))
            for rule in raw.get("rules", ())
        ),
    )


def _whole_form(title: str, fields: Iterable[str]) -> tuple[Section, ...]:
    return (Section(title, tuple(Placement(key) for key in fields)),)


def field_spec(key: str, property_: Raw, *, required: bool) -> FieldSpec:
    """One property of a record schema, `x-ops` apart from the rest."""
    ops = property_["x-ops"]
    schema = {keyword: value for keyword, value in property_.items() if keyword != "x-ops"}
    return FieldSpec(
        key=key,
        type=ops["type"],
        title=schema.get("title", key),
        schema=schema,
        required=required,
        description=schema.get("description", ""),
        placeholder=ops.get("placeholder", ""),
        unit=ops.get("unit", ""),
        read_only=schema.get("readOnly", False),
        default=ops.get("default", schema.get("default")),
        widget=ops.get("widget", ""),
        options=ops.get("options", {}),
        choices=tuple(_choice(choice) for choice in ops.get("choices", ())),
        unique=ops.get("unique", False),
        index=ops.get("index", False),
        sensitive=ops.get("sensitive", False),
        messages=ops.get("messages", {}),
    )


def _choice(raw: Raw) -> Choice:
    return Choice(
        raw["key"], raw["title"], Color(raw.get("color", Color.GRAY)), raw.get("retired", False)
    )


def _section(raw: Raw) -> Section:
    return Section(
        title=raw["section"],
        fields=tuple(_placement(placed) for placed in raw["fields"]),
        columns=raw.get("columns", 2),
        description=raw.get("description", ""),
    )


def _placement(raw: str | Raw) -> Placement:
    return Placement(raw) if isinstance(raw, str) else Placement(raw["field"], raw.get("span", 1))


def _workflow(raw: Raw) -> Workflow:
    return Workflow(
        form=raw["form"],
        initial=raw["initial"],
        states={state["key"]: _state(state) for state in raw["states"]},
        transitions={way["key"]: _transition(way) for way in raw["transitions"]},
    )


def _state(raw: Raw) -> State:
    return State(
        key=raw["key"],
        title=raw["title"],
        color=Color(raw.get("color", Color.GRAY)),
        category=StateCategory(raw.get("category", StateCategory.OPEN)),
        read_only=raw.get("readOnly", False),
    )


def _transition(raw: Raw) -> Transition:
    return Transition(
        key=raw["key"],
        title=raw["title"],
        sources=tuple(raw["from"]),
        target=raw["to"],
        roles=tuple(raw.get("roles", ())),
        require=tuple(raw.get("require", ())),
        fields=tuple(raw.get("fields", ())),
        guards=tuple(Guard(g["condition"], g["message"]) for g in raw.get("guards", ())),
        comment=CommentRule(raw.get("comment", CommentRule.NONE)),
        hook_only=raw.get("hookOnly", False),
        style=raw.get("style", "default"),
        shortcut=raw.get("shortcut", ""),
    )


def _view(raw: Raw) -> ViewSpec:
    return ViewSpec(
        key=raw["key"],
        title=raw["title"],
        type=raw["type"],
        form=raw["form"],
        columns=tuple(raw.get("columns", ())),
        filter=raw.get("filter"),
        sort=tuple(sort_key(term) for term in raw.get("sort", ())),
        quick_filters=tuple(raw.get("quickFilters", ())),
        roles=tuple(raw.get("roles", ())),
        options=raw.get("options", {}),
    )


def sort_key(term: str) -> SortKey:
    """From `-due_by` or `due_by` to the field and its direction."""
    return SortKey(term.removeprefix("-"), descending=term.startswith("-"))


def _action(raw: Raw) -> ActionSpec:
    return ActionSpec(
        key=raw["key"],
        title=raw["title"],
        type=raw["type"],
        form=raw["form"],
        roles=tuple(raw.get("roles", ())),
        when=raw.get("when"),
        options=raw.get("options", {}),
        shortcut=raw.get("shortcut", ""),
    )


def _role(raw: Raw) -> Role:
    return Role(
        key=raw["key"],
        title=raw["title"],
        description=raw.get("description", ""),
        grants={grant["form"]: _grant(grant) for grant in raw["grants"]},
    )


def _grant(raw: Raw) -> Grant:
    return Grant(
        form=raw["form"],
        can=frozenset(Right(right) for right in raw["can"]),
        rows=raw.get("rows"),
        fields={key: FieldRight(right) for key, right in raw.get("fields", {}).items()},
    )
