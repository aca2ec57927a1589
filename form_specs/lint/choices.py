"""Choices that people cannot tell from one another."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.checks.conditions import field_annotations
from form_specs.checks.context import ToolContext
from form_specs.checks.raw import objects
from form_specs.language import _
from form_specs.lint.warning import warning
from form_specs.problem import Problem


def choice_warnings(tool: ToolContext) -> Iterator[Problem]:
    """Choices of one field or list that bear the same title."""
    for at, list_ in objects(tool.document, "lists", ""):
        yield from _alike(list_, at)
    for form in tool.forms.values():
        for _key, at, ops in field_annotations(form):
            yield from _alike(ops, at)
        # What a reference repeats is told once.
        inner = {spot.at: spot.ops for spot in form.spots}
        for at, below in inner.items():
            yield from _alike(below, at)


def _alike(part: Mapping[str, Any], at: str) -> Iterator[Problem]:
    titled: dict[str, list[Mapping[str, Any]]] = {}
    for pointer, choice in objects(part, "choices", at):
        if choice.get("retired"):
            continue
        before = titled.setdefault(choice["title"].strip().casefold(), [])
        other = next((known for known in before if _meet(known, choice)), None)
        before.append(choice)
        if other is not None:
            message = _(
                "'%(title)s' is what two choices are called: '%(other)s' and '%(key)s'",
                title=choice["title"],
                other=other["key"],
                key=choice["key"],
            )
            hint = _("Call one of them something else, or retire it")
            yield warning("alike", pointer, message, hint)


def _meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two choices are ever offered together: each may fit some values of another field only."""
    first, second = one.get("match"), other.get("match")
    return not first or not second or any(value in second for value in first)
