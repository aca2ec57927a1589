"""Taking the uses of a part away with it, as far as that means what it says."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from form_specs.catalog import Catalog
from form_specs.editing import Edit, changes
from form_specs.problem import pointer_of, steps_of
from form_specs.uses.finding import uses_of
from form_specs.uses.places import ASKING
from form_specs.uses.targets import Target, Use

_P: Final = "/properties"
_WITH_PART: Final = frozenset(
    (
        f"action {_P}/form",
        f"view {_P}/form",
        f"workflow {_P}/form",
        f"role {_P}/grants/items{_P}/form",
        f"workflow {_P}/transitions/items{_P}/to",
        *(f"test /$defs/step{_P}/{name}" for name in ("as", "form", "transition", "action")),
    )
)
"""Where the part that names it goes with it."""
_OPTIONAL: Final = frozenset(
    (
        f"form {_P}/titleField",
        f"form {_P}/rules/items{_P}/field",
        f"workflow {_P}/transitions/items{_P}/layout",
        f"test /$defs/expectation{_P}/state",
    )
)
"""Where only the naming goes."""
_WIDENS: Final = frozenset(
    (
        f"action {_P}/roles/items",
        f"view {_P}/roles/items",
        f"workflow {_P}/transitions/items{_P}/roles/items",
    )
)
"""Lists that mean everybody once they are empty."""
_KEPT: Final = frozenset(
    (
        f"role {_P}/grants/items{_P}/rows",
        f"workflow {_P}/transitions/items{_P}/guards/items{_P}/condition",
    )
)
"""Conditions that protect something: nobody takes one away unseen."""
_INNER: Final = frozenset(
    [
        "all",
        "any",
        "not",
        "field",
        "value",
        "user",
        "role",
        "team",
        "is",
        "some",
        "every",
        "none",
        "match",
    ]
)
"""The steps that lead into a condition."""
_RULES: Final = frozenset(
    (f"form {_P}/rules/items{_P}/condition", f"field /$defs/rule{_P}/condition")
)


def without_uses(
    document: Mapping[str, Any], catalog: Catalog, target: Target, label: str = ""
) -> tuple[Edit, list[Use]]:
    """The edit that takes the uses of a part away, and those that somebody has to decide about.

    The part itself stays; what would give somebody more rights, and formulas, stay too.
    """
    taking = _Taking(deepcopy(dict(document)))
    # From the end: what is taken out moves nothing that is still to be found.
    uses = sorted(uses_of(document, catalog, target), key=_place_in(document), reverse=True)
    left = [use for use in uses if not taking.taken(use)]
    return changes(document, taking.document, label), left[::-1]


def _place_in(document: Any) -> Callable[[Use], tuple[int, ...]]:
    """Where a use stands among the others: numbers that sort as the document is ordered."""

    def place(use: Use) -> tuple[int, ...]:
        found, numbers = document, list[int]()
        for step in steps_of(use.pointer):
            if isinstance(found, list):
                numbers.append(int(step))
                found = found[int(step)]
            else:
                numbers.append(list(found).index(step))
                found = found[step]
        return tuple(numbers)

    return place


class _Taking:
    """A copy of the document, out of which uses are taken one by one."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.gone: list[str] = []

    def taken(self, use: Use) -> bool:
        """Takes a use away; false where somebody has to decide about it."""
        steps = steps_of(use.pointer)
        if any(f"{use.pointer}/".startswith(f"{gone}/") for gone in self.gone):
            return True
        if use.place in ASKING:
            return self._without_question(steps, use)
        if use.place in _WITH_PART:
            return self._out(steps[:-1])
        if use.place in _OPTIONAL or use.is_name:
            # An action that sets nothing is none.
            is_last = use.place == "action " and len(_at(self.document, steps[:-1])) == 1
            return not is_last and self._out(steps)
        return self._out_of_items(steps, use)

    def _out_of_items(self, steps: tuple[str, ...], use: Use) -> bool:
        if use.place.endswith(f"/items/anyOf/1{_P}/field"):
            return self._out_of_list(steps[:-1], use)
        is_item = use.place.endswith(("/items", "/items/anyOf/0"))
        return is_item and self._out_of_list(steps, use)

    def _out_of_list(self, steps: tuple[str, ...], use: Use) -> bool:
        """An item goes, with what is nothing without it; not where an empty list would mean everybody."""
        if len(_at(self.document, steps[:-1]) or ()) > 1:
            return self._out(steps)
        if use.place in _WIDENS or use.place.startswith("view /properties/columns"):
            return False
        if use.place.endswith("/from/items") or use.place.startswith("layout "):
            return self._out_of_parts(steps[:-2])
        return self._out(steps[:-1])

    def _out_of_parts(self, steps: tuple[str, ...]) -> bool:
        """A transition, section, tab or step that nothing is left in; a layout always keeps one."""
        around = _at(self.document, steps[:-1])
        if isinstance(around, list) and len(around) == 1 and steps[-2] == "parts":
            return self._out_of_parts(steps[:-2])
        if isinstance(around, list) and len(around) == 1 and "transitions" not in steps:
            return self._out(steps[:-1])
        return self._out(steps)

    def _without_question(self, steps: tuple[str, ...], use: Use) -> bool:
        """One value of several, the smallest clause of an `all` that asks about it, else the whole condition."""
        if use.place in _KEPT:
            return False
        listed = _at(self.document, steps[:-1])
        if isinstance(listed, list) and steps[-2] == "value" and len(listed) > 1:
            # One of several values: no record has it any more, so the others say the same.
            return self._out(steps)
        start = _start(steps)
        for length in range(len(steps), start, -1):
            inside = steps[:length]
            around = _at(self.document, inside[:-1])
            if isinstance(around, list) and inside[-2] == "all" and len(around) > 1:
                return _only_all(steps[start:length]) and self._out(inside)
        whole = steps[:start]
        if {"any", "not"} & {*steps[start:]}:
            return False
        return self._out(whole[:-1] if use.place in _RULES else whole)

    def _out(self, steps: tuple[str, ...]) -> bool:
        around = _at(self.document, steps[:-1])
        if isinstance(around, list):
            del around[int(steps[-1])]
        elif isinstance(around, dict):
            around.pop(steps[-1], None)
        self.gone.append(pointer_of(steps))
        return True


def _only_all(steps: Iterable[str]) -> bool:
    """Whether only `all` stands around a clause: leaving it out of an `any` or a `not` narrows."""
    return all(step == "all" or step.isdecimal() for step in steps)


def _start(steps: tuple[str, ...]) -> int:
    """How many steps lead to the condition that the last steps are in."""
    length = len(steps)
    while length and (steps[length - 1] in _INNER or _is_index(steps, length)):
        length -= 1
    return length


def _is_index(steps: tuple[str, ...], length: int) -> bool:
    return steps[length - 1].isdecimal() and steps[length - 2] in ("all", "any", "value")


def _at(document: Any, steps: tuple[str, ...]) -> Any:
    found = document
    for step in steps:
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return found
