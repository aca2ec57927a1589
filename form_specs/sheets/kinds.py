"""What a column can be: one function for each kind, asked from the surest to the vaguest.

Each answers a `Kind` or none, from the cells alone and what the heading says.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from form_specs.sheets.cells import Cell, text_of
from form_specs.sheets.convention import Convention, parts_of
from form_specs.sheets.evidence import Cells
from form_specs.sheets.kind import ENOUGH, Kind
from form_specs.sheets.kinds_of_numbers import as_measures, as_money, as_numbers, as_percent
from form_specs.sheets.kinds_of_times import as_dates, as_mixed_dates, as_native, as_times
from form_specs.sheets.places import country_code
from form_specs.sheets.words import MEANT, PAIRS, TICKS

MOST_CHOICES: Final = 40
_LONGEST_CHOICE: Final = 80
_LONGEST_REASON: Final = 40
_REASON_TIMES: Final = 4
_EMAIL: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[A-Za-z]{2,}")
_URL: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?:\+|00)[1-9][\d\s().\-/]{6,22}")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_PATTERNS: Final = {"email": _EMAIL, "url": _URL, "phone": _PHONE, "iban": _IBAN}
_LONG: Final = 80
_LONG_TITLE: Final = 140
"""Characters of an usual cell from which on a text is long."""
_BULLET: Final = re.compile(r"(?:\d{1,2}[.)]|[-*•])\s")
_SEPARATORS: Final = (";", "|", ",", "\n", "/")
_ENOUGH_ROWS: Final = 20
_MOST_WORDS: Final = 6
_NEARLY_ALL: Final = 0.95


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
        if words == {yes, no} or _one_says_it(words, yes, no, cells):
            if yes == "1" and cells.topics & {"key", "money", "title"}:
                continue
            if yes in MEANT and "status" in cells.topics:
                continue
            return Kind("boolean", Convention("boolean", yes=(yes,), no=(no,)))
    return _almost_boolean(cells)


def _one_says_it(words: set[str], yes: str, no: str, cells: Cells) -> bool:
    """Whether one of both words alone means yes or no: a short one may as well be a code."""
    return words in ({yes}, {no}) and min(map(len, words)) > 3 and cells.filled > 3


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
        if yes == "1" and counts.keys() - {yes, no} and all(text.isdigit() for text in counts):
            continue  # 0, 1 and a few 2s are counted
        if counts[yes] and counts[no] and counts[yes] + counts[no] >= cells.filled * _NEARLY_ALL:
            return Kind("boolean", Convention("boolean", yes=(yes,), no=(no,)))
    return None


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
    capital = sum(next(iter(found))[:1].isupper() for found in spellings.values())
    titles = tuple(_title(found, capital * 2 > len(spellings)) for found in ordered.values())
    return Kind("choice", Convention("choice", titles=titles), choices=titles)


def _spellings(cells: Cells) -> dict[str, Counter[str]] | None:
    """The ways in which each value is written; none where there are too many or too long ones."""
    found: dict[str, Counter[str]] = {}
    for text, count in _texts(cells):
        found.setdefault(text.casefold(), Counter())[text] += count
        if len(found) > MOST_CHOICES or len(text) > _LONGEST_CHOICE or "\n" in text:
            return None
    return found


def _title(found: Counter[str], capital: bool) -> str:
    """How most write a value; of two ways that are about as frequent, that of the other values."""
    usual = found.most_common(1)[0]
    near = (text for text, count in found.most_common() if count * 2 >= usual[1])
    return next((text for text in near if text[:1].isupper() is capital), usual[0])


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
    as_native, _patterns, _boolean, as_dates, as_times, as_percent, as_mixed_dates, as_money, _phone, as_numbers, as_measures,
    _country, _several, _choice,
)  # fmt: skip
