"""The records that links lead to, as far as conditions, formulas and columns ask about them.

A hop is looked up when something asks for it, never before; a page of records loads what its
links lead to at once (`LinkedRecords.load`).  What a person may not read of a linked record is
absent from it, and what a condition asks of it is unknown.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from form_specs.hops import is_hop, parted
from form_specs.model import Right
from runtime.access import FormAccess, program
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import Facts, Hops
from runtime.compiling.reactions import Knows
from runtime.storage.ids import decode_id
from runtime.storage.records import RecordReader, StoredRecord

Reading = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection to read on."""


@dataclass(frozen=True, slots=True)
class LinkedRecord:
    """A record that a link leads to, with what the person may do with this very one."""

    access: FormAccess
    stored: StoredRecord

    @property
    def facts(self) -> Facts:
        """What conditions see of it: nothing that the person may not read."""
        found = self.access.form.facts(self.stored)
        if self.access.knows_all:
            return found
        return {key: value for key, value in found.items() if self.access.reads(key)}


class LinkedRecords:
    """What the links of one form's records lead to, for one person; each record is read once."""

    def __init__(self, reader: RecordReader, reading: Reading, access: FormAccess) -> None:
        self.access = access
        self._reader = reader
        self._reading = reading
        self._found: dict[tuple[str, str], LinkedRecord | None] = {}

    @classmethod
    def knowing_all(
        cls, reader: RecordReader, reading: Reading, form: CompiledForm
    ) -> "LinkedRecords":
        """What the gate judges by: the records as they are, whoever asks."""
        return cls(reader, reading, FormAccess(form, program("system")))

    def load(self, documents: Iterable[Mapping[str, Any]], links: Iterable[str]) -> None:
        """Reads what some links of some records lead to: one statement for each form."""
        documents = [*documents]
        wanted: dict[str, set[str]] = {}
        for link in links:
            target = self.access.form.ties.links.forms[link].key
            keys = {key for d in documents if isinstance(key := d.get(link), str)}
            wanted.setdefault(target, set()).update(keys)
        for target, keys in wanted.items():
            self._read(target, keys)

    def record(self, link: str, key: Any) -> LinkedRecord | None:
        """The record that a link holds; none where there is none for the person."""
        if not isinstance(key, str):
            return None
        target = self.access.form.ties.links.forms[link].key
        if (target, key) not in self._found:
            self._read(target, {key})
        return self._found[target, key]

    def _read(self, target: str, keys: set[str]) -> None:
        numbers = {
            key: n for key in keys if (target, key) not in self._found and (n := _number(key))
        }
        access = self.access.beside(target)
        found: Mapping[int, StoredRecord] = {}
        if numbers and access.can(Right.READ):
            with self._reading() as conn:
                found = self._reader.get_many(
                    conn,
                    access.form.form_id,
                    sorted(numbers.values()),
                    rows=access.rows,
                    lifted=access.form.lifted,
                )
        for key in keys:
            stored = found.get(numbers.get(key, 0))
            if (target, key) not in self._found:
                self._found[target, key] = (
                    None if stored is None else LinkedRecord(access.over(stored), stored)
                )

    def hops(self, access: FormAccess | None = None) -> Hops:
        """What evaluations ask, on a record on which the person has `access`."""
        return _LinkedHops(self, access or self.access)

    def knows(self, facts: Facts, access: FormAccess | None = None) -> Knows:
        """Whether the person may know what something asks of a record with these values."""
        own = access or self.access
        hops = self.hops(own)
        return lambda key: own.reads(key) and not hops.withholds(key, facts)


class Behind:
    """What stands behind the links of one form's records: as it is, and as somebody may know it."""

    def __init__(self, reader: RecordReader, reading: Reading, access: FormAccess) -> None:
        self.access = access
        self._all = LinkedRecords.knowing_all(reader, reading, access.form)
        self.known = LinkedRecords(reader, reading, access)

    def load(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """Reads at once what conditions will ask about many records."""
        asked = self.access.form.reactions.asked
        self._all.load(documents, {parted(read)[0] for read in asked if is_hop(read)})

    @property
    def hops(self) -> Hops:
        """By which changes are judged, whoever makes them."""
        return self._all.hops()

    def knows(self, facts: Facts, access: FormAccess) -> Knows:
        """Whether somebody with `access` to a record may know what a reason tells of it."""
        return self.known.knows(facts, access)


def _number(key: str) -> int:
    try:
        return decode_id(key)
    except ValueError:
        return 0


@dataclass(frozen=True)
class _LinkedHops:
    """`Hops` over some linked records, for one record."""

    linked: LinkedRecords
    access: FormAccess

    def follow(self, link: str, key: Any) -> Facts | None:
        found = self.linked.record(link, key) if self.access.reads(link) else None
        return None if found is None else found.facts

    def withholds(self, read: str, facts: Facts) -> bool:
        if not is_hop(read) or self.access.unrestricted:
            return False
        link, key = parted(read)
        if facts.get(link) is None:
            return not self.access.reads(read)
        found = self.linked.record(link, facts[link])
        return found is None or not self.access.reads(link) or not found.access.reads(key)
