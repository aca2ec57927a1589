"""Handlers of choosing: searching, looking at what is linked, making what is not there yet."""

from dataclasses import replace
from typing import Any

from flask import abort, jsonify, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from components.base import FieldType, Named, Wanted
from components.controls.posts import owner_of
from form_specs.language import _
from form_specs.model import Right
from runtime.gate import Outcome
from runtime.reading import RecordView
from runtime.storage.ids import encode_id
from runtime.web.contexts import CardPage, Fact, FormError, Hidden, MakePage
from runtime.web.forms.fields import FormDrawing, control_id
from runtime.web.forms.inside import shown_text
from runtime.web.forms.layout_drawing import LayoutDrawing
from runtime.web.records.draft_keeping import draft_post, keep_draft, kept_draft, scope_of
from runtime.web.records.record_pages import FormState, choosing_of, record_url, reference_of, trail
from runtime.web.records.saving import read_post, saved
from runtime.web.site.addresses import own_address
from runtime.web.site.context import FormPlace, here, place_or_404, record_or_404
from runtime.web.site.htmx import see_other, wants_fragment, with_event
from runtime.web.site.rendering import draw
from runtime.web.titles import Titles, chosen_in, with_preview

MAKE_PREFIX = "make"
"""What the ids of the inputs start with in the dialog that makes a linked record."""
_FOUND = 20
_LONGEST = 200


def choices(tool: str, form: str, field: str) -> Response:
    """What a field offers to somebody who types `q`, as JSON."""
    place = place_or_404(tool, form)
    wanted = Wanted(
        request.args.get("q", "")[:_LONGEST],
        tuple(filter(None, request.args.getlist("depends")))[:100],
        _FOUND,
    )
    of = _field_or_404(place, field)
    found = here().directory(place.access).offers(of, wanted)
    items = [_as_json(with_preview(place.form, of, item)) for item in found.items]
    return jsonify({"items": items, "complete": found.complete, "problem": found.problem})


def _as_json(item: Named) -> dict[str, str]:
    said = {"key": item.key, "title": item.title, "note": item.note, "color": item.color.value}
    return said | ({"url": item.url, "preview": item.preview} if item.url else {})


def _field_or_404(place: FormPlace, key: str) -> FieldType:
    """A field that offers choices, where it exists for the person."""
    tie = place.form.ties.named.get(key)
    if tie is None or not place.access.reads(tie.owner):
        abort(404)
    if not (tie.field.has_choices or tie.field.spec.link):
        abort(404)
    return tie.field


def _owner(place: FormPlace, field: str) -> str:
    """The form's field around a field that offers choices."""
    return place.form.ties.named[field].owner


# -- looking ----------------------------------------------------------------------------


def card(tool: str, form: str, field: str, record: str) -> Response:
    """A short view of a linked record: what the link's `show` names, as far as one may read it."""
    place = place_or_404(tool, form)
    link = _field_or_404(place, field).spec.link
    if link is None:
        abort(404)
    there = place_or_404(tool, link.form)
    found = record_or_404(there, record, deleted=True)
    return draw("card.html", _card(there, found, link.show), title=found.title, block="card")


def _card(place: FormPlace, record: RecordView, keys: tuple[str, ...]) -> CardPage:
    workflow = place.form.workflow
    state = workflow.states.get(record.stored.state or "") if workflow else None
    shown = [key for key in keys if record.access.reads(key) and key in record.values]
    people = here().titles(
        {name for key in shown for name in place.form.fields[key].references(record.values[key])}
    )
    chosen = chosen_in(here().directory(place.access), [record], shown)
    titles = Titles(people, chosen, record.stored.id)
    return CardPage(
        title=record.title,
        reference=reference_of(record),
        url=record_url(place, record.id),
        trail=trail(place),
        state=state.title if state else "",
        state_color=state.color.value if state else "gray",
        deleted=record.stored.deleted_at is not None,
        facts=[
            Fact(
                place.form.fields[key].spec.title,
                shown_text(place.form.fields[key], record.values[key], titles),
            )
            for key in shown
        ],
    )


# -- making what is linked --------------------------------------------------------------


def keep_and_make(tool: str, form: str, record: str, field: str) -> Response:
    """Keeps what is typed into a record's form, then goes to make what one of its fields links to."""
    place, _ = _linked_place(tool, form, field)
    found = record_or_404(place, record)
    keep_draft(scope_of(place, found.id), request.form)
    return see_other(_make_url(place, field, of=found.id))


def keep_new_and_make(tool: str, form: str, field: str) -> Response:
    """The same from the form of a record to be."""
    place, _ = _linked_place(tool, form, field)
    keep_draft(scope_of(place, "new"), request.form)
    return see_other(_make_url(place, field))


def _make_url(place: FormPlace, field: str, **more: Any) -> str:
    """Where the record is made, with the name of the input that it is for."""
    where: dict[str, Any] = {"tool": place.tool.key, "form": place.form.key, "field": field}
    if at := request.args.get("at", ""):
        where["at"] = at
    return url_for("web.make", **where, **more)


def make(tool: str, form: str, field: str) -> Response:
    """The form of a record that a field is to link to."""
    place, there = _linked_place(tool, form, field)
    initial = there.form.initial(there.access.env)
    return _draw_make(place, there, field, FormState(there.form.form_class(None, initial)))


def _linked_place(tool: str, form: str, field: str) -> tuple[FormPlace, FormPlace]:
    """Where the link stands, and where the record is made, for those who may make one."""
    place = place_or_404(tool, form)
    link = _field_or_404(place, field).spec.link
    if link is None or not place.access.writes(_owner(place, field)):
        abort(404)
    there = place_or_404(tool, link.form)
    if not there.access.can(Right.CREATE):
        abort(403)
    return place, there


def _draw_make(
    place: FormPlace, there: FormPlace, field: str, state: FormState, status: int = 200
) -> Response:
    title = there.form.spec.title.lower()
    drawing = _drawing(there, state)
    page = MakePage(
        title=_("New %(title)s", title=title),
        record_title=_field_or_404(place, field).spec.title,
        trail=trail(place),
        action=own_address(),
        back_url=_origin(place),
        once=state.once,
        sections=LayoutDrawing.of(drawing, there.form.spec.layout("create")).parts(),
        submit=_("Create %(title)s", title=title),
        errors=[_in_dialog(error) for error in state.errors],
        hidden=[Hidden("_for", request.values.get("_for", ""))],
        in_dialog=wants_fragment(),
    )
    return draw("make.html", page, title=page.title, block="dialog", status=status)


def _drawing(there: FormPlace, state: FormState) -> FormDrawing:
    """The form of a record to be, apart from the one below the dialog."""
    people = here().members(there.tool)
    values = there.form.initial(there.access.env)
    return FormDrawing(
        access=there.access,
        form=state.form,
        values=values,
        people=people,
        titles=dict(people),
        upload_limit=here().services.settings.max_upload,
        choosing=replace(choosing_of(there, {}, values), making=False),
        prefix=MAKE_PREFIX,
    )


def _in_dialog(error: FormError) -> FormError:
    """An error that leads to the dialog's own input."""
    start = control_id("")
    if not error.target.startswith(start):
        return error
    return FormError(error.message, control_id(error.target.removeprefix(start), MAKE_PREFIX))


def _origin(place: FormPlace) -> str:
    """The form that the record is made for."""
    record = request.args.get("of", "")
    if record:
        return record_url(place, record)
    return url_for("web.new", tool=place.tool.key, form=place.form.key)


def save_made(tool: str, form: str, field: str) -> Response:
    """Makes the record; the form that asked for it gets it chosen."""
    place, there = _linked_place(tool, form, field)
    posted = read_post(there.access)

    def write() -> Outcome:
        gate = here().services.gate
        return gate.create(there.access, posted.values, posted.origin, uploads=posted.uploads)

    def done(outcome: Outcome) -> Response:
        return _chosen(place, there, field, encode_id(outcome.record_id))

    def again(state: FormState, status: int) -> Response:
        return _draw_make(place, there, field, state, status)

    return saved(posted, write, again, done, scope=scope_of(there, "new/made"))


def _chosen(place: FormPlace, there: FormPlace, field: str, record: str) -> Response:
    """Tells the page that waits for it; without a script, goes back to the draft with it chosen."""
    if wants_fragment():
        of = place.form.fields[field]
        name = here().directory(place.access).named(of, [record])[record]
        detail = {"for": request.form.get("_for", "")} | _as_json(
            with_preview(place.form, of, name)
        )
        return with_event(Response(status=204), "app:made", detail)
    scope = scope_of(place, request.args.get("of", "") or "new")
    draft = kept_draft(scope)
    typed = draft_post(draft) if draft else MultiDict()
    at = request.args.get("at", field)
    if owner_of(at) != _owner(place, field):
        abort(404)
    if _field_or_404(place, field).multiple:
        typed.add(at, record)
    else:
        typed.setlist(at, [record])
    keep_draft(scope, typed)
    return see_other(_origin(place))
