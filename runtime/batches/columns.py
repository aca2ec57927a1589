"""The columns of a form in a file: what they are called, and which column of a file is which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from components.base import FieldType
from form_specs.language import _
from runtime.access import FormAccess
from runtime.batches.headings import plain
from runtime.compiling.form import CompiledForm
from runtime.gate import beginning

STATE: Final = beginning.STATE
"""The column that says in which state a new record begins, by the state's key or title."""
RECORD_ID: Final = "@id"
"""The column that names a record by its id; an import finds records by it, and never sets it."""


@dataclass(frozen=True, slots=True)
class Target:
    """A column that a field has in a file."""

    name: str
    """The field's key, followed by `.part` where it has several columns."""
    title: str
    field: FieldType
    part: int = 0
    """Which of the field's columns it is."""


def targets(access: FormAccess) -> dict[str, Target]:
    """The columns that somebody may fill by a file, in the order of the form."""
    fields = access.form.fields.values()
    able = (f for f in fields if f.importable and access.writes(f.key))
    return {target.name: target for field in able for target in targets_of(field)}


def targets_of(field: FieldType) -> list[Target]:
    """The columns of one field."""
    if not field.columns:
        return [Target(field.key, field.spec.title, field)]
    return [
        Target(
            f"{field.key}.{part}", f"{field.spec.title}: {field.column_title(place)}", field, place
        )
        for place, part in enumerate(field.columns)
    ]


def known_names(forms: Iterable[CompiledForm]) -> dict[str, str]:
    """By what a heading may say, in small letters, the column that it means.

    `forms` are one form in all its languages, the one that is written first.  What stands for
    two fields stands for neither.
    """
    found: dict[str, str] = {}
    unclear: set[str] = set()
    by_rank: list[list[tuple[str, str]]] = [[], [], []]
    for form in forms:
        for field in form.fields.values():
            for target in targets_of(field):
                suffix = target.name.removeprefix(field.key)
                by_rank[0].append((target.name, target.name))
                by_rank[1] += [(f"{old}{suffix}", target.name) for old in field.spec.was]
                if suffix and target.part == 0:
                    by_rank[1].append((field.key, target.name))
                by_rank[2] += [(title, target.name) for title in _spoken(field, target)]
    for names in by_rank:
        fresh: dict[str, str] = {}
        for said, name in names:
            key = plain(said)
            if fresh.setdefault(key, name) != name:
                unclear.add(key)
        found |= {key: name for key, name in fresh.items() if key not in found}
    known = {key: name for key, name in found.items() if key not in unclear}
    return known | {RECORD_ID: RECORD_ID, STATE: STATE}


def system_columns(access: FormAccess) -> dict[str, str]:
    """The columns of a file that are no field's, with what people call them."""
    found = {RECORD_ID: _("Id of the record")}
    return found | {STATE: _("State")} if access.form.workflow else found


def _spoken(field: FieldType, target: Target) -> list[str]:
    """What people call a column: its title, with or without the unit."""
    title = field.spec.title
    if not field.columns:
        return [title, *([f"{title} ({field.spec.unit})"] if field.spec.unit else [])]
    spoken = [
        said
        for part in dict.fromkeys((field.columns[target.part], field.column_title(target.part)))
        for said in (f"{title}: {part}", f"{title} {part}", f"{title} ({part})", f"{title}.{part}")
    ]
    # Whoever has one column for it means the first: an amount, the start of a period.
    return [*spoken, title] if target.part == 0 else spoken


def matched(titles: Sequence[str], names: Mapping[str, str], able: Iterable[str]) -> list[str]:
    """For each column of a file the column of the form that it is; empty: it is left out."""
    left = {*able}
    found: list[str] = []
    for title in titles:
        name = names.get(plain(title), "")
        if name in left:
            left.discard(name)
            found.append(name)
        else:
            found.append("")
    return found


def keys(access: FormAccess) -> dict[str, str]:
    """By what records may be found again, with what people call it."""
    unique = (f for f in access.form.fields.values() if f.spec.unique and not f.columns)
    found = {field.key: field.spec.title for field in unique if access.asks(field.key)}
    return found | {RECORD_ID: _("Id of the record")}
