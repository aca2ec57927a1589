"""The languages of forms that can be read, and which of them something is written in."""

from collections.abc import Callable
from dataclasses import dataclass

from form_specs.catalog import Catalog
from form_specs.imports import fhir, form_js, json_forms, json_schema, rjsf, xlsform
from form_specs.imports.assembling import Draft, Imported, assembled
from form_specs.imports.given import Given, UnreadableFile
from form_specs.imports.notes import Note
from form_specs.language import _


@dataclass(frozen=True, slots=True)
class Format:
    """One language of forms."""

    name: str
    title: str
    recognises: Callable[[Given], bool]
    read: Callable[[Given], Draft]
    """From what was given to fields and notes; raises `CannotImport`."""


FORMATS: dict[str, Format] = {
    found.name: found
    for found in (
        Format("xlsform", "XLSForm", xlsform.recognises, xlsform.read),
        Format("fhir", "FHIR Questionnaire", fhir.recognises, fhir.read),
        Format("form-js", "Camunda form-js", form_js.recognises, form_js.read),
        Format("json-forms", "JSON Forms", json_forms.recognises, json_forms.read),
        Format("rjsf", "react-jsonschema-form", rjsf.recognises, rjsf.read),
        Format("json-schema", "JSON Schema", json_schema.recognises, json_schema.read),
    )
}
"""By name, in the order in which they are tried: the least particular comes last."""


def recognised(given: Given) -> Format:
    """The language that something is written in; raises `UnreadableFile` for none."""
    for known in FORMATS.values():
        if known.recognises(given):
            return known
    titles = ", ".join(known.title for known in FORMATS.values())
    raise UnreadableFile(
        _(
            "This is no form in a language known here: %(titles)s. Rows are read from CSV and .xlsx",
            titles=titles,
        )
    )


def import_form(given: Given, key: str, catalog: Catalog, name: str | None = None) -> Imported:
    """A tool made of a foreign form, in the language `name` or the one that it looks like.

    Raises `UnreadableFile` where the language is not known and `CannotImport` where no form can be
    made of it.
    """
    found = FORMATS[name] if name else recognised(given)
    draft = found.read(given)
    draft.beside = given.beside
    document, notes = assembled(draft, key, catalog)
    return Imported(found.name, document, tuple(dict.fromkeys([*given.notes, *notes])))


__all__ = ["FORMATS", "Format", "Imported", "Note", "import_form", "recognised"]
