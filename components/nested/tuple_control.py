"""The control of a list whose entries have places: an input for each, and one for all behind them."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any, Final

from components.controls.control import Input
from components.controls.posts import AnyPost, below
from components.nested.controls import Container, Told
from components.values import ABSENT, Kept
from form_specs.language import _

_BEHIND: Final = "+"
"""The step to the input of what stands behind the places, which have numbers."""


class TupleControl(Container):
    """What is left empty is not in the list, so that only the last places can be left empty."""

    field_type: Any

    def build(self, post: AnyPost | None) -> None:
        value = self.readable_data
        held: list[Any] = value if isinstance(value, list) else []
        places, further = self.field_type.places, self.field_type.further
        self._parts = [
            self.part_in(child, below(self.name, at), post, held[at] if at < len(held) else ABSENT)
            for at, child in enumerate(places)
        ]
        behind = held[len(places) :] or ABSENT
        name = below(self.name, _BEHIND)
        self._further = None if further is None else self.inner(further, name, post, behind)

    @property
    def entries(self) -> Sequence[Input]:
        further = () if self._further is None else (self._further,)
        return (*(part for part in self._parts if not isinstance(part, Told)), *further)

    @property
    def drawn_inputs(self) -> bool:
        return any(part.drawn_inputs for part in self.entries)

    def entry(self, step: str | int) -> Input | None:
        at = int(step) if str(step).isdigit() else -1
        if 0 <= at < len(self._parts):
            return self._parts[at] if self._parts[at].drawn_inputs else None
        return None if self._further is None else self._further.entry(at - len(self._parts))

    @property
    def rest(self) -> Input | None:
        return self._further

    @property
    def steps(self) -> Sequence[tuple[str | int | None, Input]]:
        behind = () if self._further is None else self._further.steps
        number = len(self._parts)
        return (
            *enumerate(self._parts),
            *((number + int(step), inner) for step, inner in behind if step is not None),
        )

    @property
    def drafted(self) -> Any:
        parts = (part.drafted for part in self._parts)
        behind = ABSENT if self._further is None else self._further.drafted
        found = [Kept(None) if part is ABSENT else part for part in parts]
        return found + (behind if isinstance(behind, list) else [])

    @property
    def idle(self) -> bool:
        is_new = not isinstance(self.object_data, list) and not self.failed
        return is_new and all(part.idle for part in self.entries if part.touched)

    # -- what it says -------------------------------------------------------------------

    @property
    def _behind(self) -> list[Any]:
        value = ABSENT if self._further is None else self._further.data
        return value if isinstance(value, list) else []

    @property
    def _length(self) -> int:
        """How many places the list has with all that is filled in; none: nothing is."""
        if self._behind:
            return len(self._parts)
        filled = [
            at
            for at, part in enumerate(self._parts, 1)
            if part.data is not ABSENT and not isinstance(part, Told)
        ]
        fewest = min(self.field_type.fewest, len(self._parts)) if filled else 0
        return max([*filled, fewest], default=0)

    def check_own(self, texts: Sequence[str]) -> None:
        super().check_own(texts)
        if self.idle or not any(entry.touched for entry in self.entries):
            return
        for part in self._parts[: self._length]:
            if part.data is ABSENT and not part.failed:
                part.add_error(_("Fill this in"))

    def merged(self) -> Any:
        is_new = self.object_data is ABSENT
        needed = is_new and self.field_type.spec.required
        if (self.idle or not any(entry.touched for entry in self.entries)) and not needed:
            return self.object_data
        if self._length:
            found = [part.data for part in self._parts[: self._length]]
            return [part for part in found if part is not ABSENT] + self._behind
        told = takewhile(lambda part: isinstance(part, Told), self._parts)
        empty = [part.data for part in told]
        return self.emptied(empty) if len(empty) >= self.field_type.fewest else ABSENT
