"""What can be said about a field: which inputs the inspector has.

Most of it is generated: from the option schema of the field's type, and from which keywords its
JSON Schema takes.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from builder.forms.outline import FormOutline
from builder.forms.setting import OPS, SIGN, Setting, compact
from builder.forms.sources import source_settings
from form_specs.catalog import Catalog
from form_specs.checks.raw import object_at, text
from form_specs.editing import Address, find, has
from form_specs.language import _, marked


def settings_of(
    document: Mapping[str, Any], catalog: Catalog, form: FormOutline, way: tuple[str, ...]
) -> list[Setting]:
    """The settings of a field, in the order of the inspector."""
    property_ = form.field(way) or {}
    ops = object_at(property_, OPS)
    type_ = text(ops, "type") or ""
    if type_ not in catalog.field_types:
        return [*_head()]
    return [
        *_head(),
        *_input(catalog, type_, property_),
        *_found_defaults(type_, ops),
        *source_settings(document, catalog, form, way),
        *_options(catalog, type_),
        *_limits(catalog, type_, property_),
        *_sign(type_, property_),
        *_kept(catalog, type_, ops, inside=len(way) > 1),
        *_messages(property_),
    ]


def _head() -> Iterator[Setting]:
    yield Setting(("title",), _("Title"), "text")
    yield Setting(("description",), _("Help"), "area", hint=_("A sentence below the input"))


_PLACEHOLDERS: Final = frozenset(
    (
        *("text", "long_text", "markdown", "email", "url", "phone", "iban", "tags"),
        *("integer", "number", "decimal", "money", "percent", "duration"),
        *("choice", "country", "language", "user", "team"),
    )
)
_UNITS: Final = frozenset(("text", "integer", "number", "decimal", "computed"))
_WIDGETS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "text": (("code", marked("In letters of equal width")),),
    "computed": (("code", marked("In letters of equal width")),),
    "boolean": (("radios", marked("Yes and No beside each other")),),
    "choice": (("radios", marked("All choices at once")),),
    "date": (("due", marked("As a deadline")),),
    "datetime": (("due", marked("As a deadline")),),
}


def _input(catalog: Catalog, type_: str, property_: Mapping[str, Any]) -> Iterator[Setting]:
    if type_ in _PLACEHOLDERS:
        hint = _("An example shown while it is empty")
        yield Setting((OPS, "placeholder"), _("Placeholder"), "text", hint=hint)
    if type_ in _UNITS:
        hint = _("Shown behind the value, such as kg or days")
        yield Setting((OPS, "unit"), _("Unit"), "text", hint=hint, most=20)
    if type_ in _WIDGETS:
        shown = tuple((name, _(title)) for name, title in _WIDGETS[type_])
        options = (("", _("The usual one")), *shown)
        yield Setting((OPS, "widget"), _("Input"), "choice", options=options)
    if catalog.has_choices(type_) and not catalog.has_free_choices(type_) and type_ == "choice":
        hint = _("Another text than the choices may be typed")
        yield Setting((OPS, "orOther"), _("Or another"), "flag", hint=hint)
    if not catalog.derives(type_) and not catalog.generates(type_):
        hint = _("People see it and cannot change it")
        yield Setting(("readOnly",), _("Read-only"), "flag", hint=hint)


_FOUND: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "date": (('{"today":{}}', marked("The day on which it is made")),),
    "datetime": (('{"now":{}}', marked("The moment at which it is made")),),
    "user": (('{"user":"id"}', marked("Whoever makes it")),),
}


def _found_defaults(type_: str, ops: Mapping[str, Any]) -> Iterator[Setting]:
    """Defaults that are found when a record is made."""
    if type_ not in _FOUND:
        return
    own = compact(ops["default"]) if "default" in ops else ""
    known = [(value, _(title)) for value, title in _FOUND[type_]]
    if own and own not in dict(known):
        known.append((own, own))
    options = (("", _("Nothing")), *known)
    yield Setting((OPS, "default"), _("Filled in with"), "json_choice", options=options)


def _options(catalog: Catalog, type_: str) -> Iterator[Setting]:
    schema = catalog.field_options(type_)
    for name, raw in object_at(schema, "properties").items():
        yield _generated((OPS, "options", name), raw, "options")


_PLAIN_KINDS: Final = {"boolean": "flag", "number": "number"}


def _generated(at: Address, schema: Mapping[str, Any], group: str) -> Setting:
    """The input for what a JSON Schema describes."""
    label, hint = _(text(schema, "title") or at[-1]), text(schema, "description") or ""
    more: dict[str, Any] = {"group": group, "hint": _(hint) if hint else ""}
    found = schema.get("type")
    if isinstance(enum := schema.get("enum"), list):
        options = (("", _("The usual one")), *((str(each), str(each)) for each in enum))
        return Setting(at, label, "choice", options=options, **more)
    if found == "integer":
        low, high = schema.get("minimum", -(2**53)), schema.get("maximum", 2**53)
        return Setting(at, label, "whole", low=low, high=high, **more)
    if found == "array":
        return _generated_list(at, label, schema, more)
    if found == "string":
        most = schema.get("maxLength", 200)
        kind = "area" if most > 200 else "text"
        return Setting(at, label, kind, most=most, pattern=schema.get("pattern", ""), **more)
    return Setting(at, label, _PLAIN_KINDS.get(str(found), "json"), **more)


def _generated_list(
    at: Address, label: str, schema: Mapping[str, Any], more: dict[str, Any]
) -> Setting:
    items = object_at(schema, "items")
    if {"key", "title"} == object_at(items, "properties").keys():
        return Setting(at, label, "steps", **more)
    if items.get("type") == "string":
        return Setting(at, label, "lines", pattern=items.get("pattern", ""), **more)
    return Setting(at, label, "json", **more)


_LENGTHS: Final = {
    "minLength": marked("At least so many characters"),
    "maxLength": marked("At most so many characters"),
}
_SIZES: Final = {"minimum": marked("Not below"), "maximum": marked("Not above")}
_COUNTS: Final = {"minItems": marked("At least so many"), "maxItems": marked("At most so many")}


def _limits(catalog: Catalog, type_: str, property_: Mapping[str, Any]) -> Iterator[Setting]:
    """The keywords of JSON Schema that narrow values of its kind."""
    made = catalog.schema_with(type_, object_at(object_at(property_, OPS), "options"))
    if catalog.derives(type_) or catalog.generates(type_):
        return
    kind = made.get("type")
    plain = not {"enum", "format", "pattern", "oneOf"} & made.keys()
    if kind == "string" and plain:
        for name, label in _LENGTHS.items():
            yield Setting((name,), _(label), "whole", "limits", low=0, high=100_000)
        hint = _("A regular expression that the whole text must fit")
        yield Setting(("pattern",), _("Pattern"), "text", "limits", hint=hint, most=1000)
    elif kind in ("integer", "number"):
        for name, label in _SIZES.items():
            exact = "whole" if kind == "integer" else "number"
            yield Setting((name,), _(label), exact, "limits")
    elif kind == "array" and type_ != "checklist":
        for name, label in _COUNTS.items():
            yield Setting((name,), _(label), "whole", "limits", low=0, high=100_000)


_SIGNED: Final = ("decimal", "money")


def _sign(type_: str, property_: Mapping[str, Any]) -> Iterator[Setting]:
    """Whether an amount may be below zero."""
    if type_ in _SIGNED and (at := _figures_at(property_)):
        yield Setting(at, _("May be below zero"), "sign", "limits")


def _figures_at(property_: Mapping[str, Any]) -> Address:
    """Where the pattern of an amount's figures stands; empty: there is none, or one of another kind."""
    for at in (("pattern",), ("properties", "amount", "pattern")):
        if has(property_, at) and SIGN.match(str(find(property_, at))):
            return at
    return ()


_HIDDEN: Final = (
    ("", marked("Its value is cleared at the next save")),
    ("keep", marked("Its value is kept")),
)


def _kept(
    catalog: Catalog, type_: str, ops: Mapping[str, Any], *, inside: bool
) -> Iterator[Setting]:
    if not catalog.holds(type_) and not inside:
        hint = _("No two records may hold the same value")
        yield Setting((OPS, "unique"), _("Unique"), "flag", "kept", hint=hint)
        hint = _("Often filtered or sorted by: gets an index")
        yield Setting((OPS, "index"), _("Indexed"), "flag", "kept", hint=hint)
    hint = _("Kept out of search and logs")
    yield Setting((OPS, "sensitive"), _("Sensitive"), "flag", "kept", hint=hint)
    if "showWhen" in ops:
        options = tuple((name, _(title)) for name, title in _HIDDEN)
        yield Setting((OPS, "whenHidden"), _("While it is hidden"), "choice", "kept", options=options)  # fmt: skip


_MESSAGES: Final = {
    "pattern": marked("When it does not fit the pattern"),
    "minLength": marked("When it is too short"),
    "maxLength": marked("When it is too long"),
    "minimum": marked("When it is too small"),
    "maximum": marked("When it is too large"),
    "minItems": marked("When there are too few"),
    "maxItems": marked("When there are too many"),
}


def _messages(property_: Mapping[str, Any]) -> Iterator[Setting]:
    """What people are told where a value breaks a limit."""
    known = object_at(object_at(property_, OPS), "messages")
    limited = {*property_, *(("pattern",) if _figures_at(property_) else ())}
    for keyword, label in _MESSAGES.items():
        if keyword in limited or keyword in known:
            yield Setting((OPS, "messages", keyword), _(label), "text", "messages")
