"""What would become of the rows of a file, before any of them comes in."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sqlalchemy import Connection

from form_specs.language import _
from runtime.access import FormAccess
from runtime.batches.finding import Finder
from runtime.batches.importing import (
    AT_ONCE,
    new_values,
    problems_of,
    set_values,
    state_problems,
)
from runtime.batches.plans import Plan
from runtime.batches.resolving import Resolver
from runtime.batches.typing_rows import Problem, RowTyping, TypedRow
from runtime.batches.unpacking import Rows
from runtime.gate import Origin
from runtime.storage.records import StoredRecord

_TOLD: Final = 20


@dataclass
class Checked:
    """The answer of a check."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    same: int = 0
    rejected: int = 0
    problems: list[dict[str, Any]] = field(default_factory=list)
    """`line`, `field`, `value` and `message` of the first."""
    whole: bool = True
    """Whether all rows were looked at."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def reject(self, row: TypedRow, problems: list[Problem]) -> None:
        """Counts a row that would not come in."""
        self.rejected += 1
        if len(self.problems) < _TOLD:
            self.problems += [{"line": row.number, **problem} for problem in problems]
            self.problems = sorted(self.problems, key=lambda told: told["line"])[:_TOLD]


class RowCheck:
    """Takes rows through all that the gate checks before it asks hooks."""

    def __init__(self, owner: Any, access: FormAccess, plan: Plan) -> None:
        self._owner = owner
        self._access = access
        self._plan = plan
        self._finder = Finder(owner.reader, plan, access)
        self._seen: set[tuple[str, Any]] = set()
        self.found = Checked()

    def go(self, most: int | None) -> Checked:
        """Looks at all rows, or at the first `most`."""
        owner, access, found = self._owner, self._access, self.found
        with owner.files.open(self._plan.file) as stream, owner.db.read() as conn:
            rows = Rows(stream)
            resolver = Resolver(owner.reader, conn, access, owner.gate.directory(conn, access))
            typing = RowTyping(self._plan, access, resolver)
            while some := rows.take(AT_ONCE):
                self._check(conn, typing.typed(some))
                found.rows += len(some)
                if most is not None and found.rows >= most:
                    found.whole = found.rows >= self._plan.rows
                    break
        return found

    def _check(self, conn: Connection, rows: list[TypedRow]) -> None:
        sorted_out = self._finder.sorted_out(conn, rows)
        for row in rows:
            if row.problems:
                self.found.reject(row, row.problems)
        self._check_new(sorted_out.new)
        for row, record in sorted_out.known:
            self._check_known(row, record)

    def _check_new(self, rows: list[TypedRow]) -> None:
        gate, origin = self._owner.gate, Origin("import")
        values = [set_values(row) for row in rows]
        obstacles = gate.create_many_obstacles(
            *(self._access, values, origin), states=[row.state for row in rows]
        )
        for row, reasons in zip(rows, obstacles, strict=True):
            problems = problems_of(reasons) or _seen_above(self._access, row, self._seen)
            if problems:
                self.found.reject(row, problems)
            else:
                self.found.added += 1

    def _check_known(self, row: TypedRow, record: StoredRecord) -> None:
        if problems := state_problems(row, record):
            self.found.reject(row, problems)
            return
        changes = new_values(self._access, row, record)
        if not changes:
            self.found.same += 1
            return
        gate, origin = self._owner.gate, Origin("import")
        reasons = gate.update_obstacles(self._access, record, changes, origin)
        if reasons:
            self.found.reject(row, problems_of(reasons))
        else:
            self.found.updated += 1


def _seen_above(access: FormAccess, row: TypedRow, seen: set[tuple[str, Any]]) -> list[Problem]:
    """Unique values that a row above has already; those of the same piece the gate has found."""
    problems: list[Problem] = []
    mine = {
        (key, repr(row.values[key]))
        for key, of in access.form.fields.items()
        if of.spec.unique and key in row.values
    }
    for key, _value in sorted(mine & seen):
        title = access.form.fields[key].spec.title.lower()
        message = _("Another record already has this %(title)s", title=title)
        problems.append({"field": key, "message": message})
    seen |= mine
    return problems
