"""From the fields of a form to its WTForms class."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from wtforms.form import BaseForm

from components.base import FieldType
from components.controls.control import Input
from components.controls.posts import AnyPost, owner_of, post_of
from components.nested.others import OTHERS, OthersType
from components.values import ABSENT


class RecordForm(BaseForm):
    """A form over typed values: `RecordForm(post, values)`, controls by field key: `form["amount"]`.

    Field keys never become attributes, so a field may be called `data` or `errors`.
    """

    field_types: ClassVar[tuple[FieldType, ...]] = ()
    others: ClassVar[OthersType | None] = None
    """What shows the properties that are no fields; the last of `field_types` where the form is open."""

    def __init__(self, formdata: Any = None, values: Mapping[str, Any] | None = None) -> None:
        super().__init__([(field.key, field.control()) for field in self.field_types])  # type: ignore[misc]
        self.post: AnyPost | None = post_of(formdata) if formdata is not None else None
        """What was posted, under the names of its inputs; none: it is drawn for the first time."""
        shown = {**values, **self.others.of(values)} if self.others and values else values
        self.process(self.post, data=shown)  # type: ignore[arg-type]

    def control(self, key: str) -> Input:
        """The control of a field; raises `KeyError` where the form has no such field."""
        control = self[key]
        if not isinstance(control, Input):
            raise KeyError(key)
        return control

    def posted(self) -> dict[str, Any]:
        """The typed values of all controls that the post held without an error; `ABSENT` where emptied."""
        found = {
            field.key: control.data
            for field in self.field_types
            if (control := self.control(field.key)).posted and not control.failed
        }
        if OTHERS not in found:
            return found
        others = self._others(found.pop(OTHERS))
        return {**found, **others}

    def _others(self, typed: Any) -> dict[str, Any]:
        """Each property that is no field, as the one input has it; `ABSENT` where it was taken out."""
        before = self.control(OTHERS).object_data or {}
        left = typed or {}
        return {key: left.get(key, ABSENT) for key in (*before, *left)}

    def controls(self) -> Iterator[Input]:
        """All controls, those inside others after the one around them."""
        for field in self.field_types:
            yield from self.control(field.key).walk()

    def ways(self, key: str) -> dict[str, Input]:
        """By the ways to the parts of a field's `drafted` value the controls inside that show them."""
        # The control of an alternative shows the same part as that of the variant: the inner one counts.
        return dict(self.control(key).ways(key))

    def around(self, control: Input) -> list[Input]:
        """The controls that one stands in, the outermost first."""
        found = self.control(owner_of(control.name))
        way: list[Input] = []
        while found is not control:
            way.append(found)
            inside = (*found.entries, *found.keys)
            found = next(inner for inner in inside if control in inner.walk())
        return way

    def deepest(self, path: Sequence[str | int]) -> tuple[Input | None, Sequence[str | int]]:
        """The control that shows most of the way into a record, and the steps that are left."""
        if path and str(path[0]) not in self and self.others is not None:
            return self.control(OTHERS), path
        found = self.control(str(path[0])) if path and str(path[0]) in self else None
        left = path[1:] if found is not None else path
        while found is not None and left and (inner := found.entry(left[0])) is not None:
            found, left = inner, left[1:]
        if found is not None and left and found.rest is not None:
            return found.rest, left
        return (found.end if found is not None and not left else found), left


def form_class(fields: Iterable[FieldType], others: OthersType | None = None) -> type[RecordForm]:
    """The form class with one control for each field, in their order, and one for what is no field."""
    types = (*fields, *((others,) if others is not None else ()))
    return type("RecordForm", (RecordForm,), {"field_types": types, "others": others})
