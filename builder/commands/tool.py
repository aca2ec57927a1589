"""Commands about the tool itself: its title, description, icon and language."""

import re
from typing import Final

from builder.commanding import Parameters, WrongInput, command
from form_specs.catalog import Catalog
from form_specs.editing import Edit, Insert, Remove, Set
from form_specs.language import _, marked
from form_specs.model import JsonObject

_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_ICON: Final = re.compile(r"[a-z0-9-]{1,40}")
_ORDER: Final = (
    "$schema",
    "ops",
    "kind",
    "key",
    "title",
    "description",
    "icon",
    "locale",
    "review",
)
"""The members that the head of a document has, in the order in which people expect them."""
_LABELS: Final = {
    "title": marked("Rename the tool"),
    "description": marked("Describe the tool"),
    "icon": marked("Change the tool's icon"),
    "locale": marked("Change the tool's language"),
    "review": marked("Change who looks at a version before it is published"),
}


@command("tool.title")
def title(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What people call the tool."""
    return _head(document, "title", given.text("title", required=True))


@command("tool.description")
def description(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """What the tool is for; empty takes it away."""
    return _head(document, "description", given.text("description", most=20_000))


@command("tool.icon")
def icon(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The tool's icon; empty is the usual one."""
    found = given.text("icon")
    if found and not _ICON.fullmatch(found):
        raise WrongInput("icon", _("An icon's name has small letters, digits and -"))
    return _head(document, "icon", found)


@command("tool.locale")
def locale(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """The language that the tool's texts are in; empty is English."""
    found = given.text("locale")
    if found and not _LOCALE.fullmatch(found):
        raise WrongInput("locale", _("A language is written like en, de-CH or sr-Latn-RS"))
    return _head(document, "locale", found)


@command("tool.review")
def review(document: JsonObject, _catalog: Catalog, given: Parameters) -> Edit:
    """Whether a second person agrees with each version; else only where somebody may do or lose more."""
    every = given.text("review") == "every"
    return _head(document, "review", every or "")


def _head(document: JsonObject, name: str, value: str | bool) -> Edit:
    """Sets a member of the document's head where it belongs; an empty one is taken away."""
    label = _(_LABELS[name])
    if document.get(name, "") == value:
        return Edit(label)
    if not value:
        return Edit(label, (Remove((name,)),))
    if name in document:
        return Edit(label, (Set((name,), value),))
    before = [member for member in _ORDER[: _ORDER.index(name)] if member in document]
    after = before[-1] if before else None
    return Edit(label, (Insert((), value, name, after=after),))
