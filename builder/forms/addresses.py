"""Where in the section of forms a part of the document is changed."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from builder.forms.outline import DEFAULT, FIELDS, PARTS, FormOutline, is_nameless
from form_specs.editing import Address
from form_specs.problem import pointer_of


def place_of(document: Any, at: Address) -> str | None:
    """Below the section: a field or a part of a layout on the page of its form; none: nowhere."""
    if at[:1] != ("forms",) or not isinstance(document, Mapping):
        return None
    if len(at) == 1:
        return ""
    layout = at[3] if at[2:3] == ("layouts",) and len(at) > 3 else DEFAULT
    form = FormOutline.of(document, at[1], layout)
    if form is None:
        return None
    chosen = field_at(form, at) or _part(form, at[2:])
    asked = {"layout": layout} if layout != DEFAULT else {}
    query = {"at": pointer_of(chosen), **asked} if chosen else asked
    return f"{at[1]}/?{urlencode(query)}" if query else f"{at[1]}/"


def field_at(form: FormOutline, at: Address) -> Address | None:
    """The innermost field that an address leads to or into."""
    way: tuple[str, ...] = ()
    while True:
        inside = (*form.inside(way), *form.steps(way))
        below = [(*way, step) for step in inside if step in at or is_nameless(step)]
        steps = ((each, form.field_address(each)) for each in below)
        found = next((each for each, place in steps if at[: len(place)] == place), None)
        if found is None:
            return (FIELDS, *way) if way else None
        way = found


def _part(form: FormOutline, below: Address) -> Address | None:
    """The innermost part of a layout that an address leads to or into."""
    inside = below[2:] if below[:1] == ("layouts",) else ()
    found = [
        node.at
        for node in form.walk()
        if node.at[0] == PARTS and inside[: len(node.at) - 1] == node.at[1:]
    ]
    return max(found, key=len, default=None)
