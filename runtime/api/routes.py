"""The addresses of the API; what they do stands in `records` and `resources`."""

from flask import Blueprint, Response, g
from flask.blueprints import BlueprintSetupState

from form_specs.model import JsonObject
from runtime.api import batches, problems, records
from runtime.api.authentication import answer_nowhere, identify
from runtime.api.former_keys import tell_of_former_keys
from runtime.api.openapi import description
from runtime.api.resources import tool_json, tool_summary
from runtime.web.site.context import here, tool_or_404
from runtime.web.site.protection import csrf

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
blueprint.before_request(identify)
blueprint.after_request(tell_of_former_keys)
blueprint.register_error_handler(Exception, problems.answer)
for _code in problems.HANDLED:
    blueprint.register_error_handler(_code, problems.answer)


@blueprint.record_once
def _install(state: BlueprintSetupState) -> None:
    # First of all, or an address that leads nowhere would be answered as a page's is.
    state.app.before_request_funcs.setdefault(None, []).insert(0, answer_nowhere)
    # No cookie authenticates the API, so there is nothing that another site could make use of.
    csrf.exempt(blueprint)


def api() -> Blueprint:
    """The blueprint of the API, below `/api/v1`."""
    return blueprint


_FORM = "/tools/<tool>/forms/<form>"
_RECORD = f"{_FORM}/records/<record_id>"


@blueprint.get("/openapi.json")
def describe() -> JsonObject:
    """The OpenAPI document; with a token it also tells of the bearer's own tools."""
    return description(here().access, here().tools if g.person.name else [])


@blueprint.get("/tools")
def tools() -> JsonObject:
    """The tools that exist for the bearer."""
    return {"tools": [tool_summary(tool) for tool in here().tools]}


@blueprint.get("/tools/<tool>")
def tool(tool: str) -> JsonObject:
    """One tool: its forms, views and actions."""
    return tool_json(tool_or_404(tool), here().access)


@blueprint.get(f"{_FORM}/records")
def list_records(tool: str, form: str) -> Response:
    """Records of a form, a page as JSON or all as CSV."""
    if batches.wants_csv():
        return batches.export_records(records.place(tool, form))
    return records.json_response(records.list_records(records.place(tool, form)))


@blueprint.get(f"{_FORM}/choices/<field>")
def list_choices(tool: str, form: str, field: str) -> Response:
    """What a field offers."""
    return records.json_response(records.list_choices(records.place(tool, form), field))


@blueprint.post(f"{_FORM}/records")
def create_record(tool: str, form: str) -> Response:
    """A new record."""
    return records.create_record(records.place(tool, form))


@blueprint.post(f"{_FORM}/records/batches")
def import_file(tool: str, form: str) -> Response:
    """Brings the records of a file in."""
    return batches.import_file(records.place(tool, form))


@blueprint.get(f"{_FORM}/records/batches")
def list_batches(tool: str, form: str) -> Response:
    """What came in by files."""
    return records.json_response(batches.list_batches(records.place(tool, form)))


@blueprint.get(f"{_FORM}/records/batches/<batch>")
def read_batch(tool: str, form: str, batch: str) -> Response:
    """How far a batch is."""
    return batches.read_batch(records.place(tool, form), batch)


@blueprint.post(f"{_FORM}/records/batches/<batch>/revert")
def revert_batch(tool: str, form: str, batch: str) -> Response:
    """Takes a batch back."""
    return batches.revert_batch(records.place(tool, form), batch)


@blueprint.get(_RECORD, endpoint="record")
def read_record(tool: str, form: str, record_id: str) -> Response:
    """One record."""
    return records.read_record(records.place(tool, form), record_id)


@blueprint.patch(_RECORD)
def patch_record(tool: str, form: str, record_id: str) -> Response:
    """Sets some fields of a record."""
    return records.patch_record(records.place(tool, form), record_id)


@blueprint.delete(_RECORD)
def delete_record(tool: str, form: str, record_id: str) -> Response:
    """Deletes a record."""
    return records.delete_record(records.place(tool, form), record_id)


@blueprint.post(f"{_RECORD}/transitions/<name>")
def take_transition(tool: str, form: str, record_id: str, name: str) -> Response:
    """Takes a record along a transition."""
    return records.take_transition(records.place(tool, form), record_id, name)


@blueprint.post(f"{_RECORD}/actions/<name>")
def run_action(tool: str, form: str, record_id: str, name: str) -> Response:
    """Runs an action on a record."""
    return records.run_action(records.place(tool, form), record_id, name)


@blueprint.get(f"{_RECORD}/events")
def list_events(tool: str, form: str, record_id: str) -> Response:
    """What happened to a record."""
    return records.json_response(records.list_events(records.place(tool, form), record_id))


@blueprint.get(f"{_RECORD}/comments")
def list_comments(tool: str, form: str, record_id: str) -> Response:
    """What people wrote about a record."""
    return records.json_response(records.list_comments(records.place(tool, form), record_id))


@blueprint.post(f"{_RECORD}/comments")
def add_comment(tool: str, form: str, record_id: str) -> Response:
    """Writes a comment."""
    return records.add_comment(records.place(tool, form), record_id)
