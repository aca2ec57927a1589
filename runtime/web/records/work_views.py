"""Handlers of what is done to a record beside editing it."""

from collections.abc import Callable
from dataclasses import replace

import structlog
from flask import abort, jsonify, request
from werkzeug.wrappers import Response

from form_specs.language import _, marked
from form_specs.model import Right, Transition
from runtime.failures import failure
from runtime.gate import (
    Outcome,
    RecordNotFoundError,
    RefusedError,
    SameKeyError,
    StaleError,
    Upload,
)
from runtime.reading import RecordView
from runtime.storage import attachments
from runtime.storage.errors import StorageError
from runtime.storage.ids import encode_id
from runtime.web.contexts import FormError
from runtime.web.forms.fields import values_of
from runtime.web.records.draft_keeping import (
    comment_scope,
    draft_post,
    draft_time,
    kept_draft,
    step_scope,
)
from runtime.web.records.record_pages import FormState, fresh_state, reasons_sentence, record_url
from runtime.web.records.record_views import draw_record, to_record
from runtime.web.records.saving import drop_draft, read_post, saved
from runtime.web.records.step_pages import delete_page, transition_or_404, transition_page
from runtime.web.site.context import (
    FormPlace,
    here,
    id_or_404,
    page_origin,
    place_or_404,
    record_or_404,
)
from runtime.web.site.htmx import wants_fragment
from runtime.web.site.rendering import draw
from runtime.web.uploads import UnacceptableFileError, send_file, stored_uploads

log = structlog.get_logger()

_MEANWHILE = marked("This record was changed meanwhile. Look at it again, then repeat the step")


def ask_transition(tool: str, form: str, record: str, name: str) -> Response:
    """What a transition asks before it is made."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    draft = kept_draft(step_scope(place, found.id, name))
    if draft is None:
        return draw_transition(place, found, name, fresh_state(found))
    typed = draft_post(draft)
    state = FormState(
        place.form.form_class(typed, values_of(found)),
        comment=typed.get("_comment", ""),
        restored_at=draft_time(draft),
    )
    return draw_transition(place, found, name, state)


def draw_transition(
    place: FormPlace, record: RecordView, name: str, state: FormState, status: int = 200
) -> Response:
    """The dialog of a transition with its form in some state."""
    page = transition_page(place, record, transition_or_404(place, name), state)
    return draw("transition.html", page, title=page.title, block="dialog", status=status)


def transition(tool: str, form: str, record: str, name: str) -> Response:
    """Takes a record along a transition."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    spec = transition_or_404(place, name)
    posted = read_post(found, only=spec.fields or ("",))
    comment = request.form.get("_comment", "")

    def write() -> Outcome:
        return here().services.gate.transition(
            place.access,
            found.stored.id,
            name,
            posted.origin,
            version=posted.version,
            values=posted.values,
            comment=comment,
        )

    def again(state: FormState, status: int) -> Response:
        typed = replace(state, comment=comment, version=None)
        return _refused_transition(place, record, spec, typed, status)

    def done(outcome: Outcome) -> Response:
        return to_record(place, record, f"{spec.title}: done", written=outcome.record)

    try:
        return saved(posted, write, again, done, scope=step_scope(place, found.id, name))
    except StaleError:
        return again(FormState(posted.form, [FormError(_(_MEANWHILE))]), 422)


def _refused_transition(
    place: FormPlace, record: str, spec: Transition, state: FormState, status: int
) -> Response:
    """The step's own form with its errors; a step without one tells on the record's page."""
    found = record_or_404(place, record)
    if spec.fields or spec.comment.value != "none":
        return draw_transition(place, found, spec.key, state, status)
    fresh = replace(fresh_state(found), errors=state.errors)
    return draw_record(place, found, fresh, status)


def act(tool: str, form: str, record: str, name: str) -> Response:
    """Runs an action on a record."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    version = request.form.get("_version", type=int)

    def run() -> Outcome:
        gate = here().services.gate
        return gate.act(place.access, found.stored.id, name, page_origin(), version=version)

    title = place.form.actions[name].title if name in place.form.actions else name
    return _done(run, f"{title}: done", place, record)


def _done(
    run: Callable[[], Outcome], said: str, place: FormPlace, record: str, block: str = "record"
) -> Response:
    """Runs something small, tells on the record's page how it went."""
    try:
        run()
    except RefusedError as refused:
        reasons = reasons_sentence(refused.reasons)
        return _not_done(place, record, reasons, refused.status, block)
    except (StaleError, SameKeyError):
        return _not_done(place, record, _(_MEANWHILE), 409, block)
    except StorageError as error:
        told = failure(error)
        text = f"{told.title}. {told.message}"
        return _not_done(place, record, text, told.status, block)
    return to_record(place, record, said, "success", block)


def _not_done(
    place: FormPlace, record: str, message: str, status: int, block: str = "record"
) -> Response:
    """The record's page with what went wrong; where htmx asked, the page it stands on says so."""
    if wants_fragment():
        return to_record(place, record, message, "error", block)
    found = record_or_404(place, record, deleted=True)
    state = replace(fresh_state(found), errors=[FormError(message)])
    return draw_record(place, found, state, status)


def comment(tool: str, form: str, record: str) -> Response:
    """Adds a comment; one that cannot be saved stays in its box."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    text = request.form.get("body", "")
    try:
        here().services.gate.comment(place.access, found.stored.id, text, page_origin())
    except RefusedError as refused:
        return _comment_again(place, found, text, reasons_sentence(refused.reasons), refused.status)
    except SameKeyError:
        again = _("This was sent before with another text. Look at it and send it again")
        return _comment_again(place, found, text, again, 422)
    except StorageError as error:
        told = failure(error)
        return _comment_again(place, found, text, f"{told.title}. {told.message}", told.status)
    drop_draft(comment_scope(place, found.id))
    return to_record(place, record, block="timeline")


def _comment_again(
    place: FormPlace, record: RecordView, text: str, error: str, status: int
) -> Response:
    form = fresh_state(record).form
    state = FormState(form, comment=text, comment_error=error)
    return draw_record(place, record, state, status, block="timeline")


def upload(tool: str, form: str, record: str) -> Response:
    """Attaches files to a record, or adds them to one of its fields."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    field = request.args.get("field", "")
    if field and not found.access.writes(field):
        abort(404)
    if not found.access.can(Right.EDIT if field else Right.ATTACH):
        # Before the bytes are kept, not after.
        return _unacceptable(place, record, _("Your role does not allow to attach files"), 403)
    try:
        uploads = stored_uploads(request.files.getlist("file"))
    except UnacceptableFileError as error:
        return _unacceptable(place, record, str(error))
    if not uploads:
        return _unacceptable(place, record, _("Choose a file"))
    if field:
        return _added_to_field(place, found, field, uploads)

    def run() -> Outcome:
        return here().services.gate.attach(place.access, found.stored.id, uploads, page_origin())

    return _done(run, _("Attached"), place, record, "files")


def _unacceptable(place: FormPlace, record: str, message: str, status: int = 422) -> Response:
    if wants_fragment():
        return jsonify_status({"title": _("Not attached"), "detail": message}, status)
    return _not_done(place, record, message, status)


def _added_to_field(
    place: FormPlace, record: RecordView, field: str, uploads: list[Upload]
) -> Response:
    """Adds files to a field at once; tells the script about the last of them."""
    try:
        outcome = here().services.gate.update(
            place.access,
            record.stored.id,
            {},
            page_origin(),
            version=record.stored.version,
            merge=True,
            uploads={field: uploads},
        )
    except RefusedError as refused:
        reasons = reasons_sentence(refused.reasons)
        return _unacceptable(place, record.id, reasons, refused.status)
    stored = encode_id(outcome.attachment_ids[-1])
    url = record_url(place, record.id, "web.file", attachment=stored)
    return jsonify_status({"id": stored, "name": uploads[-1].name, "url": url}, 201)


def jsonify_status(data: dict[str, str], status: int) -> Response:
    """A small JSON answer for the page's own scripts."""
    response = jsonify(data)
    response.status_code = status
    return response


def file(tool: str, form: str, record: str, attachment: str) -> Response:
    """The bytes of an attachment, to whoever may see its record and field."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    item = attachments.get(here().conn, id_or_404(attachment))
    if item is None or item.record_id != found.stored.id or item.form_id != place.form.form_id:
        abort(404)
    if item.field and not found.access.reads(item.field):
        abort(404)
    try:
        return send_file(item)
    except FileNotFoundError:
        log.exception("a file is missing in the store", sha256=item.sha256, attachment=attachment)
        abort(404)


def remove_file(tool: str, form: str, record: str, attachment: str) -> Response:
    """Takes a file off a record."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    item_id = id_or_404(attachment)

    def run() -> Outcome:
        return here().services.gate.detach(place.access, found.stored.id, item_id, page_origin())

    try:
        return _done(run, _("Removed"), place, record, "files")
    except RecordNotFoundError:
        abort(404)


def ask_delete(tool: str, form: str, record: str) -> Response:
    """Asks before a record is deleted."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    if not found.access.can(Right.DELETE):
        abort(403)
    page = delete_page(place, found)
    return draw(
        "delete.html",
        page,
        title=_("Delete %(title)s", title=page.record_title),
        block="dialog",
    )


def delete(tool: str, form: str, record: str) -> Response:
    """Deletes a record; it can be restored."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    version = request.form.get("_version", type=int)
    reason = request.form.get("reason", "").strip() or None

    def run() -> Outcome:
        return here().services.gate.delete(
            place.access,
            found.stored.id,
            page_origin(),
            version=version,
            reason=reason,
        )

    return _done(run, _("Deleted. It can be restored here"), place, record)


def restore(tool: str, form: str, record: str) -> Response:
    """Brings a deleted record back."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record, deleted=True)

    def run() -> Outcome:
        return here().services.gate.restore(place.access, found.stored.id, page_origin())

    return _done(run, _("Restored"), place, record)
