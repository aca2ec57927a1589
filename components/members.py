"""The fields inside fields that conditions name by a path: `address.city`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.base import FieldType


@dataclass(frozen=True, slots=True)
class Member:
    """A field inside the value of a form's field."""

    owner: str
    """Key of the form's field, whose rights are those of all that is inside."""
    title: str
    """With those of the fields around it: "Address, City"."""
    field: FieldType


def members_of(fields: Mapping[str, FieldType]) -> dict[str, Member]:
    """The fields inside some fields by path; a field of the form that is called like one hides it."""
    found = {
        path: member
        for key, field in fields.items()
        for path, member in _below(Member(key, field.spec.title, field), f"{key}.")
    }
    return {path: member for path, member in found.items() if path not in fields}


def _below(outer: Member, prefix: str) -> Iterator[tuple[str, Member]]:
    for key, field in outer.field.members.items():
        member = Member(outer.owner, f"{outer.title}, {field.spec.title}", field)
        yield prefix + key, member
        yield from _below(member, f"{prefix}{key}.")
