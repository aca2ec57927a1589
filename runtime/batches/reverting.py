"""Takes a batch back: what it made goes, what it changed gets its old values.

What was changed since is left alone and listed, unless somebody wants it gone all the same.
Everything goes through the gate, as a batch of its own.
"""

from typing import Any, Final

from sqlalchemy import Connection

from components.base import ABSENT
from form_specs.language import _
from runtime.access import FormAccess
from runtime.batches.importing import problems_of
from runtime.batches.running import BatchTurn, Lost
from runtime.batches.typing_rows import Problem
from runtime.compiling.form import Broken
from runtime.gate import Op, Origin, RecordNotFoundError, RefusedError, StaleError
from runtime.storage import batches, events
from runtime.storage.batches import Reject
from runtime.storage.events import Event
from runtime.storage.ids import encode_id
from runtime.storage.records import StoredRecord

_AT_ONCE: Final = 100
_HISTORY: Final = 200


class RevertRun:
    """Goes through the records of a batch, from the place on where it stopped."""

    def __init__(self, turn: BatchTurn) -> None:
        self._turn = turn
        self._owner = turn.owner
        self._batch = turn.batch
        if turn.batch.reverts is None:
            raise Lost("the batch takes nothing back")
        self._reverted = turn.batch.reverts
        self._force = bool(turn.batch.plan.get("force"))
        self._result: dict[str, Any] = {"done": 0, "after": -1}
        self._result |= dict.fromkeys(("deleted", "undone", "kept", "gone"), 0)
        self._result |= turn.batch.result

    def go(self) -> None:
        """Runs to the end of the batch, or until it has to stop."""
        with self._owner.db.read() as conn:
            total = batches.record_count(conn, self._reverted)
        while True:
            with self._owner.gate.transaction() as conn:
                if not self._turn.is_at(conn, "after", self._result["after"], -1):
                    return
                some = batches.records(conn, self._reverted, self._result["after"], _AT_ONCE)
                if not some:
                    break
                access = self._owner.access(conn, self._batch)
                for record_id, version in some:
                    self._take_back(conn, access, record_id, version)
                self._result |= {
                    "after": some[-1][0],
                    "done": self._result["done"] + len(some),
                }
                if self._turn.tell(conn, self._result["done"], total, self._result):
                    return
        self._turn.end("done")

    def _take_back(
        self, conn: Connection, access: FormAccess, record_id: int, version: int
    ) -> None:
        form = access.form
        record = self._owner.reader.get(
            conn, form.form_id, record_id, rows=access.rows, lifted=form.lifted
        )
        if record is None:
            self._result["gone"] += 1
            return
        history = events.history(conn, form.form_id, record_id, limit=_HISTORY)
        batch = encode_id(self._reverted)
        own = [event for event in history if event.data.get("batch") == batch]
        made = any(event.op == Op.CREATE for event in own)
        try:
            problems = (
                self._delete(access, record, version) if made else self._undo(access, record, own)
            )
        except RefusedError as error:
            problems = problems_of(error.reasons)
        except (StaleError, RecordNotFoundError):
            problems = [{"field": None, "message": _("Somebody else changed the record meanwhile")}]
        if problems:
            self._result["kept"] += 1
            title = access.form.title_of(record.document, encode_id(record_id))
            batches.note_rejects(conn, self._batch.id, [Reject(record_id, [title], problems)])

    def _origin(self) -> Origin:
        return Origin("import", batch=encode_id(self._batch.id))

    def _delete(self, access: FormAccess, record: StoredRecord, version: int) -> list[Problem]:
        if record.version != version and not self._force:
            return [{"field": None, "message": _("It was changed after it came in")}]
        reason = _("The import that it came by was taken back")
        self._owner.gate.delete(
            access, record.id, self._origin(), version=record.version, reason=reason
        )
        self._result["deleted"] += 1
        return []

    def _undo(self, access: FormAccess, record: StoredRecord, own: list[Event]) -> list[Problem]:
        """Puts old values back, field by field; `own` are the batch's events, newest first."""
        before: dict[str, Any] = {}
        after: dict[str, Any] = {}
        for event in reversed(own):
            for key, (old, new) in event.data.get("diff", {}).items():
                before.setdefault(key, old)
                after[key] = new
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, old in before.items():
            of = access.form.fields.get(key)
            now = record.document.get(key)
            if of is None or now == old or not access.writes(key):
                continue
            if now != after[key] and not self._force:
                message = _("%(title)s was changed since", title=of.spec.title)
                problems.append({"field": key, "message": message})
                continue
            value = ABSENT if old is None else access.form.value(key, old)
            if not isinstance(value, Broken):
                values[key] = value
        if values:
            self._owner.gate.update(
                access, record.id, values, self._origin(), version=record.version
            )
            self._result["undone"] += 1
        return problems
