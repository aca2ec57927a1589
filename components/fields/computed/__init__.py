"""Values that follow from other fields."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from components.base import FieldType, can_result
from components.base.plain import TextualType
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue


class ComputedType(TextualType):
    """Stands for the type of its result: bound to a field it *is* a field of that type.

    So it is shown, filtered, sorted and indexed as any field of the type; `spec.computed` tells
    the two apart.
    """

    name = "computed"
    title = marked("Computed")
    description = marked("A value that a formula gives, such as a total")
    operators = ("empty", "present")
    derived = True

    @classmethod
    def acting(cls, spec: FieldSpec, types: Mapping[str, type[FieldType]]) -> type[FieldType]:
        if spec.computed is None:
            raise ValueError(_('A computed field has "computed" with a formula and a result'))
        result = types.get(spec.computed.result)
        if result is None or not can_result(result):
            raise ValueError(
                _("A formula cannot give a field of type '%(result)s'", result=spec.computed.result)
            )
        return _live(result) if spec.live else result

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "readOnly": True, "maxLength": 200}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        if schema.get("readOnly") is not True:
            return _('A computed field has "readOnly": true')
        return None


@cache
def _live(type_: type[FieldType]) -> type[FieldType]:
    """The type without what needs a stored value."""

    class Live(type_):  # type: ignore[valid-type, misc]
        operators: ClassVar[tuple[str, ...]] = ()
        sortable: ClassVar[bool] = False
        searchable: ClassVar[bool] = False

    return Live


TYPE = ComputedType
