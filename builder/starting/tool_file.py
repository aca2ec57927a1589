"""A tool's own file, from another installation or from git, as the beginning of a tool here."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from builder.spec_text.texts import SpecText
from form_specs.language import _, marked
from form_specs.source import SourceError, parse_source

_PARTS: Final = {
    "forms": marked("Forms"),
    "views": marked("Views"),
    "workflows": marked("Workflow"),
    "actions": marked("Actions"),
    "roles": marked("Roles"),
    "lists": marked("Lists"),
    "tests": marked("Tests"),
}


def tool_in(content: bytes, key: str = "") -> SpecText | None:
    """The checked spec of a file that holds a whole tool, under another key where one is given.

    None for forms in other languages, rows, and what cannot be read: importers say what is wrong.
    """
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return None
    try:
        document: Any = parse_source(content).document
    except SourceError:
        return None
    if not (document.get("kind") == "tool" and "ops" in document and "forms" in document):
        return None
    return SpecText.renamed(document, key)


def parts_said(document: Mapping[str, Any]) -> str:
    """How much of what a tool has: `Forms 1, Views 9`."""
    return ", ".join(_counts(document))


def _counts(document: Mapping[str, Any]) -> Iterator[str]:
    for member, title in _PARTS.items():
        found = document.get(member)
        if isinstance(found, list) and found:
            yield f"{_(title)} {len(found)}"
