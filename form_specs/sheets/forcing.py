"""How a column is written if a person says what it is."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from form_specs.sheets.amounts import MARKS, read_amount, read_number, read_percent
from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.convention import Convention, parts_of
from form_specs.sheets.days import ORDERS, SERIAL, read_date, read_moment
from form_specs.sheets.evidence import Cells
from form_specs.sheets.kind import Kind
from form_specs.sheets.kinds_of_numbers import currency_said, scale_of
from form_specs.sheets.people import NOBODY, PERSON, People, person_kind
from form_specs.sheets.words import PAIRS

_MOST_CHOICES: Final = 200


def kind_as(type_: str, cells: Cells, shown: str = "", people: People = NOBODY) -> Kind:
    """The best way to read a column as a type, whether its cells fit or not."""
    if type_ == PERSON:
        return person_kind(cells, people)
    found = _KINDS.get(type_, _as_text)(type_, cells, shown)
    if type_ in ("text", "long_text") or not cells.blank_words:
        return found
    return replace(found, convention=replace(found.convention, blanks=cells.blank_words))


def _as_text(type_: str, _cells: Cells, _shown: str) -> Kind:
    return Kind(type_)


def _best(cells: Cells, ways: tuple[str, ...], reads: Callable[[Cell, str], Any]) -> str:
    return max(ways, key=lambda way: cells.share(lambda cell: reads(cell, way)))


def _as_date(type_: str, cells: Cells, _shown: str) -> Kind:
    kind, reads = ("date", read_date) if type_ == "date" else ("moment", read_moment)
    return Kind(type_, Convention(kind, order=_best(cells, (*ORDERS, SERIAL), reads)))


def _as_number(type_: str, cells: Cells, _shown: str) -> Kind:
    mark = _best(cells, MARKS, read_number)
    numbers = [n for cell in cells.sample if (n := read_number(cell, mark)) is not None]
    options = {"scale": scale_of(numbers)} if type_ == "decimal" else {}
    return Kind(type_, Convention("number", mark=mark), options)


def _as_money(type_: str, cells: Cells, shown: str) -> Kind:
    mark = _best(cells, MARKS, read_amount)
    amounts = [a for cell in cells.sample if (a := read_amount(cell, mark)) is not None]
    named = [code for code, _ in Counter(a.currency for a in amounts).most_common() if code]
    main = currency_said(shown, cells.heading) or next(iter(named), "EUR")
    currencies = [main, *(code for code in named if code != main)]
    scale = max(2, scale_of([amount.number for amount in amounts]))
    convention = Convention("money", mark=mark, currency=main)
    return Kind(type_, convention, {"currencies": currencies, "scale": scale})


def _as_percent(type_: str, cells: Cells, shown: str) -> Kind:
    mark = _best(cells, MARKS, lambda cell, way: read_percent(cell, way) or read_number(cell, way))
    convention = Convention("percent", mark=mark, hundredfold=shown == "%")
    numbers = [Decimal(text) for cell in cells.sample if (text := convention.plain(cell))]
    return Kind(type_, convention, {"scale": scale_of(numbers)})


def _as_boolean(type_: str, cells: Cells, _shown: str) -> Kind:
    words = Counter({text_of(c).casefold(): n for c, n in cells.counts.items()})
    yes, no = max(PAIRS, key=lambda pair: words[pair[0]] + words[pair[1]])
    if not words[yes] + words[no]:
        yes, no = next(iter(words), "x"), ""
    return Kind(type_, Convention("boolean", yes=(yes,), no=(no,)))


def _as_choice(type_: str, cells: Cells, _shown: str) -> Kind:
    separator = _separator(cells) if type_ != "choice" else ""
    spellings: dict[str, str] = {}
    for cell in cells.counts:
        for part in parts_of(text_of(cell), separator):
            spellings.setdefault(part.casefold(), part[:120])
    titles = tuple(list(spellings.values())[:_MOST_CHOICES])
    if type_ == "tags":
        return Kind(type_, Convention("several", separator=separator))
    kind = "choice" if type_ == "choice" else "several"
    return Kind(type_, Convention(kind, separator=separator, titles=titles), choices=titles)


def _separator(cells: Cells) -> str:
    counts = {sign: sum(text.count(sign) for text in cells.texts) for sign in (";", ",", "|", "\n")}
    return max(counts, key=lambda sign: counts[sign])


_KINDS: Final[dict[str, Callable[[str, Cells, str], Kind]]] = {
    "date": _as_date,
    "datetime": _as_date,
    "time": lambda type_, _cells, _shown: Kind(type_, Convention("time")),
    "duration": lambda type_, _cells, _shown: Kind(type_, Convention("duration")),
    "integer": _as_number,
    "decimal": _as_number,
    "number": _as_number,
    "money": _as_money,
    "percent": _as_percent,
    "boolean": _as_boolean,
    "choice": _as_choice,
    "multi_choice": _as_choice,
    "tags": _as_choice,
    "country": lambda type_, _cells, _shown: Kind(type_, Convention("country")),
}
