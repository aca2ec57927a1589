"""The records before and after one, in the list from which it was opened."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from form_specs.language import _, digits
from form_specs.model import ViewSpec
from runtime.reading import ListRequest, QueryError, RecordView
from runtime.storage.errors import InvalidCursor
from runtime.storage.ids import encode_id
from runtime.web.contexts import Link
from runtime.web.lists.list_query import list_request
from runtime.web.site.context import FormPlace, here


@dataclass(frozen=True)
class Neighbours:
    """Where a record stands in its list; all empty where it was opened on its own."""

    trail: tuple[Link, ...] = ()
    position: str = ""
    previous_url: str = ""
    next_url: str = ""

    @classmethod
    def around(cls, place: FormPlace, record: RecordView) -> "Neighbours":
        """The neighbours in the view that the address names, with its filters and order."""
        key = request.args.get("view", "")
        view = next((v for v in place.access.views() if v.key == key), None)
        if view is None:
            return cls()
        try:
            asked = list_request(place.access)
            return cls._in_list(place, record, view, asked)
        except (QueryError, InvalidCursor):
            return cls()

    @classmethod
    def _in_list(
        cls, place: FormPlace, record: RecordView, view: ViewSpec, asked: ListRequest
    ) -> "Neighbours":
        records, conn = here().records, here().conn
        before, after = records.beside(conn, place.access, record, asked, view)
        ordinal = request.args.get("n", 0, type=int)
        total = records.count(conn, place.access, asked, view)
        more = "+" if total.capped else ""
        position = (
            _("%(number)s of %(all)s", number=ordinal, all=f"{digits(total.number)}{more}")
            if ordinal
            else ""
        )
        back = url_for("web.view", tool=place.tool.key, view=view.key)
        query = _carried("view", "n")
        return cls(
            trail=(Link(view.title, f"{back}?{urlencode(query)}" if query else back),),
            position=position,
            previous_url=_url(place, before, ordinal - 1),
            next_url=_url(place, after, ordinal + 1),
        )


def _carried(*without: str) -> list[tuple[str, Any]]:
    return [
        (key, value)
        for key, value in request.args.items(multi=True)
        if key not in (*without, "before", "show", "cursor")
    ]


def _url(place: FormPlace, record_id: int | None, ordinal: int) -> str:
    if record_id is None:
        return ""
    query = [*_carried("n"), *([("n", ordinal)] if ordinal > 0 else [])]
    path = url_for(
        "web.record", tool=place.tool.key, form=place.form.key, record=encode_id(record_id)
    )
    return f"{path}?{urlencode(query)}"
