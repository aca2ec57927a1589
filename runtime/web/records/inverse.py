"""On a record's page: the records of other forms that link to it."""

from dataclasses import dataclass

from flask import url_for

from components.base import FieldType
from form_specs.language import _, digits
from form_specs.model import JsonObject, OnDelete, Right
from runtime.access import FormAccess
from runtime.choosing.records import number_of
from runtime.compiling.form import CompiledForm
from runtime.filters import format_filter
from runtime.reading import ListRequest, RecordView
from runtime.web.contexts import InverseItem, InverseView
from runtime.web.site.context import FormPlace, here
from runtime.web.site.times import moment, relative

_SHOWN = 5
_COUNTED = 1000


@dataclass(frozen=True)
class InverseDrawing:
    """The lists of linking records of one record, one for each field that links to its form."""

    place: FormPlace
    record: RecordView

    def lists(self, of: OnDelete | None = None) -> list[InverseView]:
        """Those lists that hold something which the person may see.

        `of`: only those of fields of which that is said, should the record be deleted.
        """
        found = (
            self._list(form, field)
            for form, field in self.place.form.ties.linked_from
            if of is None or (field.spec.link and field.spec.link.on_delete is of)
        )
        return [view for view in found if view is not None]

    def _list(self, form: CompiledForm, field: FieldType) -> InverseView | None:
        access = here().access.form(self.place.tool, form.key)
        # Who may not filter by the field may not learn that way what stands in it.
        if (
            access is None
            or not access.can(Right.READ)
            or not access.asks(form.ties.all[field].owner)
        ):
            return None
        asked = ListRequest(linking=form.ties.holds(field, self.record.id), limit=_SHOWN)
        page = here().records.page(here().conn, access, asked)
        if not page.records:
            return None
        there = FormPlace(self.place.tool, form, access)
        return InverseView(
            id=f"{form.key}-{form.ties.all[field].name}",
            title=self._title(form, field),
            count=self._count(access, asked, len(page.records), more=bool(page.next_cursor)),
            items=[self._item(there, record) for record in page.records],
            all_url=self._all_url(there, field) if page.next_cursor else "",
        )

    def _title(self, form: CompiledForm, field: FieldType) -> str:
        link = field.spec.link
        assert link is not None
        one = self.place.form.spec.title.lower()
        return link.inverse or _(
            "%(plural)s with this %(one)s as %(title)s",
            plural=form.spec.plural,
            one=one,
            title=field.spec.title,
        )

    def _count(self, access: FormAccess, asked: ListRequest, shown: int, *, more: bool) -> str:
        if not more:
            return str(shown)
        found = here().records.count(here().conn, access, asked, cap=_COUNTED)
        return f"{digits(found.number)}{'+' if found.capped else ''}"

    def _item(self, place: FormPlace, record: RecordView) -> InverseItem:
        workflow = place.form.workflow
        state = workflow.states.get(record.stored.state or "") if workflow else None
        at = moment(record.stored.updated_at)
        number = number_of(record)
        return InverseItem(
            title=record.title,
            reference="" if number == record.title else number,
            url=url_for("web.record", tool=place.tool.key, form=place.form.key, record=record.id),
            state=state.title if state else "",
            state_color=state.color.value if state else "gray",
            at=at,
            at_text=relative(at, self.place.access.now),
        )

    def _all_url(self, place: FormPlace, field: FieldType) -> str:
        """A list of all of them, where a filter can say so: it asks fields of the form."""
        if place.form.fields.get(field.key) is not field:
            return ""
        operator = "has" if field.multiple else "eq"
        condition: JsonObject = {"field": field.key, "op": operator, "value": self.record.id}
        view = next(iter(place.access.views()), None)
        if view is None:
            return ""
        text = format_filter(place.access, condition)
        return url_for("web.view", tool=place.tool.key, view=view.key, filter=text)
