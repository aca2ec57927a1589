"""What is wrong with a value, in words that say nothing of the value."""

from collections.abc import Mapping
from typing import Final

from form_specs.language import _, marked
from runtime.compiling.form import CompiledForm

_WORDS: Final[Mapping[str, str]] = {
    "required": marked("is missing"),
    "maxLength": marked("is too long"),
    "minLength": marked("is too short"),
    "enum": marked("is none of its choices"),
    "const": marked("is none of its choices"),
    "pattern": marked("is not written as it has to be"),
    "format": marked("is not written as it has to be"),
    "maximum": marked("is too large"),
    "minimum": marked("is too small"),
    "type": marked("is of another kind"),
}


def misfit(form: CompiledForm, field: str | None, keyword: str) -> str:
    """That the value of a field is not what a keyword of its schema allows."""
    found = form.fields.get(field or "")
    title = found.spec.title if found is not None else field or ""
    said = _(_WORDS[keyword]) if keyword in _WORDS else _("does not fit")
    return f"{title} {said}".strip()
