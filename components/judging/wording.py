"""What people read about an invalid value: plain sentences that name the limit and what is there."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, TypeAlias

from components.judging.pattern_example import example_of
from components.values.limits import (
    characters_at_least,
    characters_at_most,
    either,
    entries_at_least,
    entries_at_most,
)
from form_specs.language import _, counted, marked

_MAX_NAMED: Final = 12
_MAX_QUOTED: Final = 80


@dataclass(frozen=True, slots=True)
class Finding:
    """One keyword that a record does not meet."""

    path: tuple[str | int, ...]
    """Into the record, to the value that should be mended."""
    keyword: str
    value: Any
    """What the schema says to the keyword; for `required` the missing key."""
    instance: Any


Title: TypeAlias = Callable[[str], str]
"""From the key of a property of the record to its title."""


def words_for(finding: Finding, title: Title, *, located: bool = True) -> str:
    """One sentence about a finding; where `located`, one that lies deeper in a field says where."""
    if finding.keyword in ("required", "dependentRequired"):
        return _missing(finding, title) if located else _("Fill this in")
    if finding.keyword in ("additionalProperties", "unevaluatedProperties"):
        return _surplus(finding)
    if finding.keyword == "minProperties" and not finding.path:
        return counted(
            "Fill in at least %(num)s field", "Fill in at least %(num)s fields", int(finding.value)
        )
    words = _WORDS.get(finding.keyword)
    message = words(finding.value, finding.instance) if words else _other(finding.keyword)
    if finding.keyword == "not" and isinstance(finding.value, list):
        message = _not_together(finding, title)
    deeper = [
        _("entry %(number)s", number=step + 1) if isinstance(step, int) else step
        for step in finding.path[1:]
    ]
    return f"{', '.join(deeper)}: {message}" if deeper and located else message


def _not_together(finding: Finding, title: Title) -> str:
    """That some properties of one object may not all be there."""
    named = str if finding.path else title
    names = [named(str(name)) for name in finding.value]
    if len(names) == 1:
        return _("Leave %(field)s empty", field=names[0])
    return _("Not all of these may be filled in: %(fields)s", fields=", ".join(names))


def _refused() -> str:
    return _("No value is allowed here")


def _surplus(finding: Finding) -> str:
    if not finding.path:
        return _refused()
    name = str(finding.path[-1])
    known = [str(key) for key in finding.value] if isinstance(finding.value, list) else []
    for meant in get_close_matches(name, known, 1):
        return _(
            "There is no field '%(name)s' here; did you mean '%(meant)s'?",
            name=_shortened(name),
            meant=meant,
        )
    return _("There is no field '%(name)s' here", name=_shortened(name))


def _missing(finding: Finding, title: Title) -> str:
    *around, key = finding.path
    if isinstance(finding.value, list):
        each = [title(str(name)) if not around else f"'{name}'" for name in finding.value]
        return _fill_in(either(each), [title(str(step)) for step in around[:1]])
    if finding.keyword == "dependentRequired" and not around:
        other = title(str(finding.value))
        return _("Fill in %(field)s, as %(other)s is filled in", field=title(str(key)), other=other)
    named = f"'{key}'" if around else title(str(key))
    return _fill_in(named, [title(str(step)) for step in around[:1]])


def _fill_in(field: str, around: Sequence[str]) -> str:
    for outer in around:
        return _("Fill in %(field)s in %(outer)s", field=field, outer=outer)
    return _("Fill in %(field)s", field=field)


def _other(keyword: str) -> str:
    if keyword in ("None", "falseSchema"):
        return _refused()
    return _("This does not meet '%(keyword)s'", keyword=keyword)


_TYPES: Final[Mapping[str, str]] = {
    "string": marked("a text"),
    "integer": marked("a whole number"),
    "number": marked("a number"),
    "boolean": marked("true or false"),
    "array": marked("a list"),
    "object": marked("an object"),
    "null": "null",
}
_FORMATS: Final[Mapping[str, str]] = {
    "date": marked("a day like 2026-11-24"),
    "date-time": marked("a moment like 2026-11-24T17:00:00Z"),
    "time": marked("a time like 17:00:00Z"),
    "duration": marked("a duration like PT2H30M"),
    "email": marked("an e-mail address like name@example.com"),
    "uri": marked("an address like https://example.com/page"),
    "uuid": marked("a UUID"),
    "ipv4": marked("an IPv4 address"),
    "ipv6": marked("an IPv6 address"),
    "hostname": marked("a host name"),
    "uri-reference": marked("an address, or a part of one like /page"),
    "iri": marked("an address like https://example.com/page"),
    "json-pointer": marked("a JSON pointer like /a/0"),
    "regex": marked("a regular expression"),
    "iri-reference": marked("an address, or a part of one like /page"),
    "uri-template": marked("an address with places to fill in, like /users/{id}"),
    "idn-hostname": marked("a host name"),
    "relative-json-pointer": marked("a relative JSON pointer like 1/a"),
    "idn-email": marked("an e-mail address like name@example.com"),
}


def _type(value: Any, instance: Any) -> str:
    wanted = value if isinstance(value, list) else [value]
    named = either(_(_TYPES[name]) if name in _TYPES else str(name) for name in wanted)
    return _("This must be %(wanted)s; it is %(found)s", wanted=named, found=_kind_of(instance))


def _kind_of(instance: Any) -> str:
    match instance:
        case bool():
            return "true" if instance else "false"
        case None:
            return "null"
        case str():
            return _("a text")
        case int():
            return _("a whole number")
        case float():
            return _("a number with decimals")
    return _("a list") if isinstance(instance, list) else _("an object")


def _enum(value: Any, _instance: Any) -> str:
    named = ", ".join(_quoted(item) for item in value[:_MAX_NAMED])
    more = ", …" if len(value) > _MAX_NAMED else ""
    return _("Choose one of %(choices)s", choices=named + more)


def _twice(_value: Any, instance: Any) -> str:
    seen: list[str] = []
    for item in instance:
        text = json.dumps(item, sort_keys=True)
        if text in seen[-1000:]:
            return _("Each entry only once; %(entry)s is here twice", entry=_quoted(item))
        seen.append(text)
    return _("Each entry only once")


def _alternatives(value: Any, _instance: Any) -> str:
    if isinstance(value, int) and value > 1:
        return _(
            "This fits %(number)s of the forms that it may have; it must fit only one", number=value
        )
    return _("This has none of the forms that it may have")


def _name(finding: Any, name: Any) -> str:
    said = _("'%(name)s' is no name that is allowed here.", name=_shortened(str(name)))
    return f"{said} {words_for(finding, str)}"


def _format(value: Any, _instance: Any) -> str:
    if value in _FORMATS:
        return _("This must be %(wanted)s", wanted=_(_FORMATS[value]))
    return _("This must be of the format %(format)s", format=value)


def _sized(words: Callable[[int, int], str]) -> Callable[[Any, Any], str]:
    return lambda value, instance: words(int(value), len(instance))


def _bounded(text: str) -> Callable[[Any, Any], str]:
    return lambda value, instance: _(text, limit=value, number=instance)


def _const(value: Any, _instance: Any) -> str:
    return _("This must be %(wanted)s", wanted=_quoted(value))


def _pattern(value: Any, _instance: Any) -> str:
    if example := example_of(value):
        return _("This is not written as asked for, like %(example)s", example=example)
    return _("This is not written as asked for: %(pattern)s", pattern=_shortened(value))


def _too_few(value: Any, _instance: Any) -> str:
    return counted(
        "At least %(num)s entry must be of the kind asked for",
        "At least %(num)s entries must be of the kind asked for",
        int(value),
    )


def _too_many(value: Any, _instance: Any) -> str:
    return counted(
        "At most %(num)s entry may be of the kind asked for",
        "At most %(num)s entries may be of the kind asked for",
        int(value),
    )


def _left_over(value: Any, _instance: Any) -> str:
    return counted(
        "There are %(num)s entry too many", "There are %(num)s entries too many", len(value)
    )


_WORDS: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "type": _type,
    "enum": _enum,
    "const": _const,
    "minLength": _sized(characters_at_least),
    "maxLength": _sized(characters_at_most),
    "minItems": _sized(entries_at_least),
    "maxItems": _sized(entries_at_most),
    "minProperties": _sized(entries_at_least),
    "maxProperties": _sized(entries_at_most),
    "minimum": _bounded(marked("At least %(limit)s; this is %(number)s")),
    "maximum": _bounded(marked("At most %(limit)s; this is %(number)s")),
    "exclusiveMinimum": _bounded(marked("More than %(limit)s; this is %(number)s")),
    "exclusiveMaximum": _bounded(marked("Less than %(limit)s; this is %(number)s")),
    "multipleOf": _bounded(marked("A multiple of %(limit)s; this is %(number)s")),
    "uniqueItems": _twice,
    "pattern": _pattern,
    "format": _format,
    "contains": lambda *_found: _("No entry is of the kind that must be among them"),
    "minContains": _too_few,
    "maxContains": _too_many,
    "not": lambda *_found: _("This value is ruled out here"),
    "propertyNames": _name,
    "unevaluatedItems": _left_over,
    "anyOf": _alternatives,
    "oneOf": _alternatives,
}


def _quoted(value: Any) -> str:
    return _shortened(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED else f"{text[: _MAX_QUOTED - 1]}…"
