"""How a drawn form reacts: what is hidden, required, read-only or warned of, and why.

Every field that may be drawn differently carries a marker of how it is drawn now.  The form
posts the markers back, so that the answer to a refresh holds only the fields that changed,
without anything being remembered between two requests.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal

from components.base import ABSENT, FieldType, NumberedFieldType
from components.forms import RecordForm
from form_specs.hops import is_hop
from form_specs.language import _, counted
from form_specs.problem import Severity
from runtime.access import FormAccess
from runtime.compiling.reactions import Evaluation, Finding
from runtime.compiling.settled import settled
from runtime.storage.records import StoredRecord
from runtime.web.contexts import FieldReaction, FormReaction, Hidden, RuleNote, WhyView
from runtime.web.forms.markers import mark
from runtime.web.forms.reacting_inside import ReactingInside, few
from runtime.web.site.context import here

DRAWN: Final = "_drawn"
"""Under this name the form posts the markers."""
FORM_RULES: Final = "@rules"
WHY: Final = "@why"
"""What the markers of the form's own notes and of its answer to "why" begin with."""


def evaluated(
    access: FormAccess,
    posted: Mapping[str, Any],
    base: Mapping[str, Any],
    record: StoredRecord | None,
) -> Evaluation:
    """How a form stands with the typed values `posted` on top of the document `base`, as far as the person may know."""
    proposed = dict(base)
    typed = {key: value for key, value in posted.items() if access.writes(key)}
    for key, value in typed.items():
        proposed.pop(key, None)
        if value is not ABSENT:
            proposed[key] = access.form.fields[key].to_store(value)
    touched = frozenset(key for key in typed if proposed.get(key) != base.get(key))
    hops = here().hops(access)
    form, env = access.form, access.env
    return settled(form, proposed, touched, env, hops, record, access.reads)[0]


@dataclass(frozen=True)
class Reacting:
    """One form with its typed values, as far as it reacts."""

    access: FormAccess
    evaluation: Evaluation
    refresh_url: str = ""
    """Where the form asks how it stands; empty: it is no form that somebody fills in."""
    saved: bool = False
    """It shows a record, not one to be: whose warnings stand even where a value is missing."""
    typed: bool = False
    """Something is typed in it."""
    told: frozenset[str] = field(default_factory=frozenset)
    """Messages that stand in the form already."""
    inside: ReactingInside | None = None
    """How what is drawn inside its fields reacts; none: nothing does, or nothing is drawn."""

    def hides(self, key: str) -> bool:
        return key in self.evaluation.hidden

    def locks(self, key: str) -> bool:
        return key in self.evaluation.read_only

    def of_field(
        self, key: str, kept: Iterable[Hidden] = (), *, oob: bool = False
    ) -> FieldReaction | None:
        """What a field is drawn with beside its input; none where it neither reacts nor is asked about."""
        reactions = self.access.form.reactions
        asks = self.refresh_url if key in reactions.asked else ""
        if key not in reactions.reacting:
            return FieldReaction(asks=asks, oob=oob) if asks else None
        return FieldReaction(
            asks=asks,
            changes=bool(self.refresh_url),
            marker=self._marker(key),
            required=key in self.evaluation.required,
            notes=self.notes(key),
            reason=self._locked_because(key) if self.locks(key) else "",
            kept=tuple(kept),
            oob=oob,
        )

    def state(self, key: str | None) -> str:
        """How a field is drawn, then after a point what stands around its input.

        It is drawn as text (r), with what another field lets one choose from (c), or hidden (h).

        Empty for a field that is drawn as without any condition.
        """
        whole = self._whole(key) if key is not None else ""
        notes, required = self.notes(key), key in self.evaluation.required
        around = mark(required, notes) if required or notes else ""
        return f"{whole}.{around}" if whole or around else ""

    def _whole(self, key: str) -> str:
        if self.hides(key):
            return "h"
        form = self.access.form
        if key in form.computing.formulas:
            return f"r{mark(self._computed.get(key))}"
        if self.locks(key):
            return f"r{mark(self.evaluation.document.get(key))}"
        if key in form.reactions.depends:
            return f"c{mark(self.evaluation.document.get(form.reactions.depends[key]))}"
        return ""

    @cached_property
    def _computed(self) -> Mapping[str, Any]:
        """What computed fields hold with what is typed, live ones as well; in the store's form."""
        form = self.access.form
        document, hops = dict(self.evaluation.document), here().hops(self.access)
        found = form.reactions.live(document, self.access.now, hops)
        return {key: found[key] for key in form.computing.formulas if key in found}

    @property
    def computed(self) -> Mapping[str, Any]:
        """The typed values of computed fields with what is typed."""
        return {k: self.access.form.value(k, stored) for k, stored in self._computed.items()}

    def _marker(self, key: str) -> str:
        state = self.state(key) if self.refresh_url else ""
        return f"{key}={state}" if state else ""

    def notes(self, key: str | None) -> tuple[RuleNote, ...]:
        """What rules say at a field, or (none) at the top of the form."""
        return self._notes.get(key, ())

    @cached_property
    def _notes(self) -> Mapping[str | None, tuple[RuleNote, ...]]:
        found: dict[str | None, tuple[RuleNote, ...]] = {}
        for finding in filter(self._tells, self.evaluation.findings):
            if finding.way and self.refresh_url:
                continue  # told at its own input
            tone: Literal["error", "warning"] = (
                "error" if finding.severity is Severity.ERROR else "warning"
            )
            note = RuleNote(finding.said, tone)
            found[finding.field] = (*found.get(finding.field, ()), note)
        return found

    def _tells(self, finding: Finding) -> bool:
        """Whether a rule speaks up now: not before there is something to judge."""
        if finding.message in self.told or not all(map(self.access.reads, finding.reads)):
            return False
        own = (key for key in finding.reads if not (key[:1] == "@" or is_hop(key)))
        filled = all(key in self.evaluation.document for key in own)
        return filled or (self.saved and finding.severity is Severity.WARNING)

    def form(self, keys: Iterable[str], *, editable: bool = True, prefix: str) -> FormReaction:
        """What the form is drawn with beside its fields `keys`."""
        return FormReaction(
            refresh_url=self.refresh_url,
            why=self.why(keys, editable=editable),
            notes=self.notes(None),
            notes_marker=f"{FORM_RULES}={self.state(None)}" if self.refresh_url else "",
            changes=bool(self.refresh_url),
            id=prefix,
        )

    # -- why ----------------------------------------------------------------------------

    def why(self, keys: Iterable[str], *, editable: bool = True) -> WhyView:
        """Which of the fields `keys` are not shown or cannot be changed, each with its reason."""
        asked, free = dict.fromkeys(keys), self._free
        told = [key for key in asked if key not in free and self.access.sees(key)]
        hidden = [self._hidden_because(key) for key in told if self.hides(key)]
        fixed = [self._fixed_because(k) for k in told if not self.hides(k)] if editable else []
        if self.inside is not None:
            placed = [key for key in asked if self.access.sees(key)]
            open_ = [key for key in placed if key in self.access.writable and not self.locks(key)]
            hidden += few(self.inside.hidden_because(placed))
            fixed += few(self.inside.locked_because(open_)) if editable else []
        marker = f"{WHY}={self.why_state}" if self.refresh_url else ""
        return WhyView(_summary(len(hidden), len(fixed)), (*hidden, *fixed), marker)

    @property
    def why_state(self) -> str:
        """What the answer to "why" depends on in a form that stands already."""
        inside = self.inside.why_state if self.inside is not None else ()
        hidden, read_only = self.evaluation.hidden, self.evaluation.read_only
        return mark(_fields(hidden), _fields(read_only), inside)

    @property
    def _free(self) -> frozenset[str]:
        """The fields that can be filled in as things stand."""
        return self.access.writable - self.evaluation.read_only - self.evaluation.hidden

    def _fixed_because(self, key: str) -> str:
        if self.locks(key):
            return self._locked_because(key)
        return self._barred_because(self.access.form.fields[key])

    def _hidden_because(self, key: str) -> str:
        return self.access.form.reasons.shown(key)

    def _locked_because(self, key: str) -> str:
        return self.access.form.reasons.locked(key)

    def _barred_because(self, found: FieldType) -> str:
        title = found.spec.title
        if not self.access.reads(found.key):
            return _("%(title)s is hidden from your role", title=title)
        if isinstance(found, NumberedFieldType):
            return _("%(title)s is a running number", title=title)
        if found.spec.computed is not None:
            return _("%(title)s follows from other fields", title=title)
        if found.spec.read_only:
            return _("%(title)s is not filled in by hand", title=title)
        return _("%(title)s can be read by your role, not changed", title=title)


def reacting_form(
    access: FormAccess,
    form: RecordForm,
    base: Mapping[str, Any],
    record: StoredRecord | None = None,
    refresh_url: str = "",
) -> Reacting:
    """A form as it reacts to what was typed on top of the document `base`; its errors are not said twice."""
    told = frozenset(error for control in form.controls() for error in control.errors)
    reactions = access.form.reactions
    found = evaluated(access, form.posted(), base, record)
    return Reacting(
        access,
        found,
        # Nothing is asked anew where nothing depends on anything.
        refresh_url if reactions.needed else "",
        saved=record is not None,
        typed=form.post is not None,
        told=told,
        inside=inside_of(access, form, found, record, told=told, changes=bool(refresh_url)),
    )


def inside_of(
    access: FormAccess,
    form: RecordForm,
    found: Evaluation,
    record: StoredRecord | None,
    *,
    told: frozenset[str] = frozenset(),
    changes: bool = True,
) -> ReactingInside | None:
    """How what a form draws inside its fields reacts; none where nothing can."""
    if not access.form.reactions.nests:
        return None
    return ReactingInside(
        access, form, found.document, found.hidden, record, changes=changes, told=told
    )


def _fields(names: Iterable[str]) -> list[str]:
    """Those of the form itself, apart from what is inside them."""
    return sorted(name for name in names if "/" not in name)


def _summary(hidden: int, fixed: int) -> str:
    if not hidden:
        return _cannot_be_changed(fixed) if fixed else ""
    first = counted("%(num)s field is not shown", "%(num)s fields are not shown", hidden)
    return _("%(first)s, %(fixed)s cannot be changed", first=first, fixed=fixed) if fixed else first


def _cannot_be_changed(fixed: int) -> str:
    return counted("%(num)s field cannot be changed", "%(num)s fields cannot be changed", fixed)
