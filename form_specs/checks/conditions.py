"""Whether each condition of a tool makes sense for the form it is asked of."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import objects
from form_specs.conditions import condition_problems
from form_specs.problem import Problem, suggestion


def conditions_problems(tool: ToolContext) -> Iterator[Problem]:
    """What is wrong with the conditions of rules, guards, filters, actions and grants."""
    for form, at, raw in _conditions(tool):
        yield from condition_problems_at(tool, form, raw, at)


def condition_problems_at(
    tool: ToolContext, form: FormContext, raw: Any, at: str
) -> Iterator[Problem]:
    """What is wrong with one condition that stands at `at`."""
    broken = {key for key, field in form.fields.items() if field is None}
    for error in condition_problems(raw, form.operands):
        if error.unknown is None or error.unknown not in broken:
            yield Problem(at + error.pointer, error.message, error.hint)
    for pointer, role in _roles(raw, at):
        if role not in tool.roles:
            yield Problem(pointer, f"there is no role '{role}'", suggestion(role, tool.roles))


def _conditions(tool: ToolContext) -> Iterator[tuple[FormContext, str, Any]]:
    """Each condition of the tool with its form and its place."""
    for form in tool.forms.values():
        for at, rule in objects(form.raw, "rules", form.at):
            yield from _under(form, rule, "condition", at)
    for list_, key in (("views", "filter"), ("actions", "when")):
        for at, part in objects(tool.document, list_, ""):
            yield from _under(tool.form_of(part), part, key, at)
    yield from _guards(tool)
    yield from _rows(tool)


def _guards(tool: ToolContext) -> Iterator[tuple[FormContext, str, Any]]:
    for at, workflow in objects(tool.document, "workflows", ""):
        for below, way in objects(workflow, "transitions", at):
            for guarded, guard in objects(way, "guards", below):
                yield from _under(tool.form_of(workflow), guard, "condition", guarded)


def _rows(tool: ToolContext) -> Iterator[tuple[FormContext, str, Any]]:
    for at, role in objects(tool.document, "roles", ""):
        for below, grant in objects(role, "grants", at):
            yield from _under(tool.form_of(grant), grant, "rows", below)


def _under(
    form: FormContext | None, part: Mapping[str, Any], key: str, at: str
) -> Iterator[tuple[FormContext, str, Any]]:
    if form is not None and key in part:
        yield form, f"{at}/{key}", part[key]


def _roles(raw: Any, at: str) -> Iterator[tuple[str, str]]:
    """Pointer and key of each role that a condition names."""
    if not isinstance(raw, dict):
        return
    user = raw.get("user")
    if isinstance(user, dict) and isinstance(user.get("role"), str):
        yield f"{at}/user/role", user["role"]
    for form in ("all", "any"):
        parts = raw.get(form)
        for index, part in enumerate(parts if isinstance(parts, list) else ()):
            yield from _roles(part, f"{at}/{form}/{index}")
    yield from _roles(raw.get("not"), f"{at}/not")
