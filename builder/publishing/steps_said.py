"""What the steps of a migration do to records, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from form_specs.checks.raw import object_at, objects, text
from form_specs.compatibility.change import UNANSWERED
from form_specs.exact_json import dumps
from form_specs.language import _, marked
from form_specs.migrations import is_open
from form_specs.model import JsonObject

_NOT_FITTING: Final = {
    "reject": marked("%(field)s: values are taken over; a record whose value does not fit stays as it is"),
    "clear": marked("%(field)s: values are taken over; one that does not fit goes"),
    "keep": marked("%(field)s: values are taken over; one that does not fit stays nevertheless"),
}  # fmt: skip
_ASKED: Final = marked("say below what it becomes")


def steps_said(steps: Sequence[Any], before: JsonObject, after: JsonObject) -> list[str]:
    """A sentence for each step; fields are called as after it, else as before it."""
    titles = Titles(before, after)
    return [said(step, titles) for step in steps if isinstance(step, Mapping)]


class Titles:
    """What fields, choices and states are called."""

    def __init__(self, before: JsonObject, after: JsonObject) -> None:
        self._documents = (after, before)

    def field(self, form: str, key: Any) -> str:
        for found in self._properties(form, key):
            if title := text(found, "title"):
                return title
        return str(key)

    def choice(self, form: str, key: Any, value: Any) -> str:
        for found in self._properties(form, key):
            for _at, choice in objects(object_at(found, "x-ops"), "choices", ""):
                if choice.get("key") == value:
                    return text(choice, "title") or str(value)
        return _value(value)

    def state(self, form: str, key: Any) -> str:
        for document in self._documents:
            for _at, workflow in objects(document, "workflows", ""):
                states = [state for _at, state in objects(workflow, "states", "")]
                for state in states if workflow.get("form") == form or not form else ():
                    if state.get("key") == key:
                        return text(state, "title") or str(key)
        return _value(key)

    def _properties(self, form: str, key: Any) -> list[Mapping[str, Any]]:
        forms = (
            found
            for document in self._documents
            for _at, found in objects(document, "forms", "")
            if found.get("key") == form or not form
        )
        known = (object_at(object_at(found, "schema"), "properties") for found in forms)
        return [object_at(properties, str(key)) for properties in known if str(key) in properties]


def _value(value: Any) -> str:
    if value in (None, ""):
        return _("nothing")
    return value if isinstance(value, str) else dumps(value).decode()


def said(step: Mapping[str, Any], titles: Titles) -> str:
    """What a step does, in a sentence."""
    form = str(step.get("form", ""))
    field = titles.field(form, step.get("field"))
    other = titles.field(form, step.get("from", step.get("to")))
    match step.get("do"):
        case "fill" if "from" in step:
            words = _("%(field)s: where it is empty, as %(other)s is", field=field, other=other)
        case "fill":
            value = (
                _(_ASKED)
                if is_open(step)
                else titles.choice(form, step.get("field"), step.get("value"))
            )
            words = _("%(field)s: where it is empty, %(value)s", field=field, value=value)
        case "map" | "mapState":
            words = _mapped(step, form, field, titles)
        case "convert":
            how = _NOT_FITTING.get(str(step.get("onError")), _NOT_FITTING["reject"])
            words = _(how, field=field)
        case "drop":
            words = _("%(field)s: the value is taken off; the history keeps it", field=field)
        case "rename":
            words = _("%(field)s: the value moves to %(other)s", field=field, other=other)
        case _do:
            words = dumps(dict(step)).decode()
    return words


def _mapped(step: Mapping[str, Any], form: str, field: str, titles: Titles) -> str:
    states = step.get("do") == "mapState"

    def called(value: Any) -> str:
        if value == UNANSWERED:
            return _(_ASKED)
        return titles.state(form, value) if states else titles.choice(form, step["field"], value)

    pairs = [f"{called(old)} → {called(new)}" for old, new in object_at(step, "map").items()]
    return f"{_('State') if states else field}: {', '.join(pairs)}"
