"""What drawing some fields takes beside the form: asked of the database only where one needs it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.base import FieldType
from runtime.reading import RecordView
from runtime.storage import attachments
from runtime.web.forms.fields import people_named
from runtime.web.records.record_pages import choosing_of, files_by_field, record_url, titles_of
from runtime.web.site.context import FormPlace, here
from runtime.web.titles import is_looked_up


def surroundings(
    place: FormPlace,
    record: RecordView | None,
    fields: Sequence[FieldType],
    values: Mapping[str, Any],
    *,
    making: bool = True,
) -> dict[str, Any]:
    """Arguments of `FormDrawing` for drawing some fields with their values; `making`: see `Choosing`."""
    titles: Mapping[str, str] = {}
    ties, keys = place.form.ties.all, [field.key for field in fields]
    found: dict[str, Any] = {"upload_limit": here().services.settings.max_upload}
    if any(type(field).references is not FieldType.references for field in fields):
        people = dict(here().members(place.tool))
        named = people_named(record.access, [record], keys) if record else set()
        titles = people | here().titles(named - people.keys())
        found["people"] = [*people.items()]
    if any(is_looked_up(of) for of, tie in ties.items() if tie.owner in keys):
        titles = titles_of(place, titles, record)
    if record is not None and any(field.uploads for field in fields):
        files = attachments.listed(here().conn, record.stored.form_id, record.stored.id)
        names = here().titles({file.created_by for file in files})
        found["files"] = files_by_field(place, record, files, names)
        found["upload_url"] = record_url(place, record.id, "web.upload")
    choosing = replace(choosing_of(place, titles, values, record), making=making)
    return found | {"titles": titles, "choosing": choosing}
