"""The spec of a tool for the rows of a table: form, list, workflow and roles to start from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.language import _
from form_specs.model import JsonObject, StateCategory
from form_specs.sheets.naming import key_of
from form_specs.sheets.planning import ColumnPlan, TablePlan
from form_specs.sheets.words import categories_of

_MOST_COLUMNS: Final = 8
_RARE: Final = 100
"""One row of as many, or fewer, is rare."""
_FEW_FIELDS: Final = 10
_NOT_IN_TABLES: Final = ("long_text", "multi_choice", "tags", "url", "iban")
_FIRST_IN_TABLES: Final = ("choice", "user", "money", "date", "datetime")
_QUICK: Final = ("choice", "user", "boolean", "country", "multi_choice")
_COLORS: Final = {
    "new": "blue", "open": "violet", "waiting": "amber", "done": "green", "cancelled": "gray",
}  # fmt: skip
_RIGHTS: Final = {
    "operator": ["read", "create", "edit", "comment", "attach"],
    "lead": ["read", "create", "edit", "delete", "comment", "attach", "import", "export"],
    "viewer": ["read"],
}


_ORDER: Final = [str(category) for category in StateCategory]
"""The categories of states, as work goes through them."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of the workflow."""

    key: str
    title: str
    category: str
    rare: bool = False
    """Whether so few rows are in it that it may well be a slip."""


def tool_spec(plan: TablePlan, key: str, title: str, catalog: Catalog) -> JsonObject:
    """The spec of a tool called `title`, whose records are the rows of the table."""
    plans = [plan, *plan.beside]
    document: JsonObject = {"ops": "1", "kind": "tool", "key": key, "title": title[:120]}
    document["forms"] = [
        _form(each, title if each is plan else each.names[1], catalog) for each in plans
    ]
    stated = [(each, states) for each in plans if (states := states_of(each))]
    if stated:
        document["workflows"] = [_workflow(each.form, states) for each, states in stated]
    document["views"] = [
        *_views(plan, states_of(plan)),
        *(view for other in plan.beside for view in _views_beside(other)),
    ]
    titles = {"operator": _("Operator"), "lead": _("Lead"), "viewer": _("Viewer")}
    document["roles"] = [
        {
            "key": role,
            "title": titles[role],
            "grants": [{"form": each.form, "can": list(rights)} for each in plans],
        }
        for role, rights in _RIGHTS.items()
    ]
    return document


def _form(plan: TablePlan, title: str, catalog: Catalog) -> JsonObject:
    one, several = plan.names
    form: JsonObject = {"key": plan.form, "title": one, "plural": several}
    if plan.title is not None:
        form["titleField"] = plan.columns[plan.title].key
    form["schema"] = _schema(plan, catalog)
    form["layouts"] = {"default": _sections(plan, title)}
    return form


def states_of(plan: TablePlan) -> list[State]:
    """The states of the workflow, those where work begins first; empty: there is none.

    Within a category they stand in the order of the table, which says little: its first row is
    often one that is done.
    """
    if plan.plain_states:
        titles = (("open", _("Open"), "new"), ("working", _("In progress"), "open"))
        return [*(State(*item) for item in titles), State("done", _("Done"), "done")]
    if plan.stated is None:
        return []
    stated, taken = plan.stated, set[str]()
    counts = Counter(stated.convention.plain(cell) for cell in plan.table.column(stated.position))
    categories = categories_of(stated.kind.choices)
    found = [
        State(
            key_of(title, taken, "state"),
            title,
            categories[title],
            rare=counts[title] * _RARE < len(plan.table.rows),
        )
        for title in stated.kind.choices
    ]
    return sorted(found, key=lambda state: _ORDER.index(state.category))


def initial_of(states: Sequence[State]) -> State:
    """The state in which new records are: one that is called so, else the first that is no end."""
    for category in ("new", "open", "waiting"):
        able = [state for state in states if state.category == category]
        if able:
            return able[0] if category == "new" else min(able, key=lambda state: state.rare)
    return states[0]


# -- the form --------------------------------------------------------------------------------


def _schema(plan: TablePlan, catalog: Catalog) -> JsonObject:
    required: list[Any] = [column.key for column in plan.fields if column.required]
    schema: JsonObject = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    schema["properties"] = {column.key: _property(column, plan, catalog) for column in plan.fields}
    return schema


def _property(column: ColumnPlan, plan: TablePlan, catalog: Catalog) -> JsonObject:
    if column.position in plan.links:
        to: JsonObject = {"form": plan.links[column.position], "onDelete": "restrict"}
        link: JsonObject = {"type": "link", "link": to}
        return {**catalog.new_schema("link"), "title": column.title, "x-ops": link}
    kind = column.kind
    ops: JsonObject = {"type": kind.type}
    options = {name: value for name, value in kind.options.items() if name != "unit"}
    if options:
        ops["options"] = options
    if "unit" in kind.options:
        ops["unit"] = kind.options["unit"]
    if column.position == plan.key:
        ops["unique"] = True
    made = _VALUES[kind.type](column) if kind.type in _VALUES else catalog.new_schema(kind.type)
    if kind.type in ("choice", "multi_choice"):
        ops["choices"] = [{"key": k, "title": t} for k, t in _choice_keys(kind.choices)]
    return {**made, "title": column.title, "x-ops": ops}


def _choice_keys(titles: Sequence[str]) -> Iterator[tuple[str, str]]:
    taken: set[str] = set()
    for title in titles:
        yield key_of(title, taken, "choice"), title


def _text(column: ColumnPlan) -> JsonObject:
    # Twice as long as any that there is, in hundreds.
    return {"type": "string", "maxLength": max(200, -(-column.evidence.longest * 2 // 100) * 100)}


def _long_text(_column: ColumnPlan) -> JsonObject:
    return {"type": "string", "maxLength": 20_000}


def _decimal(column: ColumnPlan) -> JsonObject:
    scale = int(column.kind.options.get("scale", 2))
    return {"type": "string", "pattern": _figures(18, scale)}


def _figures(digits: int, scale: int) -> str:
    behind = f"(\\.[0-9]{{1,{scale}}})?" if scale else ""
    return f"^-?[0-9]{{1,{digits - scale}}}{behind}$"


def _money(column: ColumnPlan) -> JsonObject:
    options = column.kind.options
    return {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "pattern": _figures(18, int(options["scale"]))},
            "currency": {"enum": list(options["currencies"])},
        },
        "additionalProperties": False,
    }


def _percent(column: ColumnPlan) -> JsonObject:
    scale = int(column.kind.options.get("scale", 2))
    if not scale:
        return {"type": "string", "pattern": "^(100|[0-9]{1,2})$"}
    zeros, behind = f"(\\.0{{1,{scale}}})?", f"(\\.[0-9]{{1,{scale}}})?"
    return {"type": "string", "pattern": f"^(100{zeros}|[0-9]{{1,2}}{behind})$"}


def _choice(column: ColumnPlan) -> JsonObject:
    return {"type": "string", "enum": [key for key, _title in _choice_keys(column.kind.choices)]}


def _several(column: ColumnPlan) -> JsonObject:
    keys: list[Any] = [key for key, _title in _choice_keys(column.kind.choices)]
    items: JsonObject = {"type": "string", "enum": keys}
    return {"type": "array", "uniqueItems": True, "maxItems": len(keys), "items": items}


_VALUES: Final = {
    "text": _text,
    "long_text": _long_text,
    "decimal": _decimal,
    "money": _money,
    "percent": _percent,
    "choice": _choice,
    "multi_choice": _several,
}


def _sections(plan: TablePlan, title: str) -> list[Any]:
    """One section where there are few fields, else by what they are about; notes at the end."""
    fields = plan.fields
    notes = [column for column in fields if column.type == "long_text"]
    rest = [column for column in fields if column.type != "long_text"]
    groups: dict[str, list[ColumnPlan]] = {title[:120]: []}
    for column in rest:
        name = title[:120] if len(rest) <= _FEW_FIELDS else _group(column, title[:120])
        groups.setdefault(name, []).append(column)
    groups[_("Notes")] = [*groups.get(_("Notes"), ()), *notes]
    return [
        {
            "section": name,
            "columns": 1 if name == _("Notes") else 2,
            "fields": [column.key for column in columns],
        }
        for name, columns in groups.items()
        if columns
    ]


def _group(column: ColumnPlan, otherwise: str) -> str:
    if column.type in ("email", "phone", "url", "country"):
        return _("Contact")
    if column.type in ("date", "datetime", "time"):
        return _("Dates")
    if column.type in ("money", "percent", "iban", "decimal"):
        return _("Amounts")
    return otherwise


# -- what shows and moves it -------------------------------------------------------------------


def _views(plan: TablePlan, states: Sequence[State]) -> list[Any]:
    quick = [column.key for column in plan.fields if column.type in _QUICK][:4]
    view: JsonObject = {"key": "all", "title": _("All"), "type": "table", "form": plan.form}
    view["columns"] = list(_columns(plan, bool(states)))
    view["sort"] = [_sort(plan)]
    filters: list[Any] = [*(["@state"] if states else []), *quick]
    if filters:
        view["quickFilters"] = filters
    ended = {state.key for state in states if state.category in ("done", "cancelled")}
    open_ = [state.key for state in states if state.key not in ended]
    if not (ended and open_):
        return [view]
    still: JsonObject = view | {"key": "open", "title": _("Open")}
    still["filter"] = {"field": "@state", "op": "in", "value": list(open_)}
    return [view, still]


def _views_beside(plan: TablePlan) -> Iterator[JsonObject]:
    """The view of a form that stands beside that of the table: called as its records are."""
    view: JsonObject = _views(plan, states_of(plan))[0]
    yield view | {"key": f"all_{plan.form}"[:63], "title": plan.names[1]}


def _columns(plan: TablePlan, states: bool) -> Iterator[str]:
    fields = [column for column in plan.fields if column.type not in _NOT_IN_TABLES]
    first = [c for c in fields if c.position in (plan.title, plan.key)]
    first.sort(key=lambda column: column.position != plan.key)
    told = [
        c
        for c in fields
        if c not in first and (c.type in _FIRST_IN_TABLES or c.position in plan.links)
    ]
    others = [c for c in fields if c not in first and c not in told]
    room = _MOST_COLUMNS - len(first) - states
    chosen = [*told, *others][: max(room, 0)]
    yield from (column.key for column in first)
    if states:
        yield "@state"
    yield from (column.key for column in fields if column in chosen)
    yield "@updated_at"


def _sort(plan: TablePlan) -> str:
    """By the latest day where all rows have one, else by what they are known by."""
    for column in plan.fields:
        if column.type in ("date", "datetime") and column.required:
            return f"-{column.key}"
    key = None if plan.key in (None, plan.state) else plan.columns[plan.key or 0]
    if key is not None and key.type in ("text", "integer", "email", "date", "datetime"):
        return key.key
    return "-@created_at"


def _workflow(form: str, states: Sequence[State]) -> JsonObject:
    roles = ["operator", "lead"]
    transitions: list[Any] = [
        {
            "key": f"to_{state.key}",
            "title": state.title,
            "from": [other.key for other in states if other is not state],
            "to": state.key,
            "roles": list(roles),
        }
        for state in states
        if len(states) > 1
    ]
    return {
        "form": form,
        "initial": initial_of(states).key,
        "states": [
            {
                "key": state.key,
                "title": state.title,
                "color": _COLORS[state.category],
                "category": state.category,
            }
            for state in states
        ],
        "transitions": transitions,
    }
