"""The gate's checks, each a function from a change to the reasons that speak against it.

They run in the order of `CHECKS` and all of them are asked, so that a person learns
everything that is missing at once.  None of them reads or writes the database.
"""

from collections.abc import Callable, Iterable

from components.base import ABSENT
from form_specs.model import CommentRule, Right
from runtime.compiled import Broken
from runtime.gate.change import Change, Op
from runtime.gate.refusal import Check, Reason

_RIGHT_OF = {
    Op.CREATE: Right.CREATE,
    Op.UPDATE: Right.EDIT,
    Op.DELETE: Right.DELETE,
    Op.RESTORE: Right.DELETE,
    Op.COMMENT: Right.COMMENT,
    Op.ATTACH: Right.ATTACH,
    Op.DETACH: Right.ATTACH,
}
_MOVES = (Op.CREATE, Op.UPDATE, Op.TRANSITION)


def role(change: Change) -> Iterable[Reason]:
    """The person's roles allow this kind of change."""
    if change.op is Op.TRANSITION:
        assert change.transition is not None
        if not change.access.may_take(change.transition):
            who = _titles(change, change.transition.roles)
            text = (
                "Only an integration can do this"
                if change.transition.hook_only
                else f"Only {who} can do this"
            )
            yield Reason(Check.ROLE, "role", text)
        return
    right = _RIGHT_OF[change.op]
    if not change.access.can(right):
        yield Reason(
            Check.ROLE,
            "role",
            f"Your role does not allow to {right} a {change.form.spec.title.lower()}",
        )


def _titles(change: Change, keys: Iterable[str]) -> str:
    roles = change.form.roles
    return " or ".join(roles[key].title for key in keys if key in roles) or "people who may edit it"


def state(change: Change) -> Iterable[Reason]:
    """The record is in a state from which this can be done."""
    workflow = change.form.workflow
    if workflow is None or change.before is None:
        return
    here = workflow.states.get(change.before.state or "")
    title = here.title if here else str(change.before.state)
    if change.transition is not None and change.before.state not in change.transition.sources:
        places = ", ".join(workflow.states[key].title for key in change.transition.sources)
        text = f"{change.transition.title} starts from {places}; this record is in {title}"
        yield Reason(Check.STATE, "state", text)
    elif change.op is Op.UPDATE and here and here.read_only and not change.access.person.is_program:
        yield Reason(Check.STATE, "read_only", f"Records in {title} cannot be edited")


def fields(change: Change) -> Iterable[Reason]:
    """Only fields that the person may write change, and the record is what its schema allows."""
    if change.op not in _MOVES:
        return
    for key in change.values:
        if not change.access.writes(key) and not _kept_open(change, key):
            known = change.access.sees(key)
            text = (
                f"{change.form.fields[key].spec.title} cannot be changed by you"
                if known
                else f"There is no field '{key}'"
            )
            yield Reason(Check.FIELD, "read_only" if known else "unknown", text, key)
    yield from _improper_changes(change)
    for problem in change.form.judge.problems(change.form.to_record(change.document)):
        if change.access.sees(problem.field or "@"):
            yield Reason(Check.FIELD, problem.keyword, problem.message, problem.field)


def _improper_changes(change: Change) -> Iterable[Reason]:
    """Values that are fine in themselves but may not follow what was there."""
    before = change.form.values(change.old_document)
    for key, value in change.values.items():
        field = change.form.fields.get(key)
        old = before.get(key, ABSENT)
        if field is None or old == value:
            continue
        problem = field.change_problem(ABSENT if isinstance(old, Broken) else old, value)
        if problem is not None:
            yield Reason(Check.FIELD, "change", problem, key)


def _kept_open(change: Change, key: str) -> bool:
    """Whether `key` is a property that only an open form's schema allows, without naming it."""
    return key not in change.form.fields and change.form.open


def rules(change: Change) -> Iterable[Reason]:
    """The form's cross-field rules hold."""
    if change.op not in _MOVES:
        return
    facts = change.facts
    for condition, message, field in change.form.rules:
        if not condition.holds(facts, change.access.env):
            yield Reason(Check.RULE, "rule", message, field)


def required(change: Change) -> Iterable[Reason]:
    """The fields and the comment that a transition asks for are there."""
    transition = change.transition
    if transition is None:
        return
    for key in transition.require:
        if change.document.get(key, ABSENT) is ABSENT and change.access.sees(key):
            title = change.form.fields[key].spec.title
            yield Reason(Check.REQUIRED, "required", f"{title} is missing", key)
    if transition.comment is CommentRule.REQUIRED and not (change.comment or "").strip():
        yield Reason(Check.COMMENT, "comment", f"{transition.title} needs a comment", "comment")


def guards(change: Change) -> Iterable[Reason]:
    """The transition's guards hold for the record as it would be."""
    if change.transition is None:
        return
    facts = change.facts
    asked = frozenset(change.transition.fields)
    for condition, message in change.form.guards[change.transition.key]:
        if not condition.holds(facts, change.access.env):
            field = next(iter(sorted(condition.reads & asked)), None)
            yield Reason(Check.GUARD, "guard", message, field)


CHECKS: tuple[Callable[[Change], Iterable[Reason]], ...] = (
    role,
    state,
    fields,
    rules,
    required,
    guards,
)


def reasons(change: Change) -> list[Reason]:
    """Everything that speaks against a change, before hooks are asked."""
    found = list(role(change))
    if found:
        # Somebody without the right learns nothing more about the record.
        return found
    return [reason for check in CHECKS[1:] for reason in check(change)]


def obstacles(change: Change) -> list[Reason]:
    """Why a transition's button is disabled, asked before the person has typed anything.

    What the transition's own dialog will ask for does not count against it yet.
    """
    asked = set(change.transition.fields) | {"comment"} if change.transition else set()
    return [reason for reason in reasons(change) if reason.field not in asked]
