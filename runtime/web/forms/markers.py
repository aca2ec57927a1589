"""Short texts that say how something is drawn: a form posts them back, and only what differs is drawn anew."""

from typing import Any
from zlib import crc32


def mark(*parts: Any) -> str:
    """A short text that differs where the parts do."""
    return f"{crc32(repr(parts).encode()):x}"


def read_marker(text: str) -> tuple[str, str]:
    """From a posted marker to what it marks and how that was drawn."""
    key, _, state = text.rpartition("=")
    return key, state


def whole(state: str) -> str:
    """The part of a state that says how the field itself is drawn."""
    return state.partition(".")[0]
