"""The drawing of a workflow as its template wants it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from builder.flow.layered import BADGE, HEIGHT, WIDTH, Layout, laid_out
from builder.flow.outline import Flow, Way

_MOST_LETTERS: Final = 20


@dataclass(frozen=True, slots=True)
class NodeShape:
    """One state as it is drawn."""

    key: str
    title: str
    said: str
    """The title as far as it fits."""
    x: float
    y: float
    color: str
    number: str
    url: str
    is_final: bool
    is_wrong: bool
    is_selected: bool


@dataclass(frozen=True, slots=True)
class MarkShape:
    """The number of a transition on its way."""

    number: int
    title: str
    key: str
    x: float
    y: float
    url: str
    is_selected: bool


@dataclass(frozen=True, slots=True)
class WayShape:
    """One way from state to state, with the marks of the transitions that go it."""

    path: str
    marks: Sequence[MarkShape]
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Diagram:
    """All of it."""

    box: str
    width: int
    height: int
    nodes: Sequence[NodeShape]
    ways: Sequence[WayShape]
    start: tuple[float, float]
    """Where the arrow to the initial state ends."""
    node: tuple[int, int] = (WIDTH, HEIGHT)
    radius: int = BADGE


@dataclass(frozen=True, slots=True)
class Shown:
    """What the drawing needs to know beside the workflow."""

    state_url: Callable[[str], str]
    way_url: Callable[[str], str]
    counts: Mapping[str, str]
    wrong: Collection[str]
    state: str = ""
    way: str = ""


def diagram_of(flow: Flow, shown: Shown) -> Diagram | None:
    """The drawing of a workflow; none where it has no states."""
    if not flow.states:
        return None
    layout = laid_out([*flow.states], flow.pairs, flow.initial)
    (left, top), (width, height) = layout.corner, layout.size
    x, y = layout.boxes[flow.initial]
    return Diagram(
        box=f"{left:g} {top:g} {width:g} {height:g}",
        width=round(width),
        height=round(height),
        nodes=[_node(flow, shown, layout, key) for key in flow.states],
        ways=_ways(flow, shown, layout),
        start=(x + WIDTH / 2, y),
    )


def _node(flow: Flow, shown: Shown, layout: Layout, key: str) -> NodeShape:
    state = flow.states[key]
    title = state.title
    said = title if len(title) <= _MOST_LETTERS else f"{title[: _MOST_LETTERS - 1]}…"
    return NodeShape(
        *(key, title, said, *layout.boxes[key], state.color),
        number=shown.counts.get(key, ""),
        url=shown.state_url(key),
        is_final=state.is_final,
        is_wrong=key in shown.wrong,
        is_selected=key == shown.state,
    )


def _ways(flow: Flow, shown: Shown, layout: Layout) -> list[WayShape]:
    going: dict[tuple[str, str], list[Way]] = {pair: [] for pair in layout.lines}
    for way in flow.ways.values():
        for source in way.sources:
            going.get((source, way.target), []).append(way)
    return [
        WayShape(line.path, _marks(shown, going[pair], line.badge), _is_chosen(shown, going[pair]))
        for pair, line in layout.lines.items()
    ]


def _is_chosen(shown: Shown, ways: Sequence[Way]) -> bool:
    return any(way.key == shown.way for way in ways)


def _marks(shown: Shown, ways: Sequence[Way], middle: tuple[float, float]) -> list[MarkShape]:
    """Those that go the same way stand one below the other."""
    x, y = middle
    return [
        MarkShape(
            *(way.number, way.title, way.key, x, y + index * (2 * BADGE + 1)),
            url=shown.way_url(way.key),
            is_selected=way.key == shown.way,
        )
        for index, way in enumerate(ways)
    ]
