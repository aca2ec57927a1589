"""Several files handed over together: which of them is the form."""

import pytest

from form_specs.imports import UnreadableFile, together

ORDER = {"properties": {"party": {"$ref": "parts/party.json"}}}
PARTY = {"$id": "https://x.test/party", "properties": {"name": {"type": "string"}}}
FILES = {"order.json": ORDER, "parts/party.json": PARTY, "package.json": {"name": "x"}}


def test_the_form_is_the_file_that_no_other_refers_to():
    given = together(FILES)
    assert given.document is ORDER
    assert (given.beside.name, given.beside.files) == ("order.json", FILES)
    # One that stands alone is not what the others were given for.
    assert together(FILES | {"lone.json": {"properties": {}}}).document is ORDER


def test_it_can_be_named_by_the_end_of_its_path():
    assert together(FILES, "parts/party.json").document is PARTY
    assert together(FILES, "party.json").document is PARTY


@pytest.mark.parametrize(
    ("files", "main", "said"),
    [
        (FILES | {"bill.json": {"$ref": "parts/party.json"}}, "", "several may be: bill.json, order.json"),
        ({"package.json": {"name": "x"}, "list.json": []}, "", "None of the files is a JSON Schema"),
        (FILES, "bill.json", "There is no file 'bill.json'"),
        (FILES | {"old/party.json": PARTY}, "party.json", "There is no file 'party.json'"),
    ],
)  # fmt: skip
def test_what_is_not_clear_is_asked(files, main, said):
    with pytest.raises(UnreadableFile, match=said):
        together(files, main)


def test_files_that_refer_to_each_other_in_a_circle_are_asked_about():
    one, other = {"$ref": "b.json"}, {"properties": {"a": {"$ref": "a.json"}}}
    with pytest.raises(UnreadableFile, match=r"several may be: a\.json, b\.json"):
        together({"a.json": one, "b.json": other})
