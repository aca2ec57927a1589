"""What can be added to a form: all field types in groups, and the parts of layouts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from components.registry import Registry
from form_specs.language import _, marked


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One thing to add."""

    name: str
    """The input that a press on it posts."""
    value: str
    title: str
    hint: str
    icon: str


@dataclass(frozen=True, slots=True)
class PaletteGroup:
    """Things to add that belong together."""

    title: str
    items: tuple[PaletteItem, ...]


_GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    marked("Basic"): {
        "text": "text-cursor-input",
        "long_text": "text",
        "integer": "hash",
        "decimal": "decimals-arrow-right",
        "money": "banknote",
        "percent": "percent",
        "boolean": "toggle-left",
        "choice": "list",
        "multi_choice": "list-checks",
        "date": "calendar",
        "datetime": "calendar-clock",
        "time": "clock",
        "duration": "timer",
        "date_range": "calendar-range",
        "number": "ruler",
        "rating": "star",
        "tags": "tag",
        "markdown": "pilcrow",
    },
    marked("People and links"): {
        "user": "user",
        "team": "users",
        "link": "link",
        "links": "network",
        "email": "mail",
        "phone": "phone",
        "url": "globe",
        "address": "house",
        "location": "map-pin",
        "country": "flag",
        "language": "languages",
        "iban": "landmark",
    },
    marked("Evidence"): {
        "file": "file",
        "files": "paperclip",
        "image": "image",
        "signature": "signature",
        "checklist": "clipboard-check",
    },
    marked("Worked out"): {"computed": "sigma", "sequence": "list-ordered"},
    marked("Fields in fields"): {
        "group": "group",
        "repeat": "rows-3",
        "map": "book-a",
        "tuple": "brackets",
        "variant": "split",
        "json": "braces",
    },
}
"""The built-in types by group, each with its icon."""
_USUAL: Final = "puzzle"
"""The icon of a type that an engineer has brought."""

_PARTS: Final = (
    ("section", marked("Section"), marked("A titled group of fields"), "heading"),
    ("tab", marked("Tab"), marked("Sections behind a tab"), "panel-top"),
    ("step", marked("Step"), marked("The form is filled in step by step"), "list-start"),
    ("note", marked("Note"), marked("Guidance among the fields"), "info"),
    ("fold", marked("Folded section"), marked("Closed until somebody opens it"), "chevrons-down-up"),
    ("columns", marked("Three columns"), marked("A section with fields side by side"), "columns-3"),
)  # fmt: skip


def icon_of(type_: str) -> str:
    """The icon of a field type."""
    return next((icons[type_] for icons in _GROUPS.values() if type_ in icons), _USUAL)


def field_groups(registry: Registry, *, nested: bool = False) -> Iterator[PaletteGroup]:
    """All field types in groups; `nested`: those that may stand inside another field."""
    types = {
        name: type_ for name, type_ in registry.field_types.items() if type_.nests or not nested
    }
    grouped = {name for icons in _GROUPS.values() for name in icons}
    others = {name: _USUAL for name in types if name not in grouped}
    for title, icons in (*_GROUPS.items(), (marked("Others"), others)):
        items = tuple(
            PaletteItem("type", name, _(types[name].title), _(types[name].description), icon)
            for name, icon in icons.items()
            if name in types
        )
        if items:
            yield PaletteGroup(_(title), items)


def part_group() -> PaletteGroup:
    """The parts of layouts."""
    items = tuple(PaletteItem("kind", name, _(t), _(hint), icon) for name, t, hint, icon in _PARTS)
    return PaletteGroup(_("Layout"), items)
