"""From a plain JSON Schema to a tool: a form, a table and two roles.

The form accepts exactly what the schema accepts, since the schema stays its judge; a field type
is only a way to show and fill in a property, and where none fits for certain, `json` does.
What cannot be a field is kept all the same, among the record's other properties.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from enum import Enum, auto
from itertools import islice
from typing import Any

from form_specs.catalog import Catalog
from form_specs.check import check
from form_specs.checks.fields import MOST_CHOICES
from form_specs.from_schema.bundling import bundle
from form_specs.from_schema.field import FieldMaker, title_of
from form_specs.from_schema.guesses import guessed
from form_specs.from_schema.inner import LIMITS, Limits, titled_apart
from form_specs.from_schema.lone_values import VALUE, in_a_record, takes_objects
from form_specs.from_schema.root_properties import (
    Named,
    is_closed_apart,
    named_by_root,
    takes_others,
)
from form_specs.json_schema.documents import Beside
from form_specs.json_schema.drafts import UnknownDraft
from form_specs.json_schema.subschemas import referred, subschemas, without_unused_definitions
from form_specs.language import _, digits
from form_specs.metaschemas import metaschema
from form_specs.problem import Problem, Severity
from form_specs.property_keys import can_be_field, with_other
from form_specs.spec_size import fitted, is_readable

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_UNIQUE_LIMIT = 10_000
_MAX_FIELDS = 500
_MAX_COLUMNS = 6
_MAX_FAULTS = 10
_TELLING = {"$defs", "title", "description", "$comment", "default", "examples", "deprecated"}
_WHOLE = "whole"
"""The definition that judges a record where the form cannot hold the schema in its own root."""


class CannotImport(ValueError):  # noqa: N818 - named for what it says
    """A schema of which no form can be made; `reasons` says all of why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class Thrift(Enum):
    """What is left out of a tool, one after the other, where it is too much for a spec."""

    NONE = auto()
    NO_GUESSES = auto()
    """What only the branches of the root say of a property."""
    FEW_FIELDS = auto()
    """Most fields inside fields as well."""
    NO_FIELDS = auto()
    """All of them."""


_LIMITS: Mapping[Thrift, Sequence[Limits]] = {
    Thrift.FEW_FIELDS: LIMITS[2:],
    Thrift.NO_FIELDS: LIMITS[3:],
}


def tool_from_schema(
    schema: Any, key: str, catalog: Catalog, beside: Beside | None = None
) -> tuple[dict[str, Any], list[str]]:
    """A tool document for records that a JSON Schema (draft 4 to 2020-12) accepts, and notes for people.

    `beside` holds the files that it may refer to. Raises `CannotImport`.
    """
    document, notes, warnings = warned_from_schema(schema, key, catalog, beside)
    return document, [*notes, *(warning.message for warning in warnings)]


def warned_from_schema(
    schema: Any, key: str, catalog: Catalog, beside: Beside | None = None
) -> tuple[dict[str, Any], list[str], list[Problem]]:
    """The same, with what is only worth knowing apart from what became something else."""
    if isinstance(schema, bool):
        schema = {} if schema else {"not": {}}
    if not isinstance(schema, Mapping):
        raise CannotImport([_("A JSON Schema for records is an object")])
    try:
        bundled = bundle(schema, beside)
    except UnknownDraft as error:
        raise CannotImport([str(error)]) from None
    if bundled.faults:
        raise CannotImport(sorted(set(bundled.faults))[:_MAX_FAULTS])
    for thrift in Thrift:
        made = _Import(deepcopy(bundled.schema), [*dict.fromkeys(bundled.notes)], catalog, thrift)
        document = fitted(made.tool(key), made.notes)
        if thrift is not Thrift.NO_FIELDS and not is_readable(document):
            continue
        problems = check(document, catalog)
        errors = [_said(problem) for problem in problems if problem.severity is Severity.ERROR]
        if not errors:
            return document, made.notes, problems
    raise CannotImport(errors)


def _said(problem: Problem) -> str:
    return _("%(message)s (at %(pointer)s)", message=problem.message, pointer=problem.pointer)


def _where(pointers: list[str]) -> str:
    others = len(pointers) - 1
    if not others:
        return pointers[0]
    return _("%(names)s and %(number)s more", names=pointers[0], number=digits(others))


def _unique_limited(pointers: list[str]) -> str:
    return _(
        "%(where)s: lists whose entries must differ are limited to %(limit)s entries",
        where=_where(pointers),
        limit=digits(_UNIQUE_LIMIT),
    )


def _typed(pointers: list[str]) -> str:
    """What is said of lists that are too long to choose from."""
    message = _(
        "%(where)s: a field has at most %(most)s choices; there are more, so that they are typed and have no titles",
        where=_where(pointers),
        most=digits(MOST_CHOICES),
    )
    advice = _("Make records of them, and choose among those")
    return f"{message}. {advice}"


class _Import:
    """One schema, all in one piece, on its way to a form; collects what people should know."""

    def __init__(
        self, schema: dict[str, Any], notes: list[str], catalog: Catalog, thrift: "Thrift"
    ) -> None:
        self.catalog = catalog
        self.thrift = thrift
        self.notes = notes
        self.root = self.object_root(schema)
        self.limit_unique_items()
        self.fields = FieldMaker(self.root, catalog, self.notes, limits=_LIMITS.get(thrift, LIMITS))

    def object_root(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema of the record itself, whichever way the root names it."""
        root = schema
        followed = set()
        while (ref := root.get("$ref")) is not None and ref not in followed:
            followed.add(ref)
            target = referred(schema, ref)
            if target is None or not isinstance(target[1], dict):
                break
            own = {k: v for k, v in root.items() if k != "$ref"}
            if own.keys() - _TELLING:
                break
            root = {**target[1], **own}
        if not takes_objects(schema, root):
            self.notes.append(
                _(
                    "Records are objects, which this schema does not take: its value stands under '%(value)s'",
                    value=VALUE,
                )
            )
            return in_a_record(root)
        if "type" in root and len(_types(root)) > 1:
            self.notes.append(
                _("The schema takes other values than objects too; a record is an object")
            )
        return {**root, "type": "object"}

    def limit_unique_items(self) -> None:
        limited = []
        for pointer, schema in subschemas(self.root):
            if schema.get("uniqueItems") is True and "maxItems" not in schema:
                schema["maxItems"] = _UNIQUE_LIMIT
                limited.append(pointer)
        if limited:
            self.notes.append(_unique_limited(limited))

    # -- the form -----------------------------------------------------------------------

    def tool(self, key: str) -> dict[str, Any]:
        title = title_of(self.root, key)
        form = self.form(key, title)
        if long := [*_long_lists(form["schema"])]:
            self.notes.append(_typed(long))
        properties = form["schema"]["properties"]
        document: dict[str, Any] = {"ops": "1", "kind": "tool", "key": key, "title": title}
        if isinstance(description := self.root.get("description"), str):
            document["description"] = description[:20_000]
        return {
            **document,
            "forms": [form],
            "views": [self.table(key, properties)],
            "roles": [
                _role("operator", "Operator", key, "read create edit comment attach"),
                _role("lead", "Lead", key, "read create edit delete comment attach"),
            ],
        }

    def form(self, key: str, title: str) -> dict[str, Any]:
        named = named_by_root(self.root)
        judge = self.judge(named)
        fields = judge["properties"]
        form: dict[str, Any] = {"key": key, "title": title}
        titled = self.title_field(fields)
        if titled is not None:
            form["titleField"] = titled
        form["schema"] = without_unused_definitions(judge)
        if fields:
            section = {"section": title, "columns": 2, "fields": list(fields)}
            form["layouts"] = {"default": [section]}
        return form

    def judge(self, named: Mapping[str, Named]) -> dict[str, Any]:
        """The record schema: that of the source, with its fields among `properties`."""
        own = self.root.get("properties", {})
        apart = len(named) > len(own) and is_closed_apart(self.root)
        judge = self.set_apart() if apart else self.in_place()
        drawn = dict(islice(((k, n) for k, n in named.items() if can_be_field(k)), _MAX_FIELDS))
        for name, value in own.items() if not apart else ():
            if name not in drawn:
                judge = with_other(judge, name, value)
        left = [name for name in named if name not in drawn]
        if left:
            self.notes.append(
                _(
                    "Kept among the other properties, as they cannot be fields: %(left)s",
                    left=_listed(left),
                )
            )
        always = {name for name, found in named.items() if found.always}
        guesses = guessed(self.root, drawn, self.fields.plain) if self.thrift is Thrift.NONE else {}
        known = {
            n: found.schema if n in always else guesses.get(n, {}) for n, found in drawn.items()
        }
        fields = {
            name: self.fields.made(name, schema, guessed=name not in always)
            for name, schema in known.items()
        }
        # What could have more inside gets the room that is left, when all others have theirs.
        for name, property_ in fields.items():
            fields[name] = self.fields.deeper(name, known[name], property_)
        return {**judge, "properties": titled_apart(fields)}

    def in_place(self) -> dict[str, Any]:
        """The source's own keywords, all that can judge an object."""
        allowed = metaschema("form")["properties"]["schema"]["properties"]  # type: ignore[index,call-overload]
        judge = {"$schema": DIALECT, **self.root}
        judge = {k: v for k, v in judge.items() if k in allowed and k != "default"}  # type: ignore[operator]
        wanted = list(dict.fromkeys(self.root.get("required", ())))
        required = [name for name in wanted if self.may_be_there(name)][:_MAX_FIELDS]
        beside = [name for name in wanted if name not in required]
        if beside:
            judge["allOf"] = [*self.root.get("allOf", ()), {"required": beside}]
        return {**judge, "required": required} if required else judge

    def may_be_there(self, name: str) -> bool:
        """Whether the root lets a property in; one that it requires all the same makes all invalid."""
        if name in self.root.get("properties", {}) or takes_others(self.root):
            return True
        self.notes.append(
            _(
                "'%(name)s' is required, but no such property is allowed: nothing is valid",
                name=name,
            )
        )
        return False

    def set_apart(self) -> dict[str, Any]:
        """The source as a definition: what it makes of properties it does not name stays as it was."""
        whole = {k: v for k, v in self.root.items() if k not in ("$defs", "title", "description")}
        judge = {k: v for k, v in self.root.items() if k in ("title", "description", "required")}
        return {
            **({"$schema": DIALECT, "type": "object"} | judge),
            "allOf": [{"$ref": f"#/$defs/{_WHOLE}"}],
            "$defs": {**self.root.get("$defs", {}), _WHOLE: whole},
        }

    # -- what shows it ------------------------------------------------------------------

    def fields_of(self, properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Key and type of each field, required ones first."""
        required = self.root.get("required", ())
        for key in sorted(properties, key=lambda name: name not in required):
            yield key, properties[key]["x-ops"]["type"]

    def title_field(self, properties: Mapping[str, Any]) -> str | None:
        return next((key for key, type_ in self.fields_of(properties) if type_ == "text"), None)

    def table(self, form: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        shown = [k for k, type_ in self.fields_of(properties) if type_ not in _NOT_IN_TABLES]
        quick = [k for k, type_ in self.fields_of(properties) if self.catalog.has_choices(type_)]
        view: dict[str, Any] = {"key": "all", "title": "All", "type": "table"}
        view |= {"form": form, "columns": [*shown[:_MAX_COLUMNS], "@updated_at"]}
        view["sort"] = ["-@created_at"]
        if quick:
            view["quickFilters"] = quick[:3]
        return view


def _long_lists(schema: Mapping[str, Any]) -> Iterator[str]:
    """Where fields, or fields inside them, list more texts than can be offered."""
    for pointer, part in subschemas(schema):
        values = part.get("enum") if "x-ops" in part else None
        if isinstance(values, list) and len(values) > MOST_CHOICES:
            yield pointer


_NOT_IN_TABLES = ("json", "long_text", "group", "repeat", "map", "variant")


def _role(key: str, title: str, form: str, rights: str) -> dict[str, Any]:
    return {"key": key, "title": title, "grants": [{"form": form, "can": rights.split()}]}


def _types(schema: Mapping[str, Any]) -> list[str]:
    declared = schema.get("type", ["object"])
    return [str(name) for name in declared] if isinstance(declared, list) else [str(declared)]


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name if len(name) <= 60 else f"{name[:59]}…") for name in names[:20])
    if len(names) <= 20:
        return shown
    return _("%(names)s and %(number)s more", names=shown, number=digits(len(names) - 20))
