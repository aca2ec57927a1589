"""What the builder's templates are given, beside the frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True, slots=True)
class ToolsPage:
    """The tools that the person may change, and the start of a new one."""

    tools: Sequence[BuiltTool]
    may_start: bool
    start_action: str
    key: str = ""
    schema: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class SpecProblem:
    """One thing wrong with the text: where, what, and what would be right."""

    line: int
    column: int
    message: str
    hint: str
    is_error: bool


@dataclass(frozen=True, slots=True)
class VersionItem:
    """One published version."""

    number: int
    url: str
    at: datetime
    at_text: str
    by: str
    note: str
    in_force: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class SpecPage:
    """A spec as text, what is wrong with it, what it would change, and its history."""

    title: str
    trail: Sequence[Link]
    action: str
    text: str
    rows: int
    based_on: int
    note: str = ""
    problems: Sequence[SpecProblem] = ()
    changes: Sequence[str] = ()
    """What publishing would do, in words."""
    said: str = ""
    """How checking went; empty: it was not asked for."""
    error: str = ""
    versions: Sequence[VersionItem] = ()
    tool_url: str = ""
    download_url: str = ""
