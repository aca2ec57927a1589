"""A folder of specs in git: exported, applied, taken into drafts."""

import json

import pytest

from builder.drafting.desk import Desk
from runtime.config import load_settings
from runtime.services import open_services
from tests.runtime.api.orders import orders_tool

KEY = orders_tool()["key"]


@pytest.fixture
def specs(tmp_path, write_spec, home):
    """A folder with the orders tool, which is published."""
    folder = tmp_path / "specs"
    folder.mkdir()
    write_spec().rename(folder / "orders.json")
    assert home("apply", folder, "--publish").returncode == 0
    return folder


def changed(specs, **members):
    file = specs / "orders.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | members), "utf-8")


def draft(home):
    settings = load_settings({}, {"data": home.folder / "data"})
    services = open_services(settings, with_hooks=False)
    with services.db.read() as conn:
        found = Desk(services.db, KEY).standing(conn)
    services.close()
    return json.loads(found.text)


def test_what_is_exported_changes_nothing(home, specs):
    (specs / "orders.json").write_text(home("export", KEY).stdout, "utf-8")
    assert "nothing changes" in home("apply", specs).stdout
    first = home("export", KEY).stdout
    assert home("apply", specs, "--publish").returncode == 0
    assert home("export", KEY).stdout == first


def test_a_folder_is_applied_as_a_whole(home, specs):
    changed(specs, title="Other orders")
    assert "differs from version 1" in home("apply", specs).stdout
    assert "published as version 2" in home("apply", specs, "--publish").stdout


def test_a_file_goes_into_the_draft_and_publishes_nothing(home, specs):
    changed(specs, title="Other orders")
    done = home("apply", specs, "--draft")
    assert (done.returncode, "taken into the draft" in done.stdout) == (0, True)
    assert draft(home)["title"] == "Other orders"
    assert json.loads(home("export", KEY).stdout)["title"] == orders_tool()["title"]
    assert "the draft has all of it" in home("apply", specs, "--draft").stdout


def test_a_place_that_the_draft_changed_too_is_left_alone(home, specs):
    changed(specs, title="One")
    home("apply", specs, "--draft")
    changed(specs, title="Two")
    done = home("apply", specs, "--draft")
    assert done.returncode == 1
    assert "changed the same places: Title" in done.stderr
    assert draft(home)["title"] == "One"


def test_a_new_tool_begins_as_a_draft(home, write_spec):
    assert "taken into the draft" in home("apply", write_spec(), "--draft").stdout
    assert draft(home) == orders_tool()
    assert home("export", KEY).returncode == 1


def test_failing_tests_stop_a_publish_without_a_note(home, specs):
    form = orders_tool()["forms"][0]["key"]
    step = {"do": "create", "form": form, "expect": {"refused": "wings"}}
    changed(specs, tests=[{"key": "red", "title": "Orders fly", "steps": [step]}])
    done = home("apply", specs, "--publish")
    assert done.returncode == 1
    assert "Orders fly" in done.stdout
    assert home("apply", specs, "--publish", "--note", "They will").returncode == 0


def test_an_empty_folder_and_two_wishes_are_wrong_use(home, specs, tmp_path):
    (tmp_path / "empty").mkdir()
    assert home("apply", tmp_path / "empty").returncode == 2
    assert home("apply", specs, "--publish", "--draft").returncode == 2
