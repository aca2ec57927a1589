"""People."""

from collections.abc import Mapping
from typing import Any

from components.base.plain import TextualType
from form_specs.language import marked
from form_specs.model import JsonValue


class UserType(TextualType):
    """A person by account name; pages look up the titles of all `references` in one query."""

    name = "user"
    title = marked("Person")
    description = marked("Somebody who has an account, such as the owner")
    card = "c-who"
    filter_input = "user"

    def references(self, value: str) -> frozenset[str]:
        return frozenset((value,))

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "string", "maxLength": 150}


TYPE = UserType
