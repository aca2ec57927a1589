"""`opswright test`: what it prints, and how it ends."""

import orjson
import pytest

from tests.runtime.api.orders import orders_tool


def made(title, refused):
    """A test of the orders tool: an order without anything is refused."""
    expect = {"refused": refused}
    return {
        "key": "it",
        "title": title,
        "steps": [{"do": "create", "form": form(), "expect": expect}],
    }


def form():
    return orders_tool()["forms"][0]["key"]


GREEN = made("Empty orders are refused", "")
RED = made("Orders fly", "wings")


def test_a_file_whose_tests_pass(home, write_spec):
    done = home("test", write_spec(tests=[GREEN]))
    assert (done.returncode, done.stdout.count("ok: Empty orders are refused")) == (0, 1)


def test_a_file_whose_tests_fail(home, write_spec):
    done = home("test", write_spec(tests=[GREEN, RED | {"key": "two"}]))
    assert done.returncode == 1
    assert "FAILED: Orders fly" in done.stdout
    assert "for another reason" in done.stdout


def test_json_tells_each_step(home, write_spec):
    done = home("test", write_spec(tests=[RED]), "--json")
    told = orjson.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    step = told["specs"][0]["tests"][0]["steps"][0]
    assert step["outcome"] == "failed"
    assert step["reasons"]


def test_a_spec_with_problems_fails(home, write_spec):
    done = home("test", write_spec(tests=[GREEN | {"steps": 1}]))
    assert done.returncode == 1
    assert "/tests/0/steps" in done.stdout


def test_a_published_tool_and_a_folder(home, write_spec, tmp_path):
    file = write_spec(tests=[GREEN])
    assert home("apply", file, "--publish").returncode == 0
    key = orders_tool()["key"]
    assert f"{key}: ok" in home("test", key).stdout
    folder = tmp_path / "specs"
    folder.mkdir()
    file.rename(folder / "orders.json")
    (folder / "orders.migration.json").write_text("{}", "utf-8")
    assert home("test", folder).stdout.count("ok: ") == 1


def test_a_tool_without_tests_passes(home, write_spec):
    done = home("test", write_spec())
    assert (done.returncode, "no tests" in done.stdout) == (0, True)


@pytest.mark.parametrize("target", ["nothing", "."])
def test_what_is_not_there_is_wrong_use(home, target):
    assert home("test", target).returncode == 2
