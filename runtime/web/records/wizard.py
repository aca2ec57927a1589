"""New records that are filled in step by step.

Each step is one answer of the server: what was typed in the others goes along in hidden inputs,
so that it works without a script and nothing is lost.  After the last step everything is shown
once more; files are chosen there, since no answer can carry them along.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flask import request
from werkzeug.datastructures import MultiDict

from components.controls.posts import owner_of
from components.nested.others import OTHERS
from form_specs.language import _, marked
from form_specs.layouts import fields_in
from form_specs.model import Layout, Placement, Step
from runtime.gate import Reason
from runtime.web.contexts import FormError, SectionView, WizardView
from runtime.web.forms.fields import FormDrawing, control_id
from runtime.web.forms.form_errors import show_reasons
from runtime.web.forms.kept import KEPT
from runtime.web.forms.layout_drawing import LayoutDrawing, Parts, Standing
from runtime.web.records.saving import Posted
from runtime.web.site.context import FormPlace, here
from runtime.web.titles import Titles, chosen_now

LAST_TITLE = marked("Check")


@dataclass(frozen=True)
class Wizard:
    """A layout of steps, over the form that is being filled in."""

    layout: Layout
    drawing: FormDrawing

    @cached_property
    def known(self) -> Parts:
        return Parts(self.layout, Standing.of(self.drawing), self.drawing.prefix)

    @property
    def end(self) -> int:
        """The number of the look at everything, after the last step."""
        return len(self.layout)

    @cached_property
    def steps(self) -> dict[int, Step]:
        """The steps that are shown, by their numbers."""
        numbered = enumerate(self.layout)
        return {
            number: step
            for number, step in numbered
            if isinstance(step, Step) and self.known.standing.shows(step) and self._drawn(step)
        }

    def _drawn(self, step: Step) -> list[SectionView]:
        return LayoutDrawing(self._without_files, self.known).sections(step.sections)

    @cached_property
    def _without_files(self) -> FormDrawing:
        access = self.drawing.access
        files = frozenset(key for key, field in access.form.fields.items() if field.uploads)
        return replace(self.drawing, left_out=files)

    # -- moving -------------------------------------------------------------------------

    def at(self, number: int) -> int:
        """The step that is meant by a number, or the next one that is shown."""
        return next((known for known in (*self.steps, self.end) if known >= number), self.end)

    def before(self, number: int) -> int:
        """The step before a number, or the first."""
        return max((known for known in self.steps if known < number), default=self.at(0))

    def faulty(self) -> int:
        """The first step with something wrong in it, or the end."""
        wrong = (n for n, step in self.steps.items() if any(map(self._is_wrong, self._keys(step))))
        return next(wrong, self.end)

    def _is_wrong(self, key: str) -> bool:
        return bool(self.drawing.form.control(key).errors)

    @staticmethod
    def _keys(step: Step) -> tuple[str, ...]:
        return fields_in(step.sections)

    def keys(self, number: int) -> tuple[str, ...]:
        """The fields of a step; none of the end."""
        return self._keys(self.steps[number]) if number in self.steps else ()

    # -- drawing ------------------------------------------------------------------------

    def sections(self, number: int) -> list[SectionView]:
        """What a step asks for; at the end everything that was typed, to be read."""
        if number in self.steps:
            return _not_called_twice(self._drawn(self.steps[number]), self.steps[number].title)
        return [*self._read(), *self._files(), *self._others()]

    def _read(self) -> Iterator[SectionView]:
        values = {**self.drawing.values, **self.drawing.form.posted()}
        choosing = self.drawing.choosing
        chosen = chosen_now(choosing.directory, values) if choosing else None
        titles = Titles(self.drawing.titles, chosen)
        reading = replace(self._without_files, editable=False, values=values, titles=titles)
        for number, step in self.steps.items():
            drawn = LayoutDrawing(reading, self.known).sections(step.sections)
            views = [view for section in drawn for view in section.fields if view.mode != "note"]
            yield SectionView(f"check-{number}", step.title, 2, views)

    def _files(self) -> Iterator[SectionView]:
        keys = [key for step in self.steps.values() for key in self._keys(step)]
        views = self.drawing.fields(
            Placement(key) for key in keys if key in self._without_files.left_out
        )
        if views:
            yield SectionView("check-files", _("Files"), 1, views)

    def _others(self) -> Iterator[SectionView]:
        """What no step asks for, where the form takes more."""
        view = self.drawing.others()
        if view is not None:
            yield SectionView("check-others", view.spec.title, 2, [view])

    def view(self, number: int, typed: MultiDict[str, str]) -> WizardView:
        """Where a step stands, with what was typed in the others."""
        numbers = [*self.steps, self.end]
        step = self.steps.get(number)
        return WizardView(
            titles=[*(step.title for step in self.steps.values()), _(LAST_TITLE)],
            at=numbers.index(number),
            description=step.description if step else _("Look through it once more."),
            number=number,
            carried=[*self._carried(typed, frozenset(self.keys(number)))],
            changes=[*self.steps, -1] if step is None else (),
        )

    def _carried(
        self, typed: MultiDict[str, str], drawn: frozenset[str]
    ) -> Iterator[tuple[str, str]]:
        fields = self.drawing.access.form.fields
        for name, text in typed.items(multi=True):
            owner = owner_of(name.removeprefix(KEPT))
            if owner == OTHERS:
                if drawn:
                    yield name, text
            elif owner in fields and owner not in drawn and not fields[owner].uploads:
                yield name, text


def number_in(typed: MultiDict[str, str]) -> int:
    """The step that a post or draft was made in."""
    return min(max(typed.get("_step", 0, type=int), 0), 1_000)


def moved(wizard: Wizard, posted: Posted, place: FormPlace) -> tuple[int, list[FormError]]:
    """From the button that was pressed to the step that comes then, and what is wrong where one is."""
    here_, pressed = wizard.at(number_in(request.form)), request.form.get("_go", "next")
    if pressed == "back":
        return wizard.before(here_), []
    if pressed.isascii() and pressed.isdigit():
        return wizard.at(min(int(pressed), wizard.end)), []
    errors = _faults(posted, place, wizard.keys(here_))
    return (here_, errors) if errors else (wizard.at(here_ + 1), [])


def _faults(posted: Posted, place: FormPlace, keys: Sequence[str]) -> list[FormError]:
    """What is wrong with the fields of one step."""
    unread = [
        FormError(f"{place.form.fields[key].spec.title}: {message}", control_id(key))
        for key in keys
        for message in posted.form.control(key).errors
    ]
    if unread:
        return unread
    reasons = here().services.gate.create_obstacles(place.access, posted.values, posted.origin)
    return show_reasons(posted.form, [r for r in reasons if _is_of(r, keys)])


def _is_of(reason: Reason, keys: Sequence[str]) -> bool:
    return reason.field is not None and reason.field in keys


def _not_called_twice(drawn: Sequence[SectionView], title: str) -> list[SectionView]:
    """Sections of a step, the first without the title that the step itself has."""
    first, *others = drawn
    return [
        replace(first, title="") if first.title == title and not first.folds else first,
        *others,
    ]
