"""Yes or no."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.base import FieldType
from components.recognition import holds_only, type_problem
from components.values import ABSENT, InvalidValueError
from form_specs.conditions import Kind
from form_specs.formulas import BOOLEAN, FormulaType
from form_specs.language import _, marked
from form_specs.model import Choice, FieldSpec, JsonValue

_TEXTS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("true", "yes", "y", "on", "1", "x"), True),
    **dict.fromkeys(("false", "no", "n", "off", "0"), False),
}


class BooleanType(FieldType):
    """Yes or no.

    A checkbox posts nothing when it is not ticked; so before it stands a hidden input of the
    same name that posts `unchecked(value)`, and the last text posted counts.
    """

    name = "boolean"
    title = marked("Yes or no")
    description = marked("A checkbox")
    filter_input = "options"
    kind = Kind.BOOLEAN
    operators = ("eq", "ne", "empty", "present")

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.grouped = spec.widget == "radios"
        self.idle_texts = (("false",),) if spec.required and not self.grouped else ()

    def parse(self, value: JsonValue) -> bool:
        if not isinstance(value, bool):
            raise InvalidValueError(_("This must be true or false"))
        return value

    def parse_text(self, texts: Sequence[str]) -> Any:
        text = next(reversed(texts), "").strip().lower()
        if not text:
            return ABSENT
        if text not in _TEXTS:
            raise InvalidValueError(_("Write yes or no"))
        return _TEXTS[text]

    @property
    def formula_kind(self) -> FormulaType:
        return BOOLEAN

    def to_text(self, value: bool) -> list[str]:
        return ["true" if value else "false"]

    def display(self, value: bool) -> str:
        return _("Yes") if value else _("No")

    def filter_options(self) -> tuple[Choice, ...]:
        return tuple(Choice(key, self.display(key == "true")) for key in ("true", "false"))

    def unchecked(self, value: Any) -> str:
        """What an unticked checkbox posts: "no", or nothing where there is null, or no value and need be none."""
        unknown = value is None or (value is ABSENT and not self.spec.required)
        return "" if unknown else "false"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "boolean"}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        fits = schema.get("type") == "boolean" and holds_only(schema, "type", "enum", "const")
        return 10 if fits else 0

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "boolean")


TYPE = BooleanType
