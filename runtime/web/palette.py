"""What the palette finds: places, things to do here, records by number or words."""

import re
from urllib.parse import urlsplit

from flask import request, url_for

from form_specs.language import _
from form_specs.model import Right
from runtime.access import FormAccess
from runtime.compiling.tool import CompiledTool
from runtime.reading import ListRequest, RecordView
from runtime.storage.ids import decode_id
from runtime.web.contexts import PaletteGroup, PaletteItem, PalettePage
from runtime.web.records.record_pages import RecordDrawing, fresh_state, record_url, reference_of
from runtime.web.site.context import FormPlace, here
from runtime.web.site.htmx import wants_fragment

_FOUND = 8
_RECORD = re.compile(r"/t/(?P<tool>[^/]+)/f/(?P<form>[^/]+)/(?P<record>[0-9a-z]{13})")


def palette_page() -> PalettePage:
    """The page's context for the words in the address."""
    typed = request.args.get("q", "").strip()[:100]
    only = typed[:1] if typed[:1] in ("#", ">") else ""
    words = typed.removeprefix(only).strip()
    groups = []
    if only != "#":
        groups.append(PaletteGroup(_("Do"), _matching(words, _doable())))
    if only == "":
        groups.append(PaletteGroup(_("Go to"), _matching(words, _places())))
    if words and only != ">":
        groups.append(PaletteGroup(_("Records"), _records(words)))
    found = [group for group in groups if group.items]
    return PalettePage(typed, url_for("web.palette"), found, in_dialog=wants_fragment())


def _matching(words: str, items: list[PaletteItem]) -> list[PaletteItem]:
    wanted = words.casefold().split()
    return [item for item in items if all(word in item.title.casefold() for word in wanted)][
        : _FOUND * 2
    ]


def _places() -> list[PaletteItem]:
    items = [PaletteItem(_("Home"), url_for("web.home"), "house")]
    for tool in here().tools:
        for access in here().access.forms(tool):
            items += [
                PaletteItem(
                    view.title,
                    url_for("web.view", tool=tool.key, view=view.key),
                    "table-2",
                    tool.spec.title,
                )
                for view in access.views()
            ]
    return items


def _doable() -> list[PaletteItem]:
    """What can be done on the page that the palette was opened on, then everywhere."""
    items = _on_record()
    for tool in here().tools:
        for access in here().access.forms(tool):
            if access.can(Right.CREATE):
                url = url_for("web.new", tool=tool.key, form=access.form.key)
                title = _("New %(title)s", title=access.form.spec.title.lower())
                items.append(PaletteItem(title, url, "plus", tool.spec.title))
    return items


def _on_record() -> list[PaletteItem]:
    match = _RECORD.search(urlsplit(request.args.get("at", "")).path)
    tool = next((t for t in here().tools if match and t.key == match["tool"]), None)
    access = here().access.form(tool, match["form"]) if tool and match else None
    if tool is None or access is None or match is None:
        return []
    place = FormPlace(tool, access.form, access)
    record = _readable(place, match["record"])
    if record is None:
        return []
    page = RecordDrawing(place, record, fresh_state(record)).page()
    return [
        PaletteItem(
            button.title,
            record_url(place, record.id) if button.reasons else button.url,
            "arrow-right",
            reference_of(record),
            keys=button.keys,
            disabled="; ".join(reason.message for reason in button.reasons),
        )
        for button in page.transitions
    ]


def _readable(place: FormPlace, record_id: str) -> RecordView | None:
    """The record that the palette was opened on, where it is one that somebody may read."""
    try:
        return here().records.get(here().conn, place.access, decode_id(record_id))
    except ValueError:
        return None


def _records(words: str) -> list[PaletteItem]:
    return [
        item
        for tool in here().tools
        for access in here().access.forms(tool)
        if access.can(Right.READ)
        for item in _records_of(tool, access, words)
    ][:_FOUND]


def _records_of(tool: CompiledTool, access: FormAccess, words: str) -> list[PaletteItem]:
    context = here()
    found = list(
        context.records.page(context.conn, access, ListRequest(search=words, limit=_FOUND)).records
    )
    try:
        exact = context.records.get(context.conn, access, decode_id(words.lower()))
    except ValueError:
        exact = None
    place = FormPlace(tool, access.form, access)
    return [
        PaletteItem(record.title, record_url(place, record.id), "file-text", reference_of(record))
        for record in ([exact] if exact else []) + found
    ]
