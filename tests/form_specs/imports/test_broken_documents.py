"""Whatever stands in a source, it is imported or refused in a sentence."""

from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from form_specs.from_schema.tool import CannotImport
from form_specs.imports import Given, Sheet, UnreadableFile, import_form
from tests.form_specs.imports import test_fhir, test_form_js, test_json_forms, test_rjsf
from tests.form_specs.imports.test_xlsform import SHEETS

SAMPLES = {
    "rjsf": test_rjsf.SAMPLE,
    "json-forms": test_json_forms.SAMPLE,
    "form-js": test_form_js.SAMPLE,
    "fhir": test_fhir.SAMPLE,
}
JUNK = [None, True, 0, -1, 1e300, "", "=", "${", "x" * 300, [], {}, [None], {"a": None}, ["a", 1], {"type": 5}, "\u202e<b>", {"$ref": "#"}]  # fmt: skip
CELLS = ["", "begin_group", "end_repeat", "select_one yn", "${name} +", "regex(., '(')", ". > 'x'", "${age} div 0", "x" * 300, "=1+1", "\u202e<b>"]  # fmt: skip
FEW = settings(max_examples=25)


def places(value, at=()):
    """The way to each part of a document but the whole."""
    if isinstance(value, dict | list):
        for name, below in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*at, name)
            yield from places(below, (*at, name))


@pytest.mark.parametrize("name", SAMPLES)
@FEW
@given(data=st.data())
def test_a_document_with_a_broken_part(catalog, name, data):
    document = deepcopy(SAMPLES[name])
    *above, last = data.draw(st.sampled_from(list(places(document))))
    owner = document
    for step in above:
        owner = owner[step]
    owner[last] = deepcopy(data.draw(st.sampled_from(JUNK)))

    with suppress(CannotImport):
        found = import_form(Given(document=document), "sample", catalog, name)
        assert all(note.message for note in found.notes)


@FEW
@given(data=st.data())
def test_sheets_with_broken_cells(catalog, data):
    sheets = [Sheet(sheet.name, [[*row] for row in sheet.rows]) for sheet in SHEETS]
    for _ in range(data.draw(st.integers(1, 3))):
        row = data.draw(st.sampled_from(data.draw(st.sampled_from(sheets)).rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(CELLS))

    with suppress(CannotImport, UnreadableFile):
        assert import_form(Given(sheets=tuple(sheets)), "sample", catalog).document
