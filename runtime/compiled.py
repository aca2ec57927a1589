"""A published version made ready to run: compiled once per process, then only values are bound.

Nothing here changes after construction, so a `CompiledTool` is shared by all threads.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import marshmallow

from components.base import ABSENT, ActionType, FieldType, InvalidValueError
from components.forms import RecordForm, form_class
from components.judge import Judge
from components.marshalling import is_open, record_schema
from components.registry import Registry
from form_specs.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Env,
    FieldValue,
    FormOperands,
    Negation,
    Predicate,
    UserTest,
    bind,
    lower,
    python_predicate,
)
from form_specs.load import load
from form_specs.model import (
    ActionSpec,
    FieldRight,
    FormSpec,
    Grant,
    JsonObject,
    JsonValue,
    Role,
    ToolSpec,
    Transition,
    ViewSpec,
    Workflow,
)
from runtime.storage.records import StoredRecord


@dataclass(frozen=True, slots=True)
class Broken:
    """A stored value that its field cannot read any more: shown as such, never a failed page."""

    stored: Any


@dataclass(frozen=True)
class CompiledCondition:
    """A condition in both forms: the predicate (for SQL) and the closure (for Python)."""

    predicate: Predicate
    holds: Callable[[Mapping[str, Any], Env], bool]

    def bound(self, env: Env) -> Predicate:
        """The predicate with the person and the time of `env` in it."""
        return bind(self.predicate, env)

    @cached_property
    def reads(self) -> frozenset[str]:
        """The fields (and system fields) that the condition asks about."""
        return frozenset(_paths(self.predicate))


def _paths(predicate: Predicate) -> Iterator[str]:
    match predicate:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _paths(part)
        case Negation(part):
            yield from _paths(part)
        case Comparison(path=path, value=value):
            yield path[0]
            if isinstance(value, FieldValue):
                yield value.path[0]
        case UserTest(is_path=path) if path:
            yield path[0]
        case _:
            return


@dataclass(frozen=True)
class CompiledForm:
    """One form of a published tool, ready to parse, judge, draw and query records."""

    tool_key: str
    tool_version: int
    form_id: int
    spec: FormSpec
    fields: Mapping[str, FieldType]
    workflow: Workflow | None
    views: Mapping[str, ViewSpec]
    actions: Mapping[str, ActionSpec]
    action_types: Mapping[str, ActionType]
    roles: Mapping[str, Role]

    @property
    def key(self) -> str:
        return self.spec.key

    @cached_property
    def operands(self) -> FormOperands:
        states = tuple(self.workflow.states) if self.workflow else ()
        return FormOperands(self.fields, states)

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.spec.schema)

    @cached_property
    def form_class(self) -> type[RecordForm]:
        return form_class(self.fields.values())

    @cached_property
    def schema_class(self) -> type[marshmallow.Schema]:
        return record_schema(self.fields.values(), open=self.open)

    @property
    def open(self) -> bool:
        """Whether a record may hold properties that the schema does not name."""
        return is_open(self.spec.schema)

    @cached_property
    def searchable(self) -> tuple[FieldType, ...]:
        """The fields that search finds: none that is sensitive or kept from any role.

        Search has one index for everybody, so a word in it must be one that everybody may know.
        """
        kept = {
            key
            for grant in self.grants.values()
            for key, right in grant.fields.items()
            if right in (FieldRight.HIDDEN, FieldRight.MASKED)
        }
        return tuple(
            field
            for key, field in self.fields.items()
            if field.searchable and not field.spec.sensitive and key not in kept
        )

    # -- conditions ---------------------------------------------------------------------

    def condition(self, raw: JsonObject) -> CompiledCondition:
        """Compiles a condition on this form; raises `ConditionError` for a wrong one."""
        predicate = lower(raw, self.operands)
        return CompiledCondition(predicate, python_predicate(predicate))

    @cached_property
    def rules(self) -> tuple[tuple[CompiledCondition, str, str | None], ...]:
        """(condition, message, field) of the form's cross-field rules."""
        return tuple((self.condition(r.condition), r.message, r.field) for r in self.spec.rules)

    @cached_property
    def guards(self) -> Mapping[str, tuple[tuple[CompiledCondition, str], ...]]:
        """(condition, message) of each transition's guards."""
        transitions: Iterable[Transition] = (
            self.workflow.transitions.values() if self.workflow else ()
        )
        return {
            transition.key: tuple(
                (self.condition(guard.condition), guard.message) for guard in transition.guards
            )
            for transition in transitions
        }

    @cached_property
    def action_conditions(self) -> Mapping[str, CompiledCondition | None]:
        return {a.key: self.condition(a.when) if a.when else None for a in self.actions.values()}

    @cached_property
    def grants(self) -> Mapping[str, Grant]:
        """What each role may do with the form, for those to whom it exists."""
        found = ((key, role.grants.get(self.key)) for key, role in self.roles.items())
        return {key: grant for key, grant in found if grant is not None}

    @cached_property
    def rows(self) -> Mapping[str, CompiledCondition | None]:
        """The condition of each role's rows; none: all records."""
        return {k: self.condition(g.rows) if g.rows else None for k, g in self.grants.items()}

    @cached_property
    def view_filters(self) -> Mapping[str, CompiledCondition | None]:
        return {v.key: self.condition(v.filter) if v.filter else None for v in self.views.values()}

    def compile_conditions(self) -> None:
        """Compiles every condition now, so that a wrong one is found before a page needs it."""
        for found in (
            self.rules,
            self.guards,
            self.rows,
            self.action_conditions,
            self.view_filters,
        ):
            len(found)

    # -- documents ----------------------------------------------------------------------

    def value(self, key: str, stored: Any) -> Any:
        """From one stored value to a typed one; what its field cannot read is `Broken`."""
        try:
            return self.fields[key].from_store(stored)
        except (InvalidValueError, TypeError, ValueError, KeyError):
            return Broken(stored)

    def values(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """From a stored document to typed values by key; properties without a field stay as they are."""
        return {
            key: self.value(key, stored) if key in self.fields else stored
            for key, stored in document.items()
        }

    def to_record(self, document: Mapping[str, Any]) -> JsonObject:
        """From a stored document to the JSON record that the form's schema judges."""
        record: JsonObject = {}
        for key, value in self.values(document).items():
            field = self.fields.get(key)
            if isinstance(value, Broken):
                record[key] = value.stored
            else:
                record[key] = value if field is None else field.dump(value)
        return record

    def to_document(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """From typed values to the store's form; absent ones are left out."""
        return {
            key: self.fields[key].to_store(value) if key in self.fields else value
            for key, value in values.items()
            if value is not ABSENT
        }

    def search_text(self, document: Mapping[str, Any]) -> list[str]:
        """The words that a record is found by."""
        values = self.values({f.key: document[f.key] for f in self.searchable if f.key in document})
        texts = (
            field.search_text(values[field.key])
            for field in self.searchable
            if field.key in values and not isinstance(values[field.key], Broken)
        )
        return [text for text in texts if text]

    def initial(self, env: Env) -> dict[str, Any]:
        """The typed values that a new record starts with."""
        found = {key: _default(field, env) for key, field in self.fields.items()}
        return {key: value for key, value in found.items() if value is not ABSENT}

    def title_of(self, document: Mapping[str, Any], fallback: str) -> str:
        """What a record is called: the value of the form's title field."""
        key = self.spec.title_field
        if key is None or key not in document:
            return fallback
        value = self.values({key: document[key]})[key]
        return fallback if isinstance(value, Broken) else self.fields[key].display(value)

    def facts(self, record: StoredRecord) -> dict[str, Any]:
        """A record as conditions see it."""
        return {**record.document, **self.system_facts(record)}

    @staticmethod
    def system_facts(record: StoredRecord | None) -> dict[str, Any]:
        """The system fields of a record as conditions see them; none of a record to be."""
        if record is None:
            return {}
        return {
            "@id": record.id,
            "@state": record.state,
            "@version": record.version,
            "@created_at": record.created_at,
            "@created_by": record.created_by,
            "@updated_at": record.updated_at,
            "@updated_by": record.updated_by,
        }


def _default(field: FieldType, env: Env) -> Any:
    """A field's typed default, dynamic ones resolved; `ABSENT` where it has none."""
    raw = field.spec.default
    if raw is None:
        return ABSENT
    if isinstance(raw, dict) and len(raw) == 1:
        match raw:
            case {"user": "id"}:
                return field.parse(env.user)
            case {"now": delta}:
                return field.parse(_moved(env.now, delta).isoformat())
            case {"today": delta}:
                return field.parse(_moved(env.now, delta).date().isoformat())
    return field.parse(raw)


def _moved(moment: datetime, delta: JsonValue) -> datetime:
    return moment + timedelta(**delta) if isinstance(delta, dict) else moment  # type: ignore[arg-type]


@dataclass(frozen=True)
class CompiledTool:
    """One published version of a tool."""

    tool_id: int
    version: int
    spec: ToolSpec
    forms: Mapping[str, CompiledForm]

    @property
    def key(self) -> str:
        return self.spec.key

    @classmethod
    def build(
        cls,
        document: JsonObject,
        registry: Registry,
        *,
        tool_id: int,
        version: int,
        form_ids: Mapping[str, int],
    ) -> "CompiledTool":
        """Compiles a checked document whose forms have the ids `form_ids`."""
        spec = load(document)
        forms = {
            form.key: _compiled_form(spec, form, registry, version, form_ids[form.key])
            for form in spec.forms.values()
        }
        return cls(tool_id, version, spec, forms)


def _compiled_form(
    spec: ToolSpec, form: FormSpec, registry: Registry, version: int, form_id: int
) -> CompiledForm:
    actions = {a.key: a for a in spec.actions.values() if a.form == form.key}
    return CompiledForm(
        tool_key=spec.key,
        tool_version=version,
        form_id=form_id,
        spec=form,
        fields={key: registry.field(field, spec.locale) for key, field in form.fields.items()},
        workflow=spec.workflows.get(form.key),
        views={v.key: v for v in spec.views.values() if v.form == form.key},
        actions=actions,
        action_types={key: registry.action_type(action) for key, action in actions.items()},
        roles=spec.roles,
    )
