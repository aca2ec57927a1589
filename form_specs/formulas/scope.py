"""From the fields of a form to what formulas may speak of."""

from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

from form_specs.formulas.formula import Scope
from form_specs.formulas.types import FormulaType
from form_specs.language import _

_T = TypeVar("_T")


class FormulaField(Protocol):
    """The part of a field type that formulas ask."""

    @property
    def name(self) -> str: ...
    @property
    def formula_kind(self) -> FormulaType | None:
        """What its values are to formulas; none: formulas cannot read it."""
        ...


def scope_of(fields: Mapping[str, FormulaField], links: Mapping[str, Scope] | None = None) -> Scope:
    """The scope of a form's fields by key; `links` holds those of the forms that fields link to."""
    usable = {key: kind for key, field in fields.items() if (kind := field.formula_kind)}
    others = {
        key: _("a field of type '%(name)s'", name=field.name)
        for key, field in fields.items()
        if key not in usable
    }
    return Scope(usable, others, links or {})


def scope_inside(around: Scope, fields: Mapping[str, FormulaField]) -> Scope:
    """The scope inside a field, beside `fields`: those first, then what is around them."""
    own = scope_of(fields)

    def seen(what: Mapping[str, _T]) -> dict[str, _T]:
        return {key: value for key, value in what.items() if key not in fields}

    return Scope(
        {**seen(around.fields), **own.fields},
        {**seen(around.unusable), **own.unusable},
        seen(around.links),
    )


def linked_scope(
    fields: Mapping[str, FormulaField], live: Collection[str], links: Collection[str]
) -> Scope:
    """What formulas of another form may read of a record with these fields.

    `live` are those that are worked out when they are read, `links` those that link further on.
    """
    found = scope_of({key: field for key, field in fields.items() if key not in live})
    others = dict.fromkeys(live, _("worked out when it is read"))
    return Scope(found.fields, {**found.unusable, **others}, dict.fromkeys(links, Scope({})))
