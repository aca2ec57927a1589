"""What a version to come would make of records, put together by reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from enum import StrEnum
from typing import Any, Final

from form_specs.model import JsonObject
from runtime.replaying.viewing import ViewCost

_IDS: Final = 20
_SAMPLES: Final = 10


class Effect(StrEnum):
    """What would become of a record."""

    FAILS = "fails"
    """It could not be saved as it is."""
    LOSES = "loses"
    """A value of it would go."""
    COMPUTES = "computes"
    """A formula gives another value."""
    STRANDED = "stranded"
    """Its state is gone."""
    STUCK = "stuck"
    """A transition that it could take it could take no more."""
    FREED = "freed"
    """A transition that it could not take it could take."""
    APPEARS = "appears"
    """A role would see it where it does not."""
    VANISHES = "vanishes"
    """A role would see it no more."""
    REFUSED = "refused"
    """A past change of it would not have been kept."""
    BARRED = "barred"
    """Whoever changed it could not have."""
    UNOFFERED = "unoffered"
    """A step that was taken with it would not have been there."""
    ELSEWHERE = "elsewhere"
    """A step would have led it to another state."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that would become of one record."""

    effect: Effect
    text: str
    """The reason; it says nothing of the record's values."""
    field: str = ""
    before: Any = None
    after: Any = None
    """The value in the store's form, where a formula gives another one; none: no value."""


@dataclass
class Group:
    """What would happen to records of one form, or their past changes, for the same reason."""

    form: str
    effect: Effect
    text: str
    field: str = ""
    number: int = 0
    ids: list[int] = made(default_factory=list)
    """Of the first ones."""
    samples: list[tuple[int, Any, Any]] = made(default_factory=list)
    """(id, before, after) of the first ones with another computed value."""

    def see(self, record_id: int, finding: Finding) -> None:
        """Takes one record in."""
        self.number += 1
        if len(self.ids) < _IDS and record_id not in self.ids:
            self.ids.append(record_id)
        if finding.effect is Effect.COMPUTES and len(self.samples) < _SAMPLES:
            self.samples.append((record_id, finding.before, finding.after))


@dataclass
class Report:
    """What a replay found so far, and where it goes on."""

    records: int = 0
    """How many records, or past changes of records, were judged."""
    failing: int = 0
    """How many records could not be saved as they are."""
    touched: int = 0
    """How many of them anything would happen with."""
    after: dict[str, int] = made(default_factory=dict)
    """By form the last record that was judged."""
    groups: dict[str, Group] = made(default_factory=dict)

    def see(self, form: str, record_id: int, findings: list[Finding]) -> None:
        """Takes in what would become of one record."""
        if not findings:
            return
        self.touched += 1
        self.failing += any(finding.effect is Effect.FAILS for finding in findings)
        for finding in findings:
            key = f"{form}/{finding.effect}/{finding.field}/{finding.text}"
            group = self.groups.get(key)
            if group is None:
                group = Group(form, finding.effect, finding.text, finding.field)
                self.groups[key] = group
            group.see(record_id, finding)

    def as_json(self) -> JsonObject:
        """To be kept between two turns, and in the end."""
        groups: list[Any] = [
            {
                "form": g.form,
                "effect": g.effect.value,
                "text": g.text,
                "field": g.field,
                "number": g.number,
                "ids": g.ids,
                "samples": [[*sample] for sample in g.samples],
            }
            for g in self.groups.values()
        ]
        return {
            "records": self.records,
            "failing": self.failing,
            "touched": self.touched,
            "after": dict(self.after),
            "groups": groups,
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Report":
        """A report as it was kept."""
        found = cls(raw["records"], raw["failing"], raw["touched"], dict(raw["after"]))
        for item in raw["groups"]:
            group = Group(
                item["form"],
                Effect(item["effect"]),
                item["text"],
                item["field"],
                item["number"],
                list(item["ids"]),
                [(sample[0], sample[1], sample[2]) for sample in item["samples"]],
            )
            key = f"{group.form}/{group.effect}/{group.field}/{group.text}"
            found.groups[key] = group
        return found


@dataclass
class PastReport:
    """What a replay found of past changes, and which those are."""

    report: Report
    first: int
    """The seq of the first event that is looked at."""
    number: int
    """How many there were when it began."""


@dataclass
class Found:
    """All that a replay found so far."""

    records: Report
    past: PastReport | None = None
    """None: it was not begun."""
    views: list[ViewCost | None] = made(default_factory=list)
    """What reading each view costs, in the order of the tool; none: it is not read."""

    def look_back(self, first: int, number: int) -> None:
        """Begins with the changes from an event on."""
        self.past = PastReport(Report(), first, number)

    @property
    def changes(self) -> int:
        """How many past changes there are to judge."""
        return self.past.number if self.past else 0

    @property
    def judged(self) -> int:
        """How many records and changes were judged."""
        return self.records.records + (self.past.report.records if self.past else 0)

    def as_json(self) -> JsonObject:
        """To be kept between two turns, and in the end."""
        found = self.records.as_json()
        if self.past is not None:
            more = {"first": self.past.first, "number": self.past.number}
            found["past"] = self.past.report.as_json() | more
        found["views"] = [cost.as_json() if cost else None for cost in self.views]
        return found

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Found":
        """What was kept; of nothing: nothing yet."""
        past = raw.get("past")
        return cls(
            Report.from_json(raw) if raw else Report(),
            PastReport(Report.from_json(past), past["first"], past["number"]) if past else None,
            [ViewCost.from_json(cost) if cost else None for cost in raw.get("views", ())],
        )
