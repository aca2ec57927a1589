"""Controls of containers whose number of parts changes: the rows of a list, the entries of a map.

Each part stands in a slot, whose name its inputs bear.  Under the container's own name the post
says which slots there are and in which order: so parts may be added, taken out and moved
without a name changing, and each is compared with the very part it was drawn with.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from components.base import FieldType
from components.controls.control import Input
from components.controls.posts import AnyPost, below
from components.nested.controls import Container
from components.values import ABSENT, InvalidValueError, Kept
from components.values.limits import rows_at_most
from form_specs.language import _

MAX_DRAWN: Final = 200
"""Parts that have inputs; those behind them are kept as they are."""
VERBS: Final = ("add", "remove", "up", "down")
"""What can be done to the parts of a container."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of a container as it is drawn."""

    name: str
    control: Input
    key: Input | None = None
    """The input of its key, in a map."""


class SlotsControl(Container):
    """A control with any number of parts."""

    slots: list[Slot]

    @property
    def part_type(self) -> FieldType:
        """The field that each part is."""
        return self.field_type.children[0]

    @property
    def limit(self) -> int:
        """How many parts there may be."""
        found = self.field_type.spec.options.get("rows", MAX_DRAWN)
        return int(found)

    def build(self, post: AnyPost | None) -> None:
        held = self.held()
        names = list(held)[:MAX_DRAWN] if post is None else self.posted_slots(post)
        self.undrawn = list(held)[MAX_DRAWN:]
        self.slots = [self.slot(name, post, held.get(name, ABSENT)) for name in names]
        self.count()

    def posted_slots(self, post: AnyPost) -> list[str]:
        """The slots that a post names, or those whose inputs it holds where it names none."""
        texts = [text for text in self.posted_texts if text]
        named = texts if self.name in post else self.found_slots(post.below(self.name))
        return [name for name in dict.fromkeys(named) if self.fits(name)]

    def found_slots(self, steps: Sequence[str]) -> list[str]:
        """The slots of a post without a list of them, in their order."""
        return list(steps)

    @abstractmethod
    def fits(self, name: str) -> bool:
        """Whether a text can be the name of a slot."""

    @abstractmethod
    def held(self) -> dict[str, Any]:
        """The parts it is drawn with, by the slot that they stand in."""

    def slot(self, name: str, post: AnyPost | None, data: Any) -> Slot:
        """One part, made and filled."""
        return Slot(name, self.inner(self.part_type, self.place(name), post, data))

    def place(self, name: str) -> str:
        """The name of the control in a slot."""
        return below(self.name, name)

    def check_own(self, texts: Sequence[str]) -> None:
        if wrong := [text for text in texts if text and not self.fits(text)]:
            raise InvalidValueError(
                _("There is no row '%(row)s'; load the page again", row=wrong[0][:20])
            )
        if len(self.slots) + len(self.undrawn) > self.limit:
            found = len(self.slots) + len(self.undrawn)
            raise InvalidValueError(rows_at_most(self.limit, found))

    @property
    def texts(self) -> list[str]:
        return self.posted_texts if self.posted else [slot.name for slot in self.slots]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        own = [(self.name, ""), *((self.name, slot.name) for slot in self.slots)]
        keys = [pair for slot in self.slots if slot.key for pair in slot.key.pairs]
        return [*own, *keys, *super().pairs]

    @property
    def entries(self) -> Sequence[Input]:
        return tuple(slot.control for slot in self.slots)

    @property
    def steps(self) -> Sequence[tuple[str | int | None, Input]]:
        return tuple(enumerate(slot.control for slot in self.slots))

    @property
    def drafted(self) -> Any:
        known = self.held()
        drawn = (slot.control.drafted for slot in self.slots)
        rows = [Kept(None) if row is ABSENT else row for row in drawn]
        return rows + [known[name] for name in self.undrawn]

    @property
    def as_drawn(self) -> bool:
        """Whether the post leaves all parts as and where they were."""
        there = [name for name in self.held() if name not in self.undrawn]
        return [slot.name for slot in self.slots] == there and not any(
            slot.control.touched or (slot.key is not None and slot.key.touched)
            for slot in self.slots
        )

    @property
    def touched(self) -> bool:
        changed = not self.as_drawn or self.failed or self.says_blank
        return self.posted and (bool(self.errors) or changed)

    # -- adding, taking out, moving ------------------------------------------------------

    def act(self, verb: str, name: str = "") -> None:
        """Add a part, or do something to the one in a slot; what cannot be done is not."""
        at = next((i for i, slot in enumerate(self.slots) if slot.name == name), None)
        if verb == "add" and len(self.slots) < min(self.limit, MAX_DRAWN):
            self.slots.append(self.fresh())
        elif verb == "remove" and at is not None:
            del self.slots[at]
        elif verb == "up" and at:
            self.slots.insert(at - 1, self.slots.pop(at))
        elif verb == "down" and at is not None:
            self.slots.insert(at + 1, self.slots.pop(at))
        self.posted_texts = [slot.name for slot in self.slots]
        self.count()

    def fresh(self) -> Slot:
        """A part that is not there yet, with its defaults."""
        taken = {*self.held(), *(slot.name for slot in self.slots)}
        number = len(taken)
        while self.new_name(number) in taken:
            number += 1
        slot = self.slot(self.new_name(number), None, ABSENT)
        slot.control.start()
        return slot

    @abstractmethod
    def new_name(self, number: int) -> str:
        """The name of a new slot."""

    def count(self) -> None:
        """Label each part by where it stands."""
        for number, slot in enumerate(self.slots, 1):
            slot.control.label.text = _("Row %(number)s", number=number)


class RowsControl(SlotsControl):
    """The control of a list: a slot is the place that the row had, or a number beyond."""

    field_type: Any

    def fits(self, name: str) -> bool:
        return name.isascii() and name.isdigit() and str(int(name[:9])) == name

    def found_slots(self, steps: Sequence[str]) -> list[str]:
        return sorted(filter(self.fits, steps), key=int)

    def held(self) -> dict[str, Any]:
        value = self.readable_data
        return {str(at): row for at, row in enumerate(value if isinstance(value, list) else ())}

    def new_name(self, number: int) -> str:
        return str(number)

    @property
    def kept(self) -> list[Input]:
        """The rows that stay: a new one in which nothing was typed is none."""
        known = self.held()
        return [
            slot.control
            for slot in self.slots
            if not self.posted or slot.name in known or slot.control.touched
        ]

    @property
    def columns(self) -> tuple[FieldType, ...]:
        """What the rows are drawn in; keys that are no fields have one where some row shows them."""
        rest = (slot.control.rest for slot in self.slots)
        shown = next((part.field_type for part in rest if part is not None), None)
        drawn: tuple[FieldType, ...] = self.field_type.columns_drawn
        return drawn if shown is None else (*drawn, shown)

    def entry(self, step: str | int) -> Input | None:
        at, rows = int(step) if str(step).isdigit() else -1, self.kept
        return rows[at] if 0 <= at < len(rows) else None

    def merged(self) -> Any:
        if self.as_drawn and self.object_data is not ABSENT:
            return self.object_data
        known = self.held()
        rows = [row.data for row in self.kept if row.data is not ABSENT]
        rows += [known[name] for name in self.undrawn]
        return rows or self.emptied(rows)
