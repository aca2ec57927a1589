"""Two people saved the same record: what can be merged, and what has to be asked."""

from collections.abc import Iterable, Mapping
from typing import Any

from runtime.gate.change import Change
from runtime.gate.refusal import StaleError
from runtime.storage.events import Event


def base_document(change: Change, events: Iterable[Event]) -> dict[str, Any]:
    """The document that the person started from: the current one with later events undone.

    `events` are those after the person's version, newest first.
    """
    assert change.before is not None
    document = dict(change.before.document)
    for event in events:
        for key, (old, _new) in event.data.get("diff", {}).items():
            if old is None:
                document.pop(key, None)
            else:
                document[key] = old
    return document


def merge(change: Change, base: Mapping[str, Any]) -> None:
    """Puts the person's own changes on top of the current record, field by field.

    Fields that the person left as they found them keep what others set meanwhile.  Raises
    `StaleError` where both changed a field to different values.
    """
    current = dict(change.old_document)
    wanted = change.document
    mine = {key for key in change.values if wanted.get(key) != base.get(key)}
    theirs = {key for key in {*base, *current} if base.get(key) != current.get(key)}
    conflicts = tuple(sorted(k for k in mine & theirs if wanted.get(k) != current.get(k)))
    if conflicts:
        raise stale(change, base, conflicts)
    for key in mine:
        _put(current, key, wanted.get(key))
    change.document = current
    change.values = {key: value for key, value in change.values.items() if key in mine}
    change.merged = tuple(sorted(theirs - mine - change.form.computing.formulas.keys()))


def stale(change: Change, base: Mapping[str, Any], conflicts: tuple[str, ...] = ()) -> StaleError:
    """The error that shows the person both versions."""
    assert change.before is not None
    return StaleError(change.before, dict(base), dict(change.values), conflicts)


def _put(document: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        document.pop(key, None)
    else:
        document[key] = value
