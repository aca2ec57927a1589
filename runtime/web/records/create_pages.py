"""The page of a new record: its form as a whole, or one step of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from form_specs.language import _
from form_specs.layouts import fields_in, is_stepwise, sections_of
from form_specs.model import Layout, Step
from runtime.web.contexts import CreatePage, PartView, WizardView
from runtime.web.forms.fields import FormDrawing
from runtime.web.forms.layout_choices import create_layouts
from runtime.web.forms.layout_drawing import LayoutDrawing
from runtime.web.forms.reacting import reacting_form
from runtime.web.records.draft_keeping import kept_at
from runtime.web.records.record_pages import FormState, asked_layout, choosing_of, trail
from runtime.web.records.wizard import Wizard, number_in
from runtime.web.site.context import FormPlace, here


def create_layout(place: FormPlace) -> Layout:
    """The layout by which the record is made that the request is about."""
    return place.form.spec.layout(asked_layout(place, "create"))


def create_drawing(place: FormPlace, state: FormState, values: Mapping[str, Any]) -> FormDrawing:
    """The form of a new record with its initial values or with what was typed."""
    context = here()
    people = context.members(place.tool)
    refresh_url = url_for("web.refresh_new", **create_place(place))
    return FormDrawing(
        access=place.access,
        form=state.form,
        values=values,
        people=people,
        titles=dict(people),
        upload_limit=context.services.settings.max_upload,
        choosing=choosing_of(place, {}, values),
        reacting=reacting_form(
            place.access,
            state.form,
            place.form.to_document(values),
            refresh_url=refresh_url,
        ),
        refresh_url=refresh_url,
    )


def create_place(place: FormPlace) -> dict[str, Any]:
    """What leads to the form of a new record: its tool, itself, and its layout where that is not the usual."""
    where = {"tool": place.tool.key, "form": place.form.key}
    name = asked_layout(place, "create")
    return where if name == "create" else {**where, "layout": name}


def drawn_in(layout: Layout, typed: MultiDict[str, str]) -> Layout:
    """The parts that the posted form of a new record was drawn with: all of them, or one step's."""
    if not is_stepwise(layout):
        return layout
    number = number_in(typed)
    step = layout[number] if number < len(layout) else None
    return step.sections if isinstance(step, Step) else ()


def create_page(place: FormPlace, state: FormState, values: Mapping[str, Any]) -> CreatePage:
    """The page of a new record, drawn with its initial values or with what was typed."""
    title, where = place.form.spec.title, create_place(place)
    drawing = create_drawing(place, state, values)
    sections, wizard, keys = _sections(drawing, create_layout(place), state)
    return CreatePage(
        title=_("New %(title)s", title=title.lower()),
        trail=trail(place),
        action=url_for("web.create", **where),
        once=state.once,
        spec=place.tool.version,
        sections=sections,
        wizard=wizard,
        reaction=drawing.reaction(keys),
        submit=_("Create %(title)s", title=title.lower()),
        cancel_url=url_for("web.tool", tool=place.tool.key),
        errors=state.errors,
        draft=state.draft,
        draft_url=kept_at(url_for("web.create_draft", **where)),
        dirty=state.dirty,
        layouts=create_layouts(
            place.access,
            asked_layout(place, "create"),
            lambda name: url_for("web.new", **{**where, "layout": name}),
        ),
    )


def _sections(
    drawing: FormDrawing, layout: Layout, state: FormState
) -> tuple[Sequence[PartView], WizardView | None, tuple[str, ...]]:
    """What is drawn of a layout, with the keys of its fields: all of it, or one step and where that stands."""
    if not is_stepwise(layout):
        return LayoutDrawing.of(drawing, layout).with_others(), None, fields_in(sections_of(layout))
    wizard = Wizard(layout, drawing)
    number = wizard.faulty() if state.step is None else wizard.at(state.step)
    return wizard.sections(number), wizard.view(number, state.typed), wizard.keys(number)
