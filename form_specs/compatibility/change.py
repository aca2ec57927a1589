"""One change between two specs, its class, and the records it may concern."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from form_specs.language import marked
from form_specs.model import JsonObject

RecordTest = Callable[[Mapping[str, Any], str | None], bool]
"""From a record (as its form's schema judges it) and its state to whether a change concerns it."""


UNANSWERED = "?"
"""Stands in a step where only a person can say what is meant; no migration holds it."""


class Impact(StrEnum):
    """What a change asks of whoever publishes it; the later, the more."""

    SAFE = "safe"
    """Nothing."""
    NOTICE = "notice"
    """That people are told: records stay valid, work goes on differently."""
    REVIEW = "review"
    """That a second person looks: somebody may do or see more than before."""
    MIGRATION = "migration"
    """That records are changed with it."""
    BREAKING = "breaking"
    """That somebody says by name what is lost."""

    @property
    def rank(self) -> int:
        """Its place among the classes, from 0 for the mildest."""
        return list(Impact).index(self)


@dataclass(frozen=True, slots=True)
class Affected:
    """Which records a change concerns; `start` makes a test that sees each record once, in any order."""

    form: str
    start: Callable[[], RecordTest]
    words: str = marked("affected")
    """What those records do, as in "12 records hold it"."""
    where: JsonObject | None = None
    """The condition by which a list shows those records, or nearly; none: no condition can say it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two specs."""

    pointer: str
    """Where, by key: `/forms/case/fields/reason/choices/fraud`."""
    impact: Impact
    subject: str
    """What people call the part."""
    text: str
    affected: Affected | None = None
    """Where real records can tell whether it matters; none: they cannot."""
    form: str = ""
    field: str = ""
    step: JsonObject | None = None
    """The migration step that would take records along; none: there is none to offer."""
    from_state: str | None = None
    """The state that records have to leave."""
    count: str = ""
    """What counting found, in words."""
    number: int | None = None
    """How many records it concerns; none: not counted."""
    lowered_from: Impact | None = None

    @property
    def name(self) -> str:
        """What an override calls it: the keys on the way to it, such as `case/reason/fraud`."""
        steps = self.pointer.strip("/").split("/")
        return "/".join(step for step in steps[1:] if step not in _SECTIONS) or self.pointer

    @property
    def sentence(self) -> str:
        """The change and what counting found, as people read it."""
        said = f"{self.subject}: {self.text}" if self.subject else self.text
        return f"{said}; {self.count}" if self.count else said

    def as_json(self) -> JsonObject:
        """For machines."""
        found: JsonObject = {
            "pointer": self.pointer,
            "name": self.name,
            "class": self.impact.value,
            "subject": self.subject,
            "text": self.text,
            "sentence": self.sentence,
        }
        if self.number is not None:
            found["affected"] = self.number
        if self.lowered_from is not None:
            found["lowered_from"] = self.lowered_from.value
        return found


_SECTIONS = frozenset({"fields", "choices", "states", "transitions", "grants"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes between two documents of a tool, the gravest first."""

    tool: str
    changes: tuple[Change, ...] = field(default=())

    @property
    def impact(self) -> Impact:
        """The class of the version: that of its gravest change."""
        return max((c.impact for c in self.changes), key=lambda i: i.rank, default=Impact.SAFE)

    def of(self, *impacts: Impact) -> tuple[Change, ...]:
        """The changes of some classes."""
        return tuple(change for change in self.changes if change.impact in impacts)

    def with_changes(self, changes: list[Change]) -> "Comparison":
        """The same comparison with other words and classes, the gravest first."""
        return replace(self, changes=ordered(changes))


def ordered(changes: list[Change]) -> tuple[Change, ...]:
    """The gravest first, else in the order of the document."""
    return tuple(sorted(changes, key=lambda change: -change.impact.rank))
