"""What came of the tests of a tool, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from form_specs.model import JsonObject


class Outcome(StrEnum):
    """What came of a step."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    """A step before it failed, so that it would say nothing."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """What came of one step, and why it failed."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What came of one test."""

    key: str
    title: str
    steps: tuple[StepResult, ...]

    @property
    def passed(self) -> bool:
        """Whether every step went as it must."""
        return all(step.outcome is Outcome.PASSED for step in self.steps)

    @property
    def failed_at(self) -> int | None:
        """The first step that failed, counted from 1."""
        found = (i for i, s in enumerate(self.steps, 1) if s.outcome is Outcome.FAILED)
        return next(found, None)

    @property
    def reason(self) -> str:
        """Why it failed first; empty: it passed."""
        return next((why for step in self.steps for why in step.reasons), "")

    def as_json(self) -> JsonObject:
        """The result for machines."""
        steps: list[JsonObject] = [
            {"outcome": step.outcome.value, "reasons": [*step.reasons]} for step in self.steps
        ]
        return {"key": self.key, "title": self.title, "ok": self.passed, "steps": [*steps]}


@dataclass(frozen=True, slots=True)
class Run:
    """What came of the tests of a tool."""

    results: Sequence[ScenarioResult] = ()
    problem: str = ""
    """Why nothing could be run at all."""

    @property
    def passed(self) -> bool:
        """Whether all went as they must."""
        return not self.problem and not self.failed

    @property
    def failed(self) -> Sequence[ScenarioResult]:
        """The tests in which something went otherwise."""
        return [result for result in self.results if not result.passed]

    def of(self, key: str) -> ScenarioResult | None:
        """What came of one test."""
        return next((result for result in self.results if result.key == key), None)
