"""The one text and the one fingerprint of a document."""

from hashlib import sha256
from typing import Any

import rfc8785

_EXACT = 2**53


def canonical(document: Any) -> bytes:
    """RFC 8785: the same bytes for the same JSON, whatever its key order and spacing was.

    Numbers are doubles there; integers that a double cannot hold exactly are rounded to one.
    """
    return rfc8785.dumps(_as_doubles(document))


def digest(document: Any) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return sha256(canonical(document)).hexdigest()


def _as_doubles(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_doubles(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_doubles(item) for item in value]
    if type(value) is int and abs(value) >= _EXACT:
        return float(value)
    return value
