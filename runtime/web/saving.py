"""From a posted form to the gate, and back to the form when the gate says no.

Whatever goes wrong, what was typed is drawn again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from components.base import ABSENT
from components.forms import RecordForm
from runtime.access import FormAccess
from runtime.compiled import CompiledForm
from runtime.failures import failure
from runtime.gate import Origin, Outcome, RefusedError, SameKeyError, Upload
from runtime.reading import RecordView
from runtime.storage import drafts
from runtime.storage.errors import StorageError
from runtime.web.context import here, page_origin
from runtime.web.contexts import FormError
from runtime.web.fields import form_errors, show_reasons, values_of
from runtime.web.record_pages import FormState
from runtime.web.uploads import UnacceptableFileError, stored_uploads


@dataclass(frozen=True)
class Posted:
    """A form as it was posted: its controls, the values that may be set, what was ignored."""

    form: RecordForm
    values: dict[str, Any]
    uploads: Mapping[str, list[Upload]]
    ignored: int
    version: int | None
    once: str

    @property
    def origin(self) -> Origin:
        """Where the change comes from."""
        return page_origin(self.ignored)

    @property
    def readable(self) -> bool:
        """Whether every posted text could be read as a value."""
        return not any(self.form.control(field.key).errors for field in self.form.field_types)


def read_post(record: RecordView | FormAccess, only: tuple[str, ...] = ()) -> Posted:
    """Reads this request's form, for a record or for a new one.

    Fields that the person may not write are left out and counted; with `only`, no other
    fields than these are taken.
    """
    access, current = (
        (record.access, values_of(record)) if isinstance(record, RecordView) else (record, {})
    )
    post: MultiDict[str, str] = request.form
    offered = [key for key in access.form.fields if not only or key in only]
    writable = {key for key in offered if access.writes(key)}
    form = access.form.form_class(_without(post, access, writable), current)
    assert isinstance(form, RecordForm)
    values = form.posted()
    ignored = sum(
        1
        for key, field in access.form.fields.items()
        if key not in writable and _in_post(post, field)
    )
    return Posted(
        form=form,
        values=values,
        uploads=_field_uploads(form, access, writable),
        ignored=ignored,
        version=post.get("_version", type=int),
        once=post.get("_key", ""),
    )


def _field_uploads(
    form: RecordForm, access: FormAccess, writable: set[str]
) -> dict[str, list[Upload]]:
    """The posted files of the form's own files fields; one that cannot be taken is told at its field."""
    found: dict[str, list[Upload]] = {}
    for field in form.field_types:
        if not field.uploads or field.key not in writable:
            continue
        try:
            uploads = stored_uploads(request.files.getlist(f"{field.key}.new"))
        except UnacceptableFileError as error:
            form.control(field.key).add_error(str(error))
            continue
        if uploads:
            found[field.key] = uploads
    return found


def _names(field: Any) -> tuple[str, ...]:
    return tuple(f"{field.key}.{part}" for part in field.parts) or (field.key,)


def _in_post(post: MultiDict[str, str], field: Any) -> bool:
    return any(name in post for name in _names(field))


def _without(
    post: MultiDict[str, str], access: FormAccess, writable: set[str]
) -> MultiDict[str, str]:
    """The post without the fields that may not be written, so that nothing reads them."""
    dropped = {
        name
        for key, field in access.form.fields.items()
        if key not in writable
        for name in _names(field)
    }
    return MultiDict([(k, v) for k, v in post.items(multi=True) if k not in dropped])


def changed_values(posted: Posted, current: Mapping[str, Any]) -> dict[str, Any]:
    """The posted values that differ from what the form was drawn with."""
    return {key: value for key, value in posted.values.items() if current.get(key, ABSENT) != value}


def saved(
    posted: Posted,
    save: Callable[[], Outcome],
    again: Callable[[FormState, int], Response],
    done: Callable[[Outcome], Response],
    *,
    scope: str,
) -> Response:
    """Runs `save` and answers with `done`, or draws the form `again` with what was typed.

    A refused form is answered with 422; 409 is for two versions side by side, which stand elsewhere.
    """
    if not posted.readable:
        state = FormState(posted.form, form_errors(posted.form), dirty=True, version=posted.version)
        return again(state, 422)
    try:
        outcome = save()
    except RefusedError as refused:
        errors = show_reasons(posted.form, refused.reasons)
        if posted.uploads:
            errors.append(FormError("Choose the files again: they were not kept"))
        return again(_typed(posted, errors), 403 if refused.status == 403 else 422)
    except SameKeyError:
        text = "This form was sent before with other values. Look through them and save again"
        return again(_typed(posted, [FormError(text)]), 422)
    except StorageError as error:
        told = failure(error)
        errors = [FormError(f"{told.title}. {told.message}")]
        return again(_typed(posted, errors), told.status)
    drop_draft(scope)
    return done(outcome)


def _typed(posted: Posted, errors: list[FormError]) -> FormState:
    return FormState(posted.form, errors, dirty=True, version=posted.version)


def drop_draft(scope: str) -> None:
    """What was saved needs no draft any more."""
    context = here()
    # Read anew: it may have been kept since this request began.
    with context.services.db.read() as conn:
        if drafts.load(conn, context.person.name, scope) is None:
            return
    with context.services.db.write() as conn:
        drafts.remove(conn, context.person.name, scope)


def saved_words(outcome: Outcome, form: CompiledForm) -> tuple[str, str]:
    """What to tell after a save, and in which tone."""
    if not outcome.merged:
        return "Saved", "success"
    names = ", ".join(
        form.fields[key].spec.title if key in form.fields else key for key in outcome.merged
    )
    return f"Saved. Somebody else changed {names} meanwhile; that is kept too", "info"
