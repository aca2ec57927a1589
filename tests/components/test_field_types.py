"""What is special to one field type."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from components.base import ABSENT, InvalidValueError
from components.fields.date import day_from_shortcut
from components.fields.money import Money
from components.forms import form_class
from form_specs.conditions import Comparison, Kind
from form_specs.model import Color

CHOICES = {
    "ops": {
        "choices": [
            {"key": "low", "title": "Low", "color": "green"},
            {"key": "high", "title": "Very high"},
            {"key": "old", "title": "Old", "retired": True},
        ]
    }
}


# -- money ------------------------------------------------------------------------------


@pytest.fixture
def money(make_field):
    return make_field("money", {"currencies": ["EUR", "USD"]})


def test_money_is_posted_by_two_inputs(money):
    post = MultiDict({"x.amount": "1,234.50", "x.currency": "USD"})
    form = form_class([money])(post)
    assert form.posted() == {"x": Money(Decimal("1234.50"), "USD")}
    assert form.control("x").texts == ["1,234.50", "USD"]


def test_money_keeps_a_wrong_amount_and_its_currency_as_typed(money):
    control = form_class([money])(MultiDict({"x.amount": "ten", "x.currency": "USD"})).control("x")
    assert control.texts == ["ten", "USD"]
    assert control.errors == ["Write a number in digits, like 1234.50"]


def test_money_without_an_amount_is_no_value(money):
    form = form_class([money])(MultiDict({"x.amount": "", "x.currency": "EUR"}))
    assert form.posted() == {"x": ABSENT}


@pytest.mark.parametrize("text", ["EUR 12.50", "12.50 EUR", "EUR12.50", "12.50"])
def test_money_is_read_from_one_cell(money, text):
    assert money.parse_text([text]) == Money(Decimal("12.50"), "EUR")


@pytest.mark.parametrize("text", ["GBP 1", "EUR 1 USD", "12.505", "EUR", "1" + " " * 100_000 + "X"])
def test_money_refuses_what_it_cannot_be(money, text):
    with pytest.raises(InvalidValueError):
        money.parse_text([text])


def test_money_compares_within_one_currency(money):
    amount = Comparison(("x", "amount"), Kind.INTEGER, "ge", 10_000)
    currency = Comparison(("x", "currency"), Kind.TEXT, "eq", "USD")
    assert money.comparisons("ge", {"amount": "100.00", "currency": "USD"}) == (amount, currency)
    assert money.comparisons("ge", "100.00") == (amount,)


def test_money_of_two_currencies_does_not_compare(money):
    with pytest.raises(InvalidValueError, match="one currency"):
        money.comparisons(
            "between",
            [{"amount": "1.00", "currency": "USD"}, {"amount": "2.00", "currency": "EUR"}],
        )


def test_money_in_a_list_compares_amounts(money):
    found = money.comparisons("in", ["1.00", "2.00"])
    assert found == (Comparison(("x", "amount"), Kind.INTEGER, "in", (100, 200)),)


@pytest.mark.parametrize(
    ("locale", "amount", "written"),
    [
        ("en", "1234567.5", "€1,234,567.50"),
        ("en", "-5", "-€5.00"),
        ("de", "1234567.5", "1.234.567,50\u00a0€"),
        ("fr", "-1234.5", "-1\u202f234,50\u00a0€"),
        ("en-IN", "1234567.5", "€12,34,567.50"),
    ],
)
def test_money_is_written_as_the_locale_does(make_field, locale, amount, written):
    money = make_field("money", locale=locale)
    assert money.display(Money(Decimal(amount), "EUR")) == written


def test_money_of_a_currency_without_a_sign_keeps_its_distance(make_field):
    money = make_field("money", {"currencies": ["CHF"]})
    assert money.display(Money(Decimal(5), "CHF")) == "CHF\u00a05.00"


def test_money_offers_a_currency_that_is_gone_to_a_record_that_has_it(money):
    assert money.offered() == ("EUR", "USD")
    assert money.offered("GBP") == ("GBP", "EUR", "USD")


# -- numbers ----------------------------------------------------------------------------


def test_tenths_add_up(make_field):
    decimal = make_field("decimal", {"scale": 1})
    assert decimal.dump(sum([decimal.parse("0.1")] * 10)) == "1.0"


def test_decimals_of_one_scale_compare_with_each_other(make_field):
    two, three = make_field("decimal", {"scale": 2}), make_field("decimal", {"scale": 3})
    assert two.measure == make_field("decimal").measure
    assert two.measure != three.measure


@pytest.mark.parametrize("text", ["12.5", "12.5%", " 12.5 % "])
def test_percentages_may_be_typed_with_their_sign(make_field, text):
    percent = make_field("percent", {"scale": 1})
    assert percent.dump(percent.parse_text([text])) == "12.5"
    assert percent.display(Decimal("12.5")) == "12.5%"


@pytest.mark.parametrize("text", ["-1", "100.01", "%", "5%%"])
def test_percentages_go_from_0_to_100(make_field, text):
    with pytest.raises(InvalidValueError):
        make_field("percent").parse_text([text])


def test_numbers_are_dumped_as_they_were_sent(make_field):
    number = make_field("number")
    assert [number.dump(number.parse(value)) for value in (5, 0.1, 1e22)] == [5, 0.1, 1e22]
    assert isinstance(number.dump(number.parse(5)), int)


def test_years_are_shown_without_grouping(make_field):
    assert make_field("integer").display(1999) == "1,999"
    assert make_field("integer", {"grouping": False}).display(1999) == "1999"
    assert make_field("integer", locale="sv").display(-1999) == "\u22121\u00a0999"


# -- dates ------------------------------------------------------------------------------

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
    assert due.display(moment) == "24 März 2026 15:00"
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
    field = _datetime()
    texts = [field.to_store(each) for each in (earlier, later)]
    assert texts == sorted(texts)
    assert len(texts[0]) == len(texts[1]) == 27
    assert field.from_store(texts[0]) == earlier


def _datetime():
    from components.fields.datetime import DatetimeType  # noqa: PLC0415 - no fixtures under @given
    from form_specs.model import FieldSpec  # noqa: PLC0415

    return DatetimeType(FieldSpec("x", "datetime", "X", {}))


def test_an_unknown_zone_is_no_option(make_field):
    with pytest.raises(ValueError, match="Mars"):
        make_field("datetime", {"zone": "Mars/Olympus"})
    zones = make_field("datetime").option_schema()["properties"]["zone"]["enum"]
    assert "Europe/Bucharest" in zones
    assert "Mars/Olympus" not in zones


# -- choices ----------------------------------------------------------------------------


@pytest.fixture
def level(make_field):
    return make_field("choice", enum=["low", "high", "old"], **CHOICES)


def test_choices_are_shown_by_title_and_colour(level):
    assert level.display("high") == "Very high"
    assert (level.color("low"), level.color("high")) == (Color.GREEN, Color.GRAY)


def test_choices_are_found_by_key_or_title(level):
    assert level.parse_text(["high"]) == level.parse_text([" very HIGH "]) == "high"


def test_unknown_choices_are_refused_with_what_was_meant(level):
    with pytest.raises(InvalidValueError, match="did you mean 'high'"):
        level.parse("hihg")
    with pytest.raises(InvalidValueError, match="Choose one of low, high, old"):
        level.parse(["low"])


def test_retired_choices_stay_where_they_are_and_nowhere_else(level):
    assert level.parse("old") == "old"
    assert [choice.key for choice in level.offered()] == ["low", "high"]
    assert [choice.key for choice in level.offered("old")] == ["low", "high", "old"]
    assert level.change_problem("old", "old") is None
    assert level.change_problem("old", ABSENT) is None
    assert level.change_problem("low", "old") == "'Old' is not offered any more"


def test_a_form_that_is_posted_with_a_retired_choice_says_so(level):
    form_type = form_class([level])
    assert form_type(MultiDict({"x": "old"}), {"x": "old"}).posted() == {"x": "old"}
    assert form_type(MultiDict({"x": "old"})).control("x").errors == [
        "'Old' is not offered any more"
    ]


def test_choices_that_are_gone_are_shown_by_key(level):
    assert level.display(level.from_store("gone")) == "gone"


def test_choices_without_titles_are_the_values_of_enum(make_field):
    plain = make_field("choice", enum=["A 1", "B 2"])
    assert [choice.title for choice in plain.offered()] == ["A 1", "B 2"]


@pytest.fixture
def levels(make_field):
    items = {"type": "string", "enum": ["low", "high", "old"]}
    return make_field("multi_choice", items=items, **CHOICES)


def test_several_choices_are_read_from_boxes_and_from_one_cell(levels):
    assert levels.parse_text(["", "high", "low", "high"]) == ["high", "low"]
    assert levels.parse_text(["Low; very high"]) == ["low", "high"]
    assert levels.display(["low", "high"]) == "Low, Very high"


def test_several_choices_may_not_gain_a_retired_one(levels):
    assert levels.change_problem(["old"], ["old", "low"]) is None
    assert levels.change_problem(ABSENT, ["old"]) == "'Old' is not offered any more"
    assert levels.change_problem(["old"], ABSENT) is None


# -- others -----------------------------------------------------------------------------


def test_an_empty_list_in_json_stays_one(make_field):
    tags = make_field("tags")
    assert tags.dump(tags.parse([])) == []


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1), unique=True))
def test_tags_survive_their_one_input(tags):
    from components.fields.tags import TagsType  # noqa: PLC0415 - no fixtures under @given
    from form_specs.model import FieldSpec  # noqa: PLC0415

    field = TagsType(FieldSpec("x", "tags", "X", {}))
    clean = list(dict.fromkeys(field.parse(tags)))
    assert (field.parse_text(field.to_text(clean)) or []) == clean


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a, b;c", ["a", "b", "c"]),
        (" a ,, a,", ["a"]),
        ('"a, b", c', ["a, b", "c"]),
        ('say "so"', ['say "so"']),
        (", ;", ABSENT),
    ],
)
def test_tags_are_typed_apart_by_commas(make_field, text, tags):
    assert make_field("tags").parse_text([text]) == tags


@pytest.mark.parametrize("text", ['"a', '"a" b', '"' * 9_999])
def test_tags_with_an_open_quote_are_refused(make_field, text):
    with pytest.raises(InvalidValueError, match="double quote"):
        make_field("tags").parse_text([text])


@pytest.mark.parametrize(
    "text", ["x@example.com", "Maya@mail.example", "ü@house.local", "a@x.test"]
)
def test_addresses_of_test_and_house_nets_are_taken(make_field, text):
    assert make_field("email").parse(text) == text


@pytest.mark.parametrize(
    "text", ["x", "@x.com", "a@", "a b@x.com", "a@@x.com", "a" * 300 + "@x.com"]
)
def test_what_is_no_address_is_refused(make_field, text):
    with pytest.raises(InvalidValueError):
        make_field("email").parse(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "/path",
            "http://",
            "ftp://x",
        ),
        *("https:x", "java\tscript:x", "http://[::1", "http://a b"),
    ],
)
def test_only_web_addresses_are_taken_and_linked(make_field, text):
    url = make_field("url")
    with pytest.raises(InvalidValueError):
        url.parse(text)
    assert url.href(text) == ""


def test_web_addresses_are_linked_as_they_are(make_field):
    url = make_field("url")
    assert url.href(url.parse("HTTPS://x.example/a")) == "HTTPS://x.example/a"


def test_running_numbers_are_made_from_the_format(make_field):
    reference = make_field("sequence", {"format": "DSP-{:06d}/x"})
    assert reference.next_value(123) == "DSP-000123/x"
    assert reference.next_value(12_345_678) == "DSP-12345678/x"
    with pytest.raises(InvalidValueError):
        reference.next_value(10**15)


@pytest.mark.parametrize("text", ["{0.__class__}", "DSP", "{:d}", "{:06d}{:06d}", "{:999999d}"])
def test_running_numbers_have_one_plain_placeholder(make_field, text):
    with pytest.raises(ValueError, match="format"):
        make_field("sequence", {"format": text})


def test_people_are_named_so_that_a_page_finds_their_titles(make_field):
    assert make_field("user").references("maya") == {"maya"}
    assert make_field("text").references("maya") == frozenset()


FILE = {"id": "a1", "name": "x.pdf", "size": 1, "type": "application/pdf", "sha256": "0" * 64}


def test_a_post_says_which_files_stay(make_field):
    files = make_field("files")
    other = {**FILE, "id": "b2"}
    assert files.parse_posted(["", "b2"], [FILE, other]) == [other]
    assert files.parse_posted([""], [FILE]) is ABSENT
    with pytest.raises(InvalidValueError, match="not attached"):
        files.parse_posted(["c3"], [FILE])


@pytest.mark.parametrize(
    "change",
    [
        {"id": "../x"},
        {"name": ""},
        {"name": "a\x00"},
        {"size": -1},
        {"size": True},
        {"sha256": "x"},
        {"type": None},
        {"more": 1},
    ],
)
def test_file_references_have_one_shape(make_field, change):
    with pytest.raises(InvalidValueError):
        make_field("files").parse([{**FILE, **change}])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1, "a": 2}', "no JSON"),
        ("[NaN]", "no JSON"),
        ("[1e999]", "no JSON"),
        ("{", "no JSON"),
        ("[" * 9 + "]" * 9, "8 levels"),
        ("18446744073709551616", "64 bits"),
        ('"' + "x" * 64_000 + '"', "64,000 bytes"),
        ("x" * 300_000, "64,000 bytes"),
        ('"\\ud800"', "no JSON"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_json_is_read_strictly(make_field, text, reason):
    with pytest.raises(InvalidValueError, match=reason):
        make_field("json").parse_text([text])


def test_json_takes_null_only_where_its_schema_does(make_field):
    assert make_field("json").allows_null
    assert make_field("json", type=["object", "null"]).allows_null
    assert not make_field("json", type="object").allows_null
    reference = {"$ref": "#/$defs/somewhere"}
    assert make_field("json", **reference).allows_null


def test_json_is_shown_short(make_field):
    assert make_field("json").display({"a": [1, None]}) == '{"a": [1, null]}'
    assert len(make_field("json").display(["x" * 500])) == 200


def test_boxes_that_are_not_ticked_say_no_where_there_was_an_answer(make_field):
    switch = make_field("boolean")
    assert switch.unchecked(ABSENT) == ""
    assert switch.unchecked(True) == switch.unchecked(False) == "false"
    assert switch.parse_text(["false", "true"]) is True
    assert switch.parse_text(["No"]) is False


def test_sensitive_fields_are_not_found_by_search(make_field):
    assert make_field("text").search_text("secret") == "secret"
    assert make_field("text", ops={"sensitive": True}).search_text("secret") == ""


def test_an_unknown_locale_is_refused(make_field):
    with pytest.raises(ValueError, match="no locale 'xx-nowhere'"):
        make_field("decimal", locale="xx-nowhere")
