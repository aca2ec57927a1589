"""Forms written in other languages become specs, with a list of what could not be carried over.

Pure: from JSON documents and sheets of texts to a document. Each language is one module (or
package) here, listed in `formats`; `builder.imports` reads the files.
"""

from form_specs.imports.assembling import Imported
from form_specs.imports.formats import FORMATS, Format, import_form, recognised
from form_specs.imports.given import Given, Sheet, UnreadableFile
from form_specs.imports.notes import Note
from form_specs.imports.together import together

__all__ = [
    "FORMATS", "Format", "Given", "Imported", "Note", "Sheet", "UnreadableFile", "import_form", "recognised",
    "together",
]  # fmt: skip
