"""A deployment of Opswright for measuring: the claims tool, its people, and any number of records."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.records import MEASURED, OWNERS, batches, make_claims
from benchmarks.tool import DOCUMENT, FORM, TOOL, VIEW
from runtime.accounts import Joining
from runtime.compiling.form import CompiledForm
from runtime.config import Settings, load_settings
from runtime.services import Services, open_services
from runtime.storage import accounts
from runtime.storage.accounts import NewAccount
from runtime.storage.events import Cause
from runtime.storage.index_builder import build_next
from runtime.storage.permit import WritePermit
from runtime.storage.record_writer import Content, RecordWriter, UniqueField
from runtime.storage.statistics import refresh_statistics

PASSWORD: Final = "measured-in-haste"
LIST_PAGE: Final = f"/t/{TOOL}/v/{VIEW}?filter=status:eq:won&sort=due_by"
"""Fifty rows, filtered on one field and sorted by another."""


@dataclass(frozen=True, slots=True)
class Store:
    """Where one deployment keeps its data, and on which database."""

    folder: Path
    database_url: str = ""
    """Empty: a SQLite file in the folder."""

    @property
    def environment(self) -> dict[str, str]:
        """What `opswright` is started with."""
        found = {"OPSWRIGHT_DATA": str(self.folder), "OPSWRIGHT_API_LIMIT": "1000000 per minute"}
        if self.database_url:
            found["OPSWRIGHT_DATABASE_URL"] = self.database_url
        return found

    @property
    def settings(self) -> Settings:
        return load_settings(self.environment)

    @property
    def sqlite_file(self) -> Path:
        return self.folder / "opswright.db"

    @contextmanager
    def opened(self) -> Iterator[Services]:
        """Its services, without hooks."""
        services = open_services(self.settings, with_hooks=False)
        try:
            yield services
        finally:
            services.close()


def fill(store: Store, records: int) -> float:
    """Publishes the tool, makes the people and writes the records; the seconds that the writing took."""
    with store.opened() as services:
        form = services.published.publish(DOCUMENT, by="benchmark").tool.forms[FORM]
        _people(services)
        # On the empty table: each batch then finds the indexes that a live form has.
        while build_next(services.db):
            pass
        started = time.perf_counter()
        _records(services, form, records)
        seconds = time.perf_counter() - started
        _settle(services, form)
    return seconds


def _people(services: Services) -> None:
    now = time.time_ns() // 1000
    services.accounts.add(
        Joining(MEASURED, PASSWORD, title="Maya Okafor", roles=((TOOL, "agent"),))
    )
    with services.db.write() as conn:
        for name in OWNERS:
            title = f"{name.capitalize()} Thiele"
            accounts.add(conn, services.ids.next(), NewAccount(name=name, title=title), now)


def _records(services: Services, form: CompiledForm, count: int) -> None:
    """Past the gate's checks, which are not what is measured here, but by its own writer."""
    writer = RecordWriter(services.db, services.ids, services.audit_key)
    unique = tuple(
        UniqueField(field.sort_path, field.kind)
        for field in form.fields.values()
        if field.spec.unique
    )
    for batch in batches(make_claims(count)):
        contents = []
        for claim in batch:
            document = claim.document()
            text = form.search_text(document)
            contents.append(Content(document, None, form.tool_version, text, unique))
        cause = Cause("create", "cli", time.time_ns() // 1000, data={"source": "import"})
        with services.db.write() as conn:
            writer.insert_many(WritePermit(), conn, form.form_id, contents, cause)


def _settle(services: Services, form: CompiledForm) -> None:
    """What a live database has done by itself after a while."""
    if services.db.dialect == "sqlite":
        refresh_statistics(services.db)
        return
    with services.db.autocommit() as conn:
        conn.exec_driver_sql("SET statement_timeout = 0")
        conn.exec_driver_sql(f"VACUUM ANALYZE rec_{form.form_id}")
        conn.exec_driver_sql("VACUUM ANALYZE")
        conn.exec_driver_sql("CHECKPOINT")
