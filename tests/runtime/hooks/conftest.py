import textwrap

import pytest

from runtime.hooks.runner import HookLimits, HookRunner

QUICK = HookLimits(
    before_seconds=1.0, after_seconds=1.0, action_seconds=1.0, start_seconds=10.0, wait_seconds=1.0
)


@pytest.fixture
def make_runner(tmp_path):
    """`make(code, name=code, ...)`: a runner on hook files with that code, ended with the test."""
    made = []

    def make(code="", *, limits=QUICK, modules=(), reload=False, **files):
        folder = tmp_path / "hooks"
        folder.mkdir(exist_ok=True)
        for name, text in (({"hooks": code} if code else {}) | files).items():
            (folder / f"{name}.py").write_text(
                "from opswright import *\n" + textwrap.dedent(text), "utf-8"
            )
        runner = HookRunner(folder, modules=modules, limits=limits, reload=reload)
        made.append(runner)
        return runner

    yield make
    for runner in made:
        runner.close()


@pytest.fixture
def context():
    """A change of one dispute as the gate tells it."""
    return {
        "event": "update",
        "tool": "disputes",
        "form": "dispute",
        "record_id": "0abcdefghjkmn",
        "record": {"amount": "12.50", "network": "visa"},
        "previous": {"amount": "10.00", "network": "visa"},
        "actor": "maya",
        "state": "gathering",
        "transition": None,
        "comment": None,
        "at": "2026-11-23T15:00:00Z",
        "version": 3,
        "depth": 0,
    }
