"""What the gate answers when it does not let a change through."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from form_specs.language import _
from runtime.storage.records import StoredRecord


class Check(StrEnum):
    """Which check of the gate a reason comes from, in the order they are made."""

    ROLE = "role"
    STATE = "state"
    FIELD = "field"
    RULE = "rule"
    REQUIRED = "required"
    COMMENT = "comment"
    GUARD = "guard"
    CONDITION = "condition"
    HOOK = "hook"
    UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason why a change was refused: for people (`message`) and for programs (`check`, `code`, `field`)."""

    check: Check
    code: str
    message: str
    field: str | None = None
    pointer: str = ""
    """JSON pointer into the record, where it is about a part of the field's value."""
    detail: str = ""
    """The message without saying in which part of the value it is."""


_INVALID = frozenset({Check.FIELD, Check.RULE, Check.REQUIRED, Check.COMMENT, Check.UNIQUE})


def withheld(reason: Reason) -> Reason:
    """A reason for people who may not know of the field that it is about."""
    return Reason(reason.check, reason.code, _("Something that you may not see speaks against it"))


class RefusedError(Exception):
    """The change was refused; `reasons` holds all of the reasons, in the order of the checks."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("; ".join(reason.message for reason in reasons))
        self.reasons = tuple(reasons)

    @property
    def status(self) -> int:
        """HTTP: 403 where the role lacks the right, 422 for invalid values, else 409."""
        checks = {reason.check for reason in self.reasons}
        if Check.ROLE in checks:
            return 403
        return 422 if checks <= _INVALID else 409


class RecordNotFoundError(LookupError):
    """There is no such record for this person: not there, deleted, or not theirs to know of."""


class StaleError(Exception):
    """Somebody else saved in between, and both changed the same fields.

    `base` is the document that the person started from, `current` the record as it is now,
    `values` what the person wanted (typed), `conflicts` the keys that both changed.
    """

    def __init__(
        self,
        current: StoredRecord,
        base: dict[str, Any],
        values: dict[str, Any],
        conflicts: tuple[str, ...],
    ) -> None:
        super().__init__(_("The record is at version %(version)s by now", version=current.version))
        self.current = current
        self.base = base
        self.values = values
        self.conflicts = conflicts


class SameKeyError(Exception):
    """An idempotency key came a second time with another request."""
