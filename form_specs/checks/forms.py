"""Whether the parts of a form fit its fields: titles, layouts, rules."""

import re
from collections.abc import Iterator

from form_specs.checks.context import FormContext
from form_specs.checks.raw import object_at, objects, text, texts
from form_specs.problem import Problem

FIELD_KEY = re.compile("[A-Za-z_][A-Za-z0-9_.-]{0,79}")
"""As in `common.schema.json`."""


def form_problems(form: FormContext) -> Iterator[Problem]:
    """What is wrong with the references of one form to its own fields."""
    title = text(form.raw, "titleField")
    if title is not None:
        yield from form.unknown_field(title, f"{form.at}/titleField")
    for at, key in texts(form.raw, "subtitleFields", form.at):
        yield from form.unknown_field(key, at)
    for at, rule in objects(form.raw, "rules", form.at):
        key_ = text(rule, "field")
        if key_ is not None:
            yield from form.unknown_field(key_, f"{at}/field")
    layouts = object_at(form.raw, "layouts")
    if layouts and "default" not in layouts:
        yield Problem(f"{form.at}/layouts", "there is no layout 'default'", "Add one")
    for name in layouts:
        yield from _layout(form, name)


def _layout(form: FormContext, name: str) -> Iterator[Problem]:
    placed: dict[str, str] = {}
    for at, section in objects(object_at(form.raw, "layouts"), name, f"{form.at}/layouts"):
        columns = section.get("columns", 2)
        for below, key, span in _placements(section, at):
            yield from form.unknown_field(key, below)
            if key in placed:
                message = f"'{key}' stands in this layout twice"
                yield Problem(below, message, f"It also stands at {placed[key]}")
            placed.setdefault(key, below)
            if isinstance(columns, int) and span > columns:
                message = f"'{key}' spans {span} columns of {columns}"
                yield Problem(below, message, f"A span of at most {columns}")


def _placements(section: dict[str, object], at: str) -> Iterator[tuple[str, str, int]]:
    """Pointer, field and span of each placement that is well formed."""
    for below, key in texts(section, "fields", at):
        yield below, key, 1
    for below, placed in objects(section, "fields", at):
        key_ = text(placed, "field")
        span = placed.get("span", 1)
        if key_ is not None and isinstance(span, int):
            yield f"{below}/field", key_, span
