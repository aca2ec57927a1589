"""What is special to times of day, durations, stretches of days and places."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.forms import form_class
from form_specs.conditions import Env, FormOperands, lower, python_predicate
from form_specs.load import field_spec
from tests.contracts.conftest import REGISTRY

ENV = Env("maya", frozenset(), datetime(2026, 11, 26, 12, tzinfo=UTC))


def bound(type_, **options):
    schema = REGISTRY.field_types[type_].schema_for({})
    return REGISTRY.field(
        field_spec("x", {**schema, "x-ops": {"type": type_, "options": options}}, required=False)
    )


def holds(field, value, op, literal):
    test = python_predicate(
        lower({"field": "x", "op": op, "value": literal}, FormOperands({"x": field}))
    )
    return test({"x": field.to_store(value)}, ENV)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("9:05", "09:05"), ("1730", "17:30"), ("7", "07:00"), ("5:30 pm", "17:30"), ("12am", "00:00")],
)
def test_times_are_typed_in_many_ways(typed, kept):
    assert bound("time").parse_text([typed]) == kept


@pytest.mark.parametrize("typed", ["24:00", "9:60", "13 pm", "17:30:00", "noon"])
def test_times_that_there_are_not_are_refused(typed):
    with pytest.raises(InvalidValueError):
        bound("time").parse_text([typed])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2h 30m", "PT2H30M"),
        ("1.5 hours", "PT1H30M"),
        ("2:30", "PT2H30M"),
        ("90", "PT1H30M"),
        ("1d", "P1D"),
        ("1 day 5 secs", "P1DT5S"),
        ("3605s", "PT1H0M5S"),
        ("pt90m", "PT1H30M"),
        ("0", "PT0S"),
    ],
)
def test_durations_are_typed_in_many_ways(typed, kept):
    field = bound("duration")
    assert field.dump(field.parse_text([typed])) == kept


def test_a_plain_number_counts_in_the_fields_unit():
    field = bound("duration", unit="hour")
    assert field.parse_text(["1.5"]) == timedelta(minutes=90)
    assert field.display(timedelta(minutes=90)) == "1 hr 30 min"
    assert field.display(timedelta()) == "0 hr"


@pytest.mark.parametrize("typed", ["0.0001s", "2 moons", "1h" * 40, "P1Y", "P", "PT", "h", "-1h"])
def test_what_is_no_duration_is_refused(typed):
    with pytest.raises(InvalidValueError):
        bound("duration").parse_text([typed])


@given(st.integers(0, 36_525 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
def test_every_duration_comes_back_from_what_is_typed_and_written(value):
    field = bound("duration")
    assert field.parse(field.dump(value)) == value
    assert field.parse_text(field.to_text(value)) == value


days = st.dates(date(2026, 1, 1), date(2026, 1, 12))
ranges = st.tuples(days, days).map(sorted)


@given(ranges, ranges, days)
def test_stretches_of_days_compare_as_sets_of_days(one, other, day):
    field = bound("date_range")
    value = field.parse({"start": one[0].isoformat(), "end": one[1].isoformat()})
    literal = {"start": other[0].isoformat(), "end": other[1].isoformat()}
    mine, its = (set(range(a.toordinal(), b.toordinal() + 1)) for a, b in (one, other))
    assert holds(field, value, "overlaps", literal) is bool(mine & its)
    assert holds(field, value, "contains", day.isoformat()) is (day.toordinal() in mine)
    assert holds(field, value, "lt", day.isoformat()) is (max(mine) < day.toordinal())
    assert holds(field, value, "gt", day.isoformat()) is (min(mine) > day.toordinal())


def test_stretches_of_days_compare_with_today():
    field = bound("date_range")
    value = field.parse({"start": "2026-11-20", "end": "2026-11-26"})
    assert holds(field, value, "contains", {"today": {}})
    assert holds(field, value, "lt", {"today": {"days": 1}})
    assert not holds(field, value, "gt", {"today": {"days": -6}})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["2026-11-24", "2026-11-30"], {"start": "2026-11-24", "end": "2026-11-30"}),
        (["2026-11-24/2026-11-30"], {"start": "2026-11-24", "end": "2026-11-30"}),
        (["2026-11-24"], {"start": "2026-11-24", "end": "2026-11-24"}),
    ],
)
def test_stretches_of_days_are_typed_as_two_or_as_one(typed, kept):
    field = bound("date_range")
    assert field.dump(field.parse_text(typed)) == kept


@pytest.mark.parametrize(
    "typed", [["2026-11-24", ""], ["", "2026-11-24"], ["2026-11-24", "2026-11-23"]]
)
def test_stretches_of_days_have_two_ends_in_their_order(typed):
    with pytest.raises(InvalidValueError):
        bound("date_range").parse_text(typed)


@pytest.mark.parametrize(
    "typed", [["44.4268, 26.1025"], ["44.4268", "26.1025"], ["44.4268 26.1025", ""]]
)
def test_places_are_typed_as_two_numbers_or_pasted_as_one(typed):
    field = bound("location")
    assert field.dump(field.parse_text(typed)) == {"lat": 44.4268, "lon": 26.1025}


@pytest.mark.parametrize("typed", [["91", "0"], ["0", "181"], ["44", ""], ["4.4.4", "26"]])
def test_places_that_are_not_on_earth_are_refused(typed):
    with pytest.raises(InvalidValueError):
        bound("location").parse_text(typed)


def distance(one, other):
    """Kilometres along the surface, by the formula of haversines."""
    (a, b), (c, d) = (map(math.radians, place) for place in (one, other))
    h = math.sin((c - a) / 2) ** 2 + math.cos(a) * math.cos(c) * math.sin((d - b) / 2) ** 2
    return 2 * 6371.0088 * math.asin(min(1, math.sqrt(h)))


places = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(places, places, st.floats(0, 20_100))
def test_places_are_within_a_distance_along_the_surface(one, other, km):
    field = bound("location")
    real = distance(one, other)
    found = holds(field, field.parse({"lat": one[0], "lon": one[1]}), "within",
                  {"lat": other[0], "lon": other[1], "km": km})  # fmt: skip
    if abs(real - km) > max(0.002, 5 * (real > 19_900)):
        assert found is (real < km)


def test_a_place_shows_no_map_of_anybody_else():
    field = bound("location")
    assert field.shown(field.parse({"lat": -1.5, "lon": 2}), {}) == "geo:-1.5,2"
    assert field.parse_text(["", ""]) is ABSENT


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [(["91", "26"], {"lat"}), (["44", "x"], {"lon"}), (["x", "181"], {"lat", "lon"}), (["44", ""], set())],
)  # fmt: skip
def test_of_a_place_only_what_is_wrong_is_marked(typed, wrong):
    post = MultiDict([("x/lat", typed[0]), ("x/lon", typed[1])])
    control = form_class([bound("location")])(post).control("x")
    assert control.wrong_parts == wrong
    assert len(control.errors) == max(1, len(wrong))
    assert not any(error.startswith(("lat", "lon")) for error in control.errors)
