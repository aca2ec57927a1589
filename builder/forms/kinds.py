"""The kinds of a field that is one of several: each is a field of its own, told apart by a constant."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, Final

from builder.forms.outline import (
    FormOutline,
    has_places,
    is_kind,
    kinds_in,
    number_of,
    properties_in,
)
from builder.forms.setting import OPS
from form_specs.checks.raw import object_at, text
from form_specs.editing import Edit, Set, apply
from form_specs.model import JsonObject
from form_specs.problem import escaped, pointer_of
from form_specs.sheets.naming import key_of

_CONSTANT: Final = "kind"


def made_kind(
    form: FormOutline, around: Sequence[str], made: JsonObject, kinds: Sequence[Any]
) -> JsonObject:
    """A kind told apart from those beside it; what stands at a place of a list is so by that."""
    return made if has_places(form.field(around)) else told_apart(made, kinds)


def told_apart(made: JsonObject, kinds: Sequence[Any]) -> JsonObject:
    """A kind with fields of its own, with a constant that no other has; any other stays as it is."""
    if object_at(made, OPS).get("type") != "group":
        return made
    name = _name_of_constant(kinds)
    fields = properties_in(made)
    if name in fields and "const" not in object_at(fields, name):
        name = key_of(name, set(fields), _CONSTANT)
    taken = {
        object_at(properties_in(each), name).get("const") for each in kinds if _is_object(each)
    }
    value = key_of(text(made, "title") or _CONSTANT, {str(each) for each in taken}, _CONSTANT)
    constant: JsonObject = {"const": value, OPS: {"type": "json"}}
    others = {key: each for key, each in fields.items() if key != name}
    listed = made.get("required")
    required = [key for key in (listed if isinstance(listed, list) else ()) if key != name]
    head = {k: v for k, v in made.items() if k not in ("properties", "required", OPS)}
    return {
        **head,
        "required": [name, *required],
        "properties": {name: constant, **others},
        OPS: made[OPS],
    }


def _name_of_constant(kinds: Sequence[Any]) -> str:
    """The property by which the kinds that there are say which they are."""
    for each in kinds:
        for key, property_ in properties_in(each).items() if _is_object(each) else ():
            if "const" in object_at({"": property_}, ""):
                return key
    return _CONSTANT


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def with_kinds(
    document: JsonObject, form: FormOutline, way: tuple[str, ...], order: Sequence[int | JsonObject]
) -> JsonObject:
    """A document in which a field has these kinds: those of some numbers, and new ones.

    The translations of their texts, which name kinds by number, come along.
    """
    keyword, kinds = kinds_in(form.field(way))
    made = [deepcopy(kinds[each]) if isinstance(each, int) else each for each in order]
    at = (*form.field_address(way), keyword)
    found: JsonObject = apply(document, Edit("", (Set(at, made),)))[0]
    places = {each: place for place, each in enumerate(order) if isinstance(each, int)}
    return _retold(found, f"{text_place(form, way)}/{keyword}", places)


def _retold(document: JsonObject, at: str, places: Mapping[int, int]) -> JsonObject:
    """Translations below a list, each where its item stands now; those of items that are gone go."""
    messages = object_at(document, "messages")
    made: JsonObject = {}
    for locale in messages:
        said = object_at(messages, locale)
        moved = ((_renumbered(pointer, at, places), words) for pointer, words in said.items())
        made[locale] = {pointer: words for pointer, words in moved if pointer}
    return {**document, "messages": made} if made != messages else document


def _renumbered(pointer: str, at: str, places: Mapping[int, int]) -> str:
    if not pointer.startswith(f"{at}/"):
        return pointer
    number, slash, rest = pointer.removeprefix(f"{at}/").partition("/")
    place = places.get(int(number)) if number.isdecimal() else None
    return "" if place is None else f"{at}/{place}{slash}{rest}"


def text_place(form: FormOutline, way: Sequence[str]) -> str:
    """Where the texts of a field stand, as translations name it."""
    found = f"/forms/{escaped(form.key)}"
    for length, step in enumerate(way, 1):
        around = form.field_address(way[: length - 1])
        at = form.field_address(way[:length])[len(around) :]
        if is_kind(step):
            at = (at[0], str(number_of(step)))
        elif at[-2:] == ("properties", step):
            at = (*at[:-2], "fields", step)
        found += pointer_of(at)
    return found
