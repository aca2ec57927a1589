"""Errors as RFC 9457 problem details, each with every reason and where it stands in the request."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatch
from http import HTTPStatus
from typing import Any, Final

from flask import Response, g
from werkzeug.exceptions import HTTPException

from form_specs.exact_json import dumps
from form_specs.model import JsonObject
from form_specs.problem import pointer_of
from runtime.access import FormAccess
from runtime.api.resources import record_json, version_json
from runtime.failures import failure
from runtime.gate import (
    Check,
    Reason,
    RecordNotFoundError,
    RefusedError,
    SameKeyError,
    StaleError,
)
from runtime.hooks.answers import HookFailed
from runtime.reading import QueryError, RecordView
from runtime.storage.errors import InvalidCursor, StorageError
from runtime.storage.records import StoredRecord
from runtime.web.site.context import here

log = logging.getLogger("opswright.api")

HANDLED: Final = (400, 401, 403, 404, 405, 406, 408, 411, 413, 414, 415, 422, 429, 500, 503)
"""Codes for which the API has its own answer, whatever pages answer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request, where it stands: in the body or in a query parameter."""

    code: str
    message: str
    pointer: str | None = None
    parameter: str | None = None

    def to_json(self) -> JsonObject:
        found: JsonObject = {"pointer": self.pointer, "parameter": self.parameter}
        found |= {"code": self.code, "message": self.message}
        return {key: value for key, value in found.items() if value is not None}


class ApiError(Exception):
    """A request that is answered with a problem."""

    def __init__(
        self,
        status: int,
        detail: str,
        faults: Sequence[Fault] = (),
        *,
        kind: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.problem = Problem(status, detail, tuple(faults), kind=kind, headers=headers or {})


def invalid(faults: Sequence[Fault], detail: str = "") -> ApiError:
    """422: the request was understood and cannot be taken as it is."""
    return ApiError(422, detail or _summary(faults), faults, kind="invalid")


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem document on its way out."""

    status: int
    detail: str = ""
    errors: tuple[Fault, ...] = ()
    kind: str = ""
    """What went wrong, for programs; empty: no more than the status says."""
    headers: Mapping[str, str] = field(default_factory=dict)
    more: JsonObject = field(default_factory=dict)

    def response(self) -> Response:
        body: JsonObject = {
            "type": f"urn:opswright:problem:{self.kind}" if self.kind else "about:blank",
            "title": _TITLES.get(self.kind) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "instance": f"urn:opswright:request:{g.get('request_id', '')}",
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = [fault.to_json() for fault in self.errors]
        response = Response(dumps(body | self.more), self.status)
        response.content_type = "application/problem+json"
        response.headers.update(self.headers)
        return response


_TITLES: Final = {
    "invalid": "The request holds something that cannot be taken",
    "malformed": "The request is no JSON that can be read",
    "stale": "The record was changed meanwhile",
    "refused": "The change was refused",
    "forbidden": "Your role does not allow this",
    "same-key": "The idempotency key was used for another request",
    "unversioned": "The version that the change is based on is missing",
    "unavailable": "Try again in a moment",
}


def answer(error: Exception) -> Response:
    """The response to anything that a request of the API can raise."""
    return problem_of(error).response()


@singledispatch
def problem_of(error: Exception) -> Problem:
    """The problem that an error is; what nobody foresaw is logged and told by its id only."""
    log.error("request %s failed", g.get("request_id"), exc_info=error)
    return Problem(500)


@problem_of.register
def _(error: ApiError) -> Problem:
    return error.problem


@problem_of.register
def _(error: HTTPException) -> Problem:
    if error.code is None or error.code >= 500:
        return Problem(error.code or 500)
    allowed = getattr(error, "valid_methods", None)
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else {}
    return Problem(error.code, _DETAILS.get(error.code, ""), headers=headers)


_DETAILS: Final = {
    404: "There is nothing at this address",
    405: "This address does not take that method",
    413: "The request is larger than is taken",
}


@problem_of.register
def _(error: QueryError) -> Problem:
    fault = Fault("query", error.message, parameter=error.parameter)
    return invalid([fault]).problem


@problem_of.register
def _(error: InvalidCursor) -> Problem:
    return invalid(
        [Fault("query", "this cursor belongs to another list", parameter="cursor")]
    ).problem


@problem_of.register
def _(error: RecordNotFoundError) -> Problem:
    return Problem(404, _DETAILS[404])


@problem_of.register
def _(error: SameKeyError) -> Problem:
    return Problem(422, str(error), kind="same-key")


@problem_of.register
def _(error: HookFailed) -> Problem:
    log.error("request %s failed in a hook", g.get("request_id"), exc_info=error)
    return Problem(503, "A hook did not answer", kind="unavailable", headers={"Retry-After": "5"})


@problem_of.register
def _(error: StorageError) -> Problem:
    log.error("request %s failed in the store: %s", g.get("request_id"), error)
    told = failure(error)
    headers = {"Retry-After": str(told.retry_after)}
    return Problem(told.status, told.title, kind="unavailable", headers=headers)


@problem_of.register
def _(error: RefusedError) -> Problem:
    kind = {403: "forbidden", 422: "invalid"}.get(error.status, "refused")
    faults = tuple(_fault(reason) for reason in error.reasons)
    return Problem(error.status, _summary(faults), faults, kind=kind)


def _fault(reason: Reason) -> Fault:
    return Fault(reason.code, reason.message, pointer=_pointer(reason))


def _pointer(reason: Reason) -> str | None:
    if reason.check is Check.COMMENT:
        return "/comment"
    access = g.get("api_form")
    if reason.field is None or (
        access is not None and reason.field in access.form.fields and not access.sees(reason.field)
    ):
        return None
    return f"/data{reason.pointer}" if reason.pointer else pointer_of(["data", reason.field])


@problem_of.register
def _(error: StaleError) -> Problem:
    access = g.api_form
    more: JsonObject = {
        "current": record_json(_viewed(access, error.current)),
        "base": version_json(_viewed(access, replace(error.current, document=error.base))),
        "conflicts": [key for key in error.conflicts if access.sees(key)],
    }
    detail = f"The record is at version {error.current.version} now; read it and try again"
    return Problem(409, detail, kind="stale", more=more)


def _viewed(access: FormAccess, stored: StoredRecord) -> RecordView:
    return here().records.view(here().conn, access, stored)


def _summary(faults: Iterable[Fault]) -> str:
    return "; ".join(dict.fromkeys(fault.message for fault in faults))[:500]


def faults_of(messages: Any, steps: tuple[str | int, ...] = ()) -> list[Fault]:
    """From nested messages of marshmallow to faults with JSON pointers."""
    if isinstance(messages, Mapping):
        return [
            fault
            for step, inner in messages.items()
            for fault in faults_of(inner, steps if step == "_schema" else (*steps, step))
        ]
    texts = messages if isinstance(messages, list | tuple) else [messages]
    return [
        Fault(_CODES.get(str(text), "invalid"), str(text), pointer=pointer_of(steps))
        for text in texts
    ]


_CODES: Final = {
    "Unknown field.": "unknown",
    "Missing data for required field.": "required",
}
