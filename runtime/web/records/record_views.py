"""Handlers of one record's pages: show, save, create, drafts."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, request, url_for
from werkzeug.wrappers import Response

from components.base import ABSENT
from form_specs.language import _
from form_specs.layouts import is_stepwise
from form_specs.model import Right
from runtime.compiling.form import Broken
from runtime.gate import Outcome, Reason, StaleError
from runtime.reading import RecordView
from runtime.storage.drafts import Draft
from runtime.storage.ids import encode_id
from runtime.storage.records import StoredRecord
from runtime.web.forms.fields import values_of
from runtime.web.records.conflicts import conflict_state, without_theirs
from runtime.web.records.create_pages import create_drawing, create_layout, create_page
from runtime.web.records.draft_keeping import (
    comment_scope,
    draft_note,
    draft_post,
    keep_draft,
    kept_draft,
    kept_pair,
    scope_of,
    step_scope,
)
from runtime.web.records.outgrown import outgrown
from runtime.web.records.record_pages import (
    FormState,
    RecordDrawing,
    fresh_state,
    record_url,
)
from runtime.web.records.saving import (
    Posted,
    changed_values,
    drop_draft,
    read_post,
    saved,
    saved_words,
)
from runtime.web.records.step_pages import transition_or_404
from runtime.web.records.wizard import Wizard, moved, number_in
from runtime.web.shortcuts import CREATE_KEYS, RECORD_KEYS
from runtime.web.site.context import FormPlace, here, id_or_404, place_or_404, record_or_404
from runtime.web.site.htmx import see_other, toast, wants_fragment
from runtime.web.site.rendering import draw


def record(tool: str, form: str, record: str) -> Response:
    """A record's page, with what the person typed and did not save."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record, deleted=True)
    typed, comment = kept_pair(scope_of(place, found.id), comment_scope(place, found.id))
    state = _restored(place, found, typed) if typed else fresh_state(found)
    body = draft_post(comment).get("body", "") if comment else ""
    return draw_record(place, found, replace(state, comment=body))


def _restored(place: FormPlace, record: RecordView, draft: Draft) -> FormState:
    typed = draft_post(draft)
    return FormState(
        place.form.form_class(typed, values_of(record)),
        outgrown(record.access, typed, record.stored.document),
        draft=draft_note(draft),
        dirty=True,
        version=draft.base_version,
    )


def draw_record(
    place: FormPlace,
    record: RecordView,
    state: FormState,
    status: int = 200,
    block: str = "record",
) -> Response:
    """The page of a record with its form in some state, or one block of it."""
    page = RecordDrawing(place, record, state).page()
    title = f"{page.title} · {place.tool.spec.title}"
    return draw("record.html", page, title=title, block=block, status=status, shortcuts=RECORD_KEYS)


def save(tool: str, form: str, record: str) -> Response:
    """Saves the record's form; a newer version is merged, or put beside the typed one."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    posted = read_post(found)

    def again(state: FormState, status: int) -> Response:
        return draw_record(place, record_or_404(place, record), state, status)

    def done(outcome: Outcome) -> Response:
        said, tone = saved_words(outcome, place.form)
        return to_record(place, record, said, tone, written=outcome.record)

    try:
        return saved(
            posted,
            lambda: _update(place, found, posted),
            again,
            done,
            scope=scope_of(place, found.id),
            obstacles=lambda: here().services.gate.update_obstacles(
                place.access, found.stored, _touched(posted, found), posted.origin
            ),
        )
    except StaleError as stale:
        state = conflict_state(place, stale, posted.form, posted.once)
        if wants_fragment():
            return draw("conflict.html", state.conflict, title="", block="conflict", status=409)
        return again(state, 409)


def _update(place: FormPlace, record: RecordView, posted: Posted) -> Outcome:
    return here().services.gate.update(
        place.access,
        record.stored.id,
        without_theirs(_touched(posted, record)),
        posted.origin,
        version=posted.version or record.stored.version,
        merge=True,
        uploads=posted.uploads,
        seen=record.kept,
    )


def _touched(posted: Posted, record: RecordView) -> dict[str, Any]:
    """All posted values where the record moved on meanwhile, else only those that differ."""
    if posted.version in (None, record.stored.version):
        return changed_values(posted, values_of(record))
    # What could not be read was drawn as empty: posting that takes nothing away.
    unread = {key for key, value in record.values.items() if isinstance(value, Broken)}
    return {k: v for k, v in posted.values.items() if v is not ABSENT or k not in unread}


def to_record(
    place: FormPlace,
    record_id: str,
    said: str = "",
    tone: str = "success",
    block: str = "record",
    written: StoredRecord | None = None,
) -> Response:
    """To a record, in the list that it was opened from; the part that htmx asked for at once.

    To its tool where the step has taken the record out of the person's sight.  `written` is the
    record where the step has just stored it, so that it need not be read again.
    """
    found = _still_seen(place, record_id, written)
    if found is not None and wants_fragment():
        response = draw_record(place, found, fresh_state(found), block=block)
        return toast(response, said, tone)
    if said:
        flash(said, tone)
    return see_other(_url_after(place, found))


def _still_seen(
    place: FormPlace, record_id: str, written: StoredRecord | None
) -> RecordView | None:
    if written is not None:
        if not place.access.includes(written):
            return None
        return here().records.view(here().conn, place.access, written)
    number = id_or_404(record_id)
    return here().records.get(here().conn, place.access, number, include_deleted=True)


def _url_after(place: FormPlace, found: RecordView | None) -> str:
    """Where one goes on after a step: to the record, or to its tool where it is out of sight."""
    if found is None:
        return url_for("web.tool", tool=place.tool.key)
    return record_url(place, found.id)


def new(tool: str, form: str) -> Response:
    """The form of a new record, with its initial values or what was typed before."""
    place = creating(tool, form)
    initial = place.form.initial(place.access.env)
    draft = kept_draft(scope_of(place, "new"))
    if draft is None:
        return draw_create(place, FormState(place.form.form_class(None, initial), step=0))
    typed = draft_post(draft)
    form_ = place.form.form_class(typed, initial)
    lost = outgrown(place.access, typed, {})
    state = FormState(form_, lost, draft=draft_note(draft), dirty=True)
    return draw_create(place, replace(state, typed=typed, step=number_in(typed)))


def creating(tool: str, form: str) -> FormPlace:
    """The form, where the person may make a record of it."""
    place = place_or_404(tool, form)
    _only_if(place.access.can(Right.CREATE))
    return place


def draw_create(place: FormPlace, state: FormState, status: int = 200) -> Response:
    """The page of a new record with its form in some state."""
    page = create_page(place, state, place.form.initial(place.access.env))
    return draw(
        "create.html", page, title=page.title, block="form", status=status, shortcuts=CREATE_KEYS
    )


def create(tool: str, form: str) -> Response:
    """Creates a record from its form, once however often the button is pressed."""
    place = creating(tool, form)
    posted = read_post(place.access)
    if is_stepwise(create_layout(place)) and request.form.get("_go") != "create":
        return _next_step(place, posted)

    def write() -> Outcome:
        return here().services.gate.create(
            place.access,
            posted.values,
            posted.origin,
            uploads=posted.uploads,
        )

    def done(outcome: Outcome) -> Response:
        flash(_("%(title)s created", title=place.form.spec.title), "success")
        return see_other(
            _url_after(place, _still_seen(place, encode_id(outcome.record_id), outcome.record))
        )

    def again(state: FormState, status: int) -> Response:
        return draw_create(place, replace(state, typed=request.form), status)

    def obstacles() -> list[Reason]:
        return here().services.gate.create_obstacles(place.access, posted.values, posted.origin)

    return saved(posted, write, again, done, scope=scope_of(place, "new"), obstacles=obstacles)


def _next_step(place: FormPlace, posted: Posted) -> Response:
    """Another step of a form that is filled in step by step, or the same with what is wrong in it."""
    fresh = FormState(posted.form, dirty=True, typed=request.form)
    drawing = create_drawing(place, fresh, place.form.initial(place.access.env))
    step, errors = moved(Wizard(create_layout(place), drawing), posted, place)
    errors = [*posted.outgrown, *errors]
    state = replace(fresh, step=step, errors=errors, once=posted.once or fresh.once)
    return draw_create(place, state, 422 if errors else 200)


def draft(tool: str, form: str, record: str) -> Response:
    """Keeps what stands in a record's form, unsaved."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    _only_if(found.access.can(Right.EDIT))
    return _kept(scope_of(place, found.id))


def comment_draft(tool: str, form: str, record: str) -> Response:
    """Keeps a comment that is being typed."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    _only_if(found.access.can(Right.COMMENT))
    return _kept(comment_scope(place, found.id))


def transition_draft(tool: str, form: str, record: str, name: str) -> Response:
    """Keeps what stands in a transition's dialog."""
    place = place_or_404(tool, form)
    found, step = record_or_404(place, record), transition_or_404(place, name)
    _only_if(found.access.may_take(step))
    return _kept(step_scope(place, found.id, step.key))


def _only_if(allowed: bool) -> None:
    if not allowed:
        abort(403)


def create_draft(tool: str, form: str) -> Response:
    """Keeps what stands in the form of a new record."""
    return _kept(scope_of(creating(tool, form), "new"))


def _kept(scope: str) -> Response:
    if request.form.get("discard"):
        drop_draft(scope)
        return Response(status=204)
    return Response(status=204 if keep_draft(scope, request.form) else 413)


def discard_draft(tool: str, form: str, record: str) -> Response:
    """Forgets what was typed and goes back to what is stored."""
    place = place_or_404(tool, form)
    drop_draft(scope_of(place, record_or_404(place, record).id))
    return to_record(place, record)


def discard_create_draft(tool: str, form: str) -> Response:
    """Forgets what was typed for a new record."""
    place = place_or_404(tool, form)
    drop_draft(scope_of(place, "new"))
    return see_other(url_for("web.new", tool=tool, form=form))
