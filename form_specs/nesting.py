"""Which subschemas of a property are fields of their own, inside the field.

A subschema is a field where it carries `x-ops`: in the `properties` of an object, in `items` and `prefixItems`,
in `additionalProperties`, among the alternatives of `oneOf` or `anyOf`.  The rows of a list
need none of their own: an object whose properties are fields is a group.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from form_specs.json_schema.subschemas import referred
from form_specs.problem import escaped

MAX_DEPTH: Final = 8
"""How deep fields are drawn inside one another; what lies deeper is JSON."""

_HOLDING: Final = frozenset(
    (
        "properties",
        "prefixItems",
        "items",
        "additionalProperties",
        "patternProperties",
        "oneOf",
        "anyOf",
    )
)
"""The keywords whose subschemas may be fields."""
_GROUP: Final[Mapping[str, Any]] = {"type": "group"}
_JSON: Final[Mapping[str, Any]] = {"type": "json"}


@dataclass(frozen=True, slots=True)
class Inner:
    """A field inside a field."""

    key: str
    """Of a property; empty for the entry of a list, the value of a map, an alternative."""
    place: "Place | None"
    """None where a reference comes back to what it stands in: below it all is JSON."""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A subschema of a record schema, the references that led to it followed."""

    root: Mapping[str, Any]
    """The record schema."""
    schema: Mapping[str, Any] = field(default_factory=dict)
    pointer: str = ""
    """From the root to the subschema's annotation, where it really stands."""
    meant_at: str = ""
    """From the root to what its references mean, where the fields inside really stand."""
    depth: int = 0
    followed: frozenset[str] = frozenset()
    """Where the references on the way led."""

    def of(self, schema: Mapping[str, Any], pointer: str = "") -> "Place | None":
        """The place of a subschema below this one; none where its reference comes back here."""
        found = replace(self, schema=schema, pointer=pointer, meant_at=pointer)
        while (target := referred(found.root, found.schema.get("$ref"))) is not None:
            below, meant = target
            if below in found.followed or not isinstance(meant, dict):
                return None
            own = {key: value for key, value in found.schema.items() if key != "$ref"}
            # A reference alone is mended where it leads to, what stands beside it here.
            found = replace(
                found,
                schema={**meant, **own},
                pointer=found.pointer if "x-ops" in own else below,
                meant_at=found.meant_at if own.keys() & _HOLDING else below,
                followed=found.followed | {below},
            )
        return found

    @property
    def ops(self) -> Mapping[str, Any]:
        """What the field is annotated with; deeper than fields are drawn, it is JSON."""
        written = self.schema.get("x-ops", _GROUP)
        ops: Mapping[str, Any] = written if isinstance(written, dict) else {}
        deep = self.depth >= MAX_DEPTH and any(True for _ in self._subschemas())
        return {**_JSON, **_texts(ops)} if deep else ops

    def inner(self) -> Iterator[Inner]:
        """The fields directly inside."""
        if self.depth >= MAX_DEPTH or self.ops.get("type") == "json":
            return
        below = replace(self, depth=self.depth + 1)
        for key, pointer, schema, required in self._subschemas():
            yield Inner(key, below.of(schema, self.meant_at + pointer), required)

    def _subschemas(self) -> Iterator[tuple[str, str, Mapping[str, Any], bool]]:
        """Key, pointer, schema and necessity of each subschema that is a field."""
        named = self.schema.get("required")
        required = named if isinstance(named, list) else ()
        properties = [*_objects(self.schema.get("properties"))]
        parts = [(key, value) for key, value in properties if self._is_field(value)]
        for key, value in parts:
            yield key, f"/properties/{escaped(key)}", value, key in required
        if parts:  # the other keys of an object with fields are no fields
            return
        fewest = self.schema.get("minItems", 0)
        for at, value in enumerate(_schemas(self.schema.get("prefixItems"))):
            if self._is_field(value):
                yield "", f"/prefixItems/{at}", value, isinstance(fewest, int) and at < fewest
        for pointer, value in self._entries():
            if self._is_field(value) or (pointer == "/items" and self._is_row(value)):
                yield "", pointer, value, True

    def _entries(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Pointer and schema of what a list, a map or a variant may hold."""
        schema = self.schema
        for keyword in ("items", "additionalProperties"):
            if isinstance(entry := schema.get(keyword), dict):
                yield f"/{keyword}", entry
        patterns = [*_objects(schema.get("patternProperties"))]
        if len(patterns) == 1:
            yield f"/patternProperties/{escaped(patterns[0][0])}", patterns[0][1]
        for keyword in ("oneOf", "anyOf"):
            for index, each in enumerate(_schemas(schema.get(keyword))):
                yield f"/{keyword}/{index}", each

    def _is_field(self, schema: Mapping[str, Any]) -> bool:
        """Whether a subschema, or what it refers to, is annotated; one that comes back here is."""
        if "x-ops" in schema:
            return True
        if "$ref" not in schema:
            return False
        meant = self.of(schema)
        return meant is None or "x-ops" in meant.schema

    def _is_row(self, schema: Mapping[str, Any]) -> bool:
        """Whether it is an object whose properties are fields, which need not say that it is a group."""
        meant = self.of(schema)
        properties = meant.schema.get("properties") if meant is not None else None
        return any(self._is_field(value) for _, value in _objects(properties))


def _schemas(value: Any) -> list[Mapping[str, Any]]:
    """The schemas of a list, each in its place; what is none says nothing."""
    found = value if isinstance(value, list) else ()
    return [each if isinstance(each, dict) else {} for each in found]


def _objects(value: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, item in value.items() if isinstance(value, dict) else ():
        if isinstance(item, dict):
            yield key, item


def _texts(ops: Mapping[str, Any]) -> dict[str, Any]:
    """What of an annotation fits any type."""
    return {key: ops[key] for key in ("messages", "sensitive", "placeholder") if key in ops}
