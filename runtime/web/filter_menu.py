"""What the Filter button of a list opens: the fields to filter by, or the editor of one."""

from collections.abc import Mapping
from typing import Any, Literal

from flask import request

from form_specs.conditions import Kind
from form_specs.model import SYSTEM_FIELDS, Color, ViewSpec
from runtime.access import FormAccess
from runtime.filters import operator_words, parse_filter
from runtime.reading import QueryError
from runtime.web.context import here, tool_or_404
from runtime.web.contexts import FilterEditor, FilterMenu, Link, Option
from runtime.web.list_query import ListAddress, filter_from_editor

Input = Literal["text", "number", "date", "datetime-local", "options", "user"]
_SYSTEM = ("@state", "@created_at", "@updated_at", "@created_by", "@updated_by")
_INPUTS: Mapping[str, Input] = {
    "date": "date",
    "datetime": "datetime-local",
    "user": "user",
    "choice": "options",
    "multi_choice": "options",
    "boolean": "options",
    "integer": "number",
    "number": "number",
    "decimal": "number",
    "money": "number",
    "percent": "number",
}
_SYSTEM_INPUTS: Mapping[str, Input] = {
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
    links = [Link(title, address.url(("edit", key)), "list-filter") for key, title in known.items()]
    return FilterMenu(links, editor, open=editor is not None or "edit" in request.args)


def _filterable(access: FormAccess, view: ViewSpec) -> dict[str, str]:
    """Key and title of what may be filtered by, the view's quick filters first."""
    keys = [*view.quick_filters, *_SYSTEM, *access.form.fields]
    if access.form.workflow is None:
        keys.remove("@state")
    found: dict[str, str] = {}
    for key in keys:
        if access.asks(key) and key in access.form.operands and access.form.operands.operators(key):
            field = access.form.fields.get(key)
            found.setdefault(key, field.spec.title if field else SYSTEM_FIELDS[key])
    return found


def _editor(access: FormAccess, key: str, address: ListAddress) -> FilterEditor:
    field = access.form.fields.get(key)
    kind = _INPUTS.get(field.name, "text") if field else _SYSTEM_INPUTS[key]
    current = _current(access, key, address)
    op = request.args.get("op") or str(current.get("op", ""))
    values = request.args.getlist("value") or _texts(access, key, current)
    others = [pair for pair in address.pairs() if not pair.value.startswith(f"{key}:")]
    operators = access.form.operands.operators(key)
    return FilterEditor(
        field=key,
        title=field.spec.title if field else SYSTEM_FIELDS[key],
        input=kind,
        operators=[
            Option(name, operator_words(access, key, name), name == op)
            for name in _offered(operators, kind)
        ],
        action=address.path,
        hidden=others,
        back_url=address.url(("edit", "")),
        options=_options(access, key, set(values), kind),
        value=values[0] if values and kind not in ("options", "user") else "",
        to=request.args.get("to", "") or (values[1] if len(values) > 1 else ""),
        error=_error(access),
    )


def _offered(operators: tuple[str, ...], kind: Input) -> list[str]:
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
    literals = value if isinstance(value, list) else [value]
    return [_text(access, key, literal) for literal in literals]


def _text(access: FormAccess, key: str, literal: Any) -> str:
    if literal == {"user": "id"}:
        return "@me"
    field = access.form.fields.get(key)
    if field is None or isinstance(literal, str) or field.kind is Kind.LIST:
        return str(literal)
    if isinstance(literal, bool):
        return "true" if literal else "false"
    return next(iter(field.to_text(field.parse(literal))), "")


def _options(access: FormAccess, key: str, ticked: set[str], kind: Input) -> list[Option]:
    if kind == "user":
        tool = tool_or_404(access.form.tool_key)
        people = [("@me", "Me"), *here().members(tool)]
        return [Option(name, title, name in ticked) for name, title in people]
    if key == "@state" and access.form.workflow:
        states = access.form.workflow.states.values()
        return [Option(s.key, s.title, s.key in ticked, s.color.value) for s in states]
    field = access.form.fields.get(key)
    if field is None or kind != "options":
        return []
    if field.name == "boolean":
        return [
            Option(value, title, value in ticked)
            for value, title in (("true", "Yes"), ("false", "No"))
        ]
    choices = field.spec.choices
    colored = any(choice.color is not Color.GRAY for choice in choices)
    return [
        Option(c.key, c.title, c.key in ticked, c.color.value if colored else "") for c in choices
    ]


def _error(access: FormAccess) -> str:
    """Why what was filled in does not make a filter."""
    if "op" not in request.args:
        return ""
    try:
        filter_from_editor(access)
    except QueryError as error:
        return error.message
    return ""
