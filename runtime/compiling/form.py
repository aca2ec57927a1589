"""A form of a published version made ready to run: compiled once per process, then only values are bound.

Nothing here changes after construction, so a `CompiledForm` is shared by all threads.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

import marshmallow

from components.base import ABSENT, ActionType, FieldType, InvalidValueError
from components.forms import RecordForm, form_class
from components.judging.judge import Judge
from components.marshalling import record_schema
from components.members import Member, members_of
from components.nested.others import OthersType
from form_specs.conditions import Env, FormOperands
from form_specs.form_words import FormWords
from form_specs.formulas import Scope, scope_of
from form_specs.from_schema.root_properties import takes_others
from form_specs.hops import hop, is_hop
from form_specs.language import _
from form_specs.model import (
    SYSTEM_FIELDS,
    ActionSpec,
    FieldRight,
    FormSpec,
    Grant,
    JsonObject,
    JsonValue,
    ListSpec,
    Role,
    Transition,
    ViewSpec,
    Workflow,
)
from runtime.asking import Asking
from runtime.compiling.computing import Computing, Written
from runtime.compiling.conditions import CompiledCondition, compiled_condition
from runtime.compiling.defaults import default_value
from runtime.compiling.facts import system_facts
from runtime.compiling.field_rights import FieldRights, least_of, most_of
from runtime.compiling.hops import Facts, Hops
from runtime.compiling.layouts import Layouts
from runtime.compiling.reactions import Evaluation, Inside, Knows, Reactions
from runtime.compiling.reasons import Reasons, literal_text
from runtime.compiling.ties import Ties
from runtime.storage.records import StoredRecord

_CLASSES = 200
"""How many form classes of some fields are kept for each form."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A stored value that its field cannot read any more: shown as such, never a failed page."""

    stored: Any


def read_stored(field: FieldType, stored: Any) -> Any:
    """From a stored value to a typed one, or `Broken`."""
    try:
        return field.from_store(stored)
    except (InvalidValueError, TypeError, ValueError, KeyError):
        return Broken(stored)


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
    locale: str = "en"
    """The language of its readers."""
    written_in: str = "en"
    """The language of the tool: texts that are stored are written in it, whoever saves them."""
    tool_id: int = 0
    lists: Mapping[str, ListSpec] = field(default_factory=dict)
    """The tool's lists of choices, as they start."""
    forms: Mapping[str, "CompiledForm"] = field(default_factory=dict, compare=False, repr=False)
    """All forms of the tool, this one among them."""
    lifted: frozenset[str] = frozenset()
    """What has to be read from lifted documents while records still follow to this version."""

    @property
    def key(self) -> str:
        return self.spec.key

    @cached_property
    def ties(self) -> Ties:
        """Where its fields lead: to lists, functions and other forms."""
        return Ties(self)

    @cached_property
    def operands(self) -> FormOperands:
        states = tuple(self.workflow.states) if self.workflow else ()
        return FormOperands(self.fields, states, self.ties.links.operands)

    @cached_property
    def scope(self) -> Scope:
        """What formulas may speak of."""
        return scope_of(self.fields, self.ties.links.scopes)

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """The fields inside fields by the path that conditions name them with."""
        return members_of(self.fields)

    def field_at(self, path: str) -> FieldType | None:
        """The field that a path of a condition leads to; none for system fields and where there is none."""
        linked = self.ties.links.at(path)
        if linked is not None:
            return linked[1].field_at(linked[2])
        member = self.members.get(path)
        return member.field if member else self.fields.get(path)

    def owner_of(self, path: str) -> str:
        """The field of the form in whose value a path leads, or the hop; anything else is itself."""
        linked = self.ties.links.at(path)
        if linked is not None:
            return hop(linked[0], linked[1].owner_of(linked[2]))
        member = self.members.get(path)
        return member.owner if member else path

    def title_at(self, path: str) -> str:
        """What people call the field that a path leads to."""
        if self.ties.links.at(path) is not None:
            return self.words.title(path)
        member, field = self.members.get(path), self.fields.get(path)
        if member is not None:
            return member.title
        if field is None and path in SYSTEM_FIELDS:
            return _(SYSTEM_FIELDS[path])
        return field.spec.title if field else path

    @cached_property
    def judge(self) -> Judge:
        return Judge(self.spec.schema)

    @cached_property
    def form_class(self) -> type[RecordForm]:
        others = OthersType(self.fields) if self.open else None
        return form_class(self.fields.values(), others)

    @cached_property
    def asking(self) -> Asking:
        """Reads what others depend on out of a form's post."""
        return Asking(field for key, field in self.fields.items() if key in self.reactions.needed)

    @cached_property
    def form_class_of(self) -> Callable[[frozenset[str]], type[RecordForm]]:
        """From keys to the form class with the controls of those fields; the latest ones are kept."""

        @lru_cache(_CLASSES)
        def made(keys: frozenset[str]) -> type[RecordForm]:
            return form_class(field for key, field in self.fields.items() if key in keys)

        return made

    @cached_property
    def schema_class(self) -> type[marshmallow.Schema]:
        return record_schema(self.fields.values(), open=self.open)

    @property
    def open(self) -> bool:
        """Whether a record may hold properties that the schema does not name."""
        return takes_others(self.spec.schema)

    @cached_property
    def former_keys(self) -> Mapping[str, str]:
        """From each former key of a field to its key now."""
        return {old: key for key, field in self.fields.items() for old in field.spec.was}

    @cached_property
    def searchable(self) -> tuple[FieldType, ...]:
        """The fields that search finds: none that is sensitive or kept from any role.

        Search has one index for everybody, so a word in it must be one that everybody may know.
        """
        kept = {
            key
            for grant in self.grants.values()
            for key in (*grant.fields, *self.computing.formulas, *self.reactions.nests)
            if self.granted(grant, key) in (FieldRight.HIDDEN, FieldRight.MASKED)
        }
        return tuple(
            field
            for key, field in self.fields.items()
            if field.searchable and not field.spec.sensitive and key not in kept
        )

    # -- computed fields ----------------------------------------------------------------

    @cached_property
    def computing(self) -> Computing:
        """The computed fields; raises `FormulaError` or `CycleError` for wrong formulas."""
        written = Written(self.written_in, self.locale)
        return Computing(self.fields, self.readable, written, self.scope, self.ties.links.computing)

    def readable(self, key: str, stored: Any) -> Any:
        """From one stored value to a typed one, `ABSENT` where its field cannot read it."""
        value = self.value(key, stored)
        return ABSENT if isinstance(value, Broken) else value

    def with_readers(self, keys: frozenset[str]) -> frozenset[str]:
        """Some fields and the computed fields that follow from them."""
        return keys.union(*(self.computing.readers(key) for key in keys))

    def granted(self, grant: Grant, key: str) -> FieldRight:
        """The right that a grant gives to a field.

        To a computed field that it does not name, no more than to any field it is computed from.
        Of linked records the person's access to those decides, by whatever role (`FormAccess.reads`).
        """
        if is_hop(key):
            return FieldRight.WRITE
        own = grant.fields.get(key)
        if own is not None:
            return own
        sources = (self.granted(grant, source) for source in self.computing.sources(key))
        return self._unread_inside(grant, key) or least_of(sources)

    def _unread_inside(self, grant: Grant, key: str) -> FieldRight | None:
        """The right to a field that holds what is computed from something which may not be read."""
        nest = self.reactions.nests.get(key)
        reads = chain.from_iterable(nest.computed) if nest is not None else ()
        least = least_of(self.granted(grant, source) for source in reads if source != key)
        return least if least in (FieldRight.HIDDEN, FieldRight.MASKED) else None

    # -- conditions ---------------------------------------------------------------------

    def condition(self, raw: JsonObject, *, change: bool = False) -> CompiledCondition:
        """Compiles a condition on this form; raises `ConditionError` for a wrong one."""
        return compiled_condition(raw, self.operands, change=change)

    @cached_property
    def layouts(self) -> Layouts:
        """What the parts of its layouts ask and say; raises `ConditionError` or `FormulaError`."""
        return Layouts(self.spec, self.operands, self.scope)

    @cached_property
    def reactions(self) -> Reactions:
        """What the form's fields do on conditions, and its rules."""
        return Reactions(self.spec, self.operands, self.computing, self.layouts.asked)

    def evaluate(
        self,
        document: Facts,
        env: Env,
        hops: Hops,
        record: StoredRecord | None = None,
        knows: Knows | None = None,
        restored: frozenset[str] = frozenset(),
    ) -> Evaluation:
        """How the form stands with the values of `document`, which `record` (none: a new one) is to have.

        The parts `restored` inside fields are as they were.
        """
        return self.reactions.evaluate(
            document,
            env,
            hops,
            beside=self.system_facts(record),
            before=self.facts(record) if record else None,
            knows=knows,
            restored=restored,
        )

    def inside(
        self,
        values: Mapping[str, Any],
        document: Facts,
        env: Env,
        hops: Hops,
        record: StoredRecord | None = None,
        knows: Knows | None = None,
    ) -> Inside:
        """How it stands inside fields that hold the typed `values`, beside what else `document` holds."""
        return self.reactions.inside(
            values,
            document,
            env,
            hops,
            beside=self.system_facts(record),
            before=self.facts(record) if record else None,
            knows=knows,
        )

    @cached_property
    def words(self) -> FormWords:
        """What the form's fields and values are called, for conditions in words."""
        return FormWords.of(
            self.spec, self.workflow, self.roles, self._literal_text, self.ties.links.words
        )

    @cached_property
    def reasons(self) -> Reasons:
        """Why fields are hidden, needed or locked, in words."""
        return Reasons(self.spec.fields, self.words)

    def _literal_text(self, path: str, literal: JsonValue) -> str | None:
        return literal_text(self.field_at(path), literal)

    @cached_property
    def guards(self) -> Mapping[str, tuple[tuple[CompiledCondition, str], ...]]:
        """(condition, message) of each transition's guards."""
        transitions: Iterable[Transition] = (
            self.workflow.transitions.values() if self.workflow else ()
        )
        return {
            transition.key: tuple(
                (self.condition(guard.condition, change=True), guard.message)
                for guard in transition.guards
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

    def field_rights(self, roles: frozenset[str] | None) -> FieldRights:
        """What some roles (none: all rights there are) may do with the fields; worked out once for each set."""
        known = self._field_rights.get(roles)
        if known is None:
            rights = {key: self._field_right(key, roles) for key in self.fields}
            known = self._field_rights[roles] = FieldRights.of(rights, self.fields)
        return known

    @cached_property
    def _field_rights(self) -> dict[frozenset[str] | None, FieldRights]:
        return {}

    def _field_right(self, key: str, roles: frozenset[str] | None) -> FieldRight:
        if roles is None:
            return FieldRight.WRITE
        given = (self.granted(self.grants[role], key) for role in roles)
        return most_of(given)

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
            self.reactions.rules,
            self.guards,
            self.rows,
            self.action_conditions,
            self.view_filters,
            self.computing.formulas,
            self.ties.narrowing,
            self.layouts.asked,
        ):
            len(found)

    # -- documents ----------------------------------------------------------------------

    def value(self, key: str, stored: Any) -> Any:
        """From one stored value to a typed one; what its field cannot read is `Broken`."""
        return read_stored(self.fields[key], stored)

    def values(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """From a stored document to typed values by key; properties without a field stay as they are."""
        return {
            key: self.value(key, stored) if key in self.fields else stored
            for key, stored in document.items()
        }

    def to_record(self, document: Mapping[str, Any]) -> JsonObject:
        """From a stored document to the JSON record that the form's schema judges."""
        record: JsonObject = dict(document)
        for key, other in self._stored_otherwise.items():
            if key in record:
                value = read_stored(other, record[key])
                if type(value) is not Broken:
                    record[key] = other.dump(value)
        return record

    @cached_property
    def _stored_otherwise(self) -> Mapping[str, FieldType]:
        """The fields whose stored values are not what stands in the JSON record."""
        return {
            key: field
            for key, field in self.fields.items()
            if type(field).to_store is not FieldType.to_store
        }

    @cached_property
    def nesting(self) -> Mapping[str, FieldType]:
        """The fields that hold others."""
        return {key: field for key, field in self.fields.items() if field.holds_fields}

    @cached_property
    def stamping(self) -> frozenset[str]:
        """The fields whose values name their maker."""
        return self._with_own("stamped")

    @cached_property
    def minding(self) -> frozenset[str]:
        """The fields that mind what their values follow."""
        own = self._with_own("change_problem")
        return frozenset(key for key in own if self.fields[key].mindful)

    def _with_own(self, method: str) -> frozenset[str]:
        """The fields of types that have a method of their own in place of the common one."""
        common = getattr(FieldType, method)
        return frozenset(
            k for k, f in self.fields.items() if getattr(type(f), method) is not common
        )

    def to_document(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """From typed values to the store's form; absent ones are left out."""
        stored = self._to_store
        return {
            key: stored[key](value) if key in stored else value
            for key, value in values.items()
            if value is not ABSENT
        }

    @cached_property
    def _to_store(self) -> Mapping[str, Callable[[Any], JsonValue]]:
        """What stores the values of fields, but for those that are stored as they are typed."""
        common = (FieldType.to_store, FieldType.dump)
        return {
            key: field.to_store
            for key, field in self.fields.items()
            if (type(field).to_store, type(field).dump) != common
        }

    def search_text(self, document: Mapping[str, Any]) -> list[str]:
        """The words that a record is found by."""
        found = []
        for field_ in self.searchable:
            stored = document.get(field_.key, ABSENT)
            value = ABSENT if stored is ABSENT else read_stored(field_, stored)
            if value is not ABSENT and type(value) is not Broken:
                found.append(field_.search_text(value))
        return [text for text in found if text]

    def initial(self, env: Env, *, page: bool = True) -> dict[str, Any]:
        """The typed values that a new record starts with: in a page, or else in what is sent."""
        fields = (f for f in self._starting if page or f.spec.fill == "always")
        found = {field.key: default_value(field, env) for field in fields}
        return {key: value for key, value in found.items() if value is not ABSENT}

    @cached_property
    def _starting(self) -> tuple[FieldType, ...]:
        """The fields that a new record starts with something in."""
        return tuple(field for field in self.fields.values() if field.spec.default is not None)

    def title_of(self, document: Mapping[str, Any], fallback: str) -> str:
        """What a record is called: the value of the form's title field."""
        key = self.spec.title_field
        if key is None or key not in document:
            return fallback
        value = self.values({key: document[key]})[key]
        if isinstance(value, Broken):
            return fallback
        # Of a text that is kept exactly, a title is the words in one line.
        return " ".join(self.fields[key].display(value).split()) or fallback

    def facts(self, record: StoredRecord) -> dict[str, Any]:
        """A record as conditions see it, without what its links lead to."""
        return {**record.document, **self.system_facts(record)}

    @staticmethod
    def system_facts(record: StoredRecord | None) -> dict[str, Any]:
        """The system fields of a record as conditions see them; none of a record to be."""
        return system_facts(record)
