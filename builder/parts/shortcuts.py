"""Which keys of a record's page are taken."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.checks.raw import objects, text
from form_specs.language import _
from runtime.web.shortcuts import RECORD_KEYS


def same_key(document: Mapping[str, Any], name: str, action: Mapping[str, Any]) -> list[str]:
    """What else the key of an action does on the same page."""
    key = text(action, "shortcut")
    if not key:
        return []
    taken = _taken(document, name, text(action, "form"))
    return [title for other, title in taken if other == key]


def _taken(document: Mapping[str, Any], name: str, form: str | None) -> Iterator[tuple[str, str]]:
    for shortcut in RECORD_KEYS:
        yield shortcut.keys, _(shortcut.title)
    for _at, action in objects(document, "actions", ""):
        if text(action, "form") == form and text(action, "key") != name:
            yield text(action, "shortcut") or "", text(action, "title") or ""
    for _at, workflow in objects(document, "workflows", ""):
        if text(workflow, "form") == form:
            for _below, transition in objects(workflow, "transitions", ""):
                yield text(transition, "shortcut") or "", text(transition, "title") or ""
