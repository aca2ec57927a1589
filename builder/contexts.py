"""What the builder's templates are given, beside the frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from form_specs.imports import Note
from runtime.web.contexts import Link


@dataclass(frozen=True, slots=True)
class BuiltTool:
    """A tool in the list of those that the person may change."""

    title: str
    key: str
    url: str
    version: int
    at: datetime
    at_text: str
    by: str
    is_changed: bool = False
    """Its draft differs from what is in force."""
    look_url: str = ""
    """Where a second look is asked for, by somebody else; empty: nowhere."""


@dataclass(frozen=True, slots=True)
class BegunTool:
    """A draft of a tool that was never published."""

    key: str
    title: str
    url: str
    at: datetime
    at_text: str


@dataclass(frozen=True, slots=True)
class ExampleItem:
    """A tool that comes with the product, to start from."""

    key: str
    title: str
    description: str
    icon: str


@dataclass(frozen=True, slots=True)
class ToolsPage:
    """The tools that the person may change, and the start of a new one."""

    tools: Sequence[BuiltTool]
    may_start: bool
    start_action: str
    begun: Sequence[BegunTool] = ()
    examples: Sequence[ExampleItem] = ()
    import_url: str = ""
    title: str = ""
    key: str = ""
    schema: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """One thing that publishing would change."""

    text: str
    impact: str
    """The class: safe, notice, review, migration or breaking."""
    color: str
    word: str
    """What the class is called."""
    name: str = ""
    """What accepting it is called; empty: nothing has to be accepted."""
    accepted: bool = False
    records_url: str = ""
    """The list of the records that it concerns; empty: none that the person may see."""
    uses: Sequence[Link] = ()
    """What used a part that is gone; without an address where that is gone as well."""
    uses_words: str = ""


@dataclass(frozen=True, slots=True)
class RightItem:
    """What one role gains and loses."""

    role: str
    gained: Sequence[str]
    lost: Sequence[str]
    changed: Sequence[str]
    """Rights that reach to other records than before."""


@dataclass(frozen=True, slots=True)
class SampleItem:
    """One record before and after; each line is `field: value`."""

    record: str
    url: str
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class RejectItem:
    """A record that cannot follow to another version."""

    key: str
    reason: str
    url: str = ""
    """Where it is; empty: the person may not read it."""


@dataclass(frozen=True, slots=True)
class RehearsalPart:
    """What a dry run found."""

    words: str
    samples: Sequence[SampleItem]
    rejects: Sequence[RejectItem]
    """The first of those that cannot follow."""


@dataclass(frozen=True, slots=True)
class MigrationItem:
    """One migration of a tool, running or ended."""

    url: str
    version: int
    state: str
    color: str
    by: str
    at: datetime
    at_text: str
    words: str


@dataclass(frozen=True, slots=True)
class MigrationsPage:
    """The migrations of a tool."""

    title: str
    trail: Sequence[Link]
    items: Sequence[MigrationItem]


@dataclass(frozen=True, slots=True)
class MigrationPage:
    """How far one migration is, and what came of it."""

    title: str
    trail: Sequence[Link]
    item: MigrationItem
    poll_url: str
    """Where to ask again; empty: it has ended."""
    done: int
    total: int
    message: str
    cancel_url: str = ""
    rejects: Sequence[RejectItem] = ()
    rejects_url: str = ""
    spec_url: str = ""
    steps: str = ""
    """As a document."""
    said: Sequence[str] = ()
    """The same in words."""


@dataclass(frozen=True, slots=True)
class LanguageItem:
    """A language of forms to choose."""

    name: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ImportPage:
    """Which file a new tool is made from."""

    trail: Sequence[Link]
    action: str
    key: str
    main: str
    """Which of several files is the form."""
    languages: Sequence[LanguageItem]
    pasted: str
    """What was pasted in the place of a file."""
    megabytes: int
    """How large a file may be."""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """What became of a file, and what could not be carried over."""

    trail: Sequence[Link]
    action: str
    key: str
    title: str
    said: str
    """As what it was read, and how much of it there is."""
    document: str
    again_url: str
    notes: Sequence[Note] = ()
    problems: int = 0
    """How much is wrong with it; it can be kept all the same."""

    @property
    def lost(self) -> list[Note]:
        """What became something else, or nothing."""
        return [note for note in self.notes if not note.is_whole]

    @property
    def whole(self) -> list[Note]:
        """What is as it was, and worth knowing."""
        return [note for note in self.notes if note.is_whole]
