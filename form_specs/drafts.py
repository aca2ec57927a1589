"""Lifting JSON Schemas of older drafts (4 to 2019-09) to 2020-12 without changing what they accept."""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.problem import escaped
from form_specs.subschemas import NAMED, ONE, SEVERAL

_OLD_NAMED = (*NAMED, "definitions", "dependencies")
_DRAFTS = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
LATEST = "2020-12"
_SIBLINGS_IGNORED = ("draft-04", "draft-06", "draft-07")
_TUPLES_IN_ITEMS = (*_SIBLINGS_IGNORED, "2019-09")


class UnknownDraft(ValueError):  # noqa: N818 - named for what it says
    """A `$schema` that is none of the drafts known here."""


def draft_of(schema: Mapping[str, Any]) -> str:
    """Which draft a schema says it is written in; 2020-12 where it says nothing."""
    declared = schema.get("$schema")
    if declared is None:
        return LATEST
    for draft in _DRAFTS:
        if isinstance(declared, str) and f"/{draft}/schema" in declared:
            return draft
    raise UnknownDraft(f"the dialect {declared!r} is none of {', '.join(_DRAFTS)}")


def lift(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The same schema in 2020-12, its definitions in `$defs`; raises `UnknownDraft`.

    Its own identifier is taken out, and references that begin with it become local.
    """
    draft = draft_of(schema)
    identifier = schema.get("id" if draft == "draft-04" else "$id")
    base = identifier.rstrip("#") if isinstance(identifier, str) else ""
    lifted: dict[str, Any] = _Lift(draft, base).schema(schema)
    # What an identifier means depends on where it stands; only the root's is known to be idle.
    for keyword in ("$schema", "$id"):
        lifted.pop(keyword, None)
    return lifted


class _Lift:
    """One walk over one schema."""

    def __init__(self, draft: str, base: str) -> None:
        self.draft = draft
        self.base = base

    def schema(self, schema: Any) -> Any:
        if not isinstance(schema, dict):
            return schema
        if self.draft in _SIBLINGS_IGNORED and isinstance(schema.get("$ref"), str):
            kept = ("$ref", "definitions", "$defs", "title", "description")
            schema = {keyword: schema[keyword] for keyword in kept if keyword in schema}
        lifted: dict[str, Any] = {}
        for keyword, value in schema.items():
            for new, item in self.keyword(keyword, value, schema):
                both = isinstance(item, dict) and isinstance(lifted.get(new), dict)
                lifted[new] = {**lifted[new], **item} if both else item
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

    def definitions(self, value: Any, _schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        named = value if isinstance(value, dict) else {}
        yield "$defs", {name: self.schema(item) for name, item in named.items()}

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

    def additional_items(self, value: Any, _schema: Any) -> Iterator[tuple[str, Any]]:
        """Said by `items` where that is a tuple; without meaning otherwise."""
        yield from ()

    def reference(self, value: Any, _schema: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(value, str):
            if self.base and value.startswith(self.base):
                value = value.removeprefix(self.base) or "#"
            value = moved(value) if self.draft != LATEST or "/definitions/" in value else value
        yield "$ref", value

    def recursive_reference(self, value: Any, schema: Any) -> Iterator[tuple[str, Any]]:
        yield ("$ref" if self.draft == "2019-09" else "$recursiveRef"), value

    def identifier(self, value: Any, _schema: Any) -> Iterator[tuple[str, Any]]:
        """Before 2019-09 `#name` was how an anchor was written."""
        if isinstance(value, str) and value.startswith("#") and len(value) > 1:
            yield "$anchor", value[1:]
        else:
            yield "$id", value

    def old_identifier(self, value: Any, schema: Any) -> Iterator[tuple[str, Any]]:
        if self.draft == "draft-04" and isinstance(value, str):
            yield from self.identifier(value, schema)
        else:
            yield "id", value

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


_SPECIAL: Mapping[str, Any] = {
    "definitions": _Lift.definitions,
    "dependencies": _Lift.dependencies,
    "items": _Lift.items,
    "additionalItems": _Lift.additional_items,
    "$ref": _Lift.reference,
    "$recursiveRef": _Lift.recursive_reference,
    "$id": _Lift.identifier,
    "id": _Lift.old_identifier,
    "exclusiveMinimum": lambda lift, v, s: lift.exclusive("exclusiveMinimum", v, s),
    "exclusiveMaximum": lambda lift, v, s: lift.exclusive("exclusiveMaximum", v, s),
    "minimum": lambda lift, v, s: lift.bound("minimum", v, s),
    "maximum": lambda lift, v, s: lift.bound("maximum", v, s),
}


def moved(ref: str) -> str:
    """Where a local reference into a schema of an older draft leads once it is lifted.

    A property may be called `definitions` too, so the steps are read as keywords and names by turns.
    """
    if not ref.startswith("#/"):
        return ref
    steps = ref[2:].split("/")
    found: list[str] = []
    while steps:
        keyword = steps.pop(0)
        if keyword in _OLD_NAMED:
            found.append(
                {"definitions": "$defs", "dependencies": "dependentSchemas"}.get(keyword, keyword)
            )
            found += steps[:1]
            steps = steps[1:]
        elif keyword == "items" and steps and steps[0].isdigit():
            found += ["prefixItems", steps.pop(0)]
        elif keyword in SEVERAL and steps:
            found += [keyword, steps.pop(0)]
        else:
            found.append("items" if keyword == "additionalItems" else keyword)
    return "#/" + "/".join(found)


def humanised(name: str) -> str:
    """A title for a name in code: `firstName` and `first_name` become `First name`."""
    spaced = "".join(f" {c.lower()}" if _begins_word(name, i) else c for i, c in enumerate(name))
    words = spaced.replace("_", " ").replace("-", " ").replace(".", " ").split()
    text = " ".join(words) or escaped(name)
    return text[:1].upper() + text[1:200]


def _begins_word(name: str, index: int) -> bool:
    return name[index].isupper() and index > 0 and name[index - 1].islower()
