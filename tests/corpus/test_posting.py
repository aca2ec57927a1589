"""That a page which shows a valid record, posted back untouched, leaves the record as it was."""

import pytest
from werkzeug.datastructures import MultiDict

from components.base import ABSENT
from form_specs.exact_json import dumps, loads
from tests.corpus.test_corpus import CORPUS, compiled, same


@pytest.mark.parametrize("name", CORPUS)
def test_what_was_drawn_and_posted_back_is_what_was_there(name):
    form = compiled(CORPUS[name]["schema"])
    for record in CORPUS[name]["valid"]:
        document = loads(dumps(form.to_document(form.schema_class().load(record))))
        values = {key: value for key, value in form.values(document).items() if key in form.fields}
        drawn = form.form_class(None, values)
        post = MultiDict([pair for key in values for pair in drawn.control(key).pairs])
        posted = form.form_class(post, values)
        assert not [error for control in posted.controls() for error in control.errors], record
        kept = posted.posted()
        assert [key for key, value in kept.items() if value is ABSENT] == [], record
        back = form.to_record(form.to_document({**form.values(document), **kept}))
        assert same(back, record), record
