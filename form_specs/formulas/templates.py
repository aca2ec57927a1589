"""Texts with formulas in braces: `Refund {{ format_money(amount) }} to {{ payee.name }}`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from form_specs.formulas.errors import FormulaError, OutOfStepsError
from form_specs.formulas.formula import Formula, Scope, compile_formula
from form_specs.formulas.functions import written
from form_specs.formulas.running import MAX_STEPS, Formats, FormulaEnv, Frame, plain
from form_specs.formulas.types import Money, Value
from form_specs.language import _, digits

MAX_TEMPLATE = 20_000
MAX_BRACES = 50
_OPEN, _CLOSE = "{{", "}}"


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A text whose braces hold formulas that make sense; shared by threads."""

    parts: tuple[str | Formula, ...]

    @property
    def formulas(self) -> tuple[Formula, ...]:
        return tuple(part for part in self.parts if isinstance(part, Formula))

    @property
    def reads(self) -> frozenset[str]:
        """Keys of the fields that any of its formulas reads."""
        return frozenset(key for formula in self.formulas for key in formula.reads)

    @property
    def live(self) -> bool:
        """Whether it reads the clock."""
        return any(formula.live for formula in self.formulas)

    def render(
        self,
        values: Mapping[str, Value],
        env: FormulaEnv,
        shown: Mapping[str, str] | None = None,
        quoted: Callable[[str], str] = str,
    ) -> str:
        """The text over a record's values: absent ones leave nothing behind.

        `shown` holds what people read for a field, where its braces name nothing else.  What
        formulas give goes through `quoted`, for texts in which signs have a meaning.
        """
        return "".join(
            part if isinstance(part, str) else quoted(_written(part, values, env, shown or {}))
            for part in self.parts
        )


def compile_text(template: str, scope: Scope) -> TextTemplate:
    """The template that a text means; raises `FormulaError` with the character in the whole text."""
    if len(template) > MAX_TEMPLATE:
        message = _(
            "a text with formulas has at most %(most)s characters", most=digits(MAX_TEMPLATE)
        )
        raise FormulaError(MAX_TEMPLATE, message)
    parts = tuple(_parts(template, scope))
    if sum(not isinstance(part, str) for part in parts) > MAX_BRACES:
        raise FormulaError(0, _("a text has at most %(most)s formulas in braces", most=MAX_BRACES))
    return TextTemplate(parts)


def formulas_in(template: str) -> Iterator[str]:
    """The formulas that stand in a text's braces; raises `FormulaError` where braces are not closed."""
    at = 0
    while (start := template.find(_OPEN, at)) >= 0:
        end = _closing(template, start + 2)
        yield template[start + 2 : end].strip()
        at = end + 2


def _parts(template: str, scope: Scope) -> Iterator[str | Formula]:
    at = 0
    while (start := template.find(_OPEN, at)) >= 0:
        if start > at:
            yield template[at:start]
        end = _closing(template, start + 2)
        inner = template[start + 2 : end]
        try:
            yield compile_formula(inner.strip(), scope)
        except FormulaError as error:
            skipped = start + 2 + len(inner) - len(inner.lstrip())
            raise FormulaError(skipped + error.position, error.message, error.hint) from None
        at = end + 2
    if at < len(template):
        yield template[at:]


def _closing(template: str, at: int) -> int:
    """Where the braces close that opened before `at`; those inside of quotes do not."""
    quote = ""
    place = at
    while place < len(template):
        sign = template[place]
        if quote:
            place += sign == "\\"
            quote = "" if sign == quote else quote
        elif sign in "'\"`":
            quote = sign
        elif template.startswith(_CLOSE, place):
            return place
        place += 1
    raise FormulaError(
        at - 2, _("the braces that open here are not closed"), _("Close them with }}")
    )


def _written(
    formula: Formula, values: Mapping[str, Value], env: FormulaEnv, shown: Mapping[str, str]
) -> str:
    if formula.field in shown:
        return shown[formula.field]
    value = formula.evaluate(values, env)
    try:
        return Frame({}, env, MAX_STEPS).text(for_people(value, env.formats))
    except OutOfStepsError:
        return ""


def for_people(value: Value, formats: Formats) -> str:
    """A value as people read it; a list with commas."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple) and not isinstance(value, Money):
        return ", ".join(for_people(item, formats) for item in value)
    return _one_for_people(value, formats)


def _one_for_people(value: Value, formats: Formats) -> str:
    match value:
        case Money():
            return formats.money(value.amount, value.currency)
        case Decimal():
            return formats.number(value, len(plain(value).partition(".")[2]))
        case datetime():
            return formats.moment(value)
        case date():
            return formats.day(value)
        case _:
            return written(value)
