"""What a column of numbers can be: a percentage, money, a measurement, a count, a code."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from form_specs.sheets.amounts import (
    MARKS,
    USUAL,
    currency_of,
    decimals_of,
    read_amount,
    read_number,
    read_percent,
)
from form_specs.sheets.cells import Cell
from form_specs.sheets.convention import Convention, without_unit
from form_specs.sheets.evidence import Cells
from form_specs.sheets.kind import ENOUGH, Kind

_MEASURE: Final = re.compile(r"[-+]?\d[\d.,' ]*\s*([^\W\d_]{2,12}|(?<=\s)[gmlhst])")
"""12 kg; a lone letter behind a number is rather a code."""
_CODE: Final = re.compile(r"[\d.]+")
"""Whoever writes 6,718 counts something."""
_LARGEST: Final = Decimal(2**53)
_MOST_DECIMALS: Final = 6
"""That a decimal can have; what has more was measured or worked out."""


def as_percent(cells: Cells, shown: str) -> Kind | None:
    if shown == "%" and cells.all_of(Decimal):
        convention = Convention("percent", hundredfold=True)
    else:
        marks = _marks(cells, read_percent)
        if not marks:
            return None
        convention = Convention("percent", mark=marks[0])
    numbers = [Decimal(text) for cell in cells.sample if (text := convention.plain(cell))]
    if max(map(_scale, numbers), default=0) > _MOST_DECIMALS:
        return Kind("number", convention)
    if any(number < 0 or number > 100 for number in numbers):
        return Kind("decimal", convention, {"scale": scale_of(numbers), "unit": "%"})
    return Kind("percent", convention, {"scale": scale_of(numbers)})


def _marks(cells: Cells, reads: Callable[[Cell, str], Any]) -> list[str]:
    """The marks before decimals under which the cells can be read, the better one first."""
    shares = {mark: cells.share(lambda cell, m=mark: reads(cell, m)) for mark in MARKS}  # type: ignore[misc]
    best = max(shares.values())
    return [mark for mark in MARKS if shares[mark] == best] if best >= ENOUGH else []


def scale_of(numbers: Iterable[Decimal]) -> int:
    """How many digits after the mark a field of these numbers needs, as far as one can have them."""
    return min(max(map(_scale, numbers), default=0), _MOST_DECIMALS)


def _scale(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def as_money(cells: Cells, shown: str) -> Kind | None:
    marks = _marks(cells, read_amount)
    if not marks:
        return None
    found = Counter(
        amount.currency for cell in cells.sample if (amount := read_amount(cell, marks[0]))
    )
    named = [code for code, _count in found.most_common() if code]
    said = currency_said(shown, cells.heading)
    if not named and not said:
        return None
    main = said if found[""] and said else (named or [said])[0]
    currencies = [main, *(code for code in named if code != main)]
    if len(marks) > 1 and not decimals_of(main):
        # Of yen there are no thousandths: 12,000 are twelve thousand.
        marks = [min(marks, key=lambda mark: scale_of(_amounts(cells, mark)))]
    convention = Convention("money", mark=marks[0], currency=main)
    scale = max(*map(decimals_of, currencies), scale_of(_amounts(cells, marks[0])))
    options = {"currencies": currencies, "scale": scale}
    return Kind("money", convention, options, other=_other_mark(cells, marks, convention))


def _amounts(cells: Cells, mark: str) -> list[Decimal]:
    return [a.number for cell in cells.sample if (a := read_amount(cell, mark))]


def currency_said(shown: str, heading: str) -> str:
    """The currency that a workbook shows or a heading names; empty where none does."""
    words = re.split(r"[\s()\[\],/_:\-]+", heading)
    named = (code for word in words if len(word) < 4 and (code := _sure_currency(word)))
    snake = heading.casefold() == heading and "_" in heading
    told = (word.upper() for word in words if snake and word.upper() in USUAL)
    return currency_of(shown) or next(named, "") or next(told, "")


def _sure_currency(word: str) -> str:
    """A code in capitals, or a sign that is no word."""
    return currency_of(word) if word.isupper() or (word and not word[0].isalpha()) else ""


def as_numbers(cells: Cells, _shown: str) -> Kind | None:
    marks = _marks(cells, read_number)
    if not marks or cells.topics & {"phone", "postal"}:
        return None
    numbers = [n for cell in cells.sample if (n := read_number(cell, marks[0])) is not None]
    scale = max(map(_scale, numbers))
    whole = scale == 0 and all(abs(number) <= _LARGEST for number in numbers)
    if scale < 2 and _are_codes(cells, numbers):
        return None
    convention = Convention("number", mark=marks[0])
    other = _other_mark(cells, marks, convention)
    if whole:
        years = all(1800 <= number <= 2199 for number in numbers)
        named = years or _is_called_a_number(cells)
        return Kind("integer", convention, {"grouping": False} if named else {}, other=other)
    digits = max(len(str(int(abs(number)))) for number in numbers) + scale
    if scale > _MOST_DECIMALS or digits > 18:
        return Kind("number", convention, other=other) if scale else None
    return Kind("decimal", convention, {"scale": scale}, other=other)


def _is_called_a_number(cells: Cells) -> bool:
    """Whether whole numbers name something, as in *Order no.*, and do not count it."""
    few_words = len(cells.heading.split()) < 3
    called = cells.topics & {"key", "account"} and not cells.topics & {"money"}
    return bool(called) and few_words and all(map(_CODE.fullmatch, cells.texts))


def as_measures(cells: Cells, _shown: str) -> Kind | None:
    """Numbers that all have the same unit behind them."""
    units = Counter(found[1] for text in cells.texts if (found := _MEASURE.fullmatch(text)))
    if not units or cells.topics & {"key", "phone", "postal"}:
        return None
    unit = units.most_common(1)[0][0].casefold()
    marks = _marks(cells, lambda cell, mark: read_number(without_unit(cell, unit), mark))
    if not marks:
        return None
    bare = (read_number(without_unit(cell, unit), marks[0]) for cell in cells.sample)
    numbers = [number for number in bare if number is not None]
    convention = Convention("number", mark=marks[0], unit=unit)
    other = _other_mark(cells, marks, convention)
    options = {"unit": units.most_common(1)[0][0], "scale": scale_of(numbers)}
    if not options["scale"]:
        return Kind("integer", convention, {"unit": options["unit"]}, other=other)
    return Kind("decimal", convention, options, other=other)


def _are_codes(cells: Cells, numbers: list[Decimal]) -> bool:
    """Whether whole numbers only tell things apart: nobody adds them up."""
    distinct = len(cells.counts) == cells.filled
    return (
        bool(cells.topics & {"key", "account"})
        and not cells.topics & {"money", "percent"}
        and distinct
        and all(number >= 0 for number in numbers)
        and all(map(_CODE.fullmatch, cells.texts))
    )


def _other_mark(cells: Cells, marks: list[str], convention: Convention) -> Convention | None:
    if len(marks) < 2:
        return None
    other = replace(convention, mark=marks[1])
    differs = any(
        other.plain(cell) != convention.plain(cell)
        for cell in cells.sample
        if isinstance(cell, str)
    )
    return other if differs else None
