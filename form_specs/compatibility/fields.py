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
            yield inside.change(Impact.SAFE, f"{text}: takes more than before")
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
    "maximum": "the largest value",
    "minimum": "the smallest value",
    "exclusiveMaximum": "the limit above",
    "exclusiveMinimum": "the limit below",
    "maxLength": "the greatest length",
    "minLength": "the least length",
    "maxItems": "the most entries",
    "minItems": "the fewest entries",
    "pattern": "the pattern",
    "format": "the format",
    "enum": "the list of values",
}


def _limit_text(keyword: str, old: Any, new: Any) -> str:
    what = _LIMITS.get(keyword, f"'{keyword}'")
    if old is None:
        return f"{what} is {new} now" if _short(new) else f"{what} is given now"
    if new is None:
        return f"{what} is free now"
    if _short(old) and _short(new):
        return f"{what} was {old} and is {new} now"
    return f"{what} is another now"


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
    way = f"type '{before}' is now '{after}'" if before != after else "is kept in another form now"
    match conversion:
        case Conversion.LOSSLESS:
            text = f"{way}; every value is taken over"
        case Conversion.LOSSY:
            text = f"{way}; values that do not fit are listed"
        case _:
            text = f"{way}; no value can be taken over"
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
            yield at.inside("choices").change(Impact.SAFE, "choices stand in another order")
        yield from _listed_choices(at, old, new)
    elif old is not None and new is not None:
        yield at.inside("choices").change(
            Impact.NOTICE, "choices come from elsewhere now; what records hold stays"
        )


def _choice_added(at: At) -> Iterator[Change]:
    yield at.change(Impact.SAFE, "choice added")


def _choice_removed(at: At) -> Iterator[Change]:
    choice, title = str(at.old["key"]), str(at.old.get("title", ""))
    yield Change(
        pointer=at.pointer,
        impact=Impact.MIGRATION,
        subject=at.subject.rpartition(" · ")[0],
        text=f"choice '{title}' removed",
        affected=holding_choice(at, at.key, choice),
        form=at.form,
        field=at.key,
        step={"do": "map", "form": at.form, "field": at.key, "map": {choice: UNANSWERED}},
    )


CHOICE: Rules = {
    "key": silent,
    "title": retitled("the choice's title"),
    "color": plain(Impact.SAFE, "the choice's colour"),
    "retired": plain(Impact.SAFE, "whether the choice is offered"),
    "match": plain(Impact.NOTICE, "when the choice is offered"),
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
        yield at.change(Impact.SAFE, "records may share a value now")
        return
    text = "no two records may share a value now"
    yield at.change(Impact.MIGRATION, text, affected=sharing(at), step=convert(at))


def _sensitive(at: At, _old: Any, new: Any) -> Iterator[Change]:
    impact = Impact.SAFE if new else Impact.REVIEW
    text = "is kept out of search and logs now" if new else "is found by search and logged now"
    yield at.inside("sensitive").change(impact, text)


def _hidden(at: At, old: Any, new: Any) -> Iterator[Change]:
    if new is None:
        yield at.inside("showWhen").change(Impact.SAFE, "is always shown now")
        return
    kept = at.new.get("whenHidden") == "keep"
    end = (
        "its value is kept"
        if kept
        else "its value is cleared at the next save and kept in the history"
    )
    yield at.inside("showWhen").change(
        Impact.NOTICE,
        f"is shown only where a {'new ' if old else ''}condition holds; elsewhere {end}",
    )


def _computed(at: At, old: Any, new: Any) -> Iterator[Change]:
    at = at.inside("computed")
    if new is None:
        yield at.change(Impact.NOTICE, "is typed in now, no longer computed")
        return
    if not (new or {}).get("stored", True):
        yield at.change(Impact.NOTICE, "is computed in another way; it shows at once")
        return
    text = "is computed in another way" if old else "is computed now"
    yield at.change(Impact.MIGRATION, text, affected=holding(at), step=convert(at))


def _link(at: At, old: Any, new: Any) -> Iterator[Change]:
    before, after = (part.get("form") if part else None for part in (old, new))
    at = at.inside("link")
    if before == after:
        yield at.change(Impact.NOTICE, "how it links changed")
    else:
        text = f"links to '{after}' instead of '{before}'"
        yield at.change(Impact.MIGRATION, text, affected=holding(at), step=convert(at))


FIELD: Rules = {
    "type": silent,  # said with the conversion
    "options": plain(Impact.SAFE, "options"),
    "choices": _choices,
    "placeholder": plain(Impact.SAFE, "placeholder"),
    "unit": plain(Impact.SAFE, "unit"),
    "widget": plain(Impact.SAFE, "input"),
    "default": plain(Impact.SAFE, "default"),
    "fill": plain(Impact.SAFE, "where the default is filled in"),
    "lock": plain(Impact.SAFE, "where it is read-only"),
    "unique": _unique,
    "index": plain(Impact.SAFE, "index"),
    "sensitive": _sensitive,
    "messages": plain(Impact.SAFE, "error texts"),
    "showWhen": _hidden,
    "whenHidden": plain(Impact.NOTICE, "what becomes of the value while hidden"),
    "requireWhen": plain(Impact.NOTICE, "when it is asked for, at the next edit,"),
    "readOnlyWhen": plain(Impact.NOTICE, "when it cannot be edited"),
    "rules": plain(Impact.NOTICE, "what must hold at the next edit"),
    "computed": _computed,
    "dependsOn": plain(Impact.NOTICE, "what its choices depend on"),
    "orOther": plain(Impact.NOTICE, "whether another text may be typed"),
    "link": _link,
    "was": plain(Impact.SAFE, "former keys"),
    "blank": plain(Impact.NOTICE, "what an emptied input means"),
}
"""By keyword of `x-ops`."""

PROPERTY: Rules = {
    "x-ops": _annotations,
    "title": retitled("title"),
    "description": plain(Impact.SAFE, "help text"),
    "default": plain(Impact.SAFE, "default"),
    "deprecated": plain(Impact.SAFE, "whether it is still offered"),
    "readOnly": plain(Impact.NOTICE, "whether people may set it"),
    "examples": plain(Impact.SAFE, "examples"),
    **dict.fromkeys(("$schema", "$comment", "$anchor", "$id", "writeOnly"), silent),
    **dict.fromkeys(("contentEncoding", "contentMediaType", "contentSchema"), silent),
    **dict.fromkeys(_SHAPE, silent),  # said with the constraints
}
"""By keyword of a property."""
