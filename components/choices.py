"""The choices of a field: which there are, which are offered, how one is found."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from components.values import InvalidValueError
from form_specs.model import Choice, Color, FieldSpec, JsonValue

_MAX_NAMED: Final = 12
_MAX_CHOICES: Final = 2_000
_MAX_KEY: Final = 200


class Choices:
    """The choices of one field by key, in the order of the spec; retired ones among them.

    Without `x-ops.choices` they are the values of the property's `enum`.
    """

    def __init__(self, spec: FieldSpec, schema: Mapping[str, Any]) -> None:
        found: Sequence[Choice] = spec.choices or tuple(
            Choice(key=key, title=key) for key in schema.get("enum", ()) if isinstance(key, str)
        )
        self._by_key = {choice.key: choice for choice in found}
        self._by_title = {choice.title.casefold(): choice.key for choice in reversed(found)}

    def key_of(self, value: JsonValue) -> str:
        """From JSON to a key that there is; raises `InvalidValueError`."""
        if isinstance(value, str) and value in self._by_key:
            return value
        if isinstance(value, str) and (close := get_close_matches(value[:200], self._by_key, 1)):
            raise InvalidValueError(
                f"There is no choice '{value[:200]}'; did you mean '{close[0]}'?"
            )
        named = ", ".join(list(self._by_key)[:_MAX_NAMED])
        more = ", …" if len(self._by_key) > _MAX_NAMED else ""
        raise InvalidValueError(f"Choose one of {named}{more}")

    def key_from_text(self, text: str) -> str:
        """From a key or a title, as one stands in a form post or a CSV cell, to the key."""
        if text in self._by_key:
            return text
        return self.key_of(self._by_title.get(text.strip().casefold(), text))

    def title(self, key: str) -> str:
        """What is shown; a key that there is no more is shown as it is."""
        choice = self._by_key.get(key)
        return choice.title if choice else key

    def color(self, key: str) -> Color:
        """The colour of the dot before the title."""
        choice = self._by_key.get(key)
        return choice.color if choice else Color.GRAY

    def offered(self, current: Collection[str]) -> tuple[Choice, ...]:
        """What a select offers: all but the retired, and those that the record already holds."""
        return tuple(c for c in self._by_key.values() if not c.retired or c.key in current)

    def retired(self, keys: Collection[str]) -> str | None:
        """The title of the first retired choice among the keys, or none."""
        return next((c.title for c in self._by_key.values() if c.retired and c.key in keys), None)


def are_keys(values: Any) -> bool:
    """Whether the values of an `enum` can be keys of choices."""
    return (
        isinstance(values, list)
        and 0 < len(values) <= _MAX_CHOICES
        and all(isinstance(value, str) and 0 < len(value) <= _MAX_KEY for value in values)
    )
