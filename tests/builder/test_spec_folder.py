"""The folder of specs: what is fine is published, what is broken is reported and stops nothing."""

import json

import pytest

from builder.spec_folder import publish_folder
from runtime.config import load_settings
from runtime.services import open_services
from tests.runtime.api.orders import orders_tool


@pytest.fixture
def specs(tmp_path):
    folder = tmp_path / "specs"
    folder.mkdir()
    return folder


@pytest.fixture
def services(tmp_path, specs):
    found = open_services(
        load_settings({}, {"data": tmp_path / "data", "specs": specs}), with_hooks=False
    )
    yield found
    found.close()


def versions(services):
    with services.db.read() as conn:
        return {tool.key: tool.version for tool in services.published.tools(conn)}


def write(folder, name, **changes):
    (folder / name).write_text(json.dumps(orders_tool() | changes), "utf-8")


def test_every_spec_is_published_once(services, specs):
    write(specs, "a.json", key="first")
    write(specs, "b.json", key="second")
    (specs / "notes.txt").write_text("no spec")
    assert publish_folder(services) == []
    assert publish_folder(services) == []
    assert versions(services) == {"first": 1, "second": 1}
    write(specs, "a.json", key="first", title="Changed")
    assert publish_folder(services) == []
    assert versions(services) == {"first": 2, "second": 1}


def test_broken_specs_are_reported_with_their_place_and_stop_no_other(services, specs, caplog):
    (specs / "a.json").write_text('{\n  "ops": "1",\n  "ops": "1"\n}', "utf-8")
    (specs / "b.json").write_bytes(b"\xff\xfe")
    (specs / "c.json").write_text("[]", "utf-8")
    write(specs, "d.json", key="Not A Key")
    write(specs, "e.json", key="fine")
    problems = publish_folder(services)
    assert versions(services) == {"fine": 1}
    files = [problem.file.rpartition("/")[2] for problem in problems]
    assert sorted(set(files)) == ["a.json", "b.json", "c.json", "d.json"]
    assert (problems[0].line, problems[0].column) == (3, 3)
    assert "a.json:3:3" in caplog.text


def test_a_broken_spec_leaves_its_tool_as_it_is(services, specs):
    write(specs, "a.json", key="first")
    publish_folder(services)
    write(specs, "a.json", key="first", forms="none")
    assert publish_folder(services) != []
    assert versions(services) == {"first": 1}


def test_two_files_with_one_key_are_reported(services, specs):
    write(specs, "a.json", key="same")
    write(specs, "b.json", key="same", title="Other")
    problems = publish_folder(services)
    assert [problem.message for problem in problems] == ["'same' is the tool of a.json already"]
    assert versions(services) == {"same": 1}


def test_a_missing_folder_is_reported(services, specs):
    specs.rmdir()
    assert [problem.message for problem in publish_folder(services)] == [
        "this folder does not exist"
    ]
