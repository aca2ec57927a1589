"""Which transitions records could take by a version in force, and could no more, or only then."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from form_specs.conditions import Env
from form_specs.language import _
from form_specs.model import Transition
from runtime.compiling.form import CompiledForm
from runtime.replaying.finding import Effect, Finding
from runtime.storage.records import StoredRecord

Facts = Mapping[str, Any]


class Ways:
    """The workflow of one form as it is and as it would be."""

    def __init__(self, old: CompiledForm, new: CompiledForm, env: Env) -> None:
        self._old = old
        self._new = new
        self._env = env

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        """The transitions that are others than before, or no more."""
        old, new = _transitions(self._old), _transitions(self._new)
        return tuple(key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key))

    @cached_property
    def differ(self) -> bool:
        """Whether anything about the workflow is another."""
        return self._old.workflow != self._new.workflow

    def findings(self, stored: StoredRecord, before: Facts, after: Facts) -> Iterator[Finding]:
        """How a record could move otherwise than before."""
        new, old = self._new.workflow, self._old.workflow
        if new is None or old is None or stored.state is None:
            return
        if stored.state not in new.states:
            state = old.states.get(stored.state)
            yield Finding(Effect.STRANDED, state.title if state else stored.state)
            return
        for key in self._changed:
            was = self._hindered(self._old, key, stored, before)
            now = self._hindered(self._new, key, stored, after)
            if was is None and now is not None:
                yield Finding(Effect.STUCK, f"{self._title(key)}: {now}")
            elif was is not None and now is None:
                yield Finding(Effect.FREED, self._title(key))

    def _title(self, key: str) -> str:
        found = _transitions(self._new).get(key) or _transitions(self._old)[key]
        return found.title

    def _hindered(
        self, form: CompiledForm, key: str, stored: StoredRecord, facts: Facts
    ) -> str | None:
        """Why a record cannot take a transition, whoever asks; none: it can."""
        way = _transitions(form).get(key)
        if way is None:
            return _("there is no such transition any more")
        if stored.state not in way.sources:
            return _("does not start from its state")
        for condition, message in form.guards[key]:
            if not condition.holds(facts, self._env):
                return message
        asked = (*way.fields, *way.require)
        missing = [k for k in way.require if k not in stored.document and k not in way.fields]
        if missing and asked:
            title = form.fields[missing[0]].spec.title
            return _("%(field)s is missing", field=title)
        return None


def _transitions(form: CompiledForm) -> Mapping[str, Transition]:
    return form.workflow.transitions if form.workflow else {}
