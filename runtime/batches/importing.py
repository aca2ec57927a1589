"""Rows come in, piece by piece: each piece and the place in the file in one transaction."""

import time
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection

from components.base import ABSENT
from form_specs.language import _
from runtime.access import FormAccess
from runtime.batches.collecting import collecting_later
from runtime.batches.columns import STATE
from runtime.batches.finding import Finder
from runtime.batches.plans import Plan
from runtime.batches.resolving import Resolver
from runtime.batches.running import BatchTurn, Lost
from runtime.batches.typing_rows import Problem, RowTyping, TypedRow
from runtime.batches.unpacking import Rows
from runtime.gate import Origin, Outcome, Reason, RecordNotFoundError, RefusedError, StaleError
from runtime.storage import batches
from runtime.storage.batches import Batch, Reject
from runtime.storage.ids import encode_id
from runtime.storage.records import StoredRecord

AT_ONCE: Final = 2_000
"""Rows of one transaction."""
_AT_ONCE_HOOKED: Final = 50
"""Where each row asks a hook, so that other writers need not wait for long."""
_TRIES: Final = 5
_COUNTED: Final = ("added", "updated", "same", "rejected")


class ImportRun:
    """Brings the rows of a batch in, from the place on where it stopped."""

    def __init__(self, turn: BatchTurn) -> None:
        self._turn = turn
        self._owner = turn.owner
        self._batch = turn.batch
        self._plan = Plan.from_json(turn.batch.plan)
        self._result: dict[str, Any] = {**dict.fromkeys(("done", *_COUNTED), 0), "offset": 0}
        self._result |= turn.batch.result

    def go(self) -> None:
        """Runs to the end of the file, or until it has to stop."""
        with self._owner.files.open(self._plan.file) as stream:
            rows = Rows(stream, self._result["offset"])
            while True:
                size = self._size()
                some = rows.take(size)
                if some and self._try(some, rows.offset):
                    return
                if len(some) < size:
                    break
        self._turn.end("done")

    def _size(self) -> int:
        with self._owner.db.read() as conn:
            form = self._owner.access(conn, self._batch).form
        hooked = self._owner.gate.asks_hooks(form)
        return _AT_ONCE_HOOKED if hooked else AT_ONCE

    def _try(self, some: list[tuple[int, list[str]]], offset: int) -> bool:
        """As `_come_in`, again where the tool was changed at this very moment."""
        for _attempt in range(_TRIES):
            try:
                return self._come_in(some, offset)
            except RefusedError as error:
                refused = error
                time.sleep(1)
        raise Lost(str(refused))

    def _come_in(self, some: list[tuple[int, list[str]]], offset: int) -> bool:
        """Takes some rows through the gate; whether the work has to end here."""
        with self._owner.gate.transaction() as conn, collecting_later():
            if not self._turn.is_at(conn, "offset", self._result["offset"], 0):
                return True
            access = self._owner.access(conn, self._batch)
            found = bring_in(self._owner, conn, access, self._batch, some)
            result = self._result | {"offset": offset, "done": self._result["done"] + len(some)}
            result |= {name: result[name] + found[name] for name in _COUNTED}
            ends = self._turn.tell(conn, result["done"], self._plan.rows, result)
        self._result = result
        return ends


def bring_in(
    owner: Any,
    conn: Connection,
    access: FormAccess,
    batch: Batch,
    rows: list[tuple[int, list[str]]],
    request_id: str = "",
) -> dict[str, int]:
    """Takes rows through the gate in the transaction of `conn`, notes what became of each; the counts."""
    plan = Plan.from_json(batch.plan)
    origin = Origin("import", request_id=request_id, batch=encode_id(batch.id))
    resolver = Resolver(owner.reader, conn, access, owner.gate.directory(conn, access))
    typed = RowTyping(plan, access, resolver).typed(rows)
    found = Finder(owner.reader, plan, access).sorted_out(conn, typed)
    counts = dict.fromkeys(_COUNTED, 0)
    rejects = [Reject(row.number, row.cells, row.problems) for row in typed if row.problems]
    noted: list[tuple[int, int]] = []
    outcomes = owner.gate.create_many(
        *(access, [set_values(row) for row in found.new], origin),
        states=[row.state for row in found.new],
    )
    for row, outcome in zip(found.new, outcomes, strict=True):
        if isinstance(outcome, RefusedError):
            rejects.append(Reject(row.number, row.cells, problems_of(outcome.reasons)))
        else:
            counts["added"] += 1
            noted.append((outcome.record_id, outcome.version))
    again: list[tuple[int, int]] = []
    for row, record in found.known:
        changed = state_problems(row, record) or _changed(owner, access, row, record, origin)
        if isinstance(changed, Outcome):
            counts["updated"] += 1
            again.append((changed.record_id, changed.version))
        elif changed is None:
            counts["same"] += 1
        else:
            rejects.append(Reject(row.number, row.cells, changed))
    batches.note_records(conn, batch.id, noted)
    batches.note_again(conn, batch.id, again)
    batches.note_rejects(conn, batch.id, sorted(rejects, key=lambda reject: reject.line))
    return counts | {"rejected": len(rejects)}


def set_values(row: TypedRow) -> dict[str, Any]:
    """What a new record is to hold."""
    return {key: value for key, value in row.values.items() if value is not ABSENT}


def state_problems(row: TypedRow, record: StoredRecord) -> list[Problem]:
    """That a row wants a record that there is in another state: transitions bring it there, no file."""
    if row.state is None or row.state == record.state:
        return []
    text = _("The record is in another state, which a file does not change: leave this empty")
    return [{"field": STATE, "message": text}]


def _changed(
    owner: Any, access: FormAccess, row: TypedRow, record: StoredRecord, origin: Origin
) -> Outcome | list[Problem] | None:
    """What came of a row about a record that there is: none where it says nothing new."""
    values = new_values(access, row, record)
    if not values:
        return None
    try:
        outcome: Outcome = owner.gate.update(
            access, record.id, values, origin, version=record.version
        )
    except RefusedError as error:
        return problems_of(error.reasons)
    except (StaleError, RecordNotFoundError):
        return [{"field": None, "message": _("Somebody else changed the record meanwhile")}]
    return outcome


def new_values(access: FormAccess, row: TypedRow, record: StoredRecord) -> dict[str, Any]:
    """Of what a row says what its record does not hold yet."""
    stored = access.form.to_document(row.values)
    return {
        key: value
        for key, value in row.values.items()
        if record.document.get(key) != stored.get(key)
    }


def problems_of(reasons: Sequence[Reason]) -> list[Problem]:
    """The reasons of the gate as they are noted beside a row."""
    return [{"field": reason.field, "message": reason.message} for reason in reasons]
