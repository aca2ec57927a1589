"""Layouts: from their parts as written to the model, and what may be asked of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from form_specs.model import Layout, Note, Placement, Section, Step, Tab

Raw = Mapping[str, Any]


def load_layout(parts: Iterable[Raw]) -> Layout:
    """The layout that some parts are, every default filled in."""
    return tuple(_part(part) for part in parts)


def whole_form(title: str, fields: Iterable[str]) -> Layout:
    """The layout of a form that has none of its own: all its fields in one section."""
    return (Section(title, tuple(Placement(key) for key in fields)),)


def sections_of(layout: Layout) -> Iterator[Section]:
    """The sections of a layout, wherever they stand in it."""
    for part in layout:
        if isinstance(part, Section):
            yield part
        else:
            yield from part.sections


def placed_in(sections: Iterable[Section]) -> tuple[Placement, ...]:
    """The fields that some sections draw, in their order."""
    items = (item for section in sections for item in section.items)
    return tuple(item for item in items if isinstance(item, Placement))


def fields_in(sections: Iterable[Section]) -> tuple[str, ...]:
    """The keys of the fields that some sections draw, in their order."""
    return tuple(placed.field for placed in placed_in(sections))


def is_stepwise(layout: Layout) -> bool:
    """Whether a layout is filled in step by step."""
    return any(isinstance(part, Step) for part in layout)


def _part(raw: Raw) -> Section | Tab | Step:
    if "tab" in raw:
        return Tab(raw["tab"], _sections(raw), raw.get("showWhen"))
    if "step" in raw:
        sections = _sections(raw)
        return Step(raw["step"], sections, raw.get("description", ""), raw.get("showWhen"))
    return _section(raw, raw["section"])


def _sections(raw: Raw) -> tuple[Section, ...]:
    if "parts" in raw:
        return tuple(_section(part, part["section"]) for part in raw["parts"])
    plain = {key: value for key, value in raw.items() if key in ("fields", "columns")}
    return (_section(plain, ""),)


def _section(raw: Raw, title: str) -> Section:
    return Section(
        title=title,
        items=tuple(_item(item) for item in raw["fields"]),
        columns=raw.get("columns", 2),
        description=raw.get("description", ""),
        show_when=raw.get("showWhen"),
        collapsed=raw.get("collapsed", False),
    )


def _item(raw: str | Raw) -> Placement | Note:
    if isinstance(raw, str):
        return Placement(raw)
    if "note" in raw:
        return Note(raw["note"], raw.get("tone", "info"), raw.get("showWhen"))
    return Placement(raw["field"], raw.get("span", 1))
