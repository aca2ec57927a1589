"""The choices of a field: which there are, which are offered, how one is found."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final

from components.recognition import type_problem
from components.values import InvalidValueError
from components.values.limits import characters_at_most
from components.values.texts import clean_text
from form_specs.language import _
from form_specs.model import Choice, Color, FieldSpec, JsonValue

_MAX_NAMED: Final = 12
_MAX_CHOICES: Final = 2_000
_MAX_KEY: Final = 200


class Choices:
    """The choices of one field by key, in the order of the spec; retired ones among them.

    Without `x-ops.choices` they are the values of the property's `enum`.  Where they come from
    elsewhere, or another text may be typed, any short text is a key: the write gate knows more.
    """

    def __init__(self, spec: FieldSpec, schema: Mapping[str, Any]) -> None:
        found: Sequence[Choice] = spec.choices or tuple(
            Choice(key=key, title=key) for key in schema.get("enum", ()) if isinstance(key, str)
        )
        self.is_open = spec.source is not None or spec.or_other
        self._elsewhere = spec.source is not None
        self._by_key = {choice.key: choice for choice in found}
        self._retired = {choice.key: choice.title for choice in found if choice.retired}
        self._by_title = {choice.title.casefold(): choice.key for choice in reversed(found)}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all choices, the retired among them; none where another may be a key as well."""
        return () if self.is_open else tuple(self._by_key)

    @property
    def retires(self) -> bool:
        """Whether any of the choices is retired."""
        return bool(self._retired)

    def key_of(self, value: JsonValue) -> str:
        """From JSON to a key that there is; raises `InvalidValueError`."""
        if isinstance(value, str) and value in self._by_key:
            return value
        if self.is_open:
            return _open_key(value)
        if isinstance(value, str) and (close := get_close_matches(value[:200], self._by_key, 1)):
            raise InvalidValueError(
                _(
                    "There is no choice '%(value)s'; did you mean '%(meant)s'?",
                    value=value[:200],
                    meant=close[0],
                )
            )
        named = ", ".join(list(self._by_key)[:_MAX_NAMED])
        more = ", …" if len(self._by_key) > _MAX_NAMED else ""
        raise InvalidValueError(_("Choose one of %(choices)s", choices=named + more))

    def key_from_text(self, text: str) -> str:
        """From a key or a title, as one stands in a form post or a CSV cell, to the key."""
        if text in self._by_key:
            return text
        return self.key_of(self._by_title.get(text.strip().casefold(), text))

    def looked_up(self, keys: Collection[str]) -> tuple[str, ...]:
        """Those of the keys whose titles stand elsewhere."""
        return tuple(keys) if self._elsewhere else ()

    def title(self, key: str) -> str:
        """What is shown; a key that there is no more is shown as it is."""
        choice = self._by_key.get(key)
        return choice.title if choice else key

    def cell(self, key: str) -> str:
        """What a CSV file holds: the title, or the key where the title would be read as another."""
        title = self.title(key)
        meant = self._by_title.get(title.strip().casefold())
        return title if title not in self._by_key and meant == key else key

    def color(self, key: str) -> Color:
        """The colour of the dot before the title."""
        choice = self._by_key.get(key)
        return choice.color if choice else Color.GRAY

    def offered(self, current: Collection[str]) -> tuple[Choice, ...]:
        """What a select offers: all but the retired, and those that the record already holds."""
        return tuple(c for c in self._by_key.values() if not c.retired or c.key in current)

    def retired(self, keys: Collection[str]) -> str | None:
        """The title of the first retired choice among the keys, or none."""
        return next((title for key, title in self._retired.items() if key in keys), None)


def _open_key(value: JsonValue) -> str:
    key = clean_text(value)
    if not key.strip():
        raise InvalidValueError(_("Choose something, or leave it out"))
    if len(key) > _MAX_KEY:
        raise InvalidValueError(characters_at_most(_MAX_KEY, len(key)))
    return key


def choices_problem(schema: Mapping[str, Any]) -> str | None:
    """Why a property or item schema cannot be that of a choice, or none."""
    # How many there may be is said of the choices themselves.
    if "enum" in schema and not are_keys(schema["enum"], most=None):
        return _('The property must have an "enum" with the keys of its choices, which are texts')
    if "enum" not in schema and "anyOf" not in schema:
        return type_problem(schema, "string")
    if schema.get("type", "string") != "string":
        return _('The property must have "type": "string", not %(type)s', type=repr(schema["type"]))
    return None


def are_keys(values: Any, most: int | None = _MAX_CHOICES) -> bool:
    """Whether the values of an `enum` can be keys of choices; `most` is none where any number may be."""
    return (
        isinstance(values, list)
        and 0 < len(values) <= (most or len(values))
        and all(isinstance(value, str) and 0 < len(value) <= _MAX_KEY for value in values)
    )
