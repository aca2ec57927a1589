"""What the inspector shows of a field whose values are chosen: where from, which, and which fit when."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from builder.bench import Bench
from builder.forms.binding import choices_of
from builder.forms.inspected import ChoicesView, ConditionView, FunctionView, InputView
from builder.forms.matching import matching_of
from builder.forms.outline import FormOutline
from builder.forms.setting import OPS
from builder.forms.sources import HOOK, RECORDS
from builder.logic.showing import condition_link
from form_specs.checks.raw import object_at, objects, text
from form_specs.editing import Address
from form_specs.language import _, marked
from form_specs.model import Color
from form_specs.problem import pointer_of
from runtime.hooks.answers import HookFailed
from runtime.web.site.context import current_services

_COLORS: Final = {
    Color.BLUE: marked("Blue"),
    Color.GREEN: marked("Green"),
    Color.AMBER: marked("Amber"),
    Color.RED: marked("Red"),
    Color.VIOLET: marked("Violet"),
    Color.GRAY: marked("Gray"),
}


def choices_view(
    bench: Bench, form: FormOutline, way: tuple[str, ...], inputs: Sequence[InputView]
) -> ChoicesView:
    """The choices of a field, which may come from elsewhere."""
    property_ = form.field(way) or {}
    raw = object_at(property_, OPS).get("choices")
    source = raw if isinstance(raw, Mapping) else {}
    at = (*form.field_address(way), OPS, "choices", "records")
    hook = text(source, "hook")
    return ChoicesView(
        source=_source_of(source),
        sources=_sources(bench),
        items=choices_of(property_),
        colors=[(each.value, _(_COLORS[each])) for each in Color],
        inputs=inputs,
        filter=narrowing(bench, object_at(source, "records"), at) if "records" in source else None,
        function=None if hook is None else FunctionView(hook, _functions()),
        matching=matching_of(bench.document, form, way),
    )


def narrowing(bench: Bench, raw: Mapping[str, Any], at: Address) -> ConditionView:
    """The condition by which records are offered."""
    place = (*at, "filter")
    link = condition_link(bench, place) if "filter" in raw else None
    url = bench.url("condition", at=pointer_of(place), back=bench.page)
    return ConditionView("filter", _("Which are offered?"), link.words if link else "", url)


def _source_of(source: Mapping[str, Any]) -> str:
    if "records" in source:
        return RECORDS
    return HOOK if "hook" in source else text(source, "list") or ""


def _sources(bench: Bench) -> list[tuple[str, str]]:
    lists = [
        (key, _("The list %(title)s", title=text(each, "title") or key))
        for _at, each in objects(bench.document, "lists", "")
        if (key := text(each, "key"))
    ]
    others = [(RECORDS, _("Records of a form")), (HOOK, _("An engineer's function"))]
    return [("", _("Its own, below")), *lists, *others]


def _functions() -> Sequence[str]:
    try:
        return current_services().hooks.choice_names()
    except HookFailed:
        return ()
