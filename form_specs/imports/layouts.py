"""Building a layout: sections of rows, where a row is what stands side by side in the source."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from form_specs.imports.outline import LONGEST_TEXT, LONGEST_TITLE

Part = dict[str, Any]
MOST_COLUMNS = 4


def note(markdown: str, show: Any = None) -> Part:
    """Guidance between the fields."""
    found: Part = {"note": markdown[:LONGEST_TEXT]}
    return found | ({"showWhen": show} if isinstance(show, dict) else {})


@dataclass
class Rows:
    """The content of one section."""

    title: str
    rows: list[list[Any]] = field(default_factory=list)
    """Each item is a field's key or a note."""
    show: Any = None
    """The condition under which the section is shown."""
    description: str = ""
    columns: int = 0
    """How many; 0: as many as the longest row has items."""
    translated: dict[str, str] = field(default_factory=dict)
    """The title in other languages, by their code."""
    widths: dict[str, int] = field(default_factory=dict)
    """In sixteenths of the row, for the fields of which the source says it."""

    def section(self) -> Part | None:
        """The section; none where it is empty."""
        rows = [row for row in self.rows if row]
        if not rows:
            return None
        columns = self.columns or min(max(map(len, rows)), MOST_COLUMNS)
        columns = MOST_COLUMNS if self.widths else columns
        found: Part = {"section": self.title[:LONGEST_TITLE], "columns": columns}
        if self.description:
            found["description"] = self.description
        if isinstance(self.show, dict):
            found["showWhen"] = self.show
        return found | {"fields": [one for row in rows for one in self.placed(row, columns)]}

    def placed(self, row: list[Any], columns: int) -> Iterator[Any]:
        """The items of one row, as wide as the source says or all the same."""
        even = max(1, columns // len(row))
        for one in row:
            width = self.widths.get(one) if isinstance(one, str) else None
            span = even if width is None else min(columns, max(1, round(width / 16 * columns)))
            yield {"field": one, "span": span} if isinstance(one, str) and span > 1 else one


def in_steps(parts: list[Part]) -> dict[str, list[Part]]:
    """Steps lead through the making of a record; its page shows them as tabs."""
    tabs = [_as_tab(part) for part in parts]
    return (
        {"default": tabs, "create": parts} if all("step" in p for p in parts) else {"default": tabs}
    )


def _as_tab(part: Part) -> Part:
    if "step" not in part:
        return part
    return {"tab": part["step"]} | {
        k: v for k, v in part.items() if k not in ("step", "description")
    }


def stepped(sections: Iterable[Part]) -> dict[str, list[Part]]:
    """Each section is a step of a new record; the record's page shows them as tabs."""
    steps: list[Part] = [{"step": part["section"], "parts": [part]} for part in sections]
    tabs: list[Part] = [{"tab": step["step"], "parts": step["parts"]} for step in steps]
    return {"default": tabs, "create": steps} if steps else {}


def pointers_of(part: Any, where: Any, at: str = "") -> Iterator[str]:
    """Where in some layouts a part stands, as translations point at it."""
    found = where.items() if isinstance(where, dict) else enumerate(where)
    for name, value in found:
        place = f"{at}/{name}"
        if value is part:
            yield place
        elif isinstance(value, dict | list):
            yield from pointers_of(part, value, place)


def keys_in(parts: Iterable[Any]) -> set[str]:
    """The keys of the fields that a layout shows."""
    found: set[str] = set()
    for part in parts:
        if isinstance(part, str):
            found.add(part)
        elif isinstance(part, dict):
            found |= {part["field"]} if "field" in part else set()
            found |= keys_in(part.get("fields", ())) | keys_in(part.get("parts", ()))
    return found


def only(
    layouts: Mapping[str, list[Part]], known: Container[str], title: str
) -> dict[str, list[Part]]:
    """The same layouts with those fields alone that there are, no part empty or without a title."""
    found = {name: _only(parts, known, title) for name, parts in layouts.items()}
    return {name: parts for name, parts in found.items() if parts}


def _only(parts: Iterable[Any], known: Container[str], title: str) -> list[Any]:
    kept = []
    for part in parts:
        key = part if isinstance(part, str) else part.get("field")
        if isinstance(key, str):
            kept += [part] if key in known else []
            continue
        name = "fields" if "fields" in part else "parts"
        own = next((part[kind] for kind in ("tab", "step", "section") if part.get(kind)), title)
        inner = _only(part.get(name, ()), known, own)
        kind = next((kind for kind in ("tab", "step", "section") if kind in part), "")
        part = part | ({kind: own} if kind else {})  # noqa: PLW2901 - the part as it is kept
        if inner or "note" in part:
            kept.append(part | {name: inner} if inner else part)
    return kept
