"""`opswright pilot`: who has a version, told by words and by exit codes."""

import orjson
import pytest

from tests.runtime.api.orders import orders_tool

KEY = orders_tool()["key"]


@pytest.fixture
def published(home, write_spec):
    assert home("apply", write_spec(), "--publish").returncode == 0
    return home


def test_a_version_is_tried_shown_and_given_to_all(published, write_spec):
    home, spec = published, write_spec("b.json", title="Orders, renamed")
    started = home("pilot", "start", spec, "--share", "10", "--note", "Shorter?")
    assert (started.returncode, started.stdout) == (0, f"{KEY}: version 2 is on trial\n")
    shown = orjson.loads(home("pilot", "show", KEY, "--json").stdout)
    assert (shown["version"], shown["people"], shown["share"]) == (2, [], 10)
    assert home("pilot", "adopt", KEY).stdout == f"{KEY}: version 2 is in force\n"
    assert home("export", KEY).stdout.count("Orders, renamed") == 1
    assert home("pilot", "show", KEY).returncode == 1


def test_nothing_else_is_published_until_it_is_taken_back(published, write_spec):
    home, spec = published, write_spec("b.json", title="Orders, renamed")
    home("pilot", "start", spec, "--share", "10")
    other = write_spec("c.json", title="Others")
    refused = home("apply", other, "--publish")
    assert refused.returncode == 1
    assert "Version 2 is on trial" in refused.stderr
    assert home("pilot", "withdraw", KEY).returncode == 0
    assert home("apply", other, "--publish").returncode == 0


def test_a_share_of_a_list_is_named_by_its_key(published, write_spec):
    home, spec = published, write_spec("b.json", title="Orders, renamed")
    view = orders_tool()["views"][0]["key"]
    assert home("pilot", "start", spec, "--share", "10", "--view", view).returncode == 0
    assert orjson.loads(home("pilot", "show", KEY, "--json").stdout)["view"] == view
    assert f"records: 10 of each 100 of the list {view}" in home("pilot", "show", KEY).stdout


def test_a_list_that_there_is_not_is_told(published, write_spec):
    spec = write_spec("b.json", title="Orders, renamed")
    done = published("pilot", "start", spec, "--share", "10", "--view", "gone")
    assert done.returncode == 1
    assert "The version in force has no list 'gone'" in done.stderr


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (("--people", "nobody", "--view", "all"), 2, "Say how many of each hundred"),
        ((), 2, "Say who is to have it"),
        (("--people", "nobody"), 2, "nobody: no account with a role"),
        (("--share", "101"), 2, "101"),
    ],
)
def test_who_is_to_have_it_has_to_be_said(published, write_spec, more, code, said):
    done = published("pilot", "start", write_spec("b.json", title="Orders, renamed"), *more)
    assert done.returncode == code
    assert said in done.stderr


def test_what_is_for_all_or_nobody_says_why(published, write_spec):
    forms = orders_tool()["forms"]
    schema = forms[0]["schema"]
    schema["properties"]["more"] = {
        "type": "string",
        "title": "More",
        "maxLength": 5,
        "x-ops": {"type": "text"},
    }
    schema["required"] = [*schema.get("required", ()), "more"]
    done = published("pilot", "start", write_spec("b.json", forms=forms), "--share", "10")
    assert done.returncode == 1
    assert "It is for all or for nobody" in done.stderr
    assert "required field added" in done.stderr


def test_a_tool_that_was_never_published_is_published_for_all_first(home, write_spec):
    done = home("pilot", "start", write_spec(), "--share", "10")
    assert done.returncode == 1
    assert "publish it for all first" in done.stderr


def test_a_broken_spec_says_what_is_wrong(published, write_spec):
    done = published("pilot", "start", write_spec("b.json", forms=[]), "--share", "10")
    assert done.returncode == 1
    assert "/forms" in done.stdout
