"""What a section of the builder is: its pages, and which parts of a spec it is about.

A section is a module of `builder.sections` that holds a `SECTION`; it is found there by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, TypeAlias

from form_specs.editing import Address


@dataclass(frozen=True, slots=True)
class SectionPage:
    """What a section draws: a template that extends `builder/frame.html`, and what it is given."""

    template: str
    title: str
    content: Any = None
    """In the template: `page.content`."""
    parts: tuple[tuple[str, str], ...] = (("section", "bench-section"),)
    """The blocks of the template that an edit may change, each with the id of its element."""


class PartGoneError(LookupError):
    """The part that a page is about is not in the draft (any more): its section is shown instead."""


Draw: TypeAlias = Callable[..., SectionPage]
"""From the bench and the parts of the address, by name, to the page."""
Handler: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a section: its address below the section's, its name, and who draws it."""

    rule: str
    name: str
    draw: Draw


@dataclass(frozen=True, slots=True)
class Route:
    """An address of a section that is no page: what is posted, files."""

    rule: str
    name: str
    handler: Handler
    methods: tuple[str, ...] = ("POST",)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the builder."""

    name: str
    """In addresses."""
    title: str
    """Marked: said in the reader's language where it is drawn."""
    icon: str
    order: int
    pages: Sequence[Page]
    """The first is the section's own, at the address of the section."""
    routes: Sequence[Route] = ()
    owns: tuple[str, ...] = ()
    """The members of a document that it is about."""
    place: Callable[[Any, Address], str | None] | None = None
    """Where in the section a part is changed: an address below the section's own; none: nowhere."""
    count: Callable[[Mapping[str, Any]], int] | None = None
    """What stands beside its name."""
    is_tab: bool = True
    """Whether it stands among the tabs; else others lead to it."""

    @property
    def path(self) -> str:
        """The address of the section below that of the tool."""
        return "" if self.name == "overview" else f"{self.name}/"


@cache
def sections() -> tuple[Section, ...]:
    """All sections in the order of the tabs."""
    package = import_module("builder.sections")
    found = [
        import_module(module.name).SECTION
        for module in iter_modules(package.__path__, "builder.sections.")
    ]
    return tuple(sorted(found, key=lambda section: (section.order, section.name)))


@cache
def section_pages() -> Mapping[str, tuple[Section, Page]]:
    """The pages of all sections by the name of their endpoint."""
    return {page.name: (section, page) for section in sections() for page in section.pages}


def count_of(name: str) -> Callable[[Mapping[str, Any]], int]:
    """Counts the items of a list of the document."""

    def count(document: Mapping[str, Any]) -> int:
        found = document.get(name)
        return len(found) if isinstance(found, list) else 0

    return count
