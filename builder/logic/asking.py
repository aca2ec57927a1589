"""What is asked of the records there are while a condition is edited: how many meet it, which, and why.

All goes through the builder's own access: who may not read a form's records is told so, and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import url_for
from werkzeug.exceptions import HTTPException

from builder.logic.drawing import in_words
from builder.logic.nodes import named_nodes, read, write
from builder.logic.offers import Options
from builder.logic.places import ConditionPlace, vocabulary_of
from builder.logic.vocabulary import Asked
from components.base import InvalidValueError, Wanted
from form_specs.conditions import (
    Before,
    Changed,
    ConditionError,
    Env,
    Predicate,
    asks_who,
    lower,
    parts_of,
)
from form_specs.language import _, counted, digits
from form_specs.model import Right
from runtime.access import FormAccess
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.form import Broken
from runtime.compiling.hops import followed
from runtime.reading import ListRequest, QueryError, RecordView, Shares
from runtime.storage import accounts
from runtime.web.identity import person_of
from runtime.web.site.context import FormPlace, here, place_or_404

_SHOWN: Final = 4
_LOOKED_AT: Final = 100
_OFFERED: Final = 100
_VALUES: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a condition, and whether a record meets it."""

    words: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """A record that meets a condition, or does not, and why."""

    title: str
    url: str
    holds: bool
    parts: Sequence[Part]
    values: Sequence[tuple[str, str]]
    """Title and value of what the condition asks about."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the records say to a condition."""

    words: str
    """How many meet it, or why that cannot be said."""
    share: int | None = None
    """Of a hundred, how many meet it."""
    people: Options = ()
    """It is asked as one of these; empty: it does not matter who asks."""
    person: str = ""
    samples: Sequence[Sample] = ()


def place_of(tool: str, form: str) -> FormPlace | None:
    """The published form, where the builder may read its records; none: there is none for them."""
    try:
        found = place_or_404(tool, form)
    except HTTPException:
        return None
    return found if found.access.can(Right.READ) else None


def answer(tool: str, place: ConditionPlace, person: str = "") -> Answer:
    """What the records of the form say to the condition at a place, asked as one person would ask it."""
    if place.raw is None:
        return Answer(_("There is no condition yet: it holds for every record"))
    if place.inside:
        return Answer(_("It is asked of each part of a record, so records are not counted"))
    if place.change:
        found = lowered(place)
        if found is not None and any(isinstance(one, Changed | Before) for one in parts_of(found)):
            return Answer(_("It asks what a change does, so records as they are cannot be counted"))
    form = place_of(tool, place.form.key)
    if form is None:
        return Answer(_("You may not read these records, or none were published yet"))
    try:
        return _counted(form, place, person)
    except (QueryError, ConditionError) as error:
        return Answer(_("It cannot be asked of the records as they are: %(why)s", why=_why(error)))


def lowered(place: ConditionPlace) -> Predicate | None:
    """What the condition at a place means; none where it is not right yet."""
    try:
        return lower(place.raw, place.operands, change=place.change, hops=place.hops)
    except ConditionError:
        return None


def _why(error: QueryError | ConditionError) -> str:
    return error.message


# -- counting -----------------------------------------------------------------------------


def _counted(form: FormPlace, place: ConditionPlace, person: str) -> Answer:
    access, condition = form.access, form.form.condition(place.raw)
    relative = asks_who(condition.predicate)
    people = here().members(form.tool) if relative else []
    person = person if person in dict(people) else next((name for name, _title in people), "")
    env = env_of(form, person) if relative and person else access.env
    shares = here().records.shares(here().conn, access, [(place.raw, env)])
    return Answer(
        words=share_words(shares),
        share=round(100 * shares.met[0] / shares.number) if shares.number else None,
        people=people,
        person=person,
        samples=_samples(place, access, condition, env) if shares.number else (),
    )


def share_words(shares: Shares) -> str:
    """How many records meet the only condition that was asked."""
    met, number = digits(shares.met[0]), digits(shares.number)
    if not shares.number:
        return _("There are no records yet")
    if shares.capped:
        return _("Matches %(met)s of the newest %(number)s records", met=met, number=number)
    return counted(
        "Matches %(met)s of one record",
        "Matches %(met)s of %(num)s records",
        shares.number,
        met=met,
        num=number,
    )


def env_of(form: FormPlace, person: str) -> Env:
    """Who somebody is to conditions."""
    conn, access = here().conn, form.access
    account = accounts.by_name(conn, person)
    if account is None:
        return access.env
    found = person_of(account, accounts.memberships(conn, account.id))
    roles, teams = found.roles_in(form.tool), found.teams_in(form.tool.key)
    return Env(user=found.name, roles=roles, now=access.now, teams=teams)


# -- samples ------------------------------------------------------------------------------


def _samples(
    place: ConditionPlace, access: FormAccess, condition: CompiledCondition, env: Env
) -> list[Sample]:
    """Some of the newest records that meet a condition, and some that do not."""
    context = here()
    page = context.records.page(context.conn, access, ListRequest(limit=_LOOKED_AT))
    parts = _parts(place, access)
    met, others = list[Sample](), list[Sample]()
    for view in page.records:
        facts = followed(access.form.facts(view.stored), access.form.operands.steps, view.hops)
        holds = condition.holds(facts, env)
        group = met if holds else others
        if len(group) < _SHOWN and all(view.access.asks(key) for key in condition.reads):
            said = [Part(words, part.holds(facts, env)) for words, part in parts]
            group.append(_sample(view, holds, said, condition))
    return [*met, *others]


def _parts(place: ConditionPlace, access: FormAccess) -> list[tuple[str, CompiledCondition]]:
    """The outermost parts of a condition, each in words."""
    vocabulary = vocabulary_of(place)
    root = read(place.raw, vocabulary)
    outer = [node for node in named_nodes(root, vocabulary) if node.name.count(".") == 1]
    raws = [write(node.node, vocabulary) for node in outer]
    return [
        (in_words(raw, vocabulary), access.form.condition(raw))
        for raw in raws
        if isinstance(raw, dict)
    ]


def _sample(
    view: RecordView, holds: bool, parts: Sequence[Part], condition: CompiledCondition
) -> Sample:
    form = view.access.form
    url = url_for("web.record", tool=form.tool_key, form=form.key, record=view.id)
    values = [(form.title_at(key), _shown(view, key)) for key in sorted(condition.reads)[:_VALUES]]
    return Sample(view.title, url, holds, parts, [pair for pair in values if pair[1]])


def _shown(view: RecordView, key: str) -> str:
    """What people read for a field of a record; empty where that is not simple."""
    form = view.access.form
    if key == "@state" and form.workflow:
        state = form.workflow.states.get(view.stored.state or "")
        return state.title if state else ""
    if key not in form.fields:
        return ""
    value: Any = view.value(key)
    if value is None:
        return _("(empty)")
    try:
        return "" if isinstance(value, Broken) else form.fields[key].display(value)
    except (InvalidValueError, TypeError):
        return ""


# -- values that stand in no spec -----------------------------------------------------------


class Known:
    """The people and records that the builder knows of."""

    def __init__(self, tool: str, form: str) -> None:
        self._place = place_of(tool, form)

    def people(self) -> Options:
        return here().members(self._place.tool) if self._place else ()

    def records(self, asked: Asked, chosen: Iterable[str]) -> Options:
        place, field = self._place, asked.field
        own = place.form.field_at(asked.path) if place else None
        if place is None or field is None or own is None or not place.access.asks(asked.path):
            return ()
        directory = here().directory(place.access)
        items = directory.offers(own, Wanted(limit=_OFFERED)).items
        offered = {item.key: item.title for item in items}
        missing = [key for key in chosen if key not in offered]
        named = directory.named(own, missing) if missing else {}
        titles = {key: named[key].title if key in named else key for key in missing}
        return [*titles.items(), *offered.items()]
