"""The properties of a record that no field shows, as one input: an object in JSON."""

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
_DESCRIPTION: Final = marked('What no field above shows, as JSON, like {"name": "value"}')


class OthersType(JsonValueType):
    """All other properties of an open form's records, so that none is lost or out of reach in a page."""

    def __init__(self, fields: Collection[str]) -> None:
        super().__init__(
            FieldSpec(OTHERS, "json", _TITLE, {"type": "object"}, description=_DESCRIPTION)
        )
        self._fields = frozenset(fields)

    @property
    def spec(self) -> FieldSpec:
        """In the language of whoever asks."""
        return replace(self._spec, title=_(_TITLE), description=_(_DESCRIPTION))

    @spec.setter
    def spec(self, spec: FieldSpec) -> None:
        self._spec = spec

    @property
    def example(self) -> str:
        """Its description has one."""
        return ""

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
