"""What is used, and one use of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A part of the tool: `Target("field", "amount", "refund")`, `Target("role", "lead")`."""

    kind: str
    """form, field, state, role, team, list or layout; of tests also transition, action and view."""
    key: str
    """Of a field inside a field: the keys on the way to it, `merchant.country`."""
    form: str = ""
    """Of a field, a state, a transition or a layout: its form."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place that names a part."""

    target: Target
    pointer: str
    words: str
    """What using it there is called: "column of the view Everything"."""
    place: str
    """The place in the meta-schemas."""
    is_name: bool = False
    """It is named as the key of a member, not as a value."""
