"""Handlers that say how a form stands with what is typed in it, before it is saved.

A script is answered with the parts that changed, a form without scripts with its whole page.
Nothing is stored, and of the fields only those are read that others depend on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from components.controls.control import Input
from components.controls.posts import owner_of
from form_specs.language import _
from form_specs.layouts import placed_in, sections_of
from form_specs.model import Layout, Placement, Right
from runtime.access import FormAccess
from runtime.compiling.form import Broken
from runtime.compiling.reactions import Evaluation
from runtime.reading import RecordView
from runtime.web.contexts import FieldReaction, FieldView, InputUi, MarksView, RefreshPart
from runtime.web.forms.fields import FORM_PREFIX, STEP_PREFIX, FormDrawing, control_id
from runtime.web.forms.kept import with_kept
from runtime.web.forms.layout_drawing import Parts, Standing
from runtime.web.forms.markers import read_marker, whole
from runtime.web.forms.reacting import DRAWN, FORM_RULES, WHY, Reacting, evaluated, inside_of
from runtime.web.forms.reacting_inside import ReactingInside
from runtime.web.records.create_pages import create_layout, drawn_in
from runtime.web.records.record_pages import FormState, record_layout
from runtime.web.records.record_views import creating, draw_create, draw_record
from runtime.web.records.refresh_inside import changed_inside
from runtime.web.records.saving import read_post
from runtime.web.records.step_pages import step_layout, transition_or_404
from runtime.web.records.surroundings import surroundings
from runtime.web.records.wizard import number_in
from runtime.web.records.work_views import draw_transition
from runtime.web.site.addresses import own_address
from runtime.web.site.context import FormPlace, here, place_or_404, record_or_404
from runtime.web.site.htmx import announced, wants_fragment
from runtime.web.site.rendering import draw_changes


def refresh_new(tool: str, form: str) -> Response:
    """How the form of a new record stands."""
    place = creating(tool, form)
    if not wants_fragment():
        posted = read_post(place.access)
        state = FormState(posted.form, dirty=True, typed=request.form)
        return draw_create(place, replace(state, step=number_in(request.form)))
    layout = create_layout(place)
    return _Refresh(place, place.access, None, layout, drawn_in(layout, request.form)).response()


def refresh(tool: str, form: str, record: str) -> Response:
    """How a record's form stands."""
    place = place_or_404(tool, form)
    found = record_or_404(place, record)
    if not found.access.can(Right.EDIT):
        abort(403)
    if not wants_fragment():
        posted = read_post(found)
        state = FormState(posted.form, dirty=True, version=posted.version)
        return draw_record(place, found, state)
    layout = record_layout(place)
    return _Refresh(place, found.access, found, layout, layout).response()


def refresh_transition(tool: str, form: str, record: str, name: str) -> Response:
    """How the dialog of a transition stands."""
    place = place_or_404(tool, form)
    found, step = record_or_404(place, record), transition_or_404(place, name)
    if not found.access.may_take(step):
        abort(403)
    if not wants_fragment():
        posted = read_post(found, only=step.fields or ("",))
        state = FormState(posted.form, comment=request.form.get("_comment", ""))
        return draw_transition(place, found, name, state)
    layout = step_layout(place, step)
    asked = _Refresh(place, found.access, found, layout, layout, STEP_PREFIX, step.require)
    return asked.response()


@dataclass(frozen=True)
class _Refresh:
    """One form that was posted to learn how it stands."""

    place: FormPlace
    access: FormAccess
    record: RecordView | None
    layout: Layout
    within: Layout
    """The parts of the layout that are drawn: all of it, or one step's."""
    prefix: str = FORM_PREFIX
    required: tuple[str, ...] = ()

    def response(self) -> Response:
        """What changed against how the form is drawn; 204 where nothing did."""
        post = with_kept(request.form)
        drawn = dict(read_marker(text) for text in request.form.getlist(DRAWN))
        reacting = self._reacting(post)
        changed = [key for key in self._reacting_keys if reacting.state(key) != drawn.get(key, "")]
        notes = reacting.state(None) != drawn.get(FORM_RULES, "")
        why = reacting.why_state != drawn.get(WHY, "")
        # What depends on no field stands as it was drawn.
        asked = self.access.form.layouts.asked
        parts = [*self._parts(reacting).changed(drawn, self.within)] if asked else []
        anew = [key for key in changed if whole(reacting.state(key)) != whole(drawn.get(key, ""))]
        inner = changed_inside(reacting, self._open(reacting, anew), drawn)
        if not (changed or notes or why or parts or inner.any):
            return Response(status=204)
        part = RefreshPart(
            fields=[*self._fields(anew, post, reacting), *self._inside(inner.anew, post, reacting)],
            marks=[
                *(self._marks(key, reacting) for key in changed if key not in anew),
                *(self._marks_inside(control, reacting) for control in inner.marked),
            ],
            notes=notes,
            why=why,
            reaction=reacting.form(self._keys, prefix=self.prefix),
            parts=parts,
        )
        return announced(draw_changes(part), _said(self.access, part))

    @property
    def _reacting_keys(self) -> list[str]:
        """The drawn fields that may be drawn otherwise."""
        reacting = self.access.form.reactions.reacting
        return [key for key in self._keys if key in reacting and self.access.sees(key)]

    @cached_property
    def _keys(self) -> dict[str, int]:
        """The fields of the form, each with how wide it is drawn."""
        return {place.field: place.span for place in placed_in(sections_of(self.within))}

    def _open(self, reacting: Reacting, anew: Sequence[str]) -> list[str]:
        """The drawn fields inside which somebody types, and which stay as they are drawn."""
        writable = self.access.writable
        return [
            key
            for key in self._keys
            if key in writable and key not in anew and not reacting.locks(key)
        ]

    def _parts(self, reacting: Reacting) -> Parts:
        document = reacting.evaluation.document
        hops = here().hops(self.access)
        live = self.access.form.reactions.live(dict(document), self.access.now, hops)
        stored = self.record.stored if self.record else None
        titles = dict(here().members(self.place.tool)) if self.access.form.layouts.asked else {}
        return Parts(self.layout, Standing(self.access, live, stored, titles), self.prefix)

    def _reacting(self, post: MultiDict[str, str]) -> Reacting:
        form, stored = self.access.form, self.record.stored if self.record else None
        typed = form.asking.typed(post, self._values(form.reactions.needed))
        base = stored.document if stored else form.to_document(self._initial)
        found = evaluated(self.access, typed, base, stored)
        saved, inside = stored is not None, self._reacting_inside(post, found)
        return Reacting(self.access, found, own_address(), saved=saved, typed=True, inside=inside)

    def _reacting_inside(
        self, post: MultiDict[str, str], found: Evaluation
    ) -> ReactingInside | None:
        form, stored = self.access.form, self.record.stored if self.record else None
        if not form.reactions.nests:
            return None
        keys = frozenset(key for key in form.reactions.nests if key in self._keys)
        drawn = form.form_class_of(keys)(post, self._values(keys))
        return inside_of(self.access, drawn, found, stored)

    @cached_property
    def _initial(self) -> dict[str, Any]:
        return self.access.form.initial(self.access.env)

    def _values(self, keys: Iterable[str]) -> dict[str, Any]:
        """The typed values that some fields are drawn with."""
        if self.record is None:
            return {key: self._initial[key] for key in keys if key in self._initial}
        found = {key: self.record.value(key) for key in keys}
        return {k: v for k, v in found.items() if v is not None and not isinstance(v, Broken)}

    def _fields(
        self, keys: Sequence[str], post: MultiDict[str, str], reacting: Reacting
    ) -> list[FieldView]:
        """Fields that take the place of how they were drawn."""
        if not keys:
            return []
        drawing = self._drawing(keys, post, reacting)
        places = [Placement(key, self._keys[key]) for key in keys]
        return drawing.fields(places)

    def _inside(
        self, controls: Sequence[Input], post: MultiDict[str, str], reacting: Reacting
    ) -> list[FieldView]:
        """Parts of fields that take the place of how they were drawn."""
        if not controls:
            return []
        owners = dict.fromkeys(owner_of(control.name) for control in controls)
        drawing = self._drawing([*owners], post, reacting)
        known = {control.name: control for control in drawing.form.controls()}
        views = (drawing.part(known[control.name]) for control in controls)
        return [_out_of_band(view) for view in views]

    def _drawing(
        self, keys: Sequence[str], post: MultiDict[str, str], reacting: Reacting
    ) -> FormDrawing:
        values = self._values(keys)
        form = self.access.form.form_class_of(frozenset(keys))(post, values)
        shown = [field for field in form.field_types if not reacting.hides(field.key)]
        return FormDrawing(
            access=self.access,
            form=form,
            values=values,
            masked=self.record.masked if self.record else frozenset(),
            required=frozenset(self.required),
            prefix=self.prefix,
            reacting=reacting,
            anew=True,
            refresh_url=own_address(),
            **surroundings(
                self.place, self.record, shown, values, making=self.prefix != STEP_PREFIX
            ),
        )

    def _marks_inside(self, control: Input, reacting: Reacting) -> MarksView:
        assert reacting.inside is not None
        name, required = control.name, control.field_type.spec.required
        ui = InputUi(control_id(name, self.prefix), name, required=required)
        how = reacting.inside.of(control) or FieldReaction()
        return MarksView(ui, how, reacting.inside.title(name))

    def _marks(self, key: str, reacting: Reacting) -> MarksView:
        required = self.access.form.fields[key].spec.required or key in self.required
        how = reacting.of_field(key) or FieldReaction()
        title = self.access.form.fields[key].spec.title
        return MarksView(InputUi(control_id(key, self.prefix), key, required=required), how, title)


def _out_of_band(view: FieldView) -> FieldView:
    how = view.reaction
    return replace(view, reaction=replace(how, oob=True)) if how else view


def _said(access: FormAccess, part: RefreshPart) -> str:
    """What a screen reader says of a refresh."""
    hidden = [view.called for view in part.fields if view.mode == "hidden"]
    offers = access.form.reactions.depends
    others = [view.called for view in part.fields if view.ui.name in offers]
    shown = [view.called for view in part.fields if _appeared(view) and view.ui.name not in offers]
    notes = [f"{mark.title}: {note.message}" for mark in part.marks for note in mark.reaction.notes]
    said = [
        *([_("Shown now: %(shown)s", shown=", ".join(shown))] if shown else []),
        *([_("Other choices now: %(others)s", others=", ".join(others))] if others else []),
        *([_("Not shown any more: %(hidden)s", hidden=", ".join(hidden))] if hidden else []),
        *notes,
        *(note.message for note in part.reaction.notes if part.notes),
    ]
    return ". ".join(said)


def _appeared(view: FieldView) -> bool:
    """Whether it is there now; a value that follows in each row is not told of with every key."""
    given = view.spec.computed is not None and "/" in view.ui.name
    return view.mode != "hidden" and not given
