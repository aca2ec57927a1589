"""Reading a JSON document with a ledger, so that nothing in it is dropped in silence.

An importer takes what it carries over; whatever nobody took by the end becomes a note.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from form_specs.imports.notes import Note, shown
from form_specs.language import _, looked_up
from form_specs.problem import escaped


class Ledger:
    """Which parts of one document were taken, and what is to be said of the others."""

    def __init__(self, advice: Mapping[str, str] | None = None) -> None:
        self.taken: set[str] = set()
        """JSON pointers; each stands for all that is below it."""
        self.notes: list[Note] = []
        self.advice = advice or {}
        """What to do about a member that is left, by its name."""

    def leftovers(self, value: Any, pointer: str = "") -> list[Note]:
        """A note for each part that was not taken, as few as can say it.

        Parts of the same name and value share one, which names all their places.
        """
        alike: dict[str, list[Note]] = {}
        for note in self._left(value, pointer)[1]:
            alike.setdefault(note.message, []).append(note)
        return [_shared(notes) for notes in alike.values()]

    def _left(self, value: Any, pointer: str) -> tuple[bool, list[Note]]:
        """Whether anything in it was taken, and what was not."""
        if pointer in self.taken:
            return True, []
        below = list(_children(value))
        found = [self._left(child, f"{pointer}/{escaped(name)}") for name, child in below]
        if any(taken for taken, _ in found):
            return True, [note for _, notes in found for note in notes]
        return False, [self._note(value, pointer)]

    def _note(self, value: Any, pointer: str) -> Note:
        name = pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and isinstance(value.get("url"), str):
            name = (
                value["url"].rstrip("/").rpartition("/")[2]
            )  # an extension is called by its address
        message = (
            _("%(name)s (%(value)s) is not carried over", name=name, value=shown(value))
            if name
            else _("Nothing is carried over")
        )
        return Note(pointer, message, looked_up(self.advice.get(name, "")))


def _shared(notes: list[Note]) -> Note:
    first, *others = notes
    if not others:
        return first
    places = ", ".join(note.place for note in others)
    return Note(
        first.place,
        _("%(message)s; nor is it at %(places)s", message=first.message, places=places),
        first.advice,
    )


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


class Node:
    """One value of the document, with its place and the ledger."""

    def __init__(self, value: Any, pointer: str, ledger: Ledger) -> None:
        self.value = value
        self.pointer = pointer
        self.ledger = ledger
        if value in ({}, []):
            ledger.taken.add(pointer)

    def __contains__(self, name: str) -> bool:
        return isinstance(self.value, dict) and name in self.value

    def place(self, *names: str | int) -> str:
        """The JSON pointer of something below."""
        return self.pointer + "".join(f"/{escaped(name)}" for name in names)

    def peek(self, name: str) -> Any:
        """A member's value, without taking it; none where there is none."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def take(self, *names: str) -> Any:
        """A member's value, or that of a member's member, taken with all below it."""
        found = self.value
        for name in names:
            found = found.get(name) if isinstance(found, dict) else None
        if found is not None or (names and self._has(names)):
            self.ledger.taken.add(self.place(*names))
        return found

    def _has(self, names: tuple[str, ...]) -> bool:
        found = self.value
        for name in names:
            if not isinstance(found, dict) or name not in found:
                return False
            found = found[name]
        return True

    def text(self, name: str) -> str:
        """A member that is a text, taken; empty where it is none."""
        return self.take(name) if isinstance(self.peek(name), str) else ""

    def flag(self, name: str) -> bool:
        """A member that is true or false, taken; false where it is none."""
        return bool(self.take(name)) if isinstance(self.peek(name), bool) else False

    def number(self, name: str) -> int | float | None:
        """A member that is a number, taken; none where it is none."""
        found = self.peek(name)
        is_number = isinstance(found, int | float) and not isinstance(found, bool)
        return self.take(name) if is_number else None

    def below(self, name: str) -> "Node":
        """A member to be read on; an empty one where there is none."""
        found = self.peek(name)
        return Node(found, self.place(name), self.ledger)

    def items(self, name: str = "") -> list["Node"]:
        """The entries of a list member (or of the value itself) that are objects."""
        value = self.peek(name) if name else self.value
        at = self.place(name) if name else self.pointer
        if value == []:
            self.ledger.taken.add(at)
        entries = enumerate(value if isinstance(value, list) else ())
        return [
            Node(entry, f"{at}/{index}", self.ledger)
            for index, entry in entries
            if isinstance(entry, dict)
        ]

    def members(self) -> list[tuple[str, "Node"]]:
        """The members of an object, to be read on."""
        found = self.value.items() if isinstance(self.value, dict) else ()
        return [(name, Node(value, self.place(name), self.ledger)) for name, value in found]

    def say(self, message: str, advice: str = "", *names: str) -> None:
        """Notes something of a member, which is taken by that."""
        if names:
            self.ledger.taken.add(self.place(*names))
        self.ledger.notes.append(Note(self.place(*names), message, advice))

    def refuse(self, message: str, advice: str = "") -> None:
        """Notes why nothing of the value is carried over."""
        self.ledger.taken.add(self.pointer)
        self.ledger.notes.append(Note(self.pointer, message, advice))
