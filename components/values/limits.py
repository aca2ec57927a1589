"""Sentences about how much there may be, how much more there is, and which of some."""

from collections.abc import Iterable

from form_specs.language import _, counted, digits


def characters_at_most(limit: int, number: int) -> str:
    """That a text of `number` characters is longer than it may be."""
    return counted(
        "At most %(num)s character; this has %(number)s",
        "At most %(num)s characters; this has %(number)s",
        limit,
        **_written(limit, number),
    )


def characters_at_least(limit: int, number: int) -> str:
    """That a text of `number` characters is shorter than it must be."""
    return counted(
        "At least %(num)s character; this has %(number)s",
        "At least %(num)s characters; this has %(number)s",
        limit,
        **_written(limit, number),
    )


def entries_at_most(limit: int, number: int) -> str:
    """That a list or an object holds more than it may."""
    return counted(
        "At most %(num)s entry; this has %(number)s",
        "At most %(num)s entries; this has %(number)s",
        limit,
        **_written(limit, number),
    )


def entries_at_least(limit: int, number: int) -> str:
    """That a list or an object holds less than it must."""
    return counted(
        "At least %(num)s entry; this has %(number)s",
        "At least %(num)s entries; this has %(number)s",
        limit,
        **_written(limit, number),
    )


def rows_at_most(limit: int, number: int) -> str:
    """That a list has more rows than it may."""
    return counted(
        "At most %(num)s row; this has %(number)s",
        "At most %(num)s rows; this has %(number)s",
        limit,
        **_written(limit, number),
    )


def and_more(number: int) -> str:
    """What ends a list of which `number` parts are not named."""
    return counted("and %(num)s more", "and %(num)s more", number, num=digits(number))


def either(words: Iterable[str]) -> str:
    """Words of which one is wanted: "A, B or C"."""
    *first, last = list(words) or [""]
    return f"{', '.join(first)} {_('or')} {last}" if first else last


def _written(limit: int, number: int) -> dict[str, str]:
    return {"num": digits(limit), "number": digits(number)}
