"""A small tool for the commands of the form editor, and doing them as its pages do."""

from typing import Any

from builder.commanding import commands, parameters
from components.registry import Registry
from form_specs.check import check
from form_specs.editing import apply
from form_specs.exact_json import dumps
from form_specs.model import JsonObject
from form_specs.problem import Severity

CATALOG = Registry.discover().catalog()


def field(type_: str = "text", title: str = "", **more: Any) -> dict[str, Any]:
    """A property of a type."""
    return {**CATALOG.new_schema(type_), "title": title or type_, "x-ops": {"type": type_, **more}}


def tool(**form: Any) -> JsonObject:
    """A tool with one form: name, amount, note, and lines with what and price."""
    lines = field("repeat", "Lines")
    lines["items"]["properties"] = {"what": field(title="What"), "price": field("decimal", "Price")}
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": field(title="Name"),
            "amount": field("decimal", "Amount"),
            "note": field("long_text", "Note"),
            "lines": lines,
        },
        "additionalProperties": False,
    }
    order = {"key": "order", "title": "Order", "titleField": "name", "schema": schema, **form}
    return {"ops": "1", "kind": "tool", "key": "shop", "title": "Shop", "forms": [order]}


def section(title: str, *fields: Any, **more: Any) -> dict[str, Any]:
    return {"section": title, "fields": list(fields), **more}


def sections() -> dict[str, Any]:
    """Two sections: name and amount; note and lines."""
    parts = [section("First", "name", "amount"), section("Second", "note", "lines")]
    return {"layouts": {"default": parts}}


def do(
    document: JsonObject, name: str, /, published: JsonObject | None = None, **given: Any
) -> JsonObject:
    """The document after a command; its inverse is shown to bring it back to the byte."""
    raw = dumps(published).decode() if published else ""
    edit = commands()[name](document, CATALOG, parameters({"form": "order", **given}, raw))
    after, back = apply(document, edit)
    assert edit.label or not edit
    assert dumps(apply(after, back)[0]) == dumps(document)
    found: JsonObject = after
    return found


def form_in(document: JsonObject) -> dict[str, Any]:
    forms: Any = document["forms"]
    found: dict[str, Any] = forms[0]
    return found


def fields_in(document: JsonObject) -> dict[str, Any]:
    found: dict[str, Any] = form_in(document)["schema"]["properties"]
    return found


def layout_in(document: JsonObject, name: str = "default") -> list[Any]:
    found: list[Any] = form_in(document)["layouts"][name]
    return found


def errors_in(document: JsonObject) -> list[str]:
    found = check(document, CATALOG)
    return [f"{p.pointer}: {p.message}" for p in found if p.severity is Severity.ERROR]
