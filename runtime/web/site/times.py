"""Times in words, as the server first draws them; the browser keeps them ticking."""

from datetime import datetime, timedelta

from babel.dates import format_timedelta

from components.values.locales import date_style, number_style
from form_specs.conditions.binding import moment_of as moment
from form_specs.language import _
from runtime.web.site.language import language

__all__ = ["dated", "length", "moment", "relative", "size_text"]


def relative(at: datetime, now: datetime) -> str:
    """How long ago: "now", "5 min", "3 h", "2 d", then the date."""
    seconds = (now - at).total_seconds()
    if seconds < -60:
        return dated(at, now)
    if seconds < 60:  # what has just been written may be newer than the page's own moment
        return _("now")
    if seconds < 3600:
        return _("%(number)s min", number=int(seconds // 60))
    if seconds < 86_400:
        return _("%(number)s h", number=int(seconds // 3600))
    if seconds < 7 * 86_400:
        return _("%(number)s d", number=int(seconds // 86400))
    return dated(at, now)


def dated(at: datetime, now: datetime) -> str:
    """A date without what goes without saying: "3 Nov", "3 Nov 2025"."""
    style = date_style(language())
    return style.day_of_year(at) if at.year == now.year else style.day(at)


def length(microseconds: int) -> str:
    """How long something took, in its largest unit: "12 minutes", "3 hours"."""
    return format_timedelta(timedelta(microseconds=microseconds), threshold=1.5, locale=language())


def size_text(size: int) -> str:
    """A file's size: "184 KB", "1.2 MB"."""
    if size < 1024:
        return _("%(number)s B", number=size)
    if size < 1024 * 1024:
        return _("%(number)s KB", number=f"{size / 1024:.0f}")
    megabytes = number_style(language()).real(f"{size / (1024 * 1024):.1f}".removesuffix(".0"))
    return _("%(number)s MB", number=megabytes)
