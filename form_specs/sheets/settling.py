"""Settles what one column leaves open by what the others of its table say.

03/04/24 alone is in March or in April. A table is written by one hand: where another column is
sure, or the rows are in order only one way, that way is taken. What stays open is said.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from form_specs.sheets.amounts import decimals_of
from form_specs.sheets.convention import Convention
from form_specs.sheets.evidence import Cells
from form_specs.sheets.kind import Kind
from form_specs.sheets.kinds_of_numbers import scale_of

_FEW: Final = 4
"""Rows from which on their order says something."""


def settled(found: Sequence[tuple[Cells, Kind]]) -> list[Kind]:
    """The kinds of the columns of one table, made to agree."""
    orders = Counter(order for cells, kind in found for order in _sure_order(cells, kind))
    marks = Counter(mark for cells, kind in found for mark in _sure_mark(cells, kind))
    return [_settled(cells, kind, orders, marks) for cells, kind in found]


def _settled(cells: Cells, kind: Kind, orders: Counter[str], marks: Counter[str]) -> Kind:
    if kind.other is None:
        return kind
    ways = (kind.convention, kind.other)
    if kind.convention.order:
        sure = _most(orders) or _dotted(cells) or _in_order(cells, ways)
        return _chosen(kind, ways, "order", sure, _usual_order(cells, marks))
    return _refitted(_chosen(kind, ways, "mark", _most(marks), _usual_mark(orders)), cells)


def _chosen(
    kind: Kind, ways: tuple[Convention, Convention], name: str, sure: str, usual: str
) -> Kind:
    wanted = sure or usual
    first, second = sorted(ways, key=lambda way: getattr(way, name) != wanted)
    return replace(kind, convention=first, other=None if sure else second)


def _refitted(kind: Kind, cells: Cells) -> Kind:
    """With as many decimals as the numbers have under the mark that was settled on: 1.250 may have none."""
    if kind.convention.kind not in ("number", "money"):
        return kind
    texts = (text for cell in cells.sample if (text := kind.convention.plain(cell)))
    scale = scale_of(Decimal(text.rpartition(" ")[2]) for text in texts)
    if kind.type == "money":
        scale = max(scale, *map(decimals_of, kind.options["currencies"]))
        return replace(kind, options=kind.options | {"scale": scale})
    if scale:
        return replace(kind, type="decimal", options=kind.options | {"scale": scale})
    whole = {name: value for name, value in kind.options.items() if name != "scale"}
    return replace(kind, type="integer", options=whole)


def _most(seen: Counter[str]) -> str:
    return seen.most_common(1)[0][0] if seen else ""


def _sure_order(cells: Cells, kind: Kind) -> Iterator[str]:
    """The order that a column proves: another one would not read its cells, or read fewer."""
    convention = kind.convention
    if convention.order not in ("dmy", "mdy") or kind.other is not None:
        return
    swapped = replace(convention, order="mdy" if convention.order == "dmy" else "dmy")
    if any(swapped.plain(cell) != convention.plain(cell) for cell in cells.texts):
        yield convention.order


def _sure_mark(cells: Cells, kind: Kind) -> Iterator[str]:
    convention = kind.convention
    if convention.kind not in ("number", "money", "percent") or kind.other is not None:
        return
    swapped = replace(convention, mark="," if convention.mark == "." else ".")
    if any(swapped.plain(cell) != convention.plain(cell) for cell in cells.texts):
        yield convention.mark


def _dotted(cells: Cells) -> str:
    """Where figures stand between points, nobody writes the month first."""
    return "dmy" if all(text.count(".") >= 2 and "/" not in text for text in cells.texts) else ""


def _in_order(cells: Cells, ways: tuple[Convention, Convention]) -> str:
    """The order of parts under which the rows themselves are in order, if only one is."""
    sorted_ways = [way.order for way in ways if _is_sorted(cells, way)]
    return sorted_ways[0] if len(sorted_ways) == 1 else ""


def _is_sorted(cells: Cells, way: Convention) -> bool:
    days = [day for cell in cells.texts if (day := way.plain(cell))]
    return len(days) >= _FEW and days in (sorted(days), sorted(days, reverse=True))


def _usual_order(cells: Cells, marks: Counter[str]) -> str:
    """The order that is more usual where nothing proves one."""
    slashes = any("/" in text for text in cells.texts)
    return "mdy" if slashes and _most(marks) == "." else "dmy"


def _usual_mark(orders: Counter[str]) -> str:
    return "," if _most(orders) == "dmy" else "."
