"""Run an engineer's function."""

from components.base import ActionContext, ActionType, RunHook
from components.values.dynamic import resolved
from form_specs.language import marked
from form_specs.model import ActionSpec, JsonValue


class RunHookAction(ActionType):
    """Runs the hook `options.hook` with the arguments `options.with`.

    An argument is a literal, a dynamic value, or `{"field": KEY}` for what the record holds
    (null where it holds nothing).
    """

    name = "run_hook"
    title = marked("Run a hook")
    description = marked("Runs a function that an engineer wrote")

    def plan(self, context: ActionContext) -> RunHook:
        wanted = self.spec.options.get("with", {})
        arguments = {key: _argument(value, context) for key, value in wanted.items()}
        return RunHook(self.spec.options["hook"], arguments)

    @classmethod
    def fields(cls, spec: ActionSpec) -> tuple[str, ...]:
        wanted = spec.options.get("with")
        values = wanted.values() if isinstance(wanted, dict) else ()
        return tuple(field for value in values if (field := _named_field(value)))


def _named_field(value: JsonValue) -> str | None:
    match value:
        case {"field": str(field), **rest} if not rest:
            return field
    return None


def _argument(value: JsonValue, context: ActionContext) -> JsonValue:
    field = _named_field(value)
    if field is not None:
        return context.record.get(field)
    return resolved(value, context.user, context.now)


TYPE = RunHookAction
