"""Where the gate meets the engineers' hooks: before a change commits, and in its outbox."""

from collections.abc import Sequence
from typing import Any

from components.base import InvalidValueError
from form_specs.language import _
from form_specs.model import JsonObject
from runtime.gate.change import Change, Op
from runtime.gate.refusal import Check, Reason
from runtime.hooks.answers import HookAnswer, HookFailed, HookInfo
from runtime.hooks.runner import HookRunner
from runtime.storage.ids import encode_id

MAX_DEPTH = 5
"""How many after-hooks may cause one another before the chain is cut."""

_HOOKED = (Op.CREATE, Op.UPDATE, Op.TRANSITION, Op.DELETE)


def hook_context(change: Change, record_id: int | None) -> JsonObject:
    """What a hook is told of a change, as JSON."""
    form = change.form
    record = form.to_record(change.document)
    previous = form.to_record(change.old_document)
    transition = change.transition
    return {
        "event": change.op.value,
        "tool": form.tool_key,
        "form": form.key,
        "record_id": encode_id(record_id) if record_id is not None else None,
        "record": record,
        "previous": previous,
        "changes": [*sorted(change.diff)],
        "actor": change.access.person.name,
        "state": change.state,
        "previous_state": change.before.state if change.before else None,
        "transition": transition.key if transition else None,
        "comment": change.comment,
        "at": change.access.now.isoformat().replace("+00:00", "Z"),
        "version": change.before.version if change.before else 0,
        "depth": change.origin.depth,
    }


def asks_before_hooks(hooks: HookRunner, change: Change) -> bool:
    """Whether any before-hook has a say in a change, those among them whose code does not load."""
    if change.op not in _HOOKED or change.origin.source == "seed":
        return False
    place = _place(change)
    return hooks.has_before(*place) or bool(hooks.missing_before(*place))


def _place(change: Change) -> tuple[str, str, str, str | None]:
    transition = change.transition.key if change.transition else None
    return change.op.value, change.form.tool_key, change.form.key, transition


def ask_before_hooks(hooks: HookRunner, change: Change) -> list[Reason]:
    """Asks the before-hooks; sets what they amend, returns why they refuse.

    A hook that raises, hangs or dies refuses the change: nothing passes unchecked.
    """
    if not asks_before_hooks(hooks, change):
        return []
    if missing := hooks.missing_before(*_place(change)):
        return [Reason(Check.HOOK, "hook_missing", _missing_text(missing))]
    record_id = change.before.id if change.before else None
    try:
        answer = hooks.before(hook_context(change, record_id))
    except HookFailed as failure:
        text = _(
            "A check could not be made (%(hook)s: %(reason)s). Nothing was saved; try again",
            hook=failure.hook,
            reason=failure.reason,
        )
        return [Reason(Check.HOOK, "hook_failed", text)]
    reasons = [
        Reason(Check.HOOK, "hook", refusal.message, refusal.field) for refusal in answer.refusals
    ]
    return reasons or _amend(change, answer)


def _missing_text(missing: Sequence[HookInfo]) -> str:
    names = ", ".join(dict.fromkeys(item.name for item in missing))
    return _(
        "A check of this form cannot be made, because its code does not load (%(names)s). Nothing was saved; tell an administrator",
        names=names,
    )


def _amend(change: Change, answer: HookAnswer) -> list[Reason]:
    """Takes the values that hooks set into the document; a wrong one is the hook's mistake."""
    for key, value in answer.values.items():
        field = change.form.fields.get(key)
        if field is None:
            return [
                Reason(
                    Check.HOOK, "hook_failed", _("A hook set '%(key)s', which is no field", key=key)
                )
            ]
        if field.spec.computed is not None:
            text = _("A hook set %(title)s, which is computed", title=field.spec.title)
            return [Reason(Check.HOOK, "hook_failed", text, key)]
        try:
            _set(
                change.document, key, None if value is None else field.to_store(field.parse(value))
            )
        except InvalidValueError as error:
            text = _(
                "A hook set %(title)s to a value it cannot hold: %(error)s",
                title=field.spec.title,
                error=error,
            )
            return [Reason(Check.HOOK, "hook_failed", text, key)]
    return []


def _set(document: dict[str, Any], key: str, stored: Any) -> None:
    if stored is None:
        document.pop(key, None)
    else:
        document[key] = stored


def after_hooks(hooks: HookRunner, change: Change) -> list[str]:
    """The names of the after-hooks that a change sets off; a hook never sets off itself."""
    if change.origin.source == "seed" or change.origin.depth >= MAX_DEPTH:
        return []
    name = change.transition.key if change.transition else None
    found = hooks.matching_after(change.op.value, change.form.tool_key, change.form.key, name)
    return [hook for hook in found if change.access.person.name != f"hook:{hook}"]
