"""A formula tried on a record there is: what it gives, or why it gives nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from builder.logic.asking import place_of
from builder.logic.formula_places import FormulaPlace, Mistake, mistake_in
from builder.logic.offers import Options
from components.base import FieldType, InvalidValueError
from form_specs.formulas import Formula, FormulaError, TextTemplate
from form_specs.formulas.templates import for_people
from form_specs.hops import is_hop, written
from form_specs.language import _, digits
from runtime.access import FormAccess
from runtime.compiling.computing import Values
from runtime.reading import ListRequest, RecordView
from runtime.web.site.context import FormPlace, here

_OFFERED: Final = 25


@dataclass(frozen=True, slots=True)
class Marked:
    """The text of a formula around what is wrong in it."""

    before: str
    wrong: str
    after: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a formula."""

    text: str
    marked: Marked | None = None
    gives: str = ""
    """The type that it gives."""
    wanted: str = ""
    reads: Sequence[str] = ()
    """Titles of what it reads."""
    records: Options = ()
    record: str = ""
    result: str = ""
    steps: str = ""
    why: str = ""
    """Why there is no result."""
    mistakes: Sequence[Mistake] = ()


def tried(tool: str, place: FormulaPlace, text: str, record: str = "") -> Trial:
    """What a text gives at a place, over one record: the newest, unless another is named."""
    wanted = place.wanted.noun if place.wanted else ""
    if not text.strip():
        why, records = _("Nothing is written yet"), _choices(tool, place)
        return Trial(text, wanted=wanted, why=why, records=records, record=record)
    try:
        formula = place.compiled(text)
    except FormulaError as error:
        mistake = mistake_in(error, text)
        found = Trial(text, _marked(mistake, text), wanted=wanted, mistakes=[mistake])
        # The record that was chosen stays chosen while somebody mends the formula.
        return replace(found, records=_choices(tool, place), record=record)
    gives = formula.type.noun if isinstance(formula, Formula) else ""
    if not place.holds(formula):
        wanted, gives = "", _("%(type)s, which the field will hold from then on", type=gives)
    reads = [place.form.fields[key] for key in sorted(formula.reads) if key in place.form.fields]
    titles = [field.spec.title for field in reads if field is not None]
    titles += [written(key) for key in sorted(formula.reads) if is_hop(key)]
    found = Trial(text, gives=gives, wanted=wanted, reads=titles)
    return _over_records(found, tool, place, record)


def _marked(mistake: Mistake, text: str) -> Marked:
    start, end = mistake.start, mistake.end
    return Marked(text[:start], text[start:end], text[end:], mistake.message, mistake.hint)


def _over_records(trial: Trial, tool: str, place: FormulaPlace, record: str) -> Trial:
    form = None if place.inside else place_of(tool, place.form.key)
    if form is None:
        inside = _("It is worked out in each part of a record, so it is not tried here")
        nobody = _("You may not read these records, or none were published yet")
        return _without(trial, inside if place.inside else nobody)
    newest = _newest(form)
    if not newest:
        return _without(trial, _("There are no records yet"))
    records = [(view.id, view.title) for view in newest]
    chosen = next((view for view in newest if view.id == record), newest[0])
    return _over(trial, form, place, chosen, records)


def _choices(tool: str, place: FormulaPlace) -> Options:
    """The records that a formula can be tried on; none where it is worked out in parts of one."""
    form = None if place.inside else place_of(tool, place.form.key)
    return [] if form is None else [(view.id, view.title) for view in _newest(form)]


def _newest(form: FormPlace) -> Sequence[RecordView]:
    return here().records.page(here().conn, form.access, ListRequest(limit=_OFFERED)).records


def _without(trial: Trial, why: str) -> Trial:
    return Trial(trial.text, None, trial.gives, trial.wanted, trial.reads, why=why)


def _over(
    trial: Trial, form: FormPlace, place: FormulaPlace, view: RecordView, records: Options
) -> Trial:
    try:
        formula = place.compiled(trial.text, form.form.scope)
    except FormulaError:
        why = _("It reads what is not published yet, so no record can be asked")
        return _without(trial, why)
    if not all(form.access.reads(key) for key in formula.reads):
        return _without(trial, _("It reads what you may not read"))
    result, steps, why = _worked_out(formula, form.access, place, view)
    known = (trial.text, None, trial.gives, trial.wanted, trial.reads, records, view.id)
    return Trial(*known, result=result, steps=steps, why=why)


def _worked_out(
    formula: Formula | TextTemplate, access: FormAccess, place: FormulaPlace, view: RecordView
) -> tuple[str, str, str]:
    """What a formula gives for a record as people read it, its steps, and why it gives nothing."""
    computing = access.form.computing
    values = Values(computing, view.stored.document, view.hops)
    env = computing.environment(access.now, live=True)
    if isinstance(formula, TextTemplate):
        return formula.render(values, env), "", ""
    found = formula.measured(values, env)
    steps = digits(found.steps)
    if found.exhausted:
        return "", steps, _("It takes too many steps, so it gives nothing")
    if found.value is None:
        return "", steps, _("It gives nothing: something that it needs is empty")
    field = place.field if place.holds(formula) else None
    try:
        if isinstance(field, FieldType):
            return field.display(field.from_formula(found.value)), steps, ""
    except (InvalidValueError, ArithmeticError) as error:
        return "", steps, _("The field cannot hold what it gives: %(why)s", why=error)
    return for_people(found.value, env.formats), steps, ""
