"""Which rows of a file are about records that there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from components.base import ABSENT, FieldType
from form_specs.language import _
from runtime.access import FormAccess
from runtime.batches.columns import RECORD_ID
from runtime.batches.plans import Plan
from runtime.batches.typing_rows import TypedRow
from runtime.storage.ids import decode_id
from runtime.storage.records import RecordReader, StoredRecord


@dataclass(slots=True)
class SortedOut:
    """Rows that can be read: of new records, and of records that there are."""

    new: list[TypedRow] = field(default_factory=list)
    known: list[tuple[TypedRow, StoredRecord]] = field(default_factory=list)


class Finder:
    """Finds records again by the field that a plan names, as far as the person may see them."""

    def __init__(self, reader: RecordReader, plan: Plan, access: FormAccess) -> None:
        self._reader = reader
        self._access = access
        self._key = plan.key

    def sorted_out(self, conn: Connection, rows: Sequence[TypedRow]) -> SortedOut:
        """The rows without problems by what they are about; a row that names nothing gets one."""
        readable = [row for row in rows if not row.problems]
        if not self._key:
            return SortedOut(new=readable)
        by_id = self._key == RECORD_ID
        found = self._by_id(conn, readable) if by_id else self._by_value(conn, readable)
        sorted_out, seen = SortedOut(), set[int]()
        for row in readable:
            record = found.get(row.number)
            if record is None and by_id and row.id:
                row.problems.append({"field": None, "message": _("There is no record of this id")})
            elif record is None:
                sorted_out.new.append(row)
            elif record.id in seen:
                message = _("A row above is about the same record")
                row.problems.append({"field": None, "message": message})
            else:
                seen.add(record.id)
                sorted_out.known.append((row, record))
        return sorted_out

    def _by_id(self, conn: Connection, rows: Sequence[TypedRow]) -> Mapping[int, StoredRecord]:
        numbers = {row.number: number for row in rows if (number := _number(row.id)) is not None}
        form = self._access.form
        there: dict[int, StoredRecord] = {}
        wanted = list(dict.fromkeys(numbers.values()))
        for start in range(0, len(wanted), 200):
            there |= self._reader.get_many(
                *(conn, form.form_id, wanted[start : start + 200]),
                rows=self._access.rows,
                lifted=form.lifted,
            )
        return {row: there[number] for row, number in numbers.items() if number in there}

    def _by_value(self, conn: Connection, rows: Sequence[TypedRow]) -> Mapping[int, StoredRecord]:
        form = self._access.form
        of: FieldType = form.fields[self._key]
        stored: dict[int, Any] = {
            row.number: of.to_store(row.values[of.key])
            for row in rows
            if row.values.get(of.key, ABSENT) is not ABSENT
        }
        there = self._reader.holding(
            *(conn, form.form_id, of.sort_path, of.kind, stored.values()),
            rows=self._access.rows,
            lifted=form.lifted,
        )
        by_value = {record.document.get(of.key): record for record in there}
        return {row: by_value[value] for row, value in stored.items() if value in by_value}


def _number(text: str) -> int | None:
    try:
        return decode_id(text)
    except ValueError:
        return None
