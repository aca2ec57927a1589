"""The texts of a tool in several languages.

A tool is written in one language, its `locale`.  `messages` holds texts in others, by language and
by where the text stands: a JSON pointer in which parts are named by their keys, not by their
places, so that what moves keeps its translation.

    {"ro": {"/title": "Dispute", "/forms/dispute/fields/reason/choices/fraud/title": "Fraudă"}}
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from form_specs.json_schema.subschemas import children
from form_specs.problem import escaped

_WORDED: Final = frozenset(
    (
        *("title", "plural", "description", "placeholder", "unit", "message", "note"),
        *("section", "tab", "step", "titleTemplate"),
    )
)
"""Members that are texts for people, wherever they stand outside of a record schema."""
_UNWORDED: Final = frozenset(
    (
        *("messages", "schema", "options", "tests", "condition", "filter", "rows", "when", "match"),
        *("showWhen", "requireWhen", "readOnlyWhen", "default", "records"),
    )
)
"""Members in which nothing, or nothing in this way, is a text for people."""


_LISTED: Final = re.compile("/lists/[^/]+/choices/")


@dataclass(frozen=True, slots=True)
class Text:
    """A text for people in a tool's document."""

    pointer: str
    """Where it stands, parts named by their keys."""
    text: str
    holder: dict[str, Any]
    member: str
    """The text is `holder[member]`."""


def locales(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages that a tool has texts in."""
    own = document.get("locale", "en")
    return (own, *(name for name in document.get("messages", {}) if name != own))


def texts(document: Mapping[str, Any]) -> Iterator[Text]:
    """Every text for people of a checked tool document, in the document's order."""
    yield from _of(document, "")


def translated(document: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The same document in another of its languages; what has no translation stays as it is written."""
    messages = document.get("messages", {})
    known = messages.get(locale, {})
    copy: dict[str, Any] = deepcopy(dict(document))
    copy |= {"locale": locale, "messages": {**messages, document.get("locale", "en"): {}}}
    for text in texts(copy):
        # Editors change a list's choices while the tool runs, as they are written: `list_titles`.
        if text.pointer in known and not _LISTED.match(text.pointer):
            text.holder[text.member] = known[text.pointer]
    return copy


def list_titles(document: Mapping[str, Any], key: str) -> dict[str, str]:
    """By key what the choices of a list are called in the language that the document is said in."""
    said = document.get("messages", {}).get(document.get("locale", "en"), {})
    choices = next(raw["choices"] for raw in document["lists"] if raw["key"] == key)
    places = {
        choice["key"]: f"/lists/{escaped(key)}/choices/{escaped(choice['key'])}/title"
        for choice in choices
    }
    return {name: said[place] for name, place in places.items() if place in said}


def _of(value: Any, at: str) -> Iterator[Text]:
    if isinstance(value, list):
        for place, item in enumerate(value):
            yield from _of(item, f"{at}/{_step(item, place)}")
    elif isinstance(value, dict):
        for member, item in value.items():
            yield from _of_member(value, member, item, at)


def _of_member(value: dict[str, Any], member: str, item: Any, at: str) -> Iterator[Text]:
    if member == "schema" and isinstance(item, dict):
        yield from _of_schema(item, at)
    elif member == "layoutTitles" and isinstance(item, dict):
        for name in item:
            yield Text(f"{at}/{member}/{escaped(name)}", item[name], item, name)
    elif member in _WORDED and isinstance(item, str):
        yield Text(f"{at}/{member}", item, value, member)
    elif member not in _UNWORDED or at.endswith("/layouts"):  # there, names are free
        yield from _of(item, f"{at}/{escaped(member)}")


def _step(item: Any, place: int) -> str:
    # A workflow has no key of its own: it is its form's.
    key = item.get("key", item.get("form")) if isinstance(item, dict) else None
    return escaped(key) if isinstance(key, str) else str(place)


def _of_schema(schema: dict[str, Any], at: str) -> Iterator[Text]:
    """The texts of the fields in a record schema, and of the fields in those."""
    for keyword, below, child in children(schema, ""):
        if not isinstance(child, dict):
            continue
        name = below.rpartition("/")[2]
        place = f"{at}/fields/{name}" if keyword == "properties" else f"{at}{below}"
        if isinstance(child.get("x-ops"), dict):
            yield from _of_field(child, place)
        yield from _of_schema(child, place)


def _of_field(property_: dict[str, Any], at: str) -> Iterator[Text]:
    for member in ("title", "description"):
        if isinstance(property_.get(member), str):
            yield Text(f"{at}/{member}", property_[member], property_, member)
    annotation = property_["x-ops"]
    yield from _of(annotation, at)
    for keyword, message in annotation.get("messages", {}).items():
        place = f"{at}/messages/{escaped(keyword)}"
        yield Text(place, message, annotation["messages"], keyword)
