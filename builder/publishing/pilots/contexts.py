"""What the builder's pages show of pilots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from runtime.web.contexts import Option


@dataclass(frozen=True, slots=True)
class PilotPerson:
    """Somebody who may be given a version."""

    name: str
    title: str
    roles: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PilotChoice:
    """Who is to have a version: what is asked for where a draft is given to some, or others get it."""

    people: Sequence[PilotPerson]
    share: str
    """Of each hundred records, as it was typed."""
    views: Sequence[Option] = ()
    """Of which list the records are, or of all."""
    unfit: Sequence[str] = ()
    """The lists of which no share can be had, each with the reason."""
    hindrances: Sequence[str] = ()
    """Why it is for all or nobody."""
    only_people: Sequence[str] = ()
    """Why it can be tried by people, not on some records."""
    open: bool = False


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of both versions."""

    title: str
    tried: str
    others: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class PilotPart:
    """The pilot that runs."""

    number: int
    current: int
    """The version that all others work by."""
    who: str
    by: str
    note: str
    at: datetime
    at_text: str
    rows: Sequence[FigureRow]
    compared: str
    """The list whose records alone are compared; empty: all are."""
    refusals: Sequence[FigureRow]
    """For what saves were refused, the most frequent reasons."""
    differs: bool
    """Whether the draft was changed since."""
    choice: PilotChoice
    change_url: str
    adopt_url: str
    withdraw_url: str
    compare_url: str
