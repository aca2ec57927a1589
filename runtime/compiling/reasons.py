"""Why a field is hidden, needed or locked, in the words of those who work with the records."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from components.base import FieldType, InvalidValueError
from components.members import members_of
from form_specs.conditions.wording import Words, sentence
from form_specs.language import _, voice
from form_specs.model import FieldSpec, JsonObject, JsonValue
from runtime.compiling.inside import Told

if TYPE_CHECKING:
    from runtime.compiling.form import CompiledForm

_SENTENCES: Final = 2_000
"""How many sentences about the fields of one form are kept, those in other languages among them."""


def literal_text(field: FieldType | None, literal: JsonValue) -> str | None:
    """What people read for a literal that a condition compares with a field; none for a free text."""
    if field is None:
        return None
    try:
        plain = isinstance(literal, str) and "contains" in field.operators
        return None if plain else field.literal_words(literal)
    except InvalidValueError:
        return None


_Saying = Callable[["Reasons", str], str]


class Reasons:
    """The sentences about some fields that stand together, each in the language of whoever asks."""

    def __init__(self, fields: Mapping[str, FieldSpec], words: Words) -> None:
        self._fields = fields
        self._words = words
        # A form says the same ones again with every key that somebody presses in it.
        self._known = lru_cache(_SENTENCES)(self._made)

    def shown(self, key: str) -> str:
        """When a field is shown."""
        return self._known(Reasons._shown, key, voice())

    def locked(self, key: str) -> str:
        """While what a field cannot be changed."""
        return self._known(Reasons._locked, key, voice())

    def needed(self, key: str) -> str:
        """What is to be done about a field that is needed, and when it is."""
        return self._known(Reasons._needed, key, voice())

    def _made(self, say: _Saying, key: str, _voice: object) -> str:
        return say(self, key)

    def _said(self, raw: JsonObject | None) -> str:
        return sentence(raw, self._words)

    def _shown(self, key: str) -> str:
        spec = self._fields[key]
        return _(
            "%(title)s is shown when %(condition)s",
            title=spec.title,
            condition=self._said(spec.show_when),
        )

    def _locked(self, key: str) -> str:
        spec = self._fields[key]
        if spec.read_only_when is None:
            return _("%(title)s is not filled in by hand", title=spec.title)
        return _(
            "%(title)s cannot be changed while %(condition)s",
            title=spec.title,
            condition=self._said(spec.read_only_when),
        )

    def _needed(self, key: str) -> str:
        spec = self._fields[key]
        return _(
            "Fill in %(title)s: it is needed when %(condition)s",
            title=spec.title,
            condition=self._said(spec.require_when),
        )


def inside_reasons(form: "CompiledForm", told: Told) -> Reasons:
    """The sentences about the fields beside a part inside a field."""
    seen = told.beside.seen
    specs = {key: found.spec for key, found in seen.items()}
    members = {path: member.field for path, member in members_of(seen).items()}

    def display(path: str, literal: JsonValue) -> str | None:
        own = seen.get(path) or members.get(path)
        return literal_text(own or form.field_at(path), literal)

    return Reasons(specs, form.words.inside(specs, display))
