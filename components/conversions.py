"""What becomes of a field's values when a spec gives it another type or other options."""

from collections.abc import Callable
from typing import Any, Final

from components.base import ABSENT, FieldType, InvalidValueError
from form_specs.catalog import Conversion
from form_specs.language import _
from form_specs.model import JsonValue

_TEXTS: Final = ("text", "long_text")
"""What a person typed before there was a better type for it."""


def conversion(old: FieldType, new: FieldType) -> Conversion:
    """How much of the values of `old` a field `new` can take over."""
    if old.name == new.name:
        if new.same_store(old):
            return Conversion.SAME
        return Conversion.LOSSLESS if new.takes_all(old) else Conversion.LOSSY
    if old.name in new.lossless_from:
        return Conversion.LOSSLESS
    return Conversion.LOSSY if _takes_some(old, new) else Conversion.NONE


def _takes_some(old: FieldType, new: FieldType) -> bool:
    """A text may hold what somebody would type into any single input."""
    typed = old.name in _TEXTS and not (new.parts or new.uploads or new.multiple)
    return typed or old.name in new.lossy_from


def converter(
    old: FieldType, new: FieldType, formats: tuple[str, ...] = ()
) -> Callable[[JsonValue], JsonValue]:
    """From a JSON value of `old` to one of `new`; raises `InvalidValueError` where there is none.

    A value that `new` takes as it is stays as it is, so that converting twice is converting once.
    """

    def convert(value: JsonValue) -> JsonValue:
        if old.name == new.name:
            return new.dump(new.parse(value))
        typed = _of_old(old, value)
        if typed is ABSENT:
            return new.dump(new.parse(value))
        found = new.converted(typed, old, formats)
        if found is ABSENT:
            raise InvalidValueError(_("Nothing is left of it"))
        return new.dump(found)

    return convert


def _of_old(old: FieldType, value: JsonValue) -> Any:
    """The typed value of what is written as `old` writes it; `ABSENT` for anything else."""
    try:
        typed = old.parse(value)
    except InvalidValueError:
        return ABSENT
    return typed if old.dump(typed) == value else ABSENT
