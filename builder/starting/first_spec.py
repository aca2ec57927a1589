"""The first spec of a new tool: from a form in another language, or an almost empty one."""

from collections.abc import Collection
from typing import Final

from builder.commanding import Parameters
from builder.commands.parts import remove
from builder.imports.files import glimpse
from components.registry import Registry
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import apply
from form_specs.examples import example_tools
from form_specs.imports import Given, Imported, Note, UnreadableFile, import_form, recognised
from form_specs.model import JsonObject
from form_specs.sheets import read_book, table_in
from form_specs.sheets.guessing import guess
from form_specs.sheets.making import tool_spec
from form_specs.sheets.planning import TYPES, planned
from form_specs.sheets.saying import column_sentences, table_sentences

TABLE: Final = "table"
"""What the language is called of a file that holds rows and no form."""

EMPTY_SCHEMA: JsonObject = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "title": "Title", "maxLength": 200},
        "notes": {"type": "string", "title": "Notes"},
    },
    "additionalProperties": False,
}
"""Of a tool that starts from nothing: something to see, to be changed at once."""


def first_spec(
    registry: Registry, key: str, given: Given | None = None, format_: str | None = None
) -> Imported:
    """A spec for the tool `key` and what should be known about it.

    `format_` names the language; none: the one it looks like. Raises `UnreadableFile` where that is
    none, and `CannotImport` for something that no form can be made of.
    """
    if given is None:
        return import_form(Given(document=EMPTY_SCHEMA), key, registry.catalog(), "json-schema")
    return import_form(given, key, registry.catalog(), format_)


def spec_of_example(
    catalog: Catalog, name: str, key: str, hooks: Collection[str]
) -> tuple[JsonObject, list[str]]:
    """The example `name` as the tool `key`, and the titles of the actions that it is without.

    An action that runs a hook which is not among `hooks` could only fail: it goes, with its uses.
    Raises `KeyError` for a name that no example has.
    """
    document: JsonObject = {**example_tools()[name], "key": key}
    gone = []
    for _at, action in objects(document, "actions", ""):
        hook = text(object_at(action, "options"), "hook")
        if hook is not None and hook not in hooks:
            gone.append(text(action, "title") or "")
            part = {"kind": ["actions"], "part": [text(action, "key") or ""]}
            document, _inverse = apply(document, remove(document, catalog, Parameters(part)))
    return document, gone


def is_table(content: bytes, name: str, language: str = "") -> bool:
    """Whether a file holds rows: it is said to, or it is a spreadsheet and no form in a language."""
    start = content[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    is_json = start.startswith((b"{", b"[")) and not start.startswith(b"{\\rtf")
    if language or is_json or name.lower().endswith(".json"):
        return language == TABLE
    try:
        recognised(glimpse(content, name))
    except UnreadableFile:
        return True
    return False


def spec_of_rows(
    registry: Registry,
    key: str,
    title: str,
    content: bytes,
    *,
    sheet: str | None = None,
    header: int | None = None,
) -> Imported:
    """A spec for a tool whose records are the rows of a file, and what each column was taken for.

    Raises `UnreadableSheet`.
    """
    book = read_book(content)
    plan = planned(guess(table_in(book.sheet(sheet), header)))
    titles = {name: registry.field_types[name].title for name in TYPES}
    said = [*map(str, book.notes), *table_sentences(plan.table)]
    notes = [Note("", sentence) for sentence in said]
    for column in plan.columns:
        cells = plan.table.column(column.position)
        sentences = column_sentences(column, cells, titles)
        notes.append(Note(column.title, " ".join(sentences)))
    return Imported(TABLE, tool_spec(plan, key, title, registry.catalog()), tuple(notes))
