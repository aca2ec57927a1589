"""One attached picture."""

from collections.abc import Mapping
from typing import Any

from components.base.uploads import SingleFileType, reference_schema
from components.recognition import type_problem
from form_specs.language import marked
from form_specs.model import JsonValue


class ImageType(SingleFileType):
    """One picture, shown where its record is shown; made small by the page alone, as nothing decodes it here."""

    name = "image"
    title = marked("Picture")
    description = marked("One picture, such as a photo of the damage")
    media = "image/"

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return reference_schema(cls.media)

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "object")


TYPE = ImageType
