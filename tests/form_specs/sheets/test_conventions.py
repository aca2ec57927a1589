"""A table that is written in a way is read back equal, or said to be ambiguous."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from form_specs.sheets import Grid, table_in
from form_specs.sheets.amounts import read_amount, read_number, read_percent
from form_specs.sheets.cells import packed, text_of, unpacked
from form_specs.sheets.convention import Convention
from form_specs.sheets.days import read_date, read_moment, read_time
from form_specs.sheets.guessing import guess

DAYS = st.dates(date(1970, 1, 1), date(2068, 12, 31))
AMOUNTS = st.decimals(Decimal(-9_999_999), Decimal(9_999_999), places=2, allow_nan=False)
ORDERS = {
    "dmy": ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%y", "%d.%m.%y"),
    "mdy": ("%m/%d/%Y", "%m/%d/%y", "%m-%d-%Y"),
    "ymd": ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d"),
}
GROUPS = {".": (",", " ", "'", "", "\u202f"), ",": (".", " ", "", "\u00a0")}


def column(cells, heading="Value"):
    """The guess about a table of one column beside a text."""
    rows = [["Name", heading], *([f"row {number}", cell] for number, cell in enumerate(cells))]
    return guess(table_in(Grid("", rows), 1)).columns[1]


@st.composite
def ways_of_days(draw):
    order = draw(st.sampled_from(sorted(ORDERS)))
    return order, draw(st.sampled_from(ORDERS[order]))


@settings(max_examples=60)
@given(st.lists(DAYS, min_size=1, max_size=30), ways_of_days())
def test_days_are_read_back_or_ambiguous(days, way):
    _order, pattern = way
    found = column([day.strftime(pattern) for day in days])

    assert found.type == "date"
    cells = [day.strftime(pattern) for day in days]
    read = [found.convention.plain(cell) for cell in cells]
    meant = [day.isoformat() for day in days]
    other = found.kind.other
    assert read == meant or (other and [other.plain(cell) for cell in cells] == meant)


def written(number, mark, group):
    """A number with a mark before its decimals and its thousands in groups."""
    whole, _, decimals = f"{abs(number):,.2f}".partition(".")
    return f"{'-' if number < 0 else ''}{whole.replace(',', group)}{mark}{decimals}"


@settings(max_examples=60)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=30),
    st.sampled_from([(m, g) for m in GROUPS for g in GROUPS[m]]),
)
def test_numbers_are_read_back_or_ambiguous(numbers, way):
    cells = [written(number, *way) for number in numbers]
    found = column(cells)

    assert found.type in ("decimal", "integer")
    read = [Decimal(found.convention.plain(cell)) for cell in cells]
    other = found.kind.other
    assert read == numbers or (other and [Decimal(other.plain(cell)) for cell in cells] == numbers)


@settings(max_examples=30)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=20),
    st.sampled_from(["EUR", "USD", "CHF"]),
    st.booleans(),
)
def test_amounts_keep_their_currency(numbers, currency, before):
    texts = [written(number, ".", ",") for number in numbers]
    cells = [f"{currency} {text}" if before else f"{text} {currency}" for text in texts]
    found = column(cells)

    assert (found.type, found.convention.currency) == ("money", currency)
    assert [found.convention.plain(cell) for cell in cells] == [
        f"{currency} {n:f}" for n in numbers
    ]


@settings(max_examples=80)
@given(st.text(max_size=40))
def test_any_text_is_read_or_not_and_never_fails(text):
    for mark in (".", ","):
        read_number(text, mark), read_amount(text, mark), read_percent(text, mark)
    for order in ("dmy", "mdy", "ymd", "serial"):
        read_date(text, order), read_moment(text, order)
    read_time(text)
    assert column([text, f"{text}x"]).type


CELLS = st.one_of(
    st.text(max_size=20).map(lambda text: text.replace("\0", "")),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)


@settings(max_examples=60)
@given(CELLS)
def test_a_cell_comes_out_of_its_process_as_it_went_in(cell):
    assert unpacked(packed(cell)) == cell
    assert isinstance(text_of(cell), str)


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "ro", "pl", "sv"])
@pytest.mark.parametrize("width", ["long", "medium"])
def test_names_of_months_are_known_in_several_languages(language, width):
    day = date(2024, 3, 9)

    text = format_date(day, width, locale=language)

    assert read_date(text, "dmy" if language != "en" else "mdy") == day


@pytest.mark.parametrize(
    ("text", "meant"),
    [("9:05", time(9, 5)), ("17:30:10", time(17, 30, 10)), ("12:00 AM", time(0, 0)), ("1:15 p.m.", time(13, 15)),
     ("8:30 Uhr", time(8, 30)), ("9.30", None), ("25:00", None), ("13:00 PM", None), ("17h30", time(17, 30))],
)  # fmt: skip
def test_times_of_day(text, meant):
    assert read_time(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("00123", None), ("0", "0"), ("0.5", "0.5"), (".5", "0.5"), ("1,2,3", None), ("1,234", "1234"), ("12,34", None),
     ("(1,234.50)", "-1234.50"), ("-", None), ("", None), ("1e5", None), ("١٢", None), ("1 234", "1234"), ("−5", "-5")],
)  # fmt: skip
def test_numbers_with_a_point_before_decimals(text, meant):
    assert read_number(text, ".") == (None if meant is None else Decimal(meant))


def test_two_columns_of_one_table_help_each_other():
    rows = [["Start", "End"], ["01/02/2024", "25/02/2024"], ["03/02/2024", "04/03/2024"]]

    start, end = guess(table_in(Grid("", rows), 1)).columns

    assert (start.convention.order, end.convention.order) == ("dmy", "dmy")
    assert not start.ambiguous


def test_rows_that_are_in_order_one_way_only_tell_the_order():
    found = column(["01/05/2024", "01/12/2024", "02/03/2024", "03/01/2024"])

    assert (found.convention.order, found.ambiguous) == ("mdy", False)


def test_what_stays_open_is_said():
    assert column(["03/04/2024", "03/04/2024"]).ambiguous
    assert not column(["03.04.2024", "03.04.2024"]).ambiguous
    assert column(["1.234", "5.678"]).ambiguous
    assert not column(["1.234", "5.678", "1,5"]).ambiguous


def test_what_is_kept_of_a_convention_is_all_of_it():
    convention = Convention("boolean", yes=("ja",), no=("",), blanks=("n/a",))

    assert Convention.from_json(convention.as_json()) == convention
    assert Convention.from_json({}) == Convention()


def test_a_moment_keeps_its_offset():
    assert (
        read_moment("2024-02-01T09:30:00+02:00", "dmy").isoformat() == "2024-02-01T09:30:00+02:00"
    )
    assert read_moment("1.2.2024 9:30", "dmy") == datetime(2024, 2, 1, 9, 30)  # noqa: DTZ001
