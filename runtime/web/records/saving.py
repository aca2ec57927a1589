"""From a posted form to the gate, and back to the form when the gate says no.

Whatever goes wrong, what was typed is drawn again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from components.base import ABSENT
from components.controls.posts import below, owner_of
from components.forms import RecordForm
from components.nested.others import OTHERS
from components.nested.slots import VERBS, SlotsControl
from components.values import same
from form_specs.language import _
from runtime.access import FormAccess
from runtime.compiling.form import Broken, CompiledForm
from runtime.failures import failure
from runtime.gate import Check, Origin, Outcome, Reason, RefusedError, SameKeyError, Upload
from runtime.reading import RecordView
from runtime.storage import drafts
from runtime.storage.errors import StorageError
from runtime.web.contexts import FormError
from runtime.web.forms.fields import values_of
from runtime.web.forms.form_errors import form_errors, show_reasons
from runtime.web.forms.kept import with_kept
from runtime.web.records.outgrown import outgrown
from runtime.web.records.record_pages import FormState
from runtime.web.site.context import here, page_origin
from runtime.web.site.htmx import wants_fragment
from runtime.web.uploads import UnacceptableFileError, stored_uploads

_OF_ONE_FIELD: Final = (Check.FIELD, Check.REQUIRED)
_HISTORY: Final = 500
"""Events that are undone to find what a form was drawn with."""


@dataclass(frozen=True)
class Posted:
    """A form as it was posted: its controls, the values that may be set, what was ignored."""

    form: RecordForm
    values: dict[str, Any]
    uploads: Mapping[str, list[Upload]]
    ignored: int
    version: int | None
    once: str
    outgrown: Sequence[FormError] = ()
    """What was typed into fields that the tool lost meanwhile."""

    @property
    def origin(self) -> Origin:
        """Where the change comes from."""
        return page_origin(self.ignored)

    @property
    def readable(self) -> bool:
        """Whether every posted text could be read as a value."""
        return not any(control.errors for control in self.form.controls())


def read_post(record: RecordView | FormAccess, only: tuple[str, ...] = ()) -> Posted:
    """Reads this request's form, for a record or for a new one.

    Fields that the person may not write are left out and counted; with `only`, no other
    fields than these are taken.
    """
    post: MultiDict[str, str] = with_kept(request.form)
    version = post.get("_version", type=int)
    access, current = (
        (record.access, drawn_with(record, version))
        if isinstance(record, RecordView)
        else (record, {})
    )
    offered = [key for key in access.form.fields if not only or key in only]
    writable = {key for key in offered if access.writes(key)}
    form = access.form.form_class(_without(post, access, writable), current)
    assert isinstance(form, RecordForm)
    values = form.posted()
    named = {owner_of(name) for name in post}
    ignored = len(named & access.form.fields.keys() - writable)
    return Posted(
        form=form,
        values=values,
        uploads=_field_uploads(form, access, writable),
        ignored=ignored,
        version=version,
        once=post.get("_key", ""),
        outgrown=outgrown(access, post, _stored(record)),
    )


def _stored(record: RecordView | FormAccess) -> Mapping[str, Any]:
    return record.stored.document if isinstance(record, RecordView) else {}


def drawn_with(record: RecordView, version: int | None) -> dict[str, Any]:
    """The values that the form showed: what has parts as it was then, for its parts are told by their place."""
    values, form = values_of(record), record.access.form
    holders = {key for key, field in form.fields.items() if field.holds_fields}
    if version is None or version >= record.stored.version or not holders:
        return values
    base: dict[str, Any] = {}
    for event in here().records.history(here().conn, record, limit=_HISTORY):
        if event.version > version:
            diff = event.data.get("diff", {})
            base |= {key: old for key, (old, _new) in diff.items() if key in holders}
    known = form.values({key: stored for key, stored in base.items() if stored is not None})
    readable = {key: value for key, value in known.items() if not isinstance(value, Broken)}
    return {key: value for key, value in values.items() if key not in base} | readable


def _field_uploads(
    form: RecordForm, access: FormAccess, writable: set[str]
) -> dict[str, list[Upload]]:
    """The posted files of the form's own files fields; one that cannot be taken is told at its field."""
    found: dict[str, list[Upload]] = {}
    for field in form.field_types:
        if not field.uploads or field.key not in writable:
            continue
        try:
            uploads = stored_uploads(request.files.getlist(below(field.key, "-")))
        except UnacceptableFileError as error:
            form.control(field.key).add_error(str(error))
            continue
        if uploads:
            found[field.key] = uploads
    return found


def _without(
    post: MultiDict[str, str], access: FormAccess, writable: set[str]
) -> MultiDict[str, str]:
    """The post without the fields that may not be written, so that nothing reads them."""
    dropped = access.form.fields.keys() - writable
    if not access.extends(""):
        dropped |= {OTHERS}
    return MultiDict([(k, v) for k, v in post.items(multi=True) if owner_of(k) not in dropped])


def changed_values(posted: Posted, current: Mapping[str, Any]) -> dict[str, Any]:
    """The posted values that differ from what the form was drawn with."""
    return {
        key: value
        for key, value in posted.values.items()
        if not same(current.get(key, ABSENT), value)
    }


def saved(
    posted: Posted,
    save: Callable[[], Outcome],
    again: Callable[[FormState, int], Response],
    done: Callable[[Outcome], Response],
    *,
    scope: str,
    obstacles: Callable[[], list[Reason]] = list,
) -> Response:
    """Runs `save` and answers with `done`, or draws the form `again` with what was typed.

    A refused form is answered with 422; 409 is for two versions side by side, which stand elsewhere.
    Beside what could not be read, `obstacles` are what speaks against the rest of it.
    """
    if asked := request.form.get("_rows"):
        return again(_reshaped(posted, asked), 200)
    if posted.outgrown or not posted.readable:
        wrong = [*posted.outgrown, *form_errors(posted.form), *_besides(posted, obstacles)]
        return again(_typed(posted, [*wrong, *_lost(posted)]), 422)
    try:
        outcome = save()
    except RefusedError as refused:
        errors = [*show_reasons(posted.form, refused.reasons), *_lost(posted)]
        return again(_typed(posted, errors), 403 if refused.status == 403 else 422)
    except SameKeyError:
        text = _("This form was sent before with other values. Look through them and save again")
        return again(_typed(posted, [FormError(text)]), 422)
    except StorageError as error:
        told = failure(error)
        errors = [FormError(f"{told.title}. {told.message}")]
        return again(_typed(posted, errors), told.status)
    drop_draft(scope)
    return done(outcome)


def _besides(posted: Posted, obstacles: Callable[[], list[Reason]]) -> list[FormError]:
    """What is wrong with the fields that could be read, as far as the others have no part in it."""
    unread = {f.key for f in posted.form.field_types if posted.form.control(f.key).failed}
    told = [r for r in obstacles() if r.check in _OF_ONE_FIELD and r.field is not None]
    return show_reasons(posted.form, [r for r in told if r.field not in unread])


def _reshaped(posted: Posted, asked: str) -> FormState:
    """The form with one row more, less or elsewhere: what the buttons of rows ask for without a script."""
    verb, _, rest = asked.partition(" ")
    slot, _, name = rest.partition(" ")
    for control in [*posted.form.controls()]:
        if control.name == name and isinstance(control, SlotsControl) and verb in VERBS:
            control.act(verb, slot)
    return _typed(posted, form_errors(posted.form))


def _lost(posted: Posted) -> list[FormError]:
    """What is said of chosen files where the page is drawn anew; htmx leaves the inputs that hold them."""
    if not posted.uploads or wants_fragment():
        return []
    return [FormError(_("Choose the files again: they were not kept"))]


def _typed(posted: Posted, errors: list[FormError]) -> FormState:
    return FormState(posted.form, errors, dirty=True, version=posted.version)


def drop_draft(scope: str) -> None:
    """What was saved needs no draft any more."""
    context = here()
    if drafts.load(context.conn, context.person.name, scope) is None:
        return
    with context.services.db.write() as conn:
        drafts.remove(conn, context.person.name, scope)


def saved_words(outcome: Outcome, form: CompiledForm) -> tuple[str, str]:
    """What to tell after a save, and in which tone."""
    if outcome.warnings:
        messages = ". ".join(warning.message for warning in outcome.warnings)
        return _("Saved, with a warning. %(messages)s", messages=messages), "warning"
    if not outcome.merged:
        return _("Saved"), "success"
    names = ", ".join(
        form.fields[key].spec.title if key in form.fields else key for key in outcome.merged
    )
    return _(
        "Saved. Somebody else changed %(names)s meanwhile; that is kept too", names=names
    ), "info"
