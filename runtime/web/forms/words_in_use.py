"""The words that a field of keywords holds in other records, offered while somebody types."""

from collections import Counter

from flask import abort, jsonify
from werkzeug.wrappers import Response

from runtime.compiling.form import Broken
from runtime.reading import ListRequest
from runtime.web.site.context import FormPlace, here, place_or_404

_LOOKED_AT = 200
"""Records: the newest that the person may see.  All of them would be a scan of the form."""
_OFFERED = 50


def words(tool: str, form: str, field: str) -> Response:
    """What stands in a field, as JSON: the most frequent words first."""
    place = place_or_404(tool, form)
    found = place.form.fields.get(field)
    if found is None or not found.suggests or not place.access.reads(field):
        abort(404)
    return jsonify({"words": _in_use(place, field)})


def _in_use(place: FormPlace, key: str) -> list[str]:
    page = here().records.page(here().conn, place.access, ListRequest(limit=_LOOKED_AT))
    held = (record.value(key) for record in page.records)
    counted = Counter(
        word for value in held if value and not isinstance(value, Broken) for word in value
    )
    return sorted(counted, key=lambda word: (-counted[word], word.casefold()))[:_OFFERED]
