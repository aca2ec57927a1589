"""What an action does: how its values are asked for, and all of it in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from builder.drafting.examined import PlacedProblem
from builder.parts.fields import FormFields
from builder.parts.wording import value_words
from components.base import FieldType, InvalidValueError
from form_specs.checks.context import ToolContext
from form_specs.checks.raw import object_at
from form_specs.exact_json import dumps
from form_specs.language import _, marked
from form_specs.model import JsonValue

HOWS: Final = {
    "value": marked("This value"),
    "user": marked("Who presses it"),
    "now": marked("The time when it is pressed"),
    "today": marked("The day when it is pressed, and days after it"),
    "empty": marked("Nothing: it is emptied"),
    "field": marked("What a field of the record holds"),
    "number": marked("This number"),
    "yes": marked("Yes"),
    "no": marked("No"),
    "unset": marked("Nothing"),
    "other": marked("As the text of the spec says"),
}
SETTING: Final = ("value", "user", "now", "today", "empty")
PASSING: Final = ("value", "number", "field", "user", "now", "today", "yes", "no", "empty")


_MOVING: Final = {
    "user": ("user", "value", "empty"),
    "date": ("today", "value", "empty"),
    "datetime": ("now", "value", "empty"),
    "text": ("value", "user", "empty"),
}
"""The ways to set a field by its type, the likeliest first; of all others a value, or none."""
_PICKED: Final = ("date", "time")


def ways_to_set(field: Any) -> Sequence[str]:
    """In which ways a field can be set; all of them where it is not known what it is."""
    if not isinstance(field, FieldType):
        return SETTING
    return _MOVING.get(field.name, ("value", "empty"))


def input_of(field: Any) -> str:
    """The type of the input that a value of a field is picked by."""
    picked = isinstance(field, FieldType) and field.filter_input in _PICKED
    return str(field.filter_input) if picked else "text"


@dataclass(frozen=True, slots=True)
class GivenValue:
    """A value that an action gives: to a field, or to an argument of a hook."""

    name: str
    title: str
    how: str
    hows: Sequence[tuple[str, str]]
    value: str
    """As its input writes it."""
    choices: Sequence[tuple[str, str]] = ()
    """Where it is one of some."""
    problems: Sequence[PlacedProblem] = ()
    hint: str = ""
    is_required: bool = False
    otherwise: str = ""
    """What it begins with, where its way is chosen before its value."""
    is_known: bool = False
    """The function says that it takes it: it cannot be taken out."""
    input: str = "text"
    """The type of the input of its value."""


def how_given(value: Any, *, to_hook: bool) -> tuple[str, str]:
    """In which of the ways a value is given, and what its input writes."""
    if (found := _moving(value)) is not None:
        return found
    if not to_hook:
        return "value", _written(value)
    match value:
        case {"field": str(key), **rest} if not rest:
            return "field", key
    return _argument(value)


def _moving(value: Any) -> tuple[str, str] | None:
    """The way of a value that is known only when the button is pressed, or of none at all."""
    match value:
        case None:
            return "empty", ""
        case {"user": "id", **rest} if not rest:
            return "user", ""
        case {"now": {**distance}, **rest} if not rest and not distance:
            return "now", ""
        case {"today": {**distance}, **rest} if not rest and distance.keys() <= {"days"}:
            return "today", str(distance.get("days", 0))
    return None


def _argument(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return ("yes" if value else "no"), ""
    if isinstance(value, str):
        return "value", value
    return ("number" if isinstance(value, int | float) else "other"), _written(value)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value).decode()


def typed_value(field: FieldType, value: Any) -> str:
    """A value as the field's input writes it."""
    try:
        return next(iter(field.to_text(field.parse(value))), "")
    except InvalidValueError:
        return _written(value)


def choices_of(field: Any) -> list[tuple[str, str]]:
    """The values that a field can have, where they stand in it."""
    if not isinstance(field, FieldType):
        return []
    # What begins with @ asks who looks, and is no value.
    choices = (each for each in field.filter_options() if not each.retired)
    return [(each.key, each.title) for each in choices if each.key[:1] != "@"]


def hows(names: Sequence[str], how: str) -> list[tuple[str, str]]:
    """The ways to give a value, the one that it is given in among them."""
    return [(name, _(HOWS[name])) for name in dict.fromkeys((*names, how))]


def action_words(tool: ToolContext | None, form: str, action: Mapping[str, Any]) -> list[str]:
    """What an action does, a sentence each."""
    options = object_at(action, "options")
    if action.get("type") == "set_values":
        given = object_at(options, "values").items()
        return [said for key, value in given if (said := value_words(tool, form, key, value))]
    if action.get("type") == "run_hook" and isinstance(hook := options.get("hook"), str):
        fields = FormFields.of(tool, form)
        passed = [f"{k} = {_passed(fields, v)}" for k, v in object_at(options, "with").items()]
        said = _("Runs %(hook)s", hook=hook)
        return [f"{said}: {', '.join(passed)}" if passed else said]
    return []


def _passed(fields: FormFields, value: JsonValue) -> str:
    how, written = how_given(value, to_hook=True)
    if how == "field":
        return fields.title(written)
    if how in ("value", "number", "other"):
        return written
    if how == "today" and written == "1":
        return _("today and one day")
    if how == "today" and written != "0":
        return _("today and %(days)s days", days=written)
    return _(HOWS[how]).lower()
