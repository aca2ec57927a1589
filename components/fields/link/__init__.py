"""A link to another record."""

from collections.abc import Mapping
from typing import Any

from components.base import LISTED_OPERATORS
from components.base.plain import TextualType
from components.values.links import ID_PATTERN, record_id
from form_specs.language import marked
from form_specs.model import JsonValue


class LinkType(TextualType):
    """The id of a record of the form that `x-ops.link` names; its title is looked up when it is shown."""

    name = "link"
    title = marked("Link")
    description = marked("Another record, such as the merchant of a dispute")
    operators = LISTED_OPERATORS
    sortable = False

    filter_input = "options"

    def parse(self, value: JsonValue) -> str:
        return record_id(value)

    def keys(self, value: str) -> tuple[str, ...]:
        return (value,)

    def display_named(self, value: str, titles: Mapping[str, str]) -> str:
        return titles.get(value) or value

    @property
    def measure(self) -> str:
        """Links compare with links to the same form."""
        return f"link:{self.spec.link.form}" if self.spec.link else self.name

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "pattern": ID_PATTERN}


TYPE = LinkType
