"""What is wrong with a form: each thing at the input that is to be put right, and in the summary above."""

from collections.abc import Iterable, Sequence

from components.controls.control import Input
from components.forms import RecordForm
from components.values import Fault
from form_specs.problem import steps_of
from runtime.gate import Reason as GateReason
from runtime.web.contexts import FormError, Reason
from runtime.web.forms.fields import control_id


def show_reasons(form: RecordForm, reasons: Iterable[GateReason]) -> list[FormError]:
    """Puts each reason at its input, and gives the lines of the summary above the form."""
    return [_shown(form, reason) for reason in reasons]


def _shown(form: RecordForm, reason: GateReason) -> FormError:
    if reason.field is None:
        return FormError(reason.message)
    control, left = form.deepest(steps_of(reason.pointer) or (reason.field,))
    if control is None:
        return FormError(reason.message, control_id(reason.field))
    around = form.around(control)
    if left and left[0] in control.field_type.parts:
        control.wrong_parts |= {str(left[0])}
    if not around:
        control.add_error(reason.message)
        return _line([] if _names(reason.message, control) else [control], reason.message, control)
    message = str(Fault(tuple(left), reason.detail or reason.message))
    control.add_error(message)
    return _line([*around, control], message, control)


def _names(message: str, control: Input) -> bool:
    """Whether a sentence says by itself which field it is about."""
    return control.label.text.casefold() in message.casefold()


def form_errors(form: RecordForm) -> list[FormError]:
    """The lines of the summary for what could not even be read."""
    return [
        _line([*form.around(control), control], message, control)
        for control in form.controls()
        for message in control.errors
    ]


def _line(way: Sequence[Input], message: str, control: Input) -> FormError:
    """A line that leads to an input, with the titles on the way to it."""
    titles = ", ".join(each.label.text for each in way if each.label.text)
    return FormError(f"{titles}: {message}" if titles else message, control_id(control.name))


def reasons_shown(reasons: Iterable[GateReason]) -> list[Reason]:
    """Why a button is disabled, each with the input that would help."""
    return [Reason(r.message, control_id(r.field) if r.field else "") for r in reasons]
