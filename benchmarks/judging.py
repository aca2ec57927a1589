"""How long a record of 25 fields takes to be judged: by the product, and by `jsonschema` alone."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import jsonschema
from jsonschema import FormatChecker

from benchmarks.timing import Row, alternating
from components.judging.judge import Judge

_MICRO: Final = 1_000_000
_LIMIT: Final = 20.0
_BATCH: Final = 200
"""Judgements in one measure, as one alone is shorter than the clock is exact."""

_FIELDS: Final[dict[str, Any]] = {
    **{f"text_{i}": {"type": "string", "maxLength": 80} for i in range(8)},
    **{f"count_{i}": {"type": "integer", "minimum": 0, "maximum": 10_000} for i in range(4)},
    **{f"choice_{i}": {"enum": ["open", "waiting", "closed"]} for i in range(4)},
    **{f"yes_{i}": {"type": "boolean"} for i in range(2)},
    "day": {"type": "string", "format": "date"},
    "moment": {"type": "string", "format": "date-time"},
    "mail": {"type": "string", "format": "email", "maxLength": 254},
    "reference": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{6}$"},
    "amount": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "pattern": "^-?[0-9]{1,16}(\\.[0-9]{1,2})?$"},
            "currency": {"enum": ["EUR", "GBP", "USD"]},
        },
        "additionalProperties": False,
    },
    "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True, "maxItems": 50},
    "lines": {
        "type": "array",
        "maxItems": 200,
        "items": {
            "type": "object",
            "properties": {"item": {"type": "string"}, "n": {"minimum": 1}},
        },
    },
}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": _FIELDS,
    "required": ["reference", "amount", "day"],
    "additionalProperties": False,
}
RECORD: Final[dict[str, Any]] = {
    **{f"text_{i}": f"What text {i} says" for i in range(8)},
    **{f"count_{i}": i * 7 for i in range(4)},
    **{f"choice_{i}": "waiting" for i in range(4)},
    **{f"yes_{i}": True for i in range(2)},
    "day": "2026-11-24",
    "moment": "2026-11-24T17:00:00Z",
    "mail": "maya@example.com",
    "reference": "AB-123456",
    "amount": {"amount": "1234.50", "currency": "EUR"},
    "tags": ["late", "vip"],
    "lines": [{"item": "Chair", "n": 2}, {"item": "Table", "n": 1}],
}


def measure(rounds: int) -> Iterator[Row]:
    """A valid record, one with mistakes, and the same by `jsonschema`."""
    judge = Judge(SCHEMA)
    other = jsonschema.Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    wrong = RECORD | {"day": "x", "count_0": -1, "choice_1": "?", "tags": ["a", "a"], "more": 1}
    assert judge.is_valid(RECORD)
    assert other.is_valid(RECORD)
    taken = alternating(
        {
            "ours": partial(_often, partial(judge.is_valid, RECORD)),
            "theirs": partial(_often, partial(other.is_valid, RECORD)),
            "told": partial(_often, partial(judge.problems, wrong)),
        },
        rounds,
    )
    ours, theirs = taken["ours"] / _BATCH, taken["theirs"] / _BATCH
    what = "Judging a record of 25 fields"
    yield Row.limited(what, "memory", ours * _MICRO, _LIMIT, "µs")
    yield Row.told(
        what, "memory", f"{ours / theirs:.3f} of it", f"jsonschema: {theirs * _MICRO:,.0f} µs"
    )
    told = taken["told"] / _BATCH
    yield Row.told("Saying what is wrong with one", "memory", f"{told * _MICRO:,.0f} µs")


def _often(action: Callable[[], object]) -> None:
    for _ in range(_BATCH):
        action()
