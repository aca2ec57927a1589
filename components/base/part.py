"""What field, view and action types have in common: a name, a folder, an option schema."""

import json
import sys
from pathlib import Path
from typing import ClassVar

from form_specs.model import JsonObject


class Part:
    """A named part of the catalogue that lives in a folder of its own."""

    name: ClassVar[str]
    """Catalogue name, equal to the folder's."""
    title: ClassVar[str]
    """What the palette calls it."""
    description: ClassVar[str]
    """One sentence for builders: what it is for."""
    section: ClassVar[str]
    """Under which of `fields`, `views`, `actions` its templates are found."""
    templates: ClassVar[tuple[str, ...]]
    """The template files that its folder must hold."""

    @classmethod
    def folder(cls) -> Path:
        """Where the type's class, templates and `options.schema.json` stand."""
        module = sys.modules[cls.__module__]
        if module.__file__ is None:
            raise ValueError(f"{cls.__qualname__} stands in no file, so it has no folder")
        return Path(module.__file__).resolve().parent

    @classmethod
    def option_schema(cls) -> JsonObject:
        """The JSON Schema of the type's `options` (each property with title and description).

        Raises `OSError` or `ValueError` where the file is missing or no JSON object.
        """
        schema = json.loads((cls.folder() / "options.schema.json").read_text(encoding="utf-8"))
        if not isinstance(schema, dict):
            raise ValueError("options.schema.json is no JSON object")  # noqa: TRY004 - a file's fault
        return schema

    @property
    def template(self) -> str:
        """Folder of its templates, as template loaders name it."""
        return f"{self.section}/{self.name}"
