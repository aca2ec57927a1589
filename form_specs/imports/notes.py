"""What people should know of an import: where something stood, what it was, what to do."""

from dataclasses import dataclass

from form_specs.language import _


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that became something else, or nothing."""

    place: str
    """In the source: a JSON pointer, or a sheet, row and column."""
    message: str
    advice: str = ""
    """What to do about it."""
    is_whole: bool = False
    """Nothing of it was lost: it is only worth knowing."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.message}" + (f". {self.advice}" if self.advice else "")


def shown(value: object, most: int = 80) -> str:
    """A value as a message quotes it, cut where it is long."""
    if isinstance(value, dict):
        return (
            _("an object with %(value)s", value=", ".join(map(repr, list(value)[:4])))
            if value
            else "{}"
        )
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= most else f"{text[:most]}…"
