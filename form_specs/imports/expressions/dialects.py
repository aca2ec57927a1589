"""The functions of each language that are true or false."""

from decimal import Decimal
from typing import Final

from form_specs.imports.expressions.conditions import Conditions, Dialect, fitted
from form_specs.imports.expressions.names import Kind
from form_specs.imports.expressions.tree import Expr, Literal
from form_specs.imports.logic import Truth, Untranslatable, compare
from form_specs.language import _


def _selected(made: Conditions, args: tuple[Expr, ...]) -> Truth:
    """One of several choices, or the one: selected(${pets}, 'cat')."""
    known, choice = made.known(args[0]), _text(args, "selected")
    if known.kind is Kind.SEVERAL:
        return compare(known.field, "has", choice)
    return compare(known.field, "eq", fitted(known.kind, choice))


def _has(made: Conditions, args: tuple[Expr, ...]) -> Truth:
    """One of several choices: list contains(tags, "vip")."""
    known, item = made.known(args[0]), _text(args, "list contains")
    if known.kind is not Kind.SEVERAL:
        raise Untranslatable(
            _("list contains() of '%(field)s', which is no list of choices", field=known.field)
        )
    return compare(known.field, "has", item)


def _defined(made: Conditions, args: tuple[Expr, ...]) -> Truth:
    return compare(made.known(args[0]).field, "present")


def _text(args: tuple[Expr, ...], name: str) -> str:
    found = args[1] if len(args) == 2 else None
    if isinstance(found, Literal) and isinstance(found.value, str | Decimal):
        return found.value if isinstance(found.value, str) else f"{found.value.normalize():f}"
    raise Untranslatable(_("%(name)s() with something other than one fixed value", name=name))


XPATH: Final = Dialect({"selected": _selected}, undecided=False, dates=("date", "date-time"))
FEEL: Final = Dialect(
    {"list contains": _has, "is defined": _defined},
    undecided=True,
    dates=("date", "date and time", "time"),
)
