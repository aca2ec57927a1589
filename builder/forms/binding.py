"""A field of a draft with its type, its choices, and where it is used."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from builder.forms.naming import step_words
from builder.forms.outline import ENTRY, FormOutline, has_places, is_kind, is_nameless, number_of
from components.base import FieldType
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects
from form_specs.load import field_spec
from form_specs.uses import Target, Use, uses_of

OWN_PLACES = ("layout ", "form /properties/schema/properties/required")
"""Uses that go with a field without a question."""


def bound_field(catalog: Catalog, form: FormOutline, way: Sequence[str]) -> FieldType | None:
    """The type bound to a field; none where that cannot be."""
    property_ = form.field(way) or {}
    schema = object_at(form.raw, "schema")
    if is_nameless(way[-1]):
        property_ = {"title": step_words(way[-1]), **property_}
    try:
        spec = field_spec(name_of(way[-1]), property_, required=False, root=schema)
        return cast("FieldType", catalog.field(spec))
    except (TypeError, ValueError, KeyError, AttributeError):
        return None


def name_of(step: str) -> str:
    """What a field is called where it is bound for itself: its key, or a word where it has none."""
    if is_kind(step):
        return f"kind_{number_of(step)}"
    return "value" if step == ENTRY else step


def fits_at(catalog: Catalog, form: FormOutline, way: Sequence[str], type_: str) -> bool:
    """Whether a field of a type may stand where a way leads."""
    if len(way) > 1 and not catalog.nests(type_):
        return False
    if is_nameless(way[-1]) and catalog.derives(type_):
        return False
    if is_kind(way[-1]) and type_ == "variant" and not has_places(form.field(way[:-1])):
        return False
    in_map = any(
        step == ENTRY and "items" not in (form.field(way[:place]) or {})
        for place, step in enumerate(way)
    )
    return not (in_map and type_ in ("link", "links"))


def choices_of(property_: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The choices that a field names itself."""
    found = [dict(each) for _at, each in objects(object_at(property_, "x-ops"), "choices", "")]
    return [each for each in found if isinstance(each.get("key"), str)]


def uses_elsewhere(document: Mapping[str, Any], catalog: Catalog, target: Target) -> list[Use]:
    """Where a field is used beside the layouts and the list of what is required."""
    uses = uses_of(document, catalog, target)
    return [use for use in uses if not use.place.startswith(OWN_PLACES)]
