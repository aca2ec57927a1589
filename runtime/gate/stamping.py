"""Who did it and when, where the value of a field says so: the server's word, whatever was sent."""

from datetime import datetime

from components.base import ABSENT, FieldType
from runtime.compiling.form import Broken
from runtime.gate.change import Change


def stamp(change: Change, now: datetime) -> None:
    """Completes the values of a change that name their maker; `now` is aware."""
    stamping = change.form.stamping
    for key in dict.fromkeys((*change.values, *change.uploads)) if stamping else ():
        if key in stamping:
            _stamp_field(change, change.form.fields[key], now)


def _stamp_field(change: Change, field: FieldType, now: datetime) -> None:
    before, after = (_typed(change, field, stored) for stored in _both(change, field.key))
    if after is not ABSENT:
        made = field.stamped(before, after, change.access.person.name, now)
        change.document[field.key] = field.to_store(made)


def _both(change: Change, key: str) -> tuple[object, object]:
    return change.old_document.get(key), change.document.get(key)


def _typed(change: Change, field: FieldType, stored: object) -> object:
    """A stored value, or `ABSENT` for none and for one that cannot be read."""
    value = ABSENT if stored is None else change.form.value(field.key, stored)
    return ABSENT if isinstance(value, Broken) else value
