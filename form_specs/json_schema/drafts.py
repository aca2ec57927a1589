"""Lifting JSON Schemas of older drafts (4 to 2019-09) to 2020-12 without changing what they accept."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.json_schema.subschemas import NAMED, ONE, SEVERAL
from form_specs.language import _
from form_specs.problem import escaped

_OLD_ONE = (*ONE, "additionalItems")
_OLD_NAMED = (*NAMED, "definitions", "dependencies")
_DRAFTS = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
LATEST = "2020-12"
_SIBLINGS_IGNORED = ("draft-04", "draft-06", "draft-07")
_TUPLES_IN_ITEMS = (*_SIBLINGS_IGNORED, "2019-09")


_NO_DRAFT = ("http://json-schema.org/schema", "http://json-schema.org/schema#")
"""How `$schema` says "the latest one"."""
_SINCE: Mapping[str, frozenset[str]] = {
    "draft-06": frozenset(("$id", "const", "contains", "propertyNames", "examples")),
    "draft-07": frozenset(("if", "then", "else", "$comment", "readOnly", "writeOnly")),
    "2019-09": frozenset(
        (
            *("dependentRequired", "dependentSchemas", "unevaluatedItems", "maxContains"),
            *("unevaluatedProperties", "minContains", "$anchor", "$recursiveRef"),
        )
    ),
    "2020-12": frozenset(("prefixItems", "$dynamicRef", "$dynamicAnchor")),
}
"""The draft that brought a keyword; before it, the keyword says nothing."""


class UnknownDraft(ValueError):  # noqa: N818 - named for what it says
    """A `$schema` that is none of the drafts known here."""


def draft_of(schema: Mapping[str, Any]) -> str:
    """Which draft a schema says it is written in; 2020-12 where it says nothing."""
    declared = schema.get("$schema")
    if declared is None or declared in _NO_DRAFT:
        return LATEST
    for draft in _DRAFTS:
        if isinstance(declared, str) and f"/{draft}/schema" in declared:
            return draft
    raise UnknownDraft(
        _(
            "the dialect %(declared)s is none of %(drafts)s",
            declared=repr(declared),
            drafts=", ".join(_DRAFTS),
        )
    )


def _together(first: Any, second: Any) -> Any:
    """What two keywords say that became one."""
    if isinstance(first, dict) and isinstance(second, dict):
        return {**first, **second}
    if isinstance(first, list) and isinstance(second, list):
        return [*first, *second]
    return second


def unknown_before(draft: str) -> frozenset[str]:
    """The keywords that only later drafts than this one know."""
    later = _DRAFTS[_DRAFTS.index(draft) + 1 :]
    return frozenset().union(*(_SINCE.get(name, frozenset()) for name in later))


class Lift(ABC):
    """From the keywords of one draft to those of 2020-12 that say the same; subclasses walk."""

    draft: str
    """The draft of the schema at hand."""

    @abstractmethod
    def schema(self, schema: Any) -> Any:
        """A schema inside the one at hand, lifted."""

    @abstractmethod
    def reference(self, keyword: str, ref: str) -> Iterator[tuple[str, Any]]:
        """What a reference of the schema at hand becomes."""

    def keywords(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """All keywords of one schema, lifted."""
        if self.draft in _SIBLINGS_IGNORED and isinstance(schema.get("$ref"), str):
            kept = ("$ref", "title", "description")
            schema = {keyword: schema[keyword] for keyword in kept if keyword in schema}
        unknown = unknown_before(self.draft)
        lifted: dict[str, Any] = {}
        for keyword, value in schema.items():
            for new, item in self.keyword(keyword, value, schema) if keyword not in unknown else ():
                lifted[new] = _together(lifted.get(new), item)
        return lifted

    def keyword(
        self, keyword: str, value: Any, schema: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        """The keywords of 2020-12 that say what this one says."""
        special = _SPECIAL.get(keyword)
        if special is not None:
            yield from special(self, value, schema)
        elif keyword in ONE:
            yield keyword, self.schema(value)
        elif keyword in SEVERAL and isinstance(value, list):
            yield keyword, [self.schema(item) for item in value]
        elif keyword in NAMED and isinstance(value, dict):
            yield keyword, {name: self.schema(item) for name, item in value.items()}
        else:
            yield keyword, value

    def nothing(self, value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """A keyword whose meaning is said in another way."""
        yield from ()

    def dependencies(self, value: Any, _schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        if self.draft == LATEST or not isinstance(value, dict):
            return
        lists = {name: item for name, item in value.items() if isinstance(item, list)}
        if lists:
            yield "dependentRequired", lists
        if len(lists) < len(value):
            yield (
                "dependentSchemas",
                {name: self.schema(item) for name, item in value.items() if name not in lists},
            )

    def items(self, value: Any, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        if not isinstance(value, list) or self.draft not in _TUPLES_IN_ITEMS:
            yield "items", self.schema(value)
            return
        if value:
            yield "prefixItems", [self.schema(item) for item in value]
        if "additionalItems" in schema:
            yield "items", self.schema(schema["additionalItems"])

    def exclusive(self, keyword: str, value: Any, schema: Any) -> Iterator[tuple[str, Any]]:
        """In draft 4 a flag beside the bound, since then the bound itself."""
        bound = "minimum" if keyword == "exclusiveMinimum" else "maximum"
        if not isinstance(value, bool):
            yield keyword, value
        elif value and bound in schema:
            yield keyword, schema[bound]

    def bound(self, keyword: str, value: Any, schema: Any) -> Iterator[tuple[str, Any]]:
        exclusive = "exclusiveMinimum" if keyword == "minimum" else "exclusiveMaximum"
        if schema.get(exclusive) is not True:
            yield keyword, value


def _reference(keyword: str) -> Any:
    def lifted(lift: Lift, value: Any, _schema: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, str):
            yield from lift.reference(keyword, value)

    return lifted


_SPECIAL: Mapping[str, Any] = {
    **dict.fromkeys(
        (
            *("definitions", "$defs", "additionalItems", "$id", "id", "$anchor", "contentSchema"),
            *("$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "$schema"),
        ),
        Lift.nothing,
    ),
    "dependencies": Lift.dependencies,
    "items": Lift.items,
    "$ref": _reference("$ref"),
    "$dynamicRef": _reference("$dynamicRef"),
    "$recursiveRef": _reference("$recursiveRef"),
    "exclusiveMinimum": lambda lift, v, s: lift.exclusive("exclusiveMinimum", v, s),
    "exclusiveMaximum": lambda lift, v, s: lift.exclusive("exclusiveMaximum", v, s),
    "minimum": lambda lift, v, s: lift.bound("minimum", v, s),
    "maximum": lambda lift, v, s: lift.bound("maximum", v, s),
}


def guessed(schema: Mapping[str, Any]) -> tuple[str, str]:
    """The draft that a schema without `$schema` is written in, and the keyword that tells; else none.

    What only older drafts allow, nobody writes who means the latest.
    """
    waiting: list[Any] = [schema]
    while waiting:
        current = waiting.pop()
        if not isinstance(current, dict):
            continue
        for keyword in ("exclusiveMinimum", "exclusiveMaximum"):
            if isinstance(current.get(keyword), bool):
                return "draft-04", keyword
        if isinstance(current.get("dependencies"), dict):
            return "draft-07", "dependencies"
        if isinstance(current.get("items"), list):
            return "draft-07", "items"
        waiting += old_children(current)
    return LATEST, ""


def old_children(schema: Mapping[str, Any]) -> Iterator[Any]:
    """Everything in a schema of any draft that may be a schema."""
    for keyword in _OLD_ONE:
        if keyword in schema:
            value = schema[keyword]
            yield from value if isinstance(value, list) else (value,)
    for keyword in SEVERAL:
        value = schema.get(keyword)
        yield from value if isinstance(value, list) else ()
    for keyword in _OLD_NAMED:
        value = schema.get(keyword)
        yield from value.values() if isinstance(value, dict) else ()


def humanised(name: str) -> str:
    """A title for a name in code: `firstName` and `first_name` become `First name`."""
    spaced = "".join(f" {c.lower()}" if _begins_word(name, i) else c for i, c in enumerate(name))
    words = spaced.replace("_", " ").replace("-", " ").replace(".", " ").split()
    text = " ".join(words) or escaped(name)
    return text[:1].upper() + text[1:200]


def _begins_word(name: str, index: int) -> bool:
    return name[index].isupper() and index > 0 and name[index - 1].islower()
