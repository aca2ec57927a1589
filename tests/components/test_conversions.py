"""Values that follow their field to another type, or say why they cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.base import InvalidValueError
from components.registry import Registry
from form_specs.catalog import Conversion
from form_specs.load import field_spec

CATALOG = Registry.discover().catalog()
CHOICES = [{"key": "a", "title": "Apple"}, {"key": "b", "title": "Berry"}]
SCHEMAS = {
    "choice": {"enum": ["a", "b"]},
    "multi_choice": {
        "type": "array",
        "items": {"enum": ["a", "b"]},
        "uniqueItems": True,
        "maxItems": 5,
    },
    "date": {"type": "string", "format": "date"},
    "datetime": {"type": "string", "format": "date-time"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
}


def spec(type_, **options):
    ops = {"type": type_, "options": options}
    if type_ in ("choice", "multi_choice"):
        ops["choices"] = CHOICES
    schema = SCHEMAS.get(type_, {"type": "string", "maxLength": 500})
    return field_spec("f", {"title": "F", **schema, "x-ops": ops}, required=False)


SAME, LOSSLESS, LOSSY, NONE = Conversion


@pytest.mark.parametrize(("old", "new", "how"), [
    (spec("text"), spec("text"), SAME),
    (spec("integer"), spec("integer", grouping=False), SAME),
    (spec("integer"), spec("decimal"), LOSSLESS),
    (spec("text"), spec("long_text"), LOSSLESS),
    (spec("choice"), spec("multi_choice"), LOSSLESS),
    (spec("date"), spec("datetime"), LOSSLESS),
    (spec("decimal", scale=2), spec("decimal", scale=3), LOSSLESS),
    (spec("decimal", scale=3), spec("decimal", scale=2), LOSSY),
    (spec("text"), spec("integer"), LOSSY),
    (spec("text"), spec("date"), LOSSY),
    (spec("text"), spec("choice"), LOSSY),
    (spec("decimal"), spec("integer"), LOSSY),
    (spec("datetime"), spec("date"), LOSSY),
    (spec("multi_choice"), spec("choice"), LOSSY),
    (spec("boolean"), spec("date"), NONE),
    (spec("date"), spec("integer"), NONE),
])  # fmt: skip
def test_types_know_whose_values_they_can_take_over(old, new, how):
    assert CATALOG.conversion(old, new) is how


@pytest.mark.parametrize(("old", "new", "value", "found"), [
    (spec("integer"), spec("decimal"), 12, "12.00"),
    (spec("decimal"), spec("integer"), "12.00", 12),
    (spec("number"), spec("integer"), 12, 12),
    (spec("decimal", scale=1), spec("decimal", scale=3), "1.5", "1.500"),
    (spec("text"), spec("integer"), "1234", 1234),
    (spec("text"), spec("choice"), "Berry", "b"),
    (spec("choice"), spec("text"), "b", "Berry"),
    (spec("choice"), spec("multi_choice"), "b", ["b"]),
    (spec("multi_choice"), spec("choice"), ["b"], "b"),
    (spec("multi_choice"), spec("long_text"), ["a", "b"], "a; b"),
    (spec("date"), spec("datetime"), "2026-11-24", "2026-11-24T00:00:00Z"),
    (spec("date"), spec("datetime", zone="Europe/Bucharest"), "2026-11-24", "2026-11-23T22:00:00Z"),
    (spec("datetime"), spec("date"), "2026-11-24T17:00:00Z", "2026-11-24"),
    (spec("text"), spec("date"), "2026-11-24", "2026-11-24"),
    (spec("date"), spec("text"), "2026-11-24", "2026-11-24"),
])  # fmt: skip
def test_a_value_follows_its_field(old, new, value, found):
    assert CATALOG.converter(old, new)(value) == found


@pytest.mark.parametrize(("old", "new", "value", "said"), [
    (spec("text"), spec("integer"), "a dozen", "whole number"),
    (spec("decimal"), spec("integer"), "12.50", "no whole number"),
    (spec("decimal", scale=3), spec("decimal", scale=2), "1.234", "decimal"),
    (spec("multi_choice"), spec("choice"), ["a", "b"], "only one"),
    (spec("text"), spec("date"), "tomorrow", "day"),
    (spec("text"), spec("choice"), "Cherry", "Choose"),
])  # fmt: skip
def test_what_has_no_counterpart_says_why(old, new, value, said):
    with pytest.raises(InvalidValueError, match=said):
        CATALOG.converter(old, new)(value)


def test_formats_read_days_as_old_files_write_them():
    convert = CATALOG.converter(spec("text"), spec("date"), ("%d.%m.%Y", "%m/%d/%y"))
    assert [convert("24.11.2026"), convert("11/24/26")] == ["2026-11-24"] * 2
    with pytest.raises(InvalidValueError, match="none of the formats"):
        convert("24 Nov")


def test_formats_read_moments_in_the_zone_of_the_field():
    new = spec("datetime", zone="Europe/Bucharest")
    assert CATALOG.converter(spec("text"), new, ("%d.%m.%Y %H:%M",))("24.11.2026 02:00") == (
        "2026-11-24T00:00:00Z"
    )


_numbers = st.integers(-(10**9), 10**9)
LAWS = [
    (spec("integer"), spec("decimal"), _numbers),
    (spec("text"), spec("long_text"), st.text("ab é", min_size=1, max_size=9)),
    (spec("choice"), spec("multi_choice"), st.sampled_from(["a", "b"])),
    (spec("date"), spec("datetime"), st.dates().map(lambda day: day.isoformat())),
    (spec("decimal"), spec("integer"), _numbers.map(lambda n: f"{n}.00")),
    (spec("text"), spec("integer"), _numbers.map(str)),
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law[0].type}-{law[1].type}")
@given(data=st.data())
def test_converting_twice_is_converting_once(law, data):
    old, new, values = law
    convert = CATALOG.converter(old, new)
    once = convert(data.draw(values))
    assert convert(once) == once
