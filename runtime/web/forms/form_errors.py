"""What is wrong with a form: each thing at the input that is to be put right, and in the summary above."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from components.controls.control import Input
from components.forms import RecordForm
from components.nested.others import OTHERS
from components.values import Fault
from form_specs.problem import steps_of
from runtime.gate import Reason as GateReason
from runtime.web.contexts import FormError, Reason
from runtime.web.forms.fields import control_id

_SHORT: Final = 2
"""A title of so few letters is found in any sentence."""


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
    message = str(Fault(_steps(control, left), reason.detail or reason.message))
    if not around:
        # Of what no field shows, the name is no title that a message could have.
        message = message if control.name == OTHERS else reason.message
        control.add_error(message)
        return _line([] if _names(message, control) else [control], message, control)
    control.add_error(message)
    return _line([*around, control], message, control)


def _steps(control: Input, left: Sequence[str | int]) -> tuple[str | int, ...]:
    """The way on into a control's value: where that is a list, a step counts its entries."""
    value: Any = control.drafted
    found: list[str | int] = []
    for step in left:
        listed = isinstance(value, Sequence) and not isinstance(value, str)
        known = int(step) if listed and str(step).isdigit() else step
        found.append(known)
        value = _part(value, known)
    return tuple(found)


def _part(value: Any, step: str | int) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _names(message: str, control: Input) -> bool:
    """Whether a sentence says by itself which field it is about; a title of two letters is in any."""
    title = control.label.text.casefold()
    found = re.search(rf"(?<!\w){re.escape(title)}(?!\w)", message.casefold())
    return found is not None and len(title) > _SHORT


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
