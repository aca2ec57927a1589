"""Where the values of a field come from that are chosen: what can be said of it, each thing with an input."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from builder.forms.naming import form_titles
from builder.forms.outline import FormOutline
from builder.forms.setting import OPS, Setting, with_member
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, find, has
from form_specs.language import _, marked
from form_specs.model import JsonObject

CHOICES: Final = (OPS, "choices")
LINK: Final = (OPS, "link")
DEPENDS: Final = (OPS, "dependsOn")
_MOST_AT_ONCE: Final = 100
RECORDS: Final = "@records"
HOOK: Final = "@hook"
"""How the sources that are no list are called where one is chosen."""
_RECORDS: Final = (*CHOICES, "records")
_ABOUT_THERE: Final = {
    (*_RECORDS, "form"): ((*_RECORDS, "value"), (*_RECORDS, "title"), (*CHOICES, "match")),
    (*LINK, "form"): ((*LINK, "show"), (*LINK, "match")),
}
"""What names fields of another form, by what says which form that is."""
_ON_DELETE: Final = (
    ("", marked("It cannot be deleted")),
    ("clear", marked("The link is taken away")),
    ("keep", marked("The link stays")),
)
_KEPT: Final = (
    ("", marked("Five minutes")),
    ("PT1M", marked("One minute")),
    ("PT1H", marked("One hour")),
    ("P1D", marked("One day")),
)


def source_settings(
    document: Mapping[str, Any], catalog: Catalog, form: FormOutline, way: tuple[str, ...]
) -> Iterator[Setting]:
    """What can be said of where a field's choices come from, or of where it leads."""
    ops = object_at(form.field(way) or {}, OPS)
    type_ = text(ops, "type") or ""
    if type_ in ("link", "links"):
        yield from _link(document, catalog, ops)
        yield _depends(form, way, catalog, ops, "link")
        yield from _match(document, catalog, ops, LINK, text(object_at(ops, "link"), "form"))
    elif catalog.has_choices(type_):
        source = object_at(ops, "choices")
        if "records" in source:
            yield from _records(document, catalog, source)
        if "hook" in source:
            yield from _hook(source)
        yield _depends(form, way, catalog, ops, "choices")
        if "records" in source:
            there = text(object_at(source, "records"), "form")
            yield from _match(document, catalog, ops, CHOICES, there)


def _link(document: Mapping[str, Any], catalog: Catalog, ops: JsonObject) -> Iterator[Setting]:
    """Where a link leads, and what becomes of it."""
    link = object_at(ops, "link")
    there = text(link, "form") or ""
    options = _with_own(form_titles(document), there)
    yield Setting((*LINK, "form"), _("Leads to"), "choice", "link", options=options)
    shown = tuple((name, _(title)) for name, title in _ON_DELETE)
    label = _("When the linked record is deleted")
    yield Setting((*LINK, "onDelete"), label, "choice", "link", options=shown)
    fields = tuple(fields_of(document, catalog, there).items())
    yield Setting((*LINK, "show"), _("A preview shows"), "ticks", "link", options=fields)
    hint = _("What the list of the records that lead there is called, on the page of the one there")
    yield Setting((*LINK, "inverse", "title"), _("Seen from there"), "text", "link", hint=hint)


def _records(
    document: Mapping[str, Any], catalog: Catalog, source: JsonObject
) -> Iterator[Setting]:
    """Which records are offered, what of them is kept and what is read."""
    records = object_at(source, "records")
    there = text(records, "form") or ""
    options = _with_own(form_titles(document), there)
    yield Setting((*_RECORDS, "form"), _("Records of"), "choice", "choices", options=options)
    fields = fields_of(document, catalog, there)
    for name, label, usual in (
        ("title", _("People read"), _("What the record is called")),
        ("value", _("Kept in the record"), _("Which record it is")),
    ):
        offered = (("", usual), *_with_own(fields, text(records, name) or ""))
        yield Setting((*_RECORDS, name), label, "choice", "choices", options=offered)


def _match(
    document: Mapping[str, Any],
    catalog: Catalog,
    ops: JsonObject,
    at: Address,
    there: str | None,
) -> Iterator[Setting]:
    """Which field of those records must hold what the field holds that they depend on."""
    if "dependsOn" not in ops:
        return
    fields = fields_of(document, catalog, there or "")
    own = text(object_at(ops, at[-1]), "match") or ""
    options = (("", _("Nothing: all are offered")), *_with_own(fields, own))
    label = _("Their field that must hold the same")
    yield Setting((*at, "match"), label, "choice", at[-1], options=options)


def _hook(source: JsonObject) -> Iterator[Setting]:
    """The function that answers, and for how long its answer holds."""
    hint = _("As an engineer has named it: fx.currencies")
    pattern = r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,3}$"
    at = (*CHOICES, "hook")
    yield Setting(at, _("Function"), "function", "choices", hint, most=163, pattern=pattern)
    kept = {name: _(title) for name, title in _KEPT}
    options = tuple(_with_own(kept, text(source, "cache") or ""))
    yield Setting((*CHOICES, "cache"), _("Its answer is used for"), "choice", "choices", options=options)  # fmt: skip


def _depends(
    form: FormOutline, way: tuple[str, ...], catalog: Catalog, ops: JsonObject, group: str
) -> Setting:
    """The field that says which choices fit: one beside it, or one of the form."""
    found: dict[str, str] = {}
    for length in range(len(way) - 1, -1, -1):
        beside = _titles(catalog, form.inside(way[:length]))
        found |= {k: v for k, v in beside.items() if k != way[length] and k not in found}
    options = (("", _("Nothing")), *_with_own(found, text(ops, "dependsOn") or ""))
    hint = _("Only what fits that field's value is offered")
    return Setting(DEPENDS, _("Depends on"), "choice", group, hint, options=options)


def fields_of(document: Mapping[str, Any], catalog: Catalog, key: str) -> dict[str, str]:
    """The titles of the fields of a form that hold one value, by key."""
    form = FormOutline.of(document, key)
    return _titles(catalog, form.properties) if form else {}


def _titles(catalog: Catalog, properties: Mapping[str, Any]) -> dict[str, str]:
    known = {k: each for k, each in properties.items() if isinstance(each, Mapping)}
    return {
        key: text(each, "title") or key
        for key, each in known.items()
        if (type_ := text(object_at(each, OPS), "type")) in catalog.field_types
        and not catalog.holds(type_)
    }


def _with_own(known: Mapping[str, str], own: str) -> tuple[tuple[str, str], ...]:
    """What may be chosen, and what is written there though it is not among it."""
    return tuple(({own: own} if own and own not in known else {}).items()) + tuple(known.items())


def following(property_: JsonObject, at: Address, old: Mapping[str, Any]) -> JsonObject:
    """A property after one thing was said of its source: what that made meaningless goes."""
    if at in _ABOUT_THERE and find(property_, at) != find(old, at):
        for place in _ABOUT_THERE[at]:
            property_ = with_member(property_, place, None)
    if at == DEPENDS and not has(property_, DEPENDS):
        return _unmatched(property_)
    if at == (OPS, "orOther") and has(property_, CHOICES):
        return with_choices(property_, find(property_, CHOICES))
    return property_


def with_choices(property_: JsonObject, choices: Any) -> JsonObject:
    """A property with these choices, whose keys its schema names where no other value may be taken."""
    found = with_member(property_, CHOICES, choices)
    closed = isinstance(choices, list) and object_at(found, OPS).get("orOther") is not True
    own = [each for each in choices if isinstance(each, Mapping)] if closed else []
    keys = [each["key"] for each in own if "key" in each]
    if found.get("type") != "array":
        named = {"enum": keys} if closed else {}
        without = {k: v for k, v in found.items() if k not in ("type", "enum")}
        return {"type": "string", **named, **without}
    items = dict(object_at(found, "items"))
    was_closed = items.pop("enum", None) is not None
    if closed:
        return {**found, "items": {**items, "enum": keys}, "maxItems": len(keys)}
    return {**found, "items": items, **({"maxItems": _MOST_AT_ONCE} if was_closed else {})}


def _unmatched(property_: JsonObject) -> JsonObject:
    """Without what its choices would have to match in another field."""
    property_ = with_member(property_, (*LINK, "match"), None)
    choices = object_at(property_, OPS).get("choices")
    if not isinstance(choices, list):
        return with_member(property_, (*CHOICES, "match"), None)
    bare = [
        {k: v for k, v in each.items() if k != "match"} if isinstance(each, Mapping) else each
        for each in choices
    ]
    return with_member(property_, CHOICES, bare)
