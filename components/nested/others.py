"""The parts of a value that no field shows, as one input: an object or a list in JSON."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from components.base.json_values import JsonValueType
from components.values import InvalidValueError
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

OTHERS: Final = "@others"
"""The name of its input, which no field's key can be."""


_TITLE: Final = marked("Other properties")
_FURTHER: Final = marked("Further entries")
_FURTHER_DESCRIPTION: Final = marked('What stands behind these, as JSON, like ["value"]')
_DESCRIPTION: Final = marked('What no field above shows, as JSON, like {"name": "value"}')


class _Left(JsonValueType):
    """What no field shows; titled in the language of whoever asks."""

    @property
    def spec(self) -> FieldSpec:
        return replace(self._spec, title=_(self._spec.title), description=_(self._spec.description))

    @spec.setter
    def spec(self, spec: FieldSpec) -> None:
        self._spec = spec

    @property
    def example(self) -> str:
        """Its description has one."""
        return ""


class FurtherType(_Left):
    """The entries of a list behind those that have fields."""

    def __init__(self) -> None:
        super().__init__(
            FieldSpec("", "json", _FURTHER, {"type": "array"}, description=_FURTHER_DESCRIPTION)
        )

    def parse(self, value: JsonValue) -> JsonValue:
        found = super().parse(value)
        if not isinstance(found, list):
            raise InvalidValueError(_('Write a list in JSON, like ["value"]'))
        return found


class OthersType(_Left):
    """All other properties of an open form's records, so that none is lost or out of reach in a page."""

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(
            FieldSpec(OTHERS, "json", _TITLE, {"type": "object"}, description=_DESCRIPTION)
        )
        self._fields = frozenset(fields)

    def parse(self, value: JsonValue) -> JsonValue:
        found = super().parse(value)
        if not isinstance(found, dict):
            raise InvalidValueError(_('Write an object in JSON, like {"name": "value"}'))
        if above := sorted(self._fields & found.keys()):
            raise InvalidValueError(_("'%(name)s' has a field of its own above", name=above[0]))
        return found

    def of(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Of a record's values those that are shown here, under the name of the input."""
        left = {key: value for key, value in values.items() if key not in self._fields}
        return {OTHERS: left} if left else {}
