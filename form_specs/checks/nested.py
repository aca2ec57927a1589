"""What is wrong with the fields inside a field: the same as with any field, and where they may not be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text
from form_specs.language import _, digits, marked
from form_specs.load import field_spec
from form_specs.nesting import MAX_DEPTH, Place
from form_specs.problem import Problem, Severity

MAX_FIELDS: Final = 2_000
"""Fields inside one field, however often a reference repeats them."""
_TOO_DEEP: Final = marked("fields are drawn at most %(most)s deep; this one is shown as JSON")


@dataclass(frozen=True, slots=True)
class InnerField:
    """A field inside a field, as it stands in the record schema."""

    key: str
    property_: Mapping[str, Any]
    """Its schema with `x-ops`, references followed."""
    pointer: str
    """From the record schema."""
    place: Place
    required: bool


def inner_fields(place: Place) -> Iterator[InnerField]:
    """All fields inside the field at `place`, outer ones first, at most one more than `MAX_FIELDS`."""
    waiting = [place]
    count = 0
    while waiting and count <= MAX_FIELDS:
        for inner in waiting.pop(0).inner():
            if inner.place is None or count > MAX_FIELDS:
                continue
            count += 1
            waiting.append(inner.place)
            property_ = {**inner.place.schema, "x-ops": inner.place.ops}
            yield InnerField(inner.key, property_, inner.place.pointer, inner.place, inner.required)


def nesting_problems(
    property_: Mapping[str, Any], fields: list[InnerField], at: str, root: str, catalog: Catalog
) -> Iterator[Problem]:
    """What speaks against fields where they stand: the outer one at `at`, its inner ones below `root`."""
    if len(fields) > MAX_FIELDS:
        message = _(
            "there are more than %(most)s fields inside this field",
            most=digits(MAX_FIELDS),
        )
        yield Problem(at, message, _("Make its deeper parts fields of type 'json'"))
    ops = object_at(property_, "x-ops")
    if fields and "default" in ops:
        yield Problem(
            f"{at}/x-ops/default", _("this field takes no such default"), _("Leave it out")
        )
    for inner in fields:
        yield from _misplaced(inner, f"{root}{inner.pointer}", catalog)


def inner_default_problems(
    inner: InnerField, at: str, root: Mapping[str, Any], catalog: Catalog
) -> Iterator[Problem]:
    """Whether an inner field takes its own literal default; `at` is where the record schema stands."""
    if "default" not in inner.property_:
        return
    try:
        spec = field_spec(inner.key, inner.property_, required=inner.required, root=root)
        catalog.field(spec).parse(inner.property_["default"])
    except ValueError as error:
        where = f"{at}{inner.pointer}/default"
        yield Problem(where, str(error), _("A default is a value of the field"))


_OF_KEYS = ("showWhen", "requireWhen", "readOnlyWhen", "whenHidden", "computed")
"""What only a field with a key can be: an entry of a list, a map's value or an alternative is there or not."""


def _misplaced(inner: InnerField, at: str, catalog: Catalog) -> Iterator[Problem]:
    ops = object_at(inner.property_, "x-ops")
    name = text(ops, "type")
    if name in catalog.field_types and name is not None and not catalog.nests(name):
        message = _("a field of type '%(name)s' cannot stand inside another field", name=name)
        yield Problem(f"{at}/x-ops/type", message, _("Make it a field of the form itself"))
    for keyword in ("unique", "index"):
        if ops.get(keyword):
            message = _("'%(keyword)s' is not possible inside another field", keyword=keyword)
            yield Problem(f"{at}/x-ops/{keyword}", message, _("Leave it out"), at_key=True)
    if not inner.key:
        yield from _without_key(ops, f"{at}/x-ops")
    if inner.place.depth >= MAX_DEPTH and ops.get("type") == "json" != object_at(
        inner.place.schema, "x-ops"
    ).get("type"):
        message = _(_TOO_DEEP, most=MAX_DEPTH)
        hint = _("Make it a field of type 'json', or bring it further out")
        kind = _TOO_DEEP % {"max_depth": MAX_DEPTH}
        yield Problem(at, message, hint, Severity.WARNING, kind=kind)


def _without_key(ops: Mapping[str, Any], at: str) -> Iterator[Problem]:
    for keyword in _OF_KEYS:
        if keyword in ops:
            message = _(
                "'%(keyword)s' is not possible here: this is an entry, no field of its own",
                keyword=keyword,
            )
            hint = _("Let the field around it react, or make the entry an object with this field")
            yield Problem(f"{at}/{keyword}", message, hint, at_key=True)
