"""Two people saved the same fields: both versions side by side, nothing lost."""

from collections.abc import Mapping
from typing import Any

from flask import request

from components.base import ABSENT
from components.forms import RecordForm
from runtime.gate import StaleError
from runtime.web.contexts import ConflictField, ConflictPage, Hidden
from runtime.web.forms.inside import changes_in, shown_text
from runtime.web.records.record_pages import FormState, record_url, trail
from runtime.web.site.context import FormPlace, here
from runtime.web.site.times import moment, relative
from runtime.web.titles import who_acted

TAKE = "take."


class ConflictDrawing:
    """Draws what somebody else saved beside what the person typed."""

    def __init__(self, place: FormPlace, stale: StaleError, form: RecordForm, once: str) -> None:
        self.place = place
        self.stale = stale
        self.form = form
        self.once = once
        self.record = here().records.view(here().conn, place.access, stale.current)
        names = {stale.current.updated_by, *(name for name, _ in here().members(place.tool))}
        self.titles = here().titles(names)
        self.base = place.form.values(stale.base)

    def page(self) -> ConflictPage:
        """The page's context: a decision for each field that both changed."""
        current = self.stale.current
        at = moment(current.updated_at)
        keys = self.stale.conflicts or tuple(key for key in self.stale.values if self._differs(key))
        asked = [key for key in keys if self.record.access.reads(key)]
        return ConflictPage(
            record_title=self.record.title,
            trail=trail(self.place),
            action=record_url(self.place, self.record.id),
            discard_url=record_url(self.place, self.record.id, "web.discard_draft"),
            version=str(current.version),
            once=self.once,
            by=who_acted(current.updated_by, self.titles),
            at=at,
            at_text=relative(at, self.place.access.now),
            fields=[self._field(key) for key in asked],
            carried=self._carried(set(asked)),
            merged=self._merged(set(asked)),
        )

    def _differs(self, key: str) -> bool:
        return bool(self.stale.values[key] != self.record.values.get(key, ABSENT))

    def _text(self, key: str, values: Mapping[str, Any]) -> str:
        return shown_text(self.place.form.fields[key], values.get(key, ABSENT), self.titles)

    def _changed(self, key: str, values: Mapping[str, Any]) -> str:
        """A value; of a field with parts, what became of them since the person began to type."""
        field, before = self.place.form.fields[key], self.base.get(key, ABSENT)
        found = changes_in(field, before, values.get(key, ABSENT), self.titles)
        if before is ABSENT or not found:
            return self._text(key, values)
        return "; ".join(map(str, found))

    def _field(self, key: str) -> ConflictField:
        field = self.place.form.fields[key]
        return ConflictField(
            name=key,
            title=field.spec.title,
            base=self._text(key, self.base),
            theirs=self._changed(key, self.record.values),
            mine=self._changed(key, self.stale.values),
            mine_pairs=self._typed(key),
        )

    def _carried(self, asked: set[str]) -> list[Hidden]:
        """What else the person changed: it goes along with the merged save."""
        pairs = []
        for key, value in self.stale.values.items():
            if key in asked or value == self.base.get(key, ABSENT):
                continue
            pairs += self._typed(key)
        return pairs

    def _typed(self, key: str) -> list[Hidden]:
        """What the person typed into a field, under the names that its inputs have."""
        return [Hidden(*pair) for pair in self.form.control(key).pairs]

    def _merged(self, asked: set[str]) -> list[str]:
        """Fields that only the other one changed."""
        fields = self.place.form.fields
        return [
            fields[key].spec.title
            for key in fields
            if key not in asked
            and self.record.access.reads(key)
            and self.record.values.get(key, ABSENT) != self.base.get(key, ABSENT)
        ]


def conflict_state(place: FormPlace, stale: StaleError, form: RecordForm, once: str) -> FormState:
    """The record's form as it was typed, with the conflict above it."""
    page = ConflictDrawing(place, stale, form, once).page()
    return FormState(form, dirty=True, conflict=page, version=stale.current.version)


def without_theirs(values: dict[str, Any]) -> dict[str, Any]:
    """The values to save after somebody decided: fields where theirs is taken are left alone."""
    taken = {
        name.removeprefix(TAKE)
        for name, choice in request.form.items()
        if name.startswith(TAKE) and choice == "theirs"
    }
    return {key: value for key, value in values.items() if key not in taken}
