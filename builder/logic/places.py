"""Where conditions stand in a tool: what may be asked there, and what the place is called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from builder.logic.vocabulary import Vocabulary, words_of
from form_specs.catalog import Catalog
from form_specs.check import understood
from form_specs.checks.context import FormContext, ToolContext
from form_specs.checks.raw import objects
from form_specs.checks.standing import condition_at
from form_specs.conditions import FormOperands
from form_specs.editing import Address, Edit, RefusedEdit, Set, apply, find, has, indexed, names_of
from form_specs.model import JsonObject
from form_specs.problem import escaped, pointer_of, steps_of
from form_specs.uses import Use, all_uses

_PROBE: Final = {"user": {"role": "-"}}
"""A condition that fits everywhere, to ask the check what may stand at a place without one."""
_NEEDED: Final = ("condition",)
"""Members that must hold a condition: a rule or a guard is none without."""


@dataclass(frozen=True, slots=True)
class ConditionPlace:
    """A place of a tool where a condition stands or may stand."""

    at: Address
    pointer: str
    tool: ToolContext
    form: FormContext
    """The form of whose records it is asked."""
    operands: FormOperands
    words: str
    """What the condition says there: "when Order is shown"."""
    change: bool
    """It judges a change, so that it may ask about the record as it was."""
    hops: bool
    """It may ask about linked records."""
    inside: bool
    """It stands inside a field, so that it is asked of a part of a record."""
    raw: Any = None
    """The condition; none: there is none."""

    @property
    def is_needed(self) -> bool:
        """Whether the place may not be without a condition."""
        return self.at[-1] in _NEEDED


def vocabulary_of(place: ConditionPlace) -> Vocabulary:
    """What may be asked at a place, and what all of it is called."""
    words = words_of(place.tool, place.form, place.operands)
    return Vocabulary(place.tool, place.operands, words, change=place.change, hops=place.hops)


def resolved(document: Any, pointer: str) -> Address:
    """The address that a pointer or an address as text means, as far as it leads: steps may be keys or indexes."""
    found, address = document, []
    for step in steps_of(pointer):
        name = step
        if isinstance(found, list):
            names = names_of(found)
            if step not in names and step.isdecimal() and int(step) < len(names):
                name = names[int(step)]
        address.append(name)
        found = _below(found, name)
    return tuple(address)


def _below(value: Any, step: str) -> Any:
    try:
        return find(value, (step,))
    except KeyError:
        return None


def condition_place(
    document: JsonObject, catalog: Catalog, at: Address, understood_as: ToolContext | None = None
) -> ConditionPlace | None:
    """What may be asked at an address; none where no condition may stand, or of a form that there is not.

    `understood_as` is what could be made of the document, where that is known already.
    """
    if not at:
        return None
    try:
        probe, _back = apply(document, Edit("", (Set(at, _PROBE),)))
        pointer = f"{indexed(document, at[:-1])}/{escaped(at[-1])}"
    except (RefusedEdit, KeyError):
        return None
    words = words_around(probe, catalog, pointer, lambda use, at: use.pointer.startswith(f"{at}/"))
    known = understood_as if has(document, at) else None
    tool = (known or understood(probe, catalog)) if words is not None else None
    placed = condition_at(tool, pointer) if tool is not None else None
    if placed is None or tool is None or words is None:
        return None
    return ConditionPlace(
        at=at,
        pointer=pointer,
        tool=tool,
        form=placed.form,
        operands=placed.operands or placed.form.operands,
        words=words,
        change=placed.change,
        hops=placed.hops,
        inside=placed.operands is not None,
        raw=find(document, at) if has(document, at) else None,
    )


def words_around(
    document: JsonObject, catalog: Catalog, pointer: str, is_meant: Callable[[Use, str], bool]
) -> str | None:
    """What the use at a place is called; none where nothing is used there.

    Only what stands around the place is walked: the whole document would take too long.
    """
    bare, steps = _bared(document, steps_of(pointer))
    if "forms" not in steps[:1]:
        forms = (form for _at, form in objects(document, "forms", ""))
        named = [{k: v for k, v in form.items() if isinstance(v, str)} for form in forms]
        bare = {**bare, "forms": named}
    at = pointer_of(steps)
    return next((use.words for use in all_uses(bare, catalog) if is_meant(use, at)), None)


def _bared(value: Any, steps: Sequence[str]) -> tuple[Any, tuple[str, ...]]:
    """What leads to a place, with the texts beside it, and the steps to it there."""
    if not steps:
        return value, ()
    step, below = steps[0], steps[1:]
    if isinstance(value, list):
        inner, rest = _bared(value[int(step)], below)
        return [inner], ("0", *rest)
    inner, rest = _bared(value[step], below)
    kept = {name: item for name, item in value.items() if name == step or isinstance(item, str)}
    return {**kept, step: inner}, (step, *rest)
