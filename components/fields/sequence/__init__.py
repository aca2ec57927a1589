"""Running numbers."""

import re
from collections.abc import Mapping
from typing import Any, Final

from components.base import NumberedFieldType
from components.base.plain import TextualType
from components.values import InvalidValueError
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_FORMAT: Final = re.compile(r"([^{}]*)\{:0([1-9])d\}([^{}]*)")


class SequenceType(TextualType, NumberedFieldType):
    """A reference such as DSP-000123, made when the record is created and never changed."""

    name = "sequence"
    title = marked("Running number")
    description = marked("A reference that is counted up with each record")
    operators = (*TextualType.operators, "contains", "starts_with")
    searchable = True

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        match = _FORMAT.fullmatch(spec.options.get("format", "{:06d}"))
        if match is None:
            raise ValueError(_('A running number has a format like "DSP-{:06d}"'))
        self._before, self._digits, self._after = match[1], int(match[2]), match[3]

    def next_value(self, number: int) -> str:
        if number < 0 or number >= 10**15:
            raise InvalidValueError(_("The running number has run out of digits"))
        return f"{self._before}{number:0{self._digits}d}{self._after}"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "readOnly": True, "maxLength": 60}


TYPE = SequenceType
