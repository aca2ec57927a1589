"""JSON in which no number changes: what neither 64 bits nor a float holds is a `Decimal` or a long `int`.

Reading and writing is orjson's business as long as it does it exactly.
"""

import json
import re
from decimal import Decimal
from typing import Any, Final

import orjson

_LONG: Final = re.compile(r"[0-9.]{17}|[0-9]{16}[eE]")
"""Stands in every text with a number of more digits than a float keeps; whole ones may be longer."""
_AS_ZEROS: Final = bytes.maketrans(b"123456789.", b"0" * 10)
_ZEROS: Final = b"0" * 16
"""Stand in every such text once its digits and points are zeros: found far sooner than `_LONG`."""
_ALWAYS_EXACT: Final = 15
_SMALLEST: Final = -(2**63)
_LARGEST: Final = 2**64 - 1


def number_of(text: str) -> float | Decimal:
    """From a JSON number with a point or an exponent to the float that means it, else to a `Decimal`."""
    real = float(text)
    if len(text) <= _ALWAYS_EXACT or real == 0:
        return real
    exact = Decimal(text)
    return real if exact == Decimal(repr(real)) else exact


def loads(text: str | bytes) -> Any:
    """The value of a JSON text; raises `ValueError` for what is none."""
    raw = text.encode() if isinstance(text, str) else text
    if _ZEROS in raw.translate(_AS_ZEROS) and _LONG.search(known := raw.decode()):
        return json.loads(known, parse_float=number_of)
    return orjson.loads(raw)


def dumps(value: Any, option: int | None = None) -> bytes:
    """The JSON text of a value, as compact as orjson writes it unless `option` says otherwise."""
    try:
        return orjson.dumps(value, default=_written, option=option)
    except TypeError:
        return orjson.dumps(_long_apart(value), default=_written, option=option)


def _written(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no JSON value")


def _long_apart(value: Any) -> Any:
    """The same with integers of more than 64 bits as `Decimal`, which orjson hands back to us."""
    if isinstance(value, dict):
        return {key: _long_apart(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_long_apart(item) for item in value]
    if type(value) is int and not _SMALLEST <= value <= _LARGEST:
        return Decimal(value)
    return value
