"""The conditions of JSON Forms: a JSON Schema that the value at a scope must fulfil."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from form_specs.imports.logic import Truth, Untranslatable, all_of, any_of, compare, negated
from form_specs.language import _

_STEP: Final = re.compile(r"/?properties/([^/]+)")
_BESIDE: Final = re.compile(r"(^|/)(?:(?:allOf|anyOf|oneOf)/[0-9]+|if|then|else)(?=/)")
"""Keywords whose schemas speak of the very same value."""
_ANNOTATIONS: Final = ("title", "description", "$comment", "examples", "default", "$schema")


def path_of(scope: Any, base: tuple[str, ...] = ()) -> tuple[str, ...]:
    """From `#/properties/a/properties/b` to the keys; raises `Untranslatable`."""
    if isinstance(scope, Mapping):  # as the first versions wrote it
        scope = scope.get("$ref")
    if not isinstance(scope, str) or not scope.startswith("#"):
        raise Untranslatable(_("the scope %(scope)s leads to no property", scope=repr(scope)))
    rest = _BESIDE.sub("", scope[1:].strip("/"))
    keys = tuple(step.replace("~1", "/").replace("~0", "~") for step in _STEP.findall(rest))
    if _STEP.sub("", rest).strip("/"):
        raise Untranslatable(
            _("the scope %(scope)s leads to something other than a property", scope=repr(scope))
        )
    return base + keys


def condition(raw: Any, base: tuple[str, ...] = ()) -> Truth:
    """A condition of a rule as one of ours; raises `Untranslatable`."""
    if not isinstance(raw, Mapping):
        raise Untranslatable(_("there is no condition"))
    if isinstance(raw.get("conditions"), list):
        join = {"AND": all_of, "OR": any_of}.get(str(raw.get("type")).upper())
        if join is None:
            raise Untranslatable(_("conditions joined by %(value)s", value=repr(raw.get("type"))))
        return join([condition(part, base) for part in raw["conditions"]])
    path = path_of(raw.get("scope"), base)
    if "expectedValue" in raw:
        return _Schema(path).full({"const": raw["expectedValue"]}, fails_when_absent=False)
    if "schema" not in raw:
        raise Untranslatable(_("there is neither a schema nor an expected value"))
    return _Schema(path).full(raw["schema"], fails_when_absent=raw.get("failWhenUndefined") is True)


class _Schema:
    """A schema asked of the value at one path."""

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path
        self.field = ".".join(path)

    def full(self, schema: Any, *, fails_when_absent: bool) -> Truth:
        """What a validator says, also where there is no value: most keywords then judge nothing."""
        present = self.present(schema)
        if not self.path:
            return present
        if not fails_when_absent and _passes_absent(schema):
            return _or_absent(self.field, present)
        return all_of([compare(self.field, "present"), present]) if _blind(present) else present

    def present(self, schema: Any) -> Truth:
        """What a validator says of a value that is there."""
        if isinstance(schema, bool):
            return schema
        if not isinstance(schema, Mapping):
            raise Untranslatable(_("a condition's schema is an object"))
        parts = [
            self.keyword(keyword, value, schema)
            for keyword, value in schema.items()
            if keyword not in (*_ANNOTATIONS, "then", "else", "required")
        ]
        return all_of([*parts, *self.required(schema)])

    def keyword(self, keyword: str, value: Any, schema: Mapping[str, Any]) -> Truth:
        """What one keyword asks for."""
        if keyword == "properties" and isinstance(value, dict):
            return all_of(self.property(name, part, schema) for name, part in value.items())
        if keyword == "if":
            return any_of([
                all_of([self.present(value), self.present(schema.get("then", True))]),
                all_of([negated(self.present(value)), self.present(schema.get("else", True))]),
            ])  # fmt: skip
        if keyword in _JOINS and isinstance(value, list):
            if keyword == "oneOf" and not all(_single(part) for part in value):
                raise Untranslatable(_("'oneOf' of alternatives that may hold together"))
            return _JOINS[keyword](self.present(part) for part in value)
        if keyword == "not":
            return negated(self.present(value))
        return self.value(keyword, value)

    def value(self, keyword: str, value: Any) -> Truth:
        """What a keyword asks of a scalar or a list."""
        if not self.path and keyword != "type":
            raise Untranslatable(_("'%(keyword)s' of the whole record", keyword=keyword))
        if keyword == "const":
            return self.equal(value)
        if keyword == "enum" and isinstance(value, list):
            return any_of(map(self.equal, value)) if None in value else self.among(value)
        if keyword in _RANGE:
            return compare(self.field, _RANGE[keyword], value)
        if keyword == "type":
            return compare(self.field, "empty") if value == "null" else True
        if keyword == "contains" and isinstance(value, dict) and len(value) == 1:
            return self.contains(value)
        if (keyword, value) in (("minLength", 0), ("minLength", 1)):
            return True
        raise Untranslatable(_("the keyword '%(keyword)s'", keyword=keyword))

    def equal(self, value: Any) -> Truth:
        if value is None:
            return compare(self.field, "empty")
        if isinstance(value, dict | list):
            raise Untranslatable(_("a comparison with a list or an object"))
        return compare(self.field, "eq", value)

    def among(self, values: list[Any]) -> Truth:
        if any(isinstance(value, dict | list) for value in values):
            raise Untranslatable(_("a comparison with a list or an object"))
        return (
            compare(self.field, "eq", values[0])
            if len(values) == 1
            else compare(self.field, "in", values)
        )

    def contains(self, schema: Mapping[str, Any]) -> Truth:
        if "const" in schema:
            return compare(self.field, "has", schema["const"])
        if isinstance(schema.get("enum"), list):
            return compare(self.field, "has_any", schema["enum"])
        raise Untranslatable(_("the keyword 'contains'"))

    def property(self, name: str, part: Any, schema: Mapping[str, Any]) -> Truth:
        """A property that is not there is not judged, unless it is required."""
        below = _Schema((*self.path, name))
        present = below.present(part)
        if name in schema.get("required", ()):
            return present
        return _or_absent(below.field, present)

    def required(self, schema: Mapping[str, Any]) -> list[Truth]:
        names = schema.get("required", ())
        listed = names if isinstance(names, list) else []
        judged = schema.get("properties")
        judged = judged if isinstance(judged, Mapping) else {}
        return [
            compare(".".join((*self.path, name)), "present")
            for name in listed
            if name not in judged or _blind(_Schema((*self.path, name)).present(judged[name]))
        ]


_JOINS: Final[Mapping[str, Callable[[Any], Truth]]] = {
    "allOf": all_of,
    "anyOf": any_of,
    "oneOf": any_of,
}
_RANGE: Final[Mapping[str, str]] = {
    "minimum": "ge",
    "maximum": "le",
    "exclusiveMinimum": "gt",
    "exclusiveMaximum": "lt",
}


def _single(part: Any) -> bool:
    return isinstance(part, dict) and part.keys() & {"const", "enum"} != set()


def _blind(condition: Truth) -> bool:
    """Whether it is true of a value that is not there."""
    if isinstance(condition, bool):
        return condition
    if "any" in condition:
        return any(map(_blind, condition["any"]))
    if "all" in condition:
        return all(map(_blind, condition["all"]))
    if "not" in condition:
        return not _blind(condition["not"])
    return condition.get("op") in ("ne", "not_in", "empty")


def _or_absent(field: str, condition: Truth) -> Truth:
    return condition if _blind(condition) else any_of([compare(field, "empty"), condition])


def _passes_absent(schema: Any) -> bool:
    """Whether a validator takes it that there is nothing."""
    if not isinstance(schema, Mapping):
        return schema is not False
    if schema.keys() & {"const", "enum", "type"}:
        return False
    joined = (
        (all, schema.get("allOf")), (any, schema.get("anyOf")), (any, schema.get("oneOf")),
    )  # fmt: skip
    if any(
        isinstance(parts, list) and not test(map(_passes_absent, parts)) for test, parts in joined
    ):
        return False
    return "not" not in schema or not _passes_absent(schema["not"])
