"""What the fields inside a field may speak of: those beside them first, then those of the form.

Checking a spec and running it walk the same way down a field, so that both give a condition or
a formula inside a row the same meaning.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from form_specs.conditions import ENTRY, FieldOperand, FormOperands
from form_specs.formulas import FormulaField, Scope, scope_inside
from form_specs.model import FieldSpec


class Nesting(FieldOperand, FormulaField, Protocol):
    """A field with fields inside, as far as their conditions and formulas ask it."""

    @property
    def spec(self) -> FieldSpec: ...
    @property
    def children(self) -> "Sequence[Nesting]": ...
    @property
    def counts_rows(self) -> bool:
        """Whether its parts are rows or entries, of which there may be any number."""
        ...


_Field = TypeVar("_Field", bound=Nesting)


@dataclass(frozen=True)
class Level:
    """A place inside a field of the form, or (with no owner) the form itself."""

    operands: FormOperands
    scope: Scope
    owner: str = ""
    """The form's field around it all, whose rights are those of everything inside."""
    names: frozenset[str] = frozenset()
    """What is found inside that field and hides what the form calls so."""
    in_rows: bool = False
    """Whether it stands in rows or entries: these have no identity through a change."""

    def asked(self, reads: frozenset[str]) -> frozenset[str]:
        """The form's fields that names lead to."""
        return frozenset(self.owner if name in self.names else name for name in reads)

    def beside(self, fields: Mapping[str, Nesting]) -> "Level":
        """The place beside some fields."""
        return replace(
            self,
            operands=self.operands.inside(fields),
            scope=scope_inside(self.scope, fields),
            names=self.names | fields.keys(),
        )

    def within(
        self, field: Nesting, children: Sequence[_Field]
    ) -> "Iterator[tuple[_Field, Level]]":
        """The `children` of a field, each with the place where it stands."""
        here = replace(
            self, owner=self.owner or field.spec.key, in_rows=self.in_rows or field.counts_rows
        )
        keyed = {child.spec.key: child for child in children if child.spec.key}
        among = here.beside(keyed) if keyed else here
        for child in children:
            alone = not child.spec.key and not child.children
            yield child, among.beside({ENTRY: child}) if alone else among
