"""The pages that ask before a step: a transition, a deletion."""

from dataclasses import replace

from flask import abort

from components.forms import RecordForm
from form_specs.language import _, counted
from form_specs.layouts import fields_in, sections_of
from form_specs.model import Layout, OnDelete, Placement, Section, Transition
from runtime.reading import RecordView
from runtime.storage import attachments, comments
from runtime.web.contexts import DeletePage, FormError, TransitionPage
from runtime.web.forms.fields import STEP_PREFIX, FormDrawing, control_id
from runtime.web.forms.form_errors import reasons_shown
from runtime.web.forms.layout_drawing import LayoutDrawing
from runtime.web.forms.reacting import Reacting, reacting_form
from runtime.web.records.draft_keeping import kept_at
from runtime.web.records.inverse import InverseDrawing
from runtime.web.records.record_pages import (
    FormState,
    choosing_of,
    record_url,
    reference_of,
    titles_of,
    trail,
)
from runtime.web.site.context import FormPlace, here
from runtime.web.site.htmx import wants_fragment


def transition_or_404(place: FormPlace, name: str) -> Transition:
    """The transition, where it exists for people at all."""
    workflow = place.form.workflow
    found = workflow.transitions.get(name) if workflow else None
    if found is None or found.hook_only:
        abort(404)
    return found


def transition_page(
    place: FormPlace, record: RecordView, transition: Transition, state: FormState
) -> TransitionPage:
    """What a transition asks: its fields, its comment, and where it leads."""
    workflow = place.form.workflow
    assert workflow is not None
    source = workflow.states.get(record.stored.state or "")
    target = workflow.states[transition.target]
    gate = here().services.gate
    drawing, layout = _drawing(place, record, transition, state), step_layout(place, transition)
    comment_errors = [error for error in state.errors if error.target == control_id("comment")]
    return TransitionPage(
        title=transition.title,
        record_title=record.title,
        reference=reference_of(record),
        trail=trail(place),
        action=record_url(place, record.id, "web.transition", name=transition.key),
        back_url=record_url(place, record.id),
        version=str(state.version or record.stored.version),
        once=state.once,
        spec=place.tool.version,
        source=source.title if source else "",
        source_color=source.color.value if source else "gray",
        target=target.title,
        target_color=target.color.value,
        sections=LayoutDrawing.of(drawing, layout, record.stored).parts(),
        reaction=drawing.reaction(transition.fields),
        comment=transition.comment.value,
        comment_text=state.comment,
        comment_error=comment_errors[0].message if comment_errors else "",
        style="danger" if transition.style == "danger" else "primary",
        errors=[_in_step(error, transition) for error in state.errors],
        draft_url=kept_at(
            record_url(place, record.id, "web.transition_draft", name=transition.key)
        ),
        draft_at=state.restored_at,
        in_dialog=wants_fragment(),
        reasons=reasons_shown(
            gate.obstacles(place.access, record.stored, transition.key, here().behind(place.access))
        ),
    )


def step_layout(place: FormPlace, transition: Transition) -> Layout:
    """What the dialog asks for: its layout where it has one, then its other fields one below the other."""
    layout = place.form.spec.layout(transition.layout) if transition.layout else ()
    placed = fields_in(sections_of(layout))
    others = tuple(Placement(key) for key in transition.fields if key not in placed)
    return (*layout, Section("", others, columns=1)) if others else layout


def _in_step(error: FormError, transition: Transition) -> FormError:
    """An error that leads to the dialog's own input where it has one."""
    inputs = {control_id(key): control_id(key, STEP_PREFIX) for key in transition.fields}
    inputs[control_id("comment")] = "transition-comment"
    return replace(error, target=inputs.get(error.target, error.target))


def _drawing(
    place: FormPlace, record: RecordView, transition: Transition, state: FormState
) -> FormDrawing:
    people = here().members(place.tool)
    titles = titles_of(place, dict(people), record)
    choosing = choosing_of(place, titles, record.values, record)
    return FormDrawing(
        access=record.access,
        form=state.form,
        values=record.values,
        document=record.stored.document,
        masked=record.masked,
        people=people,
        titles=titles,
        # A dialog stands in no dialog.
        choosing=replace(choosing, making=False),
        required=frozenset(transition.require),
        prefix=STEP_PREFIX,
        reacting=step_reacting(place, record, transition, state.form),
        refresh_url=record_url(place, record.id, "web.refresh_transition", name=transition.key),
    )


def step_reacting(
    place: FormPlace, record: RecordView, transition: Transition, form: RecordForm
) -> Reacting:
    """How the dialog of a transition reacts to what is typed in it."""
    url = record_url(place, record.id, "web.refresh_transition", name=transition.key)
    stored = record.stored
    return reacting_form(
        record.access, form, stored.document, stored, url if transition.fields else ""
    )


def delete_page(place: FormPlace, record: RecordView) -> DeletePage:
    """What goes with a record."""
    conn, stored = here().conn, record.stored
    files = len(attachments.listed(conn, stored.form_id, stored.id))
    written = len(comments.listed(conn, stored.form_id, stored.id))
    affected = [
        *([counted("%(num)s file", "%(num)s files", files)] if files else []),
        *([counted("%(num)s comment", "%(num)s comments", written)] if written else []),
    ]
    inverse = InverseDrawing(place, record)
    return DeletePage(
        record_title=record.title,
        reference=reference_of(record),
        trail=trail(place),
        action=record_url(place, record.id, "web.delete"),
        back_url=record_url(place, record.id),
        version=str(stored.version),
        once=FormState(place.form.form_class(None, {})).once,
        affected=affected,
        restorable=_("It can be restored from its own address."),
        obstacles=reasons_shown(here().services.gate.delete_obstacles(place.access, stored, conn)),
        holding=inverse.lists(OnDelete.RESTRICT),
        losing=inverse.lists(OnDelete.CLEAR),
    )
