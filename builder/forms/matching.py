"""While another field holds which values a choice is offered: that field, and what it can hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from builder.commanding import Parameters, WrongInput
from builder.forms.binding import bound_field
from builder.forms.outline import FormOutline
from builder.forms.setting import compact, typed_lines
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, objects, text
from form_specs.language import _

_TICKED: Final = 40
"""More values than these are typed, a line each, and not ticked."""


@dataclass(frozen=True, slots=True)
class Matching:
    """The field that choices depend on."""

    title: str
    values: tuple[tuple[str, str], ...] = ()
    """What it can hold: (as typed, title); empty: its values are typed."""

    def chosen(self, choice: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The values for which a choice is offered; none: it always is."""
        titles, found = dict(self.values), choice.get("match")
        each = found if isinstance(found, list) else []
        typed = [value if isinstance(value, str) else compact(value) for value in each]
        return [(value, titles.get(value, value)) for value in typed]


def matched_way(form: FormOutline, way: tuple[str, ...]) -> tuple[str, ...] | None:
    """The field that the choices of a field depend on, the nearest of that key; none: there is none."""
    key = text(object_at(form.field(way) or {}, "x-ops"), "dependsOn")
    around = (way[:length] for length in range(len(way) - 1, -1, -1))
    return next(((*each, key) for each in around if key and key in form.inside(each)), None)


def matching_of(
    document: Mapping[str, Any], form: FormOutline, way: tuple[str, ...]
) -> Matching | None:
    """The field that the choices of a field depend on, with what it can hold."""
    other = matched_way(form, way)
    property_ = form.field(other) if other else None
    if property_ is None or other is None:
        return None
    found = tuple(_values(document, property_))
    return Matching(text(property_, "title") or other[-1], found if len(found) <= _TICKED else ())


def depending(
    document: Mapping[str, Any], key: str
) -> Iterator[tuple[FormOutline, tuple[str, ...]]]:
    """The fields that take their choices from a list as far as they fit another field."""
    for _at, raw in objects(document, "forms", ""):
        form = FormOutline(text(raw, "key") or "", raw)
        for way in _ways(form, ()):
            source = object_at(object_at(form.field(way) or {}, "x-ops"), "choices")
            if text(source, "list") == key and matched_way(form, way) is not None:
                yield form, way


def _ways(form: FormOutline, around: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, property_ in form.inside(around).items():
        if isinstance(property_, Mapping):
            yield (*around, key)
            yield from _ways(form, (*around, key))


def _values(document: Mapping[str, Any], property_: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The values that a field can hold, where they stand in the tool."""
    ops = object_at(property_, "x-ops")
    if ops.get("type") == "boolean":
        yield from (("true", _("Yes")), ("false", _("No")))
    key = text(object_at(ops, "choices"), "list")
    lists = (raw for _at, raw in objects(document, "lists", "") if text(raw, "key") == key)
    around = next(lists, {}) if key else ops
    for _at, choice in objects(around, "choices", ""):
        if (name := text(choice, "key")) is not None:
            yield name, text(choice, "title") or name


def read_match(
    catalog: Catalog, form: FormOutline, way: tuple[str, ...], given: Parameters
) -> list[Any]:
    """The values, ticked or a line each, that the field can hold on which a field's choices depend."""
    other = matched_way(form, way)
    field = bound_field(catalog, form, other) if other else None
    if field is None:
        raise WrongInput("value", _("Say first which field it depends on"))
    found: list[Any] = []
    for typed in typed_lines(Parameters({"value": ["\n".join(given.all("value"))]})):
        try:
            value = field.dump(field.parse_text([typed]))
        except ValueError as error:
            raise WrongInput("value", str(error)) from error
        found += value if isinstance(value, list) else [value]
    if not all(isinstance(value, str | int | float | Decimal) for value in found):
        raise WrongInput("value", _("Choices cannot depend on a field of this type"))
    return list(dict.fromkeys(found))


def with_match(choice: Mapping[str, Any], found: list[Any]) -> dict[str, Any]:
    """A choice that is offered for these values; for none: always."""
    bare = {name: value for name, value in choice.items() if name != "match"}
    return {**bare, "match": found} if found else bare
