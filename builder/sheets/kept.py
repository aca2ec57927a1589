"""A spreadsheet that somebody makes a tool of: the file in the store, what they said beside it."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from form_specs.conditions.binding import microseconds
from form_specs.language import _
from form_specs.sheets import Book, Table, UnreadableSheet, read_book, table_in
from form_specs.sheets.beside import Offer, chosen, joined, offers
from form_specs.sheets.guessing import TableGuess, guess
from form_specs.sheets.linking import LinkCandidate, link_candidates
from form_specs.sheets.people import possible_people
from form_specs.sheets.planning import TablePlan, planned
from runtime.storage import drafts
from runtime.storage.accounts import called
from runtime.storage.drafts import Draft
from runtime.storage.ids import encode_id
from runtime.web.site.context import here

_SCOPE: Final = "sheet/"


@dataclass(frozen=True, slots=True)
class KeptSheet:
    """One file on its way to a tool."""

    id: str
    name: str
    """Of the file."""
    sha256: str
    key: str
    """Of the tool to be."""
    title: str
    sheet: str | None = None
    """The sheet that was chosen; none: the largest."""
    header: int | None = None
    """The row that was chosen; none: it is looked for."""
    encoding: str = ""
    delimiter: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)
    """Corrections, as `form_specs.sheets.planning` takes them."""

    def book(self) -> Book:
        """The file as it is read; raises `UnreadableSheet`."""
        return _book(self.sha256, self.name, self.encoding, self.delimiter)

    def plan(self) -> TablePlan:
        """What its table shall become; raises `UnreadableSheet`."""
        sheet = self.book().sheet(self.sheet).name
        told = _Told(*(self.sha256, self.name, self.encoding, self.delimiter, sheet, self.header))
        plan = planned(self._guessed(told), self.said)
        taken = chosen(offers(plan, _links(told)), self.said.get("links"))
        beside = (told._replace(sheet=offer.sheet, header=None) for offer in taken)
        return joined(plan, [*zip(taken, map(self._guessed, beside), strict=True)])

    def offers(self) -> list[Offer]:
        """The other sheets that may become forms beside that of the table."""
        sheet = self.book().sheet(self.sheet).name
        told = _Told(*(self.sha256, self.name, self.encoding, self.delimiter, sheet, self.header))
        return offers(planned(self._guessed(told), self.said), _links(told))

    @staticmethod
    def _guessed(told: "_Told") -> TableGuess:
        people = called(here().conn, _possible(told))
        return _guess(told, tuple(sorted(people.items())))


class _Told(NamedTuple):
    """A table in a file: all that is read from it depends on nothing else."""

    sha256: str
    name: str
    encoding: str
    delimiter: str
    sheet: str
    header: int | None


@lru_cache(maxsize=2)
def _book(sha256: str, name: str, encoding: str, delimiter: str) -> Book:
    """A file that was read stays read for the next look at it: its name says all that is in it."""
    try:
        with here().services.files.open(sha256) as file:
            content = file.read()
    except FileNotFoundError:
        raise UnreadableSheet(_("The file is gone: upload it again")) from None
    return read_book(content, name, encoding=encoding, delimiter=delimiter)


@lru_cache(maxsize=4)
def _table(told: _Told) -> Table:
    book = _book(told.sha256, told.name, told.encoding, told.delimiter)
    return table_in(book.sheet(told.sheet), told.header)


@lru_cache(maxsize=4)
def _possible(told: _Told) -> tuple[str, ...]:
    """What may be written for people there."""
    return tuple({*possible_people(_table(told))})


@lru_cache(maxsize=4)
def _links(told: _Told) -> tuple[LinkCandidate, ...]:
    """The columns of a table that name rows of the other sheets."""
    book = _book(told.sha256, told.name, told.encoding, told.delimiter)
    return tuple(link_candidates(_table(told), book.sheets))


@lru_cache(maxsize=4)
def _guess(told: _Told, people: tuple[tuple[str, str], ...]) -> TableGuess:
    return guess(_table(told), dict(people))


def keep_file(content: bytes, name: str, key: str, title: str) -> KeptSheet:
    """Keeps an uploaded file for the person; raises `UnreadableSheet` where it is none."""
    sha256 = hashlib.sha256(content).hexdigest()
    context = here()
    context.services.files.write(io.BytesIO(content), limit=len(content))
    kept = KeptSheet(encode_id(context.services.ids.next()), name, sha256, key, title)
    kept.plan()
    keep(kept)
    return kept


def keep(sheet: KeptSheet) -> None:
    """Keeps what was said of a file."""
    context = here()
    data = {
        "name": sheet.name,
        "sha256": sheet.sha256,
        "key": sheet.key,
        "title": sheet.title,
        "sheet": sheet.sheet,
        "header": sheet.header,
        "encoding": sheet.encoding,
        "delimiter": sheet.delimiter,
        "said": dict(sheet.said),
    }
    now = microseconds(datetime.now(UTC))
    with context.services.db.write() as conn:
        drafts.save(conn, Draft(context.person.name, f"{_SCOPE}{sheet.id}", data, None, now))


def kept_sheet(sheet_id: str) -> KeptSheet | None:
    """The person's own file of that id, or none."""
    found: Draft | None = drafts.load(here().conn, here().person.name, f"{_SCOPE}{sheet_id}")
    return None if found is None else KeptSheet(sheet_id, **found.data)


def forget(sheet: KeptSheet) -> None:
    """Forgets what was said of a file; the file itself goes with the sweep."""
    with here().services.db.write() as conn:
        drafts.remove(conn, here().person.name, f"{_SCOPE}{sheet.id}")


def with_said(kept: KeptSheet, said: Mapping[str, Any], **more: Any) -> KeptSheet:
    """The same file, other words; another sheet or row of headings starts the columns anew."""
    moved = any(
        name in more and more[name] != getattr(kept, name)
        for name in ("sheet", "header", "encoding", "delimiter")
    )
    return replace(kept, said={} if moved else said, **more)
