"""What the API does with batches: files of records come in, are looked at, and taken back."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from flask import Response, g, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from form_specs.exact_json import dumps
from form_specs.model import JsonObject, Right
from form_specs.sheets.errors import UnreadableSheet
from runtime.api.problems import ApiError, Fault, invalid
from runtime.api.query import list_request, parameters
from runtime.api.resources import moment_text
from runtime.api.schemas import BatchesQuery, ImportQuery, RevertQuery
from runtime.batches.columns import keys
from runtime.batches.exporting import TooManyError, Wish, may_export
from runtime.batches.plans import Plan
from runtime.batches.rejects import known_problems
from runtime.batches.service import REVERT
from runtime.storage import batches
from runtime.storage.batches import Batch
from runtime.storage.ids import decode_id, encode_id
from runtime.web.files.export_views import sent
from runtime.web.site.context import FormPlace, here

_ENDINGS: Final = {
    "text/csv": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
AT_ONCE: Final = 1_000
"""As many rows come in before the answer; more in the background."""
_TOLD: Final = 100


def wants_csv() -> bool:
    """Whether a list is asked for as a file."""
    best = request.accept_mimetypes.best_match(["application/json", "text/csv"])
    return best == "text/csv"


def export_records(where: FormPlace) -> Response:
    """The records of a list as CSV, all its pages together."""
    if not may_export(where.access):
        raise _forbidden("export", where)
    asked, _counting = list_request(where.access)
    try:
        return sent(where, Wish(replace(asked, cursor=None)), mark=False)
    except TooManyError as error:
        raise ApiError(422, str(error), kind="invalid") from error


def _forbidden(verb: str, where: FormPlace) -> ApiError:
    return ApiError(403, f"Your role does not allow to {verb} {where.form.spec.plural.lower()}")


def _demand_import(where: FormPlace) -> None:
    if not where.access.can(Right.IMPORT):
        raise _forbidden("import", where)


def import_file(where: FormPlace) -> Response:
    """Brings the rows of the body in: now where they are few, else in the background."""
    _demand_import(where)
    asked = parameters(ImportQuery)
    ending = _ENDINGS.get(request.mimetype)
    if ending is None:
        raise ApiError(415, f"Send Content-Type: {' or '.join(_ENDINGS)}")
    service = here().services.batches
    try:
        batch = _drafted(where, f"{asked['name'] or 'import'}.{ending}")
    except UnreadableSheet as error:
        raise ApiError(422, str(error), kind="invalid") from error
    batch = _planned(where, batch, asked)
    if asked["dry_run"]:
        found = service.check(where.access, batch)
        service.discard(batch)
        problems = known_problems(where.access, found.problems)
        return _answer(found.to_json() | {"problems": problems}, 200)
    service.start(batch)
    now = Plan.from_json(batch.plan).rows <= AT_ONCE
    batch = service.run_now(batch) if now else batch
    return _batch_response(where, batch, 201 if batch.status == "done" else 202)


def _drafted(where: FormPlace, name: str) -> Batch:
    request.max_content_length = here().services.settings.max_upload
    with tempfile.TemporaryDirectory(prefix="opswright-import-") as folder:
        path = Path(folder) / "file"
        try:
            path.write_bytes(request.get_data(cache=False))
        except RequestEntityTooLarge:
            most = here().services.settings.max_upload_mb
            raise ApiError(413, f"A file has at most {most} MB") from None
        return here().services.batches.draft(where.access, path, name)


def _planned(where: FormPlace, batch: Batch, asked: dict[str, Any]) -> Batch:
    plan, key = Plan.from_json(batch.plan), asked["key"]
    unknown = [title for title, name in zip(plan.titles, plan.targets, strict=True) if not name]
    faults = [] if asked["ignore_unknown"] else [_unknown(title) for title in unknown]
    if key and (key not in keys(where.access) or key not in plan.targets):
        message = f"takes a column of the file that is unique: {', '.join(keys(where.access))}"
        faults.append(Fault("invalid", message, parameter="key"))
    if not [name for name in plan.used() if not name.startswith("@")]:
        faults.append(Fault("invalid", "No column of the file is a field that you may set"))
    if faults:
        here().services.batches.discard(batch)
        raise invalid(faults)
    plan = replace(plan, key=key, clears=asked["clear"])
    return here().services.batches.change(batch, plan, asked["name"] or batch.name)


def _unknown(title: str) -> Fault:
    return Fault("unknown", f"'{title}' is no field that you may set; ignore_unknown leaves it out")


def list_batches(where: FormPlace) -> JsonObject:
    """The batches of a form, newest first."""
    _demand_import(where)
    asked = parameters(BatchesQuery)
    found = batches.of_form(
        *(here().conn, where.form.form_id),
        before=_number(asked.get("cursor")),
        limit=asked["limit"] + 1,
    )
    shown = found[: asked["limit"]]
    return {
        "batches": [_batch_json(batch) for batch in shown if _knows(where, batch)],
        "next_cursor": encode_id(shown[-1].id) if len(found) > len(shown) else None,
    }


def _number(cursor: str | None) -> int | None:
    try:
        return decode_id(cursor) if cursor else None
    except ValueError:
        fault = Fault("query", "this is no cursor of a list of batches", parameter="cursor")
        raise invalid([fault]) from None


def read_batch(where: FormPlace, key: str) -> Response:
    """How far a batch is, and the first rows that were refused."""
    return _batch_response(where, _batch(where, key), 200)


def revert_batch(where: FormPlace, key: str) -> Response:
    """Takes a batch back, as a batch of its own."""
    asked = parameters(RevertQuery)
    found = _batch(where, key)
    if found.kind == REVERT or found.status in ("draft", "waiting", "running"):
        raise ApiError(409, "Only an import that has ended can be taken back", kind="refused")
    service = here().services.batches
    made = service.revert(where.access, found, force=asked["force"])
    if batches.record_count(here().conn, found.id) <= AT_ONCE:
        made = service.run_now(made)
    return _batch_response(where, made, 201 if made.status == "done" else 202)


def _batch(where: FormPlace, key: str) -> Batch:
    try:
        found = batches.get(here().conn, decode_id(key))
    except ValueError:
        found = None
    if found is None or found.form_id != where.form.form_id or not _knows(where, found):
        raise ApiError(404, "There is nothing at this address")
    return found


def _knows(where: FormPlace, batch: Batch) -> bool:
    """Whether a batch is there for the bearer: files hold what not everybody may read."""
    return where.access.can(Right.IMPORT) and _may_look(where, batch)


def _may_look(where: FormPlace, batch: Batch) -> bool:
    return batch.created_by == g.person.name or (batch.status != "draft" and where.access.knows_all)


def _batch_json(batch: Batch) -> JsonObject:
    result = batch.result
    names = (
        ("deleted", "undone", "kept")
        if batch.kind == REVERT
        else ("added", "updated", "same", "rejected")
    )
    found: JsonObject = {
        "id": encode_id(batch.id),
        "name": batch.name,
        "kind": batch.kind,
        "status": batch.status,
        "rows": batch.plan.get("rows"),
        "done": result.get("done", 0),
        "message": result.get("message", ""),
        "created_by": batch.created_by,
        "created_at": moment_text(batch.created_at),
    }
    return found | {name: result.get(name, 0) for name in names}


def _batch_response(where: FormPlace, batch: Batch, status: int) -> Response:
    shown = _batch_json(batch)
    with here().services.db.read() as conn:
        rejects = batches.rejects(conn, batch.id, limit=_TOLD)
    shown["problems"] = [
        {"row": None if batch.kind == REVERT else reject.line,
         "record": encode_id(reject.line) if batch.kind == REVERT else None, **told}
        for reject in rejects
        for told in known_problems(where.access, reject.problems)
    ]  # fmt: skip
    response = _answer(shown, status)
    response.location = url_for(
        "api.read_batch", tool=where.tool.key, form=where.form.key, batch=encode_id(batch.id)
    )
    return response


def _answer(content: JsonObject, status: int) -> Response:
    return Response(dumps(content), status, content_type="application/json")
