"""How the fields of a form are tied to what stands elsewhere: to lists, to functions, to other forms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from components.base import ABSENT, FieldType
from form_specs.conditions import ENTRY, AllOf, Comparison, Predicate, SomeRow
from runtime.compiling.conditions import CompiledCondition
from runtime.compiling.inside import Held, held_in
from runtime.compiling.links import Links

if TYPE_CHECKING:
    from runtime.compiling.form import CompiledForm

_ENTRIES: Final = ""
"""The step of a way into a form's fields that leads to the rows of a list."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A field whose values stand for something elsewhere, of the form or inside one of its fields."""

    field: FieldType
    owner: str
    """The form's field around it, or itself."""
    name: str
    """What addresses call it: `merchant`, `lines.merchant`."""
    steps: tuple[str, ...]
    """The keys that lead to its values, an empty one to the rows of a list."""
    depended: FieldType | None = None
    """The field that says which of its choices fit."""


@dataclass(frozen=True)
class Ties:
    """The ties of one form of a published version; worked out once."""

    form: "CompiledForm"

    @cached_property
    def all(self) -> Mapping[FieldType, Tie]:
        """The ties by field; of two inside one field that go by one name the first has it."""
        fields = self.form.fields
        found = (tie for field in fields.values() for tie in _ties(field, fields))
        return {tie.field: tie for tie in found}

    @cached_property
    def named(self) -> Mapping[str, Tie]:
        """The ties by name."""
        return {tie.name: tie for tie in reversed(list(self.all.values()))}

    @cached_property
    def choosing(self) -> tuple[FieldType, ...]:
        """The fields whose values must be looked up before they are taken."""
        return tuple(f for f in self.all if f.spec.source or f.spec.depends_on)

    @cached_property
    def linking(self) -> tuple[FieldType, ...]:
        """The fields that hold records of other forms."""
        return tuple(f for f in self.all if f.spec.link)

    @cached_property
    def naming(self) -> tuple[FieldType, ...]:
        """The fields of the form that may name people, by themselves or inside."""
        fields = self.form.fields.values()
        return tuple(f for f in fields if type(f).references is not FieldType.references)

    @cached_property
    def links(self) -> Links:
        """The links over which conditions, formulas and columns look into other records."""
        return Links(self.form)

    @cached_property
    def linked_from(self) -> tuple[tuple["CompiledForm", FieldType], ...]:
        """The fields of all forms that link to records of this one."""
        return tuple(
            (form, found)
            for form in self.form.forms.values()
            for found in form.ties.linking
            if found.spec.link and found.spec.link.form == self.form.key
        )

    @cached_property
    def narrowing(self) -> Mapping[FieldType, CompiledCondition]:
        """The conditions that fields put on the records of other forms."""
        found: dict[FieldType, CompiledCondition] = {}
        for chosen in self.all:
            of = chosen.spec.link or chosen.spec.source
            if of is not None and of.filter is not None:
                found[chosen] = self.form.forms[of.form].condition(of.filter)
        return found

    # -- in records ---------------------------------------------------------------------

    def held(self, document: Mapping[str, Any], fields: Iterable[FieldType]) -> Iterator[Held]:
        """What some of the fields hold in a stored document, wherever it stands."""
        wanted = frozenset(fields)
        for owner in dict.fromkeys(self.all[field].owner for field in self.all if field in wanted):
            stored = document.get(owner)
            if stored is not None:
                value = self.form.readable(owner, stored)
                yield from held_in(self.form.fields[owner], value, wanted)

    def depends_texts(self, held: Held, document: Mapping[str, Any]) -> tuple[str, ...]:
        """What the field that a choice depends on holds beside it, as its input writes it."""
        key = held.field.spec.depends_on
        if not key:
            return ()
        found = held.beside(key)
        if found is None:
            stored = document.get(key)
            value = ABSENT if stored is None else self.form.readable(key, stored)
            found = self.form.fields[key], value
        field, value = found
        return () if value is ABSENT or value is None else tuple(field.to_text(value))

    def holds(self, field: FieldType, key: str) -> Predicate:
        """That a field holds a key somewhere in a record."""
        found = AllOf(field.comparisons("has" if field.multiple else "eq", key))
        return _along(self.all[field].steps, found.parts)


def _along(steps: tuple[str, ...], leaves: tuple[Predicate, ...]) -> Predicate:
    """Comparisons on a field's own value, asked where that stands in the document."""
    *outer, last = steps
    at = max((place for place, step in enumerate(steps) if step == _ENTRIES), default=-1)
    alone = last == _ENTRIES
    around = (ENTRY,) if alone else tuple(outer[at + 1 :])
    found: Predicate = AllOf(tuple(_moved(leaf, around, alone=alone) for leaf in leaves))
    rows = steps[: at + 1]
    while rows:
        start = max((p for p, step in enumerate(rows[:-1]) if step == _ENTRIES), default=-1)
        path = tuple(rows[start + 1 : -1])
        if not path:
            raise ValueError("rows that are lists themselves cannot be asked about")
        found, rows, alone = SomeRow(path, found, alone), rows[: start + 1], False
    return found


def _moved(leaf: Predicate, around: tuple[str, ...], *, alone: bool) -> Predicate:
    assert isinstance(leaf, Comparison)
    own = leaf.path[1:] if alone else leaf.path
    return replace(leaf, path=(*around, *own))


def _ties(field: FieldType, fields: Mapping[str, FieldType]) -> Iterator[Tie]:
    start = Tie(field, field.key, field.key, (field.key,))
    yield from _below(start, (fields,))


def _below(tie: Tie, around: tuple[Mapping[str, FieldType], ...]) -> Iterator[Tie]:
    spec = tie.field.spec
    if spec.source or spec.depends_on or spec.link or tie.field.has_choices:
        beside = (fields[spec.depends_on] for fields in around if spec.depends_on in fields)
        yield replace(tie, depended=next(beside, None))
    keyed = {child.key: child for child in tie.field.children if child.key}
    among = (keyed, *around) if keyed else around
    for at, child in enumerate(tie.field.children):
        step = (child.key,) if child.key else () if tie.field.exclusive else (_ENTRIES,)
        number = "" if child.key or tie.field.counts_rows else f".{at}"
        name = f"{tie.name}{number}{'.' if child.key else ''}{child.key}"
        yield from _below(Tie(child, tie.owner, name, (*tie.steps, *step)), among)
