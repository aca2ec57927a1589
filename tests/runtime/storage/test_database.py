import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

import runtime.storage.spec_schema  # noqa: F401 - its tables are part of the whole
from runtime.storage import tools
from runtime.storage.database import Database, open_database
from runtime.storage.errors import StorageBusy, StorageFull, StorageUnavailable
from runtime.storage.migrations import HEAD
from runtime.storage.migrations.run import alembic_config
from runtime.storage.schema import Base


def fixed_tables_only(_thing: object, name: str | None, kind: str, *_rest: object) -> bool:
    return kind != "table" or name in Base.metadata.tables


def test_head_is_the_newest_revision():
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD


def test_migrating_twice_does_nothing(own_db: Database):
    assert own_db.schema_version() == HEAD
    assert own_db.migrate() is False


def test_migrated_tables_equal_the_models(own_db: Database):
    with own_db.read() as conn:
        context = MigrationContext.configure(
            conn, opts={"include_object": fixed_tables_only, "compare_type": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_processes_that_start_together_migrate_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/new.db"
    found: list[bool] = []
    threads = [
        threading.Thread(target=lambda: found.append(open_database(url).migrate()))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert open_database(url).schema_version() == HEAD


def test_write_commits_or_rolls_back(db: Database):
    def titles(conn: Connection) -> list[str]:
        return list(conn.exec_driver_sql("SELECT title FROM tool WHERE key = 'a'").scalars())

    insert = "INSERT INTO tool (tenant_id, id, key, title, current_version, created_at) VALUES (1, 1, 'a', 'A', 0, 0)"

    def fail() -> None:
        with db.write() as conn:
            conn.exec_driver_sql(insert)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with db.read() as conn:
        assert titles(conn) == []
    with db.write() as conn:
        conn.exec_driver_sql(insert)
    with db.read() as conn:
        assert titles(conn) == ["A"]


def test_a_reading_connection_refuses_to_write(db: Database):
    with pytest.raises((SQLAlchemyError, StorageUnavailable)), db.read() as conn:
        conn.exec_driver_sql("DELETE FROM tool")


def test_write_is_not_reentrant(db: Database):
    with db.write(), pytest.raises(RuntimeError, match="already"), db.write():
        pass


def test_a_snapshot_does_not_move(db: Database):
    with db.snapshot() as conn:
        before = conn.exec_driver_sql("SELECT count(*) FROM comment").scalar_one()
        with db.write() as other:
            other.exec_driver_sql("INSERT INTO comment VALUES (1, 77, 1, 1, 'maya', 0, 'x', NULL)")
        assert conn.exec_driver_sql("SELECT count(*) FROM comment").scalar_one() == before


def test_sqlite_is_set_up_for_durability(tmp_path: Path):
    db = open_database(f"sqlite:///{tmp_path}/a.db")
    with db.write() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    db.close()


@pytest.mark.parametrize("replaced", [False, True], ids=["gone", "replaced"])
def test_nothing_is_written_to_a_file_that_was_taken_away(tmp_path: Path, replaced: bool):
    path, aside = tmp_path / "own.db", tmp_path / "aside.db"
    db = open_database(f"sqlite:///{path}")
    db.migrate()
    path.rename(aside)
    if replaced:
        path.touch()
    with pytest.raises(StorageUnavailable, match="taken away"), db.write():
        pass
    aside.rename(path)
    with db.write() as conn:
        conn.exec_driver_sql("CREATE TABLE back (id INTEGER)")
    db.close()


def test_a_locked_sqlite_file_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("runtime.storage.database._SQLITE_PRAGMAS", ("busy_timeout=50",))
    db = open_database(f"sqlite:///{tmp_path}/a.db")
    db.migrate()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy), db.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with db.write() as conn:
        conn.exec_driver_sql("DELETE FROM tool")
    db.close()


def test_a_full_sqlite_file_is_full_and_still_reads(tmp_path: Path):
    db = open_database(f"sqlite:///{tmp_path}/a.db")
    db.migrate()
    large = ("x" * 100_000,)
    insert = "INSERT INTO tool_version (tenant_id, tool_id, version, digest, document, published_at, published_by, note) VALUES (1, 1, 1, '', ?, 0, '', '')"
    with db.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(StorageFull):
            conn.exec_driver_sql(insert, large)
    with db.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM tool_version").scalar() == 0
    db.close()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path):
    (tmp_path / "a.db").write_bytes(b"not a database" * 100)
    db = open_database(f"sqlite:///{tmp_path}/a.db")
    with pytest.raises(StorageUnavailable), db.read() as conn:
        conn.exec_driver_sql("SELECT 1 FROM tool")


def test_a_server_that_is_not_there_is_unavailable():
    db = open_database("postgresql://nobody@/none?host=/nonexistent-folder")
    with pytest.raises(StorageUnavailable), db.read():
        pass
    with pytest.raises(StorageUnavailable):
        db.ping()


def test_a_postgresql_lock_is_busy(db: Database):
    if db.dialect != "postgresql":
        pytest.skip("SQLite has its own test")
    with db.write() as conn:
        conn.exec_driver_sql("LOCK TABLE draft IN ACCESS EXCLUSIVE MODE")
        other = open_database(db.url.render_as_string(hide_password=False))
        with other.write() as waiting:
            waiting.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            with pytest.raises(StorageBusy):
                waiting.exec_driver_sql("SELECT * FROM draft")
        other.close()


def test_postgresql_keeps_the_plans_of_those_statements_alone_that_say_so(own_db: Database):
    if own_db.dialect != "postgresql":
        pytest.skip("SQLite keeps no plans for values to come")
    with own_db.read() as conn:
        for _ in range(20):
            tools.in_force(conn)
            conn.exec_driver_sql("SELECT title FROM tool WHERE key = %(key)s", {"key": "a"}).all()
        kept = conn.exec_driver_sql(
            "SELECT statement, generic_plans > 0 FROM pg_prepared_statements"
        ).all()
    ((statement, is_for_any_values),) = kept
    assert "tool.settling" in statement
    assert is_for_any_values


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y"])
def test_other_databases_are_refused(url: str):
    with pytest.raises(ValueError, match="database"):
        open_database(url)
