"""Where the states of a workflow stand when they are drawn, and how the ways between them run.

The layout itself is a library's.  It ranks a graph with circles as it comes, so the ways that lead
back are found here first, by walking from the initial state, and are turned round for it: then the
work begins on top and goes down.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from fast_sugiyama import from_edges

Point: TypeAlias = tuple[float, float]
Pair: TypeAlias = tuple[str, str]

WIDTH: Final = 180
HEIGHT: Final = 46
BADGE: Final = 10
"""Half of the mark that carries the number of a transition."""
_ACROSS: Final = 212
"""From the middle of a state to that of the one beside it."""
_DOWN: Final = 104
_DUMMY: Final = 28
_MARGIN: Final = 32
_PORT: Final = 22
_APART: Final = 2 * BADGE + 2


@dataclass(frozen=True, slots=True)
class Line:
    """How one way runs: an SVG path that ends at its head, and where its mark stands."""

    path: str
    badge: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands; states are named by their upper left corner."""

    corner: Point
    size: Point
    boxes: Mapping[str, Point]
    lines: Mapping[Pair, Line]


def laid_out(states: Sequence[str], ways: Iterable[Pair], initial: str) -> Layout:
    """The drawing of a workflow; `initial` is on top, whatever leads where."""
    names = [initial, *(name for name in states if name != initial)]
    pairs = [pair for pair in dict.fromkeys(ways) if set(pair) <= set(names)]
    down = _downward(names, [pair for pair in pairs if pair[0] != pair[1]])
    middles, routes = _placed(names, set(down.values()))
    lines = _Lines(middles, routes, pairs, down).drawn()
    return _framed(middles, lines, [point for route in routes.values() for point in route])


# -- which way is down --------------------------------------------------------------------


def _downward(names: Sequence[str], pairs: Sequence[Pair]) -> dict[Pair, Pair]:
    """Each way as it is to be laid out: turned round where it leads back."""
    back = _leading_back(names, pairs)
    return {(a, b): (b, a) if (a, b) in back else (a, b) for a, b in pairs}


def _leading_back(names: Sequence[str], pairs: Sequence[Pair]) -> set[Pair]:
    following: dict[str, list[str]] = defaultdict(list)
    for source, target in pairs:
        following[source].append(target)
    # Nothing is above the initial state, be it reached from there or not.
    back = {pair for pair in pairs if pair[1] == names[0]}
    known, open_ = set[str](), set[str]()
    for root in names:
        stack = [] if root in known else [(root, iter(following[root]))]
        known.add(root)
        open_.update(name for name, _ in stack)
        while stack:
            name, rest = stack[-1]
            target = next(rest, "")
            if not target:
                open_.discard(name)
                stack.pop()
            elif target in open_:
                back.add((name, target))
            elif target not in known:
                known.add(target)
                open_.add(target)
                stack.append((target, iter(following[target])))
    return back


# -- where things stand -------------------------------------------------------------------


def _placed(
    names: Sequence[str], down: set[Pair]
) -> tuple[dict[str, Point], dict[Pair, list[Point]]]:
    """The middle of each state, and the points between two that a way passes on."""
    if len(names) == 1:
        return {names[0]: (0.0, 0.0)}, {}
    reached = {target for _, target in down}
    # What nothing leads to hangs below the initial state, so that all is one drawing.
    held = {(names[0], name) for name in names[1:] if name not in reached}
    number = {name: index for index, name in enumerate(names)}
    edges = sorted((number[a], number[b]) for a, b in down | held)
    ((positions, _width, height, ways),) = from_edges(
        edges, vertex_spacing=_ACROSS, dummy_vertices=True, dummy_size=_DUMMY
    )
    scale = _DOWN / _ACROSS
    points = {n: (float(x), (float(height) - float(y)) * scale) for n, (x, y) in positions}
    middles = {name: points[index] for name, index in number.items()}
    return middles, _routes(names, ways or (), points, down)


def _routes(
    names: Sequence[str],
    ways: Iterable[tuple[int | str, int | str]],
    points: Mapping[int | str, Point],
    down: set[Pair],
) -> dict[Pair, list[Point]]:
    following = {source: target for source, target in ways if _is_dummy(source, names)}
    found: dict[Pair, list[Point]] = {}
    for source, target in ways:
        if _is_dummy(source, names):
            continue
        passed, end = [], target
        while _is_dummy(end, names):
            passed.append(points[end])
            end = following[end]
        pair = names[int(source)], names[int(end)]
        if pair in down:
            found[pair] = passed
    return found


def _is_dummy(index: int | str, names: Sequence[str]) -> bool:
    return int(index) >= len(names)


# -- how ways run -------------------------------------------------------------------------


class _Lines:
    """The ways of one drawing: each leaves a state at a place of its own, no mark covers another."""

    def __init__(
        self,
        middles: Mapping[str, Point],
        routes: Mapping[Pair, Sequence[Point]],
        pairs: Sequence[Pair],
        down: Mapping[Pair, Pair],
    ) -> None:
        self.middles = middles
        self.routes = routes
        self.pairs = pairs
        self.down = down
        self.ports = self._ports()
        self.badges: list[Point] = []

    def drawn(self) -> dict[Pair, Line]:
        return {
            pair: self._loop(pair[0]) if pair[0] == pair[1] else self._line(pair)
            for pair in self.pairs
        }

    def _ports(self) -> dict[tuple[Pair, str], float]:
        """How far from the middle of a state each way leaves or enters it."""
        sides: dict[tuple[str, bool], list[Pair]] = defaultdict(list)
        for pair, (upper, lower) in self.down.items():
            sides[upper, False].append(pair)
            sides[lower, True].append(pair)
        found: dict[tuple[Pair, str], float] = {}
        for (name, above), pairs in sides.items():
            pairs.sort(key=lambda pair: (self._next(pair, above=above)[0], pair != self.down[pair]))
            step = min(_PORT, (WIDTH - 36) / len(pairs))
            for index, pair in enumerate(pairs):
                found[pair, name] = (index - (len(pairs) - 1) / 2) * step
        return found

    def _next(self, pair: Pair, *, above: bool) -> Point:
        """The first point on the way from the lower or upper end."""
        upper, lower = self.down[pair]
        points = [self.middles[upper], *self.routes[upper, lower], self.middles[lower]]
        return points[-2] if above else points[1]

    def _line(self, pair: Pair) -> Line:
        upper, lower = self.down[pair]
        top, bottom = self.middles[upper], self.middles[lower]
        both = pair[::-1] in self.down and self.down[pair[::-1]] == (upper, lower)
        aside = (_APART / 2 if pair == (upper, lower) else -_APART / 2) if both else 0.0
        points = [
            (top[0] + self.ports[pair, upper], top[1] + HEIGHT / 2),
            *((x - aside, y) for x, y in self.routes[upper, lower]),
            (bottom[0] + self.ports[pair, lower], bottom[1] - HEIGHT / 2),
        ]
        if pair != (upper, lower):
            points.reverse()
        return Line(_path(points), self._badge(points))

    def _badge(self, points: Sequence[Point]) -> Point:
        """A place on the line that no other mark has; the middle, where that is free."""
        middle = (len(points) - 2) // 2
        places = [
            _on_curve(points[index], points[index + 1], share)
            for index in sorted(range(len(points) - 1), key=lambda each: abs(each - middle))
            for share in (0.5, 0.36, 0.64, 0.24, 0.76)
        ]
        free = (place for place in places if all(_apart(place, other) for other in self.badges))
        found = next(free, places[0])
        self.badges.append(found)
        return found

    def _loop(self, name: str) -> Line:
        x, y = self.middles[name]
        right = x + WIDTH / 2
        path = f"M{right:g} {y - 10:g}C{right + 30:g} {y - 24:g} {right + 30:g} {y + 24:g} {right:g} {y + 10:g}"
        badge = (right + 22, y)
        self.badges.append(badge)
        return Line(path, badge)


def _apart(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) >= _APART or abs(one[1] - other[1]) >= _APART


def _path(points: Sequence[Point]) -> str:
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for (ax, ay), (bx, by) in pairwise(points):
        half = (ay + by) / 2
        parts.append(f"C{ax:g} {half:g} {bx:g} {half:g} {bx:g} {by:g}")
    return "".join(parts)


def _on_curve(start: Point, end: Point, t: float) -> Point:
    """A point of what `_path` draws between two points."""
    half = (start[1] + end[1]) / 2
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
    return (a + b) * start[0] + (c + d) * end[0], a * start[1] + (b + c) * half + d * end[1]


def _framed(
    middles: Mapping[str, Point], lines: Mapping[Pair, Line], passed: Iterable[Point]
) -> Layout:
    boxes = {name: (x - WIDTH / 2, y - HEIGHT / 2) for name, (x, y) in middles.items()}
    across = [x for x, _ in passed] + [line.badge[0] for line in lines.values()]
    left = min(*(x for x, _ in boxes.values()), *across, 0) - _MARGIN
    right = max(*(x + WIDTH for x, _ in boxes.values()), *across, 0) + _MARGIN
    top = min(y for _, y in boxes.values()) - _MARGIN
    bottom = max(y + HEIGHT for _, y in boxes.values()) + _MARGIN / 2
    return Layout((left, top), (right - left, bottom - top), boxes, lines)
