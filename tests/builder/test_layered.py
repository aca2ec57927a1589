"""The drawing of a workflow: whatever leads where, it can be read."""

import re
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from builder.flow.layered import HEIGHT, WIDTH, laid_out

NAMES = [f"s{number}" for number in range(12)]


@st.composite
def workflows(draw):
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    one = st.sampled_from(names)
    return names, draw(st.lists(st.tuples(one, one), max_size=24)), draw(one)


@given(workflows())
@settings(max_examples=150)
def test_no_state_lies_on_another(workflow):
    boxes = laid_out(*workflow).boxes
    assert set(boxes) == set(workflow[0])
    for (ax, ay), (bx, by) in combinations(boxes.values(), 2):
        assert abs(ax - bx) >= WIDTH or abs(ay - by) >= HEIGHT


@given(workflows())
@settings(max_examples=150)
def test_the_work_begins_on_top(workflow):
    names, _ways, initial = workflow
    boxes = laid_out(*workflow).boxes
    assert all(boxes[name][1] > boxes[initial][1] for name in names if name != initial)


@given(workflows())
@settings(max_examples=150)
def test_every_way_is_drawn_from_its_state_to_its_state(workflow):
    _names, ways, _initial = workflow
    found = laid_out(*workflow)
    assert set(found.lines) == set(ways)
    for (source, target), line in found.lines.items():
        numbers = [float(number) for number in re.findall(r"-?[\d.]+(?:e-?\d+)?", line.path)]
        assert touches(found.boxes[source], numbers[:2])
        assert touches(found.boxes[target], numbers[-2:])


@given(workflows())
@settings(max_examples=100)
def test_all_of_it_is_in_the_picture(workflow):
    found = laid_out(*workflow)
    (left, top), (width, height) = found.corner, found.size
    for x, y in found.boxes.values():
        assert left <= x
        assert x + WIDTH <= left + width
        assert top <= y
        assert y + HEIGHT <= top + height


def test_what_leads_back_does_not_turn_the_drawing_over():
    names = ["new", "open", "done"]
    ways = [("open", "new"), ("done", "new"), ("new", "open"), ("open", "done"), ("done", "open")]
    boxes = laid_out(names, ways, "new").boxes
    assert boxes["new"][1] < boxes["open"][1] < boxes["done"][1]


def test_it_is_drawn_alike_each_time():
    ways = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "a"), ("c", "d")]
    assert laid_out("abcd", ways, "a") == laid_out("abcd", ways, "a")


def touches(box, point):
    """Whether a point lies on the edge of a state."""
    x, y = box
    across = x <= point[0] <= x + WIDTH and min(abs(point[1] - y), abs(point[1] - y - HEIGHT)) < 1
    return across or (abs(point[0] - x - WIDTH) < 1 and y <= point[1] <= y + HEIGHT)
