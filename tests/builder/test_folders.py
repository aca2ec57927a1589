"""Files that belong together: from a folder, an archive, or sent at once."""

import io
import json
import zipfile
from html import unescape

import pytest

from builder.imports import folders
from builder.imports.folders import given_together, in_archive, in_folder, is_archive
from form_specs.imports import UnreadableFile
from tests.builder.test_imports import PLAIN

FILES = {
    "order.json": {"title": "Order", "required": ["to"], "properties": {"to": {"$ref": "parts/party.json"}}},
    "parts/party.json": {"type": "object", "properties": {"name": {"type": "string"}}},
}  # fmt: skip
RAW = {name: json.dumps(found).encode() for name, found in FILES.items()}


def packed(files):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return archive.getvalue()


def test_an_archive_is_read_by_its_paths_and_a_workbook_is_none():
    archive = packed(RAW | {"notes.txt": b"no"})
    assert is_archive(archive)
    assert in_archive(archive) == RAW
    assert not is_archive(PLAIN)
    assert not is_archive(b"PK\x03\x04")


def test_a_folder_gives_what_lies_in_it_and_nothing_that_is_linked_from_elsewhere(tmp_path):
    folder, outside = tmp_path / "schemas", tmp_path / "secret.json"
    outside.write_bytes(b"{}")
    for name, content in RAW.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "linked.json").symlink_to(outside)
    assert in_folder(folder) == RAW


def test_what_is_no_json_is_left_out_with_a_note():
    given = given_together(RAW | {"broken.json": b"{,}"})
    assert given.document == FILES["order.json"]
    assert "broken.json:1:2" in str(given.notes[0])
    with pytest.raises(UnreadableFile, match="no JSON file"):
        given_together({})


@pytest.mark.parametrize(("limit", "said"), [("MAX_BYTES", "larger than"), ("MOST_FILES", "more than 1 file")])  # fmt: skip
def test_archives_are_unpacked_within_limits(monkeypatch, limit, said):
    monkeypatch.setattr(folders, limit, 1)
    with pytest.raises(UnreadableFile, match=said):
        in_archive(packed(RAW))


def test_a_damaged_archive_is_refused():
    archive = bytearray(packed(RAW))
    archive[40:60] = bytes(20)
    with pytest.raises(UnreadableFile):
        in_archive(bytes(archive))


def test_the_page_takes_an_archive_or_all_files_at_once(browser_of):
    browser = browser_of("bo")
    files = [(name.rpartition("/")[2], content) for name, content in RAW.items()]
    for sent, main in (
        ([("orders.zip", packed(RAW))], ""),
        (files, ""),
        (files[::-1], "order.json"),
    ):
        post = {"key": "orders", "main": main, "file": [(io.BytesIO(c), n) for n, c in sent]}
        shown = browser.post("/build/from-file", post)
        assert shown.status_code == 200, unescape(shown.text)
        assert "Read as JSON Schema: 1 field on the form" in shown.text


def test_the_page_asks_which_file_is_the_form(browser_of):
    archive = packed(RAW | {"bill.json": RAW["order.json"]})
    sent = {"key": "orders", "main": "", "file": (io.BytesIO(archive), "orders.zip")}
    answer = browser_of("bo").post("/build/from-file", sent)
    assert answer.status_code == 422
    assert "Say which of the files is the form" in unescape(answer.text)
