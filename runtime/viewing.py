"""Looking at a tool as somebody else: what both that one and whoever looks may see, and nothing more.

Whoever builds a tool may look at it as a role or a person.  That must never show a record, a field
or a word that they could not see by themselves, so every answer of `SharedAccess` is what *both*
accesses say.  Which records are "one's own" is asked for each of them by their own name.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from form_specs.conditions import AllOf, Env, Predicate
from form_specs.model import ActionSpec, FieldRight, Right, Transition, ViewSpec
from runtime.access import Access, FormAccess, Person
from runtime.compiling.tool import CompiledTool
from runtime.storage.records import StoredRecord

_ORDER: Final = (FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.READ, FieldRight.WRITE)


class SharedAccess(FormAccess):
    """What two may both do with the records of one form; it acts in the name of `own`."""

    def __init__(self, seen: FormAccess, own: FormAccess) -> None:
        super().__init__(own.form, own.person, seen.roles)
        seen.now = self.now = own.now
        self.all_roles = seen.all_roles
        self._seen = seen
        self._own = own

    @property
    def unrestricted(self) -> bool:
        return self._seen.unrestricted and self._own.unrestricted

    @cached_property
    def rights(self) -> frozenset[Right]:
        return self._seen.rights & self._own.rights

    @cached_property
    def env(self) -> Env:
        """Who asks is the one looked as: their views show what is theirs."""
        return self._seen.env

    @cached_property
    def rows(self) -> Predicate | None:
        parts = [rows for rows in (self._seen.rows, self._own.rows) if rows is not None]
        return AllOf(tuple(parts)) if len(parts) == 2 else next(iter(parts), None)

    def over(self, record: StoredRecord) -> FormAccess:
        return SharedAccess(self._seen.over(record), self._own.over(record))

    def includes(self, record: StoredRecord) -> bool:
        return self._seen.includes(record) and self._own.includes(record)

    def beside(self, key: str) -> FormAccess:
        return SharedAccess(self._seen.beside(key), self._own.beside(key))

    @cached_property
    def _shared_fields(self) -> Mapping[str, FieldRight]:
        own = self._own.fields
        return {
            key: min(right, own.get(key, FieldRight.HIDDEN), key=_ORDER.index)
            for key, right in self._seen.fields.items()
        }

    @property
    def fields(self) -> Mapping[str, FieldRight]:
        return self._shared_fields

    @cached_property
    def _known(self) -> frozenset[str]:
        return self._seen._known & self._own._known

    def reads(self, key: str) -> bool:
        return self._seen.reads(key) and self._own.reads(key)

    def asks(self, key: str) -> bool:
        return self._seen.asks(key) and self._own.asks(key)

    def sees(self, key: str) -> bool:
        return self._seen.sees(key) and self._own.sees(key)

    @property
    def writable(self) -> frozenset[str]:
        return self._seen.writable & self._own.writable

    @cached_property
    def knows_all(self) -> bool:
        return self._seen.knows_all and self._own.knows_all

    def may_take(self, transition: Transition) -> bool:
        return self._seen.may_take(transition) and self._own.may_take(transition)

    def may_use(self, part: ActionSpec | ViewSpec) -> bool:
        return self._seen.may_use(part) and self._own.may_use(part)


class ViewingAccess(Access):
    """The access of somebody who looks at one tool as somebody else; other tools are as ever."""

    def __init__(self, person: Person, seen: Person, tool_key: str) -> None:
        super().__init__(person)
        self._seen = Access(seen)
        self._tool_key = tool_key
        self._shared: dict[int, SharedAccess] = {}

    def form(self, tool: CompiledTool, key: str) -> FormAccess | None:
        own = super().form(tool, key)
        if own is None or tool.key != self._tool_key:
            return own
        seen = self._seen.form(tool, key)
        if seen is None:
            return None
        shared = self._shared.get(own.form.form_id)
        if shared is None or shared.form is not own.form:
            shared = self._shared[own.form.form_id] = SharedAccess(seen, own)
        return shared if shared.can(Right.READ) or shared.can(Right.CREATE) else None

    def knows(self, tool: CompiledTool) -> bool:
        return bool(self.forms(tool)) if tool.key == self._tool_key else super().knows(tool)
