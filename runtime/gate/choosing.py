"""Whether what a change chooses may be chosen: checked for what is new, never for what was there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from components.base import ABSENT, FieldType
from form_specs.language import _
from runtime.choosing import Directory
from runtime.choosing.judging import Misfit
from runtime.compiling.inside import Held
from runtime.gate.change import Change, Op
from runtime.gate.refusal import Check, Reason
from runtime.storage.kept_titles import Chosen

_WRITES = (Op.CREATE, Op.UPDATE, Op.TRANSITION)


def needs_directory(change: Change) -> bool:
    """Whether a change sets anything that must be looked up."""
    ties = change.form.ties
    if change.op not in _WRITES:
        return False
    return bool(ties.choosing or ties.linking or new_people(change))


def choice_reasons(directory: Directory, change: Change) -> Iterator[Reason]:
    """What speaks against the newly chosen values; links are asked here too, and again in the transaction."""
    ties = change.form.ties
    if ties.choosing or ties.linking:
        yield from _reasons(directory, change, dict.fromkeys((*ties.choosing, *ties.linking)))
    yield from people_reasons(directory, change)


def people_reasons(directory: Directory, change: Change) -> Iterator[Reason]:
    """The newly named people who have no account: nobody would ever see what waits for them."""
    for key, names in new_people(change).items():
        for name in sorted(directory.strangers(names)):
            text = _("Nobody has an account named '%(name)s'. Choose a person", name=name[:100])
            yield Reason(Check.FIELD, "user", text, key)


def new_people(change: Change) -> dict[str, frozenset[str]]:
    """The account names that a change brings, by field; whoever makes it is nobody new."""
    old, new, form = change.old_document, change.document, change.form
    found: dict[str, frozenset[str]] = {}
    for field in form.ties.naming:
        key = field.key
        if key not in new or new[key] == old.get(key):
            continue
        names = _people(change, key, new[key]) - {change.access.person.name}
        if names and key in old:
            names -= _people(change, key, old[key])
        if names:
            found[key] = names
    return found


def _people(change: Change, key: str, stored: Any) -> frozenset[str]:
    value = ABSENT if stored is None else change.form.readable(key, stored)
    return frozenset() if value is ABSENT else change.form.fields[key].references(value)


def link_reasons(directory: Directory, change: Change) -> Iterator[Reason]:
    """The newly linked records that are not there, held until the transaction ends."""
    yield from _reasons(directory, change, change.form.ties.linking, held=True)


def _reasons(
    directory: Directory, change: Change, fields: Iterable[FieldType], *, held: bool = False
) -> Iterator[Reason]:
    for (field, depends), places in new_keys(change, fields).items():
        for misfit in directory.misfits(field, places.keys(), depends, held=held):
            for place in places.get(misfit.key, ()):
                yield _reason(change, place, misfit)


def _reason(change: Change, place: Held, misfit: Misfit) -> Reason:
    owner = change.form.ties.all[place.field].owner
    if place.way == owner:
        return Reason(Check.FIELD, misfit.code, misfit.message, owner)
    said, pointer = place.said(misfit.message), f"/{place.way}"
    return Reason(Check.FIELD, misfit.code, said, owner, pointer, misfit.message)


def titles_to_keep(directory: Directory, change: Change) -> dict[Chosen, str]:
    """What the newly chosen values are called, by field and key."""
    ties = change.form.ties
    return {
        (ties.all[field].name, key): title
        for (field, depends), places in new_keys(change, ties.choosing).items()
        for key, title in directory.titles_to_keep(field, places.keys(), depends).items()
    }


New: TypeAlias = dict[tuple[FieldType, tuple[str, ...]], dict[str, list[Held]]]


def new_keys(change: Change, fields: Iterable[FieldType]) -> New:
    """The keys that a change brings, each with where it stands, by field and what that depends on.

    Where what they depend on changes, all of them are new.
    """
    wanted = tuple(fields)
    if not wanted:
        return {}
    before = {
        (held.field, depends, key)
        for held, depends, key in _keys(change, change.old_document, wanted)
    }
    found: New = {}
    for held, depends, key in _keys(change, change.document, wanted):
        if (held.field, depends, key) not in before:
            found.setdefault((held.field, depends), {}).setdefault(key, []).append(held)
    return found


def _keys(
    change: Change, document: Mapping[str, Any], fields: Iterable[FieldType]
) -> Iterator[tuple[Held, tuple[str, ...], str]]:
    ties = change.form.ties
    for held in ties.held(document, fields):
        depends = ties.depends_texts(held, document)
        for key in held.value if isinstance(held.value, list) else (held.value,):
            yield held, depends, str(key)
