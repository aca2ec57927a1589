"""Record ids: 64-bit, time-ordered, made by the application; outside 13 letters and digits.

41 bits of milliseconds since 2025, 10 bits of node, 12 bits of sequence.
"""

import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

_EPOCH_MS: Final = 1_735_689_600_000
"""2025-01-01T00:00:00Z."""
_NODES: Final = 1 << 10
_SEQUENCES: Final = 1 << 12
ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_LENGTH: Final = 13
_PAIRS: Final = tuple(one + other for one in ALPHABET for other in ALPHABET)
_SHIFTS: Final = range(50, -1, -10)
"""Where in an id each pair of letters after the first one begins."""


class IdMaker:
    """Makes ids that grow, also when the clock steps back; threads may share one."""

    def __init__(self, node: int) -> None:
        if not 0 <= node < _NODES:
            raise ValueError(f"a node is a number from 0 to {_NODES - 1}")
        self._node = node << 12
        self._lock = threading.Lock()
        self._last_ms = 0
        self._sequence = 0

    @classmethod
    def for_process(cls) -> "IdMaker":
        """A maker for a process that was given no node: two of them differ by chance (1 in 1,024)."""
        return cls(secrets.randbelow(_NODES))

    def next(self) -> int:
        now = time.time_ns() // 1_000_000 - _EPOCH_MS
        with self._lock:
            if now > self._last_ms:
                self._last_ms = now
                # Two processes that chose the same node still rarely meet in a millisecond.
                self._sequence = secrets.randbelow(_SEQUENCES // 4)
            elif self._sequence + 1 < _SEQUENCES:
                self._sequence += 1
            else:
                # More ids than a millisecond holds: borrow from the next one.
                self._last_ms += 1
                self._sequence = 0
            return self._last_ms << 22 | self._node | self._sequence


def first_id_at(moment: int) -> int:
    """What no id made from a moment on, in microseconds since 1970, is less than."""
    return max(0, moment // 1_000 - _EPOCH_MS) << 22


def earliest_id(at: int) -> int:
    """An id below all that are made from a moment on, in microseconds since 1970."""
    return max(0, at // 1000 - _EPOCH_MS) << 22


def encode_id(number: int) -> str:
    """From an id to what people and URLs see: 13 characters that sort like the numbers."""
    if not 0 <= number < 1 << 63:
        raise ValueError("ids are positive 64-bit numbers")
    first = ALPHABET[number >> 60]
    return first + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def decode_id(text: str) -> int:
    """From the 13 characters to the id; raises ValueError for anything else, capitals included."""
    if len(text) != _LENGTH or text[0] not in "01234567":
        raise ValueError("this is no record id")
    number = 0
    for letter in text:
        value = _VALUES.get(letter)
        if value is None:
            raise ValueError("this is no record id")
        number = number << 5 | value
    return number


def decoded_ids(texts: Iterable[str]) -> Iterator[int]:
    """The numbers of those texts that are ids; what is none is passed over."""
    for text in texts:
        with suppress(ValueError):
            yield decode_id(text)
