"""Times in words, as the server first draws them; the browser keeps them ticking."""

from datetime import UTC, datetime, timedelta

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(microseconds: int) -> datetime:
    """From the store's microseconds since 1970 to an aware time."""
    return _EPOCH + microseconds * _MICROSECOND


def relative(at: datetime, now: datetime) -> str:
    """How long ago: "now", "5 min", "3 h", "2 d", then the date."""
    seconds = (now - at).total_seconds()
    if seconds < 0:
        return dated(at, now)
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h"
    if seconds < 7 * 86_400:
        return f"{int(seconds // 86_400)} d"
    return dated(at, now)


def dated(at: datetime, now: datetime) -> str:
    """A date without what goes without saying: "3 Nov", "3 Nov 2025"."""
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at.day} {at:%b}{year}"


def size_text(size: int) -> str:
    """A file's size: "184 KB", "1.2 MB"."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{size / 1024:.0f} KB"
    return f"{size / (1024 * 1024):.1f} MB"
