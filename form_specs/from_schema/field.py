"""From one property of a schema to a field: what it accepts stays, how it is shown is chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from form_specs.catalog import Catalog
from form_specs.checks.record_schema import default_problems
from form_specs.from_schema.combined import (
    joined,
    lists_values,
    references_joined,
    without_narrowing,
)
from form_specs.from_schema.guesses import is_typed_as_it_is
from form_specs.from_schema.inner import (
    FURTHER,
    LIMITS,
    OF_GUESSED,
    Limits,
    TooManyError,
    Way,
    drawn_at_once,
    entries_of,
    with_inner,
)
from form_specs.from_schema.kinds import in_kinds
from form_specs.json_schema.drafts import humanised
from form_specs.json_schema.nullable import bare, with_null
from form_specs.json_schema.subschemas import KEYWORDS, referred, without_unused_definitions
from form_specs.language import _
from form_specs.load import field_spec
from form_specs.nesting import Place
from form_specs.spec_size import MOST_OF_ONE, fits_a_spec

_MAX_CHOICE = 200
_MOST_AT_ONCE = 24
_MOST_AT_ONCE_IN_FORM = 120
"""Further fields that a page shows at once where one property, or all of them, have more inside."""
_MOST_GUESSED = 40_000
"""Bytes that a property may take of which only some records hold what is said."""
_MOST_FURTHER = 100_000
"""Bytes that a property with more inside may take as it is printed."""
_MAX_TITLE = 200
_ANNOTATIONS = frozenset(
    ("title", "description", "default", "examples", "deprecated", "$comment", "readOnly")
)
_NOT_INLINED = ("$defs", "readOnly", "x-ops")
_MAX_STEPS = 20
_OF_FREE_OBJECTS = ("additionalProperties", "minProperties", "maxProperties", "propertyNames")


class FieldMaker:
    """Makes the fields of one form; collects what people should know."""

    def __init__(
        self,
        root: Mapping[str, Any],
        catalog: Catalog,
        notes: list[str],
        *,
        limits: Sequence[Limits] = LIMITS,
    ) -> None:
        """`limits` are those within which a property is made, if need be within the last."""
        self.root = root
        self.catalog = catalog
        self.notes = notes
        self.limits = limits
        self.way = Way()
        self.inner = 0
        """Fields inside the properties made so far."""
        self.ended_early: dict[str, int] = {}
        """The properties that could have fields further inside, with the number of those they have."""
        self.at_once = 0
        """Fields that pages show at once beyond those of the properties as they were first made."""

    def made(self, name: str, schema: Any, *, guessed: bool = False) -> dict[str, Any]:
        """The property with `x-ops`; with fewer fields inside where it would be too large for a spec."""
        known = len(self.notes)
        for limits in OF_GUESSED if guessed else self.limits:
            del self.notes[known:]
            found = self.within(limits, name, schema)
            if fits_a_spec(found, _MOST_GUESSED if guessed else MOST_OF_ONE):
                break
        self.inner += self.way.fields
        if self.way.ended_early and not (self.way.was_full or guessed or self.limits is not LIMITS):
            self.ended_early[name] = self.way.fields
        return found

    def within(
        self, limits: Limits, name: str, schema: Any, *, whole: bool = False
    ) -> dict[str, Any]:
        """The property, as far as the limits allow."""
        self.way = Way(limits, self.inner, whole=whole)
        return self.field(name, schema, required=name in self.root.get("required", ()))

    def deeper(self, name: str, schema: Any, property_: dict[str, Any]) -> dict[str, Any]:
        """A property with fields further inside, or that leads back to itself, as far as there is room."""
        if name not in self.ended_early:
            return property_
        notes, fields, found = [*self.notes], self.ended_early[name], property_
        self.inner -= fields
        for limits in FURTHER:
            made = self.tried(limits, name, schema, property_)
            if made is None:
                break
            found, fields = made, self.way.fields
            if not self.way.ended_early:
                break
        self.inner += fields
        self.at_once += drawn_at_once(found) - drawn_at_once(property_)
        self.notes[:] = notes
        return found

    def tried(
        self, limits: Limits, name: str, schema: Any, before: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The property within other limits; none where that would be too much for a page or a spec."""
        try:
            made = self.within(limits, name, schema, whole=True)
        except TooManyError:
            return None
        more = drawn_at_once(made) - drawn_at_once(before)
        much = more > _MOST_AT_ONCE or self.at_once + more > _MOST_AT_ONCE_IN_FORM
        return None if much or not fits_a_spec(made, _MOST_FURTHER) else made

    def field(self, name: str, schema: Any, *, required: bool) -> dict[str, Any]:
        """A property, of the record or inside another one, with `x-ops`."""
        if not isinstance(schema, dict):
            schema = {} if schema is True else {"not": {}}
        kept = {k: v for k, v in schema.items() if k in KEYWORDS}
        if kept.pop("readOnly", False) is True:
            self.notes.append(
                _("'%(name)s' is read-only in the schema; here it can be filled in", name=name)
            )
        plain = self.plain(kept)
        meant, type_, options = self.understood(opened(enumerated(joined(plain, self.root))))
        if self.catalog.holds(type_):
            meant, type_ = self.holding(name, meant, {"type": type_, "options": options}, schema)
        if type_ == "json":
            options, meant = {}, _as_written(meant, plain, kept)
        ops: dict[str, Any] = {"type": type_}
        if options:
            ops["options"] = options
        if self.catalog.has_choices(type_):
            choices = _labels(kept) or _labels(plain) or _labels(bare(plain) or {})
            ops["choices"] = [{"key": k, "title": t} for k, t in choices.items()]
        if blank := self.blank(meant, required=required):
            ops["blank"] = blank
        texts = _texts(_chosen(meant) if required else meant, name)
        return self.with_default(name, {**texts, "x-ops": ops})

    def recognised(self, schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The field type and its options; one for the values beside null where null is one."""
        found = self.catalog.recognised(schema)
        if found is None or found[0] == "json":
            found = self.catalog.recognised(without_narrowing(schema))
        value = bare(schema)
        if value is not None and (found is None or found[0] == "json"):
            beside = self.catalog.recognised(value)
            found = beside if beside is not None and beside[0] != "json" else found
        return found if found is not None else ("json", {})

    def understood(self, schema: dict[str, Any]) -> tuple[dict[str, Any], str, dict[str, Any]]:
        """A schema with its field type and options; as alternatives, where it comes to that."""
        if is_typed_as_it_is(schema):
            return schema, "json", {}
        type_, options = self.recognised(schema)
        several = type_ in ("json", "variant") and not lists_values(schema)
        kinds = in_kinds(schema, self.plain) if several else None
        found = self.catalog.recognised(kinds) if kinds is not None else None
        if kinds is None or found is None or found[0] != "variant":
            return schema, type_, options
        return kinds, *found

    def plain(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The same without references and lists of one, where nothing beside them judges."""
        for _step in range(_MAX_STEPS):
            following = self.step(schema)
            if following is None:
                break
            schema = following
        return with_null(schema, self.plain)

    def step(self, schema: dict[str, Any]) -> dict[str, Any] | None:
        beside = {k: v for k, v in schema.items() if k in _ANNOTATIONS}
        judging = schema.keys() - _ANNOTATIONS
        inner: Any = None
        if judging == {"$ref"}:
            target = referred(self.root, schema["$ref"])
            inner = target[1] if target is not None else None
        for keyword in ("allOf", "anyOf", "oneOf"):
            parts = schema[keyword] if judging == {keyword} else []
            if keyword == "allOf":
                parts = [part for part in parts if not _only_tells(part)]
            if len(parts) == 1:
                inner = parts[0]
        if not isinstance(inner, dict):
            return None
        meant = {k: v for k, v in inner.items() if k in KEYWORDS and k not in _NOT_INLINED}
        return {**meant, **beside}

    def holding(
        self, name: str, meant: dict[str, Any], ops: dict[str, Any], written: Mapping[str, Any]
    ) -> tuple[dict[str, Any], str]:
        """A property whose parts are fields; JSON where they would lie too deep, or are JSON all."""
        refs = self.references(written)
        if self.way.ends(refs, meant):
            return meant, "json"
        with self.way.inside(refs, meant):
            found = with_inner(meant, self.field, self.catalog.field_title)
        entries = entries_of(found)
        chosen = "items" in meant and all(map(lists_values, entries))
        useless = not chosen and all(map(_is_json, entries))
        unfit = (entries and useless) or not self.fits(name, {**found, "x-ops": ops})
        return (meant, "json") if unfit else (found, ops["type"])

    def fits(self, name: str, property_: dict[str, Any]) -> bool:
        """Whether the type that was recognised can really hold the parts as they came out."""
        schema = {keyword: value for keyword, value in property_.items() if keyword != "x-ops"}
        if self.catalog.schema_problem(property_["x-ops"]["type"], schema):
            return False
        try:
            self.catalog.field(field_spec(name, property_, required=False, root=self.root))
        except ValueError:
            return False
        return True

    def references(self, schema: Mapping[str, Any]) -> frozenset[str]:
        """What is inlined on the way from a property to what it means."""
        found: set[str] = set()
        following: dict[str, Any] | None = dict(schema)
        while following is not None and len(found) < _MAX_STEPS:
            if isinstance(ref := following.get("$ref"), str):
                found.add(ref)
            found.update(references_joined(following))
            following = self.step(following)
        return frozenset(found)

    def blank(self, schema: Mapping[str, Any], *, required: bool) -> str:
        """What an emptied input means, where it is not simply no value."""
        value = bare(dict(schema))
        if not required:
            return "ask" if value is not None else ""
        if value is not None:
            return "null"
        empty = "" in schema.get("enum", ()) or schema.get("minLength") == 0
        if schema.get("type") == "array" and not schema.get("minItems"):
            return "empty"
        return "empty" if schema.get("type") == "string" and empty else ""

    # -- the default --------------------------------------------------------------------

    def with_default(self, name: str, property_: dict[str, Any]) -> dict[str, Any]:
        """Without a default that the field does not take; one that it takes is offered in the page.

        What is posted through the API is the record, so nothing is filled in there.
        """
        there = Place(self.root).of(property_)
        if there is None or "default" not in there.schema:
            return property_
        if "default" not in property_ or not self.refused(name, property_):
            ops = {**property_["x-ops"], "fill": "page"}
            return {**property_, "x-ops": ops}
        self.notes.append(
            _(
                "'%(name)s' has a default in the schema, which is left out: the field does not take it",
                name=name,
            )
        )
        return {k: v for k, v in property_.items() if k != "default"}

    def refused(self, name: str, property_: dict[str, Any]) -> bool:
        whole = {"properties": {name: property_}, "$defs": self.root.get("$defs", {})}
        judged = without_unused_definitions(whole)
        if any(True for _ in default_problems(judged, "")):
            return True
        try:
            spec = field_spec(name, property_, required=False, root=self.root)
            field = self.catalog.field(spec)
            field.parse(property_["default"])
        except ValueError:
            return True
        return False


def _is_json(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has to be written in JSON; where anything goes, words and numbers may be typed."""
    anything = entry.keys() <= {*_ANNOTATIONS, "x-ops"}
    return entry["x-ops"]["type"] == "json" and not anything


def opened(schema: dict[str, Any]) -> dict[str, Any]:
    """An object of which nothing is said with a word for what its keys may hold: anything."""
    types = schema.get("type")
    types = types if isinstance(types, list) else [types]
    free = "object" in types and {*types} <= {"object", "null"}
    plain = schema.keys() <= {*_ANNOTATIONS, "type", *_OF_FREE_OBJECTS}
    if not (free and plain and schema.get("additionalProperties", True) is True):
        return schema
    return {**schema, "additionalProperties": {}}


def _chosen(schema: dict[str, Any]) -> dict[str, Any]:
    """The same with the only value that there is as its default."""
    return {"default": schema["const"], **schema} if "const" in schema else schema


def _as_written(
    meant: Mapping[str, Any], plain: dict[str, Any], kept: dict[str, Any]
) -> dict[str, Any]:
    """What is kept of a property without a type: its own words, but values listed where it refers to."""
    written = plain if lists_values(plain) and not lists_values(kept) else kept
    return {**{k: v for k, v in meant.items() if k in ("title", "description")}, **written}


def _only_tells(schema: Any) -> bool:
    """Whether a schema judges nothing."""
    return schema is True or (isinstance(schema, dict) and schema.keys() <= _ANNOTATIONS)


def title_of(schema: Mapping[str, Any], name: str) -> str:
    """What people call a part of the schema: its title, or its name in words."""
    title = schema.get("title")
    return title[:_MAX_TITLE] if isinstance(title, str) and title.strip() else humanised(name)


def _texts(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Title and description first, then what judges."""
    texts: dict[str, Any] = {"title": title_of(schema, name)}
    if isinstance(description := schema.get("description"), str) and description:
        texts["description"] = description[:20_000]
    return {**texts, **{k: v for k, v in schema.items() if k not in ("title", "description")}}


def _labels(schema: Mapping[str, Any]) -> dict[str, str]:
    """Values and titles where a property is an enumeration of texts, however it is written."""
    if isinstance(items := schema.get("items"), dict) and schema.get("type") == "array":
        return _labels(items)
    values = schema.get("enum")
    if isinstance(values, list):
        named: dict[Any, Any] = dict.fromkeys(value for value in values if value is not None)
    else:
        named = _constants(schema)
    if not all(isinstance(value, str) and 0 < len(value) <= _MAX_CHOICE for value in named):
        return {}
    return {value: title_of({"title": label}, value) for value, label in named.items()}


def _constants(schema: Mapping[str, Any]) -> dict[Any, Any]:
    """Values and titles of alternatives of one value each; none where one is anything else."""
    alternatives = schema.get("oneOf", schema.get("anyOf"))
    known = alternatives if isinstance(alternatives, list) else []
    plain = [
        a
        for a in known
        if isinstance(a, dict)
        and a.keys() <= {"const", "title", "description", "type", "$comment"}
        and isinstance(a.get("const"), str)
        and a.get("type", "string") == "string"
    ]
    found = {a["const"]: a.get("title") for a in plain}
    return found if found and len(found) == len(known) else {}


def enumerated(schema: dict[str, Any]) -> dict[str, Any]:
    """The same with `enum` in place of alternatives of one text each."""
    if isinstance(schema.get("items"), dict) and schema.get("type") == "array":
        return {**schema, "items": enumerated(schema["items"])}
    values = _constants(schema)
    if not values or "enum" in schema or ("oneOf" in schema and "anyOf" in schema):
        return schema
    if schema.get("type", "string") != "string":
        return schema
    rest = {k: v for k, v in schema.items() if k not in ("oneOf", "anyOf")}
    return {**rest, "type": "string", "enum": list(values)}
