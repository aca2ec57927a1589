"""What forms, fields, layouts and the parts of layouts are called."""

from collections.abc import Mapping, Sequence
from typing import Any

from builder.forms.outline import DEFAULT, ENTRY, FIELDS, FormOutline, is_kind, number_of
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Address
from form_specs.language import _


def form_titles(document: Mapping[str, Any]) -> dict[str, str]:
    """The titles of the forms by key."""
    found = [raw for _at, raw in objects(document, "forms", "")]
    return {key: text(raw, "title") or key for raw in found if (key := text(raw, "key"))}


def named(form: FormOutline, chosen: Sequence[Address]) -> str:
    """What some fields and parts are called: the first, and how many more."""
    words = part_title(form, chosen[0]) if chosen else ""
    if len(chosen) > 1:
        return _("%(what)s and %(number)s more", what=words, number=len(chosen) - 1)
    return words


def part_title(form: FormOutline, at: Address) -> str:
    """What a field or a part of the layout is called."""
    if at[:1] == (FIELDS,):
        return text(form.field(at[1:]) or {}, "title") or step_words(at[-1])
    node = form.node(at)
    title = node.title if node else at[-1]
    return title if len(title) <= 60 else f"{title[:59]}…"


def step_words(step: str) -> str:
    """What a field without a title is called: by its key, or by what it is to the field around."""
    if step == ENTRY:
        return _("Each value")
    if is_kind(step):
        return _("Kind %(number)s", number=number_of(step) + 1)
    return step


def layout_words(form: FormOutline, name: str) -> str:
    """What a layout is called."""
    if (title := text(object_at(form.raw, "layoutTitles"), name)) is not None:
        return title
    known = {DEFAULT: _("The usual layout"), "create": _("When a record is made")}
    return known.get(name, name)
