"""Attached files."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

from components.base import FieldType
from components.recognition import type_problem
from components.texts import clean_text
from components.values import ABSENT, InvalidValueError
from form_specs.conditions import Kind
from form_specs.model import JsonObject, JsonValue

_ID: Final = re.compile(r"[0-9a-z]{1,40}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MAX_FILES: Final = 20
_MAX_NAME: Final = 255
_SHAPE: Final = '{"id", "name", "size", "type", "sha256"}'


class FileReference(TypedDict):
    """One stored file; the bytes and the id are the runtime's business."""

    id: str
    name: str
    size: int
    type: str
    sha256: str


class FilesType(FieldType):
    """References to stored files, in the order they were attached.

    Its inputs post the ids of the files to keep, and one empty text, under the field's name;
    new files come beside them.
    """

    name = "files"
    title = "Files"
    description = "Documents and pictures"
    kind = Kind.LIST
    operators = ("empty", "present")
    sortable = False
    multiple = True
    uploads = True

    def parse(self, value: JsonValue) -> list[FileReference]:
        if not isinstance(value, list):
            raise InvalidValueError("This must be a list of files")
        return [_reference(item) for item in value]

    def parse_text(self, texts: Sequence[str]) -> Any:
        """Nothing can be typed here: files are attached."""
        if any(texts):
            raise InvalidValueError("Files are attached, not typed")
        return ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        """From the ids of the files to keep, among those that the form was drawn with."""
        kept = [file for file in current or () if file["id"] in texts]
        if unknown := {text for text in texts if text} - {file["id"] for file in kept}:
            raise InvalidValueError(f"{len(unknown)} of these files are not attached here any more")
        return kept or ABSENT

    def change_problem(self, before: Any, after: Any) -> str | None:
        """Files come by being attached: a reference that was not there before is made up."""
        known = [] if before is ABSENT else before
        if after is ABSENT or all(file in known for file in after):
            return None
        return "Files are attached, not written"

    def from_store(self, stored: JsonValue) -> list[FileReference]:
        return self.parse(stored)

    def to_text(self, value: list[FileReference]) -> list[str]:
        return [file["id"] for file in value]

    def display(self, value: list[FileReference]) -> str:
        return ", ".join(file["name"] for file in value)

    @classmethod
    def schema_for(cls, options: Mapping[str, Any]) -> dict[str, JsonValue]:
        text: JsonObject = {"type": "string"}
        return {
            "type": "array",
            "maxItems": _MAX_FILES,
            "items": {
                "type": "object",
                "required": ["id", "name", "size", "type", "sha256"],
                "properties": {
                    "id": text,
                    "name": {"type": "string", "maxLength": _MAX_NAME},
                    "size": {"type": "integer", "minimum": 0},
                    "type": text,
                    "sha256": text,
                },
                "additionalProperties": False,
            },
        }

    @classmethod
    def schema_problem(cls, schema: Mapping[str, Any]) -> str | None:
        items = schema.get("items")
        if items is not None and not (isinstance(items, Mapping) and items.get("type") == "object"):
            return 'The property must have "items": {"type": "object"}'
        return type_problem(schema, "array")


def _reference(item: JsonValue) -> FileReference:
    if isinstance(item, dict) and item.keys() == FileReference.__annotations__.keys():
        name, size = clean_text(item["name"]), item["size"]
        right = (
            _ID.fullmatch(id_ := str(item["id"])),
            _DIGEST.fullmatch(digest := str(item["sha256"])),
            0 < len(name) <= _MAX_NAME,
        )
        if all(right) and type(size) is int and size >= 0:
            kind = clean_text(item["type"])
            return FileReference(id=id_, name=name, size=size, type=kind, sha256=digest)
    raise InvalidValueError(f"A file is written {_SHAPE}")


TYPE = FilesType
