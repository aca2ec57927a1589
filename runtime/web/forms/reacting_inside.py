"""How what is drawn inside the fields of a form reacts: rows, groups, kinds of values.

Asked of what is drawn, so that rows in which nothing is typed yet react as well; each part goes
by the name of its input.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

from components.base import ABSENT
from components.controls.control import Input
from components.forms import RecordForm
from form_specs.language import counted
from form_specs.problem import Severity, escaped
from runtime.access import FormAccess
from runtime.compiling.inside import Told, way_to
from runtime.compiling.reactions import Inside
from runtime.compiling.reasons import inside_reasons
from runtime.storage.records import StoredRecord
from runtime.web.contexts import FieldReaction, Hidden, RuleNote
from runtime.web.forms.markers import mark
from runtime.web.site.context import here

MOST_TOLD: Final = 20
"""Reasons why something inside a field is not shown or cannot be changed."""


@dataclass(frozen=True)
class ReactingInside:
    """The fields of one form that have something inside, as far as it reacts."""

    access: FormAccess
    form: RecordForm
    document: Mapping[str, Any]
    """The form's values as they would be stored."""
    hidden: frozenset[str]
    record: StoredRecord | None = None
    changes: bool = False
    """It is drawn in a form that is asked how it stands."""
    told: frozenset[str] = frozenset()
    """Messages that stand in the form already."""

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        nests = self.access.form.reactions.nests
        return tuple(key for key in nests if key in self.form and key not in self.hidden)

    @cached_property
    def _found(self) -> Inside:
        drafted = {key: self.form.control(key).drafted for key in self._keys}
        values = {k: v for k, v in drafted.items() if v is not ABSENT and v is not None}
        access = self.access
        hops, env = here().hops(access), access.env
        return access.form.inside(values, self.document, env, hops, self.record, access.reads)

    @cached_property
    def ways(self) -> Mapping[str, str]:
        """By the name of each control inside the way to what it shows."""
        return {
            control.name: way
            for key in self._keys
            for way, control in self.form.ways(key).items()
            if way in self._found.judged.all
        }

    def _told(self, name: str) -> Told | None:
        way = self.ways.get(name)
        return self._found.judged.all[way] if way is not None else None

    def title(self, name: str) -> str:
        """What a part is called, with the row it stands in."""
        told = self._told(name)
        return ", ".join((*told.where, told.spec.title)) if told is not None else name

    def hides(self, name: str) -> bool:
        return self.ways.get(name) in self._found.settled.hidden

    def is_given(self, name: str) -> bool:
        """Whether a part follows from others."""
        told = self._told(name)
        return told is not None and told.spec.computed is not None

    def locks(self, name: str) -> bool:
        return self.ways.get(name) in self._found.judged.read_only

    def value(self, name: str) -> Any:
        """What a part holds as things stand."""
        key, *steps = self.ways[name].split("/")
        field = self.access.form.fields[key]
        return way_to(field, self._found.values.get(key, ABSENT), steps)[1]

    def state(self, name: str) -> str:
        """How a part is drawn, as `Reacting.state` says it of a field."""
        if name not in self.ways:
            return ""
        whole, notes, required = self._whole(name), self.notes(name), self.required(name)
        around = mark(required, notes) if required or notes else ""
        return f"{whole}.{around}" if whole or around else ""

    def _whole(self, name: str) -> str:
        if self.hides(name):
            return "h"
        if self.is_given(name) or self.locks(name):
            return f"r{mark(self.value(name))}"
        told = self._told(name)
        key = told.spec.depends_on if told is not None else ""
        return f"c{mark(self._depends(name, key))}" if key else ""

    def _depends(self, name: str, key: str) -> Any:
        """What the field holds that says which choices of a part fit."""
        told = self._told(name)
        if told is None or key not in told.beside.seen:
            return self.document.get(key)
        owner, *steps = self.ways[name].split("/")
        field, value = self.access.form.fields[owner], self._found.values.get(owner, ABSENT)
        for end in range(len(steps) - 1, -1, -1):
            found, part = way_to(field, value, [*steps[:end], escaped(key)])
            if found is not None:
                return part
        return None

    def required(self, name: str) -> bool:
        """By condition, beyond what the schema requires."""
        return self.ways.get(name) in self._found.judged.required

    def notes(self, name: str) -> tuple[RuleNote, ...]:
        """What rules say of a part."""
        return self._notes.get(self.ways.get(name, ""), ())

    @cached_property
    def _notes(self) -> Mapping[str, tuple[RuleNote, ...]]:
        notes: dict[str, tuple[RuleNote, ...]] = {}
        knows = here().linked(self.access).knows(self.document, self.access)
        for way, broken in self._found.judged.rules:
            known = all(map(knows, broken.condition.reads))
            if not known or broken.rule.message in self.told:
                continue
            tone: Literal["error", "warning"] = (
                "error" if broken.rule.severity is Severity.ERROR else "warning"
            )
            notes[way] = (*notes.get(way, ()), RuleNote(broken.rule.message, tone))
        return notes

    def of(self, control: Input, kept: Iterable[Hidden] = ()) -> FieldReaction | None:
        """What a part is drawn with beside its input; none where it never reacts."""
        name = control.name
        told = self._told(name)
        if told is None:
            return None
        state = self.state(name) if self.changes else ""
        locked = self.locks(name) and not self.is_given(name)
        return FieldReaction(
            changes=self.changes,
            marker=f"{name}={state}" if state else "",
            required=self.required(name),
            notes=self.notes(name),
            reason=inside_reasons(self.access.form, told).locked(told.key) if locked else "",
            kept=tuple(kept),
        )

    # -- why ----------------------------------------------------------------------------

    def hidden_because(self, keys: Iterable[str]) -> list[str]:
        """Why parts of the fields `keys` are not shown, each with the row it stands in."""
        return [
            told.said(inside_reasons(self.access.form, told).shown(told.key))
            for told in self._among(keys, self._found.settled.hidden)
        ]

    def locked_because(self, keys: Iterable[str]) -> list[str]:
        """Why parts of the fields `keys` cannot be changed."""
        return [
            told.said(inside_reasons(self.access.form, told).locked(told.key))
            for told in self._among(keys, self._found.judged.read_only)
        ]

    def _among(self, keys: Iterable[str], ways: Iterable[str]) -> Iterator[Told]:
        owners, chosen = frozenset(keys), frozenset(ways)
        every = self._found.judged.all.items()
        return (told for way, told in every if way in chosen and told.owner in owners)

    @property
    def why_state(self) -> tuple[list[str], list[str]]:
        """What the answer to "why" depends on."""
        return sorted(self._found.settled.hidden), sorted(self._found.judged.read_only)


def few(lines: list[str]) -> list[str]:
    """The first of many reasons, and how many more there are."""
    more = len(lines) - MOST_TOLD
    if more <= 0:
        return lines
    return [*lines[:MOST_TOLD], counted("%(num)s more in rows", "%(num)s more in rows", more)]
