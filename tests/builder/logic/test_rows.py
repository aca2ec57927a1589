"""Rows of a condition: any condition becomes rows and comes back as it was; what is changed changes only that."""

import re
from datetime import datetime
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from builder.commanding import WrongInput, parameters
from builder.logic.drawing import drawn
from builder.logic.editing import edited
from builder.logic.nodes import read, write
from builder.logic.places import condition_place, resolved, vocabulary_of
from components.registry import Registry
from form_specs.editing import find
from form_specs.editing.places import same
from tests.builder.logic.tool import VISIT, tool

CATALOG = Registry.discover().catalog()
AT = f"/forms/{VISIT}/schema/properties/count/x-ops/showWhen"


def place_with(raw: Any, at: str = AT):
    """The place of a condition that holds `raw`; none: no condition."""
    document = tool()
    address = resolved(document, at)
    if raw is not None:
        parent = find(document, address[:-1])
        parent[address[-1]] = raw
    found = condition_place(document, CATALOG, address)
    assert found is not None
    return found


def posted(place) -> dict[str, list[str]]:
    """What a browser posts of the editor where nobody touched it."""
    sent: dict[str, list[str]] = {}
    _gather(drawn(place).root, sent)
    return sent


def _gather(item, sent: dict[str, list[str]]) -> None:
    if item.joins:
        sent[f"join@{item.name}"] = [item.join]
    if item.kind == "rows":
        sent |= {f"rows@{item.name}": [item.quantifier], f"list@{item.name}": [item.path]}
    if item.kind == "leaf":
        sent |= {f"field@{item.name}": [item.field], f"op@{item.name}": [item.op]}
    for value in item.values:
        sent |= {f"{name}@{value.name}": texts for name, texts in _controls(value).items()}
    for part in item.parts:
        _gather(part, sent)


def _controls(value) -> dict[str, list[str]]:
    found = {"source": [value.source]}
    if value.source == "field":
        return {**found, "other": [value.other]}
    if value.source in ("today", "now"):
        units = {"unit": [value.unit]} if len(value.units) > 1 else {}
        return {**found, "amount": [value.amount], **units}
    if value.source == "value":
        return {**found, "value": _texts(value)}
    return found


def _texts(value) -> list[str]:
    if value.input in ("date", "datetime-local", "time"):
        # Such an input drops what is no day, and the seconds where they are none.
        return [_picked(text) for text in value.texts[:1]] or [""]
    if value.input == "ticks":
        return [*value.texts]
    if value.input == "lines":
        return ["\r\n".join(value.texts)]
    # A browser's input of one line drops line ends.
    first = [text.replace("\n", "") for text in value.texts] or [""]
    return [*first, ""][:2] if value.paired else first[:1]


def _picked(text: str) -> str:
    try:
        datetime.fromisoformat(text if text[2:3] != ":" else f"2026-01-01T{text}")
    except ValueError:
        return ""
    return re.sub(r"(T?[0-9]{2}:[0-9]{2}):00$", r"\1", text)


def after(raw: Any, **more: Any) -> Any:
    """The condition after the editor was sent with something changed in it."""
    place = place_with(raw)
    sent = posted(place) | {k: v if isinstance(v, list) else [v] for k, v in more.items()}
    return edited(place.raw, vocabulary_of(place), parameters(sent))


def test_a_unit_that_is_chosen_before_its_number_is_kept():
    now = {"field": "due_by", "op": "lt", "value": {"now": {}}}
    hours = after(now, **{"unit@r.0:0": "hours"})
    assert hours["value"] == {"now": {"hours": 0}}
    assert after(hours, **{"amount@r.0:0": "48"})["value"] == {"now": {"hours": 48}}
    assert after(hours, **{"unit@r.0:0": "days"})["value"] == {"now": {}}
    seconds = after(hours, **{"unit@r.0:0": "seconds", "amount@r.0:0": "90"})
    assert drawn(place_with(seconds)).words == "Due by is before in 90 seconds"


PATHS = (
    "merchant",
    "reason",
    "count",
    "urgent",
    "visit_on",
    "due_by",
    "owner",
    "labels",
    "place.city",
    "shop.country",
    "@state",
    "@created_at",
    "@created_by",
    "nowhere",
    "lines",
)
OPS = (
    "eq",
    "ne",
    "in",
    "not_in",
    "lt",
    "ge",
    "between",
    "empty",
    "present",
    "contains",
    "has",
    "has_any",
    "overlaps",
    "changed",
    "odd",
)
LITERALS = st.one_of(
    st.sampled_from(
        [
            "legal",
            "risk",
            "2026-11-24",
            "2026-11-24T10:00:00Z",
            "2026-11-24T10:00:00.5+02:00",
            "ada",
            "@me",
            " x",
            "a,b",
            "line\nline",
            "new",
            "",
        ]
    ),
    st.integers(-5, 5),
    st.booleans(),
    st.none(),
    st.just(1.5),
    st.sampled_from(
        [
            {"user": "id"},
            {"user": "team"},
            {"today": {}},
            {"today": {"days": 3}},
            {"today": {"days": 0}},
            {"now": {"hours": -4}},
            {"now": {"hours": 1, "minutes": 2}},
            {"field": "count"},
            {"field": "visit_on"},
            {"x": 1},
        ]
    ),
)
VALUES = LITERALS | st.lists(LITERALS, max_size=3)


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    found: dict[str, Any] = {
        "field": draw(st.sampled_from(PATHS)),
        "op": draw(st.sampled_from(OPS)),
    }
    if draw(st.booleans()):
        found["value"] = draw(VALUES)
    names = draw(st.permutations([*found])) if draw(st.integers(0, 9)) == 0 else [*found]
    return {name: found[name] for name in names}


TESTS = st.sampled_from(
    [
        {"user": {"role": "lead"}},
        {"user": {"role": "gone"}},
        {"user": {"team": "emea"}},
        {"user": {"is": "@created_by"}},
        {"user": {}},
        {"user": 1},
    ]
)
CONDITIONS = st.recursive(
    comparisons() | TESTS | st.sampled_from([{}, None, 5, {"all": 1}]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
        st.tuples(
            st.sampled_from(["some", "every", "none"]),
            st.sampled_from(["lines", "labels", "count"]),
            inner,
        ).map(lambda t: {t[0]: t[1], "match": t[2]}),
        inner.map(lambda part: {"match": part, "some": "lines"}),
    ),
    max_leaves=6,
)


@given(CONDITIONS.filter(lambda raw: raw is not None))
def test_any_condition_comes_back_from_its_rows_to_the_byte(raw):
    place = place_with(raw)
    vocabulary = vocabulary_of(place)
    assert same(write(read(raw, vocabulary), vocabulary), raw)


@given(CONDITIONS.filter(lambda raw: raw is not None))
@example({"field": "merchant", "op": "eq", "value": "line\nline"})
@example({"field": "labels", "op": "has_any", "value": ["a\rb", "c"]})
@example({"field": "visit_on", "op": "eq", "value": "2026-13-45"})
@example({"field": "due_by", "op": "lt", "value": "2026-11-24T10:00:00"})
@example({"field": "visit_on", "op": "between", "value": [{"today": {}}, "2026-11-24"]})
@example({"any": [{"not": {"not": {"all": []}}}, {"none": "lines", "match": {"any": []}}]})
def test_what_nobody_touched_is_posted_as_it_was(raw):
    assert same(after(raw), raw)


@given(
    CONDITIONS.filter(lambda raw: raw is not None),
    st.sampled_from(
        [
            "add r",
            "remove r.0",
            "copy r.0",
            "down r.0",
            "up r.1",
            "into r.0",
            "rows r",
            "group r.0.m",
        ]
    ),
)
@example({"not": {"some": "lines", "match": {"user": {"role": "lead"}}}}, "group r.0.m")
def test_a_button_never_changes_what_it_is_not_about(raw, button):
    try:
        found = after(raw, do=button)
    except WrongInput:
        return
    before, now = leaves_of(raw), leaves_of(found)
    if not button.startswith(("remove", "rows")):
        assert all(any(same(one, other) for other in now) for one in before)


def leaves_of(raw: Any) -> list[Any]:
    if isinstance(raw, dict):
        for form in ("all", "any"):
            if [*raw] == [form] and isinstance(raw[form], list):
                return [leaf for part in raw[form] for leaf in leaves_of(part)]
        if [*raw] == ["not"] and isinstance(raw["not"], dict):
            return leaves_of(raw["not"])
        if len(raw) == 2 and isinstance(raw.get("match"), dict):
            # Each test of the rows with which rows it is about.
            return [{**raw, "match": leaf} for leaf in leaves_of(raw["match"])]
    return [raw]
