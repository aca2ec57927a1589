"""The contract of a view type: a way to look at many records."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from components.base.part import Part
from form_specs.model import SortKey, ViewSpec


@dataclass(frozen=True, slots=True)
class ViewNeeds:
    """What a view asks of its one query."""

    fields: tuple[str, ...]
    """Fields and system fields whose values are shown, in the order of the view, each once."""
    sort: tuple[SortKey, ...]
    filters: tuple[str, ...]
    """Fields that its chips filter by."""


class ViewType(Part, ABC):
    """A view of one tool: the type's behaviour bound to one `ViewSpec`; never changes."""

    section = "views"
    templates = ("page.html", "body.html")

    def __init__(self, spec: ViewSpec) -> None:
        self.spec = spec
        self.key = spec.key

    @abstractmethod
    def needs(self) -> ViewNeeds:
        """The fields, order and filters that drawing it takes."""
