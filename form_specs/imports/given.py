"""What somebody hands over to be imported: JSON documents or the sheets of a workbook."""

from dataclasses import dataclass

from form_specs.imports.notes import Note
from form_specs.json_schema.documents import Beside
from form_specs.model import JsonValue


class UnreadableFile(ValueError):  # noqa: N818 - named for what it says
    """A file in which no form can be read; the message is a sentence with the place."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as texts; rows may have different lengths."""

    name: str
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Given:
    """A form in a foreign language, read but not understood yet.

    Either `sheets` holds something, or `document` is a JSON document and `ui` the second one of
    languages that keep the look apart.
    """

    document: JsonValue = None
    ui: JsonValue = None
    beside: Beside | None = None
    """The files that came with `document`, which its references may lead to."""
    sheets: tuple[Sheet, ...] = ()
    notes: tuple[Note, ...] = ()
    """What reading the files found out already."""
