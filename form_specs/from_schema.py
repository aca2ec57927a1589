"""From a plain JSON Schema to a tool: a form, a table and two roles.

The form accepts exactly what the schema accepts, since the schema stays its judge; a field type
is only a way to show and fill in a property, and where none fits for certain, `json` does.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.catalog import Catalog
from form_specs.check import check
from form_specs.checks.forms import FIELD_KEY
from form_specs.checks.record_schema import default_problems
from form_specs.drafts import UnknownDraft, humanised, lift
from form_specs.load import field_spec
from form_specs.metaschemas import metaschema
from form_specs.problem import Severity, escaped
from form_specs.subschemas import (
    KEYWORDS,
    children,
    referred,
    subschemas,
    without_unused_definitions,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_KEY_HINT = "a letter or _, then letters, digits, '_', '.' and '-', at most 80 characters"
_UNIQUE_LIMIT = 10_000
_MAX_COLUMNS = 6
_MAX_CHOICE = 200
_RESTRICTING = ("additionalProperties", "unevaluatedProperties", "patternProperties")
_WHOLE = ("allOf", "anyOf", "oneOf", "if", "not", "dependentSchemas", "dependentRequired")
"""Keywords of the root that judge several properties together."""


class CannotImport(ValueError):  # noqa: N818 - named for what it says
    """A schema of which no form can be made; `reasons` says all of why."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def tool_from_schema(schema: Any, key: str, catalog: Catalog) -> tuple[dict[str, Any], list[str]]:
    """A tool document for records that a JSON Schema (draft 4 to 2020-12) accepts, and notes for people.

    Raises `CannotImport`.
    """
    if not isinstance(schema, Mapping):
        raise CannotImport(["A JSON Schema for records is an object"])
    try:
        lifted = lift(schema)
    except UnknownDraft as error:
        raise CannotImport([str(error)]) from None
    made = _Import(lifted, catalog)
    document = made.tool(key)
    problems = check(document, catalog)
    errors = [f"{p.message} (at {p.pointer})" for p in problems if p.severity is Severity.ERROR]
    if errors:
        raise CannotImport(errors)
    return document, [*made.notes, *(p.message for p in problems)]


class _Import:
    """One schema on its way to a form; collects what people should know."""

    def __init__(self, schema: dict[str, Any], catalog: Catalog) -> None:
        self.catalog = catalog
        self.notes: list[str] = []
        self.root = self.object_root(schema)
        self.limit_unique_items()
        self.refs = {s["$ref"] for _, s in subschemas(self.root) if isinstance(s.get("$ref"), str)}

    def object_root(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema of the record itself, whichever way the root names it."""
        root = schema
        followed = set()
        while (ref := root.get("$ref")) is not None and ref not in followed:
            followed.add(ref)
            target = referred(schema, ref)
            if target is None or not isinstance(target[1], dict):
                raise CannotImport([f"'{ref}' leads to no part of this schema"])
            own = {k: v for k, v in root.items() if k != "$ref"}
            if own.keys() & target[1].keys() - {"$defs", "title", "description", "$comment"}:
                break
            root = {**target[1], **own}
        if "object" not in (types := _types(root)):
            raise CannotImport([f"Records are objects; this schema is for {' or '.join(types)}"])
        return {**root, "type": "object"}

    def limit_unique_items(self) -> None:
        for pointer, schema in subschemas(self.root):
            if schema.get("uniqueItems") is True and "maxItems" not in schema:
                schema["maxItems"] = _UNIQUE_LIMIT
                self.notes.append(
                    f"{pointer}: lists whose entries must differ are limited to "
                    f"{_UNIQUE_LIMIT:,} entries"
                )

    # -- the form -----------------------------------------------------------------------

    def tool(self, key: str) -> dict[str, Any]:
        title = _title(self.root, key)
        form = self.form(key, title)
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
        known = self.root.get("properties")
        properties = {**known} if isinstance(known, dict) else {}
        properties |= {name: {} for name in self.elsewhere() if name not in properties}
        self.refuse_names(properties)
        fields = {name: self.property(name, value) for name, value in properties.items()}
        allowed = metaschema("form")["properties"]["schema"]["properties"]  # type: ignore[index,call-overload]
        kept = {k: v for k, v in self.root.items() if k in allowed}  # type: ignore[operator]
        form: dict[str, Any] = {"key": key, "title": title}
        titled = self.title_field(fields)
        if titled is not None:
            form["titleField"] = titled
        judge = {"$schema": DIALECT, **kept, "properties": fields}
        form["schema"] = without_unused_definitions(judge)
        if fields:
            section = {"section": title, "columns": 2, "fields": list(fields)}
            form["layouts"] = {"default": [section]}
        return form

    def elsewhere(self) -> list[str]:
        """Properties that only the combinators or `required` of the root name.

        Listing one without a constraint changes nothing as long as the object is open.
        """
        if any(self.root.get(k, True) is not True for k in _RESTRICTING):
            return []
        named: dict[str, None] = {}
        waiting: list[Any] = [self.root]
        seen = set()
        while waiting:
            schema = waiting.pop(0)
            if not isinstance(schema, dict) or id(schema) in seen:
                continue
            seen.add(id(schema))
            for key in ("properties", "required"):
                part = schema.get(key)
                names = part if isinstance(part, dict | list) else ()
                named |= dict.fromkeys(name for name in names if isinstance(name, str))
            waiting += [c for k, _, c in children(schema, "") if k in (*_WHOLE, "then", "else")]
            if target := referred(self.root, schema.get("$ref")):
                waiting.append(target[1])
        return list(named)

    def refuse_names(self, properties: Mapping[str, Any]) -> None:
        refused = [name for name in properties if not FIELD_KEY.fullmatch(name)]
        if refused:
            names = ", ".join(repr(name) for name in refused)
            raise CannotImport(
                [f"These properties cannot be fields: {names}. A field's key is: {_KEY_HINT}"]
            )

    def property(self, name: str, schema: Any) -> dict[str, Any]:
        """The property with `x-ops`: what it accepts stays, how it is shown is chosen."""
        if not isinstance(schema, dict):
            schema = {} if schema is True else {"not": {}}
        kept = {k: v for k, v in schema.items() if k in KEYWORDS}
        if kept.pop("readOnly", False) is True:
            self.notes.append(f"'{name}' is read-only in the schema; here it can be filled in")
        referred_into = any(ref.startswith(f"#/properties/{escaped(name)}/") for ref in self.refs)
        inlined = kept if referred_into else self.inlined(kept)
        choices = _labelled(inlined)
        if choices and not referred_into:
            inlined = _enumerated(inlined, choices)
        found = self.catalog.recognised(inlined)
        type_, options = found if found is not None else ("json", {})
        ops: dict[str, Any] = {"type": type_}
        if options:
            ops["options"] = options
        if type_ == "json":
            inlined = kept
        elif choices and self.catalog.has_choices(type_):
            ops["choices"] = [{"key": k, "title": t} for k, t in choices.items()]
        titled = {k: v for k, v in inlined.items() if k not in ("title", "description")}
        texts: dict[str, Any] = {"title": _title(inlined, name)}
        if isinstance(description := inlined.get("description"), str) and description:
            texts["description"] = description[:20_000]
        return self.with_default(name, {**texts, **titled, "x-ops": ops})

    def inlined(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a reference means, where nothing beside it judges."""
        target = referred(self.root, schema.get("$ref"))
        if target is None or not isinstance(target[1], dict) or "$ref" in target[1]:
            return schema
        annotations = {"title", "description", "default", "examples", "deprecated", "$comment"}
        if schema.keys() - annotations - {"$ref"}:
            return schema
        beside = {k: v for k, v in schema.items() if k != "$ref"}
        meant = {k: v for k, v in target[1].items() if k in KEYWORDS and k not in _NOT_INLINED}
        return {**meant, **beside}

    def with_default(self, name: str, property_: dict[str, Any]) -> dict[str, Any]:
        """Without a default that the field does not take, or that could upset the whole record."""
        if "default" not in property_:
            return property_
        bare = {k: v for k, v in property_.items() if k != "default"}
        if any(keyword in self.root for keyword in (*_WHOLE, "maxProperties", "$ref")):
            reason = "the schema judges properties together"
        elif self.refused(name, property_):
            reason = "the field does not take it"
        else:
            return property_
        self.notes.append(f"'{name}' has a default in the schema, which is left out: {reason}")
        return bare

    def refused(self, name: str, property_: dict[str, Any]) -> bool:
        judged = {"properties": {name: property_}, "$defs": self.root.get("$defs", {})}
        if any(True for _ in default_problems(judged, "")):
            return True
        try:
            field = self.catalog.field(field_spec(name, property_, required=False))
            field.parse(property_["default"])
        except ValueError:
            return True
        return False

    # -- what shows it ------------------------------------------------------------------

    def fields_of(self, properties: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Key and type of each field, required ones first."""
        required = self.root.get("required", ())
        for key in sorted(properties, key=lambda name: name not in required):
            yield key, properties[key]["x-ops"]["type"]

    def title_field(self, properties: Mapping[str, Any]) -> str | None:
        return next((key for key, type_ in self.fields_of(properties) if type_ == "text"), None)

    def table(self, form: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        shown = [k for k, type_ in self.fields_of(properties) if type_ not in ("json", "long_text")]
        quick = [k for k, type_ in self.fields_of(properties) if self.catalog.has_choices(type_)]
        view: dict[str, Any] = {"key": "all", "title": "All", "type": "table"}
        view |= {"form": form, "columns": [*shown[:_MAX_COLUMNS], "@updated_at"]}
        view["sort"] = ["-@created_at"]
        if quick:
            view["quickFilters"] = quick[:3]
        return view


_NOT_INLINED = ("$defs", "$anchor", "readOnly", "x-ops")


def _role(key: str, title: str, form: str, rights: str) -> dict[str, Any]:
    return {"key": key, "title": title, "grants": [{"form": form, "can": rights.split()}]}


def _types(schema: Mapping[str, Any]) -> list[str]:
    declared = schema.get("type", ["object"])
    return [str(name) for name in declared] if isinstance(declared, list) else [str(declared)]


def _title(schema: Mapping[str, Any], name: str) -> str:
    title = schema.get("title")
    return title[:200] if isinstance(title, str) and title.strip() else humanised(name)


def _labelled(schema: Mapping[str, Any]) -> dict[str, str]:
    """Values and titles where a property is an enumeration of texts, however it is written."""
    if isinstance(items := schema.get("items"), dict) and schema.get("type") == "array":
        return _labelled(items)
    values = schema.get("enum")
    if isinstance(values, list):
        labels: dict[Any, Any] = dict.fromkeys(values) if all(map(_is_choice, values)) else {}
    else:
        alternatives = schema.get("oneOf", schema.get("anyOf"))
        known = alternatives if isinstance(alternatives, list) else []
        plain = [
            a
            for a in known
            if isinstance(a, dict) and a.keys() <= {"const", "title", "description"}
        ]
        labels = {a["const"]: a.get("title") for a in plain if _is_choice(a.get("const"))}
        if len(labels) != len(known):
            return {}
    return {value: _title({"title": label}, value) for value, label in labels.items()}


def _is_choice(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MAX_CHOICE


def _enumerated(schema: dict[str, Any], choices: Mapping[str, str]) -> dict[str, Any]:
    """The same with `enum` in place of alternatives of one value each."""
    if "items" in schema:
        return {**schema, "items": _enumerated(schema["items"], choices)}
    if "enum" in schema:
        return schema
    rest = {k: v for k, v in schema.items() if k not in ("oneOf", "anyOf")}
    if "oneOf" in schema and "anyOf" in schema:
        return schema
    return {**rest, "type": "string", "enum": list(choices)}
