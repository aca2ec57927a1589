"""What a foreign form says of its fields, on the way to a spec.

An importer makes `Item`s; `schema_of` makes the plain JSON Schema that judges the records, and
`overlay` puts what JSON Schema has no words for onto the properties of the finished form.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.imports.notes import Note
from form_specs.language import _, digits, marked

_NOT_DRAWN = marked(
    "'%(key)s' is not drawn as a field of its own, so that "
    "what is said here of its look and behaviour is not carried over"
)
LONGEST_TITLE = 200
LONGEST_TEXT = 20_000


@dataclass
class Item:
    """One field as the source describes it."""

    key: str
    place: str
    """Where it stands in the source, for notes."""
    title: str = ""
    description: str = ""
    schema: dict[str, Any] = field(default_factory=dict)
    """Its JSON Schema without children; unused where the source brings its own."""
    type: str = ""
    """The field type that the source asks for; empty: whichever fits."""
    required: bool = False
    native: bool = False
    """Its schema is the one that the product gives to new fields of its type."""
    ops: dict[str, Any] = field(default_factory=dict)
    """Members of `x-ops` beside the type."""
    standard: dict[str, Any] = field(default_factory=dict)
    """Annotations of JSON Schema: readOnly, deprecated, examples."""
    origins: dict[str, str] = field(default_factory=dict)
    """Where each member of `ops` came from."""
    children: "list[Item]" = field(default_factory=list)
    repeats: bool = False
    """Its value is a list of rows, each made of the children."""
    order: list[str] = field(default_factory=list)
    """Keys of the children as they are to be drawn; "*" stands for all that are not named."""
    limits: dict[str, str] = field(default_factory=dict)
    """`minimum` and `maximum` of values that JSON Schema does not order, such as days."""
    matches: dict[str, list[str]] = field(default_factory=dict)
    """For each choice the values of the field it depends on for which it is offered."""
    choice_titles: list[str] = field(default_factory=list)
    """What people read, in the order of the choices."""

    def compute(self, formula: str, result: str, origin: str) -> None:
        """Makes it a field whose value is calculated."""
        self.type, self.required = "computed", False
        self.schema = dict(_RESULTS.get(result, {"type": "string"}))
        self.put("computed", {"formula": formula, "result": result}, origin)
        self.standard["readOnly"] = True

    def uncompute(self) -> None:
        """Makes it a field to be filled in again."""
        self.type, self.schema = "", {"type": "string"}
        self.ops.pop("computed", None)
        self.standard.pop("readOnly", None)

    def filled_in(self) -> None:
        """Makes a calculated field one of its result type, to be filled in."""
        self.type = ""
        self.standard.pop("readOnly", None)

    def lock(self, origin: str, *, so: bool = True) -> None:
        """Makes it read-only for people; the data of the source may hold it."""
        if so:
            self.standard["readOnly"] = True
            self.put("lock", "page", origin)

    def says_something(self) -> bool:
        """Whether anything is said of the field beside its schema."""
        texts = (self.title, self.description, self.type, self.choice_titles)
        return any((*texts, self.ops, self.standard, self.order, self.children))

    def put(self, member: str, value: Any, origin: str) -> None:
        """Adds a member of `x-ops` and remembers where it came from."""
        self.ops[member] = value
        self.origins[member] = origin


_RESULTS: Mapping[str, dict[str, Any]] = {
    "boolean": {"type": "boolean"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
}
"""The schemas of calculated values that are no texts."""


def schema_of(items: Iterable[Item]) -> dict[str, Any]:
    """The JSON Schema of an object whose properties are these fields."""
    listed = list(items)
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {item.key: property_of(item) for item in listed},
        "additionalProperties": False,
    }
    required = [item.key for item in listed if item.required]
    return schema | ({"required": required} if required else {})


def property_of(item: Item) -> dict[str, Any]:
    """The JSON Schema of one field, with its texts."""
    texts = {"title": item.title[:LONGEST_TITLE]} if item.title.strip() else {}
    if item.description:
        texts["description"] = item.description[:LONGEST_TEXT]
    if not item.children:
        return texts | item.schema
    rows = schema_of(item.children)
    if item.repeats:
        return texts | {"type": "array", "items": rows} | item.schema
    return texts | rows | item.schema


_LINES: Final = ("text", "email", "url")
"""Field types whose values are typed into one line."""


@dataclass
class Overlay:
    """Puts items onto the properties of a form, and says what did not fit."""

    catalog: Catalog
    notes: list[Note]
    exact: bool = True
    """Whether texts of one line are kept as they came, with line ends and spaces around them."""
    origins: dict[str, str] = field(default_factory=dict)
    """From the JSON pointer of what was put to its place in the source."""

    def put_all(self, items: Iterable[Item], owner: Mapping[str, Any], at: str) -> None:
        """Puts items onto the properties of `owner`, an object schema that stands at `at`."""
        properties = owner.get("properties", {})
        for item in items:
            target = properties.get(item.key)
            where = f"{at}/properties/{item.key.replace('~', '~0').replace('/', '~1')}"
            if isinstance(target, dict) and "x-ops" in target:
                self.put(item, target, where)
            elif target is None:
                self.notes.append(
                    Note(
                        item.place, _("there is no property '%(key)s' in the schema", key=item.key)
                    )
                )
            elif item.says_something():
                self.notes.append(Note(item.place, _(_NOT_DRAWN, key=item.key)))

    def put(self, item: Item, property_: dict[str, Any], at: str) -> None:
        """Puts one item onto its property."""
        self.origins[at] = item.place
        self.shorten(item)
        if item.title.strip():
            property_["title"] = item.title
        if item.description:
            property_["description"] = item.description
        property_ |= item.standard
        if item.native and item.type in self.catalog.field_types:
            property_ |= self.catalog.new_schema(item.type) | {"x-ops": {"type": item.type}}
        elif item.type:
            self.retype(item, property_)
        if not self.exact and property_["x-ops"]["type"] in _LINES:
            property_["x-ops"].pop("options", None)
        for member, value in item.ops.items():
            property_["x-ops"][member] = value
            self.origins[f"{at}/x-ops/{member}"] = item.origins.get(member, item.place)
        _choose(item, property_["x-ops"].get("choices", ()))
        self.put_below(item, property_, at)

    def shorten(self, item: Item) -> None:
        """Keeps a title that is too long as the start of the description."""
        if len(item.title) > LONGEST_TITLE:
            item.description = "\n\n".join(filter(None, [item.title, item.description]))
            item.title = f"{item.title[: LONGEST_TITLE - 1]}…"
            message = _(
                "the title is longer than %(most)s characters: all of it stands in the description",
                most=LONGEST_TITLE,
            )
            self.notes.append(Note(item.place, message))
        if len(item.description) > LONGEST_TEXT:
            item.description = item.description[:LONGEST_TEXT]
            self.notes.append(
                Note(
                    item.place,
                    _(
                        "the description is cut after %(most)s characters",
                        most=digits(LONGEST_TEXT),
                    ),
                )
            )
        for title in _long_titles(item.schema):
            message = _(
                "the choice %(title)s… is cut after %(most)s characters",
                title=repr(title[:60]),
                most=LONGEST_TITLE,
            )
            self.notes.append(Note(item.place, message))

    def put_below(self, item: Item, property_: dict[str, Any], at: str) -> None:
        """Puts the children of an item onto the properties of its group or rows."""
        rows = property_.get("items", {}) if item.repeats else property_
        if item.order and isinstance(rows.get("properties"), dict):
            rows["properties"] = arranged(rows["properties"], item.order)
        self.put_all(item.children, rows, f"{at}/items" if item.repeats else at)

    def retype(self, item: Item, property_: dict[str, Any]) -> None:
        """Gives the property the type asked for, where that takes what the schema takes."""
        ops = property_["x-ops"]
        if ops["type"] == item.type:
            return
        bare = {k: v for k, v in property_.items() if k != "x-ops"}
        problem = _("there is no field type '%(type)s'", type=item.type)
        if item.type in self.catalog.field_types:
            problem = self.catalog.schema_problem(item.type, bare) or ""
        if problem:
            message = _(
                "'%(key)s' asks for the type '%(type)s' but is '%(own)s': %(problem)s",
                key=item.key,
                type=item.type,
                own=ops["type"],
                problem=problem,
            )
            self.notes.append(Note(item.place, message))
            return
        known = self.catalog.field_options(item.type).get("properties")
        kept = {
            k: v
            for k, v in ops.get("options", {}).items()
            if isinstance(known, dict) and k in known
        }
        property_["x-ops"] = {"type": item.type} | ({"options": kept} if kept else {})
        if "choices" in ops and self.catalog.has_choices(item.type):
            property_["x-ops"]["choices"] = ops["choices"]


def _long_titles(schema: Mapping[str, Any]) -> Iterator[str]:
    """The titles of choices that do not fit whole."""
    for owner in (schema, schema.get("items")):
        options = owner.get("oneOf") if isinstance(owner, Mapping) else None
        for option in options if isinstance(options, list) else ():
            if isinstance(option, Mapping) and len(str(option.get("title", ""))) > LONGEST_TITLE:
                yield str(option["title"])


def _choose(item: Item, choices: Iterable[dict[str, Any]]) -> None:
    """What the source says of the choices beside their values."""
    for index, choice in enumerate(choices):
        if title := item.choice_titles[index : index + 1]:
            choice["title"] = title[0][:LONGEST_TITLE] or choice["title"]
        if choice["key"] in item.matches:
            choice["match"] = item.matches[choice["key"]]


def arranged(properties: Mapping[str, Any], order: Iterable[str]) -> dict[str, Any]:
    """The same members in another order; `*` stands for those not named, which else come last."""
    named = [key for key in order if key == "*" or key in properties]
    rest = [key for key in properties if key not in named]
    before = named[: named.index("*")] if "*" in named else named
    after = named[named.index("*") + 1 :] if "*" in named else []
    return {key: properties[key] for key in [*before, *rest, *after]}
