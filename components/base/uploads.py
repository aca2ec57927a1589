"""What field types have in common whose values refer to stored files."""

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Final, TypedDict

from components.base import FieldType
from components.values import ABSENT, InvalidValueError
from components.values.texts import clean_text
from form_specs.conditions import Kind
from form_specs.formulas import TEXT, FormulaType
from form_specs.language import _
from form_specs.model import JsonObject, JsonValue

_ID: Final = re.compile(r"[0-9a-z]{1,40}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MAX_NAME: Final = 255
_SHAPE: Final = '{"id", "name", "size", "type", "sha256"}'


class FileReference(TypedDict):
    """One stored file; the bytes and the id are the runtime's business."""

    id: str
    name: str
    size: int
    type: str
    sha256: str


class UploadedType(FieldType):
    """A field to which files are attached: its value refers to them, and comes by attaching."""

    uploads = True
    nests = False
    importable = False
    sortable = False
    grouped = True
    media: ClassVar[str] = ""
    """What the media type of its files begins with, such as `image/`; empty: any."""
    single: ClassVar[bool] = False
    """Whether a further file takes the place of the one before."""

    @abstractmethod
    def references_in(self, stored: JsonValue) -> list[JsonValue]:
        """From what stands in the store to the files it refers to, as far as it can be read."""

    @abstractmethod
    def with_file(self, stored: JsonValue, reference: JsonObject) -> JsonValue:
        """From what stands in the store (none: null) to the same with one more file."""

    def upload_problem(self, name: str, media: str) -> str | None:
        """Why a file of that name and media type may not be attached here, or none."""
        if media.startswith(self.media):
            return None
        return _(
            "%(name)s: only files of the kind %(kind)s… may be attached here",
            name=name,
            kind=self.media,
        )


class SingleFileType(UploadedType):
    """A field that holds one file.

    Its inputs post the id of the file to keep, and one empty text, under the field's name; a new
    file comes beside them and takes the place of the old.
    """

    kind = Kind.DOCUMENT
    operators = ("empty", "present")
    single = True

    def parse(self, value: JsonValue) -> FileReference:
        return reference_of(value)

    def parse_text(self, texts: Sequence[str]) -> Any:
        """Nothing can be typed here: files are attached."""
        if any(texts):
            raise InvalidValueError(_("Files are attached, not typed"))
        return ABSENT

    def parse_posted(self, texts: Sequence[str], current: Any) -> Any:
        wanted = [text for text in texts if text]
        if current is not ABSENT and current is not None and current["id"] in wanted:
            return current
        if wanted:
            raise InvalidValueError(_("This file is not attached here any more"))
        return ABSENT

    def change_problem(self, before: Any, after: Any) -> str | None:
        """Files come by being attached: a reference that was not there before is made up."""
        if after is ABSENT or after == before:
            return None
        return _("Files are attached, not typed")

    def from_store(self, stored: JsonValue) -> FileReference:
        return reference_of(stored)

    def to_text(self, value: FileReference) -> list[str]:
        return [value["id"]]

    def to_cells(self, value: FileReference) -> list[str]:
        return [self.display(value)]

    def display(self, value: FileReference) -> str:
        return value["name"]

    @property
    def formula_kind(self) -> FormulaType:
        return TEXT

    def to_formula(self, value: FileReference) -> str:
        return value["name"]

    def references_in(self, stored: JsonValue) -> list[JsonValue]:
        return [] if stored is None else [stored]

    def with_file(self, stored: JsonValue, reference: JsonObject) -> JsonValue:
        return reference


def reference_of(item: JsonValue) -> FileReference:
    """From JSON to a reference to a file; raises `InvalidValueError`."""
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
    raise InvalidValueError(_("A file is written %(shape)s", shape=_SHAPE))


def reference_schema(media: str = "") -> dict[str, JsonValue]:
    """The JSON Schema of a reference to a file whose media type begins with `media`."""
    text: JsonObject = {"type": "string"}
    kind: JsonObject = {"type": "string", "pattern": f"^{media}"} if media else text
    return {
        "type": "object",
        "required": ["id", "name", "size", "type", "sha256"],
        "properties": {
            "id": text,
            "name": {"type": "string", "maxLength": _MAX_NAME},
            "size": {"type": "integer", "minimum": 0},
            "type": kind,
            "sha256": text,
        },
        "additionalProperties": False,
    }
