"""From the `data` of a request to typed values, as far as the person may send them."""

from typing import Any

from marshmallow import ValidationError

from components.base import ABSENT
from form_specs.model import JsonObject
from form_specs.problem import pointer_of
from runtime.access import FormAccess
from runtime.api.problems import Fault, faults_of, invalid


def typed_values(access: FormAccess, data: JsonObject, *, merging: bool = False) -> dict[str, Any]:
    """The typed values of `data`; `ABSENT` where null takes a value away.

    Raises `ApiError` 422 with every value that is wrong.  A field that is hidden from the
    person is unknown, in the same words as one that is not there.
    """
    found: dict[str, Any] = {}
    given: JsonObject = {}
    faults: list[Fault] = []
    for key, value in data.items():
        if not _known(access, key):
            faults.append(_unknown(key))
        elif value is None and _clears(access, key, merging=merging):
            found[key] = ABSENT
        else:
            given[key] = value
    try:
        found |= access.form.schema_class().load(given, partial=True)
    except ValidationError as error:
        faults += faults_of(error.messages, ("data",))
    if faults:
        raise invalid(faults)
    return found


def _known(access: FormAccess, key: str) -> bool:
    return access.sees(key) if key in access.form.fields else access.extends(key)


def _clears(access: FormAccess, key: str, *, merging: bool) -> bool:
    """Whether null says "no value": for a property that no field names, only in a merge."""
    field = access.form.fields.get(key)
    return merging if field is None else not field.allows_null


def _unknown(key: str) -> Fault:
    pointer = pointer_of(["data", key])
    if key == "@state":
        return Fault("unknown", "The state changes by transitions only", pointer=pointer)
    return Fault("unknown", f"There is no field '{key}'", pointer=pointer)
