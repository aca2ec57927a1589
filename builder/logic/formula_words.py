"""What may be written in a formula: the fields it may read, and the functions."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from builder.logic.formula_places import FormulaPlace
from builder.logic.function_help import FUNCTION_HELP
from form_specs.checks.context import FormContext
from form_specs.formulas import FUNCTIONS, FormulaType
from form_specs.language import _


@dataclass(frozen=True, slots=True)
class ReadItem:
    """Something that a formula may read."""

    name: str
    """As a formula writes it."""
    title: str
    type: str


@dataclass(frozen=True, slots=True)
class FunctionItem:
    """A function that a formula may call."""

    name: str
    usage: str
    gives: str
    example: str
    result: str


def reads_of(place: FormulaPlace) -> list[ReadItem]:
    """All that a formula may read at a place: fields, what is in groups and rows, linked records."""
    titles = _titles(place.form)
    own = {key: kind for key, kind in place.scope.fields.items() if not _is_itself(place, key)}
    found = [*_listed(own, titles, "", "")]
    for link, there in place.scope.links.items():
        title = titles.get(link, link)
        form = place.form.links.get(link)
        known = _titles(form) if form else {}
        found += _listed(there.fields, known, f"{_written(link)}.", f"{title}, ")
    return found


def _is_itself(place: FormulaPlace, key: str) -> bool:
    return place.field is not None and not place.inside and place.field.spec.key == key


def _titles(form: FormContext) -> Mapping[str, str]:
    found = {key: field.spec.title for key, field in form.known.items()}
    inner = {spot.field.spec.key: spot.field.spec.title for spot in form.spots}
    return {**inner, **found}


def _listed(
    fields: Mapping[str, FormulaType], titles: Mapping[str, str], prefix: str, around: str
) -> Iterator[ReadItem]:
    for key, kind in fields.items():
        title = around + titles.get(key, key)
        name = prefix + _written(key)
        yield ReadItem(name, title, kind.noun)
        members = kind.members or (kind.item.members if kind.item else {})
        for inner, what in members.items():
            noun = f"{what.noun}" if kind.item is None else _("a list: %(what)s", what=what.noun)
            yield ReadItem(
                f"{name}.{_written(inner)}", f"{title}, {titles.get(inner, inner)}", noun
            )


def _written(key: str) -> str:
    """A key as a formula names it."""
    return key if key.isidentifier() else f"`{key}`"


def functions_of() -> Sequence[FunctionItem]:
    """All functions, with a line about each."""
    return [
        FunctionItem(name, function.usage, _(help_.gives), help_.example, help_.result)
        for name, function in FUNCTIONS.items()
        if (help_ := FUNCTION_HELP.get(name)) is not None
    ]
