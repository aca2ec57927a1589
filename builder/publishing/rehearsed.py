"""A dry run as the page shows it: of records only what the person may read of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import url_for

from builder.contexts import RehearsalPart, RejectItem, SampleItem
from builder.publishing.publish import Prospect
from builder.publishing.rejected import reject_item
from builder.publishing.spec_prospects import COUNTED
from components.base import FieldType
from form_specs.catalog import CatalogField
from form_specs.language import _
from form_specs.load import load
from form_specs.migrations.lifting import form_of
from form_specs.model import JsonObject, JsonValue
from runtime.access import FormAccess
from runtime.migrating.rehearsal import Rejected, Sample
from runtime.storage.ids import encode_id
from runtime.storage.records import RecordReader
from runtime.web.site.context import current_services, here

_REJECTS_SHOWN: Final = 20


def rehearsal_part(found: Prospect) -> RehearsalPart:
    """The dry run of what publishing would do."""
    rehearsal = found.rehearsal(COUNTED)
    seen = _Seen(found)
    samples = (seen.sample(sample) for sample in rehearsal.samples)
    return RehearsalPart(
        rehearsal.words,
        [sample for sample in samples if sample is not None],
        [seen.reject(reject) for reject in rehearsal.rejects[:_REJECTS_SHOWN]],
    )


class _Seen:
    """Samples and rejects through the eyes of the person: building gives no right to records."""

    def __init__(self, found: Prospect) -> None:
        self._tool = next((t for t in here().tools if t.key == found.comparison.tool), None)
        self._reader = RecordReader(current_services().db)
        self._spec, self._steps = load(found.document), found.steps

    def _access(self, form: str, record_id: int) -> FormAccess | None:
        access = here().access.form(self._tool, form) if self._tool else None
        if access is None:
            return None
        number, rows = access.form.form_id, access.rows
        stored = self._reader.get(here().conn, number, record_id, rows=rows)
        return access.over(stored) if stored else None

    def sample(self, sample: Sample) -> SampleItem | None:
        access = self._access(sample.form, sample.record_id)
        if access is None:
            return None
        key = encode_id(sample.record_id)
        url = url_for("web.record", tool=access.form.tool_key, form=sample.form, record=key)
        before, after = access.form.fields, self._after(sample.form)
        return SampleItem(
            *(key, url),
            self._lines(access, sample.before, before),
            self._lines(access, sample.after, {**before, **after}),
        )

    def _after(self, form: str) -> Mapping[str, CatalogField]:
        """The fields of a form as they would be."""
        catalog, spec = current_services().registry.catalog(), self._spec.forms[form]
        return {key: catalog.field(field) for key, field in spec.fields.items()}

    def reject(self, reject: Rejected) -> RejectItem:
        access = self._access(reject.form, reject.record_id)
        reasons = [(obstacle.field, obstacle.message) for obstacle in reject.obstacles]
        return reject_item(access, encode_id(reject.record_id), reasons)

    def _lines(
        self, access: FormAccess, part: JsonObject, fields: Mapping[str, CatalogField]
    ) -> Sequence[str]:
        return [
            _line(key, fields.get(key), value)
            for key, value in part.items()
            if self._is_told(access, key)
        ] or [_("nothing")]

    def _is_told(self, access: FormAccess, key: str) -> bool:
        """Whether neither a field nor what a step would put into it is kept from the person."""
        if key.startswith("@"):
            return True
        known = access.form.fields
        if key in known and not access.reads(key):
            return False
        after = self._spec.forms[access.form.key].fields.get(key)
        if after is not None and after.computed and key not in known:
            return all(map(access.reads, known))
        return all(access.reads(source) for source in self._sources(access.form.key, key))

    def _sources(self, form: str, key: str) -> Iterator[str]:
        """The fields whose values a step puts into a field."""
        for step in self._steps:
            if form_of(step, self._spec) == form and key in _filled(step):
                yield from _read(step)


def _filled(step: Mapping[str, Any]) -> Sequence[str]:
    """The fields that a step puts values of others into."""
    into = step["to"] if step["do"] == "rename" else step.get("into", step.get("field", ""))
    return [into] if isinstance(into, str) else into


def _read(step: Mapping[str, Any]) -> Sequence[str]:
    """The fields that it takes them from."""
    match step["do"]:
        case "fill":
            return [step["from"]] if "from" in step else []
        case "merge":
            return [*step["fields"]]
        case "rename" | "split":
            return [step["field"]]
    return []


def _line(key: str, field: CatalogField | None, value: JsonValue) -> str:
    title = field.spec.title if field is not None else key.removeprefix("@")
    return f"{title}: {_shown(field, value)}"


def _shown(field: CatalogField | None, value: JsonValue) -> str:
    """A value as people read it; as it is where its field does not take it."""
    if not isinstance(field, FieldType):
        return str(value)
    try:
        return field.display(field.parse(value))
    except ValueError:
        return str(value)
