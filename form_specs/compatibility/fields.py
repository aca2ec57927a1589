"""What changes of one field mean: its type, its limits, its choices, what Opswright adds."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.catalog import Conversion
from form_specs.compatibility.affected import breaking, holding, holding_choice, sharing
from form_specs.compatibility.change import UNANSWERED, Change, Impact
from form_specs.compatibility.place import (
    At,
    Raw,
    Rule,
    Rules,
    by_key,
    differences,
    keyed,
    plain,
    retitled,
    silent,
)
from form_specs.compatibility.schemas import KEYWORDS, Way, ways
from form_specs.language import _, marked
from form_specs.load import field_spec
from form_specs.model import JsonObject

_SHAPE: Final = frozenset(KEYWORDS)


def changed(at: At) -> Iterator[Change]:
    """Two versions of one field."""
    conversion = _conversion(at)
    if conversion is not Conversion.SAME:
        yield _converted(at, conversion)
    yield from differences(at, PROPERTY)
    if conversion is Conversion.SAME and "computed" not in at.new["x-ops"]:
        yield from _constraints(at)


def _constraints(at: At) -> Iterator[Change]:
    """What the keywords that validators judge by mean, each by itself."""
    chosen = _lists_choices(at.old) and _lists_choices(at.new)
    old, new = (_without_enum(schema) if chosen else schema for schema in (at.old, at.new))
    for keyword, way in ways(old, new):
        inside = at.inside(keyword)
        text = _limit_text(keyword, at.old.get(keyword), at.new.get(keyword))
        if way is Way.LOOSER:
            yield inside.change(Impact.SAFE, _("%(limit)s: takes more than before", limit=text))
        else:
            affected = breaking(at, at.new)
            yield inside.change(Impact.MIGRATION, text, affected=affected, step=convert(at))


def _lists_choices(property_: Raw) -> bool:
    return isinstance(property_.get("x-ops", {}).get("choices"), list)


def _without_enum(property_: Raw) -> Raw:
    """A choice field's schema without the keys of its choices, which are compared by themselves."""
    found = {key: value for key, value in property_.items() if key != "enum"}
    if isinstance(items := found.get("items"), Mapping):
        found["items"] = {key: value for key, value in items.items() if key != "enum"}
    return found


_LIMITS: Final[Mapping[str, str]] = {
    "maximum": marked("the largest value"),
    "minimum": marked("the smallest value"),
    "exclusiveMaximum": marked("the limit above"),
    "exclusiveMinimum": marked("the limit below"),
    "maxLength": marked("the greatest length"),
    "minLength": marked("the least length"),
    "maxItems": marked("the most entries"),
    "minItems": marked("the fewest entries"),
    "pattern": marked("the pattern"),
    "format": marked("the format"),
    "enum": marked("the list of values"),
}


def _limit_text(keyword: str, old: Any, new: Any) -> str:
    what = _(_LIMITS[keyword]) if keyword in _LIMITS else f"'{keyword}'"
    if old is None and _short(new):
        return _("%(what)s is %(new)s now", what=what, new=new)
    if old is None:
        return _("%(what)s is given now", what=what)
    if new is None:
        return _("%(what)s is free now", what=what)
    if _short(old) and _short(new):
        return _("%(what)s was %(old)s and is %(new)s now", what=what, old=old, new=new)
    return _("%(what)s is another now", what=what)


def _short(value: Any) -> bool:
    return isinstance(value, int | float | str) and len(str(value)) <= 60


def fill(at: At) -> JsonObject:
    """The skeleton of a step that gives the field a value; whoever publishes names the value."""
    return {"do": "fill", "form": at.form, "field": at.key, "value": None}


# -- types --------------------------------------------------------------------------------


def _conversion(at: At) -> Conversion:
    if any("computed" in part["x-ops"] for part in (at.old, at.new)):
        return Conversion.SAME  # worked out anew, which the formula's own rule says
    old, new = (field_spec(at.key, part, required=False) for part in (at.old, at.new))
    return at.pair.catalog.conversion(old, new)


def _converted(at: At, conversion: Conversion) -> Change:
    titled = at.pair.catalog.field_title
    before, after = (titled(part["x-ops"]["type"]) for part in (at.old, at.new))
    at = at.inside("type")
    way = _("is kept in another form now")
    if before != after:
        way = _("type '%(before)s' is now '%(after)s'", before=before, after=after)
    match conversion:
        case Conversion.LOSSLESS:
            text = _("%(change)s; every value is taken over", change=way)
        case Conversion.LOSSY:
            text = _("%(change)s; values that do not fit are listed", change=way)
        case _:
            text = _("%(change)s; no value can be taken over", change=way)
            return at.change(Impact.BREAKING, text, affected=holding(at), step=dropped(at))
    return at.change(Impact.MIGRATION, text, affected=holding(at), step=convert(at))


def convert(at: At) -> JsonObject:
    """The step that takes values over into the field as it is now."""
    return {"do": "convert", "form": at.form, "field": at.key, "onError": "reject"}


def dropped(at: At) -> JsonObject:
    """The step that takes the field's value off the records; the history keeps it."""
    return {"do": "drop", "form": at.form, "field": at.key}


# -- choices ------------------------------------------------------------------------------


def _choices(at: At, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, list) and isinstance(new, list):
        if list(by_key(old)) != list(by_key(new)) and set(by_key(old)) == set(by_key(new)):
            yield at.inside("choices").change(Impact.SAFE, _("choices stand in another order"))
        yield from _listed_choices(at, old, new)
    elif old is not None and new is not None:
        yield at.inside("choices").change(
            Impact.NOTICE, _("choices come from elsewhere now; what records hold stays")
        )


def _choice_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, _("choice added"))


def _choice_removed(at: At) -> Iterator[Change]:
    choice, title = str(at.old["key"]), str(at.old.get("title", ""))
    yield Change(
        pointer=at.pointer,
        impact=Impact.MIGRATION,
        subject=at.subject.rpartition(" · ")[0],
        text=_("choice '%(choice)s' removed", choice=title),
        affected=holding_choice(at, at.key, choice),
        form=at.form,
        field=at.key,
        step={"do": "map", "form": at.form, "field": at.key, "map": {choice: UNANSWERED}},
    )


CHOICE: Rules = {
    "key": silent,
    "title": retitled(marked("the choice's title")),
    "color": plain(Impact.SAFE, marked("the choice's colour")),
    "retired": plain(Impact.SAFE, marked("whether the choice is offered")),
    "match": plain(Impact.NOTICE, marked("when the choice is offered")),
}
_listed_choices: Rule = keyed("choices", CHOICE, added=_choice_added, removed=_choice_removed)


# -- what Opswright adds to a field -------------------------------------------------------


def _annotations(at: At, old: Any, new: Any) -> Iterator[Change]:
    # The field's place stays: its rules speak of the property, not of its annotation.
    inside = At(at.pair, at.pointer, at.subject, old or {}, new or {}, at.form, at.key)
    yield from differences(inside, FIELD)


def _unique(at: At, _old: Any, new: Any) -> Iterator[Change]:
    at = at.inside("unique")
    if not new:
        yield at.change(Impact.SAFE, _("records may share a value now"))
        return
    text = _("no two records may share a value now")
    yield at.change(Impact.MIGRATION, text, affected=sharing(at), step=convert(at))


def _sensitive(at: At, _old: Any, new: Any) -> Iterator[Change]:
    impact = Impact.SAFE if new else Impact.REVIEW
    text = _("is found by search and logged now")
    if new:
        text = _("is kept out of search and logs now")
    yield at.inside("sensitive").change(impact, text)


def _hidden(at: At, old: Any, new: Any) -> Iterator[Change]:
    if new is None:
        yield at.inside("showWhen").change(Impact.SAFE, _("is always shown now"))
        return
    end = _("its value is cleared at the next save and kept in the history")
    if at.new.get("whenHidden") == "keep":
        end = _("its value is kept")
    text = _("is shown only where a condition holds; elsewhere %(end)s", end=end)
    if old:
        text = _("is shown only where a new condition holds; elsewhere %(end)s", end=end)
    yield at.inside("showWhen").change(Impact.NOTICE, text)


def _computed(at: At, old: Any, new: Any) -> Iterator[Change]:
    at = at.inside("computed")
    if new is None:
        yield at.change(Impact.NOTICE, _("is typed in now, no longer computed"))
        return
    if not (new or {}).get("stored", True):
        yield at.change(Impact.NOTICE, _("is computed in another way; it shows at once"))
        return
    text = _("is computed in another way") if old else _("is computed now")
    yield at.change(Impact.MIGRATION, text, affected=holding(at), step=convert(at))


def _link(at: At, old: Any, new: Any) -> Iterator[Change]:
    before, after = (part.get("form") if part else None for part in (old, new))
    at = at.inside("link")
    if before == after:
        yield at.change(Impact.NOTICE, _("how it links changed"))
    else:
        text = _("links to '%(after)s' instead of '%(before)s'", after=after, before=before)
        yield at.change(Impact.MIGRATION, text, affected=holding(at), step=convert(at))


FIELD: Rules = {
    "type": silent,  # said with the conversion
    "options": plain(Impact.SAFE, marked("options")),
    "choices": _choices,
    "placeholder": plain(Impact.SAFE, marked("placeholder")),
    "unit": plain(Impact.SAFE, marked("unit")),
    "widget": plain(Impact.SAFE, marked("input")),
    "default": plain(Impact.SAFE, marked("default")),
    "fill": plain(Impact.SAFE, marked("where the default is filled in")),
    "lock": plain(Impact.SAFE, marked("where it is read-only")),
    "unique": _unique,
    "index": plain(Impact.SAFE, marked("index")),
    "sensitive": _sensitive,
    "messages": plain(Impact.SAFE, marked("error texts")),
    "showWhen": _hidden,
    "whenHidden": plain(Impact.NOTICE, marked("what becomes of the value while hidden")),
    "requireWhen": plain(Impact.NOTICE, marked("when it is asked for, at the next edit,")),
    "readOnlyWhen": plain(Impact.NOTICE, marked("when it cannot be edited")),
    "rules": plain(Impact.NOTICE, marked("what must hold at the next edit")),
    "computed": _computed,
    "dependsOn": plain(Impact.NOTICE, marked("what its choices depend on")),
    "orOther": plain(Impact.NOTICE, marked("whether another text may be typed")),
    "link": _link,
    "was": plain(Impact.SAFE, marked("former keys")),
    "blank": plain(Impact.NOTICE, marked("what an emptied input means")),
}
"""By keyword of `x-ops`."""

PROPERTY: Rules = {
    "x-ops": _annotations,
    "title": retitled(marked("title")),
    "description": plain(Impact.SAFE, marked("help text")),
    "default": plain(Impact.SAFE, marked("default")),
    "deprecated": plain(Impact.SAFE, marked("whether it is still offered")),
    "readOnly": plain(Impact.NOTICE, marked("whether people may set it")),
    "examples": plain(Impact.SAFE, marked("examples")),
    **dict.fromkeys(("$schema", "$comment", "$anchor", "$id", "writeOnly"), silent),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "contentSchema"), silent),
    **dict.fromkeys(_SHAPE, silent),  # said with the constraints
}
"""By keyword of a property."""
