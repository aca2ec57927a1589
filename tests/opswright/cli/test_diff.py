"""`opswright diff`: files and versions, words and JSON, and what it ends with."""

import orjson
import pytest

from tests.runtime.api.orders import orders_tool


@pytest.fixture
def changed(write_spec):
    """The orders tool as a file, after a change to its first form's record schema."""

    def written(change, name="new.json"):
        forms = orders_tool()["forms"]
        change(forms[0]["schema"])
        return write_spec(name, forms=forms)

    return written


def _first_text(schema):
    return next(k for k, p in schema["properties"].items() if p["x-ops"]["type"] == "text")


def _shorter(schema):
    schema["properties"][_first_text(schema)]["maxLength"] = 3


def test_two_files_are_compared_in_words(home, write_spec, changed):
    done = home("diff", write_spec(), changed(_shorter))
    assert done.returncode == 1, done.stderr
    assert "migration" in done.stdout
    assert "the greatest length was" in done.stdout


def test_nothing_changes_between_equal_files(home, write_spec):
    done = home("diff", write_spec(), write_spec("same.json"))
    assert (done.returncode, done.stdout) == (0, "Nothing changes\n")


def test_against_the_version_in_force_real_records_are_counted(home, write_spec, changed):
    spec, key = write_spec(), orders_tool()["key"]
    assert home("apply", spec, "--publish").returncode == 0
    done = home("diff", key, changed(_shorter), "--json")
    found = orjson.loads(done.stdout)
    assert done.returncode == 0
    assert found["class"] == "safe"
    (change,) = found["changes"]
    assert (change["affected"], change["lowered_from"]) == (0, "migration")
    assert change["sentence"].endswith("0 of 0 records affected: safe here")


def test_versions_are_named_by_number(home, write_spec):
    key = orders_tool()["key"]
    home("apply", write_spec(), "--publish")
    home("apply", write_spec("b.json", title="Orders, renamed"), "--publish")
    done = home("diff", f"{key}@1", f"{key}@2")
    assert done.returncode == 0
    assert "is now 'Orders, renamed'" in done.stdout
    assert home("diff", f"{key}@1", f"{key}@7").returncode == 2


@pytest.mark.parametrize("name", ["nothing_here", "orders@x"])
def test_what_is_neither_file_nor_tool_is_said(home, write_spec, name):
    done = home("diff", name, write_spec())
    assert done.returncode == 2
    assert "neither a file" in done.stderr


def test_a_wrong_spec_is_not_compared(home, write_spec):
    done = home("diff", write_spec(), write_spec("wrong.json", forms=[]))
    assert done.returncode == 1
    assert "/forms" in done.stderr


def test_different_tools_are_not_compared(home, write_spec):
    done = home("diff", write_spec(), write_spec("other.json", key="other"))
    assert done.returncode == 2
    assert "different tools" in done.stderr
