"""The WTForms side of a field: texts of a post in, typed value out, and texts to draw again."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from wtforms.fields.core import Field as Control
from wtforms.utils import unset_value

from components.values import ABSENT, InvalidValueError

if TYPE_CHECKING:
    from components.base.field_type import FieldType

MAX_TEXTS = 1_000


class FormData(Protocol):
    """What a form post offers, such as Werkzeug's `MultiDict`."""

    def __contains__(self, name: object, /) -> bool: ...
    def getlist(self, name: str, /) -> list[Any]: ...


class Input(Control):
    """The control of one field.

    `data` is the typed value, or `ABSENT`; `posted` says whether the post held the field at
    all; `texts` is what the input shows: after a post the raw texts, right or wrong.
    Drawing is done by the type's templates; a control has no widget.
    """

    data: Any
    object_data: Any

    def __init__(self, field_type: "FieldType", **bound: Any) -> None:
        spec = field_type.spec
        super().__init__(label=spec.title, description=spec.description, default=ABSENT, **bound)
        self.field_type = field_type
        self.posted = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names that it takes a post from: its own and, for a type with parts, one for each part.

        Under its own name all parts may come one after the other, as a link that fills in a
        form has them.
        """
        return (self.name, *(f"{self.name}.{part}" for part in self.field_type.parts))

    @property
    def texts(self) -> list[str]:
        """What its inputs show; for a type with parts one text each, else none for no value."""
        if self.posted:
            return list(self.raw_data or [])
        if self.data is ABSENT:
            return ["" for _ in self.field_type.parts]
        return self.field_type.to_text(self.data)

    @property
    def text(self) -> str:
        """The first of `texts`, or an empty one."""
        return next(iter(self.texts), "")

    def process(
        self,
        formdata: FormData | None,
        data: Any = unset_value,
        extra_filters: Sequence[Any] | None = None,
    ) -> None:
        """Take the typed value the form is drawn with, then what the post says about it."""
        self.process_errors: list[str] = []
        self.object_data = self.data = ABSENT if data is unset_value else data
        self.posted = formdata is not None and any(name in formdata for name in self.names)
        if formdata is not None and self.posted:
            self.raw_data = self._collected(formdata)
            self.process_formdata(self.raw_data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """From the posted texts to `data`; on an error `data` stays what it was and the texts are kept."""
        try:
            if len(valuelist) > MAX_TEXTS:
                raise InvalidValueError(f"At most {MAX_TEXTS:,} values")
            value = self.field_type.parse_posted(valuelist, self.object_data)
            if problem := self.field_type.change_problem(self.object_data, value):
                raise InvalidValueError(problem)
        except InvalidValueError as error:
            self.process_errors = [str(error)]
            self.errors = list(self.process_errors)
        else:
            self.data = value

    def add_error(self, message: str) -> None:
        """Show one more message at this field, once."""
        if message not in self.errors:
            self.errors = [*self.errors, message]

    def _collected(self, formdata: FormData) -> list[str]:
        own, *parts = self.names
        if own in formdata or not parts:
            return formdata.getlist(own)
        return [next(iter(formdata.getlist(part)), "") for part in parts]
