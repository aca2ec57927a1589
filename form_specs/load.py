"""From a checked document to typed models.

Only for what `form_specs.check` found no error in: what is missing or misshapen there raises
whatever Python raises.
"""

from collections.abc import Mapping
from typing import Any

from form_specs.choices import choices_of, link_of, list_of, source_of
from form_specs.layouts import fields_in, load_layout, sections_of, whole_form
from form_specs.model import (
    ActionSpec,
    Choice,
    Color,
    ColumnLook,
    CommentRule,
    Computed,
    FieldRight,
    FieldSpec,
    FormSpec,
    Grant,
    Guard,
    Right,
    Role,
    Rule,
    SortKey,
    State,
    StateCategory,
    ToolSpec,
    Transition,
    ViewSpec,
    Workflow,
)
from form_specs.nesting import Place
from form_specs.problem import Severity
from form_specs.translation import list_titles, locales

Raw = Mapping[str, Any]


def load(document: Raw) -> ToolSpec:
    """The whole tool, every default filled in."""
    teams = teams_of(document)
    forms = {raw["key"]: _form(raw, teams) for raw in document["forms"]}
    return ToolSpec(
        key=document["key"],
        title=document["title"],
        description=document.get("description", ""),
        icon=document.get("icon", "layers"),
        locale=document.get("locale", "en"),
        locales=locales(document),
        teams={team.key: team.title for team in teams},
        forms=forms,
        workflows={
            raw["form"]: _workflow(raw, forms[raw["form"]]) for raw in document.get("workflows", ())
        },
        views={raw["key"]: _view(raw) for raw in document.get("views", ())},
        actions={raw["key"]: _action(raw) for raw in document.get("actions", ())},
        roles={raw["key"]: _role(raw) for raw in document.get("roles", ())},
        lists={
            raw["key"]: list_of(raw, list_titles(document, raw["key"]))
            for raw in document.get("lists", ())
        },
        document=document,
    )


def teams_of(document: Raw) -> tuple[Choice, ...]:
    """The teams of a tool, as far as they are well formed."""
    found = document.get("teams")
    return tuple(
        Choice(team["key"], team["title"])
        for team in (found if isinstance(found, list) else ())
        if isinstance(team, Mapping) and {"key", "title"} <= team.keys()
    )


def _form(raw: Raw, teams: tuple[Choice, ...]) -> FormSpec:
    schema = raw["schema"]
    required = frozenset(schema.get("required", ()))
    fields = {
        key: field_spec(key, property_, required=key in required, teams=teams, root=schema)
        for key, property_ in schema["properties"].items()
    }
    layouts = {name: load_layout(parts) for name, parts in raw.get("layouts", {}).items()}
    layouts.setdefault("default", whole_form(raw["title"], fields))
    return FormSpec(
        key=raw["key"],
        title=raw["title"],
        plural=raw.get("plural", raw["title"]),
        schema=schema,
        fields=fields,
        layouts=layouts,
        layout_titles=raw.get("layoutTitles", {}),
        title_field=raw.get("titleField"),
        subtitle_fields=tuple(raw.get("subtitleFields", ())),
        rules=tuple(_rule(rule, rule.get("field")) for rule in raw.get("rules", ())),
    )


def _rule(raw: Raw, field: str | None) -> Rule:
    severity = Severity(raw.get("severity", Severity.ERROR))
    return Rule(raw["condition"], raw["message"], field, severity)


def field_spec(
    key: str,
    property_: Raw,
    *,
    required: bool,
    teams: tuple[Choice, ...] = (),
    root: Raw | None = None,
) -> FieldSpec:
    """One property of a record schema, `x-ops` apart from the rest, with the fields inside it.

    `teams` are those of its tool; `root` is the record schema, which local references lead into.
    """
    place = Place(property_ if root is None else root).of(property_)
    return _field(key, place, required=required, teams=teams)


def _field(
    key: str, place: Place | None, *, required: bool, teams: tuple[Choice, ...]
) -> FieldSpec:
    if place is None:
        return FieldSpec(key, "json", key, {}, required=required)
    ops = place.ops
    schema = {keyword: value for keyword, value in place.schema.items() if keyword != "x-ops"}
    return FieldSpec(
        key=key,
        type=ops["type"],
        title=schema.get("title", key),
        schema=schema,
        required=required,
        description=schema.get("description", ""),
        placeholder=ops.get("placeholder", ""),
        unit=ops.get("unit", ""),
        was=tuple(ops.get("was", ())),
        deprecated=schema.get("deprecated") is True,
        read_only=schema.get("readOnly", False),
        default=ops.get("default", schema.get("default")),
        widget=ops.get("widget", ""),
        options=ops.get("options", {}),
        choices=choices_of(ops.get("choices", ())),
        source=source_of(ops.get("choices", ())),
        depends_on=ops.get("dependsOn", ""),
        or_other=ops.get("orOther", False),
        link=link_of(ops.get("link")),
        unique=ops.get("unique", False),
        index=ops.get("index", False),
        sensitive=ops.get("sensitive", False),
        blank=ops.get("blank", "absent"),
        fill=ops.get("fill", "always"),
        lock=ops.get("lock", "always"),
        messages=ops.get("messages", {}),
        show_when=ops.get("showWhen"),
        require_when=ops.get("requireWhen"),
        read_only_when=ops.get("readOnlyWhen"),
        teams=teams,
        keeps_hidden=ops.get("whenHidden") == "keep",
        rules=tuple(_rule(rule, key) for rule in ops.get("rules", ())),
        computed=_computed(ops),
        children=tuple(
            _field(inner.key, inner.place, required=inner.required, teams=teams)
            for inner in place.inner()
        ),
    )


def _computed(ops: Raw) -> Computed | None:
    raw = ops.get("computed")
    if raw is None:
        return None
    return Computed(raw["formula"], raw["result"], raw.get("stored", True))


def _workflow(raw: Raw, form: FormSpec) -> Workflow:
    return Workflow(
        form=raw["form"],
        initial=raw["initial"],
        states={state["key"]: _state(state) for state in raw["states"]},
        transitions={way["key"]: _transition(way, form) for way in raw["transitions"]},
    )


def _state(raw: Raw) -> State:
    return State(
        key=raw["key"],
        title=raw["title"],
        color=Color(raw.get("color", Color.GRAY)),
        category=StateCategory(raw.get("category", StateCategory.OPEN)),
        read_only=raw.get("readOnly", False),
    )


def _transition(raw: Raw, form: FormSpec) -> Transition:
    layout = raw.get("layout", "")
    drawn = fields_in(sections_of(form.layout(layout))) if layout else ()
    return Transition(
        key=raw["key"],
        title=raw["title"],
        sources=tuple(raw["from"]),
        target=raw["to"],
        roles=tuple(raw.get("roles", ())),
        require=tuple(raw.get("require", ())),
        fields=tuple(dict.fromkeys((*drawn, *raw.get("fields", ())))),
        layout=layout,
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
        looks={path: ColumnLook(**look) for path, look in raw.get("looks", {}).items()},
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
