"""Rows of a CSV file brought in through the gate, beside raw inserts of the same rows.

Each row is typed, judged, written with its event and its words, and indexed.  The raw rows go by
the driver's fastest way into the form's own table with its indexes, with an event each or alone, and
into a table made by hand with native columns.
"""

import csv
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.engines import Engine
from benchmarks.native import CLAIMS, native_row
from benchmarks.records import Claim, batches, make_claims
from benchmarks.store import Store, fill
from benchmarks.timing import Row
from benchmarks.tool import FORM, TOOL
from runtime.batches.importing import AT_ONCE
from runtime.batches.people import access_now, acting
from runtime.services import Services
from runtime.storage.bulk import RECORD_COLUMNS, insert_rows, record_values
from runtime.storage.database import open_database
from runtime.storage.events import EVENT_COLUMNS, Event, SignedEvent, event_values
from runtime.storage.ids import encode_id
from runtime.storage.records import StoredRecord

LEAST: Final = 0.4
"""Of the rate of raw inserts."""
_HEADINGS: Final = (
    *("reference", "merchant", "amount.amount", "amount.currency", "network", "reason", "status"),
    *("due_by", "opened_on", "owner", "priority", "likelihood", "region", "margin", "card_last4"),
    *("cardholder_email", "notes"),
)


def measure(made: Engine, rows: int) -> Iterator[Row]:
    """The rates of both, in turn on the same machine."""
    claims = list(make_claims(rows))
    ours = _ours(made.store("imported"), claims)
    others = {
        "raw documents with events": _documents(made.store("told"), claims, told=True),
        "raw documents alone": _documents(made.store("documents"), claims, told=False),
        "raw columns alone": _raw(made.url("raw"), claims),
    }
    for name, raw in others.items():
        ratio = raw / ours
        yield Row(
            "Import of a CSV file",
            made.name,
            f"{rows / ours:,.0f} rows/s",
            f"{name}: {rows / raw:,.0f} rows/s",
            f"{ratio:.2f}",
            f"≥ {LEAST:.2f}",
            ratio >= LEAST,
        )


def _documents(store: Store, claims: Sequence[Claim], *, told: bool) -> float:
    """Into a form's own table, with its indexes and (`told`) an event each: no words, nothing judged."""
    fill(store, 0)
    with store.opened() as services:
        with services.db.read() as conn:
            found = services.published.tool(conn, TOOL)
        assert found is not None
        number = found.forms[FORM].form_id
        started, first = time.perf_counter(), 1
        for batch in batches(iter(claims), AT_ONCE):
            listed = [_stored(number, first + n, claim) for n, claim in enumerate(batch)]
            with services.db.write() as conn:
                insert_rows(conn, f"rec_{number}", RECORD_COLUMNS, map(record_values, listed))
                if told:
                    insert_rows(conn, "event", EVENT_COLUMNS, map(_event, listed))
            first += len(batch)
        return time.perf_counter() - started


def _stored(form_id: int, number: int, claim: Claim) -> StoredRecord:
    who, at = "cli", number
    return StoredRecord(
        *(number, form_id, 1, 1, None, at, who, at, who, None, number), claim.document()
    )


def _event(record: StoredRecord) -> tuple[Any, ...]:
    """An event as the gate writes one, but for its proof, which is not worked out."""
    data = {"source": "import", "batch": encode_id(1), "fields": sorted(record.document)}
    event = Event(
        *(record.id, record.created_at, record.form_id, record.id, 1, record.created_by),
        *("create", None, 1, data),
    )
    return event_values(SignedEvent(event, bytes(32), bytes(32)))


def _raw(url: str, claims: Sequence[Claim]) -> float:
    db = open_database(url)
    try:
        with db.write() as conn:
            CLAIMS.create(conn)
        started, number = time.perf_counter(), 0
        for batch in batches(iter(claims), AT_ONCE):
            with db.write() as conn:
                listed = [native_row(conn, number + n, claim) for n, claim in enumerate(batch, 1)]
                insert_rows(conn, CLAIMS.name, CLAIMS.columns.keys(), listed)
            number += len(batch)
        return time.perf_counter() - started
    finally:
        db.close()


def _ours(store: Store, claims: Sequence[Claim]) -> float:
    fill(store, 0)
    with store.opened() as services, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        _write(path, claims)
        return _imported(services, path, len(claims))


def _write(path: Path, claims: Sequence[Claim]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(_HEADINGS)
        for claim in claims:
            amount = f"{claim.amount // 100}.{claim.amount % 100:02}"
            likelihood = "" if claim.likelihood is None else claim.likelihood
            writer.writerow(
                (
                    *(claim.reference, claim.merchant, amount, *claim[3:7]),
                    *(claim.due_by.isoformat(), claim.opened_on.isoformat(), claim.owner or ""),
                    *(claim.priority, likelihood, *claim[12:]),
                )
            )


def _imported(services: Services, path: Path, rows: int) -> float:
    """The seconds from the planned file to the last record."""
    service = services.batches
    with services.db.read() as conn:
        tools = services.published.tools(conn)
        person = acting(conn, "cli")
        form = next(tool for tool in tools if tool.key == TOOL).forms[FORM]
        access = access_now(tools, person, form.form_id) if person else None
    assert access is not None
    batch = service.draft(access, path, path.name)
    service.start(batch)
    started = time.perf_counter()
    done = service.run_now(batch)
    seconds = time.perf_counter() - started
    assert done.result["added"] == rows, done.result
    return seconds
