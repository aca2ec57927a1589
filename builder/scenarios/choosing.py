"""What the values in a test's steps are chosen from, and what chosen ones are called."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from builder.parts.does import choices_of
from builder.scenarios.values import shown_value, told_value
from components.base import FieldType
from form_specs.checks.context import ToolContext
from form_specs.checks.raw import objects, text
from form_specs.exact_json import dumps
from form_specs.language import _
from form_specs.model import JsonValue
from form_specs.scenarios import Doing, record_name

Options: TypeAlias = list[tuple[str, str]]
"""(text as it is typed, title)."""

_CHOSEN: Final = ("options", "suggest")
_SEVERAL: Final = ("multi_choice", "links")


@dataclass(frozen=True, slots=True)
class StepChoices:
    """The choices of one test: those of its fields, the people who act in it, the records it makes."""

    tool: ToolContext | None
    steps: Sequence[Mapping[str, Any]]
    titles: Callable[[set[str]], Mapping[str, str]]
    """From names of accounts to what people call them."""

    def options(self, form: str, key: str) -> Options:
        """What a field can be filled with; empty: its value is typed."""
        field = self._field(form, key)
        return [*self._offered(field)] if field is not None else []

    def is_several(self, form: str, key: str) -> bool:
        """Whether several of them can be chosen."""
        field = self._field(form, key)
        return field is not None and field.name in _SEVERAL

    def told(self, form: str, key: str, value: JsonValue) -> str:
        """A value in a sentence."""
        known = dict(self.options(form, key))
        several = isinstance(value, list) and self.is_several(form, key)
        if several and isinstance(value, list):
            return ", ".join(known.get(shown_value(each), told_value(each)) for each in value)
        found = known.get(shown_value(value))
        if found is None and isinstance(value, str) and self._holds_people(form, key):
            found = self.titles({value}).get(value)
        return told_value(value) if found is None else found

    def _holds_people(self, form: str, key: str) -> bool:
        field = self._field(form, key)
        return field is not None and field.name == "user"

    def _field(self, form: str, key: str) -> FieldType | None:
        there = self.tool.forms.get(form) if self.tool else None
        found = there.known.get(key) if there else None
        return found if isinstance(found, FieldType) else None

    def _offered(self, field: FieldType) -> Iterable[tuple[str, str]]:
        if field.name == "user":
            return self._people()
        if field.spec.link is not None:
            return self._records(field.spec.link.form)
        if field.filter_input not in _CHOSEN or field.spec.or_other:
            return ()
        if field.name == "boolean":
            return [(shown_value(value), field.display(value)) for value in (True, False)]
        if field.spec.source is not None:
            return self._of_list(field.spec.source.list)
        return choices_of(field)

    def _of_list(self, key: str) -> Options:
        for _at, raw in objects(self.tool.document if self.tool else {}, "lists", ""):
            if text(raw, "key") == key:
                choices = [choice for _below, choice in objects(raw, "choices", "")]
                return [(k, text(c, "title") or k) for c in choices if (k := text(c, "key"))]
        return []

    def _people(self) -> Iterator[tuple[str, str]]:
        """Whoever acts: who has one role is called as that, where nobody is named."""
        roles = [raw for _at, raw in objects(self.tool.document if self.tool else {}, "roles", "")]
        called = {key: text(raw, "title") or key for raw in roles if (key := text(raw, "key"))}
        named = {person: called.get(text(step, "as") or "", "") for step, person in self._named()}
        yield from called.items()
        for person, role in named.items():
            if person not in called:
                yield person, f"{role} ({person})" if role else person

    def _named(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        for step in self.steps:
            if person := text(step, "person"):
                yield step, person

    def _records(self, form: str) -> Iterator[tuple[str, str]]:
        made = (s for s in self.steps if text(s, "do") == Doing.CREATE and text(s, "form") == form)
        for name in dict.fromkeys(map(record_name, made)):
            title = self._form_title(form)
            said = title if name == form else f"{title} “{name}”"
            yield dumps({"record": name}).decode(), said

    def _form_title(self, form: str) -> str:
        there = self.tool.forms.get(form) if self.tool else None
        return (text(there.raw, "title") if there else None) or form


def with_nothing(options: Options, value: str, title: str) -> Options:
    """What one value is chosen from: to be left out, one of the options, what it is now, nothing."""
    known = [("", "—"), *options, ("null", _("nothing"))]
    return known if value in dict(known) else [*known, (value, title)]
