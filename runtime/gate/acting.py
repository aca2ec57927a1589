"""Actions and the answers of hooks: both end in the gate's ordinary verbs, with all its checks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from components.base import ABSENT, ActionContext, InvalidValueError, Plan, RunHook
from form_specs.conditions.wording import sentence
from form_specs.hops import is_hop
from form_specs.language import _
from form_specs.model import JsonObject
from runtime.access import FormAccess, program
from runtime.compiling.form import CompiledForm
from runtime.compiling.hops import followed
from runtime.compiling.tool import CompiledTool
from runtime.gate.change import Origin, Outcome
from runtime.gate.refusal import Check, Reason, RefusedError
from runtime.hooks.answers import HookAnswer, HookFailed
from runtime.hooks.arguments import given
from runtime.hooks.runner import HookRunner
from runtime.linked import Behind
from runtime.storage.ids import encode_id
from runtime.storage.records import StoredRecord

if TYPE_CHECKING:
    from runtime.gate.gate import Gate


def action_obstacles(
    access: FormAccess,
    record: StoredRecord,
    key: str,
    behind: Behind,
    *,
    foreseen: bool = False,
) -> list[Reason]:
    """Why an action cannot be run on a record; empty: it can be tried.

    `foreseen`: asked before anybody tries, so that nothing may follow from what the person cannot
    read of linked records.
    """
    action = access.form.actions.get(key)
    if action is None:
        return [Reason(Check.STATE, "unknown", _("There is no action '%(key)s'", key=key))]
    if not access.may_run(action):
        return [Reason(Check.ROLE, "role", _("Your role does not allow this"))]
    condition = access.form.action_conditions[key]
    if condition is None:
        return []
    facts = followed(access.form.facts(record), access.form.operands.steps, behind.hops)
    knows = behind.knows(facts, access)
    if foreseen and not all(knows(read) for read in condition.reads if is_hop(read)):
        return []
    if not condition.holds(facts, access.env):
        known = all(map(knows, condition.reads))
        text = (
            _(
                "%(title)s is possible only when %(sentence)s",
                title=action.title,
                sentence=sentence(condition.raw, access.form.words),
            )
            if known
            else _("%(title)s is not for a record like this", title=action.title)
        )
        return [Reason(Check.CONDITION, "condition", text)]
    return []


def planned(access: FormAccess, record: StoredRecord, key: str, behind: Behind) -> Plan:
    """What the action's type is up to; raises `RefusedError` where it cannot be run."""
    reasons = action_obstacles(access, record, key, behind)
    if reasons:
        raise RefusedError(reasons)
    data = access.form.to_record(record.document)
    return access.form.action_types[key].plan(ActionContext(access.person.name, access.now, data))


def asked_hook(
    hooks: HookRunner, access: FormAccess, record: StoredRecord, plan: RunHook
) -> HookAnswer:
    """The answer of an action's hook; raises `RefusedError` where it refuses or fails."""
    data = access.form.to_record(record.document)
    arguments = _arguments(hooks, plan)
    context: JsonObject = {
        "event": "action",
        "tool": access.form.tool_key,
        "form": access.form.key,
        "record_id": encode_id(record.id),
        "record": data,
        "previous": data,
        "actor": access.person.name,
        "state": record.state,
        "previous_state": record.state,
        "at": access.now.isoformat().replace("+00:00", "Z"),
        "version": record.version,
        "arguments": arguments,
    }
    try:
        answer = hooks.action(plan.name, context)
    except HookFailed as failure:
        raise _failed(failure) from failure
    if answer.refusals:
        raise RefusedError(
            [Reason(Check.HOOK, "hook", r.message, r.field) for r in answer.refusals]
        )
    return answer


def _arguments(hooks: HookRunner, plan: RunHook) -> JsonObject:
    """What the hook is given; raises `RefusedError` where it does not take that."""
    try:
        found, wrong = given(hooks, plan.name, dict(plan.arguments))
    except HookFailed as failure:
        raise _failed(failure) from failure
    if wrong:
        text = _("%(hook)s cannot take what it is given: %(why)s", hook=plan.name, why=wrong)
        raise RefusedError([Reason(Check.HOOK, "hook_arguments", text)])
    return found


def _failed(failure: HookFailed) -> RefusedError:
    text = _("%(hook)s did not work: %(reason)s", hook=failure.hook, reason=failure.reason)
    return RefusedError([Reason(Check.HOOK, "hook_failed", text)])


def apply_answer(
    gate: "Gate",
    form: CompiledForm,
    record: StoredRecord,
    hook: str,
    answer: HookAnswer,
    origin: Origin,
) -> Outcome:
    """Does what a hook asked for, in the hook's own name: values, comments, then the transition."""
    access = hook_access(form, hook)
    steps = Origin("hook", request_id=origin.request_id, depth=origin.depth + 1)
    outcome = Outcome(record.id, record.version)
    if answer.values:
        values = typed_values(form, answer.values)
        outcome = gate.update(access, record.id, values, steps, version=record.version, merge=True)
    for text in answer.comments:
        gate.comment(access, record.id, text, steps)
    if answer.transition:
        outcome = gate.transition(access, record.id, answer.transition, steps)
    return outcome


def hook_access(form: CompiledForm, hook: str) -> FormAccess:
    """What a hook may do: everything on its form, under its own name."""
    return FormAccess(form, program(f"hook:{hook}"))


def typed_values(form: CompiledForm, values: JsonObject | Any) -> dict[str, Any]:
    """From JSON values by key to typed ones, null to `ABSENT`; raises `RefusedError`."""
    found: dict[str, Any] = {}
    reasons: list[Reason] = []
    for key, value in values.items():
        field = form.fields.get(key)
        if field is None:
            reasons.append(
                Reason(Check.FIELD, "unknown", _("There is no field '%(key)s'", key=key), key)
            )
            continue
        try:
            found[key] = ABSENT if value is None and not field.allows_null else field.parse(value)
        except InvalidValueError as error:
            reasons.append(Reason(Check.FIELD, "type", str(error), key))
    if reasons:
        raise RefusedError(reasons)
    return found


def form_of(tools: Iterable[CompiledTool], form_id: int) -> CompiledForm | None:
    """The form with that number, if a tool in force has it."""
    return next(
        (form for tool in tools for form in tool.forms.values() if form.form_id == form_id), None
    )
