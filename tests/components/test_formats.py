"""The ways beside the usual one in which a list shows values."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from components.formats import FORMATS
from components.registry import Registry
from form_specs.model import FieldSpec

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
REGISTRY = Registry.discover()


def field(type_, locale="en", **options):
    spec = FieldSpec("x", type_, "X", REGISTRY.catalog().schema_with(type_, options), options)
    return REGISTRY.field_types[type_](spec, locale)


@pytest.mark.parametrize(
    ("type_", "name", "raw", "shown"),
    [
        ("date", "short", "2026-11-24", "11/24/26"),
        ("date", "long", "2026-11-24", "November 24, 2026"),
        ("date", "relative", "2026-11-29", "in 3 days"),
        ("date", "relative", "2026-11-25", "1 day ago"),
        ("datetime", "relative", "2026-11-29T23:00:00Z", "in 3 days"),
        ("decimal", "whole", "1234.56", "1,235"),
        ("decimal", "compact", "1234567.00", "1.2M"),
        ("decimal", "compact", "12.50", "12.50"),
        ("integer", "compact", 15300, "15.3K"),
        ("percent", "whole", "12.40", "12%"),
        ("money", "compact", {"amount": "4900.00", "currency": "EUR"}, "€4.9K"),
        ("money", "compact", {"amount": "96.50", "currency": "EUR"}, "€96.50"),
        ("money", "whole", {"amount": "4900.10", "currency": "EUR"}, "€4,900"),
    ],
)
def test_a_value_in_a_format(type_, name, raw, shown):
    found = field(type_)
    assert found.formatted(found.parse(raw), name, NOW) == shown


def test_formats_are_written_as_the_locale_does():
    assert field("date", "de-CH").formatted(date(2026, 11, 29), "relative", NOW) == "in 3 Tagen"
    assert field("decimal", "de").formatted(Decimal(1500), "whole", NOW) == "1.500"


def test_each_format_of_a_type_has_a_title():
    for type_ in REGISTRY.field_types.values():
        assert set(type_.formats) <= FORMATS.keys()
