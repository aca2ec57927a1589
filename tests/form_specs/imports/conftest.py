"""What all languages of forms are held to."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest

from form_specs.check import check
from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, Imported, import_form
from form_specs.problem import pointer_of


@pytest.fixture
def imported(catalog) -> Callable[..., Imported]:
    """A form as it is imported, proved to be one that check takes."""

    def imported(document: Any = None, *, ui: Any = None, sheets=(), format_=None) -> Imported:
        given = Given(document=deepcopy(document), ui=deepcopy(ui), sheets=sheets)
        found = import_form(given, "sample", catalog, format_)
        assert [p for p in check(found.document, catalog) if p.severity == "error"] == []
        return found

    return imported


def fields_of(found: Imported) -> dict[str, Any]:
    """The properties of the form."""
    return found.document["forms"][0]["schema"]["properties"]


def ops_of(found: Imported, *path: str) -> dict[str, Any]:
    """What a field says beside its schema; `path` leads through groups and rows."""
    properties = fields_of(found)
    for key in path[:-1]:
        owner = properties[key].get("items", properties[key])
        properties = owner["properties"]
    return properties[path[-1]]["x-ops"]


def accepts(found: Imported, record: Any) -> bool:
    """Whether the form's schema takes a record."""
    schema = found.document["forms"][0]["schema"]
    judge = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    return judge.is_valid(record)


def said(found: Imported) -> str:
    """All notes as one text."""
    return "\n".join(map(str, found.notes))


def pointers(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each leaf of a document."""
    if isinstance(value, dict | list) and value:
        for name, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield from pointers(below, (*at, name))
    elif at:
        yield at


def without(document: Any, path: tuple[Any, ...]) -> Any:
    """The same document but one leaf."""
    copy = deepcopy(document)
    owner = copy
    for step in path[:-1]:
        owner = owner[step]
    del owner[path[-1]]
    return copy


@pytest.fixture
def dropped(catalog) -> Callable[[Any], list[tuple[Any, ...]]]:
    """The leaves of a document that were neither used nor named.

    A leaf was used if without it something else is made or said; it is named if a note names its
    place, or that of something around it.
    """

    def outcome(document: Any) -> tuple[str, str]:
        try:
            found = import_form(Given(document=document), "sample", catalog)
        except CannotImport as error:
            return str(error), ""
        return json.dumps(found.document) + said(found), said(found)

    def dropped(document: Any) -> list[tuple[Any, ...]]:
        whole, notes = outcome(document)
        named = set(re.findall(r"/[^\s,:]*", notes))
        return [
            path
            for path in pointers(document)
            if not any(pointer_of(path[:length]) in named for length in range(1, len(path) + 1))
            and outcome(without(document, path))[0] == whole
        ]

    return dropped
