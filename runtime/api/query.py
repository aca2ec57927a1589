"""What a request asks: query parameters, body and the headers that matter, each read strictly."""

import re
from typing import Any, Final

from flask import g, request
from marshmallow import Schema, ValidationError
from werkzeug.exceptions import RequestEntityTooLarge

from form_specs.language import _
from form_specs.model import JsonObject, JsonValue, SortKey
from form_specs.source import MAX_BYTES, SourceError, parse_source
from runtime.access import FormAccess
from runtime.api.former_keys import present_condition, present_filter, present_sort
from runtime.api.problems import ApiError, Fault, faults_of, invalid
from runtime.api.schemas import RecordsQuery
from runtime.filters import parse_filter
from runtime.gate import Origin
from runtime.reading import ListRequest
from runtime.storage.ids import decode_id

_LISTED: Final = frozenset({"depends", "filter"})
_CONTROL: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_VERSION: Final = re.compile(r'(?:W/)?(?:"([0-9]{1,15})(?:\.[0-9a-f]+)?"|([0-9]{1,15}))')
_MAX_SORT: Final = 5
_MOST_TOLD: Final = 100


# -- query parameters -----------------------------------------------------------------------


def parameters(schema: type[Schema]) -> dict[str, Any]:
    """The query parameters as `schema` types them; raises `ApiError` 422 for each that is wrong."""
    found: dict[str, Any] = {}
    faults: list[Fault] = []
    for name, values in request.args.lists():
        if any(_CONTROL.search(value) for value in values):
            faults.append(Fault("invalid", "holds a control character", parameter=name))
        if name in _LISTED:
            found[name] = values
        elif len(values) > 1:
            faults.append(Fault("repeated", "is given more than once", parameter=name))
        else:
            found[name] = values[0]
    try:
        loaded: dict[str, Any] = schema().load(found)
    except ValidationError as error:
        faults += [_at_parameter(fault) for fault in faults_of(error.messages)]
    if faults:
        raise invalid(faults, "; ".join(f"{fault.parameter}: {fault.message}" for fault in faults))
    return loaded


def _at_parameter(fault: Fault) -> Fault:
    name = (fault.pointer or "/").split("/")[1]
    return Fault(fault.code, fault.message, parameter=name)


def list_request(access: FormAccess) -> tuple[ListRequest, bool]:
    """What a list asks for, and whether to count; raises `ApiError` and `QueryError`."""
    asked = parameters(RecordsQuery)
    wanted = ListRequest(
        filters=tuple(_filter(access, text) for text in asked["filter"]),
        sort=tuple(present_sort(access, key) for key in _sort(asked.get("sort", ""))),
        search=asked["q"],
        batch=_batch(asked.get("batch")),
        cursor=asked.get("cursor") or None,
        limit=asked["limit"],
    )
    return wanted, asked["count"]


def _batch(text: str | None) -> int | None:
    try:
        return decode_id(text) if text else None
    except ValueError:
        raise invalid([Fault("query", "this is no id of a batch", parameter="batch")]) from None


def _filter(access: FormAccess, text: str) -> JsonObject:
    found = present_condition(access, parse_filter(access, present_filter(access, text)))
    assert isinstance(found, dict)
    return found


def _sort(text: str) -> tuple[SortKey, ...]:
    words = [word for word in text.split(",") if word]
    if len(words) > _MAX_SORT:
        raise invalid([Fault("invalid", f"takes at most {_MAX_SORT} fields", parameter="sort")])
    return tuple(SortKey(word.removeprefix("-"), word.startswith("-")) for word in words)


# -- headers --------------------------------------------------------------------------------


def given_version(*, required: bool = False) -> int | None:
    """The version that `If-Match` names.

    `*` names whatever version there is, and is answered by none, as is a missing header.
    Raises `ApiError` 428 where it is `required` and missing, 400 where it names no version.
    """
    header = request.headers.get("If-Match")
    if header is None:
        if required:
            detail = "Send If-Match with the ETag (or version) of the record that you changed"
            raise ApiError(428, detail, kind="unversioned")
        return None
    if header.strip() == "*":
        return None
    match = _VERSION.fullmatch(header.strip())
    if match is None:
        raise ApiError(400, "If-Match holds no ETag that this API made", kind="malformed")
    return int(match[1] or match[2])


def api_origin() -> Origin:
    """Where a change comes from; raises `ApiError` 400 for an unusable idempotency key."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not _KEY.fullmatch(key):
        detail = "Idempotency-Key takes 1 to 200 visible ASCII characters"
        raise ApiError(400, detail, kind="malformed")
    return Origin(
        "api",
        request_id=g.request_id,
        idempotency_key=f"api:{g.person.name}:{key}" if key is not None else None,
    )


# -- bodies ---------------------------------------------------------------------------------


def body(schema: type[Schema], *, optional: bool = False) -> dict[str, Any]:
    """The JSON body as `schema` types it; where `optional`, none at all is an empty one.

    Raises `ApiError`: 400 for what is no JSON, 413, 415, 422 for what the schema does not take.
    """
    raw = _raw_body()
    if not raw and optional:
        return {}
    if not _is_json(request.mimetype):
        raise ApiError(415, "Send Content-Type: application/json")
    document = _parsed(raw)
    if not isinstance(document, dict):
        raise invalid([Fault("type", "The body is a JSON object", pointer="")])
    try:
        found: dict[str, Any] = schema().load(document)
    except ValidationError as error:
        raise invalid(faults_of(error.messages)) from error
    return found


def _raw_body() -> bytes:
    # One more: a body without a length is cut at the limit, not refused.
    request.max_content_length = MAX_BYTES + 1
    try:
        raw = request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise _too_large() from None
    if len(raw) > MAX_BYTES:
        raise _too_large()
    return raw


def _too_large() -> ApiError:
    return ApiError(413, f"A body has at most {MAX_BYTES:,} bytes")


def _is_json(mimetype: str) -> bool:
    return mimetype == "application/json" or (
        mimetype.startswith("application/") and mimetype.endswith("+json")
    )


def _parsed(raw: bytes) -> JsonValue:
    try:
        return parse_source(raw, exact=True).document
    except SourceError as error:
        unkeepable = [fault.pointer for fault in error.faults if fault.is_json]
        if len(unkeepable) == len(error.faults):
            raise invalid([_unkeepable(pointer) for pointer in unkeepable[:_MOST_TOLD]]) from error
        raise ApiError(400, str(error), kind="malformed") from error


def _unkeepable(pointer: str) -> Fault:
    message = _("This holds NUL or half of a character, which cannot be kept")
    return Fault("text", message, pointer=pointer)


def record_data(document: dict[str, Any]) -> JsonObject:
    """The `data` of a body that may leave it out."""
    found: JsonObject = document.get("data") or {}
    return found
