"""A form's schema with its conditions in it, for validators that know nothing of Opswright.

What fields do on conditions and what rules ask is emitted as `allOf` of `if` and `then`, as far
as JSON Schema can say it; the rest is listed in `$comment`.  A record that the copy refuses is
refused by the write gate; one that it takes may still meet what stands in the comment.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from components.base import FieldType
from form_specs.conditions import Kind
from form_specs.model import JsonObject, JsonValue
from form_specs.problem import Severity
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool

Fields: TypeAlias = Mapping[str, FieldType]


class UnmappableError(Exception):
    """A condition that JSON Schema cannot say; the message says what of it."""


def effective_document(tool: CompiledTool) -> JsonObject:
    """The tool's document as written, each form's schema with its conditions in it."""
    forms: list[JsonValue] = [
        {**raw, "schema": effective_schema(tool.forms[raw["key"]])}
        for raw in tool.spec.document["forms"]
    ]
    return {**tool.spec.document, "forms": forms}


def effective_schema(form: CompiledForm) -> JsonObject:
    """A copy of a form's schema that also judges what its conditions say."""
    copy = _Copy(form)
    copy.reactions()
    copy.rules()
    copy.inside()
    schema: dict[str, Any] = dict(form.spec.schema)
    if copy.said:
        schema["allOf"] = [*schema.get("allOf", []), *copy.said]
    said = [text for text in (schema.get("$comment"), copy.comment) if text]
    return schema | ({"$comment": ". ".join(said)} if said else {})


@dataclass
class _Copy:
    """What one form's schema gains."""

    form: CompiledForm
    said: list[JsonObject] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)

    @property
    def comment(self) -> str:
        if not self.unsaid:
            return ""
        return f"Judged by Opswright alone: {'; '.join(dict.fromkeys(self.unsaid))}"

    def reactions(self) -> None:
        """Hidden means absent; what is required while it is shown."""
        for key, found in self.form.spec.fields.items():
            if found.show_when and not found.keeps_hidden:
                self._try(f"showWhen of '{key}'", lambda k=key: self._hidden(k))
            if found.require_when:
                self._try(f"requireWhen of '{key}'", lambda k=key: self._required(k))

    def rules(self) -> None:
        for key, found in self.form.spec.fields.items():
            for number, rule in enumerate(found.rules):
                if rule.severity is Severity.ERROR:
                    name = f"rule {number} of '{key}'"
                    self._try(name, lambda k=key, r=rule: self._ruled(k, r.condition))
        for number, rule in enumerate(self.form.spec.rules):
            if rule.severity is Severity.ERROR:
                self._try(f"rule {number}", lambda r=rule: self._met(r.condition))

    def inside(self) -> None:
        """What reacts inside fields, where "first the row's own fields, then the form's" has no schema."""
        for nest in self.form.reactions.nests.values():
            for beside in nest.levels:
                for key in (*beside.shows, *beside.requires):
                    self.unsaid.append(f"'{key}' inside '{beside.level.owner}' (it reacts there)")
                for rule in beside.rules:
                    if rule.rule.severity is Severity.ERROR:
                        at = f"'{rule.key}' inside '{beside.level.owner}'"
                        self.unsaid.append(f"a rule of {at} (it stands inside a field)")

    def _try(self, name: str, said: Any) -> None:
        try:
            self.said.append(said())
        except UnmappableError as error:
            self.unsaid.append(f"{name} ({error})")

    def _met(self, raw: JsonObject) -> JsonObject:
        return condition_schema(raw, self.form.fields)

    def _hidden(self, key: str) -> JsonObject:
        shown = self.form.spec.fields[key].show_when
        assert shown is not None
        return {"if": {"not": self._met(shown)}, "then": {"not": {"required": [key]}}}

    def _required(self, key: str) -> JsonObject:
        found = self.form.spec.fields[key]
        whens = [when for when in (found.show_when, found.require_when) if when]
        return {"if": {"allOf": [self._met(w) for w in whens]}, "then": {"required": [key]}}

    def _ruled(self, key: str, raw: JsonObject) -> JsonObject:
        """A rule of a field: asked while it holds a value, and so only while it is shown."""
        if self.form.spec.fields[key].keeps_hidden:
            raise UnmappableError("a hidden value is kept")
        return {"if": _present(key), "then": self._met(raw)}


def condition_schema(raw: Any, fields: Fields) -> JsonObject:
    """The schema of the records for which a condition holds; raises `UnmappableError`."""
    match raw:
        case {"all": parts}:
            return {"allOf": [condition_schema(part, fields) for part in parts]}
        case {"any": parts}:
            return {"anyOf": [condition_schema(part, fields) for part in parts]}
        case {"not": part}:
            return {"not": condition_schema(part, fields)}
        case {"match": part, **rest}:
            ((form, path),) = rest.items()
            return _rows(str(form), str(path), part, fields)
        case {"user": _}:
            raise UnmappableError("it asks who the user is")
    return _leaf(raw, fields)


def _rows(form: str, path: str, part: Any, fields: Fields) -> JsonObject:
    row = _asked(path, fields).row
    if row is None:
        raise UnmappableError(f"it asks about rows of '{path}'")
    if not row.members:
        raise UnmappableError(f"it asks about entries of '{path}'")
    met = condition_schema(part, row.members)
    if form == "every":
        return {"properties": {path: {"items": met}}}
    some = _holds(path, {"contains": met})
    return some if form == "some" else {"not": some}


_NEGATIVE = {"ne": "eq", "not_in": "in", "empty": "present"}
_BOUNDS = {
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "ge": "minimum",
}


def _leaf(raw: Any, fields: Fields) -> JsonObject:
    path, op, value = raw["field"], raw["op"], raw.get("value")
    if op in ("changed", "was"):
        raise UnmappableError("it asks about the record as it was")
    found = _asked(path, fields)
    if op in _NEGATIVE:
        return {"not": _leaf({**raw, "op": _NEGATIVE[op]}, fields)}
    if op == "present":
        return _present(path)
    values = value if isinstance(value, list) else [value]
    for item in values:
        _plain(item, found)
    return _holds(path, _compared(op, value, found))


def _compared(op: str, value: Any, found: FieldType) -> JsonObject:
    """What a field's own value has to be."""
    numeric = found.kind in (Kind.INTEGER, Kind.REAL)
    if op == "between" and numeric:
        return {"minimum": value[0], "maximum": value[1]}
    if op in _BOUNDS and numeric:
        return {_BOUNDS[op]: value}
    if op not in _EQUAL:
        raise UnmappableError(f"'{op}' of '{found.key}'")
    return _EQUAL[op](value)


_EQUAL: Mapping[str, Callable[[Any], JsonObject]] = {
    "eq": lambda value: {"const": value},
    "in": lambda values: {"enum": values},
    "has": lambda value: {"contains": {"const": value}},
    "has_any": lambda values: {"contains": {"enum": values}},
    "has_all": lambda values: {"allOf": [{"contains": {"const": item}} for item in values]},
}


def _asked(path: str, fields: Fields) -> FieldType:
    if path.startswith("@"):
        raise UnmappableError(f"it asks about {path}")
    link = fields.get(path.partition(".")[0])
    if path not in fields and link is not None and link.spec.link:
        raise UnmappableError(f"it asks about a linked record, '{path}'")
    if path not in fields:
        raise UnmappableError(f"it asks inside a field, about '{path}'")
    return fields[path]


def _plain(value: Any, found: FieldType) -> None:
    """Refuses what is known only when somebody acts, and what a record writes otherwise than the store."""
    if isinstance(value, dict):
        raise UnmappableError(f"'{found.key}' is compared with what is known only then")
    listed = found.kind is Kind.LIST
    typed = found.parse([value] if listed else value)
    written = found.dump(typed)
    same = written == found.to_store(typed) == ([value] if listed else value)
    if not same or found.sort_path != (found.key,):
        raise UnmappableError(f"values of '{found.key}' are written in more than one way")


def _present(key: str) -> JsonObject:
    """Null, where a field takes it, is no value to conditions."""
    return _holds(key, {"not": {"type": "null"}})


def _holds(key: str, schema: JsonObject) -> JsonObject:
    return {"required": [key], "properties": {key: schema}}
