"""What a column can be: one function for each kind, asked from the surest to the vaguest.

Each answers a `Kind` or none, from the cells alone and what the heading says.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
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
from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.convention import Convention, parts_of, without_unit
from form_specs.sheets.days import (
    ORDERS,
    SERIAL,
    read_date,
    read_duration,
    read_moment,
    read_time,
)
from form_specs.sheets.evidence import Cells
from form_specs.sheets.places import country_code
from form_specs.sheets.words import MEANT, PAIRS, TICKS

ENOUGH: Final = 0.9
"""The share of cells that has to fit."""
MOST_CHOICES: Final = 40
_LONGEST_CHOICE: Final = 80
_LONGEST_REASON: Final = 40
_REASON_TIMES: Final = 4
_EMAIL: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z]{2,}")
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?:\+|00)[1-9][\d\s().\-/]{6,22}")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_PATTERNS: Final = {"email": _EMAIL, "url": _URL, "phone": _PHONE, "iban": _IBAN}
_MEASURE: Final = re.compile(r"[-+]?\d[\d.,' ]*\s*([^\W\d_]{2,12}|(?<=\s)[gmlhst])")
"""12 kg; a lone letter behind a number is rather a code."""
_LONG: Final = 80
_LONG_TITLE: Final = 140
"""Characters of an usual cell from which on a text is long."""
_BULLET: Final = re.compile(r"(?:\d{1,2}[.)]|[-*•])\s")
_SEPARATORS: Final = (";", "|", ",", "\n", "/")
_ENOUGH_ROWS: Final = 20
_MOST_WORDS: Final = 6
_NEARLY_ALL: Final = 0.95
_LARGEST: Final = Decimal(2**53)


@dataclass(frozen=True, slots=True)
class Kind:
    """A field type for a column, how its cells are written, and what was left open."""

    type: str
    convention: Convention = field(default_factory=Convention)
    options: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """The titles, the most frequent first unless they have an order of their own."""
    other: Convention | None = None
    """How the same cells can be read as well, to other values."""


def kind_of(cells: Cells, shown: str = "") -> Kind:
    """What a column most probably is; a plain text where nothing better fits."""
    if not cells.total:
        return _by_heading(cells)
    if not cells.sample:
        return Kind("text")
    for asked in _KINDS:
        found = asked(cells, shown)
        if found is not None:
            return found
    return _text(cells)


def _by_heading(cells: Cells) -> Kind:
    """What a column most probably will hold, where there is no row yet."""
    if "date" in cells.topics and not cells.topics & {"money", "percent", "title"}:
        return Kind("date", Convention("date", order="ymd"))
    if "notes" in cells.topics and "title" not in cells.topics:
        return Kind("long_text")
    if "country" in cells.topics and "status" not in cells.topics:
        return Kind("country", Convention("country"))
    return Kind("phone" if "phone" in cells.topics else "text")


def fits(type_: str, convention: Convention, cell: Cell) -> str | None:
    """What a cell means in a column of a type, as a text; none where it means nothing there."""
    plain = convention.plain(cell)
    pattern = _PATTERNS.get(type_)
    if not plain or pattern is None:
        return plain
    if type_ == "iban":
        return plain if _is_iban(cell) else None
    return plain if pattern.fullmatch(plain) else None


def _native(cells: Cells, _shown: str) -> Kind | None:
    """What a workbook says of its cells."""
    if cells.all_of(bool):
        return Kind("boolean", Convention("boolean"))
    if cells.all_of(date, datetime):
        at_midnight = all(
            not isinstance(cell, datetime) or cell.time() == time() for cell in cells.sample
        )
        if at_midnight:
            return Kind("date", Convention("date", order="ymd"))
        return Kind("datetime", Convention("moment", order="ymd"))
    return Kind("time", Convention("time")) if cells.all_of(time) else None


def _patterns(cells: Cells, _shown: str) -> Kind | None:
    for type_, pattern in (("email", _EMAIL), ("url", _URL)):
        if cells.share(lambda cell, p=pattern: p.fullmatch(text_of(cell))) >= ENOUGH:  # type: ignore[misc]
            return Kind(type_)
    if cells.share(_is_iban) >= ENOUGH:
        return Kind("iban")
    return None


def _is_iban(cell: Cell) -> bool:
    text = text_of(cell).replace(" ", "").upper()
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(sign, 36)) for sign in text[4:] + text[:4])) % 97 == 1


def _boolean(cells: Cells, _shown: str) -> Kind | None:
    words = {text_of(cell).casefold() for cell in cells.counts} if len(cells.counts) <= 4 else set()
    if cells.filled < cells.total and words and words <= TICKS:
        return Kind("boolean", Convention("boolean", yes=tuple(sorted(words)), no=("",)))
    for yes, no in PAIRS:
        if words == {yes, no} or (words in ({yes}, {no}) and len(yes) > 3 and cells.filled > 3):
            if yes == "1" and cells.topics & {"key", "money", "title"}:
                continue
            if yes in MEANT and "status" in cells.topics:
                continue
            return Kind("boolean", Convention("boolean", yes=(yes,), no=(no,)))
    return _almost_boolean(cells)


def _almost_boolean(cells: Cells) -> Kind | None:
    """Yes and no in so many rows that the few other words are slips."""
    if (
        not cells.filled >= _ENOUGH_ROWS
        or len(cells.counts) > _MOST_WORDS
        or "status" in cells.topics
    ):
        return None
    counts: Counter[str] = Counter()
    for text, count in _texts(cells):
        counts[text.casefold()] += count
    for yes, no in PAIRS:
        if counts[yes] and counts[no] and counts[yes] + counts[no] >= cells.filled * _NEARLY_ALL:
            return Kind("boolean", Convention("boolean", yes=(yes,), no=(no,)))
    return None


def _dates(cells: Cells, _shown: str) -> Kind | None:
    """Days, unless figures are years or codes."""
    if not any(isinstance(cell, str | date) for cell in cells.sample) or _solid_figures(cells):
        return None
    return _days(cells, "date", read_date) or _days(cells, "moment", read_moment)


def _days(cells: Cells, kind: str, reads: Callable[[Cell, str], Any]) -> Kind | None:
    orders = {order: cells.share(lambda cell, o=order: reads(cell, o)) for order in ORDERS}  # type: ignore[misc]
    best = max(orders.values())
    if best < ENOUGH:
        return None
    able = [order for order in ORDERS if orders[order] == best]
    other = _other_order(cells, able, reads)
    open_ = Convention(kind, order=other) if other else None
    type_ = "date" if kind == "date" else "datetime"
    dated = "ymd" in able and all(text[:4].isdigit() for text in cells.texts)
    order = "ymd" if dated else able[0]
    return Kind(type_, Convention(kind, order=order), other=open_)


def _solid_figures(cells: Cells) -> bool:
    """Whether 20240131 may as well be a number: only a heading can say that it is a day."""
    solid = all(cell.isdigit() for cell in cells.texts)
    return bool(cells.texts) and solid and "date" not in cells.topics


def _other_order(cells: Cells, able: list[str], reads: Callable[[Cell, str], Any]) -> str:
    """An order in which the cells can be read too, to other days."""
    for order in able[1:]:
        if any(reads(cell, order) != reads(cell, able[0]) for cell in cells.sample):
            return order
    return ""


def _mixed_dates(cells: Cells, _shown: str) -> Kind | None:
    """A column whose days are partly numbers of days: the heading has to say so."""
    if "date" not in cells.topics or cells.topics & {"money", "percent"}:
        return None
    if cells.share(lambda cell: _plausible(cell, read_date)) >= ENOUGH:
        return Kind("date", Convention("date", order=SERIAL))
    if cells.share(lambda cell: _plausible(cell, read_moment)) >= ENOUGH:
        return Kind("datetime", Convention("moment", order=SERIAL))
    return None


def _plausible(cell: Cell, reads: Callable[[Cell, str], Any]) -> bool:
    """Whether a number is a day within a lifetime from now."""
    found = reads(cell, SERIAL)
    return found is not None and 1950 <= found.year <= 2080


def _times(cells: Cells, _shown: str) -> Kind | None:
    """Times of day; what goes beyond a day, or is called hours, is how long something takes."""
    of_day = cells.share(read_time)
    if cells.share(read_duration) >= ENOUGH and (of_day < 1 or "duration" in cells.topics):
        return Kind("duration", Convention("duration"))
    return Kind("time", Convention("time")) if of_day >= ENOUGH else None


def _percent(cells: Cells, shown: str) -> Kind | None:
    if shown == "%" and cells.all_of(Decimal):
        convention = Convention("percent", hundredfold=True)
    else:
        marks = _marks(cells, read_percent)
        if not marks:
            return None
        convention = Convention("percent", mark=marks[0])
    numbers = [Decimal(text) for cell in cells.sample if (text := convention.plain(cell))]
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
    return min(max(map(_scale, numbers), default=0), 6)


def _scale(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _money(cells: Cells, shown: str) -> Kind | None:
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


def _numbers(cells: Cells, _shown: str) -> Kind | None:
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
        return Kind("integer", convention, {"grouping": False} if years else {}, other=other)
    digits = max(len(str(int(abs(number)))) for number in numbers) + scale
    if scale > 6 or digits > 18:
        return Kind("number", convention, other=other) if scale else None
    return Kind("decimal", convention, {"scale": scale}, other=other)


def _measures(cells: Cells, _shown: str) -> Kind | None:
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


def _country(cells: Cells, _shown: str) -> Kind | None:
    hinted = "country" in cells.topics
    share = cells.share(lambda cell: country_code(text_of(cell)) or None)
    long = any(len(text) > 3 for text in cells.texts)
    if share >= ENOUGH and (hinted or (long and len(cells.counts) > 2)):
        return Kind("country", Convention("country"))
    return None


def _phone(cells: Cells, _shown: str) -> Kind | None:
    if cells.share(lambda cell: _PHONE.fullmatch(text_of(cell))) >= ENOUGH:
        return Kind("phone")
    return None


def _choice(cells: Cells, _shown: str) -> Kind | None:
    """Few values that come again and again."""
    spellings = _spellings(cells)
    if spellings is None or "postal" in cells.topics:
        return None
    if "notes" in cells.topics and not _are_reasons(spellings, cells.filled):
        return None
    hinted = bool(cells.topics & {"status", "currency"})
    if len(spellings) * (1.5 if hinted else 2) > cells.filled or (
        len(spellings) < 2 and not hinted
    ):
        return None
    if cells.topics & {"title", "key"} and len(spellings) * 4 > cells.filled:
        return None
    ordered = spellings if "status" in cells.topics else _by_number(spellings)
    titles = tuple(found.most_common(1)[0][0] for found in ordered.values())
    return Kind("choice", Convention("choice", titles=titles), choices=titles)


def _spellings(cells: Cells) -> dict[str, Counter[str]] | None:
    """The ways in which each value is written; none where there are too many or too long ones."""
    found: dict[str, Counter[str]] = {}
    for text, count in _texts(cells):
        found.setdefault(text.casefold(), Counter())[text] += count
        if len(found) > MOST_CHOICES or len(text) > _LONGEST_CHOICE or "\n" in text:
            return None
    return found


def _are_reasons(spellings: Mapping[str, Counter[str]], filled: int) -> bool:
    """Whether what is called a reason or a description is one of a few short ones."""
    short = all(len(text) <= _LONGEST_REASON and text.count(" ") < 5 for text in spellings)
    return short and len(spellings) * _REASON_TIMES <= filled


def _by_number(spellings: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """The most frequent value first."""
    return dict(sorted(spellings.items(), key=lambda item: -item[1].total()))


def _several(cells: Cells, _shown: str) -> Kind | None:
    """Cells with several values that come again in others."""
    if "notes" in cells.topics or any(len(text) > 300 for text in cells.texts):
        return None
    most = max(cells.filled * 0.15, 2)
    for separator in _SEPARATORS:
        if sum(count for text, count in _texts(cells) if separator in text) < most:
            continue
        parts: Counter[str] = Counter()
        lists, widths = 0, set()
        for text, count in _texts(cells):
            found = parts_of(text, separator)
            parts.update(dict.fromkeys(found, count))
            lists += count * (len(found) > 1)
            widths.add(len(found))
        if (separator == "/" and len(widths) == 1) or any(map(_BULLET.match, parts)):
            continue  # a code in parts, or a text in lines
        often = len(parts) * 2 <= parts.total() or (
            "several" in cells.topics and len(parts) < parts.total()
        )
        short = all(len(part) <= 40 and len(part.split()) <= 4 for part in parts)
        if lists >= most and short and often:
            return _listed(parts, separator)
    return None


def _listed(parts: Counter[str], separator: str) -> Kind | None:
    if len(parts) > MOST_CHOICES:
        tags = Kind("tags", Convention("several", separator=separator))
        return None if separator == "/" else tags
    titles = tuple(
        {part.casefold(): part for part, _count in reversed(parts.most_common())}.values()
    )
    convention = Convention("several", separator=separator, titles=titles[::-1])
    return Kind("multi_choice", convention, choices=titles[::-1])


def _texts(cells: Cells) -> Iterator[tuple[str, int]]:
    for cell, count in cells.counts.items():
        yield text_of(cell), count


def _text(cells: Cells) -> Kind:
    lengths = [len(text_of(cell)) for cell in cells.counts]
    lines = any("\n" in text for text in cells.texts)
    usual = sum(lengths) / len(lengths)
    titled = "title" in cells.topics
    long = (
        lines
        or max(lengths) > (200 if titled else 100)
        or usual > (_LONG_TITLE if titled else _LONG)
    )
    return Kind("long_text" if long else "text")


_KINDS: Final[tuple[Callable[[Cells, str], Kind | None], ...]] = (
    _native, _patterns, _boolean, _dates, _times, _percent, _mixed_dates, _money, _phone, _numbers, _measures,
    _country, _several, _choice,
)  # fmt: skip
