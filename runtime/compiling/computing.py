"""The computed fields of a form, worked out from its other fields.

Stored ones are worked out by the write gate with every change, so that they filter and sort;
live ones when a record is read.  A page that shows values before they are saved asks
`Computing.preview`, with what is stored and what was typed since.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from components.base import ABSENT, FieldType, InvalidValueError
from components.values.locales import date_style, number_style
from form_specs.formulas import (
    Formula,
    FormulaEnv,
    Scope,
    compile_formula,
    evaluation_order,
)
from form_specs.hops import is_hop, parted
from runtime.compiling.hops import Hops, NoHops

Read = Callable[[str, Any], Any]
"""From a field's key and stored value to the typed value; `ABSENT` where it cannot be read."""


class LocaleFormats:
    """How formulas write values for people: as the fields of the tool do."""

    def __init__(self, locale: str) -> None:
        self._numbers = number_style(locale)
        self._days = date_style(locale)

    def number(self, value: Decimal, scale: int) -> str:
        return self._numbers.number(value, scale)

    def money(self, amount: Decimal, currency: str) -> str:
        exponent = amount.as_tuple().exponent
        scale = max(2, -exponent) if isinstance(exponent, int) else 2
        return self._numbers.money(amount, scale, currency)

    def day(self, value: Any) -> str:
        return self._days.day(value)

    def moment(self, value: datetime) -> str:
        return self._days.moment(value)


class Written(NamedTuple):
    """The languages that texts are written in.

    What is stored must be the same whoever saves it; what is worked out when it is read is not.
    """

    stored_in: str
    shown_in: str


class Computing:
    """The formulas of one form, each after those it reads; compiled once per published version."""

    def __init__(
        self,
        fields: Mapping[str, FieldType],
        read: Read,
        written: "Written",
        scope: Scope,
        beside: "Callable[[str], Computing]",
    ) -> None:
        """`beside` gives the formulas of the form that a field links to, which read its values."""
        self._fields = fields
        self._read = read
        self._formats = LocaleFormats(written.stored_in)
        self._shown = LocaleFormats(written.shown_in)
        self._beside = beside
        self.scope = scope
        found = {
            key: compile_formula(field.spec.computed.formula, scope, field.formula_kind)
            for key, field in fields.items()
            if field.spec.computed is not None
        }
        order = evaluation_order({key: formula.reads for key, formula in found.items()})
        self.formulas: Mapping[str, Formula] = {key: found[key] for key in order}
        self.stored = tuple(key for key in order if not fields[key].spec.live)
        self._live = tuple(key for key in order if fields[key].spec.live)
        self.hops = self._hops_of(order)
        """By computed field that reads linked records, at first hand or through others: what of them."""
        self.links = frozenset(parted(hop)[0] for hops in self.hops.values() for hop in hops)
        """The links over which formulas read."""

    def _hops_of(self, order: Iterable[str]) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key in order:
            reads = self.formulas[key].reads
            through = (found.get(read, frozenset()) for read in reads)
            hops = frozenset(filter(is_hop, reads)).union(*through)
            if hops:
                found[key] = hops
        return found

    def is_live(self, key: str) -> bool:
        """Whether a computed field is worked out when it is read."""
        return self._fields[key].spec.live

    def sources(self, key: str) -> frozenset[str]:
        """The fields that a computed field reads at first hand."""
        formula = self.formulas.get(key)
        return formula.reads if formula else frozenset()

    def readers(self, key: str) -> frozenset[str]:
        """The computed fields that read a field, at first hand or through others."""
        found: set[str] = {key}
        for name, formula in self.formulas.items():
            if found & formula.reads:
                found.add(name)
        return frozenset(found - {key})

    @property
    def fields(self) -> Mapping[str, FieldType]:
        """The form's fields."""
        return self._fields

    def walk(self, document: dict[str, Any], now: datetime, hops: Hops | None = None) -> "Walk":
        """What puts computed values into a document, one field after the other.

        Stored ones read no other record, so only live ones need `hops`.
        """
        return Walk(self, document, now, hops or NoHops())

    def live(self, document: dict[str, Any], now: datetime, hops: Hops) -> dict[str, Any]:
        """The document with the live values as well, in the store's form."""
        if not self._live:
            return document
        walk = self.walk(dict(document), now, hops)
        for key in self._live:
            walk.work_out(key)
        return walk.document

    def read(self, key: str, document: Mapping[str, Any]) -> Any:
        """A field's typed value; `ABSENT` where there is none or it cannot be read."""
        return ABSENT if document.get(key) is None else self._read(key, document[key])

    def preview(
        self, document: Mapping[str, Any], typed: Mapping[str, Any], now: datetime, hops: Hops
    ) -> dict[str, Any]:
        """Typed values of all computed fields over a stored document and what was typed since.

        `typed` holds typed values, `ABSENT` where one was emptied; an absent result is not in
        the answer.
        """
        if not self.formulas:
            return {}
        changed = dict(document)
        for key, value in typed.items():
            changed.pop(key, None)
            if value is not ABSENT and key in self._fields:
                changed[key] = self._fields[key].to_store(value)
        walk = self.walk(changed, now, hops)
        for key in self.formulas:
            walk.work_out(key)
        return {key: self._read(key, changed[key]) for key in self.formulas if key in changed}

    def environment(self, now: datetime, *, live: bool = False) -> FormulaEnv:
        """What the form's formulas depend on beside the record."""
        return FormulaEnv(now, formats=self._shown if live else self._formats)

    def stored_value(self, key: str, values: Mapping[str, Any], env: FormulaEnv) -> Any:
        """What a formula gives, in the store's form; none where that is nothing."""
        typed = self._typed(key, self.formulas[key].evaluate(values, env))
        return None if typed is ABSENT else self._fields[key].to_store(typed)

    def value(self, key: str, document: Mapping[str, Any]) -> Any:
        """A field's value as formulas see it; what cannot be read is absent."""
        if document.get(key) is None:
            return None
        typed = self._read(key, document[key])
        return None if typed is ABSENT else self._fields[key].to_formula(typed)

    def linked_value(self, read: str, document: Mapping[str, Any], hops: Hops) -> Any:
        """The value of a field of a linked record as formulas see it."""
        link, key = parted(read)
        found = hops.follow(link, document.get(link))
        return None if found is None else self._beside(link).value(key, found)

    def _typed(self, key: str, value: Any) -> Any:
        """From what a formula gave to the typed value; what the field cannot hold is absent."""
        if value is None or (isinstance(value, str | list | tuple) and not value):
            return ABSENT
        try:
            return self._fields[key].from_formula(value)
        except (InvalidValueError, ArithmeticError):
            return ABSENT


class Values(Mapping[str, Any]):
    """A document's values as formulas see them; each field is read once, when it is first asked for."""

    def __init__(self, computing: Computing, document: Mapping[str, Any], hops: Hops) -> None:
        self._computing = computing
        self._document = document
        self._hops = hops
        self._known: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        if key not in self._known:
            self._known[key] = self._read(key)
        return self._known[key]

    def _read(self, key: str) -> Any:
        if is_hop(key):
            return self._computing.linked_value(key, self._document, self._hops)
        return self._computing.value(key, self._document)

    def __iter__(self) -> Iterator[str]:
        return iter(self._computing.fields)

    def __len__(self) -> int:
        return len(self._computing.fields)


class Walk:
    """Works out computed fields in a document, one after the other."""

    def __init__(
        self, computing: Computing, document: dict[str, Any], now: datetime, hops: Hops
    ) -> None:
        self.document = document
        self.values = Values(computing, document, hops)
        self._computing = computing
        self._now = now
        self._hops = hops

    @cached_property
    def environments(self) -> Mapping[bool, FormulaEnv]:
        """By whether what is worked out is live: as people read it; else as it is stored."""
        return {live: self._computing.environment(self._now, live=live) for live in (False, True)}

    def work_out(self, key: str) -> None:
        """Sets the value of a computed field, whatever it held; nothing for a field that is none."""
        formula = self._computing.formulas.get(key)
        if formula is None:
            return
        self.document.pop(key, None)
        hops = self._computing.hops.get(key, ())
        if any(self._hops.withholds(hop, self.document) for hop in hops):
            return
        env = self.environments[self._computing.is_live(key)]
        stored = self._computing.stored_value(key, self.values, env)
        if stored is not None:
            self.document[key] = stored
