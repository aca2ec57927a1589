"""From a record (or one to be) to the pages that show it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import abort, current_app, request, url_for
from werkzeug.datastructures import MultiDict

from components.base import FieldType, NumberedFieldType
from components.forms import RecordForm
from form_specs.language import _
from form_specs.layouts import fields_in, sections_of
from form_specs.model import Layout, Right, StateCategory, Transition
from runtime.compiling.form import Broken
from runtime.gate import Reason as GateReason
from runtime.reading import RecordView
from runtime.storage import attachments, comments
from runtime.storage.attachments import Attachment
from runtime.storage.events import Event
from runtime.storage.ids import decode_id, encode_id
from runtime.web.contexts import (
    ActionButton,
    ConflictPage,
    DraftNote,
    Fact,
    FileItem,
    FilesView,
    FormError,
    Link,
    Person,
    Reason,
    RecordPage,
    Timeline,
    TransitionButton,
)
from runtime.web.forms.choosing import Choosing
from runtime.web.forms.fields import (
    SYSTEM_PEOPLE,
    FormDrawing,
    people_named,
    values_of,
)
from runtime.web.forms.form_errors import reasons_shown
from runtime.web.forms.form_keys import new_form_key
from runtime.web.forms.inside import shown_text
from runtime.web.forms.layout_choices import record_layouts
from runtime.web.forms.layout_drawing import LayoutDrawing
from runtime.web.forms.reacting import Reacting, reacting_form
from runtime.web.records.draft_keeping import kept_at
from runtime.web.records.inverse import InverseDrawing
from runtime.web.records.neighbours import Neighbours
from runtime.web.records.timeline import Shown, TimelineDrawing, actors, former_forms
from runtime.web.site.context import FormPlace, here
from runtime.web.site.times import moment, relative, size_text
from runtime.web.titles import Titles, chosen_in, who_acted

if TYPE_CHECKING:
    from runtime.access import FormAccess

_PER_PAGE = 30
_KINDS = (
    ("image/", "image"),
    ("application/pdf", "pdf"),
    ("text/csv", "sheet"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "sheet"),
    ("message/", "mail"),
    ("text/", "text"),
)


@dataclass(frozen=True)
class FormState:
    """A form as it is to be drawn: fresh, brought back from a draft, or with its errors."""

    form: RecordForm
    errors: Sequence[FormError] = ()
    draft: DraftNote | None = None
    dirty: bool = False
    conflict: ConflictPage | None = None
    comment: str = ""
    comment_error: str = ""
    restored_at: str = ""
    """When the draft was typed that a dialog was brought back from."""
    once: str = field(default_factory=new_form_key)
    version: int | None = None
    """The version that the typed text started from, where it is not the record's own."""
    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    """The texts of the post or draft that a new record's form is brought back from."""
    step: int | None = None
    """The step that it stands at, where it is filled in step by step; none: one with an error."""


_ENDED = (StateCategory.DONE, StateCategory.CANCELLED)
_LIST = ("view", "n", "q", "sort", "filter", "layout")
"""What of an address tells from which list its record was opened, and by which layout."""


def record_url(place: FormPlace, record_id: str, endpoint: str = "web.record", **more: Any) -> str:
    """The address of a record, or of something below it; the list it was opened from goes along."""
    here_already = (request.view_args or {}).get("record") == record_id
    opened_from = {
        key: request.args.getlist(key) for key in _LIST if here_already and key in request.args
    }
    return url_for(
        endpoint,
        tool=place.tool.key,
        form=place.form.key,
        record=record_id,
        **{**opened_from, **more},
    )


def asked_layout(place: FormPlace, usual: str) -> str:
    """The name of the layout that the address asks for (`?layout=`), else the usual one."""
    name = request.args.get("layout", usual)
    if name != usual and name not in place.form.spec.layouts:
        abort(404)
    return name


def record_layout(place: FormPlace) -> Layout:
    """The layout by which the record is drawn that the request is about."""
    return place.form.spec.layout(asked_layout(place, "default"))


def trail(place: FormPlace, *more: Link) -> list[Link]:
    """Where a page stands: the tool, then `more`."""
    return [Link(place.tool.spec.title, url_for("web.tool", tool=place.tool.key)), *more]


def reference_of(record: RecordView) -> str:
    """The record's readable number where its form has one that may be read, else its id."""
    for key, found in record.access.form.fields.items():
        numbered = isinstance(found, NumberedFieldType) and key in record.stored.document
        if numbered and record.access.reads(key):
            return str(record.stored.document[key])
    return record.id


class RecordDrawing:
    """Draws one record's page: gathers once, then places."""

    def __init__(self, place: FormPlace, record: RecordView, state: FormState) -> None:
        self.place = place
        self.record = record
        self.state = state
        self.access: FormAccess = record.access
        self.shown = _shown()
        self._gather()

    def _gather(self) -> None:
        context, stored = here(), self.record.stored
        before = _event_before()
        self.events = context.records.history(
            context.conn, self.record, limit=_PER_PAGE + 1, before=before
        )
        self.comments = {c.id: c for c in comments.listed(context.conn, stored.form_id, stored.id)}
        self.files = attachments.listed(context.conn, stored.form_id, stored.id)
        self.people = context.members(self.place.tool)
        named = people_named(
            self.access, [self.record], (*self.place.form.fields, *SYSTEM_PEOPLE)
        ) | actors(self.events, self.access)
        named |= {file.created_by for file in self.files}
        people = dict(self.people) | context.titles(named - dict(self.people).keys())
        self.titles = titles_of(self.place, people, self.record, self.events)
        self.now = self.access.now

    def page(self) -> RecordPage:
        """The page's context."""
        record, place, state = self.record, self.place, self.state
        note = self._read_only_note()
        editable = not note and (
            not place.form.fields
            or any(map(self.access.writes, place.form.fields))
            or self.access.extends("")
        )
        drawing, layout = self._drawing(editable, note), record_layout(place)
        around = Neighbours.around(place, record)
        workflow_state = self._state()
        return RecordPage(
            title=record.title,
            reference=reference_of(record),
            trail=trail(place, *around.trail),
            action=record_url(place, record.id),
            version=str(state.version or record.stored.version),
            once=state.once,
            spec=self.place.tool.version,
            sections=LayoutDrawing.of(drawing, layout, record.stored).with_others(),
            editable=editable,
            files=self._files(),
            timeline=self._timeline(),
            facts=self._facts(),
            state=workflow_state[0],
            state_color=workflow_state[1],
            ended=workflow_state[2],
            subtitle=self._subtitle(),
            transitions=self._transitions(),
            actions=self._actions(),
            position=around.position,
            previous_url=around.previous_url,
            next_url=around.next_url,
            errors=state.errors,
            draft=state.draft,
            draft_url=kept_at(record_url(place, record.id, "web.draft")) if editable else "",
            delete_url=self._if(Right.DELETE, "web.delete"),
            delete_refused=self._delete_refused(),
            links=[
                link
                for links in current_app.extensions.get("record_links", ())
                for link in links(place, record.id)
            ],
            read_only_note=note,
            dirty=state.dirty,
            deleted_note=_("This record was deleted") if record.stored.deleted_at else "",
            restore_url=self._restore_url(),
            conflict=state.conflict,
            inverse=InverseDrawing(place, record).lists(),
            reaction=drawing.reaction(fields_in(sections_of(layout))),
            layouts=record_layouts(
                self.access,
                asked_layout(place, "default"),
                lambda name: record_url(place, record.id, layout=name),
            ),
        )

    def _drawing(self, editable: bool, note: str) -> FormDrawing:
        return FormDrawing(
            access=self.access,
            form=self.state.form,
            values=self.record.values,
            document=self.record.stored.document,
            masked=self.record.masked,
            editable=editable,
            note=note,
            people=self.people,
            titles=self.titles,
            files=self._files_by_field(),
            upload_limit=here().services.settings.max_upload,
            upload_url=record_url(self.place, self.record.id, "web.upload"),
            choosing=choosing_of(self.place, self.titles, self.record.values, self.record),
            reacting=self._reacting(editable),
            refresh_url=record_url(self.place, self.record.id, "web.refresh"),
        )

    def _reacting(self, editable: bool) -> Reacting:
        stored = self.record.stored
        url = record_url(self.place, self.record.id, "web.refresh") if editable else ""
        return reacting_form(self.access, self.state.form, stored.document, stored, url)

    def _read_only_note(self) -> str:
        workflow = self.place.form.workflow
        state = workflow.states.get(self.record.stored.state or "") if workflow else None
        if self.record.stored.deleted_at is not None:
            return _("Deleted records cannot be changed")
        if not self.access.can(Right.EDIT):
            return _("Your role may look, not change")
        if state is not None and state.read_only:
            return _("Records in %(title)s cannot be changed", title=state.title)
        return ""

    def _state(self) -> tuple[str, str, bool]:
        workflow = self.place.form.workflow
        state = workflow.states.get(self.record.stored.state or "") if workflow else None
        if state is None:
            return "", "gray", False
        return state.title, state.color.value, state.category in _ENDED

    def _if(self, right: Right, endpoint: str) -> str:
        allowed = self.access.can(right) and self.record.stored.deleted_at is None
        return record_url(self.place, self.record.id, endpoint) if allowed else ""

    def _delete_refused(self) -> Sequence[Reason]:
        if self.record.stored.deleted_at is not None or self.access.can(Right.DELETE):
            return ()
        gate = here().services.gate
        return reasons_shown(gate.delete_obstacles(self.access, self.record.stored))

    def _restore_url(self) -> str:
        if self.record.stored.deleted_at is None or not self.access.can(Right.DELETE):
            return ""
        return record_url(self.place, self.record.id, "web.restore")

    def _subtitle(self) -> list[Fact]:
        keys = self.place.form.spec.subtitle_fields
        return [
            self._short(self.place.form.fields[key], self.record.values[key])
            for key in keys
            if self.access.reads(key) and key in self.record.values
        ]

    def _short(self, field: FieldType, value: Any) -> Fact:
        title, text = field.spec.title, shown_text(field, value, self.titles)
        if field.name == "user":
            return Fact(title, text, who=Person(str(value), text))
        if field.spec.widget == "due" and not isinstance(value, Broken):
            return Fact(title, text, at=value, due=True)
        return Fact(title, text)

    def _facts(self) -> list[Fact]:
        stored = self.record.stored
        return [
            Fact(
                _("Created"),
                self._ago(stored.created_at),
                moment(stored.created_at),
                who_acted(stored.created_by, self.titles),
            ),
            Fact(
                _("Updated"),
                self._ago(stored.updated_at),
                moment(stored.updated_at),
                who_acted(stored.updated_by, self.titles),
            ),
            Fact(
                _("Version"),
                _(
                    "%(version)s (spec %(spec_version)s)",
                    version=stored.version,
                    spec_version=stored.spec_version,
                ),
            ),
            Fact(_("Id"), self.record.id, mono=True),
        ]

    def _ago(self, at: int) -> str:
        return relative(moment(at), self.now)

    # -- what can be done ---------------------------------------------------------------

    def _transitions(self) -> list[TransitionButton]:
        workflow = self.place.form.workflow
        if workflow is None or self.record.stored.deleted_at is not None:
            return []
        leaving = workflow.leaving(self.record.stored.state or "")
        return [self._transition(found) for found in leaving if not found.hook_only]

    def _transition(self, found: Transition) -> TransitionButton:
        behind, stored = here().behind(self.access), self.record.stored
        reasons = here().services.gate.obstacles(self.access, stored, found.key, behind)
        return TransitionButton(
            key=found.key,
            title=found.title,
            url=record_url(self.place, self.record.id, "web.transition", name=found.key),
            asks=bool(found.fields) or found.comment.value != "none",
            style=found.style if found.style in ("primary", "danger") else "default",  # type: ignore[arg-type]
            keys=found.shortcut,
            reasons=reasons_shown(reasons),
        )

    def _actions(self) -> list[ActionButton]:
        if self.record.stored.deleted_at is not None:
            return []
        gate, behind = here().services.gate, here().behind(self.access)
        return [
            ActionButton(
                template=f"actions/{action.type}/button.html",
                key=action.key,
                title=action.title,
                url=record_url(self.place, self.record.id, "web.act", name=action.key),
                keys=action.shortcut,
            )
            for action in self.place.form.actions.values()
            if not gate.action_obstacles(self.access, self.record.stored, action.key, behind)
        ]

    # -- files and history --------------------------------------------------------------

    def _file(self, found: Attachment) -> FileItem:
        return file_item(self.place, self.record, found, self.titles)

    def _files(self) -> FilesView:
        limit = here().services.settings.max_upload
        return FilesView(
            items=[self._file(file) for file in self.files if not file.field],
            upload_url=self._if(Right.ATTACH, "web.upload"),
            max_bytes=limit,
            max_text=size_text(limit),
        )

    def _files_by_field(self) -> Mapping[str, Sequence[FileItem]]:
        return files_by_field(self.place, self.record, self.files, self.titles)

    def _timeline(self) -> Timeline:
        drawing = TimelineDrawing(
            self.access, self.titles, self.comments, self.now, former_forms(self.place, self.events)
        )
        older = ""
        if len(self.events) > _PER_PAGE:
            older = record_url(
                self.place,
                self.record.id,
                before=encode_id(self.events[_PER_PAGE - 1].seq),
                show=self.shown,
            )
        return Timeline(
            entries=drawing.entries(self.events[:_PER_PAGE], self.shown),
            tabs=[
                Link(
                    title,
                    record_url(self.place, self.record.id, show=key),
                    active=key == self.shown,
                )
                for key, title in (
                    ("all", _("All")),
                    ("comments", _("Comments")),
                    ("changes", _("Changes")),
                )
            ],
            comment_url=self._if(Right.COMMENT, "web.comment"),
            comment_draft_url=kept_at(self._if(Right.COMMENT, "web.comment_draft")),
            comment=self.state.comment,
            comment_error=self.state.comment_error,
            older_url=older,
        )


def titles_of(
    place: FormPlace,
    people: Mapping[str, str],
    record: RecordView | None = None,
    events: Sequence[Event] = (),
) -> Titles:
    """The titles of people, and of what a record of the form holds and held."""
    if record is None:
        return Titles(people)
    directory = here().directory(place.access)
    chosen = chosen_in(directory, [record], place.form.fields, events)
    return Titles(people, chosen, record.stored.id)


def choosing_of(
    place: FormPlace,
    titles: Mapping[str, str],
    values: Mapping[str, Any],
    record: RecordView | None = None,
) -> Choosing:
    """What the inputs of a form offer: of a record, or of one to be."""
    return Choosing(here().directory(place.access), record.id if record else "", titles, values)


def _event_before() -> int | None:
    """The event before which the history goes on, as the address says it."""
    try:
        return decode_id(request.args.get("before", ""))
    except ValueError:
        return None


def _shown() -> Shown:
    asked = request.args.get("show", "all")
    return "comments" if asked == "comments" else "changes" if asked == "changes" else "all"


def file_item(
    place: FormPlace, record: RecordView, found: Attachment, titles: Mapping[str, str]
) -> FileItem:
    """A file of a record as it is listed."""
    identity = encode_id(found.id)
    where = {"attachment": identity}
    removable = record.access.can(Right.ATTACH) and record.stored.deleted_at is None
    added = relative(moment(found.created_at), record.access.now)
    return FileItem(
        id=identity,
        name=found.name,
        url=record_url(place, record.id, "web.file", **where),
        size_text=size_text(found.size),
        kind=next((kind for start, kind in _KINDS if found.mime.startswith(start)), "file"),
        detail=f"{who_acted(found.created_by, titles).title}, {added}",
        remove_url=record_url(place, record.id, "web.remove_file", **where) if removable else "",
    )


def files_by_field(
    place: FormPlace, record: RecordView, files: Iterable[Attachment], titles: Mapping[str, str]
) -> dict[str, list[FileItem]]:
    """The files that stand in a record's fields, as far as the person may read them."""
    held: dict[str, list[FileItem]] = {}
    for file in files:
        if file.field and record.access.reads(file.field):
            held.setdefault(file.field, []).append(file_item(place, record, file, titles))
    return held


def fresh_state(record: RecordView) -> FormState:
    """The record's form as it is stored."""
    return FormState(record.access.form.form_class(None, values_of(record)))


def reasons_sentence(reasons: Sequence[GateReason]) -> str:
    """Some reasons as one sentence, for a message."""
    return ". ".join(reason.message for reason in reasons)
