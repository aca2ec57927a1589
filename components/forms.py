"""From the fields of a form to its WTForms class."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from wtforms.form import BaseForm

from components.base import FieldType
from components.controls import Input


class RecordForm(BaseForm):
    """A form over typed values: `RecordForm(post, values)`, controls by field key: `form["amount"]`.

    Field keys never become attributes, so a field may be called `data` or `errors`.
    """

    field_types: ClassVar[tuple[FieldType, ...]] = ()

    def __init__(self, formdata: Any = None, values: Mapping[str, Any] | None = None) -> None:
        super().__init__([(field.key, field.control()) for field in self.field_types])  # type: ignore[misc]
        self.process(formdata, data=values)

    def control(self, key: str) -> Input:
        """The control of a field; raises `KeyError` where the form has no such field."""
        control = self[key]
        if not isinstance(control, Input):
            raise KeyError(key)
        return control

    def posted(self) -> dict[str, Any]:
        """The typed values of all controls that the post held without an error; `ABSENT` where emptied."""
        return {
            field.key: control.data
            for field in self.field_types
            if (control := self.control(field.key)).posted and not control.errors
        }


def form_class(fields: Iterable[FieldType]) -> type[RecordForm]:
    """The form class with one control for each field, in their order."""
    return type("RecordForm", (RecordForm,), {"field_types": tuple(fields)})
