"""One of several kinds of value."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms.fields.core import Field as Control

from components.base import FieldType
from components.judging.alternatives import Alternatives
from components.nested.containers import ContainerType, dumped, parsed, shown
from components.nested.variant_control import Chosen, VariantControl
from components.recognition import holds_only
from components.values import ABSENT, InvalidValueError, Kept
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue


class VariantType(ContainerType):
    """A value of one of the alternatives in `oneOf` or `anyOf`, each a field with a title.

    They are told apart by constants, required keys and JSON types.  In the store stands the
    JSON of the value, which says by itself of which alternative it is.
    """

    name = "variant"
    title = marked("One of several")
    exclusive = True
    description = marked("One of several kinds of value, such as a card or a bank account")

    def __init__(self, spec: FieldSpec, locale: str = "en", children: Any = ()) -> None:
        super().__init__(spec, locale, children)
        if not self.children:
            raise ValueError(_("The alternatives need 'x-ops' each"))
        if any(child.exclusive for child in self.children if isinstance(child, ContainerType)):
            raise ValueError(
                _("An alternative cannot itself be one of several: name all in one list")
            )
        self._alternatives = Alternatives([child.spec.schema for child in self.children])

    @property
    def allows_null(self) -> bool:
        return any(child.allows_null for child in self.children)

    @property
    def members(self) -> Mapping[str, FieldType]:
        """The fields that all alternatives have alike, stored as the JSON that they are."""
        first, *others = (child.members for child in self.children)
        return {
            key: field
            for key, field in first.items()
            if type(field).to_store is FieldType.to_store
            and all(key in other and other[key].measure == field.measure for other in others)
        }

    def inner(self, value: Any) -> Iterator[tuple[str | int, FieldType | None, Any]]:
        if isinstance(value, Chosen):
            yield value.alternative, self.children[value.alternative], value.value

    def with_parts(self, value: Any, parts: Mapping[str | int, Any]) -> Any:
        return Chosen(value.alternative, parts.get(value.alternative, value.value))

    def part_title(self, step: str | int, field: FieldType | None) -> str:
        return self.children[int(step)].spec.title

    def parse(self, value: JsonValue) -> Any:
        problem: InvalidValueError | None = None
        for at in self._meant(value):
            try:
                return Chosen(at, parsed(self.children[at], value))
            except InvalidValueError as error:
                problem = problem or error
        if problem is not None:
            raise problem
        titles = ", ".join(child.spec.title for child in self.children)
        raise InvalidValueError(_("This fits none of: %(alternatives)s", alternatives=titles))

    def _meant(self, value: JsonValue) -> list[int]:
        """The places of the alternatives that a value may be of, likeliest first."""
        if value is None:
            # A field that takes null beside its values says so itself; its schema is that of the values.
            return [at for at, child in enumerate(self.children) if child.allows_null]
        return self._alternatives.ranked(value)

    def dump(self, value: Any) -> JsonValue:
        return dumped(self.children[value.alternative], value.value)

    def from_store(self, stored: JsonValue) -> Any:
        return self.parse(stored)

    def display(self, value: Any) -> str:
        child = self.children[value.alternative]
        text = shown(child, value.value) if child.only is ABSENT else ""
        return f"{child.spec.title}: {text}" if text else child.spec.title

    def change_problem(self, before: Any, after: Any) -> str | None:
        if not isinstance(after, Chosen) or isinstance(after.value, Kept):
            return None
        alike = isinstance(before, Chosen) and before.alternative == after.alternative
        old = before.value if alike and not isinstance(before.value, Kept) else ABSENT
        return self.children[after.alternative].change_problem(old, after.value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        return super().parse_text(texts)

    def control(self) -> Control:
        return VariantControl(self)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        text: JsonValue = {"type": "string", "title": "A text", "x-ops": {"type": "text"}}
        number: JsonValue = {"type": "integer", "title": "A number", "x-ops": {"type": "integer"}}
        return {"oneOf": [text, number]}

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        parts = schema.get("oneOf", schema.get("anyOf"))
        alone = holds_only(schema, "oneOf") or holds_only(schema, "anyOf")
        several = isinstance(parts, list) and 1 < len(parts) <= 20
        if not alone or not several or not all(isinstance(part, Mapping) for part in parts or ()):
            return 0
        return 4

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        parts = schema.get("oneOf", schema.get("anyOf"))
        if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
            return _('The property must have "oneOf" or "anyOf" of fields: each with "x-ops"')
        if "oneOf" in schema and "anyOf" in schema:
            return _('The alternatives stand in "oneOf" or in "anyOf", not in both')
        return None


TYPE = VariantType
