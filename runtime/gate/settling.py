"""What conditions make of a proposed change, before it is checked.

Hidden means absent: a value sent for a field that is hidden as things would stand is dropped
and counted, a stored one is cleared by this very change (its event keeps the old one).  A
value for a field that is read-only then is dropped where a whole form was posted, which sends
what it drew; anywhere else `checks.fields` refuses it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from components.base import ABSENT
from form_specs.hops import is_hop
from runtime.compiling.reactions import Evaluation, Knows
from runtime.compiling.settled import settled
from runtime.gate.change import Change, Op

MOVES = (Op.CREATE, Op.UPDATE, Op.TRANSITION)
"""What gives a record another document or another state."""


def settle(change: Change) -> None:
    """Hides and locks fields as the record would be; `change.locked` is what is refused."""
    if change.op not in MOVES:
        return
    if change.form.reactions.idle:
        # Nothing hides or locks anything, so it does not matter what was touched.
        if change.evaluation.document is not change.document:
            change.evaluation = Evaluation(change.document)
        change.document = dict(change.document)
        return
    touched, back = _touched(change), frozenset[str]()
    if _is_posted_form(change):
        form, env = change.form, change.access.env
        found, back = settled(form, change.document, touched, env, change.hops, change.before)
    else:
        found = _evaluated(change)
        if not change.access.person.is_program:
            locked = found.read_only - change.form.reactions.page_locks
            change.locked = locked & touched | found.changed_inside(touched)
    proposed = change.document
    _take(change, found)
    gone = frozenset(_gone(change, proposed, found.hidden & touched))
    _drop(change, gone | back & change.form.fields.keys())
    change.dropped |= found.settled.dropped | back


def settle_again(change: Change) -> None:
    """Hides what has no place beside the values that hooks set."""
    if change.op in MOVES:
        found = _evaluated(change)
        _take(change, found)
        _drop(change, found.hidden)


def _gone(change: Change, proposed: Mapping[str, Any], hidden: frozenset[str]) -> Iterator[str]:
    """Of the hidden fields those whose value is not the one that was sent."""
    for key in hidden:
        if change.document.get(key, ABSENT) != proposed.get(key, ABSENT):
            yield key


def _evaluated(change: Change) -> Evaluation:
    form, env, hops = change.form, change.access.env, change.hops
    knows = _known_links(change) if change.foreseen else None
    return form.evaluate(change.document, env, hops, change.before, knows)


def _known_links(change: Change) -> Knows:
    """Of the record itself everything is asked, of linked ones what the person may know."""
    return lambda read: not is_hop(read) or change.knows(read)


def _touched(change: Change) -> frozenset[str]:
    """The fields that the person sets to something else, as far as they may set them at all."""
    asked = {*change.values, *change.uploads}
    old, new, writable = change.old_document, change.document, change.access.writable
    return frozenset(key for key in asked & writable if new.get(key) != old.get(key))


def _is_posted_form(change: Change) -> bool:
    person = not change.access.person.is_program
    return person and change.origin.source == "page" and change.action is None


def _take(change: Change, found: Evaluation) -> None:
    change.evaluation, change.document = found, dict(found.document)


def _drop(change: Change, keys: frozenset[str]) -> None:
    """Takes fields out of what was asked for."""
    if not keys:
        return
    change.dropped |= keys & (change.values.keys() | change.uploads.keys())
    change.values = {key: value for key, value in change.values.items() if key not in keys}
    change.uploads = {key: files for key, files in change.uploads.items() if key not in keys}
    change.attachments = tuple(a for a in change.attachments if a.field not in keys)
