"""Set fields of a record."""

from components.base import ActionContext, ActionType, SetValues
from components.values.dynamic import resolved
from form_specs.language import marked
from form_specs.model import ActionSpec


class SetValuesAction(ActionType):
    """Sets the fields in `options.values`; null takes a value away."""

    name = "set_values"
    title = marked("Set values")
    description = marked("Gives fields of the record a value, such as oneself as the owner")

    def plan(self, context: ActionContext) -> SetValues:
        values = self.spec.options["values"]
        return SetValues(
            {key: resolved(value, context.user, context.now) for key, value in values.items()}
        )

    @classmethod
    def fields(cls, spec: ActionSpec) -> tuple[str, ...]:
        values = spec.options.get("values")
        return tuple(values) if isinstance(values, dict) else ()


TYPE = SetValuesAction
