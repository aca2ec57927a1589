"""Whether two versions of a tool can be worked with at the same time, on the same records.

Everybody must be able to save what somebody by the other version saved: values that only one
knows are kept and do no harm, values that one of them refuses do.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.compatibility.change import Change, Impact
from form_specs.compatibility.diff import compare
from form_specs.language import _

Raw = Mapping[str, Any]

_GRAVE: Final = (Impact.MIGRATION, Impact.BREAKING)
_KEPT: Final = re.compile(r"/forms/[^/]+(/fields/[^/]+)?")
"""Whole forms and fields: what is in them stays in a record that is saved without knowing them."""
_RIGHTS: Final = "/roles/"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why two versions cannot be worked with side by side."""

    pointer: str
    text: str


def hindrances(
    old: Raw, new: Raw, catalog: Catalog, *, by_record: bool = False
) -> tuple[Hindrance, ...]:
    """What keeps two checked documents of a tool from being in use at once; empty: nothing.

    `by_record`: it depends on the record, not on the person, by which of them one works.
    """
    return tuple(_found(old, new, catalog, by_record=by_record))


def _found(old: Raw, new: Raw, catalog: Catalog, *, by_record: bool) -> Iterator[Hindrance]:
    ahead, back = compare(old, new, catalog), compare(new, old, catalog)
    said = {change.pointer: change for change in ahead.changes}
    for change in ahead.of(*_GRAVE):
        text = _("%(change)s. All records would have to follow", change=_sentence(change))
        yield Hindrance(change.pointer, text)
    grave = {change.pointer for change in ahead.of(*_GRAVE)}
    for change in back.of(*_GRAVE):
        if change.pointer not in grave and not _KEPT.fullmatch(change.pointer):
            yield _one_sided(change, said.get(change.pointer))
    yield from _computed_apart(old, new)
    if by_record:
        for change in ahead.changes:
            if change.impact is Impact.REVIEW or change.pointer.startswith(_RIGHTS):
                text = _(
                    "%(change)s. Rights belong to people: they can be tried by some people, not on "
                    "some records",
                    change=_sentence(change),
                )
                yield Hindrance(change.pointer, text)


def _one_sided(back: Change, ahead: Change | None) -> Hindrance:
    """A change after which the others could not go on with what is saved by the new version."""
    if ahead is None:
        what = back.subject or back.name
        text = _("%(what)s: those without the new version could not save such records", what=what)
    else:
        text = _(
            "%(change)s. Those without the new version could not save records that make use of it",
            change=_sentence(ahead),
        )
    return Hindrance(back.pointer, text)


def _computed_apart(old: Raw, new: Raw) -> Iterator[Hindrance]:
    """New fields whose stored values nobody would keep up to date who saves by the old version."""
    known = dict(_fields(old))
    for pointer, field in _fields(new):
        computed = field.get("x-ops", {}).get("computed")
        if computed and computed.get("stored", True) and pointer not in known:
            text = _(
                "%(title)s is computed and stored: it would be wrong wherever somebody without the "
                "new version saves. Let it be computed when it is shown",
                title=field.get("title", pointer.rpartition("/")[2]),
            )
            yield Hindrance(pointer, text)


def _fields(document: Raw) -> Iterator[tuple[str, Raw]]:
    for form in document.get("forms", ()):
        for key, field in form["schema"].get("properties", {}).items():
            yield f"/forms/{form['key']}/fields/{key}", field


def _sentence(change: Change) -> str:
    return change.sentence.rstrip(".")
