"""Contexts of the administrators' pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwedDelivery:
    """A call of an after-hook that has not succeeded."""

    hook: str
    tool: str
    record: str
    record_url: str
    failed: bool
    """It was given up; else it is tried again by itself."""
    state: str
    """In words: "Given up after 12 tries", "Tried 3 times"."""
    reason: str
    at: datetime
    at_text: str
    retry_url: str = ""


@dataclass(frozen=True, slots=True)
class DeliveriesPage:
    """What automations still owe."""

    deliveries: Sequence[OwedDelivery]
    waiting: int
    """How many wait for their first try."""
    problems: Sequence[str] = ()
    """Hook files that could not be loaded."""
