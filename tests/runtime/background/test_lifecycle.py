import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from runtime.background.leader import leader_for
from runtime.background.ticker import Chore, Ticker, purge
from runtime.storage import idempotency, sessions
from runtime.storage.errors import StorageUnavailable
from tests.runtime.background.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
WORKER = [sys.executable, "-m", "tests.runtime.background.process"]

SENDS = """
@hook.after("update")
def after(change):
    send(change.idempotency_key)
    change.comment(f"sent {change.idempotency_key}")
"""

HANGS_AT_FIRST = """
import time
@hook.after("update")
def after(change):
    send(f"{change.idempotency_key} {change.attempt}")
    if change.attempt == 1:
        time.sleep(60)
    change.comment(f"sent {change.idempotency_key}")
"""


@pytest.fixture
def start_worker(tmp_path, db):
    """`start(redis_url="", seconds=1)`: a real worker process, ended with the test."""
    started = []

    def start(redis_url="", seconds=1.0):
        with (tmp_path / "worker.log").open("a") as written:
            worker = subprocess.Popen(
                [
                    *WORKER,
                    *(str(tmp_path), str(tmp_path / "hooks")),
                    *(db.url.render_as_string(hide_password=False), redis_url, str(seconds)),
                ],
                cwd=ROOT,
                stderr=written,
            )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        if worker.poll() is None:
            worker.kill()
        worker.wait()


def test_serve_delivers_with_its_own_threads(make_process, outside):
    process = make_process(SENDS)
    process.start()
    rows = [process.owe(record_id=n) for n in range(30)]
    wait_until(lambda: process.counts() == {"done": 30})
    assert sorted(outside.calls()) == sorted(f"key-{row}" for row in rows)


def test_an_offer_is_delivered_at_once(make_process):
    process = make_process(SENDS)
    background = process.start()
    process.hooks.names()
    took = []
    for number in range(1, 5):
        started = time.monotonic()
        assert background.offer([process.owe()])
        wait_until(lambda done=number: process.counts() == {"done": done})
        took.append(time.monotonic() - started)
    # What is not offered waits for the next turn, a second after the one before.
    assert min(took[1:]) < 0.8


def test_idle_background_costs_next_to_nothing(make_process):
    process = make_process(SENDS)
    process.start()
    time.sleep(1.5)
    before = psutil.Process().cpu_times()
    time.sleep(3)
    after = psutil.Process().cpu_times()
    assert after.user + after.system - before.user - before.system < 0.25


def test_stopping_ends_every_thread_and_is_quick(make_process):
    process = make_process(SENDS)
    before = threading.active_count()
    background = process.start()
    time.sleep(0.3)
    started = time.monotonic()
    assert background.stop()
    assert time.monotonic() - started < 1
    assert threading.active_count() == before


def test_stopping_waits_for_what_is_being_delivered(make_process, outside):
    process = make_process("""
        import time
        @hook.after("update")
        def after(change):
            send("begun")
            time.sleep(1)
            change.comment("sent")
        """)
    background = process.start()
    process.owe()
    wait_until(outside.calls)
    assert background.stop()
    assert process.comments() == ["sent"]


def test_what_does_not_end_in_time_is_due_again_without_a_lost_try(make_process, outside):
    process = make_process(HANGS_AT_FIRST, after_hook_seconds=30.0)
    background = process.start()
    process.owe()
    wait_until(outside.calls)
    assert not background.stop(0.3)
    process.hooks.close()
    wait_until(lambda: process.counts() == {"pending": 1})
    assert process.listed("pending")[0].tries == 0


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_nothing(
    make_process, start_worker, outside, db, request
):
    process = make_process(HANGS_AT_FIRST, after_hook_seconds=3.0)
    embedded = db.dialect == "sqlite"
    redis_url = "" if embedded else request.getfixturevalue("redis_url")
    rows = [process.owe(record_id=n) for n in range(4)]
    first = start_worker(redis_url, seconds=3.0)
    wait_until(outside.calls)
    children = psutil.Process(first.pid).children(recursive=True)
    first.kill()
    first.wait()
    assert process.counts().get("done", 0) == 0
    start_worker(redis_url, seconds=3.0)
    wait_until(lambda: process.counts() == {"done": 4})
    assert not any(child.is_running() for child in children)
    keys = {call.split()[0] for call in outside.calls()}
    assert keys == {f"key-{row}" for row in rows}
    for n, row in enumerate(rows):
        assert process.comments(n) == [f"sent key-{row}"]


def test_a_worker_killed_again_and_again_delivers_everything(make_process, start_worker, outside):
    process = make_process(SENDS, after_hook_seconds=0.5)
    rows = [process.owe(record_id=n) for n in range(60)]
    for _ in range(3):
        worker = start_worker(seconds=0.5)
        seen = len(outside.calls())
        wait_until(lambda seen=seen: len(outside.calls()) > seen)
        worker.kill()
        worker.wait()
        with process.db.write() as conn:  # instead of waiting for the leases to end
            conn.exec_driver_sql("UPDATE outbox SET next_at = 0 WHERE status = 'running'")
    start_worker(seconds=0.5)
    wait_until(lambda: process.counts() == {"done": 60})
    assert {*outside.calls()} == {f"key-{row}" for row in rows}
    assert all(len(process.comments(n)) == 1 for n in range(60))


def test_sigterm_drains_a_worker(make_process, start_worker, outside):
    process = make_process("""
        import time
        @hook.after("update")
        def after(change):
            send("begun")
            time.sleep(1)
            change.comment("sent")
        """)
    process.owe()
    worker = start_worker(seconds=5.0)
    wait_until(outside.calls)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert process.comments() == ["sent"]


def test_without_redis_saves_go_on_and_deliveries_too(make_process, redis_server, outside):
    process = make_process(SENDS, redis_url=redis_server.url)
    background = process.start(consume=True)
    process.owe(record_id=1)
    wait_until(lambda: process.counts() == {"done": 1})
    redis_server.stop()
    row = process.owe(record_id=2)
    started = time.monotonic()
    assert not background.offer([row])
    assert time.monotonic() - started < 2.5
    wait_until(lambda: process.counts() == {"done": 2})
    redis_server.start()
    process.owe(record_id=3)
    wait_until(lambda: process.counts() == {"done": 3})
    assert len(outside.calls()) == len(set(outside.calls())) == 3


def test_a_redis_that_forgot_everything_costs_only_time(make_process, redis_server, outside):
    process = make_process(SENDS, redis_url=redis_server.url)
    serve = process.start(consume=False)
    rows = [process.owe(record_id=n) for n in range(5)]
    assert serve.offer(rows)
    redis_server.stop()
    redis_server.start()
    worker = make_process(SENDS, redis_url=redis_server.url)
    worker.start(consume=True)
    wait_until(lambda: process.counts() == {"done": 5})
    assert sorted(outside.calls()) == sorted(f"key-{row}" for row in rows)


def test_only_one_process_leads_and_another_follows(db, tmp_path):
    first, second = leader_for(db, tmp_path), leader_for(db, tmp_path)
    assert first.holds()
    assert first.holds()
    assert not second.holds()
    first.release()
    wait_until(second.holds)
    second.release()


def test_leadership_ends_with_the_process(db, tmp_path):
    url = db.url.render_as_string(hide_password=False)
    code = (
        "import sys, time; from pathlib import Path\n"
        "from runtime.background.leader import leader_for\n"
        "from runtime.storage.database import open_database\n"
        f"leader = leader_for(open_database({url!r}), Path({str(tmp_path)!r}))\n"
        "print(leader.holds(), flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT) as other:
        assert other.stdout.readline() == b"True\n"
        mine = leader_for(db, tmp_path)
        assert not mine.holds()
        other.kill()
    wait_until(mine.holds)
    mine.release()


def test_a_failing_chore_does_not_stop_the_others_nor_fill_the_log(db, tmp_path, caplog):
    done = []

    def fail():
        done.append("failing")
        raise StorageUnavailable("gone")

    chores = [Chore("bad", 0.05, fail), Chore("good", 0.05, lambda: done.append("good"))]
    leader = leader_for(db, tmp_path)
    ticker = Ticker("test", chores, leader)
    ticker.start()
    wait_until(lambda: done.count("good") > 3)
    ticker.stop()
    ticker.join(5)
    leader.release()
    assert done.count("failing") > 3
    assert len([r for r in caplog.records if "bad waits for the database" in r.message]) == 1


def test_purging_removes_what_has_ended(db):
    with db.write() as conn:
        sessions.save(conn, b"old", None, {}, 1, 2)
        idempotency.begin(conn, "old", b"hash", 1)
    purge(db)
    with db.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM web_session").scalar() == 0
        assert conn.exec_driver_sql("SELECT count(*) FROM idempotency").scalar() == 0
