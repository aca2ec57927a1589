import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import opswright
from opswright import Change, HookPoint

PAGE = Path(__file__).resolve().parents[2] / "docs" / "engineers" / "hooks.md"
TEXT = PAGE.read_text("utf-8")
FILES = dict(re.findall(r"```python\n# file: (\S+)\n(.*?)```", TEXT, re.DOTALL))


@pytest.fixture
def folder(tmp_path):
    """The page's examples as files."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def runner(folder, make_runner):
    return make_runner(folder)


def change(event, **given):
    return {"event": event, "tool": "disputes", "form": "dispute", "record": {}, **given}


def test_every_example_is_a_complete_file():
    assert len(FILES) == TEXT.count("```python")


def test_every_example_loads(runner):
    assert runner.problems() == ()
    assert runner.names() == (
        "amounts.estimate",
        "amounts.keep_evidence",
        "network.fetch",
        "fx.currencies",
        "fx.desks",
        "limits.keep_network",
        "network.send_evidence",
        "network.ask",
    )


def test_the_first_example_refuses(runner):
    given = {"state": "submitted", "record": {"network": "visa"}, "previous": {"network": "amex"}}
    (refusal,) = runner.before(change("update", **given)).refusals
    assert (refusal.field, refusal.hook) == ("network", "limits.keep_network")


def test_the_amending_example_sets_a_value(runner):
    answer = runner.before(change("create", record={"shipping_tracking": "1Z"}))
    assert answer.values == {"win_likelihood": "70"}
    assert runner.before(change("delete", state="ready")).refusals


def test_the_choices_example_goes_with_what_it_depends_on(runner):
    def keys(name, *depends):
        asked = {"tool": "fx", "form": "payment", "field": "x", "depends": list(depends)}
        return [choice["key"] for choice in runner.choices(name, asked)]

    assert keys("fx.currencies") == ["EUR", "RON"]
    assert keys("fx.desks", "RON") == ["cluj"]
    assert keys("fx.desks") == ["basel"]


def test_the_sending_example_gives_up_and_waits(runner):
    with pytest.raises(Exception, match="no rebuttal") as caught:
        runner.after("network.send_evidence", change("transition", transition="submit"))
    assert caught.value.final
    given = {"transition": "submit", "record": {"rebuttal": "Delivered"}}
    with pytest.raises(Exception, match="NETWORK_URL") as caught:
        runner.after("network.send_evidence", change("transition", **given))
    assert caught.value.retry_after == 60
    assert runner.action("network.ask", change("action", actor="maya")).comments == (
        "Asked again by maya",
    )


def test_the_testing_example_passes(folder):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize("point", HookPoint, ids=str)
def test_every_point_is_documented(point):
    assert f"`{point.value}`" in TEXT


@pytest.mark.parametrize("name", [n for n in dir(Change) if not n.startswith("_")])
def test_everything_of_a_change_is_documented(name):
    member = inspect.getattr_static(Change, name)
    if inspect.isfunction(member):
        words = ", ".join(
            str(p).partition(":")[0] + (f"={p.default}" if p.default is not p.empty else "")
            for p in list(inspect.signature(member).parameters.values())[1:]
        )
        assert f"`{name}({words})`" in TEXT
    else:
        assert f"`{name}`" in TEXT


@pytest.mark.parametrize("name", opswright.__all__)
def test_every_name_that_can_be_imported_has_a_text(name):
    assert (getattr(opswright, name).__doc__ or "").strip()
