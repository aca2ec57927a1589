"""Whether what came of a step is what must come of it, and else why not, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from form_specs.exact_json import dumps
from form_specs.language import _
from form_specs.model import ViewSpec
from form_specs.scenarios import Step
from runtime.access import FormAccess, program
from runtime.gate.refusal import Reason, RecordNotFoundError
from runtime.reading import ListRequest, Records
from runtime.storage.records import StoredRecord

if TYPE_CHECKING:
    from builder.scenarios.playing import Play


def judged(play: "Play", step: Step, access: FormAccess, refused: Sequence[Reason]) -> list[str]:
    """What is not as it must be."""
    found = [*_refusal(step, refused)]
    if found:
        return found
    record = _stored(play, step)
    return [*_standing(play, step, access, record), *_seen(play, step, record)]


def _refusal(step: Step, refused: Sequence[Reason]) -> Iterator[str]:
    wanted = step.expect.refused
    said = "; ".join(reason.message for reason in refused)
    if wanted is None:
        if refused:
            yield _("It was refused: %(why)s", why=said)
        return
    if not refused:
        yield _("It went through, and must be refused")
        return
    if not any(wanted.casefold() in reason.message.casefold() for reason in refused):
        yield _("It was refused for another reason: %(why)s", why=said)
    for key in step.expect.fields:
        if key not in (reason.field for reason in refused):
            yield _("No reason names the field '%(key)s': %(why)s", key=key, why=said)


def _stored(play: "Play", step: Step) -> StoredRecord | None:
    """The record as the store holds it; none where there is none, or none any more."""
    if step.record not in play.records:
        return None
    everything = FormAccess(play.stage.tool.forms[step.form], program("test"))
    try:
        return play.stage.services.gate.record(everything, play.records[step.record])
    except RecordNotFoundError:
        return None


def _standing(
    play: "Play", step: Step, access: FormAccess, record: StoredRecord | None
) -> Iterator[str]:
    expected = step.expect
    if expected.state is not None and (record is None or record.state != expected.state):
        state = _("there is no record") if record is None else _title(access, record.state)
        wanted = _title(access, expected.state)
        yield _("Its state is %(state)s, and must be %(wanted)s", state=state, wanted=wanted)
    if not expected.values:
        return
    data = _data(play, access, record)
    for key, value in play.resolved(expected.values).items():
        if not _same(data.get(key), value):
            spec = access.form.spec.fields.get(key)
            yield _(
                "%(field)s is %(value)s, and must be %(wanted)s",
                field=spec.title if spec else key,
                value=_shown(data.get(key)),
                wanted=_shown(value),
            )


def _data(play: "Play", access: FormAccess, record: StoredRecord | None) -> dict[str, Any]:
    """What somebody sees of a record."""
    if record is None:
        return {}
    found = Records(play.stage.services.db).get(play.conn, access, record.id)
    return found.data() if found else {}


def _seen(play: "Play", step: Step, record: StoredRecord | None) -> Iterator[str]:
    expected, form = step.expect, play.stage.tool.forms[step.form]
    for key in (*expected.in_views, *expected.not_in_views):
        is_there = record is not None and _is_in(play, play.access(step), form.views[key], record)
        title = form.views[key].title
        if is_there and key in expected.not_in_views:
            yield _("It stands in the view %(view)s, and must not", view=title)
        elif not is_there and key in expected.in_views:
            yield _("It does not stand in the view %(view)s", view=title)
    for key in (*expected.visible_to, *expected.hidden_from):
        access = play.access_of(form, key)
        is_there = record is not None and access.includes(record)
        title = form.roles[key].title
        if is_there and key in expected.hidden_from:
            yield _("It exists for %(role)s, and must not", role=title)
        elif not is_there and key in expected.visible_to:
            yield _("It does not exist for %(role)s", role=title)


def _is_in(play: "Play", access: FormAccess, view: ViewSpec, record: StoredRecord) -> bool:
    """Whether somebody finds a record in a view: asked of the database, as the page does."""
    if view not in access.views():
        return False
    records = Records(play.stage.services.db)
    cursor = None
    while True:
        page = records.page(play.conn, access, ListRequest(cursor=cursor), view)
        if any(found.stored.id == record.id for found in page.records):
            return True
        cursor = page.next_cursor
        if cursor is None:
            return False


def _title(access: FormAccess, state: str | None) -> str:
    workflow = access.form.workflow
    found = workflow.states.get(state or "") if workflow else None
    return f"'{found.title}'" if found else _("none")


def _same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same, moments in any writing of them."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other) or _moment(one) == _moment(other) is not None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _shown(value: Any) -> str:
    return _("nothing") if value is None else dumps(value).decode()
