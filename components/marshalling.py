"""From the fields of a form to its marshmallow schema: JSON records to typed records and back.

It judges the types of values only; whether the record is valid, `judge.Judge` says.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from marshmallow import (
    EXCLUDE,
    RAISE,
    Schema,
    ValidationError,
    post_dump,
    post_load,
    validates_schema,
)
from marshmallow import fields as marshmallow_fields
from marshmallow import missing as MISSING  # noqa: N812 - it is one

from components.base import FieldType
from components.values import ABSENT, InvalidValueError
from components.values.documents import checked_document
from form_specs.language import _
from form_specs.problem import suggestion

_POINT: Final = "\x1f"
"""Stands for the point of a field's key inside marshmallow, which takes points for ways into objects."""


class Value(marshmallow_fields.Field[Any]):
    """One field of a record, turned by its field type."""

    def __init__(self, field_type: FieldType) -> None:
        super().__init__(allow_none=True, attribute=field_type.key.replace(".", _POINT))
        self.field_type = field_type

    def deserialize(
        self, value: Any, attr: str | None = None, data: Any = None, **kwargs: Any
    ) -> Any:
        """From JSON to the typed value; null says `ABSENT` but where the field allows null."""
        if value is MISSING:
            return MISSING
        if value is None and not self.field_type.allows_null:
            return ABSENT
        try:
            return self.field_type.parse(value)
        except InvalidValueError as error:
            raise ValidationError(_messages(error)) from None

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return self.field_type.dump(value)


def _messages(error: InvalidValueError) -> Any:
    """What is wrong with a value as marshmallow tells it: where it is a part, by the steps to it."""
    found: dict[str | int, Any] = {}
    for fault in error.faults:
        if not fault.path:
            return [str(error)]
        at = found
        for step in fault.path:
            at = at.setdefault(step, {})
        at.setdefault("_schema", []).append(fault.message)
    return found


class RecordSchema(Schema):
    """`load` JSON to a typed record, `dump` a typed record to JSON; absent values are no keys.

    A loaded record holds `ABSENT` under the keys that were sent as null: "take the value away".
    Errors are a mapping from field key to a list of messages.
    """

    open: ClassVar[bool] = False
    """Whether keys that are no fields are kept as they are, for the form's JSON Schema to judge."""
    error_messages = {"type": "A record is an object"}  # noqa: RUF012 - as marshmallow has it

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """From a typed record to one value; a record is a mapping, whatever its keys are called."""
        value = obj.get(attr.replace(_POINT, "."), default)
        return default if value is ABSENT else value

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **kwargs: Any) -> None:
        """Name the field that an unknown key may have meant."""
        messages = error.messages
        if isinstance(messages, dict) and isinstance(data, Mapping):
            for key in data.keys() & messages.keys() - self.fields.keys():
                if isinstance(key, str) and not self.open:
                    hint = suggestion(key[:100], self.fields)
                    messages[key] = [
                        _("There is no field '%(name)s'.", name=key[:100]) + f" {hint}"
                    ]

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _judge_others(self, _record: Any, original: Any, **kwargs: Any) -> None:
        errors: dict[str, list[str]] = {}
        for key, value in self._others(original).items():
            try:
                checked_document({key: value})
            except InvalidValueError as error:
                errors[str(key)] = [str(error)]
        if errors:
            raise ValidationError(errors)

    @post_load(pass_original=True)
    def _keep_loaded(self, record: Any, original: Any, **kwargs: Any) -> Any:
        known = {name.replace(_POINT, "."): value for name, value in record.items()}
        return {**known, **self._others(original)}

    @post_dump(pass_original=True)
    def _keep_dumped(self, record: Any, original: Any, **kwargs: Any) -> Any:
        return {**record, **self._others(original)}

    def _others(self, record: Any) -> Mapping[str, Any]:
        if not self.open or not isinstance(record, Mapping):
            return {}
        return {key: value for key, value in record.items() if key not in self.fields}


def record_schema(fields: Iterable[FieldType], *, open: bool = False) -> type[RecordSchema]:  # noqa: A002
    """The schema class of a form's records; `open` where its JSON Schema allows other properties."""
    meta = type("Meta", (), {"unknown": EXCLUDE if open else RAISE, "register": False})
    values = {field.key: Value(field) for field in fields}
    base = type("FormSchema", (RecordSchema,), {"Meta": meta, "open": open})
    return type("FormSchema", (base,), values)
