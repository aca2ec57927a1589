"""What the Filter button of a list opens: the fields to filter by, or the editor of one."""

from collections.abc import Mapping
from typing import Any

from flask import request

from components.base import FieldType, FilterInput, Named, Wanted
from form_specs.conditions import Kind
from form_specs.language import _
from form_specs.model import Color, ViewSpec
from runtime.access import FormAccess
from runtime.filters import PAIRED, asked_at, operator_words, parse_filter
from runtime.reading import QueryError
from runtime.web.contexts import FilterEditor, FilterMenu, Link, Option
from runtime.web.lists.list_query import ListAddress, filter_from_editor
from runtime.web.site.context import here, tool_or_404

_OFFERED = 100
_SYSTEM = ("@state", "@created_at", "@updated_at", "@created_by", "@updated_by")
_SYSTEM_INPUTS: Mapping[str, FilterInput] = {
    "@state": "options",
    "@created_at": "date",
    "@updated_at": "date",
    "@created_by": "user",
    "@updated_by": "user",
}


def filter_menu(access: FormAccess, view: ViewSpec, address: ListAddress) -> FilterMenu:
    """The menu; its editor stands open where the address asks for it (`?edit=FIELD`)."""
    field = request.args.get("edit") or request.args.get("field") or ""
    known = _filterable(access, view)
    editor = _editor(access, field, address) if field in known else None
    links = [Link(title, address.url(("edit", key))) for key, title in known.items()]
    quick = len(known.keys() & {*view.quick_filters})
    opened = editor is not None or "edit" in request.args
    return FilterMenu(links[:quick], links[quick:], editor, open=opened)


def _filterable(access: FormAccess, view: ViewSpec) -> dict[str, str]:
    """Key and title of what may be filtered by, the view's quick filters first."""
    linked = [key for key in view.columns if _is_linked(access, key)]
    keys = [*view.quick_filters, *_SYSTEM, *access.form.fields, *linked]
    if access.form.workflow is None:
        keys.remove("@state")
    found: dict[str, str] = {}
    for key in keys:
        if access.asks(key) and key in access.form.operands and access.form.operands.operators(key):
            found.setdefault(key, access.form.title_at(key))
    return found


def _is_linked(access: FormAccess, key: str) -> bool:
    """Whether a column stands in linked records and has an input to filter by."""
    there, at = asked_at(access, key)
    return there is not access and (at in there.form.fields or at in _SYSTEM_INPUTS)


def _editor(access: FormAccess, key: str, address: ListAddress) -> FilterEditor:
    there, at = asked_at(access, key)
    field = there.form.fields.get(at)
    kind = field.filter_input if field else _SYSTEM_INPUTS[at]
    current = _current(access, key, address)
    op = request.args.get("op") or str(current.get("op", ""))
    values = request.args.getlist("value") or _texts(there, at, current)
    others = [pair for pair in address.pairs() if not pair.value.startswith(f"{key}:")]
    operators = access.form.operands.operators(key)
    return FilterEditor(
        field=key,
        title=access.form.title_at(key),
        input=kind,
        operators=[
            Option(name, operator_words(access, key, name), name == op)
            for name in _offered(operators, kind)
        ],
        action=address.path,
        hidden=others,
        back_url=address.url(("edit", "")),
        options=_options(there, at, set(values), kind),
        value=_first(there, at, kind, values),
        to=request.args.get("to", "") or (values[1] if len(values) > 1 else ""),
        error=_error(access),
        hint=field.filter_hint if field else "",
    )


def _first(access: FormAccess, key: str, kind: FilterInput, values: list[str]) -> str:
    """What the editor's input shows: of a code its name, as it is suggested."""
    field = access.form.fields.get(key)
    if not values or kind in ("options", "user"):
        return ""
    if field is None or kind != "suggest":
        return values[0]
    return next((c.title for c in field.filter_options() if c.key == values[0]), values[0])


def _offered(operators: tuple[str, ...], kind: FilterInput) -> list[str]:
    """Several ticked options mean "one of" by themselves, so the plain forms are enough."""
    listed = ("in", "not_in") if kind in ("options", "user") else ("eq", "ne")
    dropped = (
        ("eq", "ne") if kind in ("options", "user") and "in" in operators else ("in", "not_in")
    )
    kept = [name for name in operators if name not in dropped]
    return sorted(kept, key=lambda name: name not in listed)


def _current(access: FormAccess, key: str, address: ListAddress) -> Mapping[str, Any]:
    """The filter on the field that is in force already."""
    for text in address.filters:
        if text.startswith(f"{key}:"):
            try:
                return parse_filter(access, text)
            except QueryError:
                return {}
    return {}


def _texts(access: FormAccess, key: str, condition: Mapping[str, Any]) -> list[str]:
    value = condition.get("value")
    if value is None:
        return []
    field = access.form.fields.get(key)
    if field is not None and condition["op"] in PAIRED:
        return field.filter_texts(str(condition["op"]), value)
    literals = value if isinstance(value, list) else [value]
    return [_text(access, key, literal) for literal in literals]


def _text(access: FormAccess, key: str, literal: Any) -> str:
    if literal in ({"user": "id"}, {"user": "team"}):
        return "@me" if literal == {"user": "id"} else "@mine"
    field = access.form.fields.get(key)
    if field is None or isinstance(literal, str) or field.kind is Kind.LIST:
        return str(literal)
    if isinstance(literal, bool):
        return "true" if literal else "false"
    return next(iter(field.to_text(field.parse(literal))), "")


def _options(access: FormAccess, key: str, ticked: set[str], kind: FilterInput) -> list[Option]:
    if kind == "user":
        tool = tool_or_404(access.form.tool_key)
        people = [("@me", _("Me")), *here().members(tool)]
        return [Option(name, title, name in ticked) for name, title in people]
    if key == "@state" and access.form.workflow:
        states = access.form.workflow.states.values()
        return [Option(s.key, s.title, s.key in ticked, s.color.value) for s in states]
    field = access.form.fields.get(key)
    if field is None or kind not in ("options", "suggest"):
        return []
    if field.spec.source or field.spec.link:
        return _looked_up(access, field, ticked)
    choices = field.filter_options()
    colored = any(choice.color is not Color.GRAY for choice in choices)
    return [
        Option(c.key, c.title, c.key in ticked, c.color.value if colored else "") for c in choices
    ]


def _looked_up(access: FormAccess, field: FieldType, ticked: set[str]) -> list[Option]:
    """What a field offers that stands elsewhere, and what is ticked already."""
    directory = here().directory(access)
    offered = {item.key: item for item in directory.offers(field, Wanted(limit=_OFFERED)).items}
    missing = [key for key in ticked if key not in offered]
    named = directory.named(field, missing) if missing else {}
    held = {key: named.get(key) or Named(key, key) for key in missing}
    return [
        Option(
            item.key, item.title, item.key in ticked, "" if item.color is Color.GRAY else item.color
        )
        for item in (*held.values(), *offered.values())
    ]


def _error(access: FormAccess) -> str:
    """Why what was filled in does not make a filter."""
    if "op" not in request.args:
        return ""
    try:
        filter_from_editor(access)
    except QueryError as error:
        return error.said
    return ""
