"""What the API does with records: each function is the body of one route."""

from typing import Any
from zlib import crc32

from flask import Response, g, request, url_for

from components.base import ABSENT, Wanted
from form_specs.exact_json import dumps
from form_specs.model import JsonObject, Right
from form_specs.problem import pointer_of
from runtime.api.problems import ApiError, Fault, invalid
from runtime.api.query import (
    api_origin,
    body,
    given_version,
    list_request,
    parameters,
    record_data,
)
from runtime.api.resources import comment_json, event_json, record_json
from runtime.api.schemas import (
    ActionBody,
    ChoicesQuery,
    CommentBody,
    HistoryQuery,
    RecordBody,
    TransitionBody,
)
from runtime.api.values import typed_values
from runtime.compiling.reactions import Finding
from runtime.gate import Outcome, RecordNotFoundError
from runtime.reading import RecordView
from runtime.storage import comments
from runtime.storage.ids import decode_id, encode_id
from runtime.web.site.context import FormPlace, here, id_or_404, place_or_404, record_or_404


def place(tool: str, form: str) -> FormPlace:
    """The form, where it exists for the bearer; 404 else."""
    found = place_or_404(tool, form)
    g.api_form = found.access
    return found


def json_response(content: JsonObject, status: int = 200) -> Response:
    return Response(dumps(content), status, content_type="application/json")


# -- reading --------------------------------------------------------------------------------


def list_records(where: FormPlace) -> JsonObject:
    """One page of the form's records."""
    if not where.access.can(Right.READ):
        raise ApiError(403, f"Your role does not allow to read {where.form.spec.plural.lower()}")
    wanted, counting = list_request(where.access)
    page = here().records.page(here().conn, where.access, wanted)
    answer: JsonObject = {
        "records": [record_json(view) for view in page.records],
        "next_cursor": page.next_cursor,
        "previous_cursor": page.previous_cursor,
    }
    if counting:
        count = here().records.count(here().conn, where.access, wanted)
        answer["count"] = {"number": count.number, "capped": count.capped}
    return answer


def list_choices(where: FormPlace, key: str) -> JsonObject:
    """What a field offers to the bearer."""
    asked = parameters(ChoicesQuery)
    field = where.form.fields.get(key)
    offers = field is not None and (field.has_choices or field.spec.link is not None)
    if field is None or not offers or not where.access.reads(key):
        raise ApiError(404, f"There is no field '{key}' that offers choices")
    wanted = Wanted(asked["q"], tuple(filter(None, asked["depends"])), asked["limit"])
    found = here().directory(where.access).offers(field, wanted)
    return {
        "choices": [
            {"key": c.key, "title": c.title, "note": c.note, "color": c.color.value}
            for c in found.items
        ],
        "complete": found.complete,
        "problem": found.problem,
    }


def read_record(where: FormPlace, record_id: str) -> Response:
    """One record; 304 where the client holds it as it is."""
    response = _with_etag(where, record_or_404(where, record_id))
    known = request.if_none_match
    if known and known.contains_weak(response.get_etag()[0] or ""):
        response.status_code = 304
        response.set_data(b"")
        del response.headers["Content-Type"]
    return response


def list_events(where: FormPlace, record_id: str) -> JsonObject:
    """What happened to a record, newest first."""
    asked = parameters(HistoryQuery)
    record = record_or_404(where, record_id)
    before = _event_number(asked.get("cursor"))
    limit = asked["limit"]
    found = here().records.history(here().conn, record, limit=limit + 1, before=before)
    more = len(found) > limit
    return {
        "events": [event_json(where.access, event) for event in found[:limit]],
        "next_cursor": encode_id(found[limit - 1].seq) if more else None,
    }


def _event_number(cursor: str | None) -> int | None:
    if not cursor:
        return None
    try:
        return decode_id(cursor)
    except ValueError:
        fault = Fault("query", "this is no cursor of a history", parameter="cursor")
        raise invalid([fault]) from None


def list_comments(where: FormPlace, record_id: str) -> JsonObject:
    """What people wrote about a record, oldest first."""
    record = record_or_404(where, record_id)
    found = comments.listed(here().conn, where.form.form_id, record.stored.id)
    return {"comments": [comment_json(comment) for comment in found]}


# -- changing -------------------------------------------------------------------------------


def create_record(where: FormPlace) -> Response:
    """A new record."""
    values = typed_values(where.access, body(RecordBody)["data"])
    outcome = here().services.gate.create(where.access, values, api_origin())
    response = _changed(where, outcome, 201)
    response.location = url_for(
        "api.record",
        tool=where.tool.key,
        form=where.form.key,
        record_id=encode_id(outcome.record_id),
    )
    return response


def patch_record(where: FormPlace, record_id: str) -> Response:
    """Sets some fields of a record; null takes a value away."""
    version = given_version(required=True)
    values = typed_values(where.access, body(RecordBody)["data"], merging=True)
    values = _without_nulls_there(where, record_id, values)
    if version is None:
        version = record_or_404(where, record_id).stored.version
    outcome = here().services.gate.update(
        where.access, id_or_404(record_id), values, api_origin(), version=version
    )
    return _changed(where, outcome)


def _without_nulls_there(
    where: FormPlace, record_id: str, values: dict[str, Any]
) -> dict[str, Any]:
    """The values less the nulls that the record holds beside its fields: sent back, they stay."""
    fields = where.access.form.fields
    if not any(value is ABSENT and key not in fields for key, value in values.items()):
        return values
    nulls = {k for k, v in record_or_404(where, record_id).data().items() if v is None}
    return {k: v for k, v in values.items() if v is not ABSENT or k in fields or k not in nulls}


def delete_record(where: FormPlace, record_id: str) -> Response:
    """Deletes a record; it can be restored in the pages."""
    here().services.gate.delete(
        where.access, id_or_404(record_id), api_origin(), version=given_version()
    )
    return Response(status=204)


def take_transition(where: FormPlace, record_id: str, name: str) -> Response:
    """Takes a record along a transition of its workflow."""
    workflow = where.form.workflow
    if workflow is None or name not in workflow.transitions:
        raise RecordNotFoundError
    sent = body(TransitionBody, optional=True)
    outcome = here().services.gate.transition(
        where.access,
        id_or_404(record_id),
        name,
        api_origin(),
        version=given_version(),
        values=typed_values(where.access, record_data(sent), merging=True),
        comment=sent.get("comment"),
    )
    return _changed(where, outcome)


def run_action(where: FormPlace, record_id: str, name: str) -> Response:
    """Runs an action of the form on a record."""
    if name not in where.form.actions:
        raise RecordNotFoundError
    body(ActionBody, optional=True)
    outcome = here().services.gate.act(
        where.access, id_or_404(record_id), name, api_origin(), version=given_version()
    )
    return _changed(where, outcome)


def add_comment(where: FormPlace, record_id: str) -> Response:
    """Writes a comment on a record."""
    text = body(CommentBody)["body"].strip()
    if not text:
        raise invalid([Fault("required", "Write something", pointer="/body")])
    number = id_or_404(record_id)
    outcome = here().services.gate.comment(where.access, number, text, api_origin())
    written = comments.listed(here().conn, where.form.form_id, number)
    found = [comment for comment in written if comment.id == outcome.comment_id]
    return json_response(comment_json(found[0]) if found else {}, 201)


def _changed(where: FormPlace, outcome: Outcome, status: int = 200) -> Response:
    """The record as it is after a change; only its id and version where it left the bearer's sight."""
    view = here().records.get(here().conn, where.access, outcome.record_id)
    if view is None:
        gone: JsonObject = {"id": encode_id(outcome.record_id), "version": outcome.version}
        response = json_response(gone, status)
    else:
        response = _with_etag(where, view, status, outcome.warnings)
    if outcome.replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _with_etag(
    where: FormPlace, view: RecordView, status: int = 200, told: tuple[Finding, ...] = ()
) -> Response:
    """The record with its ETag: the version, and a mark that differs where rights show more or less.

    With it what rules warn of: those that the change was `told`, else those of the record as it is.
    """
    shown = record_json(view)
    warnings = told or view.warnings
    if warnings:
        shown["warnings"] = [_warning(finding) for finding in warnings]
    response = json_response(shown, status)
    response.set_etag(f"{view.stored.version}.{crc32(response.get_data()):08x}")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _warning(finding: Finding) -> JsonObject:
    told: JsonObject = {"message": finding.message}
    return told | ({"pointer": pointer_of(["data", finding.field])} if finding.field else {})
