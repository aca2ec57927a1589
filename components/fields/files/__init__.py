"""Attached files."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from components.base.uploads import FileReference, UploadedType, reference_of, reference_schema
from components.recognition import type_problem
from components.values import ABSENT, InvalidValueError
from form_specs.conditions import Kind
from form_specs.formulas import TEXT, FormulaType, list_of
from form_specs.language import _, counted, marked
from form_specs.model import JsonObject, JsonValue

_MAX_FILES: Final = 20


class FilesType(UploadedType):
    """References to stored files, in the order they were attached.

    Its inputs post the ids of the files to keep, and one empty text, under the field's name;
    new files come beside them.
    """

    name = "files"
    title = marked("Files")
    description = marked("Documents and pictures")
    kind = Kind.LIST
    operators = ("empty", "present")
    multiple = True

    @property
    def formula_kind(self) -> FormulaType:
        return list_of(TEXT)

    def to_formula(self, value: Sequence[FileReference]) -> list[str]:
        """The names, so that formulas may count files."""
        return [reference["name"] for reference in value]

    def parse(self, value: JsonValue) -> list[FileReference]:
        if not isinstance(value, list):
            raise InvalidValueError(_("This must be a list of files"))
        return [reference_of(item) for item in value]

    def parse_text(self, texts: Sequence[str]) -> Any:
        """Nothing can be typed here: files are attached."""
        if any(texts):
            raise InvalidValueError(_("Files are attached, not typed"))
        return ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        """From the ids of the files to keep, among those that the form was drawn with."""
        kept = [file for file in current or () if file["id"] in texts]
        if unknown := {text for text in texts if text} - {file["id"] for file in kept}:
            raise InvalidValueError(
                counted(
                    "%(num)s of these files is not attached here any more",
                    "%(num)s of these files are not attached here any more",
                    len(unknown),
                )
            )
        return kept or ABSENT

    def change_problem(self, before: Any, after: Any) -> str | None:
        """Files come by being attached: a reference that was not there before is made up."""
        known = [] if before is ABSENT else before
        if after is ABSENT or all(file in known for file in after):
            return None
        return _("Files are attached, not typed")

    def from_store(self, stored: JsonValue) -> list[FileReference]:
        return self.parse(stored)

    def to_text(self, value: list[FileReference]) -> list[str]:
        return [file["id"] for file in value]

    def to_cells(self, value: list[FileReference]) -> list[str]:
        return [self.display(value)]

    def references_in(self, stored: JsonValue) -> list[JsonValue]:
        return stored if isinstance(stored, list) else []

    def with_file(self, stored: JsonValue, reference: JsonObject) -> JsonValue:
        return [*self.references_in(stored), reference]

    def display(self, value: list[FileReference]) -> str:
        return ", ".join(file["name"] for file in value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        return {"type": "array", "maxItems": _MAX_FILES, "items": reference_schema()}

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        if items is not None and not (isinstance(items, Mapping) and items.get("type") == "object"):
            return _('The property must have "items": {"type": "object"}')
        return type_problem(schema, "array")


TYPE = FilesType
