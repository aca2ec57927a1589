"""Amounts of money."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from components.base import ORDERED_OPERATORS, Align, FieldType
from components.formats import NUMBERS, compact_money, is_long
from components.recognition import holds_only, is_text, type_problem
from components.values import ABSENT, InvalidValueError
from components.values.limits import either
from components.values.locales import number_style
from components.values.numbers import (
    decimal_from_text,
    decimal_of,
    decimal_pattern,
    from_scaled,
    scaled_text,
    to_scaled,
)
from form_specs.conditions import Comparison, Kind
from form_specs.formulas import MONEY, FormulaType
from form_specs.formulas import Money as FormulaMoney
from form_specs.language import _, marked
from form_specs.model import FieldSpec, JsonValue

_DEFAULT_SCALE: Final = 2
_MAX_SCALE: Final = 6
_DEFAULT_CURRENCIES: Final = ("EUR",)
_MAX_TYPED: Final = 60
_CODED: Final = re.compile(r"(?:([A-Z]{3})\s*)?([^A-Z]*?)\s*(?:([A-Z]{3}))?")


class Money(NamedTuple):
    """An exact amount and the ISO 4217 code of its currency."""

    amount: Decimal
    currency: str


class MoneyType(FieldType):
    """An exact amount in one of `options.currencies`, of which the first is the default.

    Conditions compare it within one currency; a bare decimal, such as "100.00", compares
    the amount whatever the currency.
    """

    name = "money"
    title = marked("Money")
    description = marked("An amount in a currency")
    formats = NUMBERS
    filter_input = "number"
    card = "c-value"
    kind = Kind.INTEGER
    operators = ORDERED_OPERATORS
    align = Align.END
    parts = ("amount", "currency")

    def __init__(self, spec: FieldSpec, locale: str = "en") -> None:
        super().__init__(spec, locale)
        self.scale: int = spec.options.get("scale", _DEFAULT_SCALE)
        self.currencies: tuple[str, ...] = tuple(
            spec.options.get("currencies", _DEFAULT_CURRENCIES)
        )
        self._style = number_style(locale)

    # -- stations of a value ------------------------------------------------------------

    def parse(self, value: JsonValue) -> Money:
        if not isinstance(value, dict) or value.keys() != {"amount", "currency"}:
            raise InvalidValueError(
                _(
                    'Money is written {"amount": "12.50", "currency": "%(currency)s"}',
                    currency=self.currencies[0],
                )
            )
        return Money(decimal_of(value["amount"], self.scale), self._currency(value["currency"]))

    def parse_text(self, texts: Sequence[str]) -> Any:
        """From amount and currency; or from one text, with or without a code: `12.50`, `EUR 12.50`."""
        amount = next(iter(texts), "").strip()
        currency = texts[1].strip() if len(texts) > 1 else ""
        if not amount:
            return ABSENT
        if not currency:
            amount, currency = self._split(amount)
        return Money(decimal_from_text(amount, self.scale), self._currency(currency))

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        return self.parse_text([self._style.typed(text) for text in texts])

    def dump(self, value: Money) -> JsonValue:
        return {"amount": f"{value.amount:.{self.scale}f}", "currency": value.currency}

    def to_store(self, value: Money) -> JsonValue:
        return {"amount": to_scaled(value.amount, self.scale), "currency": value.currency}

    def from_store(self, stored: JsonValue) -> Money:
        if isinstance(stored, dict) and isinstance(currency := stored.get("currency"), str):
            return Money(from_scaled(stored.get("amount"), self.scale), currency)
        raise InvalidValueError(_("The stored value is no money: %(value)s", value=repr(stored)))

    def same_store(self, old: FieldType) -> bool:
        return isinstance(old, MoneyType) and old.scale == self.scale

    def takes_all(self, old: FieldType) -> bool:
        return (
            isinstance(old, MoneyType)
            and old.scale <= self.scale
            and set(old.currencies) <= set(self.currencies)
        )

    def to_text(self, value: Money) -> list[str]:
        return [f"{value.amount:.{self.scale}f}", value.currency]

    def display(self, value: Money) -> str:
        return self._style.money(value.amount, self.scale, value.currency)

    def literal_words(self, literal: JsonValue) -> str:
        if isinstance(literal, str):  # an amount of whichever currency
            return self._style.number(decimal_of(literal, self.scale), self.scale)
        return super().literal_words(literal)

    def formatted(self, value: Money, name: str, now: datetime) -> str:
        if name == "whole":
            return self._style.money(value.amount, 0, value.currency)
        if not is_long(value.amount):
            return self.display(value)
        return compact_money(value.amount, value.currency, self.locale.replace("-", "_"))

    @property
    def formula_kind(self) -> FormulaType:
        return MONEY

    def to_formula(self, value: Money) -> FormulaMoney:
        return FormulaMoney(*value)

    def from_formula(self, value: FormulaMoney) -> Money:
        return Money(
            decimal_of(scaled_text(value.amount, self.scale), self.scale),
            self._currency(value.currency),
        )

    def offered(self, current: str = "") -> tuple[str, ...]:
        """The currencies to choose from, the current one among them even where it is offered no more."""
        if current and current not in self.currencies:
            return (current, *self.currencies)
        return self.currencies

    def _currency(self, code: JsonValue) -> str:
        if not isinstance(code, str) or code not in self.currencies:
            raise InvalidValueError(
                _(
                    "The currency must be %(currencies)s",
                    currencies=either(self.currencies),
                )
            )
        return code

    def _split(self, text: str) -> tuple[str, str]:
        match = _CODED.fullmatch(text) if len(text) <= _MAX_TYPED else None
        if match is None or (match[1] and match[3]):
            return text, self.currencies[0]
        return match[2], match[1] or match[3] or self.currencies[0]

    # -- comparing in the store ---------------------------------------------------------

    @property
    def measure(self) -> str:
        return f"{self.name} with {self.scale} decimals"

    @property
    def sort_path(self) -> tuple[str, ...]:
        return (self.key, "amount")

    def comparisons(self, op: str, literal: JsonValue) -> tuple[Comparison, ...]:
        several = op in ("in", "between")
        if several and not isinstance(literal, list):
            raise InvalidValueError(_("'%(op)s' takes a list", op=op))
        if op == "empty":
            return (Comparison(self.sort_path, self.kind, op),)
        items = literal if isinstance(literal, list) and several else [literal]
        pairs = [self._compared(item) for item in items]
        currencies = {currency for _, currency in pairs}
        if len(currencies) > 1:
            raise InvalidValueError(_("'%(op)s' takes amounts of one currency", op=op))
        amounts = tuple(amount for amount, _ in pairs)
        value = amounts if several else amounts[0]
        found = (Comparison(self.sort_path, self.kind, op, value),)
        currency = currencies.pop() if currencies else None
        if currency is None:
            return found
        return (*found, Comparison((self.key, "currency"), Kind.TEXT, "eq", currency))

    def _compared(self, literal: JsonValue) -> tuple[int, str | None]:
        if isinstance(literal, str):
            return to_scaled(decimal_of(literal, self.scale), self.scale), None
        money = self.parse(literal)
        return to_scaled(money.amount, self.scale), money.currency

    # -- from and to JSON Schema --------------------------------------------------------

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        pattern = decimal_pattern(options.get("scale", _DEFAULT_SCALE))
        return {
            "type": "object",
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string", "pattern": pattern},
                "currency": {"enum": list(options.get("currencies", _DEFAULT_CURRENCIES))},
            },
            "additionalProperties": False,
        }

    @classmethod
    def recognise(cls, schema: Mapping[str, Any]) -> int:
        return 30 if cls.options_for(schema) else 0

    @classmethod
    def options_for(cls, schema: Mapping[str, Any]) -> dict[str, JsonValue]:
        keywords = ("type", "required", "properties", "additionalProperties")
        if not holds_only(schema, *keywords) or cls.schema_problem(schema):
            return {}
        amount, currency = (schema["properties"][part] for part in cls.parts)
        scale = next(
            (n for n in range(_MAX_SCALE + 1) if amount.get("pattern") == decimal_pattern(n)), None
        )
        codes = currency.get("enum")
        plain = is_text(amount, "pattern") and holds_only(currency, "type", "enum")
        closed = schema.get("additionalProperties") is False
        if scale is None or not plain or not closed or not _are_codes(codes):
            return {}
        return {"scale": scale, "currencies": codes}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        properties = schema.get("properties")
        if not isinstance(properties, Mapping) or properties.keys() != set(cls.parts):
            return _('The property must have the properties "amount" and "currency", and no other')
        if not all(isinstance(part, Mapping) for part in properties.values()):
            return _('"amount" and "currency" must be schemas that are objects')
        if set(schema.get("required", ())) != set(cls.parts):
            return _('The property must have "required": ["amount", "currency"]')
        return type_problem(schema, "object")


def _are_codes(codes: Any) -> bool:
    return (
        isinstance(codes, list)
        and bool(codes)
        and all(isinstance(code, str) and re.fullmatch("[A-Z]{3}", code) for code in codes)
    )


TYPE = MoneyType
