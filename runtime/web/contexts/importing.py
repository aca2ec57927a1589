"""Contexts of the pages on which files come in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.web.contexts.frame import Link, Option


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Where a file is chosen."""

    title: str
    trail: Sequence[Link]
    action: str
    history_url: str
    fields: Sequence[str]
    """What columns may be called."""
    megabytes: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """One column of the file: what it holds, and what it is taken for."""

    index: int
    title: str
    samples: Sequence[str]
    targets: Sequence[Option]
    way: str = ""
    """The name of its input; empty: it can be written in one way only."""
    ways: Sequence[Option] = ()
    unsure: bool = False
    """Its cells can be read in another way, to other values."""
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """One thing wrong with a row."""

    line: str
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """What a check found."""

    counts: Sequence[tuple[str, str]]
    """Number and what it counts, in words."""
    problems: Sequence[ImportProblem]
    words: str = ""
    """That not all rows were looked at; empty: all were."""


@dataclass(frozen=True, slots=True)
class ImportDraftPage:
    """A file before its rows come in."""

    title: str
    trail: Sequence[Link]
    file: str
    rows: str
    notes: Sequence[str]
    name: str
    columns: Sequence[ImportColumn]
    keys: Sequence[Option]
    clears: bool
    action: str
    discard_url: str
    checked: CheckedRows | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class RejectCell:
    """One cell of a refused row, to be put right."""

    name: str
    title: str
    value: str
    errors: Sequence[str] = ()
    options: Sequence[str] = ()
    """What may stand there, where that is a short list."""


@dataclass(frozen=True, slots=True)
class RejectRow:
    """A row that could not come in."""

    line: str
    url: str
    cells: Sequence[RejectCell]
    errors: Sequence[str] = ()
    """What is wrong with the row as a whole."""


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record that taking a batch back left as it is."""

    title: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class BatchItem:
    """A batch in a list of them."""

    url: str
    name: str
    state: str
    color: str
    by: str
    at: datetime
    at_text: str
    words: str


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A batch that is on its way, or over."""

    title: str
    trail: Sequence[Link]
    item: BatchItem
    poll_url: str = ""
    """Where the page looks how far it is; empty: it has ended."""
    done: int = 0
    total: int = 0
    cancel_url: str = ""
    records_url: str = ""
    rejects: Sequence[RejectRow] = ()
    rejects_url: str = ""
    """All refused rows as a file."""
    more_url: str = ""
    """The refused rows after those that are shown."""
    left: str = ""
    """How many refused rows there are."""
    kept: Sequence[KeptRecord] = ()
    revert_url: str = ""
    revert_text: str = ""
    """What taking it back does, in words."""
    forces: bool = False
    """Whether there is something that only goes where that is asked for."""
    taken_back: Sequence[BatchItem] = ()
    """The batches that took it back."""


@dataclass(frozen=True, slots=True)
class BatchesPage:
    """All batches of a form."""

    title: str
    trail: Sequence[Link]
    items: Sequence[BatchItem]
    import_url: str
    next_url: str = ""
