"""A workflow as its editor and its commands read it, whatever shape the draft is in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from form_specs.checks.raw import objects, text, texts
from form_specs.editing import Address, names_of

COLORS: Final = ("gray", "blue", "green", "amber", "red", "violet")
CATEGORIES: Final = ("new", "open", "waiting", "done", "cancelled")
FINAL: Final = ("done", "cancelled")


@dataclass(frozen=True, slots=True)
class Stage:
    """One state."""

    key: str
    raw: Mapping[str, Any]

    @property
    def title(self) -> str:
        return text(self.raw, "title") or self.key

    @property
    def color(self) -> str:
        found = text(self.raw, "color")
        return found if found in COLORS else "gray"

    @property
    def category(self) -> str:
        found = text(self.raw, "category")
        return found if found in CATEGORIES else "open"

    @property
    def is_final(self) -> bool:
        return self.category in FINAL


@dataclass(frozen=True, slots=True)
class Way:
    """One transition."""

    key: str
    number: int
    """As the drawing and the list call it."""
    raw: Mapping[str, Any]

    @property
    def title(self) -> str:
        return text(self.raw, "title") or self.key

    @property
    def sources(self) -> tuple[str, ...]:
        return self.names("from")

    @property
    def target(self) -> str:
        return text(self.raw, "to") or ""

    def said(self, member: str, otherwise: str = "") -> str:
        """The text of one of its members."""
        return text(self.raw, member) or otherwise

    def names(self, member: str) -> tuple[str, ...]:
        """The keys in one of its lists, each once."""
        return tuple(dict.fromkeys(key for _, key in texts(self.raw, member, "")))


@dataclass(frozen=True)
class Flow:
    """The workflow of one form."""

    form: str
    raw: Mapping[str, Any]

    @classmethod
    def of(cls, document: Mapping[str, Any], form: str) -> "Flow | None":
        """The workflow of a form; none where it has none."""
        found = (raw for _, raw in objects(document, "workflows", "") if text(raw, "form") == form)
        raw = next(found, None)
        return None if raw is None else cls(form, raw)

    @property
    def at(self) -> Address:
        """Where it stands in the document."""
        return ("workflows", self.form)

    @cached_property
    def states(self) -> Mapping[str, Stage]:
        """The states by key, in the order of the work."""
        return {key: Stage(key, raw) for key, raw in _named(self.raw, "states")}

    @cached_property
    def ways(self) -> Mapping[str, Way]:
        """The transitions by key, in the order of the buttons."""
        found = enumerate(_named(self.raw, "transitions"), 1)
        return {key: Way(key, number, raw) for number, (key, raw) in found}

    @property
    def declared(self) -> str:
        """Where records begin as the draft says it, be there such a state or not."""
        return text(self.raw, "initial") or ""

    @property
    def initial(self) -> str:
        """Where records begin; the first state, where nothing right is said."""
        found = self.declared
        return found if found in self.states else next(iter(self.states), "")

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """From state to state, each transition from each of its sources."""
        return [
            (source, way.target)
            for way in self.ways.values()
            for source in way.sources
            if source in self.states and way.target in self.states
        ]

    def reached(self) -> set[str]:
        """The states that a record can come to."""
        found, waiting = {self.initial}, [self.initial]
        while waiting:
            state = waiting.pop()
            more = {target for source, target in self.pairs if source == state} - found
            found |= more
            waiting += more
        return found

    def is_dead_end(self, state: str) -> bool:
        """Whether records stay in a state for ever, though their work is not done there."""
        left = any(source == state != target for source, target in self.pairs)
        return not left and not self.states[state].is_final


def _named(raw: Mapping[str, Any], member: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects in a list that have a key, each named as addresses name it."""
    items = raw.get(member)
    if not isinstance(items, list):
        return
    for name, item in zip(names_of(items), items, strict=True):
        if isinstance(item, dict) and "key" in item:
            yield name, item
