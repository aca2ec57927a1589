"""The rows of a table come in as a batch of the new tool, written as its fields read them."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import PurePath
from typing import Final

import orjson

from form_specs.conditions.binding import microseconds
from form_specs.sheets.cells import text_of
from form_specs.sheets.planning import ColumnPlan, TablePlan
from runtime.access import FormAccess
from runtime.batches.columns import STATE, targets_of
from runtime.batches.plans import Plan
from runtime.batches.service import IMPORT
from runtime.services import Services
from runtime.storage import batches
from runtime.storage.batches import Batch

AT_ONCE: Final = 2_000
"""As many rows come in while the person waits; more in the background."""
_AMOUNTS: Final = "."
"""What stands before the decimals, as rows are written here."""
_SAMPLES: Final = 3
_MOST: Final = 4 * 1024**3


def bring_in(
    services: Services, access: FormAccess, plan: TablePlan, name: str, *, at_once: bool = False
) -> Batch:
    """Makes a batch of the rows and starts it; few rows, or all `at_once`, are in when it returns."""
    batch = _begun(services, access, plan, name)
    services.batches.start(batch)
    if at_once:
        return services.batches.wait(services.batches.run_now(batch))
    return batch if len(plan.table.rows) > AT_ONCE else services.batches.run_now(batch)


def _begun(services: Services, access: FormAccess, plan: TablePlan, name: str) -> Batch:
    columns = [*plan.fields, *([plan.stated] if plan.stated else [])]
    rows = list(_written(plan, columns))
    kept = services.files.write(
        io.BytesIO(b"".join(orjson.dumps(row) + b"\n" for row in rows)), limit=_MOST
    )
    # An amount stands in one cell with its currency, which the first of its columns takes.
    targets = [targets_of(access.form.fields[column.key])[0].name for column in plan.fields]
    targets += [STATE] if plan.stated else []
    wanted = Plan(
        file=kept.sha256,
        name=name,
        titles=[column.title for column in columns],
        samples=[_samples(rows, place) for place in range(1, len(columns) + 1)],
        rows=len(rows),
        targets=targets,
        ways={
            target: _AMOUNTS
            for target, c in zip(targets, columns, strict=True)
            if c.type == "money"
        },
    )
    batch = Batch(
        id=services.ids.next(),
        form_id=access.form.form_id,
        name=PurePath(name).stem[:120] or name[:120],
        kind=IMPORT,
        status="draft",
        plan=wanted.to_json(),
        result={},
        created_by=access.person.name,
        created_at=microseconds(datetime.now(UTC)),
    )
    with services.db.write() as conn:
        batches.add(conn, batch)
    return batch


def _written(plan: TablePlan, columns: Sequence[ColumnPlan]) -> Iterator[list[int | str]]:
    """The number of each row, then its cells; one that cannot be read stands there as it was."""
    for row in plan.table.rows:
        cells = ((column.convention, row.cells[column.position]) for column in columns)
        plain = ((convention.plain(cell), cell) for convention, cell in cells)
        yield [row.number, *(text_of(cell) if text is None else text for text, cell in plain)]


def _samples(rows: Sequence[Sequence[int | str]], place: int) -> list[str]:
    return [*islice((str(row[place])[:80] for row in rows if row[place]), _SAMPLES)]
