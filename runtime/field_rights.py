"""The rights to the fields of a form, worked out once for each set of roles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from form_specs.model import FieldRight

_ORDER = (FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.READ, FieldRight.WRITE)
"""From nothing to everything."""


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What somebody may do with the fields of a form."""

    by_key: Mapping[str, FieldRight]
    visible: frozenset[str]
    """The fields that exist for them, if only masked."""
    given: frozenset[str]
    """Those they have the right to write."""
    writable: frozenset[str]
    """Of these the ones that people can set at all."""


def least_of(rights: Iterable[FieldRight]) -> FieldRight:
    """What all of some rights give; everything where there are none."""
    return min(rights, key=_ORDER.index, default=FieldRight.WRITE)


def most_of(rights: Iterable[FieldRight]) -> FieldRight:
    """What any of some rights gives; nothing where there are none."""
    return max(rights, key=_ORDER.index, default=FieldRight.HIDDEN)
