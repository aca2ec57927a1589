"""Whether one JSON Schema takes everything that another took, keyword by keyword.

The answer errs on one side: "looser" is only said where it is certain.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from form_specs.digest import canonical

Raw = Mapping[str, Any]


class Way(Enum):
    """How a keyword's change changes what is valid."""

    SAME = "same"
    LOOSER = "looser"
    TIGHTER = "tighter"


ANNOTATIONS: Final = frozenset(
    (
        *("$schema", "$comment", "$anchor", "$id", "$vocabulary", "$dynamicAnchor", "title"),
        *("description", "default", "deprecated", "readOnly", "writeOnly", "examples", "x-ops"),
        *("contentEncoding", "contentMediaType", "contentSchema"),
    )
)
"""What no validator judges by."""

_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_IF_GONE: Final = ("pattern", "format", "const", "not", "dependentSchemas", "propertyNames")
_WHOLE: Final = (
    *("$ref", "$dynamicRef", "$defs", "if", "then", "else", "contains", "minContains"),
    *("maxContains", "prefixItems", "patternProperties", "unevaluatedItems"),
    *("unevaluatedProperties", "allOf", "oneOf"),
)


def ways(old: Raw, new: Raw) -> Iterator[tuple[str, Way]]:
    """Each keyword that differs, and how it changes what is valid; annotations are left out."""
    entangled = _entangled(old) or _entangled(new)
    for keyword in dict.fromkeys((*old, *new)):
        if keyword in ANNOTATIONS or _equal(old.get(keyword), new.get(keyword)):
            continue
        judge = KEYWORDS.get(keyword, _changed)
        way = Way.TIGHTER if entangled else judge(keyword, old, new)
        if way is not Way.SAME:
            yield keyword, way


def _equal(old: Any, new: Any) -> bool:
    return old == new and canonical(old) == canonical(new)


def widens(old: Any, new: Any) -> bool:
    """Whether the new schema takes all that the old one took, as far as can be told."""
    if new is True or old is False or old == new:
        return True
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return old is True and isinstance(new, Mapping) and not (set(new) - ANNOTATIONS)
    return all(way is not Way.TIGHTER for _, way in ways(old, new))


def _entangled(schema: Raw) -> bool:
    """Whether keywords judge by what their neighbours saw, so that none can be looked at alone."""
    return "unevaluatedProperties" in schema or "unevaluatedItems" in schema


def _changed(_keyword: str, _old: Raw, _new: Raw) -> Way:
    return Way.TIGHTER


def _bound(*, larger_is_looser: bool) -> Callable[[str, Raw, Raw], Way]:
    def judge(keyword: str, old: Raw, new: Raw) -> Way:
        if keyword not in new:
            return Way.LOOSER
        if keyword not in old:
            return Way.TIGHTER
        grew = new[keyword] > old[keyword]
        return Way.LOOSER if grew is larger_is_looser else Way.TIGHTER

    return judge


def _if_gone(keyword: str, _old: Raw, new: Raw) -> Way:
    return Way.LOOSER if keyword not in new else Way.TIGHTER


def _superset(keyword: str, old: Raw, new: Raw) -> Way:
    if keyword not in new:
        return Way.LOOSER
    if keyword not in old:
        return Way.TIGHTER
    before = {canonical(item) for item in old[keyword]}
    return _when(before <= {canonical(item) for item in new[keyword]})


def _types(keyword: str, old: Raw, new: Raw) -> Way:
    if keyword not in new:
        return Way.LOOSER
    if keyword not in old:
        return Way.TIGHTER
    before, after = _names(old[keyword]), _names(new[keyword])
    if "number" in after:
        after |= {"integer"}
    return _when(before <= after)


def _names(types: Any) -> set[str]:
    return {types} if isinstance(types, str) else set(types)


def _fewer(keyword: str, old: Raw, new: Raw) -> Way:
    return _when(set(new.get(keyword, ())) <= set(old.get(keyword, ())))


def _dependent(keyword: str, old: Raw, new: Raw) -> Way:
    before, after = old.get(keyword, {}), new.get(keyword, {})
    return _when(all(set(names) <= set(before.get(key, ())) for key, names in after.items()))


def _unique(keyword: str, _old: Raw, new: Raw) -> Way:
    return Way.TIGHTER if new.get(keyword, False) else Way.LOOSER


def _multiple(keyword: str, old: Raw, new: Raw) -> Way:
    if keyword not in new:
        return Way.LOOSER
    if keyword not in old:
        return Way.TIGHTER
    step = Decimal(str(new[keyword]))
    return _when(Decimal(str(old[keyword])) % step == 0)


def _any_of(keyword: str, old: Raw, new: Raw) -> Way:
    if keyword in old and keyword in new:
        before, after = old[keyword], new[keyword]
        return _when(all(any(widens(part, other) for other in after) for part in before))
    return Way.LOOSER if keyword in old else Way.TIGHTER


def _items(keyword: str, old: Raw, new: Raw) -> Way:
    if keyword == "items" and ("prefixItems" in old or "prefixItems" in new):
        return Way.TIGHTER
    return _when(widens(old.get(keyword, True), new.get(keyword, True)))


def _properties(keyword: str, old: Raw, new: Raw) -> Way:
    before, after = old.get(keyword, {}), new.get(keyword, {})
    if "patternProperties" in old or "patternProperties" in new:
        return Way.TIGHTER
    rest_before, rest_after = (s.get("additionalProperties", True) for s in (old, new))
    return _when(
        all(
            widens(before.get(key, rest_before), after.get(key, rest_after))
            for key in (*before, *after)
        )
    )


def _additional(keyword: str, old: Raw, new: Raw) -> Way:
    if "patternProperties" in old or "patternProperties" in new:
        return Way.TIGHTER
    return _when(widens(old.get(keyword, True), new.get(keyword, True)))


def _when(looser: bool) -> Way:
    return Way.LOOSER if looser else Way.TIGHTER


KEYWORDS: Final[Mapping[str, Callable[[str, Raw, Raw], Way]]] = {
    **dict.fromkeys(_UPPER, _bound(larger_is_looser=True)),
    **dict.fromkeys(_LOWER, _bound(larger_is_looser=False)),
    **dict.fromkeys(_IF_GONE, _if_gone),
    **dict.fromkeys(_WHOLE, _changed),
    "enum": _superset,
    "type": _types,
    "required": _fewer,
    "dependentRequired": _dependent,
    "uniqueItems": _unique,
    "multipleOf": _multiple,
    "anyOf": _any_of,
    "items": _items,
    "properties": _properties,
    "additionalProperties": _additional,
}
"""How each keyword that validators judge by is compared; the tests hold it complete."""
