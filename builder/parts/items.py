"""Lists of names in a part, in their order: columns, sorting, filters, with what is wrong with each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.parts.fields import OptionGroup
from form_specs.checks.raw import objects, text
from form_specs.editing import Address, names_of
from form_specs.language import _


@dataclass(frozen=True, slots=True)
class PartItem:
    """One name in such a list."""

    name: str
    """By which commands find it."""
    title: str
    problems: Sequence[PlacedProblem] = ()
    descending: bool = False
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class ItemList:
    """Such a list, and what can be added to it."""

    member: str
    title: str
    hint: str
    items: Sequence[PartItem]
    groups: Sequence[OptionGroup]
    add: str
    turns: bool = False
    """Each of them has a direction."""


@dataclass(frozen=True, slots=True)
class RoleBox:
    """A role that may be ticked."""

    key: str
    title: str
    on: bool


def items_of(
    bench: Bench, at: Address, part: Mapping[str, Any], title: Callable[[str], str]
) -> list[PartItem]:
    """The items of the list at an address of the document."""
    raw = part.get(at[-1])
    found = raw if isinstance(raw, list) else []
    names = names_of(found)
    return [
        PartItem(
            name,
            title(item.removeprefix("-")) if isinstance(item, str) else name,
            bench.examined.problems_at(*at, name),
            descending=isinstance(item, str) and item.startswith("-"),
            first=number == 0,
            last=number == len(found) - 1,
        )
        for number, (name, item) in enumerate(zip(names, found, strict=True))
    ]


def role_boxes(document: Mapping[str, Any], named: Any) -> list[RoleBox]:
    """The roles of a tool, ticked where they are named; one that is gone stands there too."""
    on = [item for item in named if isinstance(item, str)] if isinstance(named, list) else []
    known = {
        key: text(role, "title") or key
        for _at, role in objects(document, "roles", "")
        if (key := text(role, "key"))
    }
    gone = {key: _("%(role)s (no such role)", role=key) for key in on if key not in known}
    return [RoleBox(key, title, key in on) for key, title in (known | gone).items()]


def roles_words(document: Mapping[str, Any], named: Any, nobody: str) -> str:
    """The roles that are named, by their titles."""
    return ", ".join(box.title for box in role_boxes(document, named) if box.on) or nobody
