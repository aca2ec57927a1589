import time
from pathlib import Path

import pytest

from runtime.storage.breaker import Breaker
from runtime.storage.database import Database, open_database
from runtime.storage.errors import StorageUnavailable


def test_it_stays_closed_while_the_database_answers(db: Database):
    breaker = Breaker(db, failures=1)
    breaker.probe()
    assert not breaker.is_open


def test_it_opens_after_failures_in_a_row_and_closes_with_the_first_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    db = open_database(f"sqlite:///{tmp_path}/a.db")
    db.migrate()
    breaker = Breaker(db)

    def fail() -> None:
        raise StorageUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(db, "ping", fail)
        breaker.probe()
        assert not breaker.is_open
        breaker.probe()
        assert breaker.is_open
    breaker.probe()
    assert not breaker.is_open
    db.close()


def test_a_thread_watches(tmp_path: Path):
    breaker = Breaker(open_database(f"sqlite:///{tmp_path}/none/a.db"), interval=0.01)
    breaker.start()
    deadline = time.monotonic() + 5
    while not breaker.is_open and time.monotonic() < deadline:
        time.sleep(0.01)
    breaker.stop()
    assert breaker.is_open
