"""What verifying the event log finds."""

from dataclasses import dataclass, field
from typing import Final

_MAX_FINDINGS: Final = 1000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was written."""

    problem: str
    form_id: int | None = None
    record_id: int | None = None
    event: int | None = None
    """The event's seq."""
    seal: int | None = None
    detail: str = ""


@dataclass(slots=True)
class Report:
    """What was looked at, and what is wrong (at most the first thousand things)."""

    events: int = 0
    seals: int = 0
    records: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def add(self, finding: Finding) -> None:
        if len(self.findings) < _MAX_FINDINGS:
            self.findings.append(finding)
