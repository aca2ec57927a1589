"""Moving a field between a group, or rows, and its outside: where it can go, and what names it where it is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from builder.forms.binding import OWN_PLACES, fits_at
from builder.forms.outline import FormOutline, holder, is_nameless
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text
from form_specs.model import JsonObject
from form_specs.uses import Target, Use, uses_of

_TRANSLATION = "tool /properties/messages"


def target_of(form: FormOutline, way: Sequence[str]) -> Target:
    """A field, or a field inside a field, as what names it does."""
    return Target("field", ".".join(step for step in way if not is_nameless(step)), form.key)


def uses_of_place(
    document: Mapping[str, Any], catalog: Catalog, form: FormOutline, way: Sequence[str]
) -> list[Use]:
    """What names a field where it is now, beside layouts; its translations go with it wherever it goes."""
    found = uses_of(document, catalog, target_of(form, way))
    return [
        use for use in found if use.place != _TRANSLATION and not use.place.startswith(OWN_PLACES)
    ]


def holds_fields(form: FormOutline, way: Sequence[str]) -> bool:
    """Whether fields stand inside a field by key: in a group, or in the rows of a list."""
    property_ = form.field(way)
    return property_ is not None and "properties" in holder(property_)


def may_cross(catalog: Catalog, form: FormOutline, way: Sequence[str], into: Sequence[str]) -> bool:
    """Whether a field can go into another one; into none: to the form itself."""
    if (
        is_nameless(way[-1])
        or tuple(into[: len(way)]) == tuple(way)
        or tuple(into) == tuple(way[:-1])
    ):
        return False
    type_ = text(object_at(form.field(way) or {}, "x-ops"), "type") or ""
    known = type_ in catalog.field_types
    return (
        known
        and (not into or holds_fields(form, into))
        and fits_at(catalog, form, (*into, way[-1]), type_)
    )


def holders(form: FormOutline, around: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The fields of a form inside which others stand by key, the outer ones first."""
    for step in (*form.steps(around),):
        way = (*around, step)
        if holds_fields(form, way):
            yield way
        yield from holders(form, way)


def words_said(document: JsonObject, place: str) -> dict[str, dict[str, Any]]:
    """The translations of a field's texts, by language and by what is behind its place."""
    messages = object_at(document, "messages")
    return {
        locale: {
            pointer.removeprefix(place): words
            for pointer, words in object_at(messages, locale).items()
            if pointer.startswith(f"{place}/")
        }
        for locale in messages
    }


def said_again(
    document: JsonObject, said: Mapping[str, Mapping[str, Any]], old: str, new: str
) -> JsonObject:
    """The document with the translations of a field at its new place."""
    if not any(said.values()):
        return document
    messages = object_at(document, "messages")
    made: JsonObject = {
        locale: {
            **{k: v for k, v in object_at(messages, locale).items() if not k.startswith(f"{old}/")},
            **{f"{new}{below}": words for below, words in said.get(locale, {}).items()},
        }
        for locale in dict.fromkeys((*messages, *(each for each in said if said[each])))
    }
    return {**document, "messages": made}
