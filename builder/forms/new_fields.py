"""New fields: a whole property of each type, with what the type cannot do without."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from builder.commanding import WrongInput
from builder.forms.sources import with_choices
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.formulas import BOOLEAN, DATE, MOMENT, MONEY, NUMBER, TEXT, TIME, FormulaType
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue

SHARED: Final = (
    *("placeholder", "was", "unit", "unique", "index", "sensitive", "blank", "fill", "lock"),
    *("messages", "showWhen", "requireWhen", "readOnlyWhen", "whenHidden", "rules"),
)
"""What x-ops says of a field whatever its type is."""


def new_property(
    document: Mapping[str, Any], catalog: Catalog, form: str, type_: str, title: str
) -> JsonObject:
    """The property of a new field of a type."""
    ops: JsonObject = {"type": type_}
    schema = catalog.new_schema(type_)
    if catalog.has_choices(type_) and not catalog.has_free_choices(type_):
        ops["choices"] = [
            {"key": "first", "title": _("First choice")},
            {"key": "second", "title": _("Second choice")},
        ]
    if type_ == "checklist":
        ops["options"] = {"steps": [{"key": "first", "title": _("First step")}]}
    if type_ == "computed":
        ops["computed"] = {"formula": '""', "result": "text"}
    if type_ in ("link", "links"):
        ops["link"] = {"form": first_form(document, form)}
    return {**schema, "title": title, "x-ops": ops}


def first_form(document: Mapping[str, Any], form: str) -> str:
    """The form whose records a new source offers, or that a new link leads to: another one where there is any."""
    keys = [key for _at, raw in objects(document, "forms", "") if (key := text(raw, "key"))]
    return next((key for key in keys if key != form), form)


def retyped(
    document: Mapping[str, Any], catalog: Catalog, form: str, old: Mapping[str, Any], type_: str
) -> JsonObject:
    """A field as one of another type: what both have in common is kept."""
    found = new_property(document, catalog, form, type_, text(old, "title") or type_)
    ops = object_at(found, "x-ops")
    before = object_at(old, "x-ops")
    kept: dict[str, JsonValue] = {name: before[name] for name in SHARED if name in before}
    if "description" in old:
        found = {"title": found.pop("title"), "description": old["description"], **found}
    if "choices" in before and "choices" in ops:
        ops |= {"dependsOn": before["dependsOn"]} if "dependsOn" in before else {}
        found = with_choices({**found, "x-ops": ops}, before["choices"])
        ops = object_at(found, "x-ops")
    options = object_at(catalog.field_options(type_), "properties")
    shared = {k: v for k, v in object_at(before, "options").items() if k in options}
    found["x-ops"] = {**ops, **({"options": shared} if shared else {}), **kept}
    return with_options(catalog, found, object_at(ops, "options"), shared) if shared else found


_RESULTS: Final = {
    TEXT: "text",
    NUMBER: "decimal",
    BOOLEAN: "boolean",
    DATE: "date",
    MOMENT: "datetime",
    TIME: "time",
    MONEY: "money",
}
"""What a computed field usually holds, by what its formula gives."""


def result_for(type_: FormulaType) -> str:
    """The field type for what a formula gives; empty: no field holds it."""
    return _RESULTS.get(type_, "")


def with_result(catalog: Catalog, property_: Mapping[str, Any], result: str) -> JsonObject:
    """A computed field that holds values of another type."""
    ops = object_at(property_, "x-ops")
    kept = {name: value for name, value in ops.items() if name != "options"}
    computed = {**object_at(ops, "computed"), "result": result}
    said = {name: property_[name] for name in ("title", "description") if name in property_}
    made = {**catalog.new_schema(result), **said, "readOnly": True}
    return {**made, "x-ops": {**kept, "computed": computed}}


def with_options(
    catalog: Catalog,
    property_: JsonObject,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
) -> JsonObject:
    """A property whose schema follows other options of its type; what somebody wrote into it stays."""
    type_ = text(object_at(property_, "x-ops"), "type") or ""
    try:
        before, after = catalog.schema_with(type_, old), catalog.schema_with(type_, new)
    except (TypeError, ValueError, KeyError, AttributeError):
        return property_
    found = deepcopy(property_)
    for keyword in {**before, **after}:
        if found.get(keyword) == before.get(keyword) != after.get(keyword):
            if keyword in after:
                found[keyword] = after[keyword]
            else:
                found.pop(keyword, None)
    return found


def known_type(catalog: Catalog, type_: str, name: str = "type") -> str:
    """A type that there is; raises `WrongInput`."""
    if type_ not in catalog.field_types:
        raise WrongInput(name, _("Choose one of those offered"))
    return type_
