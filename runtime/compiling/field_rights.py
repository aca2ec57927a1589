"""The rights to the fields of a form, worked out once for each set of roles."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.base import FieldType
from form_specs.model import FieldRight

_ORDER = (FieldRight.HIDDEN, FieldRight.MASKED, FieldRight.READ, FieldRight.WRITE)
"""From nothing to everything."""
KNOWN = (FieldRight.READ, FieldRight.WRITE)
"""The rights with which the value of a field may be known."""


@dataclass(frozen=True, slots=True)
class FieldRights:
    """What somebody may do with the fields of a form."""

    by_key: Mapping[str, FieldRight]
    visible: frozenset[str]
    """The fields that exist for them, if only masked."""
    known: frozenset[str]
    """Those whose values they may read."""
    given: frozenset[str]
    """Those they have the right to write."""
    writable: frozenset[str]
    """Of these the ones that people can set at all."""

    @classmethod
    def of(cls, rights: Mapping[str, FieldRight], fields: Mapping[str, FieldType]) -> "FieldRights":
        """What follows from the right to each of a form's fields."""
        specs = {key: field.spec for key, field in fields.items()}
        write = (key for key, right in rights.items() if right is FieldRight.WRITE)
        given = frozenset(key for key in write if specs[key].computed is None)
        fixed = {key for key, spec in specs.items() if spec.read_only and spec.lock == "always"}
        return cls(
            by_key=rights,
            visible=frozenset(k for k, right in rights.items() if right is not FieldRight.HIDDEN),
            known=frozenset(key for key, right in rights.items() if right in KNOWN),
            given=given,
            writable=given - fixed,
        )


def least_of(rights: Iterable[FieldRight]) -> FieldRight:
    """What all of some rights give; everything where there are none."""
    return min(rights, key=_ORDER.index, default=FieldRight.WRITE)


def most_of(rights: Iterable[FieldRight]) -> FieldRight:
    """What any of some rights gives; nothing where there are none."""
    return max(rights, key=_ORDER.index, default=FieldRight.HIDDEN)
