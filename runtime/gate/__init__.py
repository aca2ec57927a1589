"""The write gate: the one way a record changes.

Every change to a record, from a page, the API, an import, a hook or the command line, goes
through `Gate`, in one order: row access, state and version, role, fields, required, guards,
before-hooks, and then record, event and outbox in one transaction.
"""

from runtime.gate.change import Op, Origin, Outcome, Upload
from runtime.gate.gate import Gate
from runtime.gate.refusal import (
    Check,
    Reason,
    RecordNotFoundError,
    RefusedError,
    SameKeyError,
    StaleError,
)

__all__ = [
    "Check",
    "Gate",
    "Op",
    "Origin",
    "Outcome",
    "Reason",
    "RecordNotFoundError",
    "RefusedError",
    "SameKeyError",
    "StaleError",
    "Upload",
]
