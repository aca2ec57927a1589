"""What each view of a version to come costs on the records that there are, and which index would help.

A view is read as the role with the fewest rights that sees it: what a role may not see has to be
left out, so that is the dearest way to read it.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

from form_specs.conditions import AllOf, Comparison, Kind, Predicate
from form_specs.model import JsonObject, ViewSpec
from runtime.access import FormAccess, Person
from runtime.compiling.form import CompiledForm
from runtime.compiling.tool import CompiledTool
from runtime.published import indexable, wanted
from runtime.reading import ListRequest, QueryError, query_of
from runtime.storage import indexes, lifts
from runtime.storage.database import Database
from runtime.storage.explaining import Cost, cost_of
from runtime.storage.predicates import split_static

MOST_VIEWS: Final = 60
"""That are read; what is left is not measured."""
_SECONDS: Final = 3.0
"""After which reading a view is given up."""
_LARGE: Final = 1_000
"""Records from which on an index is worth its cost."""
_WASTEFUL: Final = 20
"""How many records may be looked at for each that is shown."""
_SCALARS: Final = (Kind.TEXT, Kind.INTEGER, Kind.REAL, Kind.BOOLEAN)
_SEEKING: Final = ("eq", "in")
"""Comparisons for which a database takes an index rather than that of the order."""


@dataclass(frozen=True, slots=True)
class ViewCost:
    """What reading a view costs."""

    view: str
    role: str
    """As whom it was read."""
    milliseconds: float
    looked: int | None
    reads_all: bool
    is_over: bool
    records: int
    """How many the form has."""
    awaits_index: bool
    """Its own index is made when it is published."""
    fields: tuple[str, ...]
    """The fields of which an index would help."""

    def as_json(self) -> JsonObject:
        """To be kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Any) -> "ViewCost":
        """As it was kept."""
        return cls(**{**raw, "fields": tuple(raw["fields"])})


def view_costs(db: Database, tool: CompiledTool, known: int) -> Iterator[ViewCost | None]:
    """One view after the other, from the one behind `known` of them; none: it is not read."""
    views = [(form, view) for form in tool.forms.values() for view in form.views.values()]
    for form, view in views[known:MOST_VIEWS]:
        yield _cost(db, tool, form, view) if form.form_id else None


def _cost(db: Database, tool: CompiledTool, form: CompiledForm, view: ViewSpec) -> ViewCost | None:
    access = least_privileged(tool, form, view)
    if access is None:
        return None
    with db.read() as conn:
        records = lifts.size(conn, form.form_id)
        states = indexes.index_states(conn, form.form_id)
    try:
        found = cost_of(db, query_of(access, ListRequest(), view), _SECONDS, records)
    except QueryError:
        return None
    if found is None:
        return None
    ready = {state.expr for state in states if state.state == "ready"}
    own = [index for index in wanted(form) if index.purpose == f"view {view.key}"]
    awaits = any(
        indexes.index_expression(form.form_id, index, db.dialect) not in ready for index in own
    )
    helps = is_dear(found, records)
    return ViewCost(
        view=view.key,
        role=next(iter(access.roles), ""),
        milliseconds=round(found.milliseconds, 1),
        looked=found.looked,
        reads_all=found.reads_all,
        is_over=found.is_over,
        records=records,
        awaits_index=awaits,
        fields=tuple(unindexed(form, view, access)) if helps else (),
    )


def least_privileged(tool: CompiledTool, form: CompiledForm, view: ViewSpec) -> FormAccess | None:
    """The access of the role with the fewest rights that sees a view; none: no role does."""
    found = []
    for role in tool.spec.roles:
        person = Person("", "", roles=frozenset(((tool.key, role),)))
        access = FormAccess(form, person, (role,))
        if view in access.views():
            found.append(access)
    return min(found, key=_power, default=None)


def _power(access: FormAccess) -> tuple[bool, int, int]:
    readable = sum(access.reads(key) for key in access.form.fields)
    return access.rows is None, len(access.rights), readable


def is_dear(cost: Cost, records: int) -> bool:
    """Whether far more is looked at than shown."""
    if records < _LARGE:
        return False
    looked = records if cost.reads_all else cost.looked or 0
    return cost.is_over or looked > max(_LARGE, _WASTEFUL * cost.returned)


def unindexed(form: CompiledForm, view: ViewSpec, access: FormAccess) -> Iterator[str]:
    """The fields by which records are picked for one person or another, and that have no index.

    What a view picks for everybody, and its order, its own index serves.
    """
    condition = form.view_filters[view.key]
    served = {
        index.columns[0][0]
        for index in wanted(form)
        if index.kind != "statistics"
        and index.columns
        and (index.where is None or index.purpose == f"view {view.key}")
    }
    asked = split_static(condition.predicate)[1] if condition else None
    seen = set()
    for path in (*_sought(asked), *_sought(access.rows)):
        field = form.fields.get(path[0])
        if field is None or field.key in seen or field.kind not in _SCALARS or field.spec.live:
            continue
        seen.add(field.key)
        if field.sort_path not in served and indexable(field):
            yield field.key


def _sought(predicate: Predicate | None) -> Iterator[tuple[str, ...]]:
    """The paths whose values say where records are found: what must hold of all of them."""
    match predicate:
        case AllOf(parts):
            for part in parts:
                yield from _sought(part)
        case Comparison(path=path, op=op) if op in _SEEKING:
            yield path
