"""What a field needs of the world to be drawn and checked: which values there are, what they are called.

Runtime implements `Lookup` for one person at one moment; field types never see more of a
database than this.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from form_specs.model import Color

if TYPE_CHECKING:
    from components.base.field_type import FieldType


@dataclass(frozen=True, slots=True)
class Named:
    """A key that a field may hold, with what people read for it."""

    key: str
    title: str
    color: Color = Color.GRAY
    note: str = ""
    """What tells it from others of the same title."""
    url: str = ""
    """Where it can be looked at; empty: nowhere."""
    preview: str = ""
    """Where its preview is found."""
    known: bool = True
    """False where the person may not see what it leads to."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for among the choices of a field."""

    query: str = ""
    """Part of what they read."""
    depends: tuple[str, ...] = ()
    """What the field of `depends_on` holds, as its input's texts."""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Offers:
    """What may be chosen."""

    items: tuple[Named, ...] = ()
    complete: bool = True
    """Whether that is all there is; else one searches."""
    problem: str = ""
    """Why there is less than there should be, in words."""


class Lookup(Protocol):
    """The choices of fields, as one person may see them."""

    def offers(self, field: "FieldType", wanted: Wanted) -> Offers:
        """What the field offers to somebody who looks for `wanted`."""
        ...

    def named(self, field: "FieldType", keys: Collection[str]) -> Mapping[str, Named]:
        """What keys that records hold are called; a key that nothing is known of is left out."""
        ...
