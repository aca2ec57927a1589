"""Whether each condition of a tool makes sense for the form it is asked of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.layouts import conditions as layout_conditions
from form_specs.checks.raw import object_at, objects
from form_specs.conditions import FormOperands, condition_problems
from form_specs.language import _, marked
from form_specs.problem import Problem, escaped, suggestion

_UNKNOWN: Final = {
    "role": marked("there is no role '%(key)s'"),
    "team": marked("there is no team '%(key)s'"),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A condition as written, where it stands and which form it is asked of."""

    form: FormContext
    at: str
    raw: Any
    change: bool = False
    """It judges a change, so that it may ask about the record as it was."""
    operands: FormOperands | None = None
    """What it may speak of, where that is not the form: it stands inside one of its fields."""
    hops: bool = True
    """It may ask about linked records."""


def conditions_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the conditions of fields, rules, guards, filters, actions and grants."""
    every = (condition_problems_at(tool, placed) for placed in conditions_of(tool))
    # What a reference repeats is told once.
    yield from dict.fromkeys(problem for problems in every for problem in problems)


def condition_problems_at(tool: ToolContext, placed: Placed) -> Iterator[Problem]:
    """What is wrong with one condition."""
    form, at = placed.form, placed.at
    operands = placed.operands or form.operands
    found = condition_problems(placed.raw, operands, change=placed.change, hops=placed.hops)
    for error in found:
        unknown = f"{error.unknown or ''}."
        if not any(unknown.startswith(f"{path}.") for path in form.broken):
            yield Problem(at + error.pointer, error.message, error.hint)
    known = {"role": tool.roles, "team": tool.teams}
    for pointer, what, key in _user_tests(placed.raw, at):
        if key not in known[what]:
            message = _(_UNKNOWN[what], key=key)
            yield Problem(pointer, message, suggestion(key, known[what]))


def conditions_of(tool: ToolContext) -> Iterator[Placed]:
    """Each condition of the tool but those by which fields narrow what they offer."""
    for form in tool.forms.values():
        yield from _of_fields(form)
        yield from _inside(form)
        for at, raw in layout_conditions(form):
            yield Placed(form, at, raw)
        for at, rule in objects(form.raw, "rules", form.at):
            yield from _under(form, rule, "condition", at, change=True)
    for list_, key in (("views", "filter"), ("actions", "when")):
        for at, part in objects(tool.document, list_, ""):
            yield from _under(tool.form_of(part), part, key, at)
    yield from _guards(tool)
    yield from _rows(tool)


def judging_conditions(tool: ToolContext, form: FormContext) -> Iterator[Placed]:
    """The conditions on a form by which what somebody saves may be refused."""
    for placed in conditions_of(tool):
        if placed.form is form and (placed.change or placed.at.endswith("/requireWhen")):
            yield placed


def field_annotations(form: FormContext) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Key, pointer and content of each field's `x-ops`."""
    properties = object_at(object_at(form.raw, "schema"), "properties")
    for key in properties:
        at = f"{form.at}/schema/properties/{escaped(key)}/x-ops"
        yield key, at, object_at(object_at(properties, key), "x-ops")


def _of_fields(form: FormContext) -> Iterator[Placed]:
    for _key, at, ops in field_annotations(form):
        yield from _under(form, ops, "showWhen", at)
        yield from _under(form, ops, "requireWhen", at)
        yield from _under(form, ops, "readOnlyWhen", at, change=True)
        for below, rule in objects(ops, "rules", at):
            yield from _under(form, rule, "condition", below, change=True)


def _inside(form: FormContext) -> Iterator[Placed]:
    """The conditions of fields inside fields, each once however often a reference repeats it."""
    for spot in form.spots:
        # A row has no identity by which it could be found in the record as it was.
        change, operands = not spot.level.in_rows, spot.level.operands
        for key in ("showWhen", "requireWhen"):
            if key in spot.ops:
                yield Placed(form, f"{spot.at}/{key}", spot.ops[key], operands=operands)
        if "readOnlyWhen" in spot.ops:
            raw = spot.ops["readOnlyWhen"]
            yield Placed(form, f"{spot.at}/readOnlyWhen", raw, change, operands)
        for below, rule in objects(spot.ops, "rules", spot.at):
            if "condition" in rule:
                yield Placed(form, f"{below}/condition", rule["condition"], change, operands)


def _guards(tool: ToolContext) -> Iterator[Placed]:
    for at, workflow in objects(tool.document, "workflows", ""):
        for below, way in objects(workflow, "transitions", at):
            for guarded, guard in objects(way, "guards", below):
                form = tool.form_of(workflow)
                yield from _under(form, guard, "condition", guarded, change=True)


def _rows(tool: ToolContext) -> Iterator[Placed]:
    """Conditions on rows ask about the record alone: every query there is asks them, of every record."""
    for at, role in objects(tool.document, "roles", ""):
        for below, grant in objects(role, "grants", at):
            for placed in _under(tool.form_of(grant), grant, "rows", below):
                yield replace(placed, hops=False)


def _under(
    form: FormContext | None, part: Mapping[str, Any], key: str, at: str, *, change: bool = False
) -> Iterator[Placed]:
    if form is not None and key in part:
        yield Placed(form, f"{at}/{key}", part[key], change)


def _user_tests(raw: Any, at: str) -> Iterator[tuple[str, str, str]]:
    """Pointer, `role` or `team` and key of each role and team that a condition names."""
    if not isinstance(raw, dict):
        return
    user = raw.get("user")
    for what in ("role", "team"):
        if isinstance(user, dict) and isinstance(user.get(what), str):
            yield f"{at}/user/{what}", what, user[what]
    for form in ("all", "any"):
        parts = raw.get(form)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _user_tests(part, f"{at}/{form}/{index}")
    for form in ("not", "match"):
        yield from _user_tests(raw.get(form), f"{at}/{form}")
