"""Which role would see a record where it did not, and which would see it no more."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from form_specs.conditions import Env
from form_specs.language import _
from form_specs.model import Right, ViewSpec
from runtime.compiling.form import CompiledForm
from runtime.replaying.finding import Effect, Finding

Facts = Mapping[str, Any]


class Sight:
    """The rows of roles and the filters of views of one form, as they are and as they would be.

    What asks who somebody is, is asked for nobody in particular: "created by whoever looks" holds
    for no record.
    """

    def __init__(self, old: CompiledForm, new: CompiledForm, env: Env) -> None:
        self._old = old
        self._new = new
        self._envs = {role: replace(env, roles=frozenset((role,))) for role in new.grants}
        self._env = env

    @cached_property
    def _roles(self) -> tuple[str, ...]:
        """The roles to which other records exist than before."""
        shared = (role for role in self._new.grants if role in self._old.grants)
        return tuple(r for r in shared if self._reach(self._old, r) != self._reach(self._new, r))

    @staticmethod
    def _reach(form: CompiledForm, role: str) -> Any:
        grant = form.grants[role]
        return grant.rows, Right.READ in grant.can

    @cached_property
    def _views(self) -> tuple[ViewSpec, ...]:
        """The views with another filter than before."""
        old = self._old.views
        return tuple(
            v for k, v in self._new.views.items() if k in old and v.filter != old[k].filter
        )

    @cached_property
    def differs(self) -> bool:
        """Whether anybody may see other records than before."""
        return bool(self._roles or self._views)

    def findings(self, before: Facts, after: Facts) -> Iterator[Finding]:
        """To whom a record would appear, and from whom it would vanish."""
        turned: set[str] = set()
        for role in self._roles:
            was = self._exists(self._old, role, before)
            if was != self._exists(self._new, role, after):
                turned.add(role)
                yield self._turn(now=not was, text=self._title(role))
        for view in self._new.views.values():
            if view.key in self._old.views and (turned or view in self._views):
                yield from self._in_view(view, turned, before, after)

    def _in_view(
        self, view: ViewSpec, turned: set[str], before: Facts, after: Facts
    ) -> Iterator[Finding]:
        was = self._shows(self._old, view.key, before)
        now = self._shows(self._new, view.key, after)
        roles = self._envs if was != now else turned
        for role in roles:
            if role not in self._old.grants or (view.roles and role not in view.roles):
                continue
            saw = was and self._exists(self._old, role, before)
            sees = now and self._exists(self._new, role, after)
            if saw != sees:
                text = _("%(view)s, for %(role)s", view=view.title, role=self._title(role))
                yield self._turn(now=sees, text=text)

    @staticmethod
    def _turn(*, now: bool, text: str) -> Finding:
        return Finding(Effect.APPEARS if now else Effect.VANISHES, text)

    def _title(self, role: str) -> str:
        return self._new.roles[role].title

    def _exists(self, form: CompiledForm, role: str, facts: Facts) -> bool:
        if Right.READ not in form.grants[role].can:
            return False
        condition = form.rows[role]
        return condition is None or condition.holds(facts, self._envs[role])

    def _shows(self, form: CompiledForm, view: str, facts: Facts) -> bool:
        condition = form.view_filters[view]
        return condition is None or condition.holds(facts, self._env)
