"""Conditions that can never hold, or always do."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from form_specs.checks.conditions import Placed, conditions_of
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import text, texts
from form_specs.conditions import ConditionError, Kind, Predicate, lower
from form_specs.conditions.folding import Domains, Held, always_holds, never_holds
from form_specs.language import _, marked
from form_specs.lint.warning import warning
from form_specs.problem import Problem, steps_of

_NEVER: Final[Mapping[str, str]] = {
    "condition": marked("this rule refuses every record: its condition can never hold"),
    "guards": marked("'%(title)s' can never be taken: this guard can never hold"),
    "when": marked("'%(title)s' is never there: its condition can never hold"),
    "filter": marked("no record is ever in '%(title)s': its filter can never hold"),
    "rows": marked("'%(title)s' never sees a record here: the condition can never hold"),
    "showWhen": marked("this is never shown: the condition can never hold"),
    "requireWhen": marked("this is never required: the condition can never hold"),
    "readOnlyWhen": marked("this is never locked: the condition can never hold"),
}
_ALWAYS: Final[Mapping[str, str]] = {
    "condition": marked("this rule never says anything: its condition always holds"),
    "guards": marked("this guard keeps nobody from '%(title)s': it always holds"),
    "when": marked("the condition of '%(title)s' always holds"),
    "filter": marked("every record is in '%(title)s': its filter always holds"),
    "rows": marked("'%(title)s' sees every record here: the condition always holds"),
    "showWhen": marked("this is always shown: the condition always holds"),
    "requireWhen": marked("this is always required: the condition always holds"),
    "readOnlyWhen": marked("this is always locked: the condition always holds"),
}
_NEVER_AT_ALL: Final = marked("this condition can never hold")
_ALWAYS_SO: Final = marked("this condition always holds")
_SYSTEM: Final = ("@id", "@version", "@created_at", "@created_by", "@updated_at", "@updated_by")


def logic_warnings(tool: ToolContext) -> Iterator[Problem]:
    """The conditions that decide nothing."""
    for placed in conditions_of(tool):
        predicate = lowered(placed)
        if predicate is None:
            continue
        known = {} if placed.operands else domains_of(placed.form, _states(tool, placed.at))
        what = "guards" if "/guards/" in placed.at else placed.at.rpartition("/")[2]
        title = _title(tool, placed.at)
        if never_holds(predicate, known):
            said = _(_NEVER.get(what, _NEVER_AT_ALL), title=title)
            yield warning("never", placed.at, said, _("Two of its parts speak against each other"))
        elif always_holds(predicate, known):
            said = _(_ALWAYS.get(what, _ALWAYS_SO), title=title)
            yield warning("always", placed.at, said, _("Leave it out, or ask for something else"))


def lowered(placed: Placed) -> Predicate | None:
    """What a condition means; none where it means nothing."""
    try:
        operands = placed.operands or placed.form.operands
        return lower(placed.raw, operands, change=placed.change, hops=placed.hops)
    except ConditionError:
        return None


def domains_of(form: FormContext, states: tuple[str, ...]) -> Domains:
    """What may stand in the fields of a form; `states` are those that a record may be in."""
    found: dict[tuple[str, ...], Held] = {(key,): Held(absent=False) for key in _SYSTEM}
    if states:
        found["@state",] = Held(absent=False, one_of=frozenset(states))
    for key, field in form.known.items():
        if field.kind is Kind.BOOLEAN:
            found[key,] = Held(one_of=frozenset((True, False)))
        elif field.spec.choices and field.kind is Kind.TEXT and not field.spec.or_other:
            found[key,] = Held(one_of=frozenset(choice.key for choice in field.spec.choices))
    return found


def _states(tool: ToolContext, at: str) -> tuple[str, ...]:
    """The states of a record of which a condition is asked; guards are where their transition starts."""
    steps = steps_of(at)
    if steps[:1] == ("workflows",) and "guards" in steps:
        flow = tool.document["workflows"][int(steps[1])]
        way = flow["transitions"][int(steps[3])]
        return tuple(key for _at, key in texts(way, "from", ""))
    part = tool.document[steps[0]][int(steps[1])]
    form = tool.form_of(part) if steps[0] != "forms" else None
    key = form.key if form else text(part, "key") or ""
    if steps[0] == "roles":
        key = text(part["grants"][int(steps[3])], "form") or ""
    return tool.forms[key].states if key in tool.forms else ()


def _title(tool: ToolContext, at: str) -> str:
    """What the part is called in which a condition stands."""
    title = ""
    part: Any = tool.document
    for step in steps_of(at):
        part = part[int(step)] if isinstance(part, list) else part[step]
        if isinstance(part, Mapping) and isinstance(part.get("title"), str):
            title = part["title"]
    return title
