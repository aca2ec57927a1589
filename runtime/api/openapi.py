"""The API's description of itself, in OpenAPI 3.1.

Everybody gets the addresses and envelopes.  A bearer also gets the schema of the records of
each form that exists for them, with the fields that they may know.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from form_specs.model import JsonObject, JsonValue, Right
from runtime.access import Access, FormAccess
from runtime.api import schemas
from runtime.compiling.tool import CompiledTool

_JSON: Final = "application/json"
_PROBLEM: Final = "application/problem+json"
_FORM: Final = "/api/v1/tools/{tool}/forms/{form}/records"
_CHOICES: Final = "/api/v1/tools/{tool}/forms/{form}/choices/{field}"
_RECORD: Final = f"{_FORM}/{{record_id}}"
_BATCHES: Final = f"{_FORM}/batches"
_CSV: Final = "text/csv"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WHOLE_SCHEMA: Final = frozenset({"type", "properties", "required", "$defs", "$schema", "$id"})
"""What a form's schema says beside fields may tell of any of them, so few are given all of it."""

_PROBLEMS: Final = {
    "400": "The body is no JSON, or a header cannot be read",
    "401": "No valid token",
    "403": "Your role does not allow it",
    "404": "There is no such thing for you",
    "409": "Somebody changed the record meanwhile, or its workflow refuses",
    "413": "Too large",
    "415": "The body is not application/json",
    "422": "Something in the request cannot be taken; `errors` says what and where",
    "428": "If-Match is missing",
    "429": "Too many requests; Retry-After says when to go on",
    "503": "The store does not answer; Retry-After says when to try again",
}
_ALWAYS: Final = ("401", "404", "429", "503")
_BODY: Final = ("400", "409", "413", "415", "422", "403")

_DESCRIPTION: Final = """Records of published tools.

Send `Authorization: Bearer TOKEN`; `opswright token add USER` makes one. Ask for this document
with your token to get the schemas of your own tools as well. Errors are RFC 9457 problem
details. A POST with an `Idempotency-Key` may be sent again without harm.
"""


def description(access: Access, tools: Iterable[CompiledTool] = ()) -> JsonObject:
    """The OpenAPI document, with the record schemas of `tools` as far as `access` knows them."""
    spec = APISpec(
        title="Opswright",
        version="1",
        openapi_version="3.1.0",
        info={"description": _DESCRIPTION},
        plugins=[MarshmallowPlugin(schema_name_resolver=_schema_name)],
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    for status, text in _PROBLEMS.items():
        spec.components.response(f"problem{status}", _answer(text, schemas.Problem, _PROBLEM))
    for path, operations in _paths().items():
        spec.path(path, operations=operations, parameters=_path_parameters(path))
    for tool in tools:
        for form in access.forms(tool):
            _describe_form(spec, tool, form)
    document: JsonObject = spec.to_dict()
    return document


def _schema_name(schema: Any) -> str:
    kind = schema if isinstance(schema, type) else type(schema)
    return str(kind.__name__)


# -- the addresses --------------------------------------------------------------------------


def _paths() -> dict[str, dict[str, Any]]:
    return {
        "/api/v1/openapi.json": {
            "get": {
                "operationId": "describe",
                "summary": "This document",
                "security": [{}, {"token": []}],
                "responses": {"200": {"description": "An OpenAPI document"}},
            }
        },
        "/api/v1/tools": {"get": _operation("listTools", "Your tools", schemas.ToolList)},
        "/api/v1/tools/{tool}": {"get": _operation("readTool", "A tool", schemas.Tool)},
        _FORM: {"get": _list_operation(), "post": _create_operation()},
        _CHOICES: {
            "get": _operation(
                "listChoices",
                "What a field with choices or links offers",
                schemas.ChoiceList,
                query=schemas.ChoicesQuery,
            )
        },
        _BATCHES: {
            "get": _operation(
                "listBatches",
                "What came in by files",
                schemas.BatchList,
                query=schemas.BatchesQuery,
            ),
            "post": _import_operation(),
        },
        f"{_BATCHES}/{{batch}}": {
            "get": _operation("readBatch", "How far a batch is", schemas.Batch)
        },
        f"{_BATCHES}/{{batch}}/revert": {
            "post": _accepted(
                _operation(
                    "revertBatch",
                    "Take a batch back",
                    schemas.Batch,
                    query=schemas.RevertQuery,
                    status="201",
                )
            )
        },
        _RECORD: {
            "get": _operation("readRecord", "A record", schemas.Record, headers=("If-None-Match",)),
            "patch": _operation(
                "changeRecord",
                "Set some fields of a record",
                schemas.Record,
                sent=schemas.RecordBody,
                headers=("If-Match!", "Idempotency-Key"),
            ),
            "delete": _delete_operation(),
        },
        f"{_RECORD}/transitions/{{name}}": {
            "post": _operation(
                "takeTransition",
                "Take a record along a transition",
                schemas.Record,
                sent=schemas.TransitionBody,
                headers=("If-Match", "Idempotency-Key"),
            )
        },
        f"{_RECORD}/actions/{{name}}": {
            "post": _operation(
                "runAction",
                "Run an action on a record",
                schemas.Record,
                sent=schemas.ActionBody,
                headers=("If-Match", "Idempotency-Key"),
            )
        },
        f"{_RECORD}/events": {
            "get": _operation(
                "listEvents", "What happened", schemas.EventList, query=schemas.HistoryQuery
            )
        },
        f"{_RECORD}/comments": {
            "get": _operation("listComments", "What people wrote", schemas.CommentList),
            "post": _operation(
                "addComment",
                "Write a comment",
                schemas.Comment,
                sent=schemas.CommentBody,
                status="201",
                headers=("Idempotency-Key",),
            ),
        },
    }


def _list_operation(records: Any = schemas.RecordList, name: str = "listRecords") -> dict[str, Any]:
    found = _operation(name, "Records, page by page", records, query=schemas.RecordsQuery)
    # With `Accept: text/csv` all of the list at once, for those who may export.
    found["responses"]["200"]["content"][_CSV] = {"schema": {"type": "string"}}
    return found


def _import_operation() -> dict[str, Any]:
    """A file comes in; with `dry_run` it is only looked at."""
    found = _operation(
        "importFile", "Bring a file in", schemas.Batch, query=schemas.ImportQuery, status="201"
    )
    file = {"schema": {"type": "string", "format": "binary"}}
    found["requestBody"] = {"required": True, "content": {_CSV: file, _XLSX: file}}
    found["responses"]["200"] = {"description": "What would become of the rows"}
    found["responses"] |= _problems(("400", "413", "415", "422", "403"))
    return _accepted(found)


def _accepted(operation: dict[str, Any]) -> dict[str, Any]:
    operation["responses"]["202"] = _answer("Under way", schemas.Batch)
    operation["responses"] |= _problems(("403", "409"))
    return operation


def _create_operation(
    record: Any = schemas.Record, sent: Any = schemas.RecordBody, name: str = "createRecord"
) -> dict[str, Any]:
    return _operation(
        name, "A new record", record, sent=sent, status="201", headers=("Idempotency-Key",)
    )


def _delete_operation() -> dict[str, Any]:
    found = _operation(
        "deleteRecord", "Delete a record", None, headers=("If-Match", "Idempotency-Key")
    )
    found["responses"] = {"204": {"description": "It is deleted"}} | _problems(("403", "409"))
    return found


def _operation(
    name: str,
    summary: str,
    answered: Any,
    **more: Any,
) -> dict[str, Any]:
    """An operation; `more`: the schema `sent`, the `query` schema, `headers` (`!`: required), `status`."""
    sent, query, status = more.get("sent"), more.get("query"), more.get("status", "200")
    found: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "responses": {status: _answer("Done", answered)}
        | _problems(_BODY if sent else ("403", "422") if query else ()),
    }
    parameters = [_header(header) for header in more.get("headers", ())]
    if "If-Match!" in more.get("headers", ()):
        found["responses"] |= _problems(("428",))
    if query:
        parameters.append({"in": "query", "schema": query})
    if parameters:
        found["parameters"] = parameters
    if sent:
        found["requestBody"] = {"content": {_JSON: {"schema": sent}}}
    return found


def _header(name: str) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name.rstrip("!"),
        "required": name.endswith("!"),
        "schema": {"type": "string"},
    }


def _answer(text: str, schema: Any, content_type: str = _JSON) -> dict[str, Any]:
    found: dict[str, Any] = {"description": text}
    if schema is not None:
        found["content"] = {content_type: {"schema": schema}}
    return found


def _problems(statuses: Iterable[str]) -> dict[str, Any]:
    return {status: f"problem{status}" for status in sorted({*_ALWAYS, *statuses})}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [
        {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}
        for name in names
    ]


# -- the bearer's own forms -----------------------------------------------------------------


def _describe_form(spec: APISpec, tool: CompiledTool, access: FormAccess) -> None:
    """The schema of a form's records, and the two addresses that most programs use, typed by it."""
    name = f"{tool.key}.{access.form.key}"
    spec.components.schema(name, record_schema(access, name))
    data = _ref(name)
    listed = {"type": "array", "items": _ref(f"{name}.record")}
    spec.components.schema(f"{name}.record", {"allOf": [_ref("Record"), _with_data(data)]})
    spec.components.schema(
        f"{name}.list",
        {"allOf": [_ref("RecordList"), {"type": "object", "properties": {"records": listed}}]},
    )
    body: dict[str, Any] = {
        "type": "object",
        "required": ["data"],
        "properties": {"data": data},
        "additionalProperties": False,
    }
    operations: dict[str, Any] = {}
    if access.can(Right.READ):
        operations["get"] = _list_operation(_ref(f"{name}.list"), f"list_{name}")
    if access.can(Right.CREATE):
        operations["post"] = _create_operation(_ref(f"{name}.record"), body, f"create_{name}")
    spec.path(f"/api/v1/tools/{tool.key}/forms/{access.form.key}/records", operations=operations)


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _with_data(data: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"data": data}}


def record_schema(access: FormAccess, name: str) -> dict[str, Any]:
    """The JSON Schema of what this person may know of a form's records."""
    schema = access.form.spec.schema
    keys = [key for key in access.form.fields if access.sees(key)]
    found: dict[str, Any] = {"type": "object"}
    if access.knows_all:
        found |= {key: value for key, value in schema.items() if key not in _WHOLE_SCHEMA}
    found["properties"] = {key: _property(access, key) for key in keys}
    required = [key for key in schema.get("required", ()) if key in keys]
    if required:
        found["required"] = required
    definitions = schema.get("$defs", {})
    needed = _needed(found, definitions)
    if needed:
        found["$defs"] = needed
    return _moved(found, name)  # type: ignore[no-any-return]


def _property(access: FormAccess, key: str) -> dict[str, Any]:
    found = {k: v for k, v in access.form.spec.schema["properties"][key].items() if k != "x-ops"}
    return found if access.writes(key) else found | {"readOnly": True}


def _needed(schema: JsonValue, definitions: Mapping[str, Any]) -> dict[str, Any]:
    """The definitions that a schema refers to, and those that they refer to."""
    found: dict[str, Any] = {}
    waiting: list[Any] = [schema]
    while waiting:
        for ref in _refs(waiting.pop()):
            name = ref.removeprefix("#/$defs/").split("/")[0]
            if name in definitions and name not in found:
                found[name] = definitions[name]
                waiting.append(definitions[name])
    return found


def _refs(node: Any) -> list[str]:
    if isinstance(node, Mapping):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in _refs(value)]
    return []


def _moved(node: Any, name: str) -> Any:
    """A schema whose references hold also as a part of the whole document."""
    if isinstance(node, Mapping):
        return {
            key: _moved_ref(value, name)
            if key == "$ref" and isinstance(value, str)
            else _moved(value, name)
            for key, value in node.items()
        }
    return [_moved(value, name) for value in node] if isinstance(node, list) else node


def _moved_ref(ref: str, name: str) -> str:
    if ref == "#":
        return f"#/components/schemas/{name}"
    return f"#/components/schemas/{name}{ref[1:]}" if ref.startswith("#/") else ref
