"""What is taken along for trying a draft: the newest records that the person may read, as far as they may.

The rights are those that the version in force gives; nothing of the draft has a say in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection

from form_specs.exact_json import dumps
from form_specs.model import Right
from runtime.access import Access, FormAccess, Person
from runtime.compiling.tool import CompiledTool
from runtime.reading import ListRequest, Records, RecordView
from runtime.storage import alongside, attachments
from runtime.storage.alongside import Alongside
from runtime.storage.attachments import Attachment
from runtime.storage.ids import decoded_ids
from runtime.storage.records import StoredRecord

MOST: Final = 500
"""How many records of a tool are copied, and how many more that those link to."""
MOST_BYTES: Final = 20_000_000
"""What their documents may take together."""
_PAGE: Final = 100


@dataclass
class Copies:
    """Records by form, and what stands around them."""

    records: dict[str, list[StoredRecord]] = field(default_factory=dict)
    around: Alongside = field(default_factory=Alongside)

    @property
    def number(self) -> int:
        """How many records there are."""
        return sum(len(records) for records in self.records.values())


def copies_for(conn: Connection, reading: Records, tool: CompiledTool, person: Person) -> Copies:
    """What somebody may take along of a tool in force."""
    return _Copying(conn, reading, tool, person).all()


class _Copying:
    def __init__(
        self, conn: Connection, reading: Records, tool: CompiledTool, person: Person
    ) -> None:
        self._conn = conn
        self._reading = reading
        self._tool = tool
        found = Access(person).forms(tool)
        self._access = {a.form.key: a for a in found if a.can(Right.READ)}
        self._copied: dict[str, dict[int, StoredRecord]] = {key: {} for key in self._access}
        self._files: dict[str, list[Attachment]] = {key: [] for key in self._access}
        self._bytes = 0

    def all(self) -> Copies:
        left, forms = MOST, len(self._access)
        for position, access in enumerate(self._access.values()):
            # What small forms leave is the others'.
            left -= self._take(access, self._newest(access, left // (forms - position)))
        for key, ids in self._linked().items():
            found = self._reading.named(self._conn, self._access[key], ids)
            self._take(self._access[key], found)
        return Copies(
            {key: [*found.values()] for key, found in self._copied.items()}, self._around()
        )

    def _newest(self, access: FormAccess, most: int) -> Iterator[RecordView]:
        """The newest records of a form that exist for the person."""
        cursor: str | None = None
        while most > 0:
            request = ListRequest(cursor=cursor, limit=min(most, _PAGE))
            page = self._reading.page(self._conn, access, request)
            yield from page.records
            most -= len(page.records)
            cursor = page.next_cursor
            if cursor is None:
                return

    def _take(self, access: FormAccess, found: Iterable[RecordView]) -> int:
        """Takes records along, until there is no more room; how many."""
        key, taken = access.form.key, 0
        for view in found:
            document = _readable(view)
            self._bytes += len(dumps(document))
            if self._bytes > MOST_BYTES:
                break
            self._copied[key][view.kept.id] = replace(view.kept, document=document)
            self._files[key] += _files(self._conn, view)
            taken += 1
        return taken

    def _linked(self) -> dict[str, list[int]]:
        """The records that are linked to and not among the copied, by form."""
        found: dict[str, dict[int, None]] = {key: {} for key in self._access}
        for key, access in self._access.items():
            ties = access.form.ties
            for record in self._copied[key].values():
                for held in ties.held(record.document, ties.linking):
                    target = held.field.spec.link.form if held.field.spec.link else ""
                    if target in found:
                        found[target] |= dict.fromkeys(decoded_ids(held.field.keys(held.value)))
        return {
            key: [number for number in numbers if number not in self._copied[key]][:MOST]
            for key, numbers in found.items()
        }

    def _around(self) -> Alongside:
        records = [record for found in self._copied.values() for record in found.values()]
        names = {name for record in records for name in (record.created_by, record.updated_by)}
        forms = {key: form.form_id for key, form in self._tool.forms.items()}
        tool = (self._tool.tool_id, self._tool.key)
        found = alongside.read(self._conn, tool, forms, names)
        found.files = self._files
        return found


def _readable(view: RecordView) -> dict[str, Any]:
    """A stored document without what the person may not read."""
    access, document = view.access, view.kept.document
    if access.knows_all:
        return document
    known = access.form.fields
    return {key: value for key, value in document.items() if key in known and access.reads(key)}


def _files(conn: Connection, view: RecordView) -> Sequence[Attachment]:
    found = attachments.listed(conn, view.kept.form_id, view.kept.id)
    return [file for file in found if file.field is None or view.access.reads(file.field)]
