"""Computed values that follow from what a record only gets when it is written: its running numbers."""

from runtime.gate.change import Change
from runtime.gate.checks import invalid
from runtime.gate.refusal import RefusedError
from runtime.gate.settling import settle_again


def derive_from(change: Change, given: set[str]) -> None:
    """Works out anew what reads the fields `given`; raises `RefusedError` where that is not valid."""
    if any(map(change.form.computing.readers, given)):
        settle_again(change)
        if reasons := list(invalid(change)):
            raise RefusedError(reasons)
