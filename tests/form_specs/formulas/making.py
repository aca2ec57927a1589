"""A form's fields as formulas see them, a record, and a shortcut from text to value."""

from datetime import UTC, date, datetime
from decimal import Decimal

from form_specs.formulas import (
    BOOLEAN,
    DATE,
    MOMENT,
    MONEY,
    NUMBER,
    TEXT,
    FormulaEnv,
    Money,
    Scope,
    choice_of,
    compile_formula,
    group_of,
    list_of,
)
from form_specs.hops import hop

NOW = datetime(2026, 11, 26, 14, 30, tzinfo=UTC)
ENV = FormulaEnv(NOW)
LINE = group_of({"value": NUMBER, "label": TEXT, "parts": list_of(group_of({"size": NUMBER}))})
SCOPE = Scope(
    {
        "amount": NUMBER,
        "rate": NUMBER,
        "price": MONEY,
        "name": TEXT,
        "odd-key": TEXT,
        "urgent": BOOLEAN,
        "start": DATE,
        "moment": MOMENT,
        "reason": choice_of(("risk", "kyc", "legal")),
        "labels": list_of(TEXT),
        "payee": group_of({"name": TEXT, "age": NUMBER}),
        "lines": list_of(LINE),
        "shop": TEXT,
    },
    {"extra": "a json field"},
    {
        "shop": Scope(
            {"name": TEXT, "rating": NUMBER, "owner": TEXT, "address": group_of({"city": TEXT})},
            {"age": "worked out when it is read"},
            {"owner": Scope({})},
        )
    },
)
RECORD = {
    "amount": Decimal("19.99"),
    "rate": Decimal(3),
    "price": Money(Decimal("12.50"), "EUR"),
    "name": "Ada",
    "odd-key": "odd",
    "urgent": True,
    "start": date(2026, 11, 27),
    "moment": NOW,
    "reason": "kyc",
    "labels": ["vip", "eu"],
    "shop": "0000000000001",
    hop("shop", "name"): "Corner",
    hop("shop", "address"): {"city": "Cluj"},
    "payee": {"name": "Bob", "age": Decimal(41)},
    "lines": [
        {"value": Decimal("0.1"), "label": "one", "parts": [{"size": Decimal(1)}]},
        {"value": Decimal("0.2"), "label": "two"},
        {"label": "three"},
    ],
}


def value_of(text, record=RECORD, env=ENV):
    """What a formula gives over a record."""
    return compile_formula(text, SCOPE).evaluate(record, env)
