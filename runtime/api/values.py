"""From the `data` of a request to typed values, as far as the person may send them."""

from typing import Any

from marshmallow import ValidationError

from components.base import ABSENT
from form_specs.model import JsonObject, JsonValue
from form_specs.problem import pointer_of
from runtime.access import FormAccess
from runtime.api.former_keys import present_data
from runtime.api.problems import Fault, faults_of, invalid


def typed_values(access: FormAccess, data: JsonObject, *, merging: bool = False) -> dict[str, Any]:
    """The typed values of `data`; `ABSENT` where null takes a value away.

    Raises `ApiError` 422 with every value that is wrong.  A field that is hidden from the
    person is unknown, in the same words as one that is not there.
    """
    found: dict[str, Any] = {}
    given: JsonObject = {}
    faults: list[Fault] = []
    for key, value in present_data(access, data).items():
        if not _known(access, key):
            faults.append(_unknown(key))
        elif value is None and _clears(access, key, merging=merging):
            found[key] = ABSENT
        elif value is None and (refused := _refused(access, key, None)):
            faults += refused
        else:
            given[key] = value
    try:
        found |= access.form.schema_class().load(given, partial=True)
    except ValidationError as error:
        faults += _worded(access, error.messages, given)
    if faults:
        raise invalid(faults)
    return found


def _worded(access: FormAccess, messages: Any, given: JsonObject) -> list[Fault]:
    """What is wrong with values that no field reads: in the words of the form's schema where it refuses them too.

    The schema knows the very place inside a value; a field only that it cannot read it.
    """
    found: list[Fault] = []
    for key, told in messages.items() if isinstance(messages, dict) else ():
        refused = _refused(access, key, given[key]) if key in given else []
        found += refused or faults_of({key: told}, ("data",))
    return found or faults_of(messages, ("data",))


def _refused(access: FormAccess, key: str, value: JsonValue) -> list[Fault]:
    """What the form's schema has against one value; nothing where it may not be set at all."""
    if key in access.form.fields and not access.writes(key):
        return []
    return [
        Fault(problem.keyword, problem.message, pointer=f"/data{problem.pointer}")
        for problem in access.form.judge.problems_of(key, value)
    ]


def _known(access: FormAccess, key: str) -> bool:
    return access.sees(key) if key in access.form.fields else access.extends(key)


def _clears(access: FormAccess, key: str, *, merging: bool) -> bool:
    """Whether null says "no value": in a merge, where it is no value of the field."""
    field = access.form.fields.get(key)
    return merging and (field is None or not field.allows_null)


def _unknown(key: str) -> Fault:
    pointer = pointer_of(["data", key])
    if key == "@state":
        return Fault("unknown", "The state changes by transitions only", pointer=pointer)
    return Fault("unknown", f"There is no field '{key}'", pointer=pointer)
