"""Former keys of fields in requests: taken for the field they mean, and the answer says so."""

from flask import Response, g

from form_specs.model import JsonObject, JsonValue, SortKey
from runtime.access import FormAccess
from runtime.api.problems import Fault, invalid


def present_data(access: FormAccess, data: JsonObject) -> JsonObject:
    """Data under the keys that fields have now; raises `ApiError` 422 where both keys are given."""
    found: JsonObject = {}
    for key, value in data.items():
        new = _present(access, key)
        if new in found or (new != key and new in data):
            text = f"'{key}' is a former key of '{new}', which is given too"
            raise invalid([Fault("repeated", text, pointer=f"/data/{key}")])
        found[new] = value
    return found


def present_condition(access: FormAccess, node: JsonValue) -> JsonValue:
    """A condition that speaks of fields by the keys that they have now."""
    if isinstance(node, list):
        return [present_condition(access, item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _present(access, value)
        if key in ("field", "is") and isinstance(value, str)
        else present_condition(access, value)
        for key, value in node.items()
    }


def present_filter(access: FormAccess, text: str) -> str:
    """A filter of an address, by the key that its field has now."""
    if text.lstrip().startswith("{"):
        return text
    path, colon, rest = text.partition(":")
    return f"{_present(access, path)}{colon}{rest}"


def present_sort(access: FormAccess, key: SortKey) -> SortKey:
    """A sort key, by the key that its field has now."""
    return SortKey(_present(access, key.field), key.descending)


def _present(access: FormAccess, key: str) -> str:
    """The key of today; who may not know of the field learns nothing of its former keys."""
    new = access.form.former_keys.get(key)
    if new is None or not access.sees(new):
        return key
    used: dict[str, str] = g.setdefault("former_keys", {})
    used[key] = new
    return new


def tell_of_former_keys(response: Response) -> Response:
    """Says by headers that the request used former keys, and which ones are right."""
    used: dict[str, str] = g.get("former_keys", {})
    if used:
        response.headers["Deprecation"] = "true"
        pairs = ", ".join(f"{old}={new}" for old, new in sorted(used.items()))
        response.headers["Opswright-Former-Keys"] = pairs
    return response
