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
from form_specs.hops import is_hop, parted
from form_specs.model import (
    SYSTEM_FIELDS,
    ActionSpec,
    FieldRight,
    Grant,
    Right,
    Transition,
    ViewSpec,
)
from runtime.compiling.field_rights import KNOWN, FieldRights
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.storage.records import StoredRecord

_OUR_OWN = SYSTEM_FIELDS.keys() - {"@id"}
"""Names that no property of a record may have; `@id` is what linked data calls its own."""

BUILDER = "@builder"
"""The role of those who change a tool's spec; no spec can name it, so none can give it."""
EVERY_TOOL = "*"
TEAM = "team/"
"""What stands before the key of a team where it is held like a role."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody (or some program) that acts; `roles` holds (tool, role) pairs, teams among them."""

    name: str
    title: str
    is_admin: bool = False
    roles: frozenset[tuple[str, str]] = frozenset()
    is_program: bool = False
    """A hook, the command line or the system itself: may take hook-only transitions."""

    def builds(self, tool_key: str) -> bool:
        """Whether the person may change a tool's spec; `*` stands for all tools and new ones."""
        return self.is_admin or bool(self.roles & {(tool_key, BUILDER), (EVERY_TOOL, BUILDER)})

    def teams_in(self, tool_key: str) -> frozenset[str]:
        """The keys of the teams of a tool that the person is in."""
        held = (role for tool, role in self.roles if tool == tool_key)
        return frozenset(role.removeprefix(TEAM) for role in held if role.startswith(TEAM))

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
        self.all_roles = self.roles
        """Also those that do not reach to the one record which this access is about."""
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
        teams = self.person.teams_in(self.form.tool_key)
        return Env(user=self.person.name, roles=self.roles, now=self.now, teams=teams)

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

    def includes(self, record: StoredRecord) -> bool:
        """Whether a record exists for this person: what `rows` asks the database, asked of one record."""
        if self.unrestricted:
            return True
        return self.can(Right.READ) and any(
            (condition := self.form.rows[role]) is None
            or condition.holds(self.form.facts(record), self.env)
            for role in self._grants
            if self._may_read_by(role)
        )

    def _without(self, roles: set[str]) -> "FormAccess":
        """The access that is left without some of the roles, at the same moment."""
        left = FormAccess(self.form, self.person, self.roles - roles)
        left.now, left.all_roles = self.now, self.all_roles
        return left

    def beside(self, key: str) -> "FormAccess":
        """The same person's access to another form of the tool, at the same moment."""
        found = FormAccess(self.form.forms[key], self.person, self.all_roles)
        found.now = self.now
        return found

    @cached_property
    def _field_rights(self) -> FieldRights:
        return self.form.field_rights(None if self.unrestricted else frozenset(self._grants))

    @property
    def fields(self) -> Mapping[str, FieldRight]:
        """The right to each field of the form, by key."""
        return self._field_rights.by_key

    def reads(self, key: str) -> bool:
        """Whether the value of a field (or system field) may be known; of a hop, that of the linked record."""
        if is_hop(key):
            link, there = parted(key)
            beside = self._beside(link)
            return self._holds(link) and beside.can(Right.READ) and beside._holds(there)
        return key in self._readable or (key.startswith("@") and key not in self._barred)

    @cached_property
    def _readable(self) -> frozenset[str]:
        return self._known - self._barred

    def _holds(self, key: str) -> bool:
        """Whether the rights to a field itself let its value be known."""
        return key in self._known or key.startswith("@")

    @property
    def _known(self) -> frozenset[str]:
        """The fields whose values may be known by the rights to them."""
        return self._field_rights.known

    def reads_former(self, key: str) -> bool:
        """The same of a field that may stand under a former key; of one that is gone nothing is known."""
        now = key if key in self.fields else self.form.former_keys.get(key, key)
        return self.reads(now)

    def _beside(self, link: str) -> "FormAccess":
        """The access to the form that a field links to."""
        form = self.form.ties.links.forms[link].key
        if form not in self._linked:
            self._linked[form] = self.beside(form)
        return self._linked[form]

    @cached_property
    def _linked(self) -> dict[str, "FormAccess"]:
        return {}

    @cached_property
    def _barred(self) -> frozenset[str]:
        """Computed fields that follow from what may not be read of linked records."""
        hops = self.form.computing.hops
        return frozenset(key for key, reads in hops.items() if not all(map(self.reads, reads)))

    def asks(self, key: str) -> bool:
        """Whether records may be sorted and filtered by a field: only if it is known in all of them.

        What is inside a field's value may be asked where the field may, what is in linked records
        where all of those exist for the person.
        """
        key = self.form.owner_of(key)
        if is_hop(key):
            link, there = parted(key)
            beside = self._beside(link)
            readable = beside.can(Right.READ) and beside.rows is None
            return readable and self.asks(link) and beside.asks(there)
        if self.unrestricted or key.startswith("@"):
            return self.reads(key)
        return self.reads(key) and all(
            self.form.granted(grant, key) in KNOWN
            for role, grant in self._grants.items()
            if self._may_read_by(role)
        )

    def sees(self, key: str) -> bool:
        """Whether the field exists for this person, if only masked."""
        if is_hop(key):
            link, there = parted(key)
            beside = self._beside(link)
            return self.reads(link) and beside.can(Right.READ) and beside.sees(there)
        visible = key in self._field_rights.visible and key not in self._barred
        return visible or key.startswith("@")

    @property
    def writable(self) -> frozenset[str]:
        """The fields that this person may set in a form or through the API."""
        rights = self._field_rights
        return rights.given if self.person.is_program else rights.writable

    def writes(self, key: str) -> bool:
        """Whether the field may be set by this person in a form or through the API."""
        return key in self.writable

    @cached_property
    def knows_all(self) -> bool:
        """Whether no field is hidden or masked, so that whole documents may be handed out."""
        return all(self.reads(key) for key in self.form.fields)

    def extends(self, key: str) -> bool:
        """Whether `key` may be set though no field is called so: an open form's, by who knows it all."""
        return self.form.open and self.knows_all and key not in _OUR_OWN

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
