"""Who may do what: the one place that answers.

An `Access` is made per request from the signed-in person.  Reading, writing and drawing all
take the `FormAccess` it gives; there is no way to query records without one.  Rights are
read from the database in the request and never cached by time.

Somebody with several roles in a tool has the union of their rights, record by record: what
one role may do with its rows, the rows of another role do not gain.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from form_specs.conditions import AnyOf, Env, Predicate
from form_specs.model import ActionSpec, FieldRight, Grant, Right, Transition, ViewSpec
from runtime.compiled import CompiledForm, CompiledTool
from runtime.storage.records import StoredRecord

_ORDER = (FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.READ, FieldRight.WRITE)
_KNOWN = (FieldRight.READ, FieldRight.WRITE)


BUILDER = "@builder"
"""The role of those who change a tool's spec; no spec can name it, so none can give it."""
EVERY_TOOL = "*"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody (or some program) that acts; `roles` holds (tool, role) pairs."""

    name: str
    title: str
    is_admin: bool = False
    roles: frozenset[tuple[str, str]] = frozenset()
    is_program: bool = False
    """A hook, the command line or the system itself: may take hook-only transitions."""

    def builds(self, tool_key: str) -> bool:
        """Whether the person may change a tool's spec; `*` stands for all tools and new ones."""
        return self.is_admin or bool(self.roles & {(tool_key, BUILDER), (EVERY_TOOL, BUILDER)})

    def roles_in(self, tool: CompiledTool) -> frozenset[str]:
        """The keys of the person's roles in a tool; an administrator has all of them."""
        if self.is_admin or self.is_program:
            return frozenset(tool.spec.roles)
        return frozenset(r for t, r in self.roles if t == tool.key and r in tool.spec.roles)


def program(name: str) -> Person:
    """The actor for work that no person asked for: "system", "cli", "hook:NAME"."""
    return Person(name=name, title=name, is_program=True)


class FormAccess:
    """What one person may do with the records of one form at one moment."""

    def __init__(self, form: CompiledForm, person: Person, roles: Iterable[str] = ()) -> None:
        self.form = form
        self.person = person
        self.roles = frozenset(roles)
        self.now = datetime.now(UTC)

    @property
    def unrestricted(self) -> bool:
        return self.person.is_admin or self.person.is_program

    @cached_property
    def _grants(self) -> Mapping[str, Grant]:
        """What each of the roles may do with the form."""
        found = ((role, self.form.grants.get(role)) for role in sorted(self.roles))
        return {role: grant for role, grant in found if grant is not None}

    @cached_property
    def rights(self) -> frozenset[Right]:
        if self.unrestricted:
            return frozenset(Right)
        return frozenset(right for grant in self._grants.values() for right in grant.can)

    def can(self, right: Right) -> bool:
        return right in self.rights

    @cached_property
    def env(self) -> Env:
        """What the conditions' dynamic values (`user`, `now`, `today`) stand for."""
        return Env(user=self.person.name, roles=self.roles, now=self.now)

    @cached_property
    def rows(self) -> Predicate | None:
        """Which records exist for this person; none: all of them."""
        if self.unrestricted:
            return None
        conditions = [self.form.rows[role] for role in self._grants if self._may_read_by(role)]
        parts = [condition.bound(self.env) for condition in conditions if condition is not None]
        if len(parts) < len(conditions):
            return None
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _may_read_by(self, role: str) -> bool:
        return Right.READ in self._grants[role].can

    def over(self, record: StoredRecord) -> "FormAccess":
        """The same person's access to one record: by the roles whose rows it is among."""
        if self.unrestricted or not any(self.form.rows[role] for role in self._grants):
            return self
        facts = self.form.facts(record)
        away = {
            role
            for role in self._grants
            if (condition := self.form.rows[role]) and not condition.holds(facts, self.env)
        }
        return self._without(away) if away else self

    def _without(self, roles: set[str]) -> "FormAccess":
        """The access that is left without some of the roles, at the same moment."""
        left = FormAccess(self.form, self.person, self.roles - roles)
        left.now = self.now
        return left

    @cached_property
    def fields(self) -> Mapping[str, FieldRight]:
        """The right to each field of the form, by key."""
        return {key: self._field_right(key) for key in self.form.fields}

    def _field_right(self, key: str) -> FieldRight:
        if self.unrestricted:
            return FieldRight.WRITE
        given = (grant.fields.get(key, FieldRight.WRITE) for grant in self._grants.values())
        return max(given, key=_ORDER.index, default=FieldRight.HIDDEN)

    def reads(self, key: str) -> bool:
        """Whether the value of a field (or system field) may be known."""
        return key.startswith("@") or self.fields.get(key, FieldRight.HIDDEN) in _KNOWN

    def asks(self, key: str) -> bool:
        """Whether records may be sorted and filtered by a field: only if it is known in all of them."""
        if self.unrestricted or key.startswith("@"):
            return self.reads(key)
        return self.reads(key) and all(
            grant.fields.get(key, FieldRight.WRITE) in _KNOWN
            for role, grant in self._grants.items()
            if self._may_read_by(role)
        )

    def sees(self, key: str) -> bool:
        """Whether the field exists for this person, if only masked."""
        return (
            key.startswith("@") or self.fields.get(key, FieldRight.HIDDEN) is not FieldRight.HIDDEN
        )

    def writes(self, key: str) -> bool:
        """Whether the field may be set by this person in a form or through the API."""
        field = self.form.fields.get(key)
        return (
            field is not None
            and self.fields[key] is FieldRight.WRITE
            and (self.person.is_program or not field.spec.read_only)
        )

    @cached_property
    def knows_all(self) -> bool:
        """Whether no field is hidden or masked, so that whole documents may be handed out."""
        return all(self.reads(key) for key in self.form.fields)

    def extends(self, key: str) -> bool:
        """Whether `key` may be set though no field is called so: an open form's, by who knows it all."""
        return self.form.open and self.knows_all and not key.startswith("@")

    def may_take(self, transition: Transition) -> bool:
        """Whether the person's roles allow a transition at all."""
        if transition.hook_only:
            return self.person.is_program
        return self.unrestricted or (
            bool(self.roles & set(transition.roles)) if transition.roles else self.can(Right.EDIT)
        )

    def may_use(self, part: ActionSpec | ViewSpec) -> bool:
        """Whether the person's roles include one that an action or a view asks for."""
        return self.unrestricted or not part.roles or bool(self.roles & set(part.roles))

    def may_run(self, action: ActionSpec) -> bool:
        """Whether the person may run an action: by a role it names, else by the right to edit."""
        return self.may_use(action) and (bool(action.roles) or self.can(Right.EDIT))

    def views(self) -> tuple[ViewSpec, ...]:
        """The views that exist for this person.

        One that filters or sorts by a field which the person may not read would tell of it.
        """
        return tuple(view for view in self.form.views.values() if self._may_look(view))

    def _may_look(self, view: ViewSpec) -> bool:
        condition = self.form.view_filters[view.key]
        asked = {key.field for key in view.sort} | (condition.reads if condition else frozenset())
        return self.can(Right.READ) and self.may_use(view) and all(map(self.asks, asked))


class Access:
    """What one person may do, tool by tool, worked out once for each form."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._known: dict[int, FormAccess] = {}

    def form(self, tool: CompiledTool, key: str) -> FormAccess | None:
        """The access to one form; none where the form does not exist for this person."""
        form = tool.forms.get(key)
        if form is None:
            return None
        access = self._known.get(form.form_id)
        if access is None or access.form is not form:
            access = FormAccess(form, self.person, self.person.roles_in(tool))
            self._known[form.form_id] = access
        return access if access.can(Right.READ) or access.can(Right.CREATE) else None

    def forms(self, tool: CompiledTool) -> tuple[FormAccess, ...]:
        """The access to every form that exists for this person, in the tool's order."""
        found = (self.form(tool, key) for key in tool.forms)
        return tuple(access for access in found if access is not None)

    def knows(self, tool: CompiledTool) -> bool:
        """Whether the tool exists for this person."""
        return bool(self.forms(tool)) or (self.person.is_admin)
