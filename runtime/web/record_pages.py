"""From a record (or one to be) to the pages that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from components.base import FieldType
from components.forms import RecordForm
from form_specs.model import Right, Transition
from runtime.compiled import Broken
from runtime.gate import Reason as GateReason
from runtime.reading import RecordView
from runtime.storage import attachments, comments
from runtime.storage.attachments import Attachment
from runtime.storage.ids import decode_id, encode_id
from runtime.web.context import FormPlace, here
from runtime.web.contexts import (
    ActionButton,
    ConflictPage,
    CreatePage,
    DraftNote,
    Fact,
    FileItem,
    FilesView,
    FormError,
    Link,
    Person,
    RecordPage,
    Timeline,
    TransitionButton,
)
from runtime.web.fields import (
    SYSTEM_PEOPLE,
    FormDrawing,
    people_named,
    reasons_shown,
    shown_text,
    values_of,
)
from runtime.web.form_keys import new_form_key
from runtime.web.neighbours import Neighbours
from runtime.web.timeline import Shown, TimelineDrawing, actors, who_acted
from runtime.web.times import moment, relative, size_text

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


_LIST = ("view", "n", "q", "sort", "filter")
"""What of an address tells from which list its record was opened."""


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


def trail(place: FormPlace, *more: Link) -> list[Link]:
    """Where a page stands: the tool, then `more`."""
    return [Link(place.tool.spec.title, url_for("web.tool", tool=place.tool.key)), *more]


def reference_of(record: RecordView) -> str:
    """The record's readable number where its form has one that may be read, else its id."""
    for key, found in record.access.form.fields.items():
        if found.name == "sequence" and key in record.stored.document and record.access.reads(key):
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
        self.titles = dict(self.people) | context.titles(named - dict(self.people).keys())
        self.now = self.access.now

    def page(self) -> RecordPage:
        """The page's context."""
        record, place, state = self.record, self.place, self.state
        note = self._read_only_note()
        editable = not note and any(map(self.access.writes, place.form.fields))
        around = Neighbours.around(place, record)
        workflow_state = self._state()
        return RecordPage(
            title=record.title,
            reference=reference_of(record),
            trail=trail(place, *around.trail),
            action=record_url(place, record.id),
            version=str(state.version or record.stored.version),
            once=state.once,
            sections=self._drawing(editable, note).sections(place.form.spec.layout("default")),
            editable=editable,
            files=self._files(),
            timeline=self._timeline(),
            facts=self._facts(),
            state=workflow_state[0],
            state_color=workflow_state[1],
            subtitle=self._subtitle(),
            transitions=self._transitions(),
            actions=self._actions(),
            position=around.position,
            previous_url=around.previous_url,
            next_url=around.next_url,
            errors=state.errors,
            draft=state.draft,
            draft_url=record_url(place, record.id, "web.draft") if editable else "",
            delete_url=self._if(Right.DELETE, "web.delete"),
            read_only_note=note,
            dirty=state.dirty,
            deleted_note="This record was deleted" if record.stored.deleted_at else "",
            restore_url=self._restore_url(),
            conflict=state.conflict,
        )

    def _drawing(self, editable: bool, note: str) -> FormDrawing:
        return FormDrawing(
            access=self.access,
            form=self.state.form,
            values=self.record.values,
            masked=self.record.masked,
            editable=editable,
            note=note,
            people=self.people,
            titles=self.titles,
            files=self._files_by_field(),
            upload_limit=here().services.settings.max_upload,
            upload_url=record_url(self.place, self.record.id, "web.upload"),
        )

    def _read_only_note(self) -> str:
        workflow = self.place.form.workflow
        state = workflow.states.get(self.record.stored.state or "") if workflow else None
        if self.record.stored.deleted_at is not None:
            return "Deleted records cannot be changed"
        if not self.access.can(Right.EDIT):
            return "Your role may look, not change"
        if state is not None and state.read_only:
            return f"Records in {state.title} cannot be changed"
        return ""

    def _state(self) -> tuple[str, str]:
        workflow = self.place.form.workflow
        state = workflow.states.get(self.record.stored.state or "") if workflow else None
        return (state.title, state.color.value) if state else ("", "gray")

    def _if(self, right: Right, endpoint: str) -> str:
        allowed = self.access.can(right) and self.record.stored.deleted_at is None
        return record_url(self.place, self.record.id, endpoint) if allowed else ""

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
                "Created",
                self._ago(stored.created_at),
                moment(stored.created_at),
                who_acted(stored.created_by, self.titles),
            ),
            Fact(
                "Updated",
                self._ago(stored.updated_at),
                moment(stored.updated_at),
                who_acted(stored.updated_by, self.titles),
            ),
            Fact("Version", f"{stored.version} (spec {stored.spec_version})"),
            Fact("Id", self.record.id, mono=True),
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
        reasons = here().services.gate.obstacles(self.access, self.record.stored, found.key)
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
        gate = here().services.gate
        return [
            ActionButton(
                template=f"actions/{action.type}/button.html",
                key=action.key,
                title=action.title,
                url=record_url(self.place, self.record.id, "web.act", name=action.key),
                keys=action.shortcut,
            )
            for action in self.place.form.actions.values()
            if not gate.action_obstacles(self.access, self.record.stored, action.key)
        ]

    # -- files and history --------------------------------------------------------------

    def _file(self, found: Attachment) -> FileItem:
        identity = encode_id(found.id)
        where = {"attachment": identity}
        removable = self.access.can(Right.ATTACH) and self.record.stored.deleted_at is None
        return FileItem(
            id=identity,
            name=found.name,
            url=record_url(self.place, self.record.id, "web.file", **where),
            size_text=size_text(found.size),
            kind=next((kind for start, kind in _KINDS if found.mime.startswith(start)), "file"),
            detail=f"{who_acted(found.created_by, self.titles).title}, {self._ago(found.created_at)}",
            remove_url=record_url(self.place, self.record.id, "web.remove_file", **where)
            if removable
            else "",
        )

    def _files(self) -> FilesView:
        limit = here().services.settings.max_upload
        return FilesView(
            items=[self._file(file) for file in self.files if not file.field],
            upload_url=self._if(Right.ATTACH, "web.upload"),
            max_bytes=limit,
            max_text=size_text(limit),
        )

    def _files_by_field(self) -> Mapping[str, Sequence[FileItem]]:
        held: dict[str, list[FileItem]] = {}
        for file in self.files:
            if file.field and self.access.reads(file.field):
                held.setdefault(file.field, []).append(self._file(file))
        return held

    def _timeline(self) -> Timeline:
        drawing = TimelineDrawing(self.access, self.titles, self.comments, self.now)
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
                for key, title in (("all", "All"), ("comments", "Comments"), ("changes", "Changes"))
            ],
            comment_url=self._if(Right.COMMENT, "web.comment"),
            comment_draft_url=self._if(Right.COMMENT, "web.comment_draft"),
            comment=self.state.comment,
            comment_error=self.state.comment_error,
            older_url=older,
        )


def _event_before() -> int | None:
    """The event before which the history goes on, as the address says it."""
    try:
        return decode_id(request.args.get("before", ""))
    except ValueError:
        return None


def _shown() -> Shown:
    asked = request.args.get("show", "all")
    return "comments" if asked == "comments" else "changes" if asked == "changes" else "all"


def fresh_state(record: RecordView) -> FormState:
    """The record's form as it is stored."""
    return FormState(record.access.form.form_class(None, values_of(record)))


def create_page(place: FormPlace, state: FormState, values: Mapping[str, Any]) -> CreatePage:
    """The page of a new record, drawn with its initial values or with what was typed."""
    context = here()
    people = context.members(place.tool)
    drawing = FormDrawing(
        access=place.access,
        form=state.form,
        values=values,
        people=people,
        titles=dict(people),
        upload_limit=context.services.settings.max_upload,
    )
    where: dict[str, Any] = {"tool": place.tool.key, "form": place.form.key}
    title = place.form.spec.title
    return CreatePage(
        title=f"New {title.lower()}",
        trail=trail(place),
        action=url_for("web.create", **where),
        once=state.once,
        sections=drawing.sections(place.form.spec.layout("create")),
        submit=f"Create {title.lower()}",
        cancel_url=url_for("web.tool", tool=place.tool.key),
        errors=state.errors,
        draft=state.draft,
        draft_url=url_for("web.create_draft", **where),
        dirty=state.dirty,
    )


def reasons_sentence(reasons: Sequence[GateReason]) -> str:
    """Some reasons as one sentence, for a message."""
    return ". ".join(reason.message for reason in reasons)
