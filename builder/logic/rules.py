"""The rules of a form or of a field as a page shows them, and what they say of the records there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for

from builder.bench import Bench
from builder.drafting.examined import PlacedProblem
from builder.logic.asking import lowered, place_of
from builder.logic.offers import Options
from builder.logic.places import ConditionPlace, condition_place
from builder.logic.showing import words_at
from form_specs.checks.raw import text
from form_specs.conditions import ConditionError, Env, asks_who
from form_specs.editing import Address, find, has, indexed, names_of
from form_specs.exact_json import dumps
from form_specs.language import _, counted, digits
from form_specs.model import JsonObject
from form_specs.problem import pointer_of
from runtime.reading import QueryError, Shares
from runtime.web.site.context import FormPlace, here

RULES: Final = "rules"


@dataclass(frozen=True, slots=True)
class RuleItem:
    """One rule."""

    number: int
    message: str
    field: str
    severity: str
    words: str
    """What must hold."""
    url: str
    """Of the editor of its condition."""
    tried: str
    """What it says of the records there are."""
    records_url: str
    """Where those are listed that it refuses; empty: nowhere, or there are none."""
    problems: Sequence[PlacedProblem]


@dataclass(frozen=True, slots=True)
class RulesView:
    """All rules at one place."""

    at: str
    title: str
    of_field: bool
    items: Sequence[RuleItem]
    fields: Options


def rules_at(document: Any, at: Address) -> list[Any] | None:
    """The rules at an address; none where there are none yet."""
    found = find(document, at) if has(document, at) else None
    return found if isinstance(found, list) else None


def rules_view(bench: Bench, at: Address) -> RulesView | None:
    """The rules at an address; none where none can stand."""
    if at[-1:] != (RULES,) or not has(bench.document, at[:-1]) or at[:1] != ("forms",):
        return None
    tool = bench.examined.tool
    form = tool.forms.get(at[1]) if tool and len(at) > 2 else None
    if form is None:
        return None
    of_field = at[-2] == "x-ops"
    rules = rules_at(bench.document, at) or []
    places = [_place(bench, at, name) for name in names_of(rules)]
    said = _tried(bench, form.key, places, at[-3] if of_field else "")
    owner = find(bench.document, at[: -2 if of_field else -1])
    fields = [(key, found.spec.title) for key, found in form.known.items()]
    return RulesView(
        at=pointer_of(at),
        title=text(owner, "title") or at[-3 if of_field else -2],
        of_field=of_field,
        items=[
            _item(bench, at, number, raw, place, said.get(number, ("", "")))
            for number, (raw, place) in enumerate(zip(rules, places, strict=True))
            if isinstance(raw, Mapping)
        ],
        fields=[("", _("The form as a whole")), *fields],
    )


def _place(bench: Bench, at: Address, name: str) -> ConditionPlace | None:
    return condition_place(
        bench.document, bench.catalog, (*at, name, "condition"), bench.examined.tool
    )


def _item(
    bench: Bench,
    at: Address,
    number: int,
    raw: Mapping[str, Any],
    place: ConditionPlace | None,
    said: tuple[str, str],
) -> RuleItem:
    pointer = f"{indexed(bench.document, at)}/{number}"
    inside = [
        p for p in bench.examined.problems if f"{p.problem.pointer}/".startswith(f"{pointer}/")
    ]
    words = words_at(place) if place and not any(p.is_error for p in inside) else ""
    return RuleItem(
        number=number,
        message=text(raw, "message") or "",
        field=text(raw, "field") or "",
        severity=text(raw, "severity") or "error",
        words=words or _("Not finished"),
        url=bench.url("condition", at=f"{pointer}/condition", back=bench.page),
        tried=said[0],
        records_url=said[1],
        problems=inside,
    )


# -- what they say of the records -----------------------------------------------------------


def _tried(
    bench: Bench, key: str, places: Sequence[ConditionPlace | None], field: str
) -> dict[int, tuple[str, str]]:
    """By number of a rule: how many records it would refuse, in one statement for all of them."""
    form = place_of(bench.tool, key)
    if form is None:
        return {}
    known = {n: place for n, place in enumerate(places) if place and _can_count(form, place)}
    broken = {n: _broken(form, place.raw, field) for n, place in known.items()}
    if not broken:
        return {}
    try:
        asked: list[tuple[JsonObject, Env]] = [(raw, form.access.env) for raw in broken.values()]
        shares = here().records.shares(here().conn, form.access, asked)
    except (QueryError, ConditionError):
        return {}
    return {
        number: (_words(shares, met), _records_url(form, broken[number]) if met else "")
        for number, met in zip(broken, shares.met, strict=True)
    }


def _can_count(form: FormPlace, place: ConditionPlace) -> bool:
    """Whether a condition asks about published records alone, neither about a change nor about who asks."""
    predicate = lowered(place)
    if predicate is None or place.inside or asks_who(predicate):
        return False
    try:
        compiled = form.form.condition(place.raw)
    except ConditionError:
        return False
    return all(form.access.asks(read) for read in compiled.reads)


def _broken(form: FormPlace, raw: JsonObject, field: str) -> JsonObject:
    """The records that a rule refuses; that of a field is asked only where the field holds a value."""
    held = field in form.form.fields and "present" in form.form.fields[field].operators
    refused: JsonObject = {"not": raw}
    return {"all": [{"field": field, "op": "present"}, refused]} if held else refused


def _words(shares: Shares, met: int) -> str:
    number = digits(shares.number)
    if not shares.number:
        return _("There are no records yet")
    if not met:
        return _("No record of %(number)s is against it", number=number)
    return counted(
        "One record of %(number)s is against it",
        "%(num)s records of %(number)s are against it",
        met,
        num=digits(met),
        number=number,
    )


def _records_url(form: FormPlace, broken: JsonObject) -> str:
    """A list of those records, in a view that leaves nothing out."""
    views = (view for view in form.access.views() if view.filter is None)
    view = next(views, None)
    if view is None:
        return ""
    asked = dumps(broken).decode()
    return url_for("web.view", tool=form.tool.key, view=view.key, filter=asked)
