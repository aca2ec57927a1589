import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from runtime.hooks.answers import HookFailed
from runtime.hooks.runner import HookLimits

FINE = """
@hook.before("create")
def fine(change):
    change.set("note", "ok")
"""


def failure_of(runner, context):
    with pytest.raises(HookFailed) as caught:
        runner.before(context)
    return caught.value


def still_works(runner, context):
    return runner.before(context | {"event": "create"}).values == {"note": "ok"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("raise ValueError('no\\nsuch   bank')", "raised ValueError: no such bank (hooks.py:9)"),
        ("raise KeyboardInterrupt", "raised KeyboardInterrupt (hooks.py:9)"),
        ("raise SystemExit(0)", "raised SystemExit: 0 (hooks.py:9)"),
        ("import os; os._exit(3)", "ended its process (exit code 3)"),
        ("import os; os._exit(0)", "ended its process (exit code 0)"),
        ("import os; os.kill(os.getpid(), 11)", "ended its process (signal SIGSEGV)"),
        ("import os; os.closerange(3, 200)", "ended its process (exit code 1)"),
        ("import os; os.closerange(3, 200)\n    while True: pass", "closed its pipes"),
        ("while True: pass", "took longer than 1 s and was stopped"),
        ("import time; time.sleep(60)", "took longer than 1 s and was stopped"),
        ("return False", "returned bool; a hook answers through change.refuse and change.set"),
        ("change.comment('x')", "raised HookUsageError: a before-hook cannot comment"),
        ("change.values['x'] = object()", "ended its process (exit code 1)"),
        ("change.values['x'] = 'x' * 5_000_000", "answered more than 4 MB"),
        ("change.values['x'] = '\\ud800'", "answered something unreadable"),
        ("def deep(): deep()\n    deep()", "raised RecursionError"),
        ("bytearray(1 << 60)", "raised MemoryError"),
    ],
)
def test_a_failing_hook_fails_closed_and_harms_nobody(make_runner, context, body, reason):
    runner = make_runner(f"{FINE}\n@hook.before('update')\ndef bad(change):\n    {body}\n")
    failure = failure_of(runner, context)
    assert failure.hook == "hooks.bad"
    assert failure.reason.startswith(reason)
    assert still_works(runner, context)


def test_printing_cannot_be_taken_for_an_answer(make_runner, context, caplog):
    caplog.set_level(logging.INFO, "opswright.hooks")
    runner = make_runner("""
        import os, sys
        print('{"refusals": [], "values": {}, "comments": [], "transition": null}')

        @hook.before("update")
        def prints(change):
            print('{"refusals": [], "values": {"amount": "0"}}', flush=True)
            os.write(1, b'{"failed": "x"}\\n')
            sys.stderr.write("\\x1b[31mred\\n")
            change.log("seen")
            change.set("note", "ok")
        """)
    assert runner.before(context).values == {"note": "ok"}
    deadline = time.monotonic() + 5
    while "hooks.prints: seen" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "hooks.prints: seen" in caplog.text
    assert "\ufffd[31mred" in caplog.text


def test_a_flood_of_output_neither_blocks_nor_fills_the_log(make_runner, context, caplog):
    caplog.set_level(logging.INFO, "opswright.hooks")
    runner = make_runner(
        """
        @hook.before("update")
        def floods(change):
            for n in range(20_000):
                print("x" * 100)
            print("y" * 10_000_000)
            change.set("note", "ok")
        """,
        limits=HookLimits(before_seconds=20),
    )
    assert runner.before(context).values == {"note": "ok"}
    assert len(caplog.records) < 2_500


def test_a_hook_that_closes_its_output_goes_on(make_runner, context):
    runner = make_runner("""
        import sys
        @hook.before("update")
        def closes(change):
            sys.stdout.close()
            sys.stderr = None
            change.set("note", "ok")
        """)
    for _ in range(2):
        assert runner.before(context).values == {"note": "ok"}


def test_many_threads_share_two_processes(make_runner, context):
    runner = make_runner("""
        @hook.before("update")
        def echo(change):
            change.set("echo", change.record["n"])
        """)
    with ThreadPoolExecutor(16) as threads:
        answers = threads.map(
            lambda n: runner.before(context | {"record": {"n": n}}).values["echo"], range(500)
        )
    assert list(answers) == list(range(500))
    assert len(runner.pids()) == 2


def test_a_hanging_hook_holds_up_one_process_only(make_runner, context):
    runner = make_runner(
        f"{FINE}\n@hook.before('update')\ndef bad(change):\n    while True: pass\n"
    )
    assert still_works(runner, context)
    hanging = threading.Thread(target=lambda: failure_of(runner, context))
    hanging.start()
    time.sleep(0.2)
    started = time.monotonic()
    for _ in range(50):
        assert still_works(runner, context)
    assert time.monotonic() - started < 0.7
    hanging.join()


def test_when_all_processes_are_busy_a_save_is_refused(make_runner, context):
    limits = HookLimits(before_seconds=1.0, wait_seconds=-0.8, before_hosts=1)
    runner = make_runner(
        "@hook.before('update')\ndef bad(change):\n    while True: pass", limits=limits
    )
    runner.hooks()
    hanging = threading.Thread(target=lambda: failure_of(runner, context))
    hanging.start()
    time.sleep(0.1)
    assert failure_of(runner, context).reason == "could not start: all hook processes are busy"
    hanging.join()


def test_a_process_killed_while_idle_is_replaced_without_a_failure(make_runner, context):
    runner = make_runner(FINE)
    assert still_works(runner, context)
    for _ in range(3):
        for pid in runner.pids():
            os.kill(pid, signal.SIGKILL)
        assert still_works(runner, context)


def test_a_hook_ends_with_its_children(make_runner, context, tmp_path):
    runner = make_runner(f"""
        import subprocess, time
        @hook.before("update")
        def starts(change):
            child = subprocess.Popen(["sleep", "300"])
            open({str(tmp_path / "pid")!r}, "w").write(str(child.pid))
            time.sleep(60)
        """)
    assert "took longer" in failure_of(runner, context).reason
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_close_ends_every_process(make_runner, context):
    runner = make_runner("""
        @hook.before("update")
        def one(change): ...
        @hook.after("update")
        def two(change): ...
        """)
    runner.before(context)
    runner.after("hooks.two", context)
    pids = runner.pids()
    assert len(pids) == 2
    runner.close()
    assert all(is_gone(pid) for pid in pids)
    assert failure_of(runner, context).reason == "the server is stopping"


def test_close_does_not_wait_for_a_hanging_hook(make_runner, context):
    runner = make_runner(
        "@hook.before('update')\ndef bad(change):\n    while True: pass",
        limits=HookLimits(before_seconds=30),
    )
    runner.hooks()
    failures = []
    hanging = threading.Thread(target=lambda: failures.append(failure_of(runner, context)))
    hanging.start()
    time.sleep(0.3)
    started = time.monotonic()
    runner.close()
    hanging.join(5)
    assert time.monotonic() - started < 2
    assert failures[0].reason == "ended its process (signal SIGKILL)"


def test_processes_end_when_the_server_is_killed(tmp_path, context):
    (tmp_path / "hooks.py").write_text(
        "from opswright import hook\n"
        "@hook.before('update')\ndef bad(change):\n    while True: pass\n"
        "@hook.after('update')\ndef fine(change): ...\n"
    )
    code = f"""
        import threading, time
        from pathlib import Path
        from runtime.hooks.runner import HookLimits, HookRunner
        runner = HookRunner(Path({str(tmp_path)!r}), modules=(), limits=HookLimits(before_seconds=60))
        runner.after("hooks.fine", {context!r})
        threading.Thread(target=runner.before, args=({context!r},), daemon=True).start()
        time.sleep(0.5)
        print(*runner.pids(), flush=True)
        time.sleep(60)
        """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    ) as server:
        pids = [int(pid) for pid in server.stdout.readline().split()]
        assert len(pids) == 2
        assert all(psutil.pid_exists(pid) for pid in pids)
        server.kill()
    assert all(is_gone(pid) for pid in pids)


def test_secrets_of_the_server_are_not_handed_on(make_runner, context, monkeypatch):
    monkeypatch.setenv("OPSWRIGHT_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("BANK_TOKEN", "for hooks")
    runner = make_runner("""
        import os
        @hook.before("update")
        def looks(change):
            change.set("found", [os.environ.get("OPSWRIGHT_SECRET_KEY"), os.environ["BANK_TOKEN"]])
        """)
    assert runner.before(context).values == {"found": [None, "for hooks"]}


@pytest.mark.parametrize(
    ("body", "final", "retry_after"),
    [
        ("raise GiveUp('account closed')", True, None),
        ("raise RetryLater('busy', seconds=30)", False, 30.0),
        ("raise ValueError", False, None),
        ("raise Http(400)", True, None),
        ("raise Http(404)", True, None),
        ("raise Http(408)", False, None),
        ("raise Http(429, {'Retry-After': '17'})", False, 17.0),
        ("raise Http(500)", False, None),
        ("raise Http(503, {'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT'})", False, None),
        ("raise urllib.error.HTTPError('http://x', 400, 'Bad', {}, None)", True, None),
    ],
)
def test_what_a_failure_means_for_the_next_try(make_runner, context, body, final, retry_after):
    runner = make_runner(f"""
        import types, urllib.error
        class Http(Exception):
            def __init__(self, status, headers=None):
                self.response = types.SimpleNamespace(status_code=status, headers=headers or {{}})

        @hook.after("update")
        def send(change):
            {body}
        """)
    with pytest.raises(HookFailed) as caught:
        runner.after("hooks.send", context)
    assert (caught.value.final, caught.value.retry_after) == (final, retry_after)


def test_an_after_hook_that_returns_something_has_still_done_its_work(make_runner, context):
    runner = make_runner("@hook.after('update')\ndef send(change): return 7")
    assert runner.after("hooks.send", context).empty


def test_hook_processes_stay_small_and_start_fast(make_runner, context):
    runner = make_runner(FINE)
    started = time.monotonic()
    runner.hooks()
    assert time.monotonic() - started < 2
    (pid,) = runner.pids()
    assert psutil.Process(pid).memory_info().rss < 25 * 1024 * 1024


def is_gone(pid, seconds=3.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False
