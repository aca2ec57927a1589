"""What changes of a form's record schema mean: which fields there are, and what a record must be."""

from collections.abc import Iterator
from typing import Any

from form_specs.compatibility.affected import breaking, holding, invalid, lacking
from form_specs.compatibility.change import Change, Impact
from form_specs.compatibility.fields import changed, convert, dropped, fill
from form_specs.compatibility.place import At, Raw, Rule, Rules, differences, silent
from form_specs.compatibility.schemas import KEYWORDS, Way, ways
from form_specs.language import _


def record_schema(at: At, _old: Any, _new: Any) -> Iterator[Change]:
    """Two record schemas: field by field, then what holds for the record as a whole."""
    at = at.inside(old=at.old.get("schema", {}), new=at.new.get("schema", {}))
    yield from differences(at, RECORD_SCHEMA)
    before, after = _required(at.old), _required(at.new)
    for key in at.new.get("properties", {}):
        if key in at.old.get("properties", {}):
            yield from _requirement(_field(at, key), required=(key in before, key in after))


def _required(schema: Raw) -> frozenset[str]:
    return frozenset(schema.get("required", ()))


def _field(at: At, key: str) -> At:
    old, new = (schema.get("properties", {}).get(key, {}) for schema in (at.old, at.new))
    title = str((new or old).get("title", key))
    return at.inside("fields", key, subject=title, old=old, new=new, key=key)


def _requirement(at: At, *, required: tuple[bool, bool]) -> Iterator[Change]:
    inside = at.inside("required")
    match required:
        case True, False:
            yield inside.change(Impact.SAFE, _("may be left empty now"))
        case False, True if _has_default(at.new):
            yield inside.change(
                Impact.SAFE, _("is required now; its default fills it at the next edit")
            )
        case False, True:
            yield inside.change(
                Impact.MIGRATION, _("is required now"), affected=lacking(at), step=fill(at)
            )


def _has_default(property_: Raw) -> bool:
    return "default" in property_ or "default" in property_.get("x-ops", {})


def _properties(at: At, old: Any, new: Any) -> Iterator[Change]:
    before, after = old or {}, new or {}
    for key in dict.fromkeys((*before, *after)):
        field = _field(at, key)
        if key not in before:
            yield from _added(field, at)
        elif key not in after:
            yield from _removed(field)
        elif before[key] != after[key]:
            yield from changed(field)


def _added(at: At, form: At) -> Iterator[Change]:
    required = at.key in _required(form.new)
    if form.old.get("additionalProperties", True) is not False or "patternProperties" in form.old:
        schema = {**at.new, "$defs": form.new.get("$defs", {})}
        yield at.change(
            Impact.MIGRATION,
            _("field added; records may hold something else under its key"),
            affected=breaking(at, schema),
            step=convert(at),
        )
    if required and not _has_default(at.new):
        at_required = at.inside("required")
        yield at_required.change(
            Impact.MIGRATION, _("required field added"), affected=lacking(at), step=fill(at)
        )
    else:
        text = _("required field added; its default fills it") if required else _("field added")
        yield at.change(Impact.SAFE, text)


def _removed(at: At) -> Iterator[Change]:
    text = _("field '%(field)s' removed", field=at.subject)
    yield at.change(Impact.BREAKING, text, affected=holding(at), step=dropped(at))


def _whole(keyword: str) -> Rule:
    """A keyword about the record as a whole."""

    def rule(at: At, _old: Any, new: Any) -> Iterator[Change]:
        way = dict(ways(_lonely(at.old), _lonely(at.new))).get(keyword)
        inside = at.inside("schema", keyword)
        if way is Way.LOOSER:
            yield inside.change(
                Impact.SAFE, _("'%(keyword)s' takes more records than before", keyword=keyword)
            )
        elif way is Way.TIGHTER:
            text = _("what a record as a whole must be ('%(keyword)s') is another", keyword=keyword)
            yield inside.change(Impact.MIGRATION, text, affected=invalid(at), step=None)

    return rule


def _lonely(schema: Raw) -> Raw:
    """The record schema but for what is compared field by field."""
    return {key: value for key, value in schema.items() if key not in ("properties", "required")}


RECORD_SCHEMA: Rules = {
    **{keyword: _whole(keyword) for keyword in KEYWORDS},
    "properties": _properties,
    "required": silent,  # said field by field
    **dict.fromkeys(("$schema", "$comment", "$anchor", "title", "description", "examples"), silent),
    **dict.fromkeys(("default", "deprecated", "readOnly", "writeOnly", "x-ops"), silent),
}
"""By keyword of a form's record schema."""
