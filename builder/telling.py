"""Places of a document and values in it, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from form_specs.editing import Address, Conflict
from form_specs.editing.merging import NOTHING
from form_specs.editing.places import names_of
from form_specs.exact_json import dumps
from form_specs.language import _, marked
from form_specs.problem import pointer_of

_SILENT: Final = frozenset(
    {"schema", "properties", "x-ops", "layouts", "fields", "items", "parts", "computed"}
)
"""Steps that say nothing to people beside what stands in them."""
_LISTS: Final = {
    "forms": marked("Form"),
    "views": marked("View"),
    "actions": marked("Action"),
    "roles": marked("Role"),
    "lists": marked("List"),
    "teams": marked("Team"),
    "tests": marked("Test"),
    "steps": marked("Step"),
    "workflows": marked("Workflow"),
    "states": marked("State"),
    "transitions": marked("Transition"),
    "grants": marked("Grant"),
    "title": marked("Title"),
    "description": marked("Description"),
    "locale": marked("Language"),
    "icon": marked("Icon"),
    "setAside": marked("Warnings set aside"),
}
_MEMBERS: Final = {
    "showWhen": marked("When it is shown"),
    "requireWhen": marked("When it is required"),
    "readOnlyWhen": marked("When it is locked"),
    "formula": marked("Formula"),
    "choices": marked("Choices"),
    "options": marked("Options"),
    "link": marked("Link"),
    "default": marked("Default"),
    "rules": marked("Rules"),
    "guards": marked("Conditions"),
    "condition": marked("Condition"),
    "type": marked("Type"),
    "titleField": marked("What names a record"),
    "columns": marked("Columns"),
    "sort": marked("Order of the records"),
    "filter": marked("Which records"),
    "rows": marked("Which records"),
    "quickFilters": marked("Filters offered first"),
    "from": marked("Where it starts"),
    "to": marked("Leads to"),
    "require": marked("What must be filled in"),
    "can": marked("Rights"),
}
"""Members that people who build with pages meet; the others are called as the text calls them."""
_NAMES: Final = _LISTS | _MEMBERS
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A place that two people changed: what it is, and what each of them wants there."""

    at: str
    """As an address is written."""
    place: str
    mine: str
    theirs: str


def part_words(document: Any, at: Address) -> str:
    """What a place is called: "Hold · Amount · Title"."""
    words: list[str] = []
    found = document
    for step in at:
        found = _below(found, step)
        title = _title_of(document, found)
        if title:
            words.append(title)
        elif step in _LISTS and isinstance(found, list):
            continue
        elif step not in _SILENT:
            words.append(_(_NAMES[step]) if step in _NAMES else step)
    return " · ".join(words) or _("The tool")


def _title_of(document: Any, found: Any) -> str:
    """What a part is called: by its own title, or by that of the form that it is about."""
    if not isinstance(found, Mapping):
        return ""
    title, form = found.get("title"), found.get("form")
    if not title and isinstance(form, str) and isinstance(document, Mapping):
        about = _below(document.get("forms"), form)
        title = about.get("title") if isinstance(about, Mapping) else None
    return title if isinstance(title, str) else ""


def _below(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step)
    if isinstance(value, list):
        names = names_of(value)
        return value[names.index(step)] if step in names else None
    return None


def asked_places(document: Any, conflicts: Sequence[Conflict]) -> list[Asked]:
    """The places of conflicts with both values."""
    return [
        Asked(
            pointer_of(conflict.at),
            part_words(document, conflict.at),
            value_words(conflict.mine),
            value_words(conflict.theirs),
        )
        for conflict in conflicts
    ]


def value_words(value: Any) -> str:
    """A value of a document as people read it."""
    if value is NOTHING:
        return _("(removed)")
    if isinstance(value, str):
        text = value
    elif isinstance(value, bool):
        text = _("yes") if value else _("no")
    else:
        text = dumps(value).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
