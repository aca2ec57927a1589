"""What people read about an invalid value: plain sentences that name the limit and what is there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

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


def words_for(finding: Finding, title: Title) -> str:
    """One sentence about a finding; one that lies deeper in a field says where."""
    if finding.keyword in ("required", "dependentRequired"):
        return _missing(finding, title)
    if finding.keyword in ("additionalProperties", "unevaluatedProperties"):
        return (
            f"There is no field '{_shortened(str(finding.path[-1]))}' here"
            if finding.path
            else _REFUSED
        )
    words = _WORDS.get(finding.keyword)
    message = words(finding.value, finding.instance) if words else _other(finding.keyword)
    deeper = [f"entry {step + 1}" if isinstance(step, int) else step for step in finding.path[1:]]
    return f"{', '.join(deeper)}: {message}" if deeper else message


_REFUSED: Final = "No value is allowed here"


def _missing(finding: Finding, title: Title) -> str:
    *around, key = finding.path
    named = f"'{key}' in {title(str(around[0]))}" if around else title(str(key))
    if finding.keyword == "dependentRequired" and not around:
        return f"Fill in {named}, as {title(str(finding.value))} is filled in"
    return f"Fill in {named}"


def _other(keyword: str) -> str:
    return _REFUSED if keyword in ("None", "falseSchema") else f"This does not meet '{keyword}'"


_TYPES: Final[Mapping[str, str]] = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
_FORMATS: Final[Mapping[str, str]] = {
    "date": "a day like 2026-11-24",
    "date-time": "a moment like 2026-11-24T17:00:00Z",
    "time": "a time like 17:00:00Z",
    "duration": "a duration like PT2H30M",
    "email": "an e-mail address like name@example.com",
    "uri": "an address like https://example.com/page",
    "uuid": "a UUID",
    "ipv4": "an IPv4 address",
    "ipv6": "an IPv6 address",
    "hostname": "a host name",
}


def _type(value: Any, instance: Any) -> str:
    wanted = value if isinstance(value, list) else [value]
    named = " or ".join(_TYPES.get(name, name) for name in wanted)
    return f"This must be {named}; it is {_kind_of(instance)}"


def _kind_of(instance: Any) -> str:
    match instance:
        case bool():
            return "true" if instance else "false"
        case None:
            return "null"
        case str():
            return "a text"
        case int():
            return "a whole number"
        case float():
            return "a number with decimals"
    return "a list" if isinstance(instance, list) else "an object"


def _enum(value: Any, _: Any) -> str:
    named = ", ".join(_quoted(item) for item in value[:_MAX_NAMED])
    return f"Choose one of {named}{', …' if len(value) > _MAX_NAMED else ''}"


def _twice(_: Any, instance: Any) -> str:
    seen: list[str] = []
    for item in instance:
        text = json.dumps(item, sort_keys=True)
        if text in seen[-1000:]:
            return f"Each entry only once; {_quoted(item)} is here twice"
        seen.append(text)
    return "Each entry only once"


def _alternatives(value: Any, _: Any) -> str:
    return f"This must fit one of {len(value)} forms and fits none of them, or more than it may"


def _format(value: Any, _: Any) -> str:
    return f"This must be {_FORMATS.get(value, f'of the format {value}')}"


def _counted(limit: str, one: str, many: str) -> Callable[[Any, Any], str]:
    def words(value: Any, instance: Any) -> str:
        return f"{limit} {value:,} {one if value == 1 else many}; this has {len(instance):,}"

    return words


def _bounded(limit: str) -> Callable[[Any, Any], str]:
    return lambda value, instance: f"{limit} {value}; this is {instance}"


_WORDS: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda value, _: f"This must be {_quoted(value)}",
    "minLength": _counted("At least", "character", "characters"),
    "maxLength": _counted("At most", "character", "characters"),
    "minItems": _counted("At least", "entry", "entries"),
    "maxItems": _counted("At most", "entry", "entries"),
    "minProperties": _counted("At least", "entry", "entries"),
    "maxProperties": _counted("At most", "entry", "entries"),
    "minimum": _bounded("At least"),
    "maximum": _bounded("At most"),
    "exclusiveMinimum": _bounded("More than"),
    "exclusiveMaximum": _bounded("Less than"),
    "multipleOf": _bounded("A multiple of"),
    "uniqueItems": _twice,
    "pattern": lambda value, _: f"This does not have the form {_shortened(value)}",
    "format": _format,
    "contains": lambda _value, _: "No entry is of the kind that must be among them",
    "minContains": lambda value, _: f"At least {value} entries must be of the kind asked for",
    "maxContains": lambda value, _: f"At most {value} entries may be of the kind asked for",
    "not": lambda _value, _: "This value is ruled out here",
    "anyOf": _alternatives,
    "oneOf": _alternatives,
}


def _quoted(value: Any) -> str:
    return _shortened(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _shortened(text: str) -> str:
    return text if len(text) <= _MAX_QUOTED else f"{text[: _MAX_QUOTED - 1]}…"
