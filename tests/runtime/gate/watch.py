"""A watch in the database itself: whatever changes a record is noted there, whoever does it.

Each note refers to the event that the changed row names.  The reference is checked when the
transaction commits and may be used once, so a change without an event of its own, in its own
transaction, cannot be committed at all.
"""

from dataclasses import dataclass

from runtime.services import Services
from runtime.storage.events import Event, history

_TABLE = {
    "sqlite": """
        CREATE TABLE written (
            form_id INTEGER, record_id INTEGER, version INTEGER, txid INTEGER,
            tenant_id INTEGER, seq INTEGER UNIQUE,
            FOREIGN KEY (tenant_id, seq) REFERENCES event (tenant_id, seq)
                DEFERRABLE INITIALLY DEFERRED)""",
    "postgresql": """
        CREATE TABLE written (
            form_id BIGINT, record_id BIGINT, version BIGINT, txid BIGINT,
            tenant_id INTEGER, seq BIGINT UNIQUE,
            FOREIGN KEY (tenant_id, seq) REFERENCES event (tenant_id, seq)
                DEFERRABLE INITIALLY DEFERRED)""",
}
_FUNCTION = """
    CREATE FUNCTION note_written() RETURNS trigger AS $$
    BEGIN
        INSERT INTO written VALUES (NEW.form_id, NEW.id, NEW.version,
            pg_current_xact_id()::text::bigint, NEW.tenant_id, NEW.last_event);
        RETURN NEW;
    END $$ LANGUAGE plpgsql"""


@dataclass(frozen=True)
class Written:
    """One change of one row."""

    form_id: int
    record_id: int
    version: int
    txid: int
    seq: int


class Watch:
    """Notes every change of every record of a database from now on."""

    def __init__(self, services: Services) -> None:
        self.services = services
        with services.db.read() as conn:
            self.form_ids = [
                form.form_id
                for tool in services.published.tools(conn)
                for form in tool.forms.values()
            ]
        with services.db.write() as conn:
            conn.exec_driver_sql(_TABLE[services.db.dialect])
            if services.db.dialect == "postgresql":
                conn.exec_driver_sql(_FUNCTION)
            for form_id in self.form_ids:
                for statement in self._triggers(form_id):
                    conn.exec_driver_sql(statement)

    def _triggers(self, form_id: int) -> list[str]:
        table = f"rec_{form_id}"
        if self.services.db.dialect == "postgresql":
            return [
                (
                    f"CREATE TRIGGER watch_{form_id} AFTER INSERT OR UPDATE ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION note_written()"
                )
            ]
        return [
            f"CREATE TRIGGER watch_{form_id}_{verb} AFTER {verb} ON {table} BEGIN "
            f"INSERT INTO written VALUES ({form_id}, NEW.id, NEW.version, 0, 1, NEW.last_event); END"
            for verb in ("INSERT", "UPDATE")
        ]

    def written(self) -> list[Written]:
        """What was changed so far, in order."""
        with self.services.db.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT form_id, record_id, version, txid, seq FROM written ORDER BY seq"
            )
            return [Written(*row) for row in rows]

    def prove(self) -> int:
        """Asserts that every change has exactly one event that says the same; how many there were."""
        written = self.written()
        events = {event.seq: event for event in self._events(written)}
        assert {change.seq for change in written} == events.keys()
        for change in written:
            event = events[change.seq]
            assert (event.form_id, event.record_id, event.version) == (
                change.form_id,
                change.record_id,
                change.version,
            )
        self._prove_transactions(written)
        return len(written)

    def _events(self, written: list[Written]) -> list[Event]:
        with self.services.db.read() as conn:
            return [
                event
                for form_id, record_id in {(item.form_id, item.record_id) for item in written}
                for event in history(conn, form_id, record_id, limit=1_000)
            ]

    def _prove_transactions(self, written: list[Written]) -> None:
        """PostgreSQL keeps which transaction an event was written in; SQLite checks at commit only."""
        if self.services.db.dialect != "postgresql":
            return
        with self.services.db.read() as conn:
            rows = conn.exec_driver_sql("SELECT seq, txid FROM event")
            txids = {row.seq: row.txid for row in rows}
        assert all(txids[change.seq] == change.txid for change in written)
