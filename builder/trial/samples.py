"""Made-up records for who may read none: each value is the first of some plausible ones that its field takes."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from components.base import FieldType, InvalidValueError, NumberedFieldType
from components.judging.judge import accepts
from form_specs.model import FieldSpec, JsonValue
from runtime.access import FormAccess, Person
from runtime.compiling.tool import CompiledTool
from runtime.gate import Gate, Origin, RefusedError
from runtime.storage.ids import encode_id

OF_EACH: Final = 6
"""How many records of each form are made up."""
_TRIES: Final = 8
"""How many numbers in words and dates are tried to make one record that nothing refuses."""

Made = dict[str, list[str]]
"""The ids of the records that were made up so far, by form."""


def make_up(gate: Gate, tool: CompiledTool, person: Person, forms: Iterable[str]) -> None:
    """Records of some forms, those first that others link to; a form that takes none stays empty."""
    maker = Person(person.name, person.title, is_program=True)
    made: Made = {}
    for key in _linked_first(tool, [*forms]):
        access = FormAccess(tool.forms[key], maker)
        made[key] = []
        for number in range(1, OF_EACH + _TRIES + 1):
            values = _Values(tool, key, person, number, made).all()
            with suppress(RefusedError):
                outcome = gate.create(access, values, Origin("seed"))
                made[key].append(encode_id(outcome.record_id))
            if len(made[key]) == OF_EACH:
                break


def _linked_first(tool: CompiledTool, forms: list[str]) -> list[str]:
    """Forms in an order in which those that are linked to come before those that link, as far as there is one."""
    found: list[str] = []

    def visit(key: str, on_the_way: tuple[str, ...]) -> None:
        if key in found or key in on_the_way or key not in forms:
            return
        for field in tool.forms[key].ties.linking:
            if field.spec.link:
                visit(field.spec.link.form, (*on_the_way, key))
        found.append(key)

    for key in forms:
        visit(key, ())
    return found


class _Values:
    """The values of one record."""

    def __init__(
        self, tool: CompiledTool, form: str, person: Person, number: int, made: Made
    ) -> None:
        self.tool = tool
        self.form = tool.forms[form]
        self.person = person
        self.number = number
        self.made = made
        self.now = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3 * number)

    def all(self) -> dict[str, Any]:
        """The typed values, by key."""
        found: dict[str, Any] = {}
        for key, field in self.form.fields.items():
            made = field.derived or field.uploads or field.spec.computed
            if made or isinstance(field, NumberedFieldType):
                continue
            for value in self._plausible(field):
                if accepts(field.spec.schema, value):
                    with suppress(InvalidValueError, ValueError, TypeError):
                        found[key] = field.parse(value)
                        break
        return found

    def _plausible(self, field: FieldType) -> Iterator[JsonValue]:
        spec, number = field.spec, self.number
        for listed in (self._keys(spec), spec.schema.get("enum"), spec.schema.get("examples")):
            if isinstance(listed, list) and listed:
                one = listed[number % len(listed)]
                yield one
                yield [one]
        text = f"{spec.title} {number}"
        yield from self._of_type(spec.type)
        if field.free_text or field.lines:
            yield text
        if spec.placeholder:
            # What stands in the empty input shows what fits; no two shall be the same.
            end = str(number)
            yield spec.placeholder[: -len(end)] + end
            yield spec.placeholder
        day, moment = self.now.date().isoformat(), self.now.isoformat().replace("+00:00", "Z")
        span: dict[str, JsonValue] = {"from": day, "to": day}
        texts: list[JsonValue] = [text]
        yield from (number * 17, number % 5 + 1, number % 2 == 0, spec.schema.get("minimum"))
        yield from (day, moment, "09:30", span, text, texts, spec.title[:4])

    def _keys(self, spec: FieldSpec) -> list[JsonValue]:
        """The choices that a field has, or the records that it may link to."""
        source = spec.source
        of = spec.link.form if spec.link else source.form if source and not source.value else ""
        if of:
            return [*self.made.get(of, ())]
        listed = self.tool.spec.lists[source.list].choices if source and source.list else ()
        return [c.key for c in (*spec.choices, *spec.teams, *listed) if not c.retired]

    def _of_type(self, name: str) -> tuple[JsonValue, ...]:
        """What only values of one type look like."""
        number, amount = self.number, f"{self.number * 17}.50"
        known: dict[str, tuple[JsonValue, ...]] = {
            "user": (self.person.name,),
            "email": (f"person{number}@example.com",),
            "url": (f"https://example.com/{number}",),
            "phone": (f"+4072100000{number % 10}",),
            "country": ("RO", "DE"),
            "language": ("en",),
            "iban": ("DE89370400440532013000",),
            "money": tuple({"amount": amount, "currency": code} for code in ("EUR", "RON", "USD")),
            "decimal": (amount, f"{number}.5", str(number)),
            "percent": (f"{number * 3}", f"0.{number}"),
        }
        return known.get(name, ())
