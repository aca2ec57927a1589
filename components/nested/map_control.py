"""The control of a map: for each entry an input of its key beside that of its value."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from components.controls.control import Input
from components.controls.posts import AnyPost, beside
from components.nested.controls import Container
from components.nested.slots import Slot, SlotsControl
from components.values import ABSENT, InvalidValueError
from form_specs.language import _
from form_specs.problem import escaped

KEY: Final = "key"
"""Marks the names of the inputs of keys: `:key:limits/0`."""
_NEW: Final = "+"


def _slot_of(key: str) -> str:
    """The slot of the entry under a key; an empty key has one that no other key can have."""
    return escaped(key) or "~"


class MapControl(SlotsControl):
    """A slot is the entry's key, escaped as in a JSON pointer, or a plus and a number for a new one."""

    field_type: Any

    def fits(self, name: str) -> bool:
        return "/" not in name and (name.isprintable() or name in self.held())

    def held(self) -> dict[str, Any]:
        value = self.readable_data
        return {_slot_of(key): part for key, part in (value or {}).items()}

    def new_name(self, number: int) -> str:
        return f"{_NEW}{number}"

    def place(self, name: str) -> str:
        return f"{self.name}/{name}"

    def slot(self, name: str, post: AnyPost | None, data: Any) -> Slot:
        value = super().slot(name, post, data)
        key = self.inner(
            self.field_type.key_field, beside(self.place(name), KEY), post, self._key_of(name)
        )
        return Slot(name, value.control, key)

    def _key_of(self, name: str) -> Any:
        return next((key for key in self.readable_data or () if _slot_of(key) == name), ABSENT)

    def count(self) -> None:
        for number, slot in enumerate(self.slots, 1):
            name = _("Entry %(number)s", number=number)
            slot.control.label.text = name
            if slot.key is not None:
                slot.key.label.text = name

    @property
    def keys(self) -> Sequence[Input]:
        return tuple(slot.key for slot in self.slots if slot.key is not None)

    def entry(self, step: str | int) -> Input | None:
        found = (slot.control for slot in self.slots if slot.key and slot.key.data == str(step))
        return next(found, None)

    @property
    def steps(self) -> Sequence[tuple[str | int | None, Input]]:
        return tuple((self._named(slot), slot.control) for slot in self.slots)

    @property
    def drafted(self) -> Any:
        current = self.readable_data or {}
        left = {key: part for key, part in current.items() if _slot_of(key) in self.undrawn}
        drawn = {self._named(slot): slot.control.drafted for slot in self.slots}
        return {key: part for key, part in drawn.items() if part is not ABSENT} | left

    def _named(self, slot: Slot) -> str:
        """The key of an entry, or what stands for it as long as it has none."""
        key = slot.key.data if slot.key is not None else ABSENT
        return slot.name if key is ABSENT else str(key)

    def walk(self) -> Iterator[Input]:
        yield self
        for slot in self.slots:
            yield from slot.key.walk() if slot.key is not None else ()
            yield from slot.control.walk()

    def check_own(self, texts: Sequence[str]) -> None:
        super().check_own(texts)
        seen: set[str] = set()
        for slot in self.stays:
            assert slot.key is not None
            if slot.key.data is ABSENT and not slot.key.errors:
                slot.key.add_error(_("Give this entry a name, or take it out"))
            elif slot.key.data in seen:
                slot.key.add_error(_("There are two entries '%(name)s'", name=slot.key.data))
            elif self._value(slot) is ABSENT and not slot.control.failed:
                slot.control.add_error(_("Fill this in"))
            seen.add(slot.key.data)

    @property
    def stays(self) -> list[Slot]:
        """The entries that stay: a new one without a key and a value is none."""
        known = self.held()
        return [
            slot
            for slot in self.slots
            if slot.name in known or slot.control.touched or (slot.key and slot.key.touched)
        ]

    def merged(self) -> Any:
        if self.as_drawn and self.object_data is not ABSENT:
            return self.object_data
        current = self.readable_data or {}
        entries = {slot.key.data: self._value(slot) for slot in self.stays if slot.key}
        entries |= {key: part for key, part in current.items() if _slot_of(key) in self.undrawn}
        return entries or self.emptied(entries)

    def _value(self, slot: Slot) -> Any:
        """The entry's value; an empty text where nothing is typed and that is one."""
        value = slot.control.data
        if value is not ABSENT or isinstance(slot.control, Container):
            return value
        try:
            return self.part_type.parse("")
        except InvalidValueError:
            return ABSENT
