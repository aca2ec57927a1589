"""What is special to dates and moments."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.base import InvalidValueError
from components.fields.datetime import DatetimeType
from components.values.days import day_from_shortcut
from form_specs.model import FieldSpec

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", date(2026, 11, 23)),
        ("tomorrow", date(2026, 11, 24)),
        ("yesterday", date(2026, 11, 22)),
        ("+3d", date(2026, 11, 26)),
        ("-2w", date(2026, 11, 9)),
        ("mon", date(2026, 11, 30)),
        ("tue", date(2026, 11, 24)),
        ("sun", date(2026, 11, 29)),
        ("monday", None),
        ("+d", None),
        ("2026-11-24", None),
    ],
)
def test_days_may_be_typed_short(text, day):
    assert day_from_shortcut(text, MONDAY) == day


def test_days_too_far_away_are_refused():
    with pytest.raises(InvalidValueError, match="too far"):
        day_from_shortcut("+99999w", date(9999, 1, 1))


def test_short_days_count_from_today(make_field):
    before = datetime.now(UTC).date()
    parsed = make_field("date").parse_text([" Today "])
    assert before <= parsed <= datetime.now(UTC).date()


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-30",
        "20261124",
        "2026-W48-2",
        "24.11.2026",
        "\u0662\u0660\u0662\u0666-11-24",
        "2026-11-24T00:00",
        5,
    ],
)
def test_days_are_written_one_way(make_field, value):
    with pytest.raises(InvalidValueError):
        make_field("date").parse(value)


def test_moments_are_typed_and_shown_in_their_zone(make_field):
    due = make_field("datetime", {"zone": "Europe/Bucharest"})
    moment = due.parse_text(["2026-11-24T17:00"])
    assert due.dump(moment) == "2026-11-24T15:00:00Z"
    assert due.to_store(moment) == "2026-11-24T15:00:00.000000Z"
    assert due.to_text(moment) == ["2026-11-24T17:00"]
    assert due.display(moment) == "24 Nov 2026 17:00"
    assert due.zone_title == "Europe/Bucharest"


def test_moments_without_a_zone_are_utc(make_field):
    due = make_field("datetime", locale="de")
    moment = due.parse("2026-03-24T17:00:00.25+02:00")
    assert moment == datetime(2026, 3, 24, 15, 0, 0, 250_000, UTC)
    assert due.dump(moment) == "2026-03-24T15:00:00.250000Z"
    assert due.display(moment) == "24. März 2026 15:00"
    assert due.parse_text(["2026-03-24 15:00"]) == datetime(2026, 3, 24, 15, tzinfo=UTC)


def test_a_moment_that_the_clocks_leave_out_is_refused(make_field):
    with pytest.raises(InvalidValueError, match="clocks go forward"):
        make_field("datetime", {"zone": "Europe/Bucharest"}).parse_text(["2026-03-29T03:30"])


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-24T17:00:00",
        "2026-11-24T17:00Z",
        "2026-11-24 17:00:00Z",
        "2026-11-24T25:00:00Z",
        "2026-11-24T23:59:60Z",
        "2026-11-24T17:00:00.1234567Z",
        "0001-01-01T00:00:00+02:00",
        "9999-12-31T23:59:59-02:00",
        "2026-11-24T17:00:00+25:00",
        1,
    ],
)
def test_moments_need_an_offset_and_must_be(make_field, value):
    with pytest.raises(InvalidValueError):
        make_field("datetime").parse(value)


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_in_the_store_sort_as_text(moment):
    earlier, later = sorted((moment, datetime(2026, 11, 24, 17, tzinfo=UTC)))
    field = DatetimeType(FieldSpec("x", "datetime", "X", {}))
    texts = [field.to_store(each) for each in (earlier, later)]
    assert texts == sorted(texts)
    assert len(texts[0]) == len(texts[1]) == 27
    assert field.from_store(texts[0]) == earlier


def test_an_unknown_zone_is_no_option(make_field):
    with pytest.raises(ValueError, match="Mars"):
        make_field("datetime", {"zone": "Mars/Olympus"})
    zones = make_field("datetime").option_schema()["properties"]["zone"]["enum"]
    assert "Europe/Bucharest" in zones
    assert "Mars/Olympus" not in zones
