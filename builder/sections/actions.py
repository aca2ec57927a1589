"""Actions: the buttons on a record that are no transitions, what they do and who may press them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.bench import Bench
from builder.parts.conditions import ConditionPart, condition_part
from builder.parts.does import (
    PASSING,
    GivenValue,
    action_words,
    choices_of,
    how_given,
    hows,
    input_of,
    typed_value,
    ways_to_set,
)
from builder.parts.fields import FormFields, OptionGroup
from builder.parts.items import RoleBox, role_boxes, roles_words
from builder.parts.kinds import action_types
from builder.parts.options import OptionInput, option_inputs
from builder.parts.parameters import given_arguments
from builder.parts.rows import PartRow, form_titles, part_rows, place_in
from builder.parts.shortcuts import same_key
from builder.section import Page, PartGoneError, Section, SectionPage, count_of
from components.base import FieldType
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, find, has, indexed
from form_specs.language import _, marked
from form_specs.model import JsonObject
from runtime.hooks.answers import HookFailed
from runtime.web.site.context import current_services

_ELSEWHERE = ("options", "when", "roles", "shortcut")
_OWN = {"set_values": ("values",), "run_hook": ("hook", "with")}
"""The options that have editors of their own, by type."""


@dataclass(frozen=True, slots=True)
class ActionsPage:
    """The actions of a tool."""

    rows: Sequence[PartRow]
    forms: Sequence[tuple[str, str]]
    types: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class HookPart:
    """The function that an action runs."""

    name: str
    known: Sequence[str]
    """Those that are registered here."""
    is_known: bool
    problems: Sequence[Any]
    """Why functions could not be loaded."""
    parameters: JsonObject | None = None
    """What it says that it takes."""
    takes_more: bool = True


@dataclass(frozen=True, slots=True)
class ActionPage:
    """The editor of one action."""

    key: str
    title: str
    form: str
    type: str
    type_title: str
    words: Sequence[str]
    problems: Sequence[Any]
    option_problems: Sequence[Any]
    values: Sequence[GivenValue]
    value_groups: Sequence[OptionGroup]
    """The fields that can be set yet."""
    hook: HookPart | None
    arguments: Sequence[GivenValue]
    argument_hows: Sequence[tuple[str, str]]
    fields: Sequence[tuple[str, str]]
    """What an argument can be taken from."""
    options: Sequence[OptionInput]
    when: ConditionPart
    roles: Sequence[RoleBox]
    role_problems: Sequence[Any]
    shortcut: str
    shortcut_problems: Sequence[Any]
    conflicts: Sequence[str]
    rest_url: str


def draw(bench: Bench) -> SectionPage:
    """All actions."""
    content = ActionsPage(
        rows=part_rows(bench, "actions", _words),
        forms=[*form_titles(bench).items()],
        types=action_types(bench),
    )
    return SectionPage("builder/actions.html", _("Actions"), content)


def _words(bench: Bench, action: Mapping[str, Any]) -> str:
    does = action_words(bench.examined.tool, text(action, "form") or "", action)
    who = roles_words(bench.document, action.get("roles"), _("all who may edit"))
    return " · ".join([", ".join(does) or _("does nothing yet"), who])


def draw_one(bench: Bench, action: str) -> SectionPage:
    """The editor of one action."""
    at = ("actions", action)
    if not has(bench.document, at) or not isinstance(raw := find(bench.document, at), dict):
        raise PartGoneError(action)
    title = text(raw, "title") or action
    return SectionPage("builder/action.html", title, _action_page(bench, at, raw))


def _action_page(bench: Bench, at: Address, raw: Mapping[str, Any]) -> ActionPage:
    form, type_ = text(raw, "form") or "", text(raw, "type") or ""
    fields = FormFields.of(bench.examined.tool, form)
    problems = bench.examined.problems_at(*at)
    values = _values(bench, at, raw, fields)
    hook = _hook(raw) if type_ == "run_hook" else None
    passed = object_at(object_at(raw, "options"), "with")
    return ActionPage(
        key=at[1],
        title=text(raw, "title") or "",
        form=form_titles(bench).get(form, form),
        type=type_,
        type_title=dict(action_types(bench)).get(type_, type_),
        words=action_words(bench.examined.tool, form, raw),
        problems=[p for p in problems if len(p.at) < 3 or p.at[2] not in _ELSEWHERE],
        option_problems=[p for p in problems if p.at[2:3] == ("options",) and len(p.at) < 5]
        if hook is None or hook.parameters is None
        else [p for p in problems if p.at[2:] in (("options",), ("options", "hook"))],
        values=values,
        value_groups=fields.settable({value.name for value in values}),
        hook=hook,
        arguments=given_arguments(
            bench, (*at, "options", "with"), passed, hook.parameters if hook else None
        ),
        argument_hows=hows(PASSING, "field"),
        fields=[(key, fields.title(key)) for key in (fields.form.known if fields.form else ())],
        options=_options(bench, at, raw),
        when=condition_part(bench, (*at, "when"), raw),
        roles=role_boxes(bench.document, raw.get("roles")),
        role_problems=bench.examined.problems_at(*at, "roles"),
        shortcut=text(raw, "shortcut") or "",
        shortcut_problems=bench.examined.problems_at(*at, "shortcut"),
        conflicts=same_key(bench.document, at[1], raw),
        rest_url=bench.url("text", at=indexed(bench.document, at)),
    )


def _values(
    bench: Bench, at: Address, raw: Mapping[str, Any], fields: FormFields
) -> list[GivenValue]:
    """What a `set_values` action sets."""
    known = fields.form.known if fields.form else {}
    found = []
    for key, value in object_at(object_at(raw, "options"), "values").items():
        how, written = how_given(value, to_hook=False)
        field = known.get(key)
        if how == "value" and isinstance(field, FieldType):
            written = typed_value(field, value)
        problems = bench.examined.problems_at(*at, "options", "values", key)
        offered = hows(ways_to_set(field), how)
        title, choices = fields.title(key), choices_of(field)
        found.append(
            GivenValue(
                *(key, title, how, offered, written, choices, problems), input=input_of(field)
            )
        )
    return found


def _hook(raw: Mapping[str, Any]) -> HookPart:
    name = text(object_at(raw, "options"), "hook") or ""
    hooks = current_services().hooks
    try:
        known, problems = hooks.action_names(), hooks.problems()
        schema = hooks.parameters().get(name)
    except HookFailed as error:
        return HookPart(name, (), is_known=False, problems=[error.reason])
    said = [f"{problem.file}:{problem.line}: {problem.message}" for problem in problems]
    closed = schema is not None and schema.get("additionalProperties") is False
    return HookPart(name, known, name in known, said, schema, takes_more=not closed)


def _options(bench: Bench, at: Address, raw: Mapping[str, Any]) -> list[OptionInput]:
    """The options of its type that have no editor of their own."""
    type_, options = text(raw, "type") or "", object_at(raw, "options")
    known = bench.catalog.action_types
    schema = bench.catalog.action_options(type_) if type_ in known else {}
    names = (*options, *object_at(schema, "properties"))
    problems = {name: bench.examined.problems_at(*at, "options", name) for name in names}
    own = _OWN.get(type_, ())
    return [each for each in option_inputs(schema, options, problems) if each.name not in own]


def _place(_document: Any, at: Address) -> str | None:
    return place_in("actions", at, _ELSEWHERE)


SECTION = Section(
    name="actions",
    title=marked("Actions"),
    icon="zap",
    order=40,
    pages=(Page("", "actions", draw), Page("<action>", "action", draw_one)),
    owns=("actions",),
    place=_place,
    count=count_of("actions"),
)
