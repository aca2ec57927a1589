"""One attached file."""

from collections.abc import Mapping
from typing import Any

from components.base.uploads import SingleFileType, reference_schema
from components.recognition import type_problem
from form_specs.language import marked
from form_specs.model import JsonValue


class FileType(SingleFileType):
    """One reference to a stored file; a further one takes its place."""

    name = "file"
    title = marked("File")
    description = marked("One document or picture, such as a contract")

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return reference_schema(cls.media)

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        return type_problem(schema, "object")


TYPE = FileType
