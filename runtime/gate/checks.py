"""The gate's checks, each a function from a change to the reasons that speak against it.

They run in the order of `CHECKS` and all of them are asked, so that a person learns
everything that is missing at once.  None of them reads or writes the database.
"""

from collections.abc import Callable, Iterable

from components.base import ABSENT, InvalidValueError, NumberedFieldType
from components.judge import FieldProblem
from form_specs.model import CommentRule, Right
from runtime.compiled import Broken
from runtime.gate.change import LONGEST_REMARK, Change, Op, remark
from runtime.gate.refusal import Check, Reason, withheld

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
    elif change.op is Op.UPDATE and _closed(change):
        yield Reason(Check.STATE, "read_only", f"Records in {title} cannot be edited")


def fields(change: Change) -> Iterable[Reason]:
    """Only fields that the person may write change, and the record is what its schema allows."""
    if change.op not in _MOVES:
        return
    barred = [
        reason
        for key in dict.fromkeys((*change.values, *change.uploads))
        if (reason := _barred(change, key)) is not None
    ]
    yield from barred
    keys = {reason.field for reason in barred}
    for reason in (*_improper_changes(change), *_invalid(change)):
        # What is wrong with the value of a field would tell that there is such a field.
        if reason.field is None or reason.field not in keys:
            yield reason


def _invalid(change: Change) -> Iterable[Reason]:
    """What the form's schema has against the record as it would be."""
    for problem in change.form.judge.problems(change.form.to_record(change.document)):
        if _counts(change, problem):
            yield Reason(Check.FIELD, problem.keyword, problem.message, problem.field)


def _barred(change: Change, key: str) -> Reason | None:
    """Why the person may not set a field, or not on this way."""
    field = change.form.fields.get(key)
    if field is None and change.access.extends(key):
        return None
    if field is None or not change.access.sees(key):
        return Reason(Check.FIELD, "unknown", f"There is no field '{key}'", key)
    title = field.spec.title
    if not change.access.writes(key):
        return Reason(Check.FIELD, "read_only", f"{title} cannot be changed by you", key)
    if not _belongs(change, key):
        return Reason(Check.FIELD, "elsewhere", f"{title} cannot be changed by this step", key)
    return None


def _belongs(change: Change, key: str) -> bool:
    """Whether a field may change on this way: a transition has its own, others are an edit."""
    transition = change.transition
    if transition is None or change.access.person.is_program:
        return True
    if key in transition.fields or key in transition.require:
        return True
    return change.access.can(Right.EDIT) and not _closed(change)


def _closed(change: Change) -> bool:
    """Whether the record is in a state in which people cannot edit it."""
    workflow, before = change.form.workflow, change.before
    here = workflow.states.get(before.state or "") if workflow and before else None
    return here is not None and here.read_only and not change.access.person.is_program


def _counts(change: Change, problem: FieldProblem) -> bool:
    """Whether an invalid value speaks against the change.

    A running number comes with the commit.  What was wrong before in a field that the person
    does not see, the person can do nothing about.
    """
    key = problem.field
    if key is None:
        return True
    if change.op is Op.CREATE:
        numbered = isinstance(change.form.fields.get(key), NumberedFieldType)
        return not (numbered and problem.keyword == "required")
    return change.access.sees(key) or change.document.get(key) != change.old_document.get(key)


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


def rules(change: Change) -> Iterable[Reason]:
    """The form's cross-field rules hold."""
    if change.op not in _MOVES:
        return
    facts = change.facts
    for condition, message, field in change.form.rules:
        if not condition.holds(facts, change.access.env):
            yield Reason(Check.RULE, "rule", message, field)


def required(change: Change) -> Iterable[Reason]:
    """The fields that a transition asks for are there."""
    for key in change.transition.require if change.transition else ():
        if key not in change.document:
            title = change.form.fields[key].spec.title
            yield Reason(Check.REQUIRED, "required", f"{title} is missing", key)


def words(change: Change) -> Iterable[Reason]:
    """A comment, a reason or a file is there where it has to be, and can be kept."""
    if change.op is Op.ATTACH and not change.attachments:
        yield Reason(Check.REQUIRED, "required", "Choose a file")
    for text, field in ((change.comment, "comment"), (change.reason, None)):
        yield from _unkeepable(text, field)
    if (change.comment or "").strip():
        return
    if change.op is Op.COMMENT:
        yield Reason(Check.COMMENT, "required", "Write something", "comment")
    elif change.transition and change.transition.comment is CommentRule.REQUIRED:
        text = f"{change.transition.title} needs a comment"
        yield Reason(Check.COMMENT, "comment", text, "comment")


def _unkeepable(text: str | None, field: str | None) -> Iterable[Reason]:
    try:
        length = len(remark(text))
    except InvalidValueError as error:
        yield Reason(Check.COMMENT, "text", str(error), field)
        return
    if length > LONGEST_REMARK:
        message = f"At most {LONGEST_REMARK:,} characters; this has {length:,}"
        yield Reason(Check.COMMENT, "maxLength", message, field)


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
    words,
    guards,
)


def reasons(change: Change) -> list[Reason]:
    """Everything that speaks against a change, before hooks are asked."""
    found = list(role(change))
    if found:
        # Somebody without the right learns nothing more about the record.
        return found
    return [_known(change, reason) for check in CHECKS[1:] for reason in check(change)]


def _known(change: Change, reason: Reason) -> Reason:
    """The reason as the person may know it: what stands in a hidden field is not told."""
    field = reason.field
    hidden = field is not None and field in change.form.fields and not change.access.sees(field)
    return withheld(reason) if hidden and field not in change.values else reason


def obstacles(change: Change) -> list[Reason]:
    """Why a transition's button is disabled, asked before the person has typed anything.

    What the transition's own dialog will ask for does not count against it yet.
    """
    asked = set(change.transition.fields) | {"comment"} if change.transition else set()
    return [reason for reason in reasons(change) if reason.field not in asked]
