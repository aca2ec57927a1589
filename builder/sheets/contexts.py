"""What the templates of a spreadsheet's pages are given, beside the frame."""

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.web.contexts import Link


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list to choose from."""

    value: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Choosing:
    """A list to choose from, with its name in the form and what it is called."""

    name: str
    title: str
    options: Sequence[Option]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of the preview."""

    text: str
    wrong: bool = False
    """It stands in the file like this and cannot be read."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column: what it is taken for, and the controls that correct it."""

    name: str
    """Of its controls in the form."""
    place: str
    """As spreadsheet programs call it."""
    title: str
    sentences: Sequence[str]
    types: Choosing | None
    """None: it leads to the records of another form."""
    details: Sequence[Choosing]
    choices: Sequence[str] | None
    """The choices, where it has some; they can be written anew, one a line."""
    doubtful: bool
    """Whether somebody should look at it."""
    required: bool
    kept: bool
    is_state: bool


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A spreadsheet on its way to a tool."""

    trail: Sequence[Link]
    action: str
    file: str
    title: str
    key: str
    names: tuple[str, str]
    """What one row is called, and what several are."""
    said: Sequence[str]
    """Where the table was found, what was left out."""
    beside: Sequence[Option]
    """Other sheets that may become forms too, each with a sentence."""
    reading: Sequence[Choosing]
    """Sheet, row of headings, encoding, delimiter."""
    roles: Sequence[Choosing]
    """Which columns are the title, the key, the state."""
    heads: Sequence[tuple[str, str]]
    """Title and type of each column of the preview."""
    rows: Sequence[tuple[int, Sequence[ShownCell]]]
    columns: Sequence[ShownColumn]
    outcome: Sequence[str]
    """What will be made, a sentence each."""
    records: int
    again_url: str
    error: str = ""
