"""Commands that put fields and parts elsewhere, also into groups and rows, and out of them.

Where a field goes into another one or out of it its values do not follow, and what names it is taken out.
"""

from collections.abc import Sequence
from typing import Any

from builder.commanding import Parameters, WrongInput, command
from builder.commands.fields import placed_at, removed, required, with_property
from builder.commands.layout import addresses, arranged_form, moved_on_layout
from builder.forms.crossing import (
    may_cross,
    said_again,
    target_of,
    uses_of_place,
    words_said,
)
from builder.forms.kinds import text_place
from builder.forms.naming import named
from builder.forms.outline import FIELDS, FormOutline
from builder.forms.setting import OPS
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, Edit, apply, changes
from form_specs.language import _
from form_specs.model import JsonObject
from form_specs.sheets.naming import key_of
from form_specs.uses import without_uses

_OUTSIDE = ("unique", "index")
"""What can be said of a field of the form itself alone."""


@command("layout.move")
def move(document: JsonObject, catalog: Catalog, given: Parameters) -> Edit:
    """Puts fields and parts elsewhere: into a part or a field, before another or at its end."""
    form = arranged_form(document, given)
    moved, into = addresses(given), given.address("into")
    if not moved:
        raise WrongInput("at", _("Choose what is to be moved"))
    label = _("Move %(what)s", what=named(form, moved))
    goal = _goal(given)
    if into and all(at[:1] == (FIELDS,) and at[1:-1] != goal for at in moved):
        return _crossed_all(document, catalog, form, moved, given, label)
    return moved_on_layout(document, form, moved, given, label)


def _crossed_all(
    document: JsonObject,
    catalog: Catalog,
    form: FormOutline,
    moved: Sequence[Address],
    given: Parameters,
    label: str,
) -> Edit:
    """Fields go into another one, or to the form itself, as `into` and `before` say."""
    goal = _goal(given)
    ways = [at[1:] for at in moved]
    if any(not may_cross(catalog, form, way, goal) for way in ways):
        raise WrongInput("into", _("This cannot stand there"))
    uses = [use for way in ways for use in uses_of_place(document, catalog, form, way)]
    if uses and not given.flag("everywhere"):
        raise WrongInput("across", _("It is used elsewhere: say that it is taken out there"))
    after = document
    for way in ways:
        after = _crossed(after, catalog, form, way, given)
        form = FormOutline.of(after, form.key, form.layout) or form
    return changes(document, after, label)


def _crossed(
    document: JsonObject,
    catalog: Catalog,
    form: FormOutline,
    way: tuple[str, ...],
    given: Parameters,
) -> JsonObject:
    goal, before = _goal(given), given.address("before")
    made = _property_there(form, way, goal)
    was_required, old = form.required(way), text_place(form, way)
    said = words_said(document, old)
    after, _back = apply(document, without_uses(document, catalog, target_of(form, way))[0])
    after = removed(after, catalog, FormOutline.of(after, form.key) or form, way)
    there = FormOutline.of(after, form.key, form.layout) or form
    beside = there.inside(goal)
    key = (
        way[-1]
        if way[-1] not in beside
        else key_of(text(made, "title") or way[-1], set(beside), "field")
    )
    anchor = before[-1] if before[1:-1] == goal and before[-1:] and before[-1] in beside else None
    after = with_property(after, there, goal, key, made, anchor)
    now = FormOutline.of(after, form.key, form.layout) or there
    if was_required:
        after = required(after, now, (*goal, key), wanted=True)
    if not goal:
        after = placed_at(after, FormOutline.of(after, form.key, form.layout) or now, key, given)
    return said_again(after, said, old, text_place(now, (*goal, key)))


def _goal(given: Parameters) -> tuple[str, ...]:
    """The field that something goes into; none: it goes onto the layout."""
    into = given.address("into")
    return into[1:] if into[:1] == (FIELDS,) else ()


def _property_there(form: FormOutline, way: tuple[str, ...], goal: tuple[str, ...]) -> JsonObject:
    """A field as it can stand inside another one: neither unique nor with an index."""
    found: dict[str, Any] = dict(form.field(way) or {})
    without = _OUTSIDE if goal else ()
    ops = {k: v for k, v in object_at(found, OPS).items() if k not in without and k != "was"}
    return {**found, OPS: ops}
