import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from runtime.background import deliverer
from runtime.background.deliverer import MOST_TRIES, now, wait_seconds
from runtime.storage import outbox
from tests.runtime.background.waiting import wait_until

SENDS = """
@hook.after("update")
def after(change):
    send(change.idempotency_key)
    change.comment(f"sent {change.idempotency_key}, try {change.attempt}")
"""


def claimable_now(process, delivery_id):
    """Move the row's time to now, as waiting would."""
    with process.db.write() as conn:
        conn.exec_driver_sql(f"UPDATE outbox SET next_at = 0 WHERE id = {delivery_id}")


def test_a_row_is_delivered_once(make_process, outside):
    process = make_process(SENDS)
    row = process.owe()
    assert process.deliverer.deliver(row)
    assert not process.deliverer.deliver(row)
    assert outside.calls() == [f"key-{row}"]
    assert process.comments() == [f"sent key-{row}, try 1"]
    assert process.counts() == {"done": 1}


def test_a_row_that_is_not_due_waits(make_process, outside):
    process = make_process(SENDS)
    row = process.owe(at=now() + 60_000_000)
    assert not process.deliverer.deliver(row)
    assert not process.deliverer.deliver(row + 999)
    assert outside.calls() == []


def test_a_failing_hook_is_tried_again_later_with_the_same_key(make_process, outside):
    process = make_process("""
        @hook.after("update")
        def after(change):
            send(f"{change.idempotency_key} {change.attempt}")
            if change.attempt < 3:
                raise ValueError("bank is closed")
            change.comment("sent")
        """)
    row = process.owe()
    for attempt in (1, 2):
        before = now()
        assert not process.deliverer.deliver(row)
        (waiting,) = process.listed("pending")
        wait = (waiting.next_at - before) / 1e6
        assert 0.8 * 2 ** (attempt - 1) <= wait <= 1.2 * 2 ** (attempt - 1) + 2
        assert waiting.last_error == "raised ValueError: bank is closed (hooks.py:12)"
        claimable_now(process, row)
    assert process.deliverer.deliver(row)
    assert outside.calls() == [f"key-{row} {n}" for n in (1, 2, 3)]
    assert process.comments() == ["sent"]


def test_after_the_last_try_it_is_kept_as_dead_and_can_be_revived(make_process):
    process = make_process("@hook.after('update')\ndef after(change): raise ValueError('always')")
    row = process.owe()
    for _ in range(MOST_TRIES):
        assert process.counts() == {"pending": 1}
        claimable_now(process, row)
        process.deliverer.deliver(row)
    (dead,) = process.listed("dead")
    assert (dead.tries, dead.last_error[:24]) == (12, "raised ValueError: alway")
    with process.db.write() as conn:
        assert outbox.revive(conn, row, now())
        assert not outbox.revive(conn, row, now())
    assert process.listed("pending")[0].tries == 0


def test_giving_up_needs_no_further_try(make_process):
    process = make_process("@hook.after('update')\ndef after(change): raise GiveUp('closed')")
    process.deliverer.deliver(process.owe())
    (dead,) = process.listed("dead")
    assert (dead.tries, dead.last_error) == (1, "closed")


def test_retry_later_is_obeyed(make_process):
    process = make_process("""
        @hook.after("update")
        def after(change):
            raise RetryLater("busy", seconds=120)
        """)
    started = now()
    process.deliverer.deliver(process.owe())
    (waiting,) = process.listed("pending")
    assert 119 < (waiting.next_at - started) / 1e6 < 123


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import time; time.sleep(60)", "took longer than 1 s and was stopped"),
        ("import os; os._exit(9)", "ended its process (exit code 9)"),
        ("import os; os.kill(os.getpid(), 9)", "ended its process (signal SIGKILL)"),
        ("change.values['x'] = '\\ud800'", "answered something unreadable"),
        ("change.set('note', 'break')", "its answer could not be stored: RuntimeError"),
    ],
)
def test_a_hook_that_dies_or_hangs_is_tried_again(make_process, body, reason):
    process = make_process(
        f"@hook.after('update')\ndef after(change):\n    {body}", after_hook_seconds=1.0
    )
    process.deliverer.deliver(process.owe())
    (waiting,) = process.listed("pending")
    assert waiting.last_error.startswith(reason)
    assert process.comments() == []


def test_an_answer_that_the_gate_refuses_is_dead_at_once(make_process):
    process = make_process(
        "@hook.after('update')\ndef after(change): change.set('note', 'refuse me')"
    )
    process.deliverer.deliver(process.owe())
    (dead,) = process.listed("dead")
    assert dead.last_error == "its value was refused: note"


def test_one_poisoned_record_leaves_the_others_alone(make_process):
    process = make_process("""
        @hook.after("update")
        def after(change):
            if change.record["amount"] == "13.00":
                raise GiveUp("unlucky")
            change.comment("sent")
        """)
    rows = [
        process.owe(record_id=n, record={"amount": "13.00" if n == 5 else "1.00"})
        for n in range(20)
    ]
    for row in rows:
        process.deliverer.deliver(row)
    assert process.counts() == {"done": 19, "dead": 1}
    assert process.listed("dead")[0].record_id == 5


def test_a_hook_that_is_no_more_is_tried_again(make_process):
    process = make_process(SENDS)
    process.deliverer.deliver(process.owe(hook="hooks.renamed"))
    (waiting,) = process.listed("pending")
    assert waiting.last_error == "no hook has this name (any more)"


def test_changes_of_one_record_are_delivered_in_their_order(make_process):
    process = make_process("""
        @hook.after("update")
        def after(change):
            if change.record["fails"]:
                raise ValueError
            change.comment("sent")
        """)
    first = process.owe(record={"fails": True})
    second = process.owe(record={"fails": False})
    elsewhere = process.owe(record_id=2, record={"fails": False})
    assert not process.deliverer.deliver(second)
    assert process.deliverer.deliver(elsewhere)
    assert not process.deliverer.deliver(first)
    assert not process.deliverer.deliver(second)
    with process.db.write() as conn:
        conn.exec_driver_sql(f"UPDATE outbox SET status = 'dead' WHERE id = {first}")
    assert process.deliverer.deliver(second)
    with process.db.write() as conn:
        assert not outbox.revive(conn, first, now())


def test_a_worker_that_lost_its_lease_stores_nothing(make_process, outside, monkeypatch):
    process = make_process("""
        import time
        @hook.after("update")
        def after(change):
            send(change.idempotency_key)
            time.sleep(0.5)
            change.comment(f"try {change.attempt}")
        """)
    row = process.owe()
    monkeypatch.setattr(process.deliverer, "_lease", 0)
    with ThreadPoolExecutor(1) as threads:
        delivered = threads.submit(process.deliverer.deliver, row)
        wait_until(outside.calls)
        with process.db.write() as conn:
            assert outbox.claim(conn, row, now() + 1, 60_000_000)
        assert not delivered.result()
    assert process.comments() == []
    assert process.listed("running")[0].tries == 2


def test_a_lease_is_short_and_kept_while_the_hook_runs(make_process, outside, monkeypatch):
    process = make_process("""
        import time
        @hook.after("update")
        def after(change):
            send(change.idempotency_key)
            time.sleep(1)
        """)
    row = process.owe()
    monkeypatch.setattr(process.deliverer, "_lease", 200_000)
    with ThreadPoolExecutor(1) as threads:
        delivered = threads.submit(process.deliverer.deliver, row)
        wait_until(outside.calls)
        monkeypatch.setattr(process.deliverer, "_lease", 60_000_000)
        process.deliverer.renew()
        with process.db.write() as conn:
            assert outbox.claim(conn, row, now() + 30_000_000, 1) is None
        assert delivered.result()
    process.deliverer.renew()
    assert not process.listed("running")


def test_a_row_of_a_process_that_died_is_due_again_within_half_a_minute(make_process):
    process = make_process("""
        @hook.after("update")
        def after(change): ...
        """)
    row = process.owe()
    with process.db.write() as conn:
        assert outbox.claim(conn, row, now(), process.deliverer._lease)
        assert outbox.claim(conn, row, now(), 1) is None
        assert outbox.claim(conn, row, now() + 30_000_000, 1)


def test_waits_double_up_to_five_minutes(monkeypatch):
    monkeypatch.setattr(deliverer.random, "uniform", lambda low, high: (low + high) / 2)
    assert [wait_seconds(tries) for tries in range(1, 13)] == [
        *(1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300)
    ]


def test_waits_differ_so_that_failures_do_not_come_back_together():
    waits = {wait_seconds(5) for _ in range(50)}
    assert len(waits) > 40
    assert all(16 * 0.8 <= wait <= 16 * 1.2 for wait in waits)


def test_what_is_due_is_shared_between_tools(make_process):
    process = make_process(SENDS)
    for n in range(30):
        process.owe(record_id=n, tool="slow")
    other = process.owe(record_id=99, tool="quick")
    with process.db.read() as conn:
        found = outbox.due(conn, now(), limit=100, per_tool=10)
    assert len(found) == 11
    assert other in found


def test_a_slow_tool_leaves_room_for_others(make_process):
    process = make_process(
        """
        import time
        @hook.after("update")
        def after(change):
            if change.tool == "slow":
                time.sleep(2)
            change.comment("sent")
        """
    )
    for n in range(10):
        process.owe(record_id=n, tool="slow")
    process.start(workers=2)
    time.sleep(0.5)
    process.owe(record_id=99, tool="quick")
    started = time.monotonic()
    while not process.comments(99):
        assert time.monotonic() - started < 4
        time.sleep(0.05)
