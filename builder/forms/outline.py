"""A form as the editor sees it: its layouts as trees, its fields by the way that leads to them.

What can be selected has an address below the form: `("fields", "lines", "value")` is a field,
`("parts", "Payouts")` a part of the layout on screen.  A document of any shape can be read; what
is not as wanted is not there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Address, find, has, names_of
from form_specs.model import JsonObject

DEFAULT: Final = "default"
FIELDS: Final = "fields"
PARTS: Final = "parts"
GROUPS: Final = ("tab", "step")
"""The parts that hold sections."""


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a layout, a note in it, or a field where it is placed."""

    kind: str
    """section, tab, step, note, field."""
    at: Address
    """How it is selected."""
    raw: Any
    title: str = ""
    into: Address = ()
    """The list in which new parts of it come; empty: it holds none."""
    children: "tuple[Node, ...]" = ()

    def walk(self) -> "Iterator[Node]":
        """It and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class FormOutline:
    """One form of a document, and one of its layouts."""

    key: str
    raw: Mapping[str, Any]
    layout: str = DEFAULT
    nodes: tuple[Node, ...] = field(default=(), compare=False)

    @classmethod
    def of(
        cls, document: Mapping[str, Any], key: str, layout: str = DEFAULT
    ) -> "FormOutline | None":
        """The form of that key; none: there is none."""
        for _at, raw in objects(document, "forms", ""):
            if text(raw, "key") == key:
                nodes = tuple(_nodes(parts_of(raw, layout), (PARTS,)))
                return cls(key, raw, layout, nodes)
        return None

    @property
    def at(self) -> Address:
        """Where it stands in the document."""
        return ("forms", self.key)

    @property
    def title(self) -> str:
        return text(self.raw, "title") or self.key

    @property
    def properties(self) -> Mapping[str, Any]:
        """Its fields by key."""
        return properties_in(object_at(self.raw, "schema"))

    @property
    def layouts(self) -> tuple[str, ...]:
        """The names of its layouts, the usual one first."""
        return tuple(dict.fromkeys((DEFAULT, *object_at(self.raw, "layouts"))))

    def walk(self) -> Iterator[Node]:
        """All that is placed on the layout, from top to bottom."""
        for node in self.nodes:
            yield from node.walk()

    @property
    def unplaced(self) -> list[str]:
        """The fields that the layout does not show."""
        placed = {node.at[1] for node in self.walk() if node.kind == "field"}
        return [key for key in self.properties if key not in placed]

    def node(self, at: Address) -> Node | None:
        """What is selected by an address, where the layout shows it."""
        return next((node for node in self.walk() if node.at == at), None)

    def field(self, way: Sequence[str]) -> Mapping[str, Any] | None:
        """The property of a field; none: there is none."""
        found: Any = object_at(self.raw, "schema")
        for step in way:
            found = find(found, at) if (at := step_below(found, step)) else None
            if not isinstance(found, Mapping):
                return None
        return found if way else None

    def field_address(self, way: Sequence[str]) -> Address:
        """Where the property of a field stands in the document; of one to be: where it would."""
        found: Any = object_at(self.raw, "schema")
        address: Address = (*self.at, "schema")
        for step in way:
            at = step_below(found, step)
            address = (*address, *(at or (*holding(found), "properties", step)))
            found = find(found, at) if at else None
        return address

    def holder_address(self, way: Sequence[str]) -> Address:
        """Where the schema stands whose `properties` are the fields inside a field; of no field: the form's."""
        found = self.field(way) if way else object_at(self.raw, "schema")
        return (*self.field_address(way), *holding(found))

    def inside(self, way: Sequence[str]) -> Mapping[str, Any]:
        """The fields inside a field by key; of no field: those of the form."""
        found = self.field(way) if way else object_at(self.raw, "schema")
        return properties_in(holder(found))

    def steps(self, way: Sequence[str]) -> list[str]:
        """The fields inside a field that are edited one by one, each as the next step of its way.

        Constants are none: they say of which kind a value is, and stand where the kind does.
        """
        found = self.field(way) if way else object_at(self.raw, "schema")
        return steps_in(found)

    def kinds_at(self, way: Sequence[str]) -> Address | None:
        """Where the kinds of a field stand that is one of several; none: it is not."""
        keyword, kinds = kinds_in(self.field(way))
        return (*self.field_address(way), keyword) if kinds else None

    def required(self, way: Sequence[str]) -> bool:
        """Whether a record must have the field."""
        around = self.field(way[:-1]) if way[:-1] else object_at(self.raw, "schema")
        listed = holder(around).get("required")
        return isinstance(listed, list) and way[-1] in listed


def parts_of(form: Mapping[str, Any], layout: str) -> list[Any]:
    """The parts of a layout as written; of the usual one, where nothing is written, all fields."""
    written = object_at(form, "layouts").get(layout)
    if isinstance(written, list):
        return written
    if layout != DEFAULT:
        return parts_of(form, DEFAULT)
    fields = list(properties_in(object_at(form, "schema")))
    return [{"section": text(form, "title") or text(form, "key") or "-", "fields": fields}]


def holder(property_: Any) -> Mapping[str, Any]:
    """The schema in a property whose `properties` are the fields inside: of a list, that of an entry."""
    if not isinstance(property_, Mapping):
        return {}
    return object_at(property_, "items") if _is_list(property_) else property_


def holding(property_: Any) -> Address:
    """From a property to that schema."""
    return ("items",) if _is_list(property_) else ()


# -- fields in fields -----------------------------------------------------------------------

ENTRY: Final = "*"
"""The step from a map to what its values are, and from a list of plain values to an entry."""
KIND: Final = "|"
"""With a number behind it, the step from a field that is one of several to one of its kinds."""
_PLACES: Final = "prefixItems"


def is_kind(step: str) -> bool:
    """Whether a step leads to a kind."""
    return step.startswith(KIND) and step.removeprefix(KIND).isdecimal()


def number_of(step: str) -> int:
    """Which of the kinds a step leads to."""
    return int(step.removeprefix(KIND))


def is_nameless(step: str) -> bool:
    """Whether a step leads to a field that has no key: it is what the field around is made of."""
    return step == ENTRY or is_kind(step)


def step_below(property_: Any, step: str) -> Address | None:
    """From a property (or the record schema) to the one that a step leads to; none: to nothing."""
    if not isinstance(property_, Mapping):
        return None
    if step in properties_in(holder(property_)):
        return (*holding(property_), "properties", step)
    if step == ENTRY:
        return _entry(property_)
    keyword, kinds = kinds_in(property_)
    if is_kind(step) and (number := number_of(step)) < len(kinds):
        return (keyword, names_of(kinds)[number])
    return None


def steps_in(property_: Any) -> list[str]:
    """The steps to the fields inside a property."""
    inside = properties_in(holder(property_))
    if inside:
        return [key for key, each in inside.items() if not _is_constant(each)]
    kinds = [f"{KIND}{number}" for number in range(len(kinds_in(property_)[1]))]
    if isinstance(property_, Mapping) and _entry(property_) is not None:
        return [*kinds, ENTRY] if has_places(property_) else [ENTRY]
    return kinds


def kinds_in(property_: Any) -> tuple[str, list[Any]]:
    """The kinds of a property that is one of several, or the places of a list, with their keyword."""
    for keyword in (_PLACES, "oneOf", "anyOf") if isinstance(property_, Mapping) else ():
        if isinstance(kinds := property_.get(keyword), list):
            return keyword, kinds
    return "oneOf", []


def has_places(property_: Any) -> bool:
    """Whether a property is a list with a field for each place: these are edited as kinds are."""
    return kinds_in(property_)[0] == _PLACES


def _entry(property_: Mapping[str, Any]) -> Address | None:
    patterns = list(object_at(property_, "patternProperties"))
    places = (("items",), ("additionalProperties",), ("patternProperties", *patterns))
    for at in places:
        if has(property_, at) and "x-ops" in object_at({"": find(property_, at)}, ""):
            return at
    return None


def _is_constant(property_: Any) -> bool:
    return isinstance(property_, Mapping) and "const" in property_


def properties_in(schema: Mapping[str, Any]) -> JsonObject:
    """The fields of an object schema."""
    return object_at(schema, "properties")


def _is_list(property_: Any) -> bool:
    is_list = isinstance(property_, Mapping) and property_.get("type") == "array"
    return is_list and not has_places(property_)


def _nodes(parts: Any, at: Address) -> Iterator[Node]:
    items = parts if isinstance(parts, list) else []
    for name, raw in zip(names_of(items), items, strict=True):
        here = (*at, name)
        kind = next((kind for kind in ("section", *GROUPS) if _has(raw, kind)), "")
        if kind:
            yield _part(kind, raw, here)
        elif isinstance(raw, str) or _has(raw, "field"):
            yield Node("field", (FIELDS, raw if isinstance(raw, str) else raw["field"]), raw)
        elif _has(raw, "note"):
            yield Node("note", here, raw, raw["note"])


def _part(kind: str, raw: Mapping[str, Any], at: Address) -> Node:
    below = "parts" if kind in GROUPS and "parts" in raw else "fields"
    into = (*at, below)
    return Node(kind, at, raw, raw[kind], into, tuple(_nodes(raw.get(below), into)))


def _has(raw: Any, name: str) -> bool:
    return isinstance(raw, Mapping) and isinstance(raw.get(name), str)
