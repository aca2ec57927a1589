"""The gate's checks, each a function from a change to the reasons that speak against it.

They run in the order of `CHECKS` and all of them are asked, so that a person learns
everything that is missing at once.  None of them reads or writes the database.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from components.base import ABSENT, InvalidValueError, NumberedFieldType
from components.base.uploads import UploadedType
from components.judging.judge import FieldProblem
from components.nested.containers import MOST_ROWS, rows_in
from components.values.limits import characters_at_most, either
from form_specs.exact_json import dumps
from form_specs.hops import is_hop
from form_specs.language import _, digits, marked
from form_specs.model import CommentRule, Right
from form_specs.problem import Severity
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.form import Broken
from runtime.compiling.inside import Told
from runtime.compiling.reasons import inside_reasons
from runtime.gate.change import LONGEST_REMARK, Change, Op, remark
from runtime.gate.refusal import Check, Reason, withheld
from runtime.gate.settling import MOVES

MOST_BYTES: Final = 1_000_000
"""Of a record, as compact JSON."""

_RIGHT_OF = {
    Op.CREATE: Right.CREATE,
    Op.UPDATE: Right.EDIT,
    Op.DELETE: Right.DELETE,
    Op.RESTORE: Right.DELETE,
    Op.COMMENT: Right.COMMENT,
    Op.ATTACH: Right.ATTACH,
    Op.DETACH: Right.ATTACH,
}
_NOT_ALLOWED = {
    Right.CREATE: marked("Your role does not allow to create a %(title)s"),
    Right.EDIT: marked("Your role does not allow to edit a %(title)s"),
    Right.DELETE: marked("Your role does not allow to delete a %(title)s"),
    Right.COMMENT: marked("Your role does not allow to comment a %(title)s"),
    Right.ATTACH: marked("Your role does not allow to attach a %(title)s"),
}


def role(change: Change) -> Iterable[Reason]:
    """The person's roles allow this kind of change."""
    if change.op is Op.TRANSITION:
        assert change.transition is not None
        if not change.access.may_take(change.transition):
            who = _titles(change, change.transition.roles)
            text = (
                _("Only an integration can do this")
                if change.transition.hook_only
                else _("Only %(who)s can do this", who=who)
            )
            yield Reason(Check.ROLE, "role", text)
        return
    right = _RIGHT_OF[change.op]
    if not change.access.can(right):
        yield Reason(
            Check.ROLE,
            "role",
            _(_NOT_ALLOWED[right], title=change.form.spec.title.lower()),
        )


def _titles(change: Change, keys: Iterable[str]) -> str:
    roles = change.form.roles
    titles = [roles[key].title for key in keys if key in roles]
    return either(titles) if titles else _("people who may edit it")


def state(change: Change) -> Iterable[Reason]:
    """The record is in a state from which this can be done."""
    workflow = change.form.workflow
    if workflow is None or change.before is None:
        return
    here = workflow.states.get(change.before.state or "")
    title = here.title if here else str(change.before.state)
    if change.transition is not None and change.before.state not in change.transition.sources:
        places = ", ".join(workflow.states[key].title for key in change.transition.sources)
        text = _(
            "%(title)s starts from %(places)s; this record is in %(state)s",
            title=change.transition.title,
            places=places,
            state=title,
        )
        yield Reason(Check.STATE, "state", text)
    elif change.op is Op.UPDATE and _closed(change):
        yield Reason(
            Check.STATE, "read_only", _("Records in %(title)s cannot be changed", title=title)
        )


def fields(change: Change) -> Iterable[Reason]:
    """Only fields that the person may write change, and the record is what its schema allows."""
    if change.op not in MOVES:
        return
    barred = [reason for key in _doubtful(change) if (reason := _barred(change, key)) is not None]
    yield from barred
    keys = {reason.field for reason in barred}
    found = (_unfit_files, _improper_changes, _too_many_rows, _too_large, _fixed_inside, invalid)
    for reason in (reason for check in found for reason in check(change)):
        # What is wrong with the value of a field would tell that there is such a field.
        if reason.field is None or reason.field not in keys:
            yield reason


def _doubtful(change: Change) -> Iterable[str]:
    """What was asked for and may be barred; most changes set what the person may write anyway."""
    uploads, writable = change.uploads, change.access.writable
    asked = dict.fromkeys((*change.values, *uploads)) if uploads else change.values
    if change.transition is not None or change.locked:
        return asked
    return () if asked.keys() <= writable else [key for key in asked if key not in writable]


def _unfit_files(change: Change) -> Iterable[Reason]:
    """Files of a kind that their field does not take."""
    for key, uploads in change.uploads.items():
        field = change.form.fields.get(key)
        if isinstance(field, UploadedType):
            problems = (field.upload_problem(upload.name, upload.mime) for upload in uploads)
            yield from (Reason(Check.FIELD, "media", p, key) for p in problems if p)


def invalid(change: Change) -> Iterable[Reason]:
    """What the form's schema has against the record as it would be."""
    for problem in change.form.judge.problems(change.form.to_record(change.document)):
        if _counts(change, problem):
            yield Reason(
                Check.FIELD,
                problem.keyword,
                problem.message,
                problem.field,
                problem.pointer,
                problem.detail,
            )


def _barred(change: Change, key: str) -> Reason | None:
    """Why the person may not set a field, or not on this way."""
    field = change.form.fields.get(key)
    if field is None and change.access.extends(key):
        return None
    if field is None or not change.access.sees(key):
        return Reason(Check.FIELD, "unknown", _("There is no field '%(key)s'", key=key), key)
    title = field.spec.title
    if not change.access.writes(key):
        computed = marked("%(title)s is computed and cannot be set")
        barred = marked("%(title)s cannot be changed by you")
        text = _(computed if field.spec.computed else barred, title=title)
        return Reason(Check.FIELD, "read_only", text, key)
    if key in change.locked:
        known = _knows(change, change.form.reactions.locks[key])
        text = (
            change.form.reasons.locked(key)
            if known
            else _("%(title)s cannot be changed now", title=title)
        )
        return Reason(Check.FIELD, "read_only", text, key)
    if not _belongs(change, key):
        return Reason(
            Check.FIELD,
            "elsewhere",
            _("%(title)s cannot be changed by this step", title=title),
            key,
        )
    return None


def _fixed_inside(change: Change) -> Iterable[Reason]:
    """Parts inside fields that are read-only as things stand, or that formulas give."""
    read_only = change.evaluation.judged.read_only
    for way in sorted(change.locked & read_only.keys()) if change.locked else ():
        told = read_only[way]
        known = _knows(change, told.beside.locks[told.key])
        unsaid = _("%(title)s cannot be changed now", title=told.spec.title)
        text = inside_reasons(change.form, told).locked(told.key) if known else unsaid
        yield _inside(way, told, Check.FIELD, "read_only", text)
    for way in sorted(change.evaluation.settled.set_by_hand):
        told = change.evaluation.judged.all[way]
        text = _("%(title)s is computed and cannot be set", title=told.spec.title)
        yield _inside(way, told, Check.FIELD, "read_only", text)


def _inside(way: str, told: Told, check: Check, code: str, text: str) -> Reason:
    """A reason about a part inside a field: at its input, and with the row it stands in."""
    return Reason(check, code, told.said(text), told.owner, f"/{way}", text)


def _knows(change: Change, condition: CompiledCondition) -> bool:
    """Whether the person may know everything that a condition asks about."""
    return all(map(change.knows, condition.reads))


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


def _too_many_rows(change: Change) -> Iterable[Reason]:
    """What a record may hold in rows, all lists together; the field that holds most tells it."""
    if not change.form.nesting:
        return
    values = {
        key: rows_in(field, value)
        for key, field in change.form.nesting.items()
        if (value := change.values.get(key, ABSENT)) is not ABSENT
    }
    total = sum(values.values())
    if total > MOST_ROWS:
        message = _(
            "At most %(limit)s rows in a record; this has %(number)s",
            limit=digits(MOST_ROWS),
            number=digits(total),
        )
        yield Reason(Check.FIELD, "rows", message, max(values, key=values.__getitem__))


def _too_large(change: Change) -> Iterable[Reason]:
    """What a record may hold in all; the property that holds most tells it."""
    size = len(dumps(change.document))
    if size > MOST_BYTES:
        message = _(
            "A record has at most %(limit)s bytes; this has %(number)s",
            limit=digits(MOST_BYTES),
            number=digits(size),
        )
        sizes = {key: len(dumps(value)) for key, value in change.document.items()}
        yield Reason(Check.FIELD, "size", message, max(sizes, key=sizes.__getitem__))


def _improper_changes(change: Change) -> Iterable[Reason]:
    """Values that are fine in themselves but may not follow what was there."""
    form = change.form
    for key in form.minding and [key for key in change.values if key in form.minding]:
        value, stored = change.values[key], change.old_document.get(key)
        old = ABSENT if stored is None else form.value(key, stored)
        if old == value:
            continue
        problem = form.fields[key].change_problem(ABSENT if isinstance(old, Broken) else old, value)
        if problem is not None:
            yield Reason(Check.FIELD, "change", problem, key)


def rules(change: Change) -> Iterable[Reason]:
    """The rules of form and fields hold; those that only warn are told beside the saved record."""
    for finding in change.evaluation.of_severity(Severity.ERROR):
        pointer, detail = (f"/{finding.way}", finding.message) if finding.way else ("", "")
        reason = Reason(Check.RULE, "rule", finding.said, finding.field, pointer, detail)
        yield _about(change, finding.reads, reason)


def required(change: Change) -> Iterable[Reason]:
    """The fields that a condition or a transition asks for are there; hidden ones need not be."""
    missing = {
        key: change.form.reasons.needed(key)
        if _knows(change, condition)
        else _("Fill in %(field)s", field=_title(change, key))
        for key, condition in change.form.reactions.requires.items()
        if key in change.evaluation.required and _is_asked_for(change, key)
    }
    for key in change.transition.require if change.transition else ():
        if key not in change.evaluation.hidden:
            missing.setdefault(key, _("%(title)s is missing", title=_title(change, key)))
    for key, message in missing.items():
        if key not in change.document:
            yield Reason(Check.REQUIRED, "required", message, key)
    yield from _required_inside(change)


def _required_inside(change: Change) -> Iterable[Reason]:
    judged = change.evaluation.judged
    for way in sorted(judged.missing):
        told = judged.required[way]
        if not _is_asked_for(change, told.owner):
            continue
        unsaid = _("Fill in %(field)s", field=told.spec.title)
        known = _knows(change, told.beside.requires[told.key])
        text = inside_reasons(change.form, told).needed(told.key) if known else unsaid
        yield _inside(way, told, Check.REQUIRED, "required", text)


def _title(change: Change, key: str) -> str:
    return change.form.fields[key].spec.title


def _is_asked_for(change: Change, key: str) -> bool:
    """Whether a value is asked of this person; nobody can fill in what they do not see."""
    return change.op is Op.CREATE or change.access.sees(key)


def words(change: Change) -> Iterable[Reason]:
    """A comment, a reason or a file is there where it has to be, and can be kept."""
    if change.op is Op.ATTACH and not change.attachments:
        yield Reason(Check.REQUIRED, "required", _("Choose a file"))
    for text, field in ((change.comment, "comment"), (change.reason, None)):
        yield from _unkeepable(text, field)
    if (change.comment or "").strip():
        return
    if change.op is Op.COMMENT:
        yield Reason(Check.COMMENT, "required", _("Write something"), "comment")
    elif change.transition and change.transition.comment is CommentRule.REQUIRED:
        text = _("%(title)s needs a comment", title=change.transition.title)
        yield Reason(Check.COMMENT, "comment", text, "comment")


def _unkeepable(text: str | None, field: str | None) -> Iterable[Reason]:
    try:
        length = len(remark(text))
    except InvalidValueError as error:
        yield Reason(Check.COMMENT, "text", str(error), field)
        return
    if length > LONGEST_REMARK:
        message = characters_at_most(LONGEST_REMARK, length)
        yield Reason(Check.COMMENT, "maxLength", message, field)


def guards(change: Change) -> Iterable[Reason]:
    """The transition's guards hold for the record as it would be."""
    if change.transition is None:
        return
    facts = change.facts
    asked = frozenset(change.transition.fields)
    for condition, message in change.form.guards[change.transition.key]:
        if change.foreseen and _is_secret(change, condition.reads):
            continue
        if not condition.holds(facts, change.access.env):
            field = next(iter(sorted(condition.reads & asked)), None)
            reason = Reason(Check.GUARD, "guard", message, field)
            yield _about(change, condition.reads, reason)


def _about(change: Change, reads: frozenset[str], reason: Reason) -> Reason:
    """A reason as the person may know it: what it would tell of a linked record out of sight is not said."""
    return withheld(reason) if _is_secret(change, reads) else reason


def _is_secret(change: Change, reads: frozenset[str]) -> bool:
    """Whether something of a linked record is asked that the person may not know."""
    return any(not change.knows(read) for read in reads if is_hop(read))


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
    checks = (fields,) if _is_plain(change) else CHECKS[1:]
    found = _told_once([reason for check in checks for reason in check(change)])
    return [known(change, reason) for reason in found]


def _told_once(found: Sequence[Reason]) -> list[Reason]:
    """The same without what rules say at a field that is empty and must not be: that is told already."""
    empty = {r.field for r in found if r.code == "required" and r.pointer in ("", f"/{r.field}")}
    return [r for r in found if r.check is not Check.RULE or r.pointer or r.field not in empty]


def _is_plain(change: Change) -> bool:
    """Whether a change can only be wrong in its fields: nothing else is asked of such a new record."""
    words = change.comment or change.reason
    return change.op is Op.CREATE and not words and change.form.reactions.idle


def known(change: Change, reason: Reason) -> Reason:
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
